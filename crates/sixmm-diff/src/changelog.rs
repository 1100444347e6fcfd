//! What a user of the crates reads of a comparison: by operation, the exchange's changes apart from our corrections.

use std::fmt::Write as _;

use crate::change::Class;
use crate::changes::Origin;
use crate::facts::Kind;
use crate::report::{Entry, Report};
use crate::rust::RustClass;

/// The sections of a changelog, in their order.
const SECTIONS: [(Option<Origin>, &str); 3] = [
    (Some(Origin::Vendor), "The exchange changed"),
    (Some(Origin::Correction), "These bindings were corrected: the exchange is as it was"),
    (None, "Not marked as one or the other yet"),
];

/// The changes as Markdown, to be put under a heading of the third level. Nothing if nothing changed but words.
pub fn changelog(report: &Report) -> String {
    let mut text = String::new();
    for (origin, title) in SECTIONS {
        let entries: Vec<&Entry> = report.changes.iter().filter(|entry| entry.origin == origin && is_news(entry)).collect();
        if entries.is_empty() {
            continue;
        }
        let _ = writeln!(text, "#### {title}\n");
        for (heading, entries) in grouped(&entries) {
            let _ = writeln!(text, "- {heading}");
            entries.iter().for_each(|entry| text.push_str(&line(entry)));
        }
        text.push('\n');
    }
    let unexplained = report.rust.iter().flat_map(|rust| &rust.unexplained).filter(|item| item.class != RustClass::None);
    let edits: Vec<&str> = unexplained.filter_map(|item| item.edit.as_deref()).collect();
    if !edits.is_empty() {
        text.push_str("#### The crates alone changed\n\n");
        edits.iter().for_each(|edit| {
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
    let method = |operation: &str| format!("`Client::{}`", sixmm_spec::names::snake(operation));
    match (change.reached.operations.as_slice(), &change.route) {
        ([operation], Some(route)) => format!("{} (`{route}`)", method(operation)),
        ([], _) if matches!(change.kind, Kind::Type | Kind::Field | Kind::Value) => format!("`types::{}`", owner(&change.subject)),
        ([], _) => format!("`{}`", change.subject),
        (operations, _) if matches!(change.kind, Kind::Type | Kind::Field | Kind::Value | Kind::Condition) => {
            const NAMED: usize = 4;
            let named: Vec<String> = operations.iter().take(NAMED).map(|operation| method(operation)).collect();
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

fn line(entry: &Entry) -> String {
    let change = &entry.change;
    let class = match change.wire {
        Class::Breaking => "**breaking**: ",
        Class::Risky => "**look at it**: ",
        Class::Compatible | Class::Documentation => "",
    };
    let mut text = format!("  - {class}`{}` {}: {}.\n", change.subject, change.what, change.why);
    if let Some(rust) = &entry.rust {
        if let Some(words) = &rust.disagreement {
            let _ = writeln!(text, "    - in Rust: {words}");
        }
        for edit in rust.items.iter().filter_map(|item| item.edit.as_ref()) {
            let _ = writeln!(text, "    - {edit}");
        }
    }
    text
}
