//! Formats a report as a comment on a pull request.

mod entry;
mod escape;

use std::fmt::Write as _;

use super::{Entry, Report};
use crate::change::Class;
use crate::provenance::Problem;
use entry::{Length, items};
use escape::escaped;

/// The maximum length of a comment. GitHub allows 65,536 characters. A comment that would be longer has fewer details. If even the
/// list of ids is too long, the comment states how many changes are missing.
const LONGEST: usize = 60_000;

/// The maximum number of changes of a class that are shown without folding.
const OPEN: usize = 12;

/// The amount of detail: the most severe changes have more details than the others.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// The number of changes with more details.
    first: usize,
    /// The details of these changes.
    more: Length,
    /// The details of the other changes.
    less: Length,
}

impl Plan {
    fn length(self, rank: usize) -> Length {
        if rank < self.first { self.more } else { self.less }
    }
}

pub(super) fn markdown(report: &Report) -> String {
    let all = report.changes.len();
    let text = page(report, Plan { first: all, more: Length::Full, less: Length::Line }, usize::MAX);
    if text.len() <= LONGEST {
        return text;
    }
    for (more, less) in [(Length::Full, Length::Line), (Length::Line, Length::Name)] {
        let shorter = |first| page(report, Plan { first, more, less }, usize::MAX);
        if let Some(first) = most(all, |first| shorter(first).len() <= LONGEST) {
            return shorter(first);
        }
    }
    page(report, Plan { first: 0, more: Length::Name, less: Length::Name }, LONGEST)
}

/// The largest number up to `all` for which `fit` returns `true`; `None` if there is no such number. If `fit` returns `false` for a
/// number, it must return `false` for all larger numbers.
fn most(all: usize, fit: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut least, mut most) = (0, all);
    while least < most {
        let middle = most - (most - least) / 2;
        if fit(middle) { least = middle } else { most = middle - 1 }
    }
    (least > 0 || fit(0)).then_some(least)
}

/// Formats the comment with as many entries as fit into `longest` characters.
fn page(report: &Report, plan: Plan, longest: usize) -> String {
    // The part before the changes is limited, so that the changes have room.
    let beside = if plan.less == Length::Name { LONGEST / 20 } else { LONGEST / 4 };
    let mut text = format!("### `{}`: {}\n\n`{}` → `{}`\n\n", report.specification, report.headline(), report.base, report.head);
    for note in &report.notes {
        let _ = writeln!(text, "> {}\n", escaped(note));
    }
    text.push_str(&summary(report, beside));
    text.push_str(&problems(report, beside));
    if plan.first < report.changes.len() {
        text.push_str("There are too many changes for a comment with all their details: `cargo xtask diff --format html` shows them.\n\n");
    }
    // The changes are in the order of their classes.
    let mut rank = 0;
    for class in Class::ALL {
        let entries: Vec<(&Entry, Length)> = report.of_class(class).zip(rank..).map(|(entry, rank)| (entry, plan.length(rank))).collect();
        rank += entries.len();
        if !entries.is_empty() {
            // Each class needs room for the number of missing changes.
            let room = longest.saturating_sub(text.len()).saturating_sub(2 * CLOSING * Class::ALL.len());
            text.push_str(&section(report, class, &entries, room));
        }
    }
    text
}

/// The maximum length of the title of a class, its number of missing changes, and its end.
const CLOSING: usize = 160;

/// Formats the changes of a class. They are folded if there are many, or if the class is compatible or documentation. Changes that
/// are compatible on the wire but require edits of Rust code come first, in a part of their own.
fn section(report: &Report, class: Class, entries: &[(&Entry, Length)], room: usize) -> String {
    let (major, others): (Vec<_>, Vec<_>) = entries.iter().copied().partition(|(entry, _)| entry.is_major_in_rust_only());
    if major.is_empty() {
        return part(report, &class.to_string(), &others, room, class <= Class::Compatible);
    }
    let open = part(report, &format!("{class} on the wire, major in Rust"), &major, room, false);
    let room = room.saturating_sub(open.len());
    if others.is_empty() { open } else { open + &part(report, &class.to_string(), &others, room, true) }
}

/// Formats changes under a title.
fn part(report: &Report, title: &str, entries: &[(&Entry, Length)], room: usize, matters_less: bool) -> String {
    let is_folded = entries.len() > OPEN || matters_less;
    let (mut text, close) = if is_folded {
        (format!("<details><summary><b>{title}</b>: {}</summary>\n\n", entries.len()), "\n</details>\n\n")
    } else {
        (format!("#### {title}\n\n"), "\n")
    };
    let mut left = room;
    for (index, (entry, length)) in entries.iter().enumerate() {
        let entry = entry::entry(report, entry, *length);
        if entry.len() > left {
            let _ = writeln!(text, "- and {} more: `cargo xtask diff --format html` shows them all", entries.len() - index);
            break;
        }
        left -= entry.len();
        text.push_str(&entry);
    }
    text + close
}

fn summary(report: &Report, longest: usize) -> String {
    let mut text = String::from("| | changes |\n| --- | ---: |\n");
    for class in Class::ALL {
        let _ = writeln!(text, "| {class} | {} |", report.of_class(class).count());
    }
    if let Some(rust) = &report.rust {
        text.push_str("\n| crate | Rust |\n| --- | --- |\n");
        for changed in &rust.crates {
            let _ = writeln!(text, "| `{}` | {} |", changed.name, changed.class);
        }
        if let Some(counts) = report.unexplained_summary() {
            let items = items(report.unexplained(), longest);
            let _ = write!(text, "\n<details><summary>{counts}</summary>\n\n{items}\n</details>\n");
        }
    }
    text + "\n"
}

fn problems(report: &Report, longest: usize) -> String {
    if report.problems.is_empty() {
        return String::new();
    }
    let folds = report.problems.len() > OPEN;
    let mut text = if folds {
        format!("<details><summary><b>provenance problems</b>: {}</summary>\n\n", report.problems.len())
    } else {
        String::from("#### provenance problems\n\n")
    };
    let (mut left_out, mut is_introduced) = (0, false);
    for problem in &report.problems {
        // All changes without an origin share one sentence.
        let line = match problem {
            Problem::Unattributed { change, .. } if is_introduced => format!("  - `{change}`\n"),
            Problem::Unattributed { change, .. } => {
                format!("- These changes have no origin. Did the vendor change them, or do they correct mistakes?\n  - `{change}`\n")
            }
            _ => format!("- {}\n", escaped(&problem.to_string())),
        };
        if text.len() + line.len() > longest {
            left_out += 1;
            continue;
        }
        is_introduced = matches!(problem, Problem::Unattributed { .. });
        text.push_str(&line);
    }
    if left_out > 0 {
        let _ = writeln!(text, "- and {left_out} more");
    }
    text + if folds { "\n</details>\n\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::ProvenanceLog;
    use crate::report::Header;

    #[test]
    fn what_is_not_accounted_for_is_named_as_far_as_there_is_room() {
        let header = Header { specification: "example.yaml".into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
        let mut report = Report::new(header, Vec::new(), None, &ProvenanceLog::default());
        report.problems = (0..2).map(|line| Problem::Unattributed { change: format!("Order.id/{line}"), line }).collect();
        insta::assert_snapshot!(problems(&report, LONGEST / 4), @r"
        #### provenance problems

        - These changes have no origin. Did the vendor change them, or do they correct mistakes?
          - `Order.id/0`
          - `Order.id/1`
        ");
        report.problems = (0..2_000).map(|line| Problem::Unattributed { change: format!("Order.id/{line}"), line }).collect();
        let text = problems(&report, LONGEST / 4);
        let named = text.matches("Order.id").count();
        assert!(text.len() < LONGEST / 3, "{}", text.len());
        assert!(text.contains(&format!("- and {} more\n", 2_000 - named)), "{named}");
    }
}
