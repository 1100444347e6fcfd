//! The kinds and operations that were tried, in two tables: the order writes, and everything else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::model;

/// The columns of the first table.
const WRITES: [(&str, &str); 11] = [
    ("place", "place"),
    ("place_condition", "condition"),
    ("place_strategy", "strategy"),
    ("place_batch", "batch"),
    ("amend", "amend"),
    ("amend_batch", "batch"),
    ("cancel", "cancel"),
    ("cancel_condition", "condition"),
    ("cancel_batch", "batch"),
    ("cancel_all", "all"),
    ("cancel_all_until_none_open", "until"),
];

#[test]
fn the_table_of_what_was_tried_is_the_committed_one() {
    insta::assert_snapshot!(table());
}

fn table() -> String {
    let mut counts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut total = 0;
    for instance in model::files().iter().flat_map(|file| model::instances(file)) {
        *counts.entry(instance.case.kind.clone()).or_default().entry(instance.call().to_owned()).or_default() += 1;
        total += 1;
    }
    let mut text = format!("{total} cases of {} kinds\n\n", counts.len());
    let _ = write!(text, "{:<44}", "order writes");
    for (_, head) in WRITES {
        let _ = write!(text, "{head:>10}");
    }
    text.push('\n');
    let is_write = |call: &str| WRITES.iter().any(|(write, _)| *write == call);
    for (kind, calls) in counts.iter().filter(|(_, calls)| calls.keys().any(|call| is_write(call))) {
        let _ = write!(text, "{kind:<44}");
        for (write, _) in WRITES {
            let count = calls.get(write).map_or_else(|| String::from("."), usize::to_string);
            let _ = write!(text, "{count:>10}");
        }
        text.push('\n');
    }
    text.push_str("\nother calls\n");
    for (kind, calls) in &counts {
        let others: BTreeSet<_> = calls.iter().filter(|(call, _)| !is_write(call)).collect();
        if !others.is_empty() {
            let others: Vec<_> = others.into_iter().map(|(call, count)| format!("{call} {count}")).collect();
            let _ = writeln!(text, "{kind:<44}{}", others.join(", "));
        }
    }
    text
}
