//! The documented example requests of a specification, with their documented responses.

use std::fmt;

use anyhow::Context;
use serde_json::{Map, Value, json};

/// The examples of an operation.
pub(super) struct OperationExamples {
    pub(super) operation: String,
    /// The documented request, once for each set of security schemes.
    pub(super) accepted: Vec<Request>,
    pub(super) response: Option<Value>,
    /// Invalid requests, each with a description of the mistake.
    pub(super) rejected: Vec<(&'static str, Request)>,
}

#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: String,
    /// The path and the query.
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Value>,
}

/// Formats the method, the target, the names of the headers, and the body.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        write!(f, "{} {} [{}]", self.method, self.target, headers.join(", "))?;
        self.body.iter().try_for_each(|body| write!(f, " {body}"))
    }
}

/// Returns the examples of each operation. `specification` must not contain references (`$ref`).
///
/// An operation is left out if its body or a required parameter has no example.
pub(super) fn examples_of(specification: &Value) -> anyhow::Result<Vec<OperationExamples>> {
    let paths = specification["paths"].as_object().context("the specification has no paths")?;
    let mut examples_of = Vec::new();
    for (path, item) in paths {
        for method in ["get", "post", "put", "patch", "delete"] {
            if let Some(definition) = item.get(method) {
                examples_of.extend(Operation { specification, path, method, definition }.examples());
            }
        }
    }
    Ok(examples_of)
}

struct Operation<'a> {
    specification: &'a Value,
    path: &'a str,
    method: &'a str,
    definition: &'a Value,
}

/// A parameter or a credential of a request.
struct Part {
    location: Location,
    name: String,
    value: String,
    is_required: bool,
}

enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

impl Operation<'_> {
    fn examples(&self) -> Option<OperationExamples> {
        let parameters = self.parameters()?;
        let schema = self.definition.pointer("/requestBody/content/application~1json/schema");
        let body = match self.definition.get("requestBody") {
            Some(body) => Some(body.pointer("/content/application~1json/example")?.clone()),
            None => None,
        };
        let ways = self.credentials();
        let first: Vec<&Part> = ways.first().into_iter().flatten().collect();

        let accepted = ways.iter().map(|way| self.request(way.iter().chain(&parameters), body.clone())).collect();
        let mut rejected = Vec::new();
        if ways.iter().all(|way| !way.is_empty()) {
            rejected.push(("without credentials", self.request(&parameters, body.clone())));
        }
        for way in ways.iter().filter(|way| way.len() > 1) {
            let some = way.iter().skip(1);
            rejected.push(("with a part of its credentials", self.request(some.chain(&parameters), body.clone())));
        }
        if schema.is_some_and(requires_something) {
            let parts = first.iter().copied().chain(&parameters);
            rejected.push(("with an empty body", self.request(parts, Some(json!({})))));
        }
        if parameters.iter().any(Part::is_checked_by_operation) {
            let optional = parameters.iter().filter(|part| !part.is_checked_by_operation());
            let parts = first.iter().copied().chain(optional);
            rejected.push(("without its required parameters", self.request(parts, body)));
        }
        let operation = self.definition["operationId"].as_str().unwrap_or(self.path).to_owned();
        let response = self.definition.pointer("/responses/200/content/application~1json/example").cloned();
        Some(OperationExamples { operation, accepted, response, rejected })
    }

    /// The parameters with an example; `None` if a required parameter has no example.
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
                location: Location::of(parameter),
                name: parameter["name"].as_str().unwrap_or_default().to_owned(),
                value,
                is_required,
            }));
        }
        Some(parts)
    }

    /// The alternative sets of credentials.
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
        for Part { location, name, value, .. } in parts {
            match location {
                Location::Path => target = target.replace(&format!("{{{name}}}"), &percent_encoded(value)),
                Location::Query => query.push(format!("{}={}", percent_encoded(name), percent_encoded(value))),
                Location::Header => headers.push((name.clone(), value.clone())),
                Location::Cookie => headers.push(("Cookie".to_owned(), format!("{name}={value}"))),
            }
        }
        if !query.is_empty() {
            target = format!("{target}?{}", query.join("&"));
        }
        Request { method: self.method.to_uppercase(), target, headers, body }
    }
}

impl Part {
    /// A placeholder credential for a security scheme. A mock server checks only that the credential is present.
    fn credential(scheme: &Value) -> Self {
        let (location, name, value) = match scheme["name"].as_str() {
            Some(name) => (Location::of(scheme), name, "example"),
            None => (Location::Header, "Authorization", "Bearer example"),
        };
        Self { location, name: name.to_owned(), value: value.to_owned(), is_required: true }
    }

    /// Whether a request without this part still reaches the operation, so that the operation can reject the request. A request without a
    /// path parameter does not reach the operation, because the request has another path.
    fn is_checked_by_operation(&self) -> bool {
        self.is_required && !matches!(self.location, Location::Path)
    }
}

impl Location {
    /// Reads the location from a parameter or a security scheme.
    fn of(definition: &Value) -> Self {
        match definition["in"].as_str() {
            Some("path") => Location::Path,
            Some("query") => Location::Query,
            Some("cookie") => Location::Cookie,
            _ => Location::Header,
        }
    }
}

fn requires_something(schema: &Value) -> bool {
    schema["required"].as_array().is_some_and(|required| !required.is_empty())
        || schema["allOf"].as_array().is_some_and(|parts| parts.iter().any(requires_something))
}

/// The values of a parameter as text. An array is sent by repeating the name.
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

    fn exchanges_of(operation: Value) -> Vec<OperationExamples> {
        let specification = json!({
            "paths": { "/v1/orders/{id}": { "post": operation } },
            "components": { "securitySchemes": {
                "jwt": { "type": "http", "scheme": "bearer" },
                "key": { "type": "apiKey", "in": "header", "name": "X-Key" },
                "signature": { "type": "apiKey", "in": "query", "name": "signature" },
            } },
        });
        examples_of(&specification).unwrap()
    }

    #[test]
    fn valid_and_invalid_requests_are_built_from_the_examples_for_each_security_scheme() {
        let examples_of = exchanges_of(json!({
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
        let [examples] = &examples_of[..] else { panic!("one operation, one exchange") };
        let accepted = examples.accepted.iter().map(|request| format!("accepted: {request}\n"));
        let rejected = examples.rejected.iter().map(|(why, request)| format!("{why}: {request}\n"));
        insta::assert_snapshot!(accepted.chain(rejected).collect::<String>(), @r#"
        accepted: POST /v1/orders/7%2F1?side=BUY&limit=5 [Authorization] {"price":"1"}
        accepted: POST /v1/orders/7%2F1?signature=example&side=BUY&limit=5 [X-Key] {"price":"1"}
        without credentials: POST /v1/orders/7%2F1?side=BUY&limit=5 [] {"price":"1"}
        with a part of its credentials: POST /v1/orders/7%2F1?signature=example&side=BUY&limit=5 [] {"price":"1"}
        with an empty body: POST /v1/orders/7%2F1?side=BUY&limit=5 [Authorization] {}
        without its required parameters: POST /v1/orders/7%2F1?limit=5 [Authorization] {"price":"1"}
        "#);
    }

    #[test]
    fn an_operation_without_an_example_of_its_body_is_skipped() {
        let examples_of = exchanges_of(json!({ "requestBody": { "content": { "application/json": {} } } }));
        assert!(examples_of.is_empty());
    }

    #[test]
    fn an_operation_without_an_example_of_a_required_parameter_is_skipped() {
        let examples_of = exchanges_of(json!({ "parameters": [{ "name": "id", "in": "path", "required": true }] }));
        assert!(examples_of.is_empty());
    }
}
