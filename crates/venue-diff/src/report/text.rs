//! Formats a report for a terminal or a log.

use std::fmt::Write as _;

use super::labels::{draft, item_name, provenance_folder};
use super::{Entry, Report, reach_tree};
use crate::change::Class;
use crate::rust::{ItemChange, RustClass};

/// A report lists at most this number of unexplained items. An item is unexplained if its Rust code changed without a change of the
/// specification. A change of the generator can cause thousands of them.
const MAX_SHOWN: usize = 40;

pub(super) fn text(report: &Report) -> String {
    let mut text = format!("{}: {} → {}: {}\n", report.specification, report.base, report.head, report.headline());
    for note in &report.notes {
        let _ = writeln!(text, "note: {note}");
    }
    for class in Class::ALL {
        let mut entries = report.of_class(class).peekable();
        if entries.peek().is_some() {
            let _ = writeln!(text, "\n{class}");
        }
        entries.for_each(|entry| text.push_str(&self::entry(report, entry)));
    }
    if let Some(rust) = &report.rust {
        text.push('\n');
        for changed in &rust.crates {
            let _ = writeln!(text, "{}: {}", changed.name, changed.class);
        }
        if !rust.unexplained.is_empty() {
            text.push_str("\nchanges in Rust that no change of the specification explains\n");
            rust.unexplained.iter().take(MAX_SHOWN).for_each(|item| text.push_str(&self::item(item)));
            if let more @ 1.. = rust.unexplained.len().saturating_sub(MAX_SHOWN) {
                let _ = writeln!(text, "        and {more} more: --format json and --format html show them all");
            }
        }
    }
    if !report.problems.is_empty() {
        text.push_str("\nprovenance problems\n");
        for problem in &report.problems {
            let (file, line) = problem.position();
            let _ = writeln!(text, "  {}:{line}: {problem}", file.unwrap_or(&report.specification));
        }
        if let Some(draft) = draft(&report.problems) {
            let _ = write!(
                text,
                "\nAdd a file below {} with an entry for each cause. Template:\n\n{draft}",
                provenance_folder(&report.specification)
            );
        }
    }
    text
}

fn entry(report: &Report, entry: &Entry) -> String {
    let change = &entry.change;
    let mut text = format!("\n  {}  {}\n", change.subject, change.edit);
    let mut line = |words: &str| {
        let _ = writeln!(text, "      {words}");
    };
    line(&format!("{} [{}], {}", change.reason, change.rules.join(", "), entry.direction()));
    line(&entry.positions(&report.specification));
    if let Some(route) = &change.route {
        line(route);
    }
    reach_tree::lines(change).iter().for_each(|affected| line(affected));
    if let (Some(origin), Some(evidence)) = (entry.origin, &entry.evidence) {
        line(&format!("{origin}: {evidence}"));
    }
    if let Some(reason) = &entry.accepted {
        line(&format!("accepted: {reason}"));
    }
    line(&format!("id: {}", change.id));
    entry.page.iter().flat_map(|page| page.lines()).for_each(|shown| line(format!("| {shown}").trim_end()));
    if let Some(rust) = &entry.rust {
        line(&format!("Rust: {}{}", rust.class, rust.disagreement.as_ref().map(|words| format!(" ({words})")).unwrap_or_default()));
        rust.items.iter().for_each(|item| text.push_str(&self::item(item)));
    }
    text
}

fn item(item: &ItemChange) -> String {
    let (sign, shown) = match (&item.from, &item.to) {
        (None, Some(to)) => ('+', to.clone()),
        (Some(from), None) => ('-', from.clone()),
        (Some(from), Some(to)) => ('~', format!("{from} → {to}")),
        (None, None) => (' ', String::new()),
    };
    let shown = if shown.is_empty() { shown } else { format!(": {shown}") };
    let migration_hint = item
        .migration_hint
        .as_ref()
        .filter(|_| item.class == RustClass::Major)
        .map(|migration_hint| format!("            {migration_hint}\n"));
    format!("        {sign} {}{shown}\n{}", item_name(item), migration_hint.unwrap_or_default())
}
