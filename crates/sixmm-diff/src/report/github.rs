//! For GitHub Actions: workflow commands that annotate lines.

use super::Report;
use crate::change::Class;
use crate::rust::RustClass;

pub(super) fn github(report: &Report) -> String {
    let mut text = String::new();
    for entry in &report.changes {
        let change = &entry.change;
        let rust = entry.rust.as_ref().map_or(RustClass::None, |rust| rust.class);
        let level = match (change.wire, rust) {
            (Class::Breaking, _) if entry.accepted.is_none() => "error",
            (Class::Breaking | Class::Risky, _) | (_, RustClass::Major) => "warning",
            (Class::Compatible | Class::Documentation, _) => "notice",
        };
        // What is gone has no line any more: the annotation stands at the top of the file.
        let line = change.new.as_ref().map_or(1, |place| place.line);
        let title = format!("{}: {} {}", change.wire, change.subject, change.what);
        let rust = entry.rust.as_ref().map(|rust| format!(" Rust: {}.", rust.class)).unwrap_or_default();
        text.push_str(&command(level, &report.specification, line, &title, &format!("{}.{rust} {}", change.why, change.id)));
    }
    for problem in &report.problems {
        let (file, line) = problem.place();
        text.push_str(&command("error", file.unwrap_or(&report.specification), line, "not accounted for", &problem.to_string()));
    }
    let title = format!("{} → {}", report.base, report.head);
    text.push_str(&command("notice", &report.specification, 1, &title, &report.headline()));
    for note in &report.notes {
        text.push_str(&command("notice", &report.specification, 1, &title, note));
    }
    text
}

fn command(level: &str, file: &str, line: usize, title: &str, message: &str) -> String {
    format!("::{level} file={},line={line},title={}::{}\n", property(file), property(title), data(message))
}

/// The escapes that GitHub documents for the text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// And those for its properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
