//! For one comment on a pull request.

mod entry;
mod escape;

use std::fmt::Write as _;

use super::{Entry, Report};
use crate::change::Class;
use crate::provenance::Problem;
use entry::{Length, items};
use escape::escaped;

/// GitHub takes 65,536 characters; what would be longer is told in fewer words, and what is left out at last is counted.
const LONGEST: usize = 60_000;

/// So many changes of a class are open; more are folded.
const OPEN: usize = 12;

/// The worst changes are told at more length than the others.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// How many are.
    first: usize,
    /// At which length.
    more: Length,
    /// The length of the others.
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

/// The most that fit, if any number does, which may be none of them. Where fewer do not fit, more do not.
fn most(all: usize, fit: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut least, mut most) = (0, all);
    while least < most {
        let middle = most - (most - least) / 2;
        if fit(middle) { least = middle } else { most = middle - 1 }
    }
    (least > 0 || fit(0)).then_some(least)
}

/// The comment, with no more entries than fit into a length.
fn page(report: &Report, plan: Plan, longest: usize) -> String {
    // What stands before the changes leaves them room.
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
            // Each class has room for saying how many are missing.
            let room = longest.saturating_sub(text.len()).saturating_sub(2 * CLOSING * Class::ALL.len());
            text.push_str(&section(report, class, &entries, room));
        }
    }
    text
}

/// The title of a class, how many of its changes are missing and what closes it take less than this.
const CLOSING: usize = 160;

/// The changes of a class, folded if they are many or matter less. Those after which code must be edited matter.
fn section(report: &Report, class: Class, entries: &[(&Entry, Length)], room: usize) -> String {
    let (major, others): (Vec<_>, Vec<_>) = entries.iter().copied().partition(|(entry, _)| entry.is_major_in_rust_only());
    if major.is_empty() {
        return part(report, &class.to_string(), &others, room, class <= Class::Compatible);
    }
    let open = part(report, &format!("{class} on the wire, major in Rust"), &major, room, false);
    let room = room.saturating_sub(open.len());
    if others.is_empty() { open } else { open + &part(report, &class.to_string(), &others, room, true) }
}

/// Changes under a title.
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
        format!("<details><summary><b>not accounted for</b>: {}</summary>\n\n", report.problems.len())
    } else {
        String::from("#### not accounted for\n\n")
    };
    let (mut left_out, mut is_introduced) = (0, false);
    for problem in &report.problems {
        // One sentence for the many that nobody has marked yet.
        let line = match problem {
            Problem::Unattributed { change, .. } if is_introduced => format!("  - `{change}`\n"),
            Problem::Unattributed { change, .. } => {
                format!("- Did the vendor change it, or did we have it wrong? No file says so:\n  - `{change}`\n")
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
        #### not accounted for

        - Did the vendor change it, or did we have it wrong? No file says so:
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
