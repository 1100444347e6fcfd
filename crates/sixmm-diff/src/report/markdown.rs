//! For one comment on a pull request.

use std::fmt::Write as _;

use super::{Entry, Report, tree};
use crate::change::Class;
use crate::changes::Problem;
use crate::rust::{ItemChange, RustClass};

/// GitHub takes 65,536 characters; a report that would be longer ends with a sentence that says so.
const LONGEST: usize = 60_000;

/// So many changes of a class are open; more are folded.
const OPEN: usize = 12;

pub(super) fn markdown(report: &Report) -> String {
    let mut text = format!("### `{}`: {}\n\n`{}` → `{}`\n\n", report.specification, report.headline(), report.base, report.head);
    for note in &report.notes {
        let _ = writeln!(text, "> {}\n", escaped(note));
    }
    text.push_str(&summary(report));
    text.push_str(&problems(report));
    let mut left_out = 0;
    for class in Class::ALL {
        let entries: Vec<&Entry> = report.of_class(class).collect();
        if entries.is_empty() {
            continue;
        }
        let is_folded = entries.len() > OPEN || class <= Class::Compatible;
        let (open, close) = if is_folded {
            (format!("<details><summary><b>{class}</b>: {}</summary>\n\n", entries.len()), "\n</details>\n\n")
        } else {
            (format!("#### {class}\n\n"), "\n")
        };
        text.push_str(&open);
        for entry in entries {
            let entry = self::entry(report, entry);
            if text.len() + entry.len() > LONGEST {
                left_out += 1;
            } else {
                text.push_str(&entry);
            }
        }
        text.push_str(close);
    }
    if left_out > 0 {
        let _ = writeln!(text, "{left_out} more changes do not fit into a comment: `cargo xtask diff --format html` shows them all.\n");
    }
    text
}

fn summary(report: &Report) -> String {
    let mut text = String::from("| | changes |\n| --- | ---: |\n");
    for class in Class::ALL {
        let _ = writeln!(text, "| {class} | {} |", report.of_class(class).count());
    }
    if let Some(rust) = &report.rust {
        text.push_str("\n| crate | Rust |\n| --- | --- |\n");
        for changed in &rust.crates {
            let _ = writeln!(text, "| `{}` | {} |", changed.name, changed.class);
        }
        if !rust.unexplained.is_empty() {
            let _ = write!(
                text,
                "\n<details><summary>{} changes in Rust that no change of the specification explains</summary>\n\n{}\n</details>\n",
                rust.unexplained.len(),
                items(&rust.unexplained, LONGEST / 4)
            );
        }
    }
    text + "\n"
}

fn problems(report: &Report) -> String {
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
            Problem::Unmarked { change, .. } if is_introduced => format!("  - `{change}`\n"),
            Problem::Unmarked { change, .. } => {
                format!("- Did the vendor change it, or did we have it wrong? No file says so:\n  - `{change}`\n")
            }
            _ => format!("- {}\n", escaped(&problem.to_string())),
        };
        if text.len() + line.len() > LONGEST / 4 {
            left_out += 1;
            continue;
        }
        is_introduced = matches!(problem, Problem::Unmarked { .. });
        text.push_str(&line);
    }
    if left_out > 0 {
        let _ = writeln!(text, "- and {left_out} more");
    }
    text + if folds { "\n</details>\n\n" } else { "\n" }
}

fn entry(report: &Report, entry: &Entry) -> String {
    let change = &entry.change;
    let route = change.route.as_ref().map(|route| format!(" (`{route}`)")).unwrap_or_default();
    let origin = entry.origin.map(|origin| format!(" _{origin}_.")).unwrap_or_default();
    let mut text = format!("- **`{}`** {}{route}: {}.{origin}", change.subject, escaped(&change.what.to_string()), change.why);
    if let Some(reason) = &entry.accepted {
        let _ = write!(text, " Accepted: {}.", escaped(reason.trim_end_matches('.')));
    }
    let rust = entry.rust.as_ref().filter(|rust| rust.class != RustClass::None || rust.disagreement.is_some());
    if let Some(rust) = rust {
        let words = rust.disagreement.as_ref().map(|words| format!(": {words}")).unwrap_or_default();
        let _ = write!(text, " Rust: **{}**{words}.", rust.class);
    }
    text.push('\n');
    let mut folded = format!("  `{}` · {} · `{}`\n", change.id, entry.direction(), entry.places(&report.specification));
    if let Some(evidence) = &entry.evidence {
        let _ = writeln!(folded, "\n  {}", escaped(evidence));
    }
    let reached = tree::lines(change);
    if !reached.is_empty() {
        let _ = write!(folded, "\n  ```text\n  {}\n  ```\n", reached.join("\n  "));
    }
    if let Some(rust) = rust.filter(|rust| !rust.items.is_empty()) {
        let _ = write!(folded, "\n{}", items(&rust.items, LONGEST / 8));
    }
    let _ = write!(text, "  <details><summary>details</summary>\n\n{folded}\n  </details>\n");
    text
}

/// A list of items, up to a length.
fn items(items: &[ItemChange], longest: usize) -> String {
    let mut text = String::from("  ```diff\n");
    for (index, item) in items.iter().enumerate() {
        let path = format!("{}::{}", item.crate_name.replace('-', "_"), item.path);
        let line = |sign: char, side: &Option<String>| side.as_ref().map(|side| format!("  {sign} {path}: {side}\n")).unwrap_or_default();
        let lines = line('-', &item.from) + &line('+', &item.to);
        let edit = item.edit.as_ref().map(|edit| format!("  ! {edit}\n")).unwrap_or_default();
        if text.len() + lines.len() + edit.len() > longest {
            let _ = writeln!(text, "  # and {} more", items.len() - index);
            break;
        }
        text.push_str(&lines);
        text.push_str(&edit);
    }
    text + "  ```\n"
}

/// Free text must not become markup. What stands between two runs of as many backticks is code, and is left alone.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let run = rest[start..].chars().take_while(|c| *c == '`').count();
        let fence = &rest[start..start + run];
        let inner = &rest[start + run..];
        let end = inner.match_indices(fence).map(|(end, _)| end).find(|end| !inner[end + run..].starts_with('`'));
        escaped.push_str(&escaped_words(&rest[..start]));
        match end {
            Some(end) => {
                escaped.push_str(&rest[start..start + run + end + run].replace(['\n', '\r'], " "));
                rest = &inner[end + run..];
            }
            None => {
                fence.chars().for_each(|_| escaped.push_str("\\`"));
                rest = inner;
            }
        }
    }
    escaped + &escaped_words(rest)
}

fn escaped_words(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => escaped.push(' '),
            '<' | '>' | '*' | '_' | '[' | ']' | '|' | '#' | '@' | '\\' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::Ledger;
    use crate::report::Header;

    fn check(text: &str, expected: &str) {
        assert_eq!(escaped(text), expected);
    }

    #[test]
    fn free_text_becomes_no_markup_and_calls_nobody() {
        check("</details> *a* [b](c) @team #1", "\\</details\\> \\*a\\* \\[b\\](c) \\@team \\#1");
        check("two\nlines", "two lines");
    }

    #[test]
    fn what_is_not_accounted_for_is_named_as_far_as_there_is_room() {
        let header = Header { specification: "6mm.yaml".into(), base: "old".into(), head: "new".into(), notes: Vec::new() };
        let mut report = Report::new(header, Vec::new(), None, &Ledger::default());
        report.problems = (0..2).map(|line| Problem::Unmarked { change: format!("Order.id/{line}"), line }).collect();
        insta::assert_snapshot!(problems(&report), @r"
        #### not accounted for

        - Did the vendor change it, or did we have it wrong? No file says so:
          - `Order.id/0`
          - `Order.id/1`
        ");
        report.problems = (0..2_000).map(|line| Problem::Unmarked { change: format!("Order.id/{line}"), line }).collect();
        let text = problems(&report);
        let named = text.matches("Order.id").count();
        assert!(text.len() < LONGEST / 3, "{}", text.len());
        assert!(text.contains(&format!("- and {} more\n", 2_000 - named)), "{named}");
    }

    #[test]
    fn code_is_left_as_it_is() {
        check("`a_b` and a_b", "`a_b` and a\\_b");
        check("`` `a_b` c_d `` and e_f", "`` `a_b` c_d `` and e\\_f");
        check("a ` that is alone", "a \\` that is alone");
    }
}
