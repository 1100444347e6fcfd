//! Problems with provenance entries.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::change::Change;

/// A change without an origin, or an entry that does not match the changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Problem {
    /// A change has no origin.
    #[serde(rename = "unmarked")]
    Unattributed {
        /// The id of the change.
        change: String,
        /// The line of the change in the specification.
        line: usize,
    },
    /// Two entries state different origins of one change.
    Contradiction {
        /// The id of the change.
        change: String,
        /// The file with the later entry.
        file: String,
        /// The file with the earlier entry.
        other: String,
    },
    /// An entry matches no change.
    #[serde(rename = "unused-mark")]
    UnusedAttribution {
        /// The id or pattern of the entry.
        id: String,
        /// The file with the entry.
        file: String,
        /// The line of the entry, from 1.
        line: usize,
    },
    /// An exception matches no change.
    UnusedException {
        /// The id of the exception.
        id: String,
        /// The file with the exception.
        file: String,
        /// The line of the exception, from 1.
        line: usize,
    },
    /// An exception is for a change that breaks nothing.
    NothingToAccept {
        /// The id of the exception.
        id: String,
        /// The file with the exception.
        file: String,
        /// The line of the exception, from 1.
        line: usize,
    },
    /// An exception has expired.
    Expired {
        /// The id of the exception.
        id: String,
        /// The file with the exception.
        file: String,
        /// The line of the exception, from 1.
        line: usize,
        /// The last day of the exception.
        on: String,
    },
}

impl Problem {
    /// Creates the problem of a change without an origin.
    pub(crate) fn unattributed(change: &Change) -> Self {
        let position = change.new.as_ref().or(change.old.as_ref());
        Self::Unattributed { change: change.id.clone(), line: position.map_or(1, |position| position.line) }
    }

    /// The file and the line. `None` as the file means the specification.
    pub fn position(&self) -> (Option<&str>, usize) {
        match self {
            Self::Unattributed { line, .. } => (None, *line),
            Self::Contradiction { file, .. } => (Some(file), 1),
            Self::UnusedAttribution { file, line, .. }
            | Self::UnusedException { file, line, .. }
            | Self::NothingToAccept { file, line, .. }
            | Self::Expired { file, line, .. } => (Some(file), *line),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unattributed { change, .. } => {
                write!(f, "`{change}` has no origin: did the vendor change it, or does it correct a mistake?")
            }
            Self::Contradiction { change, file, other } => {
                write!(f, "`{change}`: {file} and {other} state different origins: remove one entry")
            }
            Self::UnusedAttribution { id, .. } => write!(f, "`{id}` has an origin, but no change has this id: correct or remove the entry"),
            Self::UnusedException { id, .. } => write!(f, "`{id}` is accepted, but no change has this id: correct or remove the exception"),
            Self::NothingToAccept { id, .. } => write!(f, "`{id}` is accepted, but breaks nothing: remove the exception"),
            Self::Expired { id, on, .. } => write!(f, "`{id}` was accepted until {on}: undo the change, or remove the exception"),
        }
    }
}
