//! Edits of streams and their channels.

use proptest::sample::Index;
use serde_json::Value;

use super::Expected;
use super::tree::{child, fresh, last, parent, pick, pointers, rename_key};

const STREAMS: &str = "/x-venue-streams";

fn streams(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, _| parent(pointer) == STREAMS)
}

fn channels(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, _| pointer.starts_with(STREAMS) && parent(pointer).ends_with("/channels"))
}

pub(super) fn rename_stream(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&streams(spec), one)?;
    let all = spec.pointer_mut(STREAMS)?.as_object_mut()?;
    let renamed = fresh(all, &format!("{}_again", last(&pointer)));
    rename_key(all, last(&pointer), &renamed);
    Some(Expected { edit: "renamed", pointer: child(STREAMS, &renamed) })
}

pub(super) fn remove_stream(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&streams(spec), one)?;
    spec.pointer_mut(STREAMS)?.as_object_mut()?.shift_remove(last(&pointer))?;
    Some(Expected { edit: "removed", pointer })
}

pub(super) fn change_access(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = child(&pick(&channels(spec), one)?, "access");
    let access = spec.pointer_mut(&pointer)?;
    *access = if *access == "public" { "private".into() } else { "public".into() };
    Some(Expected { edit: "changed", pointer })
}

pub(super) fn remove_channel(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&channels(spec), one)?;
    spec.pointer_mut(parent(&pointer))?.as_object_mut()?.shift_remove(last(&pointer))?;
    Some(Expected { edit: "removed", pointer })
}

pub(super) fn rename_placeholder(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&channels(spec), one)?;
    let renamed = last(&pointer).replace('}', "Again}");
    if renamed == last(&pointer) {
        return None;
    }
    rename_key(spec.pointer_mut(parent(&pointer))?.as_object_mut()?, last(&pointer), &renamed);
    Some(Expected { edit: "renamed", pointer: child(parent(&pointer), &renamed) })
}

pub(super) fn add_authentication(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = child(&pick(&streams(spec), one)?, "authentication");
    let known = spec.pointer_mut(&pointer)?.as_object_mut()?;
    let name = fresh(known, "key");
    known.insert(name.clone(), "A key of another kind.".into());
    Some(Expected { edit: "changed", pointer: child(&pointer, &name) })
}

pub(super) fn add_login(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&streams(spec), one)?;
    let stream = spec.pointer_mut(&pointer)?.as_object_mut()?;
    if stream.contains_key("login") {
        return None;
    }
    stream.insert(String::from("login"), "A message with a key.".into());
    Some(Expected { edit: "changed", pointer: child(&pointer, "login") })
}
