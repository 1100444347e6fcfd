//! Edits of the keys of any node.

use proptest::sample::Index;
use serde_json::{Value, json};

use super::Expected;
use super::tree::{child, is_in_an_example, last, parent, pick, pointers};

/// Names, to which others refer, and lists that belong together. They have edits of their own.
const NAMES: [&str; 11] =
    ["$ref", "operationId", "name", "in", "type", "enum", "required", "tags", "x-enum-varnames", "x-venue-permissions", "access"];

fn is_free(pointer: &str) -> bool {
    is_in_an_example(pointer)
        || !pointer.split('/').any(|step| NAMES.contains(&step) || step == "security" || step == "x-venue-rules" || step == "x-venue-id")
}

pub(super) fn change_scalar(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let all = pointers(spec, &|pointer, node| is_free(pointer) && !node.is_object() && !node.is_array());
    let pointer = pick(&all, one)?;
    let node = spec.pointer_mut(&pointer)?;
    *node = match (&*node, last(&pointer)) {
        (_, "format") => return None,
        (_, "x-venue-unit") => return None,
        (Value::String(text), "url") => format!("{text}x").into(),
        (Value::String(text), _) => format!("{text} It is so.").into(),
        (Value::Number(number), _) => (number.as_i64()? + 1).into(),
        (Value::Bool(flag), _) => (!flag).into(),
        _ => return None,
    };
    // A change of one code changes the set of codes, and a change of one number of a rate limit changes the limit.
    let is_part = parent(&pointer).starts_with("/x-venue-envelope/") || last(parent(&pointer)) == "x-venue-rate-limit";
    let pointer = if is_part { parent(&pointer).to_owned() } else { pointer };
    Some(Expected { edit: "changed", pointer })
}

/// Schemas of fields and parameters that can have more keys.
fn schemas(spec: &Value, of_type: &str) -> Vec<String> {
    pointers(spec, &|pointer, node| {
        !is_in_an_example(pointer) && node.get("type").is_some_and(|name| name == of_type) && !node["enum"].is_array()
    })
}

pub(super) fn add_key(spec: &mut Value, one: &Index, other: &Index) -> Option<Expected> {
    let keys = [
        ("string", "minLength", json!(2)),
        ("string", "maxLength", json!(9)),
        ("string", "pattern", json!("^[a-z]+$")),
        ("integer", "minimum", json!(1)),
        ("integer", "maximum", json!(9)),
    ];
    let (of_type, key, value) = other.get(&keys);
    let pointer = pick(&schemas(spec, of_type), one)?;
    let schema = spec.pointer_mut(&pointer)?.as_object_mut()?;
    if schema.contains_key(*key) {
        return None;
    }
    schema.insert((*key).to_owned(), value.clone());
    Some(Expected { edit: "changed", pointer: child(&pointer, key) })
}

pub(super) fn remove_key(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    const KEYS: [&str; 10] = [
        "description",
        "default",
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "maximum",
        "x-undocumented",
        "x-provisional",
        "nullable",
    ];
    let all = pointers(spec, &|pointer, node| {
        let is_schema = pointer.starts_with("/components/schemas/") && parent(parent(pointer)).ends_with("properties");
        is_schema && KEYS.contains(&last(pointer)) && !node.is_object()
    });
    let pointer = pick(&all, one)?;
    spec.pointer_mut(parent(&pointer))?.as_object_mut()?.shift_remove(last(&pointer))?;
    Some(Expected { edit: "changed", pointer })
}
