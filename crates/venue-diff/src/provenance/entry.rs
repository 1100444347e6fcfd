//! What such a file holds.

use std::error::Error;
use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::parse_date;

/// Who changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The exchange, or its documentation.
    Vendor,
    /// We had it wrong, and the exchange is as it always was.
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

/// Changes of one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// Who changed it.
    pub origin: Origin,
    /// How we know.
    pub evidence: String,
    /// The changes; a whole element with `*` behind it stands for all that begin so.
    pub ids: Vec<String>,
    /// Whether it speaks of changes that were merged before it was written.
    pub is_merged: bool,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// A breaking change that is accepted for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The change.
    pub id: String,
    /// Why it may be so.
    pub reason: String,
    /// The last day.
    pub expires: Date,
    /// The file.
    pub file: String,
    /// The line, from 1.
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

/// A file that is not as it must be.
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

/// What ends the name of an element within an id: its parts, what becomes of it, and its values follow.
const WHOLE: [char; 3] = ['.', '/', '='];

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
    let mut marked = Vec::new();
    for change in file.change {
        let start = change.span().start;
        let Change { origin, evidence, ids, merged: is_merged } = change.into_inner();
        if evidence.split_whitespace().count() < 3 {
            return Err(error(
                Some(start),
                String::from("`evidence` says how we know: the page and its version, an answer that came, an issue"),
            ));
        }
        if ids.is_empty() {
            return Err(error(Some(start), String::from("`ids` names at least one change, as `cargo xtask diff` shows it")));
        }
        if let Some(id) = ids.iter().find(|id| id.trim_end_matches('*').is_empty()) {
            return Err(error(Some(start), format!("`{id}` stands for every change there is: name them")));
        }
        if let Some(id) = ids.iter().find(|id| id.strip_suffix('*').is_some_and(|element| !element.ends_with(WHOLE))) {
            return Err(error(
                Some(start),
                format!(
                    "`{id}` stands for whatever happens to begin so: before the star stands a whole element, as in `PlaceOrder.*`, `PlaceOrder/*` or `OrderType=*`"
                ),
            ));
        }
        marked.push(Attribution { origin, evidence, ids, is_merged, file: name.to_owned(), line: line(start) });
    }
    let mut accepted = Vec::new();
    for exception in file.accepted {
        let start = exception.span().start;
        let Exception { id, reason, expires } = exception.into_inner();
        if reason.split_whitespace().count() < 3 {
            return Err(error(Some(start), String::from("`reason` says in a sentence why this change may break programs")));
        }
        let expires = parse_date(&expires).map_err(|message| error(Some(start), format!("`expires`: {message}")))?;
        accepted.push(Accepted { id, reason, expires, file: name.to_owned(), line: line(start) });
    }
    Ok((marked, accepted))
}
