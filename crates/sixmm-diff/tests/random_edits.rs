//! Random edits of the real specification: each is reported exactly once, where it was made, and undoing it reports the mirror.
//!
//! The specification is written out as JSON, which is YAML with a line for each key, so that an edit of the tree is an edit of the file.
//! `PROPTEST_CASES=5000 cargo test --release -p sixmm-diff --test random_edits` tries more than a run of all tests has time for.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value};
use sixmm_diff::rules::{self, Mirror};
use sixmm_diff::{Change, What};
use sixmm_spec::Document;

static SPEC: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/6mm.yaml");
    let source = std::fs::read_to_string(path).expect("the specification can be read");
    Document::parse(path, source).expect("it is sound").json().clone()
});
static OLD: LazyLock<Document> = LazyLock::new(|| document(&SPEC));

fn document(spec: &Value) -> Document {
    Document::parse_unchecked("spec.json", serde_json::to_string_pretty(spec).expect("JSON")).unwrap_or_else(|report| panic!("{report}"))
}

/// What an edit must be reported as.
struct Expected {
    what: &'static str,
    /// Where it stands now, or where it stood.
    pointer: String,
}

/// An edit that keeps the specification sound; `None` if what was chosen cannot be edited so.
type Edit = fn(&mut Value, &Index, &Index) -> Option<Expected>;

const EDITS: [(&str, Edit); 19] = [
    ("say something else", change_scalar),
    ("say something more", add_key),
    ("say nothing", remove_key),
    ("make a field required or optional", toggle_required),
    ("remove a field", remove_field),
    ("add a field", add_field),
    ("rename a field", rename_field),
    ("remove a value", remove_value),
    ("add a value", add_value),
    ("rename a schema", rename_schema),
    ("rename an operation", rename_operation),
    ("move an operation", move_operation),
    ("remove an operation", remove_operation),
    ("remove a parameter", remove_parameter),
    ("rename a parameter", rename_parameter),
    ("change credentials", change_credentials),
    ("give a field another type", retarget_field),
    ("make a number wider or narrower", change_format),
    ("change a condition", change_condition),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_is_reported_once_where_it_was_made_and_undoing_it_reports_the_mirror(
        which in 0..EDITS.len(), one in any::<Index>(), other in any::<Index>(),
    ) {
        let mut spec = SPEC.clone();
        let (name, edit) = EDITS[which];
        let Some(expected) = edit(&mut spec, &one, &other) else { return Err(TestCaseError::reject("nothing to edit")) };
        let new = document(&spec);
        let forward = sixmm_diff::compare(&OLD, &new);
        let back = sixmm_diff::compare(&new, &OLD);
        prop_assert_eq!(forward.len(), 1, "{}: {:#?}", name, &forward);
        prop_assert_eq!(back.len(), 1, "{} undone: {:#?}", name, &back);
        let (change, undone) = (&forward[0], &back[0]);
        prop_assert_eq!(slug(change), expected.what, "{}: {:#?}", name, change);
        // What is gone has its place in the older file.
        let (side, place) = match &change.new {
            Some(place) => (&new, place),
            None => (&*OLD, change.old.as_ref().expect("a change stands somewhere")),
        };
        prop_assert_eq!(&place.pointer, &expected.pointer, "{}", name);
        prop_assert_eq!(Some(place.line), side.line_of(&place.pointer), "{}", name);
        prop_assert_eq!((&change.old, &change.new), (&undone.new, &undone.old), "{}: the places change sides", name);
        prop_assert_eq!(change.direction, undone.direction, "{}", name);
        prop_assert_eq!(mirrored(change), undone.rules.iter().copied().collect::<std::collections::BTreeSet<_>>(), "{}", name);
        prop_assert!(!change.rules.contains(&"unknown"), "{}: {:#?}", name, change);
    }
}

/// The tests of everything run in a moment; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(150)
}

fn slug(change: &Change) -> &'static str {
    match change.what {
        What::Added => "added",
        What::Removed => "removed",
        What::Renamed { .. } => "renamed",
        What::Changed { .. } => "changed",
    }
}

fn mirrored(change: &Change) -> std::collections::BTreeSet<&'static str> {
    let rules = change.rules.iter().map(|id| rules::named(id).expect("a rule of the table"));
    rules
        .map(|rule| match rule.mirror {
            Mirror::Itself => rule.id,
            Mirror::Rule(mirror) => mirror,
        })
        .collect()
}

#[test]
fn a_specification_does_not_differ_from_itself() {
    assert!(sixmm_diff::compare(&OLD, &OLD).is_empty());
}

/// Every edit there is can be made: none of them is rejected all the time.
#[test]
fn each_kind_of_edit_finds_something_to_edit() {
    for (name, edit) in EDITS {
        let found = (0..200_usize).any(|seed| {
            let index = |salt: usize| serde_index(seed * 7919 + salt);
            edit(&mut SPEC.clone(), &index(1), &index(2)).is_some()
        });
        assert!(found, "{name}");
    }
}

/// An index without a strategy.
fn serde_index(seed: usize) -> Index {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let mut bytes = [0_u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    any::<Index>().new_tree(&mut runner).expect("an index").current()
}

// ---- the edits ------------------------------------------------------------------------------------

fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Every node of the tree that a condition holds for, by its pointer.
fn pointers(spec: &Value, wanted: &dyn Fn(&str, &Value) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), spec)];
    while let Some((pointer, node)) = open.pop() {
        if wanted(&pointer, node) {
            found.push(pointer.clone());
        }
        match node {
            Value::Object(map) => open.extend(map.iter().map(|(key, node)| (child(&pointer, key), node))),
            Value::Array(list) => open.extend(list.iter().enumerate().map(|(index, node)| (format!("{pointer}/{index}"), node))),
            _ => {}
        }
    }
    found.sort();
    found
}

fn pick(pointers: &[String], index: &Index) -> Option<String> {
    (!pointers.is_empty()).then(|| index.get(pointers).clone())
}

/// The names of things, which others refer to, and lists that belong together; they have edits of their own.
const NAMES: [&str; 10] =
    ["$ref", "operationId", "name", "in", "type", "enum", "required", "tags", "x-enum-varnames", "x-sixmm-permissions"];

/// Names of an example's or a schema's fields are not what they look like.
fn is_in_an_example(pointer: &str) -> bool {
    pointer.contains("/example/") || pointer.ends_with("/example")
}

fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn is_free(pointer: &str) -> bool {
    is_in_an_example(pointer)
        || !pointer.split('/').any(|step| NAMES.contains(&step) || step == "security" || step == "x-sixmm-rules" || step == "x-sixmm-id")
}

fn change_scalar(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let all = pointers(spec, &|pointer, node| is_free(pointer) && !node.is_object() && !node.is_array());
    let pointer = pick(&all, one)?;
    let node = spec.pointer_mut(&pointer)?;
    *node = match (&*node, last(&pointer)) {
        (_, "format") => return None,
        (_, "x-sixmm-unit") => return None,
        (Value::String(text), "url") => format!("{text}x").into(),
        (Value::String(text), _) => format!("{text} It is so.").into(),
        (Value::Number(number), _) => (number.as_i64()? + 1).into(),
        (Value::Bool(flag), _) => (!flag).into(),
        _ => return None,
    };
    Some(Expected { what: "changed", pointer })
}

/// Schemas of fields and parameters, which can be described closer.
fn schemas(spec: &Value, of_type: &str) -> Vec<String> {
    pointers(spec, &|pointer, node| {
        !is_in_an_example(pointer) && node.get("type").is_some_and(|name| name == of_type) && !node["enum"].is_array()
    })
}

fn add_key(spec: &mut Value, one: &Index, other: &Index) -> Option<Expected> {
    const KEYS: [(&str, &str, i64); 4] =
        [("string", "minLength", 2), ("string", "maxLength", 9), ("integer", "minimum", 1), ("integer", "maximum", 9)];
    let (of_type, key, value) = *other.get(&KEYS);
    let pointer = pick(&schemas(spec, of_type), one)?;
    let schema = spec.pointer_mut(&pointer)?.as_object_mut()?;
    if schema.contains_key(key) {
        return None;
    }
    schema.insert(key.to_owned(), value.into());
    Some(Expected { what: "changed", pointer: child(&pointer, key) })
}

fn remove_key(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    const KEYS: [&str; 9] =
        ["description", "default", "minLength", "maxLength", "minimum", "maximum", "x-undocumented", "x-provisional", "nullable"];
    let all = pointers(spec, &|pointer, node| {
        let is_schema = pointer.starts_with("/components/schemas/") && parent(parent(pointer)).ends_with("properties");
        is_schema && KEYS.contains(&last(pointer)) && !node.is_object()
    });
    let pointer = pick(&all, one)?;
    spec.pointer_mut(parent(&pointer))?.as_object_mut()?.shift_remove(last(&pointer))?;
    Some(Expected { what: "changed", pointer })
}

fn fields(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, _| pointer.starts_with("/components/schemas/") && parent(pointer).ends_with("/properties"))
}

fn owner_of_field(spec: &mut Value, pointer: &str) -> Option<(String, String)> {
    let owner = parent(parent(pointer)).to_owned();
    spec.pointer(&owner)?;
    Some((owner, last(pointer).to_owned()))
}

fn toggle_required(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let field = pick(&fields(spec), one)?;
    let (owner, name) = owner_of_field(spec, &field)?;
    let schema = spec.pointer_mut(&owner)?.as_object_mut()?;
    let required = schema.get_mut("required")?.as_array_mut()?;
    match required.iter().position(|known| known == &name) {
        Some(position) => {
            required.remove(position);
            // It is optional now, and stands where it is described.
            Some(Expected { what: "changed", pointer: field })
        }
        None => {
            required.push(name.into());
            Some(Expected { what: "changed", pointer: format!("{owner}/required/{}", required.len() - 1) })
        }
    }
}

/// Whether a condition or an example speaks of a field: then it is not one edit.
fn is_named_in_a_condition(schema: &Map<String, Value>, name: &str) -> bool {
    schema.get("x-sixmm-rules").is_some_and(|rules| rules.to_string().contains(&format!("\"{name}\"")))
}

fn remove_field(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
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
    Some(Expected { what: "removed", pointer: field })
}

fn add_field(spec: &mut Value, one: &Index, other: &Index) -> Option<Expected> {
    let field = pick(&fields(spec), one)?;
    let (owner, _) = owner_of_field(spec, &field)?;
    let schema = spec.pointer_mut(&owner)?.as_object_mut()?;
    if other.index(2) == 0 {
        schema.get_mut("required")?.as_array_mut()?.push("leapSeconds".into());
    }
    let new = serde_json::json!({ "type": "integer", "format": "int64", "description": "Something new." });
    schema.get_mut("properties")?.as_object_mut()?.insert("leapSeconds".to_owned(), new);
    Some(Expected { what: "added", pointer: format!("{}/leapSeconds", parent(&field)) })
}

fn rename_field(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let field = pick(&fields(spec), one)?;
    let (owner, name) = owner_of_field(spec, &field)?;
    let renamed = format!("{name}Value");
    let schema = spec.pointer_mut(&owner)?.as_object_mut()?;
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.iter_mut().filter(|known| **known == name).for_each(|known| *known = renamed.clone().into());
    }
    if let Some(rules) = schema.get_mut("x-sixmm-rules") {
        *rules = serde_json::from_str(&rules.to_string().replace(&format!("\"{name}\""), &format!("\"{renamed}\""))).ok()?;
    }
    rename_key(schema.get_mut("properties")?.as_object_mut()?, &name, &renamed);
    Some(Expected { what: "renamed", pointer: child(parent(&field), &renamed) })
}

/// In its place.
fn rename_key(map: &mut Map<String, Value>, from: &str, to: &str) {
    *map = std::mem::take(map).into_iter().map(|(key, value)| (if key == from { to.to_owned() } else { key }, value)).collect();
}

fn enums(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, node| parent(pointer) == "/components/schemas" && node["enum"].is_array())
}

const OF_VALUES: [&str; 3] = ["enum", "x-enum-varnames", "x-enum-descriptions"];

fn remove_value(spec: &mut Value, one: &Index, other: &Index) -> Option<Expected> {
    let pointer = pick(&enums(spec), one)?;
    let schema = spec.pointer_mut(&pointer)?;
    let position = other.index(schema["enum"].as_array()?.len());
    for key in OF_VALUES {
        schema[key].as_array_mut()?.remove(position);
    }
    Some(Expected { what: "removed", pointer: format!("{pointer}/enum/{position}") })
}

fn add_value(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&enums(spec), one)?;
    let schema = spec.pointer_mut(&pointer)?;
    let new: Value = if schema["type"] == "integer" { 987_654.into() } else { "SOMETHING_NEW".into() };
    for (key, value) in OF_VALUES.into_iter().zip([new, "SomethingNew".into(), "Something new.".into()]) {
        schema[key].as_array_mut()?.push(value);
    }
    let position = schema["enum"].as_array()?.len() - 1;
    Some(Expected { what: "added", pointer: format!("{pointer}/enum/{position}") })
}

fn rename_schema(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let all = pointers(spec, &|pointer, _| parent(pointer) == "/components/schemas");
    let pointer = pick(&all, one)?;
    let name = last(&pointer).to_owned();
    rename_key(spec.pointer_mut("/components/schemas")?.as_object_mut()?, &name, &format!("{name}Again"));
    let reference = format!("\"#/components/schemas/{name}\"");
    *spec = serde_json::from_str(&spec.to_string().replace(&reference, &format!("\"#/components/schemas/{name}Again\""))).ok()?;
    let envelope = spec.pointer_mut("/x-sixmm-envelope/schema")?;
    if *envelope == name {
        *envelope = format!("{name}Again").into();
    }
    Some(Expected { what: "renamed", pointer: format!("{pointer}Again") })
}

fn operations(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, node| node.get("operationId").is_some() && pointer.starts_with("/paths/"))
}

fn rename_operation(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&operations(spec), one)?;
    let id = &mut spec.pointer_mut(&pointer)?["operationId"];
    *id = format!("{}_again", id.as_str()?).into();
    Some(Expected { what: "renamed", pointer: child(&pointer, "operationId") })
}

fn move_operation(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&operations(spec), one)?;
    let path = last(parent(&pointer)).replace("~1", "/").replace("~0", "~");
    let paths = spec.pointer_mut("/paths")?.as_object_mut()?;
    if paths.get(&path)?.as_object()?.len() != 1 {
        return None;
    }
    let moved = format!("/v9{path}");
    rename_key(paths, &path, &moved);
    Some(Expected { what: "changed", pointer: child("/paths", &moved) })
}

fn remove_operation(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&operations(spec), one)?;
    spec.pointer_mut(parent(&pointer))?.as_object_mut()?.shift_remove(last(&pointer))?;
    Some(Expected { what: "removed", pointer })
}

fn parameters(spec: &Value) -> Vec<String> {
    pointers(spec, &|pointer, _| pointer.starts_with("/paths/") && parent(pointer).ends_with("/parameters"))
}

fn remove_parameter(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&parameters(spec), one)?;
    let operation = parent(parent(&pointer));
    let is_free = spec.pointer(operation)?.get("x-sixmm-rules").is_none();
    // Whatever follows in the list moves up, which is no change.
    spec.pointer_mut(parent(&pointer)).filter(|_| is_free)?.as_array_mut()?.remove(last(&pointer).parse().ok()?);
    Some(Expected { what: "removed", pointer })
}

fn rename_parameter(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&parameters(spec), one)?;
    let is_free = spec.pointer(parent(parent(&pointer)))?.get("x-sixmm-rules").is_none();
    let name = spec.pointer_mut(&pointer).filter(|parameter| is_free && parameter["in"] == "query")?.get_mut("name")?;
    *name = format!("{}Value", name.as_str()?).into();
    Some(Expected { what: "renamed", pointer: child(&pointer, "name") })
}

fn change_credentials(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let pointer = pick(&operations(spec), one)?;
    let security = &mut spec.pointer_mut(&pointer)?["security"];
    let alternatives = security.as_array_mut()?;
    if alternatives.is_empty() {
        alternatives.push(serde_json::json!({ "jwt": [] }));
    } else {
        alternatives.pop();
    }
    Some(Expected { what: "changed", pointer: child(&pointer, "security") })
}

fn retarget_field(spec: &mut Value, one: &Index, other: &Index) -> Option<Expected> {
    let all = pointers(spec, &|pointer, _| last(pointer) == "$ref" && parent(parent(pointer)).ends_with("/properties"));
    let pointer = pick(&all.into_iter().filter(|pointer| pointer.starts_with("/components/schemas/")).collect::<Vec<_>>(), one)?;
    let names: Vec<String> = spec.pointer("/components/schemas")?.as_object()?.keys().cloned().collect();
    let target = format!("#/components/schemas/{}", other.get(&names));
    let reference = spec.pointer_mut(&pointer)?;
    if *reference == target {
        return None;
    }
    *reference = target.into();
    Some(Expected { what: "changed", pointer })
}

fn change_format(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let all =
        pointers(spec, &|pointer, node| last(pointer) == "format" && (node == "int32" || node == "int64") && !is_in_an_example(pointer));
    let pointer = pick(&all, one)?;
    let schema = spec.pointer_mut(parent(&pointer))?;
    if schema["type"] != "integer" || schema["enum"].is_array() || schema["x-sixmm-unit"].is_string() || pointer.ends_with("/items/format")
    {
        return None;
    }
    schema["format"] = if schema["format"] == "int32" { "int64".into() } else { "int32".into() };
    // A type stands where its first key stands.
    Some(Expected { what: "changed", pointer: child(parent(&pointer), "type") })
}

fn change_condition(spec: &mut Value, one: &Index, _: &Index) -> Option<Expected> {
    let all = pointers(spec, &|pointer, node| parent(pointer).ends_with("/x-sixmm-rules") && node.get("when").is_some());
    let pointer = pick(&all, one)?;
    let when = spec.pointer_mut(&child(&pointer, "when"))?.as_object_mut()?;
    when.values_mut().next()?.as_array_mut()?.push("ANOTHER".into());
    Some(Expected { what: "changed", pointer })
}
