//! The requests that a specification documents with examples, and their documented answers.

use std::fmt;

use anyhow::Context;
use serde_json::{Map, Value, json};

/// What an operation is documented to take, to answer and to refuse.
pub(super) struct Exchange {
    pub(super) operation: String,
    /// The documented request, once for each way to authenticate.
    pub(super) accepted: Vec<Request>,
    pub(super) answer: Option<Value>,
    /// What is wrong with a request, and the request.
    pub(super) refused: Vec<(&'static str, Request)>,
}

#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Value>,
}

/// As a person reads it: method, target, the names of its headers, body.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        write!(f, "{} {} [{}]", self.method, self.target, headers.join(", "))?;
        self.body.iter().try_for_each(|body| write!(f, " {body}"))
    }
}

/// The exchanges of a specification that has no reference left in it.
///
/// An operation is left out when its body or a required parameter is documented without an example.
pub(super) fn exchanges(specification: &Value) -> anyhow::Result<Vec<Exchange>> {
    let paths = specification["paths"].as_object().context("the specification has no paths")?;
    let mut exchanges = Vec::new();
    for (path, item) in paths {
        for method in ["get", "post", "put", "patch", "delete"] {
            if let Some(definition) = item.get(method) {
                exchanges.extend(Operation { specification, path, method, definition }.exchange());
            }
        }
    }
    Ok(exchanges)
}

struct Operation<'a> {
    specification: &'a Value,
    path: &'a str,
    method: &'a str,
    definition: &'a Value,
}

/// A piece of a request's head: a parameter or a credential.
struct Part {
    place: Place,
    name: String,
    value: String,
    is_required: bool,
}

enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

impl Operation<'_> {
    fn exchange(&self) -> Option<Exchange> {
        let parameters = self.parameters()?;
        let schema = self.definition.pointer("/requestBody/content/application~1json/schema");
        let body = match self.definition.get("requestBody") {
            Some(body) => Some(body.pointer("/content/application~1json/example")?.clone()),
            None => None,
        };
        let ways = self.credentials();
        let first: Vec<&Part> = ways.first().into_iter().flatten().collect();

        let accepted = ways.iter().map(|way| self.request(way.iter().chain(&parameters), body.clone())).collect();
        let mut refused = Vec::new();
        if ways.iter().all(|way| !way.is_empty()) {
            refused.push(("without credentials", self.request(&parameters, body.clone())));
        }
        for way in ways.iter().filter(|way| way.len() > 1) {
            let some = way.iter().skip(1);
            refused.push(("with a part of its credentials", self.request(some.chain(&parameters), body.clone())));
        }
        if schema.is_some_and(requires_something) {
            let parts = first.iter().copied().chain(&parameters);
            refused.push(("with an empty body", self.request(parts, Some(json!({})))));
        }
        if parameters.iter().any(Part::can_be_missed) {
            let optional = parameters.iter().filter(|part| !part.can_be_missed());
            let parts = first.iter().copied().chain(optional);
            refused.push(("without its required parameters", self.request(parts, body)));
        }
        let operation = self.definition["operationId"].as_str().unwrap_or(self.path).to_owned();
        let answer = self.definition.pointer("/responses/200/content/application~1json/example").cloned();
        Some(Exchange { operation, accepted, answer, refused })
    }

    /// The parameters that have an example; nothing at all if a required one has none.
    fn parameters(&self) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        for parameter in self.definition["parameters"].as_array().into_iter().flatten() {
            let is_required = parameter["required"] == true;
            let Some(example) = parameter.get("example") else {
                if is_required {
                    return None;
                }
                continue;
            };
            parts.extend(texts(example).into_iter().map(|value| Part {
                place: Place::of(parameter),
                name: parameter["name"].as_str().unwrap_or_default().to_owned(),
                value,
                is_required,
            }));
        }
        Some(parts)
    }

    /// The ways to authenticate: each of them may take several credentials, or none.
    fn credentials(&self) -> Vec<Vec<Part>> {
        let security = self.definition.get("security").or_else(|| self.specification.get("security"));
        let ways = security.and_then(Value::as_array).filter(|ways| !ways.is_empty());
        let Some(ways) = ways else {
            return vec![Vec::new()];
        };
        let schemes = &self.specification["components"]["securitySchemes"];
        ways.iter()
            .map(|way| {
                let names = way.as_object().into_iter().flat_map(Map::keys);
                names.map(|name| Part::credential(&schemes[name])).collect()
            })
            .collect()
    }

    fn request<'p>(&self, parts: impl IntoIterator<Item = &'p Part>, body: Option<Value>) -> Request {
        let mut target = self.path.to_owned();
        let mut query = Vec::new();
        let mut headers = Vec::new();
        for Part { place, name, value, .. } in parts {
            match place {
                Place::Path => target = target.replace(&format!("{{{name}}}"), &percent_encoded(value)),
                Place::Query => query.push(format!("{}={}", percent_encoded(name), percent_encoded(value))),
                Place::Header => headers.push((name.clone(), value.clone())),
                Place::Cookie => headers.push(("Cookie".to_owned(), format!("{name}={value}"))),
            }
        }
        if !query.is_empty() {
            target = format!("{target}?{}", query.join("&"));
        }
        Request { method: self.method.to_uppercase(), target, headers, body }
    }
}

impl Part {
    /// A made-up value in the place of a security scheme: a mock looks whether something is there.
    fn credential(scheme: &Value) -> Self {
        let (place, name, value) = match scheme["name"].as_str() {
            Some(name) => (Place::of(scheme), name, "example"),
            None => (Place::Header, "Authorization", "Bearer example"),
        };
        Self { place, name: name.to_owned(), value: value.to_owned(), is_required: true }
    }

    /// Whether a request without it still reaches its operation, and is refused there.
    fn can_be_missed(&self) -> bool {
        self.is_required && !matches!(self.place, Place::Path)
    }
}

impl Place {
    /// Where a parameter or a security scheme says that it is.
    fn of(definition: &Value) -> Self {
        match definition["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("cookie") => Place::Cookie,
            _ => Place::Header,
        }
    }
}

fn requires_something(schema: &Value) -> bool {
    schema["required"].as_array().is_some_and(|required| !required.is_empty())
        || schema["allOf"].as_array().is_some_and(|parts| parts.iter().any(requires_something))
}

/// The values of a parameter as text: an array is sent as the same name several times.
fn texts(example: &Value) -> Vec<String> {
    match example {
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchanges_of(operation: Value) -> Vec<Exchange> {
        let specification = json!({
            "paths": { "/v1/orders/{id}": { "post": operation } },
            "components": { "securitySchemes": {
                "jwt": { "type": "http", "scheme": "bearer" },
                "key": { "type": "apiKey", "in": "header", "name": "X-Key" },
                "signature": { "type": "apiKey", "in": "query", "name": "signature" },
            } },
        });
        exchanges(&specification).unwrap()
    }

    #[test]
    fn a_request_is_made_of_its_examples_for_each_way_to_authenticate_and_spoilt_in_each_way_to_be_refused() {
        let exchanges = exchanges_of(json!({
            "operationId": "change_order",
            "security": [{ "jwt": [] }, { "key": [], "signature": [] }],
            "parameters": [
                { "name": "id", "in": "path", "required": true, "example": "7/1" },
                { "name": "side", "in": "query", "required": true, "example": "BUY" },
                { "name": "limit", "in": "query", "example": 5 },
                { "name": "page", "in": "query" },
            ],
            "requestBody": { "content": { "application/json": {
                "schema": { "required": ["price"] },
                "example": { "price": "1" },
            } } },
        }));
        let [exchange] = &exchanges[..] else { panic!("one operation, one exchange") };
        let accepted = exchange.accepted.iter().map(|request| format!("accepted: {request}\n"));
        let refused = exchange.refused.iter().map(|(why, request)| format!("{why}: {request}\n"));
        insta::assert_snapshot!(accepted.chain(refused).collect::<String>(), @r#"
        accepted: POST /v1/orders/7%2F1?side=BUY&limit=5 [Authorization] {"price":"1"}
        accepted: POST /v1/orders/7%2F1?signature=example&side=BUY&limit=5 [X-Key] {"price":"1"}
        without credentials: POST /v1/orders/7%2F1?side=BUY&limit=5 [] {"price":"1"}
        with a part of its credentials: POST /v1/orders/7%2F1?signature=example&side=BUY&limit=5 [] {"price":"1"}
        with an empty body: POST /v1/orders/7%2F1?side=BUY&limit=5 [Authorization] {}
        without its required parameters: POST /v1/orders/7%2F1?limit=5 [Authorization] {"price":"1"}
        "#);
    }

    #[test]
    fn an_operation_without_an_example_of_its_body_is_left_out() {
        let exchanges = exchanges_of(json!({ "requestBody": { "content": { "application/json": {} } } }));
        assert!(exchanges.is_empty());
    }

    #[test]
    fn an_operation_without_an_example_of_a_required_parameter_is_left_out() {
        let exchanges = exchanges_of(json!({ "parameters": [{ "name": "id", "in": "path", "required": true }] }));
        assert!(exchanges.is_empty());
    }
}
