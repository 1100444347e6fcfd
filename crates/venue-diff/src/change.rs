//! A change between two revisions of a specification.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::{Kind, Position};
use crate::reach::{AffectedOperations, Direction};

/// A change, with what it means for programs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// What the change is called for as long as it is the same change: the subject, a slash, and what became of it.
    pub id: String,
    /// What changed: an operation, `operation.location.parameter`, `Schema.field`, `Schema=value`, and a few with a word in front.
    pub subject: String,
    /// What kind of thing that is.
    pub kind: Kind,
    /// What became of it.
    #[serde(rename = "what")]
    pub edit: Edit,
    /// Which way it travels.
    pub direction: Direction,
    /// What it means on the wire.
    pub wire: Class,
    /// The rules that say so: the one that decides first.
    pub rules: Vec<&'static str>,
    /// The deciding rule in words.
    #[serde(rename = "why")]
    pub reason: Cow<'static, str>,
    /// Where it stood. The file is the report's.
    pub old: Option<Position>,
    /// Where it stands.
    pub new: Option<Position>,
    /// Which operations it concerns.
    #[serde(rename = "reached")]
    pub affected: AffectedOperations,
    /// The Rust variant of a value of an enum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The HTTP method and path of the operation, if it is only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
}

/// What became of a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Edit {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another name.
    Renamed {
        /// The old name.
        from: String,
        /// The new name.
        to: String,
    },
    /// Something else is said of it.
    Changed {
        /// What is said.
        attribute: String,
        /// What was said, if anything was.
        from: Option<String>,
        /// What is said now, if anything is.
        to: Option<String>,
    },
}

/// What a change means for programs that were written before it. The order is that of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Nothing: other words for the same.
    Documentation,
    /// They go on working.
    Compatible,
    /// They go on working unless they rely on something that was never promised, or is easily overlooked.
    Risky,
    /// Some of them fail, or do something else than was meant.
    Breaking,
}

impl Class {
    /// From the worst to the least.
    pub const ALL: [Self; 4] = [Self::Breaking, Self::Risky, Self::Compatible, Self::Documentation];
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Risky => "risky",
            Self::Breaking => "breaking",
        })
    }
}

impl Edit {
    /// The second half of a change's id.
    pub(crate) fn slug(&self) -> &str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Renamed { .. } => "renamed",
            Self::Changed { attribute, .. } => attribute,
        }
    }
}

/// The change in a line, without its subject.
impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added => f.write_str("added"),
            Self::Removed => f.write_str("removed"),
            Self::Renamed { from, to } => write!(f, "renamed from `{from}` to `{to}`"),
            Self::Changed { attribute, from, to } => match (from, to) {
                (None, Some(to)) => write!(f, "{attribute}: now {}", shortened(to)),
                (Some(from), None) => write!(f, "{attribute}: was {}, now not said", shortened(from)),
                (Some(from), Some(to)) => {
                    let (from, to) = excerpts(from, to);
                    write!(f, "{attribute}: {from} → {to}")
                }
                (None, None) => f.write_str(attribute),
            },
        }
    }
}

/// How much of a text stands in a line.
const MAX_SHOWN: usize = 60;

/// How much of what is the same stands before a difference.
const BEFORE: usize = 16;

fn shortened(text: &str) -> String {
    excerpt(text, 0)
}

/// Both texts from shortly before the place where they part.
fn excerpts(from: &str, to: &str) -> (String, String) {
    let longest = from.chars().count().max(to.chars().count());
    let same = if longest <= MAX_SHOWN { 0 } else { from.chars().zip(to.chars()).take_while(|(one, other)| one == other).count() };
    let start = same.saturating_sub(BEFORE);
    (excerpt(from, start), excerpt(to, start))
}

fn excerpt(text: &str, start: usize) -> String {
    let line: Vec<char> = text.chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
    let start = start.min(line.len());
    let end = (start + MAX_SHOWN).min(line.len());
    let (before, after) = (if start > 0 { "…" } else { "" }, if end < line.len() { "…" } else { "" });
    let shown: String = line[start..end].iter().collect();
    match shown.contains('`') {
        _ if shown.is_empty() && start == 0 => String::from("nothing"),
        // As Markdown quotes what holds its own quotes.
        true => format!("`` {before}{shown}{after} ``"),
        false => format!("`{before}{shown}{after}`"),
    }
}
