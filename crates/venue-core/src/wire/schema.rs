//! JSON Schemas without formats that a strict validator rejects.

use schemars::Schema;
use schemars::transform::transform_subschemas;

/// Removes every `format` of a schema, at any depth. JSON Schema defines no number formats, and a validator in strict mode (the default of
/// Ajv) rejects an unknown format such as `int64`.
pub fn plain_schema(schema: &mut Schema) {
    schema.remove("format");
    transform_subschemas(&mut plain_schema, schema);
}

/// The schema of an array whose positions have names. Further positions are allowed.
pub fn array_schema(positions: Vec<(&'static str, Schema)>) -> Schema {
    let count = positions.len();
    let items: Vec<serde_json::Value> = positions
        .into_iter()
        .map(|(name, mut schema)| {
            plain_schema(&mut schema);
            schema.insert("title".to_owned(), name.into());
            schema.to_value()
        })
        .collect();
    schemars::json_schema!({ "type": "array", "prefixItems": items, "minItems": count })
}
