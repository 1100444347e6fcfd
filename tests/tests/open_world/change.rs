//! How the vendor might change an answer without breaking a promise of its documentation.

use serde_json::{Map, Value, json};
use venue_spec::model::{Api, Field, Kind, Shape, Type};

/// What changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// An object gains a field that the documentation does not know.
    UnknownField,
    /// An enum gains a value, or says it in another type.
    UnknownValue,
    /// A field that is not promised is left out.
    Dropped,
    /// A field that is not promised is `null`.
    Null,
    /// A field that is not promised is something else than expected, such as an empty text for a decimal.
    OtherType,
    /// A list is left out.
    DroppedList,
    /// A list is `null`.
    NullList,
    /// An id is a number.
    NumericId,
    /// A decimal is a whole number instead of a text.
    NumericDecimal,
    /// What is not documented at all, or only provisionally, turns out to be something else altogether.
    Replaced,
}

/// A change at a place.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) change: Change,
    pointer: String,
    becomes: Option<Value>,
}

/// A value of another type than the documented type.
fn anything() -> Vec<Value> {
    vec![
        json!(""),
        json!("HEDGE"),
        json!("7"),
        json!("10.0"),
        json!("1e3"),
        json!("true"),
        json!(7),
        json!(-1),
        json!(u64::MAX),
        json!(0.5),
        json!(true),
        json!([]),
        json!([null, {"a": 1}]),
        json!({}),
        json!({"a": {"b": [1, "two"]}}),
    ]
}

/// Every edit that could be made of this value of this type.
pub(crate) fn edits(api: &Api, name: &str, value: &Value) -> Vec<Edit> {
    let mut edits = Vec::new();
    at_kind(api, &Kind::Named(name.to_owned()), "", value, &mut edits);
    edits
}

/// Makes the edit.
pub(crate) fn make(edit: &Edit, value: &mut Value) {
    let (parent, key) = edit.pointer.rsplit_once('/').unwrap_or(("", ""));
    match (&edit.becomes, value.pointer_mut(parent)) {
        (Some(becomes), _) if edit.pointer.is_empty() => *value = becomes.clone(),
        (Some(becomes), Some(Value::Array(items))) => items[key.parse::<usize>().expect("an index")] = becomes.clone(),
        (Some(becomes), Some(Value::Object(fields))) => {
            fields.insert(key.to_owned(), becomes.clone());
        }
        (None, Some(Value::Object(fields))) => {
            fields.remove(key);
        }
        _ => {}
    }
}

fn at_kind(api: &Api, kind: &Kind, pointer: &str, value: &Value, edits: &mut Vec<Edit>) {
    match (kind, value) {
        (Kind::Decimal, _) => push(edits, Change::NumericDecimal, pointer, [json!(85_000), json!(-1), json!(0)]),
        (Kind::List(item), Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                at_kind(api, item, &format!("{pointer}/{index}"), value, edits);
            }
        }
        (Kind::Named(name), _) => at_named(api, api.type_named(name).expect("a type"), pointer, value, edits),
        _ => {}
    }
}

fn at_named(api: &Api, named: &Type, pointer: &str, value: &Value, edits: &mut Vec<Edit>) {
    match &named.shape {
        Shape::Enum { .. } => {
            push(edits, Change::UnknownValue, pointer, anything());
        }
        Shape::Id { .. } => push(edits, Change::NumericId, pointer, [json!(7), json!(2_022_543_809_547_603_968_u64), json!(u64::MAX)]),
        Shape::Undocumented => push(edits, Change::Replaced, pointer, anything().into_iter().chain([Value::Null])),
        Shape::Tuple { fields } => {
            for (index, (field, item)) in fields.iter().zip(value.as_array().into_iter().flatten()).enumerate() {
                at_kind(api, &field.kind, &format!("{pointer}/{index}"), item, edits);
            }
        }
        Shape::Object { fields, .. } => {
            if named.provisional.is_some() {
                push(edits, Change::Replaced, pointer, anything().into_iter().filter(|value| !value.is_object()));
            }
            if let Value::Object(object) = value {
                for (index, value) in anything().into_iter().chain([Value::Null]).enumerate() {
                    push(edits, Change::UnknownField, &format!("{pointer}/newField{index}"), [value]);
                }
                for field in fields {
                    at_field(api, field, &format!("{pointer}/{}", field.name), object, edits);
                }
            }
        }
    }
}

fn at_field(api: &Api, field: &Field, pointer: &str, object: &Map<String, Value>, edits: &mut Vec<Edit>) {
    if is_list(field) {
        remove(edits, Change::DroppedList, pointer);
        push(edits, Change::NullList, pointer, [Value::Null]);
    } else if !field.required {
        remove(edits, Change::Dropped, pointer);
        push(edits, Change::Null, pointer, [Value::Null]);
        push(edits, Change::OtherType, pointer, anything());
    }
    if let Some(value) = object.get(&field.name) {
        at_kind(api, &field.kind, pointer, value, edits);
    }
}

/// A documented list: left out and `null` are an empty one. A provisional one is a provisional field like any other.
pub(crate) fn is_list(field: &Field) -> bool {
    matches!(field.kind, Kind::List(_)) && field.provisional.is_none()
}

fn push(edits: &mut Vec<Edit>, change: Change, pointer: &str, becomes: impl IntoIterator<Item = Value>) {
    edits.extend(becomes.into_iter().map(|becomes| Edit { change, pointer: pointer.to_owned(), becomes: Some(becomes) }));
}

fn remove(edits: &mut Vec<Edit>, change: Change, pointer: &str) {
    edits.push(Edit { change, pointer: pointer.to_owned(), becomes: None });
}
