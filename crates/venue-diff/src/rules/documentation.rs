//! Rules about descriptions and examples, and the rule for all other changes.

use super::rule::Rule;
use crate::change::Class::{Documentation, Risky};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "descriptions-swapped",
        Risky,
        "another part had this description before, so the descriptions were wrong or the parts were swapped",
    )
    .changes(&["summary", "description"])
    .when(|case| case.difference.text_moved_from.is_some())
    .details(|case| case.difference.text_moved_from.as_ref().map(|name| format!("`{name}`"))),
    Rule::new("described", Documentation, "only the description changed").changes(&[
        "summary",
        "description",
        "body.description",
        "answer.description",
        "items.description",
        "schema.description",
    ]),
    Rule::new("page-moved", Documentation, "the address of the documentation changed").changes(&["documentation."]),
    Rule::new("example-changed", Documentation, "an example has no effect on programs").changes(&[
        "example",
        "body.example",
        "answer.example",
        "items.example",
        "schema.example",
    ]),
    Rule::new("evidence-changed", Documentation, "only the statement of what is known and how changed").changes(&[
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
    Rule::new("inference-changed", Documentation, "only an inference from the documentation or its evidence changed").changes(&[
        "x-venue-inferred.",
        "schema.x-venue-inferred.",
        "items.x-venue-inferred.",
    ]),
];

/// The rule for changes that no other rule matches.
pub(super) static UNKNOWN: Rule = Rule::new("unknown", Risky, "no rule covers this change: check it by hand");
