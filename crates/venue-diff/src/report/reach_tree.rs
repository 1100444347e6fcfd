//! Formats the operations that a change affects: a line, or a tree if the changed part is shared.

use crate::change::Change;
use crate::facts::Kind;
use crate::reach::Branch;

/// The maximum number of operations in a line. Further operations are counted.
const NAMED: usize = 6;

/// The lines without indentation. Empty if the subject belongs to a single operation.
pub(super) fn lines(change: &Change) -> Vec<String> {
    let affected = &change.affected;
    if matches!(change.kind, Kind::Stream | Kind::Channel) {
        return Vec::new();
    }
    if affected.tree.is_empty() {
        return match affected.operations.len() {
            0 => vec![String::from("used by no operation")],
            1 => Vec::new(),
            count => vec![format!("used by all {count} operations")],
        };
    }
    let count = affected.operations.len();
    let plural = if count == 1 { "" } else { "s" };
    let mut lines = match count {
        0 => vec![String::from("used by messages of streams")],
        _ => vec![format!("used by {count} operation{plural}")],
    };
    draw(&affected.tree, "", &mut lines);
    lines
}

fn draw(branches: &[Branch], indent: &str, lines: &mut Vec<String>) {
    for (index, branch) in branches.iter().enumerate() {
        let is_last = index + 1 == branches.len();
        let (corner, bar) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        // A path without branches is one line.
        let (mut label, mut branch) = (branch.by.clone(), branch);
        while let ([only], true) = (branch.branches.as_slice(), branch.operations.is_empty()) {
            label.push_str(" ← ");
            label.push_str(&only.by);
            branch = only;
        }
        let operations = if branch.operations.is_empty() { String::new() } else { format!(": {}", named(&branch.operations)) };
        lines.push(format!("{indent}{corner}{label}{operations}"));
        draw(&branch.branches, &format!("{indent}{bar}"), lines);
    }
}

/// Lists operations in a line.
pub(super) fn named(operations: &[String]) -> String {
    match operations.len() {
        count if count > NAMED + 1 => format!("{} and {} more", operations[..NAMED].join(", "), count - NAMED),
        _ => operations.join(", "),
    }
}
