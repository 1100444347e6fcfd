//! What programs receive: the fields of answers.

use super::rule::{LIMITS, Rule};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::{Kind, ValueSetChange};

const FIELD: &[Kind] = &[Kind::Field];
const TYPED: &[Kind] = &[Kind::Field, Kind::Type];
/// Whatever can be `null`: what is in the envelope, too.
const NULLABLE: &[Kind] = &[Kind::Field, Kind::Type, Kind::Operation, Kind::SharedResponse];

pub(super) const RULES: &[Rule] = &[
    Rule::new("answer-field-added", Compatible, "programs ignore what they do not know")
        .of(FIELD)
        .added()
        .received()
        .inverse("answer-field-removed"),
    Rule::new("answer-field-removed", Breaking, "programs that read it find nothing")
        .of(FIELD)
        .removed()
        .received()
        .inverse("answer-field-added"),
    Rule::new("answer-field-renamed", Breaking, "programs that read the old name find nothing").of(FIELD).renamed().received(),
    Rule::new("answer-field-now-certain", Compatible, "programs that can do without it get it")
        .of(FIELD)
        .changes(&["required"])
        .received()
        .when(|case| case.is_now("true"))
        .inverse("answer-field-now-uncertain"),
    Rule::new("answer-field-now-uncertain", Breaking, "programs that rely on it may find nothing")
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
    Rule::new("answer-widened", Risky, "values may come that could not come before")
        .of(TYPED)
        .changes(&["type"])
        .received()
        .when(|case| case.value_set_change() == ValueSetChange::Wider)
        .inverse("answer-narrowed"),
    Rule::new("answer-narrowed", Compatible, "only values come that could come before")
        .of(TYPED)
        .changes(&["type"])
        .received()
        .when(|case| case.value_set_change() == ValueSetChange::Narrower)
        .inverse("answer-widened"),
    Rule::new("answer-limit-described", Documentation, "limits of an answer are checked by nobody")
        .of(TYPED)
        .received()
        .changes_at_any_depth(LIMITS),
    Rule::new("answer-default-described", Documentation, "an answer says what it is: nobody relies on its default")
        .of(TYPED)
        .received()
        .changes_at_any_depth(&["default"]),
    Rule::new("answer-condition-added", Documentation, "conditions of an answer are checked by nobody")
        .of(&[Kind::Condition])
        .added()
        .received()
        .inverse("answer-condition-removed"),
    Rule::new("answer-condition-removed", Documentation, "conditions of an answer are checked by nobody")
        .of(&[Kind::Condition])
        .removed()
        .received()
        .inverse("answer-condition-added"),
    Rule::new("answer-condition-changed", Documentation, "conditions of an answer are checked by nobody")
        .of(&[Kind::Condition])
        .changes(&["condition"])
        .received(),
];
