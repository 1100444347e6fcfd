//! What programs send: parameters and the fields of requests.

use super::rule::{Case, LIMITS, Rule, last};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::{Content, Element, Kind, Subject, ValueSetChange};

/// Whatever is sent by name.
const INPUT: &[Kind] = &[Kind::Parameter, Kind::SharedParameter, Kind::Field];
const PARAMETER: &[Kind] = &[Kind::Parameter, Kind::SharedParameter];
/// Whatever can be `null`: bodies, too.
const NULLABLE: &[Kind] = &[Kind::Parameter, Kind::SharedParameter, Kind::Field, Kind::Type, Kind::Operation];
/// Whatever has a type.
const TYPED: &[Kind] = &[Kind::Parameter, Kind::SharedParameter, Kind::Field, Kind::Type];

pub(super) const RULES: &[Rule] = &[
    Rule::new("shared-parameter-added", Documentation, "operations refer to it or not: that is what counts")
        .of(&[Kind::SharedParameter])
        .added()
        .inverse("shared-parameter-removed"),
    Rule::new("shared-parameter-removed", Documentation, "operations refer to it or not: that is what counts")
        .of(&[Kind::SharedParameter])
        .removed()
        .inverse("shared-parameter-added"),
    Rule::new("shared-parameter-renamed", Documentation, "a component's name is not on the wire").of(&[Kind::SharedParameter]).renamed(),
    Rule::new("parameter-shared", Documentation, "where a parameter is described is not on the wire").of(PARAMETER).changes(&["shared"]),
    Rule::new("path-parameter-renamed", Documentation, "a path's values are sent by their position")
        .of(PARAMETER)
        .renamed()
        .when(|case| location(case.difference.old) == Some("path") && location(case.difference.new) == Some("path")),
    Rule::new("parameter-moved", Breaking, "where it is sent now, it is ignored or refused")
        .of(PARAMETER)
        .renamed()
        .when(|case| location(case.difference.old) != location(case.difference.new)),
    Rule::new("shared-parameter-moved", Breaking, "every operation that takes it expects it under another name or in another place")
        .of(&[Kind::SharedParameter])
        .changes(&["name", "in"]),
    Rule::new("required-input-added", Breaking, "requests without it are refused")
        .of(INPUT)
        .added()
        .sent()
        .when(|case| case.element().is_some_and(|element| element.is_required()))
        .inverse("required-input-removed"),
    Rule::new("required-input-removed", Breaking, "what programs ask for with it is ignored or refused")
        .of(INPUT)
        .removed()
        .sent()
        .when(|case| case.element().is_some_and(|element| element.is_required()))
        .inverse("required-input-added"),
    Rule::new("optional-input-added", Compatible, "nobody sends it yet").of(INPUT).added().sent().inverse("optional-input-removed"),
    Rule::new("optional-input-removed", Breaking, "what programs ask for with it is ignored or refused")
        .of(INPUT)
        .removed()
        .sent()
        .inverse("optional-input-added"),
    Rule::new("input-renamed", Breaking, "under its old name it is ignored or refused").of(INPUT).renamed().sent(),
    Rule::new("input-now-required", Breaking, "requests without it are refused")
        .of(INPUT)
        .changes(&["required"])
        .sent()
        .when(|case| case.is_now("true"))
        .inverse("input-now-optional"),
    Rule::new("input-now-optional", Compatible, "requests with it are still accepted")
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
    Rule::new("input-refuses-null", Breaking, "requests with `null` are refused")
        .of(NULLABLE)
        .changes_at_any_depth(&["nullable"])
        .sent()
        .inverse("input-takes-null"),
    Rule::new("same-type-on-the-wire", Documentation, "the wire carries the same values as before")
        .of(TYPED)
        .changes(&["type", "format"])
        .when(|case| case.value_set_change() == ValueSetChange::Same),
    Rule::new("input-widened", Compatible, "every value that was accepted still is")
        .of(TYPED)
        .changes(&["type"])
        .sent()
        .when(|case| case.value_set_change() == ValueSetChange::Wider)
        .inverse("input-narrowed"),
    Rule::new("input-narrowed", Breaking, "some values that were accepted are refused")
        .of(TYPED)
        .changes(&["type"])
        .sent()
        .when(|case| case.value_set_change() == ValueSetChange::Narrower)
        .inverse("input-widened"),
    Rule::new("type-changed", Breaking, "values of the old type are refused, or no longer come")
        .of(TYPED)
        .changes(&["type"])
        .when(|case| case.value_set_change() == ValueSetChange::Different)
        .details(|case| case.differing()),
    Rule::new(
        "inferred-limit-changed",
        Documentation,
        "the documentation does not state it: nothing is refused by it unless a caller asks",
    )
    .of(TYPED)
    .changes(LIMITS)
    .sent()
    .when(is_inferred_limit),
    Rule::new("limit-tightened", Breaking, "some values that were accepted are refused")
        .of(TYPED)
        .changes_at_any_depth(LIMITS)
        .sent()
        .when(is_tighter)
        .inverse("limit-loosened"),
    Rule::new("limit-loosened", Compatible, "every value that was accepted still is")
        .of(TYPED)
        .changes_at_any_depth(LIMITS)
        .sent()
        .inverse("limit-tightened"),
    Rule::new("default-of-a-write-changed", Breaking, "a program that leaves it out does something else than before")
        .of(TYPED)
        .changes_at_any_depth(&["default"])
        .sent()
        .when(|case| case.from().is_some() && case.to().is_some() && reaches_a_write(case)),
    Rule::new("default-changed", Risky, "a program that leaves it out asks for something else")
        .of(TYPED)
        .changes_at_any_depth(&["default"])
        .sent(),
    Rule::new(
        "inferred-condition-added",
        Documentation,
        "the documentation does not state it: nothing is refused by it unless a caller asks",
    )
    .of(&[Kind::Condition])
    .added()
    .sent()
    .when(is_inferred_condition)
    .inverse("inferred-condition-removed"),
    Rule::new(
        "inferred-condition-removed",
        Documentation,
        "the documentation did not state it: nothing was refused by it unless a caller asked",
    )
    .of(&[Kind::Condition])
    .removed()
    .sent()
    .when(is_inferred_condition)
    .inverse("inferred-condition-added"),
    Rule::new("condition-added", Breaking, "some requests that were accepted are refused")
        .of(&[Kind::Condition])
        .added()
        .sent()
        .inverse("condition-removed"),
    Rule::new("condition-removed", Compatible, "every request that was accepted still is")
        .of(&[Kind::Condition])
        .removed()
        .sent()
        .inverse("condition-added"),
    Rule::new("condition-loosened", Compatible, "every request that was accepted still is")
        .of(&[Kind::Condition])
        .changes(&["condition"])
        .sent()
        .when(|case| is_implied_by(case.to(), case.from()))
        .inverse("condition-tightened"),
    Rule::new("condition-tightened", Breaking, "some requests that were accepted are refused")
        .of(&[Kind::Condition])
        .changes(&["condition"])
        .sent()
        .when(|case| is_implied_by(case.from(), case.to()))
        .inverse("condition-loosened"),
    Rule::new("condition-changed", Breaking, "other requests than before are refused")
        .of(&[Kind::Condition])
        .changes(&["condition"])
        .sent(),
];

/// Whether an operation takes it that is more than a question: by what is said of repeating it, or else by its method.
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

/// Whether each limit that there was or is, is inferred.
fn is_inferred_limit(case: &Case<'_>) -> bool {
    let infers = |element: Option<&Element>| element.is_some_and(|element| element.attribute("x-venue-inferred.limits").is_some());
    (case.from().is_none() || infers(case.difference.old)) && (case.to().is_none() || infers(case.difference.new))
}

/// Whether a limit leaves less than before. One that is not a number counts as tighter.
fn is_tighter(case: &Case<'_>) -> bool {
    let crate::change::Edit::Changed { attribute, .. } = &case.difference.edit else { return false };
    let is_minimum = last(attribute).starts_with("min");
    match case.numbers() {
        (_, None) => case.to().is_some(),
        (None, Some(_)) => true,
        (Some(old), Some(new)) => (new > old) == is_minimum,
    }
}
