//! Faults that change the JSON data of a response: unknown enum values, additional fields, missing fields, and `null` lists.

use serde_json::{Map, Value, json};

use super::{Fault, Faults};
use crate::spec::{Field, Kind, Operation, SCHEMAS, Shape};

/// Name of the additional field.
const EXTRA_FIELD: &str = "sandboxExtra";

/// Enum values that are not documented, for string enums and for integer enums.
const UNKNOWN_STRING: &str = "SANDBOX_UNKNOWN";
const UNKNOWN_INTEGER: i64 = 990_099;

/// Applies a fault that changes JSON to the data of a response. Returns false if the fault has changed nothing, for example because the
/// data contains no list that could become `null`.
pub(crate) fn apply_to_json(data: &mut Value, operation: Operation, fault: &Fault, faults: &Faults) -> bool {
    let schema = operation.facts().answer;
    match fault {
        Fault::UnknownEnums => unknown_enums(&SCHEMAS[schema], data),
        Fault::ExtraFields => each_object(data, &mut |object| {
            object.insert(EXTRA_FIELD.to_owned(), json!({ "added": "on demand" }));
            true
        }),
        Fault::MissingFields { fields } if fields.is_empty() => data.as_object_mut().is_some_and(|data| {
            let name = data.keys().nth(faults.random_index(data.len())).cloned();
            name.is_some_and(|name| data.remove(&name).is_some())
        }),
        Fault::MissingFields { fields } => each_object(data, &mut |object| {
            let before = object.len();
            object.retain(|name, _| !fields.contains(name));
            object.len() != before
        }),
        Fault::NullLists => null_lists(data),
        _ => false,
    }
}

/// Replaces the enum values in the data of a response by undocumented values. The schema of the response determines which values are enum
/// values, because in JSON they look like any other string or number.
fn unknown_enums(shape: &Shape, value: &mut Value) -> bool {
    match shape {
        Shape::Words { .. } => *value = UNKNOWN_STRING.into(),
        Shape::Numbers { .. } => *value = UNKNOWN_INTEGER.into(),
        Shape::Object { fields, .. } => {
            let Some(object) = value.as_object_mut() else { return false };
            return fields.iter().fold(false, |changed, Field { name, kind, .. }| {
                object.get_mut(*name).is_some_and(|value| unknown_enums_of(kind, value)) || changed
            });
        }
        Shape::Id | Shape::Anything => return false,
    }
    true
}

fn unknown_enums_of(kind: &Kind, value: &mut Value) -> bool {
    match kind {
        Kind::Named(schema) => unknown_enums(&SCHEMAS[*schema], value),
        Kind::List(item) => any_of(value.as_array_mut().into_iter().flatten(), |value| unknown_enums_of(item, value)),
        Kind::Text | Kind::Decimal | Kind::Int32 | Kind::Int64 | Kind::Boolean => false,
    }
}

fn each_object(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>) -> bool) -> bool {
    match value {
        Value::Object(object) => {
            let within = any_of(object.values_mut(), |value| each_object(value, change));
            change(object) || within
        }
        Value::Array(items) => any_of(items.iter_mut(), |value| each_object(value, change)),
        _ => false,
    }
}

fn null_lists(value: &mut Value) -> bool {
    match value {
        Value::Array(_) => {
            *value = Value::Null;
            true
        }
        Value::Object(object) => any_of(object.values_mut(), null_lists),
        _ => false,
    }
}

/// Applies `change` to all values and returns whether any value was changed.
fn any_of<'a>(values: impl Iterator<Item = &'a mut Value>, mut change: impl FnMut(&mut Value) -> bool) -> bool {
    values.filter_map(|value| change(value).then_some(())).count() > 0
}
