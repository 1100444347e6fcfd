//! Access to a JSON tree by pointers.

use proptest::sample::Index;
use serde_json::{Map, Value};

pub(super) fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The pointers of all nodes that meet a condition.
pub(super) fn pointers(spec: &Value, wanted: &dyn Fn(&str, &Value) -> bool) -> Vec<String> {
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

pub(super) fn pick(pointers: &[String], index: &Index) -> Option<String> {
    (!pointers.is_empty()).then(|| index.get(pointers).clone())
}

/// Keys of an example or a schema can have any name.
pub(super) fn is_in_an_example(pointer: &str) -> bool {
    pointer.contains("/example/") || pointer.ends_with("/example")
}

pub(super) fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

pub(super) fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The renamed key keeps its position.
pub(super) fn rename_key(map: &mut Map<String, Value>, from: &str, to: &str) {
    *map = std::mem::take(map).into_iter().map(|(key, value)| (if key == from { to.to_owned() } else { key }, value)).collect();
}

/// A similar name that the map does not have yet.
pub(super) fn fresh(map: &Map<String, Value>, name: &str) -> String {
    let mut names = std::iter::once(name.to_owned()).chain((2_u32..).map(|number| format!("{name}{number}")));
    names.find(|name| !map.contains_key(name)).unwrap_or_default()
}
