//! What programs receive: the fields of answers.

use super::rule::{LIMITS, Rule};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::{Kind, Shift};

const FIELD: &[Kind] = &[Kind::Field];
const TYPED: &[Kind] = &[Kind::Field, Kind::Type];
/// Whatever can be `null`: what is in the envelope, too.
const NULLABLE: &[Kind] = &[Kind::Field, Kind::Type, Kind::Operation, Kind::SharedResponse];

pub(super) const RULES: &[Rule] = &[
    Rule::new("answer-field-added", Compatible, "programs ignore what they do not know")
        .of(FIELD)
        .added()
        .received()
        .mirror("answer-field-removed"),
    Rule::new("answer-field-removed", Breaking, "programs that read it find nothing")
        .of(FIELD)
        .removed()
        .received()
        .mirror("answer-field-added"),
    Rule::new("answer-field-renamed", Breaking, "programs that read the old name find nothing").of(FIELD).renamed().received(),
    Rule::new("answer-field-now-certain", Compatible, "programs that can do without it get it")
        .of(FIELD)
        .says(&["required"])
        .received()
        .when(|case| case.now_says("true"))
        .mirror("answer-field-now-uncertain"),
    Rule::new("answer-field-now-uncertain", Breaking, "programs that rely on it may find nothing")
        .of(FIELD)
        .says(&["required"])
        .received()
        .mirror("answer-field-now-certain"),
    Rule::new("answer-may-be-null", Breaking, "programs that rely on a value may get `null`")
        .of(NULLABLE)
        .says_at_any_depth(&["nullable"])
        .received()
        .when(|case| case.now_says("true"))
        .mirror("answer-is-never-null"),
    Rule::new("answer-is-never-null", Compatible, "programs that expect `null` no longer get it")
        .of(NULLABLE)
        .says_at_any_depth(&["nullable"])
        .received()
        .mirror("answer-may-be-null"),
    Rule::new("answer-widened", Risky, "values may come that could not come before")
        .of(TYPED)
        .says(&["type"])
        .received()
        .when(|case| case.shift() == Shift::Wider)
        .mirror("answer-narrowed"),
    Rule::new("answer-narrowed", Compatible, "only values come that could come before")
        .of(TYPED)
        .says(&["type"])
        .received()
        .when(|case| case.shift() == Shift::Narrower)
        .mirror("answer-widened"),
    Rule::new("answer-limit-described", Documentation, "limits of an answer are checked by nobody")
        .of(TYPED)
        .received()
        .says_at_any_depth(LIMITS),
    Rule::new("answer-default-described", Documentation, "an answer says what it is: nobody relies on its default")
        .of(TYPED)
        .received()
        .says_at_any_depth(&["default"]),
    Rule::new("answer-condition-added", Documentation, "conditions of an answer are checked by nobody")
        .of(&[Kind::Condition])
        .added()
        .received()
        .mirror("answer-condition-removed"),
    Rule::new("answer-condition-removed", Documentation, "conditions of an answer are checked by nobody")
        .of(&[Kind::Condition])
        .removed()
        .received()
        .mirror("answer-condition-added"),
    Rule::new("answer-condition-changed", Documentation, "conditions of an answer are checked by nobody")
        .of(&[Kind::Condition])
        .says(&["condition"])
        .received(),
];
