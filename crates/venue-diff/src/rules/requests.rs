//! Rules about requests: parameters and the fields of bodies.

use venue_spec::model::Pattern;

use super::rule::{Case, LIMITS, Rule, last};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::{Content, Element, Kind, Subject, ValueSetChange};

/// Inputs with a name.
const INPUT: &[Kind] = &[Kind::Parameter, Kind::SharedParameter, Kind::Field];
const PARAMETER: &[Kind] = &[Kind::Parameter, Kind::SharedParameter];
/// Parts that can be `null`, including bodies.
const NULLABLE: &[Kind] = &[Kind::Parameter, Kind::SharedParameter, Kind::Field, Kind::Type, Kind::Operation];
/// Parts with a type.
const TYPED: &[Kind] = &[Kind::Parameter, Kind::SharedParameter, Kind::Field, Kind::Type];

pub(super) const RULES: &[Rule] = &[
    Rule::new("shared-parameter-added", Documentation, "a component has an effect only through operations that refer to it")
        .of(&[Kind::SharedParameter])
        .added()
        .inverse("shared-parameter-removed"),
    Rule::new("shared-parameter-removed", Documentation, "a component has an effect only through operations that refer to it")
        .of(&[Kind::SharedParameter])
        .removed()
        .inverse("shared-parameter-added"),
    Rule::new("shared-parameter-renamed", Documentation, "a component's name is not on the wire").of(&[Kind::SharedParameter]).renamed(),
    Rule::new("parameter-shared", Documentation, "where a parameter is described is not on the wire").of(PARAMETER).changes(&["shared"]),
    Rule::new("path-parameter-renamed", Documentation, "a path's values are sent by their position")
        .of(PARAMETER)
        .renamed()
        .when(|case| location(case.difference.old) == Some("path") && location(case.difference.new) == Some("path")),
    Rule::new("parameter-moved", Breaking, "the exchange ignores or rejects the parameter in its old location")
        .of(PARAMETER)
        .renamed()
        .when(|case| location(case.difference.old) != location(case.difference.new)),
    Rule::new("shared-parameter-moved", Breaking, "every operation with the parameter expects another name or location")
        .of(&[Kind::SharedParameter])
        .changes(&["name", "in"]),
    Rule::new("required-input-added", Breaking, "requests without the input are rejected")
        .of(INPUT)
        .added()
        .sent()
        .when(|case| case.element().is_some_and(|element| element.is_required()))
        .inverse("required-input-removed"),
    Rule::new("required-input-removed", Breaking, "the input is ignored or rejected")
        .of(INPUT)
        .removed()
        .sent()
        .when(|case| case.element().is_some_and(|element| element.is_required()))
        .inverse("required-input-added"),
    Rule::new("optional-input-added", Compatible, "no program sends the input yet")
        .of(INPUT)
        .added()
        .sent()
        .inverse("optional-input-removed"),
    Rule::new("optional-input-removed", Breaking, "the input is ignored or rejected")
        .of(INPUT)
        .removed()
        .sent()
        .inverse("optional-input-added"),
    Rule::new("input-renamed", Breaking, "the exchange ignores or rejects the old name").of(INPUT).renamed().sent(),
    Rule::new("input-now-required", Breaking, "requests without the input are rejected")
        .of(INPUT)
        .changes(&["required"])
        .sent()
        .when(|case| case.is_now("true"))
        .inverse("input-now-optional"),
    Rule::new("input-now-optional", Compatible, "requests with the input are still accepted")
        .of(INPUT)
        .changes(&["required"])
        .sent()
        .inverse("input-now-required"),
    Rule::new("input-takes-null", Compatible, "requests without `null` are still accepted")
        .of(NULLABLE)
        .changes_at_any_depth(&["nullable"])
        .sent()
        .when(|case| case.is_now("true"))
        .inverse("input-refuses-null"),
    Rule::new("input-refuses-null", Breaking, "requests with `null` are rejected")
        .of(NULLABLE)
        .changes_at_any_depth(&["nullable"])
        .sent()
        .inverse("input-takes-null"),
    Rule::new("same-type-on-the-wire", Documentation, "the wire format is unchanged")
        .of(TYPED)
        .changes(&["type", "format"])
        .when(|case| case.value_set_change() == ValueSetChange::Same),
    Rule::new("input-widened", Compatible, "all previously accepted values are still accepted")
        .of(TYPED)
        .changes(&["type"])
        .sent()
        .when(|case| case.value_set_change() == ValueSetChange::Wider)
        .inverse("input-narrowed"),
    Rule::new("input-narrowed", Breaking, "some previously accepted values are rejected")
        .of(TYPED)
        .changes(&["type"])
        .sent()
        .when(|case| case.value_set_change() == ValueSetChange::Narrower)
        .inverse("input-widened"),
    Rule::new("type-changed", Breaking, "requests with values of the old type are rejected, or responses no longer have them")
        .of(TYPED)
        .changes(&["type"])
        .when(|case| case.value_set_change() == ValueSetChange::Different)
        .details(|case| case.differing()),
    Rule::new("inferred-limit-changed", Documentation, "the documentation does not state it, so that clients check it only on request")
        .of(TYPED)
        .changes(LIMITS)
        .sent()
        .when(is_inferred_limit),
    Rule::new("pattern-described", Documentation, "the pattern allows the same texts as before")
        .of(TYPED)
        .changes_at_any_depth(&["pattern"])
        .sent()
        .when(|case| pattern_change(case) == ValueSetChange::Same),
    Rule::new("pattern-changed", Breaking, "some previously accepted texts are rejected, and other texts are accepted")
        .of(TYPED)
        .changes_at_any_depth(&["pattern"])
        .sent()
        .when(|case| pattern_change(case) == ValueSetChange::Different),
    Rule::new("limit-tightened", Breaking, "some previously accepted values are rejected")
        .of(TYPED)
        .changes_at_any_depth(LIMITS)
        .sent()
        .when(is_tighter)
        .inverse("limit-loosened"),
    Rule::new("limit-loosened", Compatible, "all previously accepted values are still accepted")
        .of(TYPED)
        .changes_at_any_depth(LIMITS)
        .sent()
        .inverse("limit-tightened"),
    Rule::new("default-of-a-write-changed", Breaking, "a write without the input has another effect")
        .of(TYPED)
        .changes_at_any_depth(&["default"])
        .sent()
        .when(|case| case.from().is_some() && case.to().is_some() && reaches_a_write(case)),
    Rule::new("default-changed", Risky, "a request without the input returns something else")
        .of(TYPED)
        .changes_at_any_depth(&["default"])
        .sent(),
    Rule::new("inferred-condition-added", Documentation, "the documentation does not state it, so that clients check it only on request")
        .of(&[Kind::Condition])
        .added()
        .sent()
        .when(is_inferred_condition)
        .inverse("inferred-condition-removed"),
    Rule::new(
        "inferred-condition-removed",
        Documentation,
        "the documentation did not state it, so that clients checked it only on request",
    )
    .of(&[Kind::Condition])
    .removed()
    .sent()
    .when(is_inferred_condition)
    .inverse("inferred-condition-added"),
    Rule::new("condition-added", Breaking, "some previously accepted requests are rejected")
        .of(&[Kind::Condition])
        .added()
        .sent()
        .inverse("condition-removed"),
    Rule::new("condition-removed", Compatible, "all previously accepted requests are still accepted")
        .of(&[Kind::Condition])
        .removed()
        .sent()
        .inverse("condition-added"),
    Rule::new("condition-loosened", Compatible, "all previously accepted requests are still accepted")
        .of(&[Kind::Condition])
        .changes(&["condition"])
        .sent()
        .when(|case| is_implied_by(case.to(), case.from()))
        .inverse("condition-tightened"),
    Rule::new("condition-tightened", Breaking, "some previously accepted requests are rejected")
        .of(&[Kind::Condition])
        .changes(&["condition"])
        .sent()
        .when(|case| is_implied_by(case.from(), case.to()))
        .inverse("condition-loosened"),
    Rule::new("condition-changed", Breaking, "other requests are rejected than before")
        .of(&[Kind::Condition])
        .changes(&["condition"])
        .sent(),
];

/// Whether the input belongs to an operation that changes data of the exchange. If `x-venue-repeatable` is missing, every HTTP
/// method except GET counts as a change of data.
fn reaches_a_write(case: &Case<'_>) -> bool {
    case.reaches(|operation| match operation.text("x-venue-repeatable") {
        Some(repeatable) => repeatable != "safe",
        None => operation.text("method") != Some("GET"),
    })
}

fn is_implied_by(this: Option<&Content>, other: Option<&Content>) -> bool {
    matches!((this, other), (Some(Content::Condition(this)), Some(Content::Condition(other))) if this.is_implied_by(other))
}

fn location(element: Option<&Element>) -> Option<&str> {
    match element.map(|element| &element.subject) {
        Some(Subject::Parameter { location, .. }) => Some(location),
        _ => None,
    }
}

fn is_inferred_condition(case: &Case<'_>) -> bool {
    case.element().is_some_and(|element| element.attribute("x-venue-inferred.rule").is_some())
}

/// Whether both the old and the new limit are inferred. A limit that does not exist counts as inferred.
fn is_inferred_limit(case: &Case<'_>) -> bool {
    let infers = |element: Option<&Element>| element.is_some_and(|element| element.attribute("x-venue-inferred.limits").is_some());
    (case.from().is_none() || infers(case.difference.old)) && (case.to().is_none() || infers(case.difference.new))
}

/// Whether a limit allows fewer values than before. A new limit that is not a number counts as tighter, and a removed limit does
/// not.
fn is_tighter(case: &Case<'_>) -> bool {
    let crate::change::Edit::Changed { attribute, .. } = &case.difference.edit else { return false };
    if last(attribute) == "pattern" {
        return pattern_change(case) == ValueSetChange::Narrower;
    }
    let is_minimum = last(attribute).starts_with("min");
    match case.numbers() {
        (_, None) => case.to().is_some(),
        (None, Some(_)) => true,
        (Some(old), Some(new)) => (new > old) == is_minimum,
    }
}

/// How the set of texts that a pattern allows changed. Without a pattern, every text is allowed. A pattern that cannot be parsed counts as
/// different from every other pattern.
fn pattern_change(case: &Case<'_>) -> ValueSetChange {
    let (Some(from), Some(to)) = (case.from(), case.to()) else {
        return if case.to().is_some() { ValueSetChange::Narrower } else { ValueSetChange::Wider };
    };
    let (Ok(from), Ok(to)) = (Pattern::parse(&from.to_string()), Pattern::parse(&to.to_string())) else { return ValueSetChange::Different };
    match (is_within(&from, &to), is_within(&to, &from)) {
        (true, true) => ValueSetChange::Same,
        (true, false) => ValueSetChange::Wider,
        (false, true) => ValueSetChange::Narrower,
        (false, false) => ValueSetChange::Different,
    }
}

/// Whether each text that one pattern allows is also allowed by the other.
fn is_within(one: &Pattern, other: &Pattern) -> bool {
    let minimum = |pattern: &Pattern| pattern.minimum.unwrap_or(0);
    let maximum = |pattern: &Pattern| pattern.maximum.unwrap_or(u32::MAX);
    let has_characters = ('\0'..='\x7f').all(|c| !one.allows(c) || other.allows(c));
    has_characters && minimum(one) >= minimum(other) && maximum(one) <= maximum(other)
}
