//! Formats the changelog for users of the crates. The changes are grouped by operation, and changes of the exchange and corrections of the
//! specification have separate sections.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::change::{Change, Class};
use crate::facts::Kind;
use crate::provenance::{History, Origin, Problem, Unattributed, requires_attribution};
use crate::report::{Entry, Report};
use crate::rust::{ItemChange, RustClass, requires_item_change};

/// The sections of a changelog, in order.
const SECTIONS: [(Option<Origin>, &str); 3] = [
    (Some(Origin::Vendor), "The exchange changed"),
    (Some(Origin::Correction), "The bindings were corrected, and the exchange did not change"),
    (None, "Changes without an origin"),
];

/// Formats the changes as Markdown sections of the fourth level. Returns an empty text if only documentation changed.
pub fn changelog(report: &Report) -> String {
    let mut text = String::new();
    let mut edits = ShownHints::default();
    for (origin, title) in SECTIONS {
        let entries: Vec<&Entry> = report.changes.iter().filter(|entry| entry.origin == origin && is_listed(entry)).collect();
        if entries.is_empty() {
            continue;
        }
        let _ = writeln!(text, "#### {title}\n");
        for (heading, entries) in grouped(&entries) {
            let _ = writeln!(text, "- {heading}");
            entries.into_iter().for_each(|entry| text.push_str(&line(entry, &mut edits)));
        }
        text.push('\n');
    }
    let unexplained: Vec<String> = report.rust.iter().flat_map(|rust| edits.not_yet_shown(&rust.unexplained)).collect();
    if !unexplained.is_empty() {
        text.push_str("#### Changes in the crates only\n\n");
        unexplained.iter().for_each(|migration_hint| {
            let _ = writeln!(text, "- {migration_hint}");
        });
        text.push('\n');
    }
    text
}

/// Whether the changelog lists a change. A change of the documentation is listed only if it also changes a Rust item, such as the name of a
/// variant.
fn is_listed(entry: &Entry) -> bool {
    entry.change.wire != Class::Documentation || entry.rust.as_ref().is_some_and(|rust| rust.class != RustClass::None)
}

/// Assigns the origin of each change in a report about several merged steps. Also returns the changes without an origin.
///
/// Such a report compares only the first and the last revision, so the id of a change can differ from the ids in the steps that made the
/// change. The provenance entries contain the ids of the steps. [`History`] maps these ids to the ids of the report, and its origins
/// replace the origins in the report, which are correct only for a single step, such as a pull request.
pub fn attributed_by(history: &History, mut report: Report) -> (Report, Vec<Unattributed>) {
    let changes: Vec<Change> = report.changes.iter().map(|entry| entry.change.clone()).collect();
    report.problems = history.unused(&changes);
    let mut unattributed: Vec<Unattributed> = Vec::new();
    for (entry, attributed) in report.changes.iter_mut().zip(history.attribute(&changes)) {
        entry.origin = attributed.origin;
        entry.evidence = (!attributed.evidence.is_empty()).then(|| attributed.evidence.join("; "));
        if !attributed.unattributed.is_empty() && requires_attribution(&entry.change, entry.rust.as_ref().map(|rust| rust.class)) {
            report.problems.push(Problem::unattributed(&entry.change));
            let not_yet_shown: Vec<Unattributed> = attributed.unattributed.into_iter().filter(|one| !unattributed.contains(one)).collect();
            unattributed.extend(not_yet_shown);
        }
    }
    (report, unattributed)
}

/// Groups the changes by operation. A change that affects several operations is listed under its own subject.
fn grouped<'a>(entries: &[&'a Entry]) -> Vec<(String, Vec<&'a Entry>)> {
    let mut groups: Vec<(String, Vec<&'a Entry>)> = Vec::new();
    for entry in entries {
        let heading = heading(entry);
        match groups.iter_mut().find(|(known, _)| *known == heading) {
            Some((_, group)) => group.push(entry),
            None => groups.push((heading, vec![entry])),
        }
    }
    groups
}

fn heading(entry: &Entry) -> String {
    let change = &entry.change;
    let request = |operation: &str| format!("`requests::{}`", venue_spec::rust_names::pascal(operation));
    match (change.affected.operations.as_slice(), &change.route) {
        ([operation], Some(route)) => format!("{} (`{route}`)", request(operation)),
        ([], _) if matches!(change.kind, Kind::Type | Kind::Field | Kind::Value) => format!("`types::{}`", owner(&change.subject)),
        ([], _) => format!("`{}`", change.subject),
        (operations, _) if matches!(change.kind, Kind::Type | Kind::Field | Kind::Value | Kind::Condition) => {
            const NAMED: usize = 4;
            let named: Vec<String> = operations.iter().take(NAMED).map(|operation| request(operation)).collect();
            let more = operations.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("`types::{}`, in {}{more}", owner(&change.subject), named.join(", "))
        }
        (operations, _) => format!("`{}`, in {} operations", change.subject, operations.len()),
    }
}

fn owner(subject: &str) -> &str {
    subject.split(['.', '=', ':']).next().unwrap_or(subject)
}

fn line<'a>(entry: &'a Entry, edits: &mut ShownHints<'a>) -> String {
    let change = &entry.change;
    let class = match change.wire {
        Class::Breaking => "**breaking**: ",
        Class::Risky => "**risky**: ",
        Class::Compatible | Class::Documentation => "",
    };
    let mut text = format!("  - {class}`{}` {}: {}.\n", change.subject, change.edit, change.reason);
    if let Some(rust) = &entry.rust {
        // A hint to regenerate the code does not concern users of the crates.
        let is_generated = !rust.items.is_empty() || !requires_item_change(change);
        if let Some(words) = rust.disagreement.as_ref().filter(|_| is_generated) {
            let _ = writeln!(text, "    - in Rust: {words}");
        }
        for migration_hint in edits.not_yet_shown(&rust.items) {
            let _ = writeln!(text, "    - {migration_hint}");
        }
    }
    text
}

/// The migration hints that are listed already. Several changes can affect one item.
#[derive(Default)]
struct ShownHints<'a>(BTreeSet<(&'a str, &'a str)>);

impl<'a> ShownHints<'a> {
    fn not_yet_shown(&mut self, items: &'a [ItemChange]) -> Vec<String> {
        let edits = items.iter().filter_map(|item| Some((item.crate_name.as_str(), item.migration_hint.as_deref()?)));
        edits
            .filter(|migration_hint| self.0.insert(*migration_hint))
            .map(|(crate_name, migration_hint)| format!("`{crate_name}`: {migration_hint}"))
            .collect()
    }
}
