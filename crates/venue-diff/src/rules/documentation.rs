//! Words and examples, and what no rule knows.

use super::rule::Rule;
use crate::change::Class::{Documentation, Risky};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "words-exchanged",
        Risky,
        "another part had this description before, so the descriptions were wrong or the parts were swapped",
    )
    .changes(&["summary", "description"])
    .when(|case| case.difference.text_moved_from.is_some())
    .details(|case| case.difference.text_moved_from.as_ref().map(|name| format!("`{name}`"))),
    Rule::new("described", Documentation, "other words for the same").changes(&[
        "summary",
        "description",
        "body.description",
        "answer.description",
        "items.description",
        "schema.description",
    ]),
    Rule::new("page-moved", Documentation, "the documentation stands elsewhere").changes(&["documentation."]),
    Rule::new("example-changed", Documentation, "an example promises nothing").changes(&[
        "example",
        "body.example",
        "answer.example",
        "items.example",
        "schema.example",
    ]),
    Rule::new("evidence-changed", Documentation, "what is known of it, and from where, is told anew").changes(&[
        "x-undocumented",
        "x-provisional",
        "body.x-undocumented",
        "answer.x-undocumented",
        "answer.x-provisional",
        "items.x-undocumented",
        "items.x-provisional",
        "schema.x-undocumented",
        "schema.x-provisional",
    ]),
    Rule::new("inference-changed", Documentation, "what is concluded from the documentation, or the evidence for it, has changed")
        .changes(&["x-venue-inferred.", "schema.x-venue-inferred.", "items.x-venue-inferred."]),
];

/// What remains.
pub(super) static UNKNOWN: Rule = Rule::new("unknown", Risky, "no rule knows what this means: look at it");
