//! Rules about operations, their routes, and their bodies as a whole.

use super::rule::{Case, Rule};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::{Content, Kind, Subject, ValueSetChange, WireType, without_placeholders};

const OPERATION: &[Kind] = &[Kind::Operation];

pub(super) const RULES: &[Rule] = &[
    Rule::new("operation-added", Compatible, "no program uses the operation yet").of(OPERATION).added().inverse("operation-removed"),
    Rule::new("operation-removed", Breaking, "calls of the operation fail").of(OPERATION).removed().inverse("operation-added"),
    Rule::new("operation-renamed", Documentation, "an operation's name is not on the wire").of(OPERATION).renamed(),
    Rule::new("method-changed", Breaking, "calls with the old method fail").of(OPERATION).changes(&["method"]),
    Rule::new("path-placeholder-renamed", Documentation, "the names of a path's placeholders are not on the wire")
        .of(OPERATION)
        .changes(&["path"])
        .when(|case| case.from().map(without_names) == case.to().map(without_names)),
    Rule::new("path-changed", Breaking, "calls of the old path fail").of(OPERATION).changes(&["path"]),
    Rule::new("repeatable-changed", Risky, "clients retry the operation under other conditions")
        .of(OPERATION)
        .changes(&["x-venue-repeatable"]),
    Rule::new("order-write-changed", Documentation, "the mark is not on the wire: trading clients send the request by other methods")
        .of(OPERATION)
        .changes(&["x-venue-order-write"]),
    Rule::new("client-method-changed", Documentation, "the name of a trading client's method is not on the wire")
        .of(OPERATION)
        .changes(&["x-venue-client-method"]),
    Rule::new("body-added", Breaking, "requests without a body are rejected")
        .of(OPERATION)
        .changes(&["body"])
        .when(|case| case.from().is_none())
        .inverse("body-removed"),
    Rule::new("body-removed", Breaking, "a body is ignored or rejected")
        .of(OPERATION)
        .changes(&["body"])
        .when(|case| case.to().is_none())
        .inverse("body-added"),
    Rule::new("same-object-on-the-wire", Documentation, "only the name of the schema changed")
        .of(&[Kind::Operation, Kind::SharedResponse])
        .changes(&["body", "answer"])
        .when(|case| case.value_set_change() == ValueSetChange::Same),
    Rule::new("body-replaced", Breaking, "the exchange expects another object")
        .of(OPERATION)
        .changes(&["body"])
        .details(|case| case.differing()),
    Rule::new("answer-typed", Compatible, "the response data has a documented structure now")
        .of(OPERATION)
        .changes(&["answer"])
        .when(|case| is_raw(case, case.from(), Side::Old) && !is_raw(case, case.to(), Side::New))
        .inverse("answer-untyped"),
    Rule::new("answer-untyped", Risky, "the structure of the response data is no longer documented and may have changed")
        .of(OPERATION)
        .changes(&["answer"])
        .when(|case| !is_raw(case, case.from(), Side::Old) && is_raw(case, case.to(), Side::New))
        .inverse("answer-typed"),
    Rule::new("answer-replaced", Breaking, "the response has another object")
        .of(&[Kind::Operation, Kind::SharedResponse])
        .changes(&["answer"])
        .details(|case| case.differing()),
    Rule::new("answer-wrapped-differently", Breaking, "the data is wrapped in another envelope")
        .of(OPERATION)
        .changes(&["answer.envelope"]),
    Rule::new("errors-replaced", Risky, "errors have another format").of(OPERATION).changes(&["errors."]),
    Rule::new("response-added", Documentation, "a component has an effect only through operations that refer to it")
        .of(&[Kind::SharedResponse])
        .added()
        .inverse("response-removed"),
    Rule::new("response-removed", Documentation, "a component has an effect only through operations that refer to it")
        .of(&[Kind::SharedResponse])
        .removed()
        .inverse("response-added"),
    Rule::new("response-renamed", Documentation, "a component's name is not on the wire").of(&[Kind::SharedResponse]).renamed(),
    Rule::new("moved-to-another-section", Documentation, "sections only order the documentation").of(OPERATION).changes(&["section"]),
    Rule::new("deprecated", Risky, "the deprecated part works until the exchange removes it")
        .changes(&["deprecated"])
        .when(|case| case.is_now("true"))
        .inverse("no-longer-deprecated"),
    Rule::new("no-longer-deprecated", Compatible, "the exchange no longer plans to remove the part")
        .changes(&["deprecated"])
        .inverse("deprecated"),
];

enum Side {
    Old,
    New,
}

/// Whether the schema of a response's data allows every JSON value.
fn is_raw(case: &Case<'_>, content: Option<&Content>, side: Side) -> bool {
    let listing = match side {
        Side::Old => &case.old.listing,
        Side::New => &case.new.listing,
    };
    match content {
        Some(Content::Type(expression)) => {
            // The old listing does not have names that are new, and would resolve them to nothing.
            let is_known = expression.named().is_none_or(|name| listing.element(&Subject::Type(name.to_owned())).is_some());
            is_known && listing.wire_type(expression) == WireType::Any
        }
        _ => false,
    }
}

/// A path without the names of its placeholders.
fn without_names(path: &Content) -> String {
    without_placeholders(&path.to_string())
}
