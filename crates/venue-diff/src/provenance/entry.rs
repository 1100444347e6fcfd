//! The format of a provenance file.

use std::error::Error;
use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::parse_date;

/// The cause of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The exchange changed, or its documentation did.
    Vendor,
    /// The specification was wrong, and the exchange did not change.
    Correction,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vendor => "vendor",
            Self::Correction => "correction",
        })
    }
}

/// An entry that states the origin of one or more changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// The origin of the changes.
    pub origin: Origin,
    /// The evidence for the origin.
    pub evidence: String,
    /// The ids of the changes. An id that ends with `*`, such as `PlaceOrder.*`, matches every change whose id begins with the text before
    /// the `*`.
    pub ids: Vec<String>,
    /// Whether the changes were merged before the entry was written.
    pub is_merged: bool,
    /// The file with the entry.
    pub file: String,
    /// The line of the entry, from 1.
    pub line: usize,
}

/// An exception: a breaking change that is accepted until a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The id of the change.
    pub id: String,
    /// Why the change is acceptable.
    pub reason: String,
    /// The last day of the exception.
    pub expires: Date,
    /// The file with the exception.
    pub file: String,
    /// The line of the exception, from 1.
    pub line: usize,
}

impl Attribution {
    pub(super) fn has_equal_content(&self, other: &Self) -> bool {
        self.origin == other.origin && self.evidence == other.evidence && self.ids == other.ids && self.is_merged == other.is_merged
    }
}

impl Accepted {
    pub(super) fn has_equal_content(&self, other: &Self) -> bool {
        self.id == other.id && self.reason == other.reason && self.expires == other.expires
    }
}

/// A provenance file with a mistake.
#[derive(Debug, Clone)]
pub struct FileError {
    file: String,
    line: Option<usize>,
    message: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        write!(f, "{}{line}: {}", self.file, self.message)
    }
}

impl Error for FileError {}

/// The characters that can follow the name of an element in the id of a change: `.` before a member, `/` before an edit, `=` before a
/// value.
const ELEMENT_ENDS: [char; 3] = ['.', '/', '='];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    change: Vec<Spanned<Change>>,
    #[serde(default)]
    accepted: Vec<Spanned<Exception>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    origin: Origin,
    evidence: String,
    ids: Vec<String>,
    #[serde(default)]
    merged: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    id: String,
    reason: String,
    expires: String,
}

pub(super) fn read(name: &str, text: &str) -> Result<(Vec<Attribution>, Vec<Accepted>), FileError> {
    let line = |start: usize| text[..start.min(text.len())].matches('\n').count() + 1;
    let error = |start: Option<usize>, message: String| FileError { file: name.to_owned(), line: start.map(line), message };
    let file: File = toml::from_str(text).map_err(|failure| error(failure.span().map(|span| span.start), failure.message().to_owned()))?;
    let mut attributions = Vec::new();
    for change in file.change {
        let start = change.span().start;
        let Change { origin, evidence, ids, merged: is_merged } = change.into_inner();
        if evidence.split_whitespace().count() < 3 {
            return Err(error(
                Some(start),
                String::from("`evidence` states the source: the page and its version, a response of the exchange, or an issue"),
            ));
        }
        if ids.is_empty() {
            return Err(error(Some(start), String::from("`ids` must have at least one change, with the id that `cargo xtask diff` shows")));
        }
        if let Some(id) = ids.iter().find(|id| id.trim_end_matches('*').is_empty()) {
            return Err(error(Some(start), format!("`{id}` matches every change: list the ids")));
        }
        if let Some(id) = ids.iter().find(|id| id.strip_suffix('*').is_some_and(|element| !element.ends_with(ELEMENT_ENDS))) {
            return Err(error(
                Some(start),
                format!(
                    "`{id}` matches unrelated changes that begin with the same characters: write a complete element before the star, as in `PlaceOrder.*`, `PlaceOrder/*` or `OrderType=*`"
                ),
            ));
        }
        attributions.push(Attribution { origin, evidence, ids, is_merged, file: name.to_owned(), line: line(start) });
    }
    let mut accepted = Vec::new();
    for exception in file.accepted {
        let start = exception.span().start;
        let Exception { id, reason, expires } = exception.into_inner();
        if reason.split_whitespace().count() < 3 {
            return Err(error(Some(start), String::from("`reason` must say in a sentence why this change may break programs")));
        }
        let expires = parse_date(&expires).map_err(|message| error(Some(start), format!("`expires`: {message}")))?;
        accepted.push(Accepted { id, reason, expires, file: name.to_owned(), line: line(start) });
    }
    Ok((attributions, accepted))
}
