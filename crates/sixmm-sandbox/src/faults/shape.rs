//! Answers that say something else than documented: new values, new fields, fewer fields, no lists.

use serde_json::{Map, Value, json};

use super::{Fault, Faults};
use crate::spec::{Field, Kind, Operation, SCHEMAS, Shape};

/// A field that nobody has heard of.
const EXTRA: &str = "sandboxExtra";

/// A text, and a number, that no documented enum has.
const UNKNOWN_WORD: &str = "SANDBOX_UNKNOWN";
const UNKNOWN_NUMBER: i64 = 990_099;

/// Changes the data of an operation's answer as a fault wants it.
pub(crate) fn reshape(data: &mut Value, operation: Operation, fault: &Fault, faults: &Faults) {
    let schema = operation.facts().answer;
    match fault {
        Fault::UnknownEnums => unknown_enums(&SCHEMAS[schema], data),
        Fault::ExtraFields => each_object(data, &mut |object| {
            object.insert(EXTRA.to_owned(), json!({ "added": "on demand" }));
        }),
        Fault::MissingFields { fields } if fields.is_empty() => {
            let names: Vec<String> = data.as_object().map(|data| data.keys().cloned().collect()).unwrap_or_default();
            if let (Some(name), Some(data)) = (names.get(faults.below(names.len())), data.as_object_mut()) {
                data.remove(name);
            }
        }
        Fault::MissingFields { fields } => each_object(data, &mut |object| object.retain(|name, _| !fields.contains(name))),
        Fault::NullLists => null_lists(data),
        _ => {}
    }
}

/// Enums are found by the specification: nothing in a JSON text says that it is one.
fn unknown_enums(shape: &Shape, value: &mut Value) {
    match shape {
        Shape::Words { .. } => *value = UNKNOWN_WORD.into(),
        Shape::Numbers { .. } => *value = UNKNOWN_NUMBER.into(),
        Shape::Object { fields, .. } => {
            let Some(object) = value.as_object_mut() else { return };
            for Field { name, kind, .. } in *fields {
                if let Some(value) = object.get_mut(*name) {
                    unknown_enums_of(kind, value);
                }
            }
        }
        Shape::Id | Shape::Anything => {}
    }
}

fn unknown_enums_of(kind: &Kind, value: &mut Value) {
    match kind {
        Kind::Named(schema) => unknown_enums(&SCHEMAS[*schema], value),
        Kind::List(item) => value.as_array_mut().into_iter().flatten().for_each(|value| unknown_enums_of(item, value)),
        Kind::Text | Kind::Decimal | Kind::Int32 | Kind::Int64 | Kind::Boolean => {}
    }
}

fn each_object(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(|value| each_object(value, change));
            change(object);
        }
        Value::Array(items) => items.iter_mut().for_each(|value| each_object(value, change)),
        _ => {}
    }
}

fn null_lists(value: &mut Value) {
    match value {
        Value::Array(_) => *value = Value::Null,
        Value::Object(object) => object.values_mut().for_each(null_lists),
        _ => {}
    }
}
