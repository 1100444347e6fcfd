//! Formats one change in Markdown.

use std::fmt::Write as _;

use super::LONGEST;
use super::escape::escaped;
use crate::report::labels::item_name;
use crate::report::{Entry, Report, reach_tree};
use crate::rust::{ItemChange, RustClass};

/// The amount of detail for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// One line and folded details.
    Full,
    /// One line.
    Line,
    /// Only the id and the class.
    Name,
}

pub(super) fn entry(report: &Report, entry: &Entry, length: Length) -> String {
    match length {
        Length::Full => format!("{}{}", line(entry), details(report, entry)),
        Length::Line => line(entry),
        Length::Name => name(entry),
    }
}

fn name(entry: &Entry) -> String {
    let accepted = if entry.accepted.is_some() { ", accepted" } else { "" };
    let rust = entry.rust.as_ref().filter(|rust| rust.class != RustClass::None);
    let rust = rust.map(|rust| format!(", Rust **{}**", rust.class)).unwrap_or_default();
    format!("- `{}`{accepted}{rust}\n", entry.change.id)
}

fn line(entry: &Entry) -> String {
    let change = &entry.change;
    let route = change.route.as_ref().map(|route| format!(" (`{route}`)")).unwrap_or_default();
    let origin = entry.origin.map(|origin| format!(" _{origin}_.")).unwrap_or_default();
    let mut text = format!("- **`{}`** {}{route}: {}.{origin}", change.subject, escaped(&change.edit.to_string()), change.reason);
    if let Some(reason) = &entry.accepted {
        let _ = write!(text, " Accepted: {}.", escaped(reason.trim_end_matches('.')));
    }
    if let Some(rust) = entry.rust.as_ref().filter(|rust| rust.class != RustClass::None || rust.disagreement.is_some()) {
        let words = rust.disagreement.as_ref().map(|words| format!(": {words}")).unwrap_or_default();
        let _ = write!(text, " Rust: **{}**{words}.", rust.class);
    }
    text.push('\n');
    text
}

fn details(report: &Report, entry: &Entry) -> String {
    let change = &entry.change;
    let mut text = format!("  `{}` · {} · `{}`\n", change.id, entry.direction(), entry.positions(&report.specification));
    if let Some(evidence) = &entry.evidence {
        let _ = writeln!(text, "\n  {}", escaped(evidence));
    }
    if let Some(page) = &entry.page {
        let _ = write!(text, "\n{}", block("text", page));
    }
    let affected = reach_tree::lines(change);
    if !affected.is_empty() {
        let _ = write!(text, "\n  ```text\n  {}\n  ```\n", affected.join("\n  "));
    }
    if let Some(rust) = entry.rust.as_ref().filter(|rust| !rust.items.is_empty()) {
        let _ = write!(text, "\n{}", items(&rust.items, LONGEST / 8));
    }
    format!("  <details><summary>details</summary>\n\n{text}\n  </details>\n")
}

/// Formats lines as a code block inside a list item. The fence is longer than any run of backticks in the lines.
fn block(language: &str, lines: &str) -> String {
    let longest = lines.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines: String = lines.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect();
    format!("  {fence}{language}\n{lines}  {fence}\n")
}

/// Lists items up to a maximum length.
pub(super) fn items(items: &[ItemChange], longest: usize) -> String {
    let mut text = String::from("  ```diff\n");
    for (index, item) in items.iter().enumerate() {
        let path = item_name(item);
        let line = |sign: char, side: &Option<String>| side.as_ref().map(|side| format!("  {sign} {path}: {side}\n")).unwrap_or_default();
        let lines = line('-', &item.from) + &line('+', &item.to);
        let migration_hint = item.migration_hint.as_ref().map(|migration_hint| format!("  ! {migration_hint}\n")).unwrap_or_default();
        if text.len() + lines.len() + migration_hint.len() > longest {
            let _ = writeln!(text, "  # and {} more", items.len() - index);
            break;
        }
        text.push_str(&lines);
        text.push_str(&migration_hint);
    }
    text + "  ```\n"
}
