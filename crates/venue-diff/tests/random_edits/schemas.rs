//! Edits of named schemas and of enum values.

use proptest::sample::Index;
use serde_json::{Value, json};

use super::Expected;
use super::tree::{child, fresh, last, parent, pick, pointers, rename_key};

fn enums(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, node| parent(pointer) == "/components/schemas" && node["enum"].is_array())
}

const OF_VALUES: [&str; 3] = ["enum", "x-enum-varnames", "x-enum-descriptions"];

pub(super) fn remove_value(spec: &mut Value, one: &Index, other: &Index) -> Option<Expected> {
    let pointer = pick(&enums(spec), one)?;
    let schema = spec.pointer_mut(&pointer)?;
    let position = other.index(schema["enum"].as_array()?.len());
    for key in OF_VALUES {
        schema[key].as_array_mut()?.remove(position);
    }
    Some(Expected { edit: "removed", pointer: format!("{pointer}/enum/{position}") })
}

pub(super) fn add_value(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&enums(spec), one)?;
    let schema = spec.pointer_mut(&pointer)?;
    let new: Value = if schema["type"] == "integer" { 987_654.into() } else { "SOMETHING_NEW".into() };
    if schema["enum"].as_array()?.contains(&new) {
        return None;
    }
    for (key, value) in OF_VALUES.into_iter().zip([new, "SomethingNew".into(), "Something new.".into()]) {
        schema[key].as_array_mut()?.push(value);
    }
    let position = schema["enum"].as_array()?.len() - 1;
    Some(Expected { edit: "added", pointer: format!("{pointer}/enum/{position}") })
}

pub(super) fn rename_schema(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let all = pointers(spec, &|pointer, _| parent(pointer) == "/components/schemas");
    let pointer = pick(&all, one)?;
    let name = last(&pointer).to_owned();
    let all = spec.pointer_mut("/components/schemas")?.as_object_mut()?;
    let renamed = fresh(all, &format!("{name}Again"));
    rename_key(all, &name, &renamed);
    let reference = format!("\"#/components/schemas/{name}\"");
    *spec = serde_json::from_str(&spec.to_string().replace(&reference, &format!("\"#/components/schemas/{renamed}\""))).ok()?;
    let envelope = spec.pointer_mut("/x-venue-envelope/schema")?;
    if *envelope == name {
        *envelope = renamed.clone().into();
    }
    Some(Expected { edit: "renamed", pointer: format!("/components/schemas/{renamed}") })
}

fn positions(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, _| last(parent(pointer)) == "x-venue-positions")
}

pub(super) fn add_position(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = parent(&pick(&positions(spec), one)?).to_owned();
    let positions = spec.pointer_mut(&pointer)?.as_array_mut()?;
    positions.push(json!({ "name": "something", "type": "string", "description": "Something new." }));
    Some(Expected { edit: "added", pointer: format!("{pointer}/{}", positions.len() - 1) })
}

pub(super) fn rename_position(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = child(&pick(&positions(spec), one)?, "name");
    let name = spec.pointer_mut(&pointer)?;
    *name = format!("{}_again", name.as_str()?).into();
    Some(Expected { edit: "renamed", pointer })
}
