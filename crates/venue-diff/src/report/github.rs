//! Formats a report as workflow commands of GitHub Actions, which annotate lines.

use std::cmp::Reverse;

use super::labels::item_name;
use super::{Report, Severity};
use crate::change::Class;
use crate::rust::RustClass;

/// The maximum number of unexplained items in the annotation.
const NAMED: usize = 8;

pub(super) fn github(report: &Report) -> String {
    let mut text = String::new();
    for entry in &report.changes {
        let change = &entry.change;
        let level = match entry.severity() {
            Severity::Breaking => "error",
            _ if change.wire == Class::Risky || entry.accepted.is_some() => "warning",
            Severity::Compatible | Severity::Nothing => "notice",
        };
        // A removed part has no line in the newer file. Its annotation is at the line of its owner, or at the first line if the owner was
        // removed as well.
        let line = change.new.as_ref().or(entry.owner.as_ref()).map_or(1, |position| position.line);
        let title = format!("{}: {} {}", change.wire, change.subject, change.edit);
        let rust = entry.rust.as_ref().map(|rust| format!(" Rust: {}.", rust.class)).unwrap_or_default();
        text.push_str(&command(level, &report.specification, line, &title, &format!("{}.{rust} {}", change.reason, change.id)));
    }
    for problem in &report.problems {
        let (file, line) = problem.position();
        text.push_str(&command("error", file.unwrap_or(&report.specification), line, "provenance problems", &problem.to_string()));
    }
    if let Some(counts) = report.unexplained_summary() {
        text.push_str(&unexplained(report, &counts));
    }
    let title = format!("{} → {}", report.base, report.head);
    text.push_str(&command("notice", &report.specification, 1, &title, &report.headline()));
    for note in &report.notes {
        text.push_str(&command("notice", &report.specification, 1, &title, note));
    }
    text
}

/// Creates one annotation for all unexplained items, which are Rust items that changed without a change of the specification. Unexplained
/// items have no line in the specification, and there can be thousands of them.
fn unexplained(report: &Report, counts: &str) -> String {
    let mut items: Vec<_> = report.unexplained().iter().collect();
    items.sort_by_key(|item| Reverse(item.class));
    let worst = items.first().map_or(RustClass::None, |item| item.class);
    let level = if worst == RustClass::Major { "error" } else { "warning" };
    let mut message: Vec<String> = items.iter().take(NAMED).map(|item| item_name(item)).collect();
    if let more @ 1.. = items.len().saturating_sub(NAMED) {
        message.push(format!("and {more} more: `cargo xtask diff` shows them"));
    }
    command(level, &report.specification, 1, counts, &message.join("\n"))
}

fn command(level: &str, file: &str, line: usize, title: &str, message: &str) -> String {
    format!("::{level} file={},line={line},title={}::{}\n", property(file), property(title), data(message))
}

/// Escapes the text of a workflow command, as GitHub documents.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command, as GitHub documents.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
