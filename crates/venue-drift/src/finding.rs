//! A finding: one difference between the pages, the specification and the last review.

use serde::Serialize;

use crate::edit::Edit;
use crate::fact::{Aspect, Place};

/// The answer that a finding gives for its section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A person must read a changed text.
    Words,
    /// A fact differs from the specification, or from the last review.
    Facts,
    /// A part of the pages cannot be read, so that the comparison is incomplete.
    Unread,
}

/// The kind of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// A table, a cell or an example cannot be read.
    Unreadable,
    /// A page is not in the profile.
    PageNew,
    /// A page of the profile does not exist.
    PageGone,
    /// The pages and the specification state different values.
    Contradiction,
    /// The pages describe a part that the specification does not have.
    MissingInSpecification,
    /// The specification has a part that the pages do not describe.
    MissingOnPages,
    /// The pages now describe a part that the specification marks as undocumented or provisional.
    DocumentedNow,
    /// A deviation of the profile is no longer needed.
    DeviationUnneeded,
    /// A fact is new since the last review, and the specification agrees with it or cannot express it.
    Added,
    /// A fact of the last review is no longer on the pages.
    Removed,
    /// The value of a fact changed since the last review.
    Changed,
    /// A row or a section moved since the last review.
    Moved,
    /// A sentence is new or changed since the last review.
    Sentence,
    /// Sentences of the last review are gone.
    SentencesGone,
    /// No review is recorded.
    NotReviewed,
    /// The pages in two languages state different facts.
    Witness,
}

/// One difference.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The answer for the section.
    pub class: Class,
    /// The kind of the finding.
    pub rule: Rule,
    /// The place on the pages, or in the profile.
    pub place: Place,
    /// The subject of the fact.
    pub subject: String,
    /// The property of the subject, if the finding is about a fact.
    pub aspect: Option<Aspect>,
    /// The `operationId`, if the subject belongs to one operation.
    pub operation: Option<String>,
    /// The difference, in a sentence.
    pub message: String,
    /// The line in the specification.
    pub specification_line: Option<usize>,
    /// The Rust item that is generated from this line.
    pub rust: Option<String>,
    /// The edit of the specification, if there is only one possible edit.
    #[serde(skip)]
    pub edit: Option<Edit>,
}
