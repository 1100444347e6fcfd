//! Access to the values of a JSON tree. A missing key reads as an empty value. This hides no mistake, because
//! [`Document::parse`](crate::Document::parse) has already reported every missing key that is required.

use serde_json::{Map, Value};

pub(super) fn resolved<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    value.get("$ref").and_then(Value::as_str).and_then(|target| root.pointer(target.strip_prefix('#')?)).unwrap_or(value)
}

pub(super) fn reference(schema: &Value) -> Option<String> {
    schema.get("$ref")?.as_str()?.rsplit('/').next().map(str::to_owned)
}

pub(super) fn text(holder: &Value, key: &str) -> String {
    optional_text(holder, key).unwrap_or_default()
}

pub(super) fn optional_text(holder: &Value, key: &str) -> Option<String> {
    holder.get(key)?.as_str().map(|text| text.trim().to_owned())
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
