//! Rules about operations, their routes, and their bodies as a whole.

use super::rule::{Case, Rule};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::{Content, Kind, Subject, TypeExpression, ValueSetChange, WireType, without_placeholders};

const OPERATION: &[Kind] = &[Kind::Operation];

pub(super) const RULES: &[Rule] = &[
    Rule::new("removed-operation-listed", Documentation, "the exchange has removed the operation, and only the description is new")
        .of(OPERATION)
        .added()
        .when(is_marked_as_removed)
        .inverse("removed-operation-dropped"),
    Rule::new("removed-operation-dropped", Documentation, "the exchange had removed the operation before, so that no call could succeed")
        .of(OPERATION)
        .removed()
        .when(is_marked_as_removed)
        .inverse("removed-operation-listed"),
    Rule::new("operation-added", Compatible, "no program uses the operation yet").of(OPERATION).added().inverse("operation-removed"),
    Rule::new("operation-removed", Breaking, "calls of the operation fail").of(OPERATION).removed().inverse("operation-added"),
    Rule::new("operation-renamed", Documentation, "an operation's name is not on the wire").of(OPERATION).renamed(),
    Rule::new("method-changed", Breaking, "calls with the old method fail").of(OPERATION).changes(&["method"]),
    Rule::new("path-placeholder-renamed", Documentation, "the names of a path's placeholders are not on the wire")
        .of(OPERATION)
        .changes(&["path"])
        .when(|case| case.from().map(without_names) == case.to().map(without_names)),
    Rule::new("path-changed", Breaking, "calls of the old path fail").of(OPERATION).changes(&["path"]),
    Rule::new("server-named-differently", Documentation, "the operation has the same server as before")
        .of(OPERATION)
        .changes(&["server"])
        .when(|case| server(case, Side::Old) == server(case, Side::New)),
    Rule::new("moved-with-its-server", Documentation, "the operation has the same server, whose address changed")
        .of(OPERATION)
        .changes(&["server"])
        .when(|case| server_position(case, Side::Old).is_some() && server_position(case, Side::Old) == server_position(case, Side::New)),
    Rule::new("moved-to-another-server", Breaking, "calls of the operation at the old server fail").of(OPERATION).changes(&["server"]),
    Rule::new("removed-by-the-exchange", Breaking, "calls of the operation fail, and the request can no longer be sent")
        .of(OPERATION)
        .changes(&["x-venue-removed"])
        .when(|case| case.is_now("true"))
        .inverse("restored-by-the-exchange"),
    Rule::new("restored-by-the-exchange", Compatible, "calls of the operation work again, and no program sends them")
        .of(OPERATION)
        .changes(&["x-venue-removed"])
        .inverse("removed-by-the-exchange"),
    Rule::new("successor-changed", Documentation, "the name of a successor is advice for programmers, and not on the wire")
        .of(OPERATION)
        .changes(&["x-venue-successor"]),
    Rule::new("rate-limit-documented", Risky, "the limit was not documented before: clients wait in order to keep it, and may wait longer")
        .of(OPERATION)
        .changes(&["x-venue-rate-limit"])
        .when(|case| case.from().is_none())
        .inverse("rate-limit-undocumented"),
    Rule::new("rate-limit-undocumented", Risky, "the limit is no longer documented, and may still apply: clients no longer wait")
        .of(OPERATION)
        .changes(&["x-venue-rate-limit"])
        .when(|case| case.to().is_none())
        .inverse("rate-limit-documented"),
    Rule::new("rate-limit-raised", Compatible, "programs that keep the old limit also keep the new one")
        .of(OPERATION)
        .changes(&["x-venue-rate-limit"])
        .when(|case| limit_is_implied_by(case.to(), case.from()))
        .inverse("rate-limit-lowered"),
    Rule::new("rate-limit-lowered", Breaking, "requests of programs that exhaust the old limit are rejected")
        .of(OPERATION)
        .changes(&["x-venue-rate-limit"])
        .when(|case| limit_is_implied_by(case.from(), case.to()))
        .inverse("rate-limit-raised"),
    Rule::new("rate-limit-changed", Breaking, "the exchange counts requests differently, so that some programs exceed the new limit")
        .of(OPERATION)
        .changes(&["x-venue-rate-limit"]),
    Rule::new("success-condition-added", Risky, "calls that returned such data as a success return an error")
        .of(OPERATION)
        .changes(&["success."])
        .when(|case| case.from().is_none())
        .inverse("success-condition-removed"),
    Rule::new("success-condition-removed", Risky, "calls that returned an error because of such data return the data")
        .of(OPERATION)
        .changes(&["success."])
        .when(|case| case.to().is_none())
        .inverse("success-condition-added"),
    Rule::new("success-condition-changed", Breaking, "another value of the data means success").of(OPERATION).changes(&["success."]),
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
    Rule::new("answer-listed", Breaking, "the data is a list in the place of a single value, or a single value in the place of a list")
        .of(&[Kind::Operation, Kind::SharedResponse])
        .changes(&["answer"])
        .when(|case| is_list(case.from()) != is_list(case.to())),
    Rule::new("answer-replaced", Breaking, "the response has another object")
        .of(&[Kind::Operation, Kind::SharedResponse])
        .changes(&["answer"])
        .details(|case| case.differing()),
    Rule::new("answer-wrapped", Breaking, "the response is in an envelope now")
        .of(OPERATION)
        .changes(&["answer.envelope"])
        .when(|case| case.from().is_none())
        .inverse("answer-unwrapped"),
    Rule::new("answer-unwrapped", Breaking, "the response is no longer in an envelope")
        .of(OPERATION)
        .changes(&["answer.envelope"])
        .when(|case| case.to().is_none())
        .inverse("answer-wrapped"),
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

fn is_list(content: Option<&Content>) -> bool {
    matches!(content, Some(Content::Type(TypeExpression::List(_))))
}

/// The address of the operation's server.
fn server<'a>(case: &'a Case<'_>, side: Side) -> Option<&'a str> {
    match side {
        Side::Old => case.old.listing.server_of(case.difference.old?),
        Side::New => case.new.listing.server_of(case.difference.new?),
    }
}

/// The position of the operation's server among the servers of the root.
fn server_position(case: &Case<'_>, side: Side) -> Option<usize> {
    match side {
        Side::Old => case.old.listing.server_position(case.difference.old?),
        Side::New => case.new.listing.server_position(case.difference.new?),
    }
}

fn is_marked_as_removed(case: &Case<'_>) -> bool {
    case.element().is_some_and(|element| element.text("x-venue-removed") == Some("true"))
}

fn limit_is_implied_by(this: Option<&Content>, other: Option<&Content>) -> bool {
    matches!((this, other), (Some(Content::RateLimit(this)), Some(Content::RateLimit(other))) if this.is_implied_by(other))
}

/// A path without the names of its placeholders.
fn without_names(path: &Content) -> String {
    without_placeholders(&path.to_string())
}
