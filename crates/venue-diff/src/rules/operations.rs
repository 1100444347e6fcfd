//! Operations: which there are, where, and what they take and give as a whole.

use super::rule::{Case, Rule};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::facts::{Content, Form, Kind, Shift, Subject, without_placeholders};

const OPERATION: &[Kind] = &[Kind::Operation];

pub(super) const RULES: &[Rule] = &[
    Rule::new("operation-added", Compatible, "nobody calls it yet").of(OPERATION).added().mirror("operation-removed"),
    Rule::new("operation-removed", Breaking, "calls of it fail").of(OPERATION).removed().mirror("operation-added"),
    Rule::new("operation-renamed", Documentation, "an operation's name is not on the wire").of(OPERATION).renamed(),
    Rule::new("method-changed", Breaking, "calls with the old method fail").of(OPERATION).says(&["method"]),
    Rule::new("path-placeholder-renamed", Documentation, "the names of a path's placeholders are not on the wire")
        .of(OPERATION)
        .says(&["path"])
        .when(|case| case.from().map(blank) == case.to().map(blank)),
    Rule::new("path-changed", Breaking, "calls of the old path fail").of(OPERATION).says(&["path"]),
    Rule::new("repeatable-changed", Risky, "whether a call is safe to repeat is judged anew: retries come or go")
        .of(OPERATION)
        .says(&["x-venue-repeatable"]),
    Rule::new("order-write-changed", Documentation, "the mark is not on the wire: trading clients send the request by other methods")
        .of(OPERATION)
        .says(&["x-venue-order-write"]),
    Rule::new("body-added", Breaking, "calls without a body are refused")
        .of(OPERATION)
        .says(&["body"])
        .when(|case| case.from().is_none())
        .mirror("body-removed"),
    Rule::new("body-removed", Breaking, "what programs send in the body is ignored or refused")
        .of(OPERATION)
        .says(&["body"])
        .when(|case| case.to().is_none())
        .mirror("body-added"),
    Rule::new("same-object-on-the-wire", Documentation, "the object has another name, and says the same as before")
        .of(&[Kind::Operation, Kind::SharedResponse])
        .says(&["body", "answer"])
        .when(|case| case.shift() == Shift::Same),
    Rule::new("body-replaced", Breaking, "another object is expected").of(OPERATION).says(&["body"]).details(|case| case.differing()),
    Rule::new("answer-typed", Compatible, "what was never described is described now")
        .of(OPERATION)
        .says(&["answer"])
        .when(|case| is_raw(case, case.from(), Side::Old) && !is_raw(case, case.to(), Side::New))
        .mirror("answer-untyped"),
    Rule::new("answer-untyped", Risky, "what was described is left open: it may have changed")
        .of(OPERATION)
        .says(&["answer"])
        .when(|case| !is_raw(case, case.from(), Side::Old) && is_raw(case, case.to(), Side::New))
        .mirror("answer-typed"),
    Rule::new("answer-replaced", Breaking, "another object comes back")
        .of(&[Kind::Operation, Kind::SharedResponse])
        .says(&["answer"])
        .details(|case| case.differing()),
    Rule::new("answer-wrapped-differently", Breaking, "the data is wrapped in another envelope").of(OPERATION).says(&["answer.envelope"]),
    Rule::new("errors-replaced", Risky, "errors come in another form").of(OPERATION).says(&["errors."]),
    Rule::new("response-added", Documentation, "operations refer to it or not: that is what counts")
        .of(&[Kind::SharedResponse])
        .added()
        .mirror("response-removed"),
    Rule::new("response-removed", Documentation, "operations refer to it or not: that is what counts")
        .of(&[Kind::SharedResponse])
        .removed()
        .mirror("response-added"),
    Rule::new("response-renamed", Documentation, "a component's name is not on the wire").of(&[Kind::SharedResponse]).renamed(),
    Rule::new("moved-to-another-section", Documentation, "sections only order the documentation").of(OPERATION).says(&["section"]),
    Rule::new("deprecated", Risky, "it goes on working, until the exchange removes it")
        .says(&["deprecated"])
        .when(|case| case.now_says("true"))
        .mirror("no-longer-deprecated"),
    Rule::new("no-longer-deprecated", Compatible, "it goes on working").says(&["deprecated"]).mirror("deprecated"),
];

enum Side {
    Old,
    New,
}

/// Whether an answer's schema leaves everything open.
fn is_raw(case: &Case<'_>, content: Option<&Content>, side: Side) -> bool {
    let listing = match side {
        Side::Old => case.old,
        Side::New => case.new,
    };
    match content {
        Some(Content::Type(expression)) => {
            // An old name is looked up as it was called then; the names of today may not exist there.
            let is_known = expression.named().is_none_or(|name| listing.element(&Subject::Type(name.to_owned())).is_some());
            is_known && listing.form(expression) == Form::Any
        }
        _ => false,
    }
}

/// A path with its placeholders left blank.
fn blank(path: &Content) -> String {
    without_placeholders(&path.to_string())
}
