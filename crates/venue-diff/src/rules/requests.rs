//! What programs send: parameters and the fields of requests.

use super::rule::{Case, LIMITS, Rule, last};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::{Content, Element, Kind, Shift, Subject};

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
        .mirror("shared-parameter-removed"),
    Rule::new("shared-parameter-removed", Documentation, "operations refer to it or not: that is what counts")
        .of(&[Kind::SharedParameter])
        .removed()
        .mirror("shared-parameter-added"),
    Rule::new("shared-parameter-renamed", Documentation, "a component's name is not on the wire").of(&[Kind::SharedParameter]).renamed(),
    Rule::new("parameter-shared", Documentation, "where a parameter is described is not on the wire").of(PARAMETER).says(&["shared"]),
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
        .says(&["name", "in"]),
    Rule::new("required-input-added", Breaking, "requests without it are refused")
        .of(INPUT)
        .added()
        .sent()
        .when(|case| case.element().is_some_and(|element| element.is_required()))
        .mirror("required-input-removed"),
    Rule::new("required-input-removed", Breaking, "what programs ask for with it is ignored or refused")
        .of(INPUT)
        .removed()
        .sent()
        .when(|case| case.element().is_some_and(|element| element.is_required()))
        .mirror("required-input-added"),
    Rule::new("optional-input-added", Compatible, "nobody sends it yet").of(INPUT).added().sent().mirror("optional-input-removed"),
    Rule::new("optional-input-removed", Breaking, "what programs ask for with it is ignored or refused")
        .of(INPUT)
        .removed()
        .sent()
        .mirror("optional-input-added"),
    Rule::new("input-renamed", Breaking, "under its old name it is ignored or refused").of(INPUT).renamed().sent(),
    Rule::new("input-now-required", Breaking, "requests without it are refused")
        .of(INPUT)
        .says(&["required"])
        .sent()
        .when(|case| case.now_says("true"))
        .mirror("input-now-optional"),
    Rule::new("input-now-optional", Compatible, "requests with it are still accepted")
        .of(INPUT)
        .says(&["required"])
        .sent()
        .mirror("input-now-required"),
    Rule::new("input-takes-null", Compatible, "requests without `null` are still accepted")
        .of(NULLABLE)
        .says_at_any_depth(&["nullable"])
        .sent()
        .when(|case| case.now_says("true"))
        .mirror("input-refuses-null"),
    Rule::new("input-refuses-null", Breaking, "requests with `null` are refused")
        .of(NULLABLE)
        .says_at_any_depth(&["nullable"])
        .sent()
        .mirror("input-takes-null"),
    Rule::new("same-type-on-the-wire", Documentation, "the wire carries the same values as before")
        .of(TYPED)
        .says(&["type", "format"])
        .when(|case| case.shift() == Shift::Same),
    Rule::new("input-widened", Compatible, "every value that was accepted still is")
        .of(TYPED)
        .says(&["type"])
        .sent()
        .when(|case| case.shift() == Shift::Wider)
        .mirror("input-narrowed"),
    Rule::new("input-narrowed", Breaking, "some values that were accepted are refused")
        .of(TYPED)
        .says(&["type"])
        .sent()
        .when(|case| case.shift() == Shift::Narrower)
        .mirror("input-widened"),
    Rule::new("type-changed", Breaking, "values of the old type are refused, or no longer come")
        .of(TYPED)
        .says(&["type"])
        .when(|case| case.shift() == Shift::Different)
        .details(|case| case.differing()),
    Rule::new(
        "inferred-limit-changed",
        Documentation,
        "the documentation does not state it: nothing is refused by it unless a caller asks",
    )
    .of(TYPED)
    .says(LIMITS)
    .sent()
    .when(is_inferred_limit),
    Rule::new("limit-tightened", Breaking, "some values that were accepted are refused")
        .of(TYPED)
        .says_at_any_depth(LIMITS)
        .sent()
        .when(is_tighter)
        .mirror("limit-loosened"),
    Rule::new("limit-loosened", Compatible, "every value that was accepted still is")
        .of(TYPED)
        .says_at_any_depth(LIMITS)
        .sent()
        .mirror("limit-tightened"),
    Rule::new("default-of-a-write-changed", Breaking, "a program that leaves it out does something else than before")
        .of(TYPED)
        .says_at_any_depth(&["default"])
        .sent()
        .when(|case| case.from().is_some() && case.to().is_some() && reaches_a_write(case)),
    Rule::new("default-changed", Risky, "a program that leaves it out asks for something else")
        .of(TYPED)
        .says_at_any_depth(&["default"])
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
    .mirror("inferred-condition-removed"),
    Rule::new(
        "inferred-condition-removed",
        Documentation,
        "the documentation did not state it: nothing was refused by it unless a caller asked",
    )
    .of(&[Kind::Condition])
    .removed()
    .sent()
    .when(is_inferred_condition)
    .mirror("inferred-condition-added"),
    Rule::new("condition-added", Breaking, "some requests that were accepted are refused")
        .of(&[Kind::Condition])
        .added()
        .sent()
        .mirror("condition-removed"),
    Rule::new("condition-removed", Compatible, "every request that was accepted still is")
        .of(&[Kind::Condition])
        .removed()
        .sent()
        .mirror("condition-added"),
    Rule::new("condition-loosened", Compatible, "every request that was accepted still is")
        .of(&[Kind::Condition])
        .says(&["condition"])
        .sent()
        .when(|case| is_as_loose_as(case.to(), case.from()))
        .mirror("condition-tightened"),
    Rule::new("condition-tightened", Breaking, "some requests that were accepted are refused")
        .of(&[Kind::Condition])
        .says(&["condition"])
        .sent()
        .when(|case| is_as_loose_as(case.from(), case.to()))
        .mirror("condition-loosened"),
    Rule::new("condition-changed", Breaking, "other requests than before are refused").of(&[Kind::Condition]).says(&["condition"]).sent(),
];

/// Whether an operation takes it that is more than a question: by what is said of repeating it, or else by its method.
fn reaches_a_write(case: &Case<'_>) -> bool {
    case.reaches(|operation| match operation.text("x-venue-repeatable") {
        Some(repeatable) => repeatable != "safe",
        None => operation.text("method") != Some("GET"),
    })
}

fn is_as_loose_as(this: Option<&Content>, other: Option<&Content>) -> bool {
    matches!((this, other), (Some(Content::Condition(this)), Some(Content::Condition(other))) if this.is_as_loose_as(other))
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
    let crate::change::What::Changed { attribute, .. } = &case.difference.what else { return false };
    let is_minimum = last(attribute).starts_with("min");
    match case.numbers() {
        (_, None) => case.to().is_some(),
        (None, Some(_)) => true,
        (Some(old), Some(new)) => (new > old) == is_minimum,
    }
}
