//! JSON Schemas without formats that a strict validator rejects.

use schemars::Schema;
use schemars::transform::transform_subschemas;

/// Removes every `format` of a schema, at any depth. JSON Schema defines no number formats, and a validator in strict mode (the default of
/// Ajv) rejects an unknown format such as `int64`.
pub fn plain_schema(schema: &mut Schema) {
    schema.remove("format");
    transform_subschemas(&mut plain_schema, schema);
}
