//! Builds the specification that progenitor reads, which contains only named objects, plain scalars and references.
//!
//! Progenitor cannot express open enums, ids, exact decimals, times, secrets, limits and the envelope well. This specification has a
//! placeholder for each such type, and the other modules generate the real types. See `DESIGN.md`, "What does progenitor generate?".

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};
use venue_spec::model::{Api, Field, Kind, Operation, Parameter, Type};

use super::fields_of;

/// The types of `venue-core`, each with the name of its placeholder in this specification.
pub(super) const CORE_TYPES: [(&str, &str); 5] = [
    ("WireDecimal", "::rust_decimal::Decimal"),
    ("WireSecret", "::venue_core::Secret"),
    ("WireUnixMillis", "::venue_core::UnixMillis"),
    ("WireUnixSeconds", "::venue_core::UnixSeconds"),
    ("WireAny", "::venue_core::Undocumented"),
];

/// The specification for progenitor.
pub(super) fn spec(api: &Api) -> anyhow::Result<OpenAPI> {
    let mut schemas: Map<String, Value> = CORE_TYPES.iter().map(|(name, _)| ((*name).to_owned(), placeholder())).collect();
    schemas.extend(api.types.iter().map(|named| (named.name.clone(), schema(named))));
    let mut paths = Map::new();
    // A removed operation can neither be sent nor mocked.
    for operation in api.operations.iter().filter(|operation| !operation.removed) {
        let item = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        item[operation.method.to_lowercase()] = self::operation(operation);
    }
    Ok(serde_json::from_value(json!({
        "openapi": "3.0.3",
        "info": { "title": api.title, "version": api.version },
        "paths": paths,
        "components": { "schemas": schemas },
    }))?)
}

/// The placeholder for a type that progenitor does not generate. Any scalar schema works, because progenitor uses the real type instead.
fn placeholder() -> Value {
    json!({ "type": "string" })
}

fn schema(named: &Type) -> Value {
    // A row becomes a struct with a field for each position, like an object.
    let Some(fields) = fields_of(named) else { return placeholder() };
    let required: Vec<&str> = fields.iter().filter(|field| is_always_there(named, field)).map(|field| field.name.as_str()).collect();
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.clone(), property(named, field))).collect();
    let mut object = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

/// Whether the Rust field always has a value, so that its type is not an `Option`. This is the case for required fields, and for documented
/// lists of a response, because a missing list is read as an empty list.
pub(super) fn is_always_there(named: &Type, field: &Field) -> bool {
    field.required || (named.received && field.provisional.is_none() && matches!(field.kind, Kind::List(_)))
}

fn property(named: &Type, field: &Field) -> Value {
    let mut schema = kind(&field.kind);
    if matches!(field.kind, Kind::List(_)) && !is_always_there(named, field) {
        // Without this, progenitor generates the same type for an optional list and a required one.
        schema["nullable"] = json!(true);
    }
    schema
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::String => json!({ "type": "string" }),
        Kind::Decimal => reference("WireDecimal"),
        Kind::Secret => reference("WireSecret"),
        Kind::UnixMillis | Kind::UnixMillisText => reference("WireUnixMillis"),
        Kind::UnixSeconds | Kind::UnixSecondsText => reference("WireUnixSeconds"),
        Kind::Any => reference("WireAny"),
        Kind::Int32 => json!({ "type": "integer", "format": "int32" }),
        Kind::Int64 => json!({ "type": "integer", "format": "int64" }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::List(item) => json!({ "type": "array", "items": self::kind(item) }),
        Kind::Named(name) => reference(name),
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn operation(operation: &Operation) -> Value {
    let mut lowered = json!({
        "operationId": operation.id,
        "parameters": operation.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "responses": { "200": { "description": "", "content": media(&data(operation)) } },
    });
    if let Some(body) = &operation.body {
        lowered["requestBody"] = json!({ "required": true, "content": media(&reference(&body.schema)) });
    }
    lowered
}

/// The schema of the data of a response.
fn data(operation: &Operation) -> Value {
    let schema = reference(&operation.response.schema);
    if operation.response.is_list { json!({ "type": "array", "items": schema }) } else { schema }
}

fn media(schema: &Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn parameter(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.field.name,
        "in": parameter.location,
        "required": parameter.field.required,
        "schema": kind(&parameter.field.kind),
    })
}
