//! Classifies changes by their effect on programs. In each table of rules, the first rule that matches a change decides.
//!
//! A change is classified once for requests and once for responses, if both contain its subject, and the more severe class counts.
//! A part that no operation uses, such as a list of error codes, is classified as part of a response, because a program can only
//! receive it.

mod api;
mod credentials;
mod documentation;
mod operations;
mod requests;
mod responses;
mod rule;
mod streams;
mod values;

use std::borrow::Cow;

use crate::change::Class;
use crate::difference::Difference;
use crate::reach::Direction;
use crate::revision::Revision;

use rule::Case;
pub use rule::{Inverse, Rule};

/// The classification of a change.
pub(crate) struct Classification {
    pub(crate) class: Class,
    pub(crate) rules: Vec<&'static str>,
    pub(crate) reason: Cow<'static, str>,
}

/// The tables, in order of precedence.
const TABLES: [&[Rule]; 8] = [
    api::RULES,
    streams::RULES,
    credentials::RULES,
    operations::RULES,
    values::RULES,
    requests::RULES,
    responses::RULES,
    documentation::RULES,
];

/// All rules, in order of precedence.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.into_iter().flatten().chain([&documentation::UNKNOWN])
}

/// Finds a rule by its id.
pub fn named(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

pub(crate) fn classify(old: &Revision, new: &Revision, difference: &Difference<'_>, direction: Direction) -> Classification {
    let sides: &[Direction] = match direction {
        Direction::Request => &[Direction::Request],
        Direction::Response | Direction::None => &[Direction::Response],
        Direction::Both => &[Direction::Request, Direction::Response],
    };
    let mut found: Vec<(&'static Rule, Cow<'static, str>)> = Vec::new();
    for side in sides {
        let case = Case { old, new, difference, side: *side };
        let rule = all().find(|rule| rule.fits(&case)).unwrap_or(&documentation::UNKNOWN);
        if found.iter().all(|(known, _)| known.id != rule.id) {
            found.push((rule, rule.reason_for(&case)));
        }
    }
    found.sort_by_key(|(rule, _)| std::cmp::Reverse(rule.class));
    Classification { class: found[0].0.class, reason: found[0].1.clone(), rules: found.iter().map(|(rule, _)| rule.id).collect() }
}
