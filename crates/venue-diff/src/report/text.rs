//! For a terminal or a log.

use std::fmt::Write as _;

use super::words::{draft, folder_of_changes, item_name};
use super::{Entry, Report, tree};
use crate::change::Class;
use crate::rust::{ItemChange, RustClass};

/// So many items that nothing explains are shown: after a change of the generator there may be thousands.
const SHOWN: usize = 40;

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
            rust.unexplained.iter().take(SHOWN).for_each(|item| text.push_str(&self::item(item)));
            if let more @ 1.. = rust.unexplained.len().saturating_sub(SHOWN) {
                let _ = writeln!(text, "        and {more} more: --format json and --format html show them all");
            }
        }
    }
    if !report.problems.is_empty() {
        text.push_str("\nnot accounted for\n");
        for problem in &report.problems {
            let (file, line) = problem.place();
            let _ = writeln!(text, "  {}:{line}: {problem}", file.unwrap_or(&report.specification));
        }
        if let Some(draft) = draft(&report.problems) {
            let _ = write!(
                text,
                "\nA new file below {} says it, with an entry for each cause:\n\n{draft}",
                folder_of_changes(&report.specification)
            );
        }
    }
    text
}

fn entry(report: &Report, entry: &Entry) -> String {
    let change = &entry.change;
    let mut text = format!("\n  {}  {}\n", change.subject, change.what);
    let mut line = |words: &str| {
        let _ = writeln!(text, "      {words}");
    };
    line(&format!("{} [{}], {}", change.why, change.rules.join(", "), entry.direction()));
    line(&entry.places(&report.specification));
    if let Some(route) = &change.route {
        line(route);
    }
    tree::lines(change).iter().for_each(|reached| line(reached));
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
    let edit = item.edit.as_ref().filter(|_| item.class == RustClass::Major).map(|edit| format!("            {edit}\n"));
    format!("        {sign} {}{shown}\n{}", item_name(item), edit.unwrap_or_default())
}
