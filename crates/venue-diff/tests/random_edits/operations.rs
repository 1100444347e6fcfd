//! Edits of operations and their parameters.

use proptest::sample::Index;
use serde_json::{Value, json};

use super::Expected;
use super::tree::{child, last, parent, pick, pointers, rename_key};

fn operations(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, node| node.get("operationId").is_some() && pointer.starts_with("/paths/"))
}

pub(super) fn rename_operation(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&operations(spec), one)?;
    let id = spec.pointer(&child(&pointer, "operationId"))?.clone();
    let renamed: Value = format!("{}_again", id.as_str()?).into();
    for user in pointers(spec, &|at, node| ["x-venue-successor", "operation"].contains(&last(at)) && *node == id) {
        *spec.pointer_mut(&user)? = renamed.clone();
    }
    *spec.pointer_mut(&child(&pointer, "operationId"))? = renamed;
    Some(Expected { edit: "renamed", pointer: child(&pointer, "operationId") })
}

pub(super) fn move_operation(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&operations(spec), one)?;
    let path = last(parent(&pointer)).replace("~1", "/").replace("~0", "~");
    let paths = spec.pointer_mut("/paths")?.as_object_mut()?;
    if paths.get(&path)?.as_object()?.len() != 1 {
        return None;
    }
    let moved = format!("/v9{path}");
    rename_key(paths, &path, &moved);
    Some(Expected { edit: "changed", pointer: child("/paths", &moved) })
}

pub(super) fn remove_operation(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&operations(spec), one)?;
    spec.pointer_mut(parent(&pointer))?.as_object_mut()?.shift_remove(last(&pointer))?;
    Some(Expected { edit: "removed", pointer })
}

fn parameters(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, _| pointer.starts_with("/paths/") && parent(pointer).ends_with("/parameters"))
}

pub(super) fn remove_parameter(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&parameters(spec), one)?;
    let operation = parent(parent(&pointer));
    let is_free = spec.pointer(operation)?.get("x-venue-rules").is_none();
    // The following items of the list move up, which is not a change.
    spec.pointer_mut(parent(&pointer)).filter(|_| is_free)?.as_array_mut()?.remove(last(&pointer).parse().ok()?);
    Some(Expected { edit: "removed", pointer })
}

pub(super) fn rename_parameter(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&parameters(spec), one)?;
    let is_free = spec.pointer(parent(parent(&pointer)))?.get("x-venue-rules").is_none();
    let name = spec.pointer_mut(&pointer).filter(|parameter| is_free && parameter["in"] == "query")?.get_mut("name")?;
    *name = format!("{}Value", name.as_str()?).into();
    Some(Expected { edit: "renamed", pointer: child(&pointer, "name") })
}

pub(super) fn rename_permission(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let all = pointers(spec, &|pointer, _| parent(pointer) == "/x-venue-permissions");
    let pointer = pick(&all, one)?;
    let name = spec.pointer(&pointer)?.clone();
    let renamed: Value = format!("{}Again", name.as_str()?).into();
    for demand in pointers(spec, &|at, node| last(at) == "x-venue-permission" && *node == name) {
        *spec.pointer_mut(&demand)? = renamed.clone();
    }
    *spec.pointer_mut(&pointer)? = renamed;
    Some(Expected { edit: "renamed", pointer })
}

pub(super) fn change_credentials(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&operations(spec), one)?;
    let security = &mut spec.pointer_mut(&pointer)?["security"];
    let alternatives = security.as_array_mut()?;
    if alternatives.is_empty() {
        alternatives.push(json!({ "jwt": [] }));
    } else {
        alternatives.pop();
    }
    Some(Expected { edit: "changed", pointer: child(&pointer, "security") })
}

/// Adds a key to an operation, or removes it.
fn toggle(spec: &mut Value, one: &Index, key: &str, value: Value) -> Option<Expected> {
    let pointer = pick(&operations(spec), one)?;
    let operation = spec.pointer_mut(&pointer)?.as_object_mut()?;
    if operation.shift_remove(key).is_none() {
        operation.insert(key.to_owned(), value);
    }
    Some(Expected { edit: "changed", pointer: child(&pointer, key) })
}

pub(super) fn toggle_rate_limit(spec: &mut Value, one: &Index, other: &Index) -> Option<Expected> {
    let scope = other.get(&["ip", "key", "user"]);
    toggle(spec, one, "x-venue-rate-limit", json!({ "requests": 1 + other.index(20), "seconds": 2, "scope": scope }))
}

pub(super) fn toggle_server(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let Expected { edit, pointer } = toggle(spec, one, "servers", json!([{ "url": "https://elsewhere.example.com" }]))?;
    Some(Expected { edit, pointer: pointer + "/0/url" })
}

pub(super) fn toggle_removed(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    toggle(spec, one, "x-venue-removed", json!(true))
}

pub(super) fn add_success_condition(spec: &mut Value, one: &Index, other: &Index) -> Option<Expected> {
    let pointer = pick(&operations(spec), one)?;
    let operation = spec.pointer_mut(&pointer)?.as_object_mut()?;
    let conditions = operation.entry("x-venue-success").or_insert_with(|| json!({})).as_object_mut()?;
    conditions.insert(String::from("anything"), other.get(&[json!(0), json!(true), json!("OK"), json!([])]).clone());
    Some(Expected { edit: "changed", pointer: child(&child(&pointer, "x-venue-success"), "anything") })
}
