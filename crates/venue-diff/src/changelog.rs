//! What a user of the crates reads of a comparison: by operation, the exchange's changes apart from our corrections.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::change::{Change, Class};
use crate::changes::{History, Origin, Problem, Unmarked, must_be_marked};
use crate::facts::Kind;
use crate::report::{Entry, Report};
use crate::rust::{ItemChange, RustClass, must_show};

/// The sections of a changelog, in their order.
const SECTIONS: [(Option<Origin>, &str); 3] = [
    (Some(Origin::Vendor), "The exchange changed"),
    (Some(Origin::Correction), "These bindings were corrected: the exchange is as it was"),
    (None, "Not marked as one or the other yet"),
];

/// The changes as Markdown, to be put under a heading of the third level. Nothing if nothing changed but words.
pub fn changelog(report: &Report) -> String {
    let mut text = String::new();
    let mut edits = Edits::default();
    for (origin, title) in SECTIONS {
        let entries: Vec<&Entry> = report.changes.iter().filter(|entry| entry.origin == origin && is_news(entry)).collect();
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
    let unexplained: Vec<String> = report.rust.iter().flat_map(|rust| edits.news(&rust.unexplained)).collect();
    if !unexplained.is_empty() {
        text.push_str("#### The crates alone changed\n\n");
        unexplained.iter().for_each(|edit| {
            let _ = writeln!(text, "- {edit}");
        });
        text.push('\n');
    }
    text
}

/// Words are no news, unless they rename something in Rust.
fn is_news(entry: &Entry) -> bool {
    entry.change.wire != Class::Documentation || entry.rust.as_ref().is_some_and(|rust| rust.class != RustClass::None)
}

/// The report with whoever changed it as the history tells, and what nobody speaks of.
///
/// What a report says by itself is right for one step, such as a pull request. Of several that were merged since a release, the entries name
/// changes that may no longer be called so.
pub fn told_by(history: &History, mut report: Report) -> (Report, Vec<Unmarked>) {
    let changes: Vec<Change> = report.changes.iter().map(|entry| entry.change.clone()).collect();
    report.problems = history.unused(&changes);
    let mut unmarked: Vec<Unmarked> = Vec::new();
    for (entry, told) in report.changes.iter_mut().zip(history.tell(&changes)) {
        entry.origin = told.origin;
        entry.evidence = (!told.evidence.is_empty()).then(|| told.evidence.join("; "));
        if !told.unmarked.is_empty() && must_be_marked(&entry.change, entry.rust.as_ref().map(|rust| rust.class)) {
            report.problems.push(Problem::unmarked(&entry.change));
            let news: Vec<Unmarked> = told.unmarked.into_iter().filter(|one| !unmarked.contains(one)).collect();
            unmarked.extend(news);
        }
    }
    (report, unmarked)
}

/// By operation, with its Rust method and route; what several operations share stands under its own name.
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
    let request = |operation: &str| format!("`requests::{}`", venue_spec::names::pascal(operation));
    match (change.reached.operations.as_slice(), &change.route) {
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

fn line<'a>(entry: &'a Entry, edits: &mut Edits<'a>) -> String {
    let change = &entry.change;
    let class = match change.wire {
        Class::Breaking => "**breaking**: ",
        Class::Risky => "**look at it**: ",
        Class::Compatible | Class::Documentation => "",
    };
    let mut text = format!("  - {class}`{}` {}: {}.\n", change.subject, change.what, change.why);
    if let Some(rust) = &entry.rust {
        // Code that is not generated yet is no news for those who use it.
        let is_generated = !rust.items.is_empty() || !must_show(change);
        if let Some(words) = rust.disagreement.as_ref().filter(|_| is_generated) {
            let _ = writeln!(text, "    - in Rust: {words}");
        }
        for edit in edits.news(&rust.items) {
            let _ = writeln!(text, "    - {edit}");
        }
    }
    text
}

/// What to edit was told already: several changes can concern one item.
#[derive(Default)]
struct Edits<'a>(BTreeSet<(&'a str, &'a str)>);

impl<'a> Edits<'a> {
    fn news(&mut self, items: &'a [ItemChange]) -> Vec<String> {
        let edits = items.iter().filter_map(|item| Some((item.crate_name.as_str(), item.edit.as_deref()?)));
        edits.filter(|edit| self.0.insert(*edit)).map(|(crate_name, edit)| format!("`{crate_name}`: {edit}")).collect()
    }
}
