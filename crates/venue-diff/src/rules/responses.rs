//! Rules about the fields of responses.

use super::rule::{Case, LIMITS, Rule};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::{Kind, ValueSetChange};

const FIELD: &[Kind] = &[Kind::Field];
const TYPED: &[Kind] = &[Kind::Field, Kind::Type];
/// Parts that can be `null`, including data in the envelope.
const NULLABLE: &[Kind] = &[Kind::Field, Kind::Type, Kind::Operation, Kind::SharedResponse];

pub(super) const RULES: &[Rule] = &[
    Rule::new("position-added", Compatible, "programs ignore further positions of a row")
        .of(FIELD)
        .added()
        .when(is_position)
        .inverse("position-removed"),
    Rule::new("position-removed", Breaking, "programs cannot read rows without the position")
        .of(FIELD)
        .removed()
        .when(is_position)
        .inverse("position-added"),
    Rule::new("position-renamed", Documentation, "the name of a position is not on the wire").of(FIELD).renamed().when(is_position),
    Rule::new("position-moved", Breaking, "programs read another value at the old position").of(FIELD).changes(&["position"]),
    Rule::new("answer-field-added", Compatible, "programs ignore unknown fields")
        .of(FIELD)
        .added()
        .received()
        .inverse("answer-field-removed"),
    Rule::new("answer-field-removed", Breaking, "programs that read the field find nothing")
        .of(FIELD)
        .removed()
        .received()
        .inverse("answer-field-added"),
    Rule::new("answer-field-renamed", Breaking, "programs that read the old name find nothing").of(FIELD).renamed().received(),
    Rule::new("answer-field-now-certain", Compatible, "the field was optional and is now always present")
        .of(FIELD)
        .changes(&["required"])
        .received()
        .when(|case| case.is_now("true"))
        .inverse("answer-field-now-uncertain"),
    Rule::new("answer-field-now-uncertain", Breaking, "programs that rely on the field may find nothing")
        .of(FIELD)
        .changes(&["required"])
        .received()
        .inverse("answer-field-now-certain"),
    Rule::new("answer-may-be-null", Breaking, "programs that rely on a value may get `null`")
        .of(NULLABLE)
        .changes_at_any_depth(&["nullable"])
        .received()
        .when(|case| case.is_now("true"))
        .inverse("answer-is-never-null"),
    Rule::new("answer-is-never-null", Compatible, "programs that expect `null` no longer get it")
        .of(NULLABLE)
        .changes_at_any_depth(&["nullable"])
        .received()
        .inverse("answer-may-be-null"),
    Rule::new("answer-widened", Risky, "responses may contain values that were impossible before")
        .of(TYPED)
        .changes(&["type"])
        .received()
        .when(|case| case.value_set_change() == ValueSetChange::Wider)
        .inverse("answer-narrowed"),
    Rule::new("answer-narrowed", Compatible, "responses contain only values that were possible before")
        .of(TYPED)
        .changes(&["type"])
        .received()
        .when(|case| case.value_set_change() == ValueSetChange::Narrower)
        .inverse("answer-widened"),
    Rule::new("answer-limit-described", Documentation, "clients do not check limits of responses")
        .of(TYPED)
        .received()
        .changes_at_any_depth(LIMITS),
    Rule::new("answer-default-described", Documentation, "the default of a response field has no effect")
        .of(TYPED)
        .received()
        .changes_at_any_depth(&["default"]),
    Rule::new("answer-condition-added", Documentation, "clients do not check conditions of responses")
        .of(&[Kind::Condition])
        .added()
        .received()
        .inverse("answer-condition-removed"),
    Rule::new("answer-condition-removed", Documentation, "clients do not check conditions of responses")
        .of(&[Kind::Condition])
        .removed()
        .received()
        .inverse("answer-condition-added"),
    Rule::new("answer-condition-changed", Documentation, "clients do not check conditions of responses")
        .of(&[Kind::Condition])
        .changes(&["condition"])
        .received(),
];

/// Whether the field is a position of a row.
fn is_position(case: &Case<'_>) -> bool {
    case.element().is_some_and(|element| element.attribute("position").is_some())
}
