//! A change between two revisions of a specification.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::{Kind, Position};
use crate::reach::{AffectedOperations, Direction};

/// A change of a specification, with its effect on programs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The stable id of the change: the subject, a slash, and the kind of edit or the changed attribute. Example:
    /// `Order.price/type`.
    pub id: String,
    /// The changed part: an operation, `operation.location.parameter`, `Schema.field`, `Schema=value`, or a name with a
    /// prefix such as `stream:`.
    pub subject: String,
    /// The kind of the subject.
    pub kind: Kind,
    /// How the subject was edited.
    #[serde(rename = "what")]
    pub edit: Edit,
    /// Whether requests or responses contain the subject.
    pub direction: Direction,
    /// The effect on the wire.
    pub wire: Class,
    /// The ids of the rules that classify the change. The first one determines the class.
    pub rules: Vec<&'static str>,
    /// The explanation of the first rule.
    #[serde(rename = "why")]
    pub reason: Cow<'static, str>,
    /// The position in the older revision. The report has the name of the file.
    pub old: Option<Position>,
    /// The position in the newer revision.
    pub new: Option<Position>,
    /// The operations that the change affects.
    #[serde(rename = "reached")]
    pub affected: AffectedOperations,
    /// The Rust variant, if the subject is a value of an enum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The HTTP method and path, if the change affects exactly one operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
}

/// How a subject was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Edit {
    /// The subject was added.
    Added,
    /// The subject was removed.
    Removed,
    /// The subject was renamed.
    Renamed {
        /// The old name.
        from: String,
        /// The new name.
        to: String,
    },
    /// An attribute of the subject was added, removed or changed.
    Changed {
        /// The name of the attribute.
        attribute: String,
        /// The old value; `None` if the attribute was added.
        from: Option<String>,
        /// The new value; `None` if the attribute was removed.
        to: Option<String>,
    },
}

/// The effect of a change on programs that were written for the older revision. The variants are sorted by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// No effect: only descriptions and examples changed.
    Documentation,
    /// Programs keep working.
    Compatible,
    /// Programs keep working, except those that rely on undocumented behaviour or on a detail that is easy to miss.
    Risky,
    /// Some programs fail, or behave differently.
    Breaking,
}

impl Class {
    /// All classes, the most severe first.
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
    /// The second part of a change's id.
    pub(crate) fn slug(&self) -> &str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Renamed { .. } => "renamed",
            Self::Changed { attribute, .. } => attribute,
        }
    }
}

/// Formats the edit in one line, without its subject.
impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added => f.write_str("added"),
            Self::Removed => f.write_str("removed"),
            Self::Renamed { from, to } => write!(f, "renamed from `{from}` to `{to}`"),
            Self::Changed { attribute, from, to } => match (from, to) {
                (None, Some(to)) => write!(f, "{attribute}: now {}", shortened(to)),
                (Some(from), None) => write!(f, "{attribute}: was {}, now removed", shortened(from)),
                (Some(from), Some(to)) => {
                    let (from, to) = excerpts(from, to);
                    write!(f, "{attribute}: {from} → {to}")
                }
                (None, None) => f.write_str(attribute),
            },
        }
    }
}

/// The maximum number of characters of a value in a line.
const MAX_SHOWN: usize = 60;

/// The number of equal characters that an excerpt has before the first difference.
const BEFORE: usize = 16;

fn shortened(text: &str) -> String {
    excerpt(text, 0)
}

/// Excerpts of both texts. Long texts start shortly before the first difference.
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
        // Markdown quotes text that contains backticks with double backticks.
        true => format!("`` {before}{shown}{after} ``"),
        false => format!("`{before}{shown}{after}`"),
    }
}
