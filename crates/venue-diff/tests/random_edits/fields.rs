//! Edits of fields, their types and the conditions over them.

use proptest::sample::Index;
use serde_json::{Map, Value};

use super::Expected;
use super::tree::{child, fresh, is_in_an_example, last, parent, pick, pointers, rename_key};

fn fields(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, _| pointer.starts_with("/components/schemas/") && parent(pointer).ends_with("/properties"))
}

fn owner_of_field(spec: &mut Value, pointer: &str) -> Option<(String, String)> {
    let owner = parent(parent(pointer)).to_owned();
    spec.pointer(&owner)?;
    Some((owner, last(pointer).to_owned()))
}

pub(super) fn toggle_required(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let field = pick(&fields(spec), one)?;
    let (owner, name) = owner_of_field(spec, &field)?;
    let schema = spec.pointer_mut(&owner)?.as_object_mut()?;
    let required = schema.get_mut("required")?.as_array_mut()?;
    match required.iter().position(|known| known == &name) {
        Some(position) => {
            required.remove(position);
            // The position of an optional field is that of its description.
            Some(Expected { edit: "changed", pointer: field })
        }
        None => {
            required.push(name.into());
            Some(Expected { edit: "changed", pointer: format!("{owner}/required/{}", required.len() - 1) })
        }
    }
}

/// Whether a condition or an example names a field. Renaming the field would then be more than one edit.
fn is_named_in_a_condition(schema: &Map<String, Value>, name: &str) -> bool {
    schema.get("x-venue-rules").is_some_and(|rules| rules.to_string().contains(&format!("\"{name}\"")))
}

pub(super) fn remove_field(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let field = pick(&fields(spec), one)?;
    let (owner, name) = owner_of_field(spec, &field)?;
    let schema = spec.pointer_mut(&owner)?.as_object_mut()?;
    if is_named_in_a_condition(schema, &name) {
        return None;
    }
    schema.get_mut("properties")?.as_object_mut()?.shift_remove(&name)?;
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|known| known != &name);
    }
    Some(Expected { edit: "removed", pointer: field })
}

pub(super) fn add_field(spec: &mut Value, one: &Index, other: &Index) -> Option<Expected> {
    let field = pick(&fields(spec), one)?;
    let (owner, _) = owner_of_field(spec, &field)?;
    let schema = spec.pointer_mut(&owner)?.as_object_mut()?;
    let name = fresh(schema.get("properties")?.as_object()?, "somethingNew");
    if other.index(2) == 0 {
        schema.get_mut("required")?.as_array_mut()?.push(name.clone().into());
    }
    let new = serde_json::json!({ "type": "integer", "format": "int64", "description": "Something new." });
    schema.get_mut("properties")?.as_object_mut()?.insert(name.clone(), new);
    Some(Expected { edit: "added", pointer: child(parent(&field), &name) })
}

pub(super) fn rename_field(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let field = pick(&fields(spec), one)?;
    let (owner, name) = owner_of_field(spec, &field)?;
    let schema = spec.pointer_mut(&owner)?.as_object_mut()?;
    let properties = schema.get("properties")?.as_object()?;
    // A field without a description is paired only with a similar name.
    let ending = if properties[&name]["description"].is_string() { "Value" } else { "s" };
    let renamed = fresh(properties, &format!("{name}{ending}"));
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.iter_mut().filter(|known| **known == name).for_each(|known| *known = renamed.clone().into());
    }
    if let Some(rules) = schema.get_mut("x-venue-rules") {
        *rules = serde_json::from_str(&rules.to_string().replace(&format!("\"{name}\""), &format!("\"{renamed}\""))).ok()?;
    }
    rename_key(schema.get_mut("properties")?.as_object_mut()?, &name, &renamed);
    let envelope = spec.pointer_mut("/x-venue-envelope")?.as_object_mut()?;
    if envelope["schema"] == last(&owner) {
        envelope.values_mut().filter(|named| **named == name).for_each(|named| *named = renamed.clone().into());
    }
    Some(Expected { edit: "renamed", pointer: child(parent(&field), &renamed) })
}

pub(super) fn retarget_field(spec: &mut Value, one: &Index, other: &Index) -> Option<Expected> {
    let all = pointers(spec, &|pointer, _| last(pointer) == "$ref" && parent(parent(pointer)).ends_with("/properties"));
    let pointer = pick(&all.into_iter().filter(|pointer| pointer.starts_with("/components/schemas/")).collect::<Vec<_>>(), one)?;
    let names: Vec<String> = spec.pointer("/components/schemas")?.as_object()?.keys().cloned().collect();
    let target = format!("#/components/schemas/{}", other.get(&names));
    let reference = spec.pointer_mut(&pointer)?;
    if *reference == target {
        return None;
    }
    *reference = target.into();
    Some(Expected { edit: "changed", pointer })
}

pub(super) fn change_format(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let all =
        pointers(spec, &|pointer, node| last(pointer) == "format" && (node == "int32" || node == "int64") && !is_in_an_example(pointer));
    let pointer = pick(&all, one)?;
    let schema = spec.pointer_mut(parent(&pointer))?;
    if schema["type"] != "integer" || schema["enum"].is_array() || schema["x-venue-unit"].is_string() || pointer.ends_with("/items/format")
    {
        return None;
    }
    schema["format"] = if schema["format"] == "int32" { "int64".into() } else { "int32".into() };
    // The position of a type is that of its first key.
    Some(Expected { edit: "changed", pointer: child(parent(&pointer), "type") })
}

pub(super) fn change_condition(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let all = pointers(spec, &|pointer, node| parent(pointer).ends_with("/x-venue-rules") && node.get("when").is_some());
    let pointer = pick(&all, one)?;
    let when = spec.pointer_mut(&child(&pointer, "when"))?.as_object_mut()?;
    when.values_mut().next()?.as_array_mut()?.push("ANOTHER".into());
    Some(Expected { edit: "changed", pointer })
}
