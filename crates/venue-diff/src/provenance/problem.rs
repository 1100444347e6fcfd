//! What is wrong with what the files say, or do not say.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::change::Change;

/// Why a change is not accounted for, or an entry stands for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Problem {
    /// Nobody says who changed it.
    #[serde(rename = "unmarked")]
    Unattributed {
        /// The change.
        change: String,
        /// Its line in the specification.
        line: usize,
    },
    /// Two entries say two things of one change.
    Contradiction {
        /// The change.
        change: String,
        /// One file.
        file: String,
        /// The other.
        other: String,
    },
    /// An entry names a change that there is not.
    #[serde(rename = "unused-mark")]
    UnusedAttribution {
        /// What it names.
        id: String,
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// An exception names a change that there is not.
    UnusedException {
        /// What it names.
        id: String,
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// An exception names a change that breaks nothing.
    NothingToAccept {
        /// What it names.
        id: String,
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// An exception's time is over.
    Expired {
        /// What it names.
        id: String,
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// Its last day.
        on: String,
    },
}

impl Problem {
    /// That nobody says who made a change.
    pub(crate) fn unattributed(change: &Change) -> Self {
        let position = change.new.as_ref().or(change.old.as_ref());
        Self::Unattributed { change: change.id.clone(), line: position.map_or(1, |position| position.line) }
    }

    /// The file, if it is one of `openapi/changes`, and the line.
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
                write!(f, "`{change}`: did the vendor change it, or did we have it wrong? No file says so")
            }
            Self::Contradiction { change, file, other } => {
                write!(f, "`{change}`: {file} and {other} say two things of it: let one of them speak")
            }
            Self::UnusedAttribution { id, .. } => write!(f, "`{id}` is marked, and no change is called so: mend or remove it"),
            Self::UnusedException { id, .. } => write!(f, "`{id}` is accepted, and no change is called so: mend or remove it"),
            Self::NothingToAccept { id, .. } => write!(f, "`{id}` is accepted, and breaks nothing: remove the exception"),
            Self::Expired { id, on, .. } => write!(f, "`{id}` was accepted until {on}: undo the change, or remove the exception"),
        }
    }
}
