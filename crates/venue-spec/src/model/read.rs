//! Reads the model from the JSON of a checked specification.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::{Api, EnvelopeNames, Lifecycle, Scheme, Section, Server};
use super::inferences::Inferences;
use super::json::{entries, list, optional_text, reference, resolved, text};
use super::operation::{Body, ClientMethod, Operation, Parameter, RateLimit, RateLimitScope, SuccessCondition, SuccessResponse};
use super::pattern::Pattern;
use super::rule::{Condition, Rule};
use super::schema::{EnumValue, Field, Kind, Limits, Shape, States, Type};
use crate::document::Document;

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

impl Api {
    /// Reads the model of a document that [`Document::parse`] has checked.
    pub fn new(document: &Document) -> Self {
        api(document.json())
    }
}

fn api(root: &Value) -> Api {
    let envelope = envelope(root);
    let mut api = Api {
        title: text(&root["info"], "title"),
        version: text(&root["info"], "version"),
        description: text(&root["info"], "description"),
        servers: list(&root["servers"]).iter().map(server).collect(),
        documentation: text(&root["externalDocs"], "url"),
        sections: list(&root["tags"]).iter().map(section).collect(),
        schemes: entries(&root["components"]["securitySchemes"]).map(|(name, scheme)| security_scheme(name, scheme)).collect(),
        permissions: list(&root["x-venue-permissions"]).iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        streams: entries(&root["x-venue-streams"]).map(|(name, stream)| super::stream::stream(name, stream)).collect(),
        operations: operations(root),
        types: entries(&root["components"]["schemas"])
            .filter(|(name, _)| **name != envelope.schema)
            .map(|(name, schema)| named_type(name, schema))
            .collect(),
        lifecycle: root.get("x-venue-lifecycle").map(lifecycle),
        envelope,
    };
    mark_directions(&mut api);
    api
}

fn server(server: &Value) -> Server {
    Server { url: text(server, "url"), description: text(server, "description") }
}

fn lifecycle(dates: &Value) -> Lifecycle {
    Lifecycle {
        announced: text(dates, "announced"),
        trading_ends: optional_text(dates, "tradingEnds"),
        closed: optional_text(dates, "closed"),
        source: text(dates, "source"),
    }
}

fn section(tag: &Value) -> Section {
    Section { name: text(tag, "name"), description: text(tag, "description"), documentation: optional_text(&tag["externalDocs"], "url") }
}

fn envelope(root: &Value) -> EnvelopeNames {
    let names = &root["x-venue-envelope"];
    let schema = text(names, "schema");
    EnvelopeNames {
        description: text(&root["components"]["schemas"][&schema], "description"),
        schema,
        code: text(names, "code"),
        success: codes(&names["success"]),
        uncertain: codes(&names["uncertain"]),
        message: text(names, "message"),
        data: text(names, "data"),
        request_id: text(names, "requestId"),
    }
}

fn codes(value: &Value) -> Vec<i64> {
    list(value).iter().filter_map(Value::as_i64).collect()
}

fn security_scheme(name: &str, scheme: &Value) -> Scheme {
    Scheme { name: name.to_owned(), description: text(scheme, "description"), undocumented: optional_text(scheme, "x-undocumented") }
}

fn operations(root: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in entries(&root["paths"]) {
        for (method, operation) in entries(item).filter(|(method, _)| METHODS.contains(&method.as_str())) {
            operations.push(self::operation(root, path, method, operation));
        }
    }
    operations
}

fn operation(root: &Value, path: &str, method: &str, operation: &Value) -> Operation {
    Operation {
        id: text(operation, "operationId"),
        method: method.to_uppercase(),
        server: optional_text(&operation["servers"][0], "url").filter(|url| root["servers"][0]["url"] != url.as_str()),
        path: path.to_owned(),
        section: list(&operation["tags"]).first().and_then(Value::as_str).unwrap_or_default().to_owned(),
        summary: text(operation, "summary"),
        description: text(operation, "description"),
        documentation: text(&operation["externalDocs"], "url"),
        deprecated: operation["deprecated"] == true,
        successor: optional_text(operation, "x-venue-successor"),
        removed: operation["x-venue-removed"] == true,
        security: list(&operation["security"]).iter().map(|one| entries(one).map(|(name, _)| name.clone()).collect()).collect(),
        permission: text(operation, "x-venue-permission"),
        repeatable: text(operation, "x-venue-repeatable"),
        order_write: operation["x-venue-order-write"] == true,
        client_method: client_method(operation),
        rate_limit: operation.get("x-venue-rate-limit").and_then(rate_limit),
        success: entries(&operation["x-venue-success"])
            .map(|(field, expected)| SuccessCondition { field: field.clone(), expected: expected.clone() })
            .collect(),
        parameters: list(&operation["parameters"]).iter().map(|parameter| self::parameter(resolved(root, parameter))).collect(),
        body: operation.get("requestBody").map(|body| {
            let media = &body["content"]["application/json"];
            Body { schema: reference(&media["schema"]).unwrap_or_default(), example: media.get("example").cloned() }
        }),
        rules: rules(operation),
        inferred: Inferences::read(operation),
        response: success(root, &operation["responses"]["200"]),
        pointer: format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1")),
    }
}

fn client_method(operation: &Value) -> Option<ClientMethod> {
    let (group, name) = operation["x-venue-client-method"].as_str()?.split_once('.')?;
    Some(ClientMethod { group: group.to_owned(), name: name.to_owned() })
}

fn rate_limit(limit: &Value) -> Option<RateLimit> {
    let number = |key: &str| u32::try_from(limit[key].as_i64()?).ok();
    let scope = match limit["scope"].as_str()? {
        "ip" => RateLimitScope::Ip,
        "key" => RateLimitScope::Key,
        _ => RateLimitScope::User,
    };
    Some(RateLimit { requests: number("requests")?, seconds: number("seconds")?, scope })
}

fn success(root: &Value, response: &Value) -> SuccessResponse {
    let media = &response["content"]["application/json"];
    let data = text(&root["x-venue-envelope"], "data");
    let body = &media["schema"];
    let enveloped = body.get("allOf").is_some();
    let data = list(&body["allOf"]).iter().find_map(|part| part.get("properties")?.get(&data)).unwrap_or(body);
    let is_list = data["type"] == "array";
    SuccessResponse {
        schema: reference(if is_list { &data["items"] } else { data }).unwrap_or_default(),
        is_list,
        enveloped,
        description: text(response, "description"),
        undocumented: optional_text(response, "x-undocumented"),
        example: media.get("example").cloned(),
    }
}

fn parameter(parameter: &Value) -> Parameter {
    let schema = &parameter["schema"];
    let mut field = field(&text(parameter, "name"), schema, parameter["required"] == true, None);
    if let Some(description) = optional_text(parameter, "description") {
        field.description = description;
    }
    if let Some(example) = parameter.get("example") {
        field.example = Some(example.clone());
    }
    field.deprecated |= parameter["deprecated"] == true;
    field.undocumented = field.undocumented.or_else(|| optional_text(parameter, "x-undocumented"));
    field.provisional = field.provisional.or_else(|| optional_text(parameter, "x-provisional"));
    field.inferred = field.inferred.overridden_by(Inferences::read(parameter));
    Parameter { location: text(parameter, "in"), field }
}

fn named_type(name: &str, schema: &Value) -> Type {
    let provisional = optional_text(schema, "x-provisional");
    Type {
        name: name.to_owned(),
        description: text(schema, "description"),
        undocumented: optional_text(schema, "x-undocumented"),
        inferred: Inferences::read(schema),
        shape: shape(schema, provisional.as_deref()),
        provisional,
        sent: false,
        received: false,
        pointer: format!("/components/schemas/{name}"),
    }
}

fn shape(schema: &Value, provisional: Option<&str>) -> Shape {
    if let Some(values) = schema.get("enum") {
        let words = |key: &str| list(&schema[key]).iter().map(|word| word.as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>();
        let (variants, descriptions) = (words("x-enum-varnames"), words("x-enum-descriptions"));
        return Shape::Enum {
            integer: schema["type"] == "integer",
            values: list(values)
                .iter()
                .enumerate()
                .map(|(index, wire)| {
                    let marks = &schema["x-enum-marks"][value_text(wire)];
                    EnumValue {
                        wire: wire.clone(),
                        variant: variants.get(index).cloned().unwrap_or_default(),
                        description: descriptions.get(index).cloned().unwrap_or_default(),
                        undocumented: optional_text(marks, "x-undocumented"),
                        provisional: optional_text(marks, "x-provisional"),
                        inferred: Inferences::read(marks),
                    }
                })
                .collect(),
            extensible: optional_text(schema, "x-venue-extensible"),
            states: schema.get("x-enum-states").map(states),
        };
    }
    if schema["x-venue-id"] == true {
        return Shape::Id { integer: schema["type"] == "integer" };
    }
    if let Some(positions) = schema.get("x-venue-positions") {
        return Shape::Tuple {
            fields: list(positions).iter().map(|position| field(&text(position, "name"), position, true, provisional)).collect(),
        };
    }
    if schema["type"] != "object" {
        return Shape::Undocumented;
    }
    let required: Vec<&str> = list(&schema["required"]).iter().filter_map(Value::as_str).collect();
    Shape::Object {
        fields: entries(&schema["properties"])
            .map(|(name, property)| field(name, property, required.contains(&name.as_str()), provisional))
            .collect(),
        rules: rules(schema),
    }
}

fn states(states: &Value) -> States {
    let values = |key: &str| list(&states[key]).iter().map(value_text).collect();
    States { open: values("open"), r#final: values("final") }
}

/// Spells a value as the key of `x-enum-marks`.
fn value_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn field(name: &str, schema: &Value, required: bool, provisional_object: Option<&str>) -> Field {
    let limit = |keys: [&str; 3]| keys.iter().find_map(|key| schema.get(*key)?.as_i64());
    Field {
        name: name.to_owned(),
        // In Rust, a field that may be `null` is an `Option`, like a field that may be absent.
        required: required && schema["nullable"] != true,
        kind: kind(schema),
        description: text(schema, "description"),
        deprecated: schema["deprecated"] == true,
        default: schema.get("default").cloned(),
        example: schema.get("example").cloned(),
        limits: Limits { minimum: limit(["minLength", "minimum", "minItems"]), maximum: limit(["maxLength", "maximum", "maxItems"]) },
        pattern: optional_text(schema, "pattern").and_then(|text| Pattern::parse(&text).ok()),
        undocumented: optional_text(schema, "x-undocumented"),
        provisional: optional_text(schema, "x-provisional").or_else(|| provisional_object.map(str::to_owned)),
        inferred: Inferences::read(schema),
    }
}

fn kind(schema: &Value) -> Kind {
    if let Some(name) = reference(schema).or_else(|| reference(list(&schema["allOf"]).first()?)) {
        return Kind::Named(name);
    }
    let word = |key: &str| schema[key].as_str().unwrap_or_default();
    match (word("type"), word("format"), word("x-venue-unit")) {
        ("string", "decimal", _) => Kind::Decimal,
        ("string", "password", _) => Kind::Secret,
        ("string", _, "ms") => Kind::UnixMillisText,
        ("string", _, "s") => Kind::UnixSecondsText,
        ("string", ..) => Kind::String,
        ("integer", _, "ms") => Kind::UnixMillis,
        ("integer", _, "s") => Kind::UnixSeconds,
        ("integer", "int32", _) => Kind::Int32,
        ("integer", ..) => Kind::Int64,
        ("boolean", ..) => Kind::Boolean,
        ("array", ..) => Kind::List(Box::new(kind(&schema["items"]))),
        _ => Kind::Any,
    }
}

fn rules(holder: &Value) -> Vec<Rule> {
    let names = |value: &Value| list(value).iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    let conditions = |value: &Value| entries(value).map(|(field, values)| (field.clone(), list(values).to_vec())).collect();
    list(&holder["x-venue-rules"])
        .iter()
        .map(|rule| {
            let condition = match (rule.get("anyOf"), rule.get("oneOf")) {
                (Some(fields), _) => Condition::AnyOf(names(fields)),
                (None, Some(fields)) => Condition::OneOf(names(fields)),
                (None, None) => Condition::Require {
                    field: text(rule, "require"),
                    when: conditions(&rule["when"]),
                    unless: conditions(&rule["unless"]),
                },
            };
            Rule { condition, inferred: Inferences::read(rule) }
        })
        .collect()
}

/// Sets for each schema whether requests contain it, and whether responses or messages of streams contain it, directly or through other
/// schemas.
fn mark_directions(api: &mut Api) {
    let sent = api.operations.iter().flat_map(|operation| {
        let parameters = operation.parameters.iter().filter_map(|parameter| parameter.field.kind.named());
        parameters.chain(operation.body.as_ref().map(|body| body.schema.as_str())).map(str::to_owned)
    });
    let sent = reachable(api, sent.collect());
    let responses = api.operations.iter().map(|operation| operation.response.schema.clone());
    let messages = api.streams.iter().flat_map(|stream| stream.messages.iter().map(|message| message.schema.clone()));
    let received = reachable(api, responses.chain(messages).collect());
    for named in &mut api.types {
        named.sent = sent.contains(&named.name);
        named.received = received.contains(&named.name);
    }
}

fn reachable(api: &Api, mut open: Vec<String>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        if let Some(Type { shape: Shape::Object { fields, .. } | Shape::Tuple { fields }, .. }) = api.type_named(&name) {
            open.extend(fields.iter().filter_map(|field| field.kind.named().map(str::to_owned)));
        }
    }
    seen
}
