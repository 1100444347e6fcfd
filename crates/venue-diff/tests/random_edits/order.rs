//! Edits of the order of unordered lists and maps.

use proptest::sample::Index;
use serde_json::Value;

use super::tree::{is_in_an_example, last, parent, pick, pointers};

/// Unordered lists. Servers are ordered, because programs call the first one.
const LISTS: [&str; 9] =
    ["anyOf", "oneOf", "x-venue-rules", "security", "success", "uncertain", "required", "parameters", "x-venue-permissions"];

/// Lists of an enum that belong together.
const OF_VALUES: [&str; 3] = ["enum", "x-enum-varnames", "x-enum-descriptions"];

fn is_a_list_of_a_condition(pointer: &str) -> bool {
    ["when", "unless"].contains(&last(parent(pointer)))
}

/// Rotates a list, the keys of an object, or the values of an enum. Returns the position.
pub(super) fn reorder(spec: &mut Value, one: &Index, other: &Index) -> Option<String> {
    let all = pointers(spec, &|pointer, node| match node {
        Value::Array(list) => list.len() > 1 && (LISTS.contains(&last(pointer)) || is_a_list_of_a_condition(pointer)),
        Value::Object(map) => map.len() > 1,
        _ => false,
    });
    // Each kind is equally likely, because there are far more objects than lists.
    let (lists, objects): (Vec<_>, Vec<_>) = all.into_iter().partition(|pointer| spec.pointer(pointer).is_some_and(Value::is_array));
    let kinds = [lists, objects.iter().filter(|pointer| spec.pointer(pointer).is_some_and(is_an_enum)).cloned().collect(), objects];
    let pointer = pick(&kinds[other.index(kinds.len())], one).filter(|pointer| !is_in_an_example(pointer))?;
    match spec.pointer_mut(&pointer)? {
        Value::Array(list) => turn(list, other),
        Value::Object(map) if other.index(2) == 0 && map.get("enum").is_some_and(Value::is_array) => {
            for key in OF_VALUES {
                turn(map.get_mut(key)?.as_array_mut()?, other);
            }
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = std::mem::take(map).into_iter().collect();
            turn(&mut entries, other);
            map.extend(entries);
        }
        _ => return None,
    }
    Some(pointer)
}

fn is_an_enum(node: &Value) -> bool {
    node.get("enum").is_some_and(Value::is_array)
}

fn turn<T>(list: &mut [T], by: &Index) {
    if list.len() > 1 {
        list.rotate_left(1 + by.index(list.len() - 1));
    }
}
