//! Texts that all formats of a report share.

use std::path::Path;

use super::{Entry, Report, Summary};
use crate::change::Class;
use crate::provenance::{self, Problem};
use crate::reach::Direction;
use crate::rust::{ItemChange, RustClass};

impl Report {
    /// Summarizes the report in one line: `3 changes: 1 breaking, 2 compatible`.
    pub(super) fn headline(&self) -> String {
        let Summary { breaking, risky, compatible, documentation, accepted } = self.summary;
        let counts = [(breaking, "breaking"), (risky, "risky"), (compatible, "compatible"), (documentation, "documentation only")];
        let counts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
        let accepted = if accepted > 0 { format!(" ({accepted} accepted)") } else { String::new() };
        let changes = match self.changes.len() {
            0 if !self.is_compared => return String::from("nothing was compared"),
            0 => None,
            1 => Some(format!("1 change: {}{accepted}", counts.join(", "))),
            count => Some(format!("{count} changes: {}{accepted}", counts.join(", "))),
        };
        match (changes, self.unexplained_summary()) {
            (None, None) => String::from("nothing changed"),
            (Some(changes), None) => changes,
            (None, Some(unexplained)) => unexplained,
            (Some(changes), Some(unexplained)) => format!("{changes}; {unexplained}"),
        }
    }

    /// Counts the changed Rust items that no change of the specification explains; `None` if there are none.
    pub(super) fn unexplained_summary(&self) -> Option<String> {
        let unexplained = self.unexplained();
        let major = unexplained.iter().filter(|item| item.class == RustClass::Major).count();
        let major = if major > 0 { format!(" ({major} major)") } else { String::new() };
        match unexplained.len() {
            0 => None,
            1 => Some(format!("1 change in Rust{major} that no change of the specification explains")),
            count => Some(format!("{count} changes in Rust{major} that no change of the specification explains")),
        }
    }
}

impl Entry {
    /// The position of the changed part: `openapi/example.yaml:12 (was line 10)`.
    pub(super) fn positions(&self, file: &str) -> String {
        match (&self.change.old, &self.change.new) {
            (Some(old), Some(new)) if old.line == new.line => format!("{file}:{}", new.line),
            (Some(old), Some(new)) => format!("{file}:{} (was line {})", new.line, old.line),
            (None, Some(new)) => format!("{file}:{}", new.line),
            (Some(old), None) => format!("{file}: was line {}", old.line),
            (None, None) => file.to_owned(),
        }
    }

    /// The direction of the change.
    pub(super) fn direction(&self) -> &'static str {
        match self.change.direction {
            Direction::Request => "request",
            Direction::Response => "response",
            Direction::Both => "request and response",
            Direction::None => "no operation",
        }
    }
}

/// The note that an exception could not be checked, because the Rust code was not compared. An exception for a change that is compatible on
/// the wire may be needed because the change is breaking in Rust.
pub(super) fn unchecked_exception(entry: &Entry) -> Option<String> {
    let id = &entry.change.id;
    (entry.change.wire != Class::Breaking)
        .then(|| format!("`{id}` is accepted and compatible on the wire. Its effect in Rust was not checked"))
}

/// The folder of the provenance files: `openapi/changes/example` for `openapi/example.yaml`.
pub(super) fn provenance_folder(specification: &str) -> String {
    let path = Path::new(specification);
    let name = path.file_stem().unwrap_or_default();
    path.with_file_name("changes").join(name).to_string_lossy().replace('\\', "/")
}

/// The path of a Rust item, as code would write it.
pub(super) fn item_name(item: &ItemChange) -> String {
    format!("{}::{}", item.crate_name.replace('-', "_"), item.path)
}

/// The template of an entry for the changes without an origin.
pub(super) fn draft(problems: &[Problem]) -> Option<String> {
    let ids: Vec<&str> = problems
        .iter()
        .filter_map(|problem| match problem {
            Problem::Unattributed { change, .. } => Some(change.as_str()),
            _ => None,
        })
        .collect();
    (!ids.is_empty()).then(|| provenance::draft(&ids, false))
}
