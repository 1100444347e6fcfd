//! JSON Schemas that every validator reads.

use schemars::Schema;
use schemars::transform::transform_subschemas;

/// Removes every `format`, at any depth. JSON Schema names none for numbers, and a validator in its strict mode, such as Ajv by default,
/// refuses a schema with a format that it does not know, such as `int64`.
pub fn plain_schema(schema: &mut Schema) {
    schema.remove("format");
    transform_subschemas(&mut plain_schema, schema);
}
