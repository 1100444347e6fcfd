//! The comparison of a specification with the facts.

use std::collections::BTreeSet;
use std::fmt::Debug;

use serde_json::Value;
use venue_spec::model::{Api, Operation, Shape};

use crate::facts::{Facts, OperationFacts, RateLimitFacts};
use crate::fields::{self, Place};

/// The result of a comparison.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) operations: usize,
    pub(crate) fields: usize,
    pub(crate) enums: usize,
    pub(crate) rate_limits: usize,
    pub(crate) rules: usize,
    pub(crate) examples: usize,
    pub(crate) error_codes: usize,
    /// Each difference with its place, in the order of the facts.
    pub(crate) differences: Vec<String>,
}

impl Comparison {
    /// Adds a difference if the two values differ.
    pub(crate) fn equal<T: PartialEq + Debug>(&mut self, place: &Place<'_>, what: &str, facts: &T, specification: &T) {
        if facts != specification {
            self.differ(place, what, format!("{facts:?}"), format!("{specification:?}"));
        }
    }

    /// Adds a difference.
    pub(crate) fn differ(&mut self, place: &Place<'_>, what: &str, facts: impl Into<String>, specification: impl Into<String>) {
        let (facts, specification) = (facts.into(), specification.into());
        self.differences.push(format!("{place}: {what}: facts: {facts}, specification: {specification}"));
    }
}

/// Compares a specification with the facts.
pub(crate) fn compare(facts: &Facts, api: &Api) -> Comparison {
    let mut comparison = Comparison::default();
    root(facts, api, &mut comparison);
    let known: BTreeSet<(&str, &str)> = facts.operations.iter().map(|facts| (facts.method.as_str(), facts.path.as_str())).collect();
    for operation in api.operations.iter().filter(|operation| !known.contains(&(operation.method.as_str(), operation.path.as_str()))) {
        comparison.differ(&Place::of(&operation.path), "operation", "none", &operation.id);
    }
    for operation in &facts.operations {
        let found = api.operations.iter().find(|found| found.method == operation.method && found.path == operation.path);
        match found {
            Some(found) => self::operation(facts, operation, api, found, &mut comparison),
            None => comparison.differ(&Place::of(&operation.path), "operation", &operation.method, "none"),
        }
    }
    comparison
}

fn root(facts: &Facts, api: &Api, comparison: &mut Comparison) {
    let place = Place::of("root");
    let servers: Vec<String> = api.servers.iter().map(|server| server.url.clone()).collect();
    comparison.equal(&place, "servers", &facts.servers, &servers);
    let streams = api.streams.iter().map(|stream| (stream.name.clone(), stream.url.clone())).collect();
    comparison.equal(&place, "streams", &facts.streams, &streams);
    let dates = &facts.lifecycle;
    let dates = (Some(&dates.announced), Some(&dates.trading_ends), Some(&dates.closed));
    let lifecycle = api.lifecycle.as_ref();
    let found = (
        lifecycle.map(|lifecycle| &lifecycle.announced),
        lifecycle.and_then(|lifecycle| lifecycle.trading_ends.as_ref()),
        lifecycle.and_then(|lifecycle| lifecycle.closed.as_ref()),
    );
    comparison.equal(&place, "lifecycle", &dates, &found);
    let codes: BTreeSet<i64> = facts.error_codes.iter().map(|code| code.code).collect();
    let listed: BTreeSet<i64> = match api.type_named("ErrorCode").map(|named| &named.shape) {
        Some(Shape::Enum { values, .. }) => values.iter().filter_map(|value| value.wire.as_i64()).collect(),
        _ => BTreeSet::new(),
    };
    let only = |codes: &BTreeSet<i64>, others: &BTreeSet<i64>| codes.difference(others).copied().collect::<Vec<_>>();
    comparison.equal(&place, "error codes that only one of the two has", &only(&codes, &listed), &only(&listed, &codes));
    comparison.error_codes = codes.len();
}

fn operation(all: &Facts, facts: &OperationFacts, api: &Api, operation: &Operation, comparison: &mut Comparison) {
    comparison.operations += 1;
    let place = Place::of(&facts.path);
    let first = api.servers.first().map(|server| &server.url);
    comparison.equal(&place, "host", &Some(&facts.host), &operation.server.as_ref().or(first));
    comparison.equal(&place, "security", &security(&facts.auth), &operation.security);
    comparison.equal(&place, "permission", &facts.permission, &operation.permission);
    comparison.equal(&place, "removed", &(facts.status == "removed"), &operation.removed);
    comparison.equal(&place, "deprecated", &(facts.status == "removed"), &operation.deprecated);
    let successor = facts.successor.as_ref().and_then(|path| api.operations.iter().find(|other| other.path == *path));
    comparison.equal(&place, "successor", &successor.map(|successor| &successor.id), &operation.successor.as_ref());
    let limit = operation.rate_limit.map(|limit| RateLimitFacts {
        requests: limit.requests,
        seconds: limit.seconds,
        scope: limit.scope.as_str().to_owned(),
    });
    comparison.equal(&place, "rate limit", &facts.rate_limit, &limit);
    comparison.rate_limits += usize::from(limit.is_some());
    anchor(all, facts, operation, comparison);
    comparison.equal(&place, "data", &(facts.data == "array"), &operation.response.is_list);
    comparison.equal(&place, "envelope", &true, &operation.response.enveloped);
    fields::parameters(facts, operation, api, comparison);
    fields::body(facts, operation, api, comparison);
    fields::response(facts, operation, api, comparison);
    examples(facts, operation, comparison);
}

fn security(auth: &str) -> Vec<Vec<String>> {
    let schemes: &[&str] = match auth {
        "KEYED" => &["key"],
        "SIGNED" => &["key", "timestamp", "sign"],
        _ => return Vec::new(),
    };
    vec![schemes.iter().map(|scheme| (*scheme).to_owned()).collect()]
}

/// The facts have no anchor for a removed operation, whose page is that of its successor, and for the system time.
fn anchor(all: &Facts, facts: &OperationFacts, operation: &Operation, comparison: &mut Comparison) {
    let successor = facts.successor.as_ref().and_then(|path| all.operations.iter().find(|other| other.path == *path));
    let anchor = facts.anchor.as_ref().or(successor.and_then(|successor| successor.anchor.as_ref()));
    if let Some(anchor) = anchor {
        comparison.equal(&Place::of(&facts.path), "anchor", anchor, &operation.documentation);
    }
}

fn examples(facts: &OperationFacts, operation: &Operation, comparison: &mut Comparison) {
    let place = Place::of(&facts.path);
    let empty = serde_json::Map::new();
    for parameter in &operation.parameters {
        let example = facts.query_example.as_ref().unwrap_or(&empty).get(&parameter.field.name);
        comparison.equal(&place, &parameter.field.name, &example.map(text), &parameter.field.example.as_ref().map(text));
    }
    comparison.equal(&place, "example of the response", &facts.response_example, &operation.response.example);
    let body = facts.body_example.clone().map(|example| without_invalid(example, facts));
    let found = operation.body.as_ref().and_then(|body| body.example.clone());
    comparison.examples += usize::from(facts.response_example.is_some()) + usize::from(body.is_some());
    comparison.equal(&place, "example of the body", &body, &found);
}

/// Removes empty texts that the documented pattern of their field does not allow.
fn without_invalid(mut example: Value, facts: &OperationFacts) -> Value {
    if let Value::Object(fields) = &mut example {
        fields.retain(|name, value| {
            let field = facts.body.iter().find(|field| field.name == *name);
            !(value.as_str() == Some("") && field.is_some_and(|field| field.pattern.is_some()))
        });
    }
    example
}

/// A value as a query spells it.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
