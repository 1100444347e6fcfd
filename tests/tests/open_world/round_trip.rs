//! What comes back of an answer that was read and written again: everything, except for the following.
//!
//! - A list that was `null` or `{}` comes back as `[]`, and so does a documented list that was left out.
//! - `[]` in place of an object with lists comes back as that object, with all of them empty.
//! - Another field that is not promised and was `null` is left out.
//! - An id that was a whole number comes back as a text, and so does a decimal that was a number.
//! - An integer in quotes comes back without them and without a fraction of zeros, and so does a boolean.
//! - A documented number of an enum that was in quotes comes back without them.
//! - A number in an unknown field comes back as the nearest double, unless it is a whole number of at most 64 bits.

use serde_json::{Map, Value, json};
use venue_spec::model::{Api, Field, Kind, Shape};

use super::change::is_list;

/// What is expected to come back of a value of this type; `None` if it is not of this type.
pub(crate) fn named(api: &Api, name: &str, value: &Value) -> Option<Value> {
    let named = api.type_named(name).expect("a type");
    match (&named.shape, value) {
        (Shape::Object { fields, .. }, Value::Object(object)) => self::object(api, fields, object),
        (Shape::Object { fields, .. }, Value::Array(items)) if items.is_empty() && fields.iter().any(is_any_list) => {
            let lists = fields.iter().filter(|field| is_any_list(field)).map(|field| (field.name.clone(), json!([])));
            Some(Value::Object(lists.collect()))
        }
        (Shape::Object { .. }, _) => named.provisional.as_ref().map(|_| value.clone()),
        (Shape::Enum { integer, values, .. }, Value::String(text)) => {
            let documented = values.iter().find(|value| *integer && value.text() == *text);
            Some(documented.map_or_else(|| value.clone(), |documented| documented.wire.clone()))
        }
        (Shape::Enum { .. } | Shape::Undocumented, _) => Some(value.clone()),
        (Shape::Tuple { fields }, Value::Array(items)) if items.len() == fields.len() => {
            fields.iter().zip(items).map(|(field, item)| kind(api, &field.kind, item)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        (Shape::Tuple { .. }, _) => None,
        (Shape::Id { integer: true }, _) => integer(value).map(Value::from),
        (Shape::Id { integer: false }, Value::String(_)) => Some(value.clone()),
        (Shape::Id { integer: false }, Value::Number(number)) if !number.is_f64() => Some(json!(number.to_string())),
        (Shape::Id { .. }, _) => None,
    }
}

fn object(api: &Api, fields: &[Field], object: &Map<String, Value>) -> Option<Value> {
    let mut expected = object.clone();
    for field in fields {
        let came = object.get(&field.name);
        let back = match came {
            None | Some(Value::Null) if is_list(field) => Some(json!([])),
            None => None,
            Some(value) if is_any_list(field) && (value.is_null() || *value == json!({})) => Some(json!([])),
            Some(value) if is_list(field) || field.required => Some(kind(api, &field.kind, value)?),
            Some(Value::Null) => None,
            Some(value) => Some(kind(api, &field.kind, value).unwrap_or_else(|| value.clone())),
        };
        match back {
            Some(value) => expected.insert(field.name.clone(), value),
            None => expected.remove(&field.name),
        };
    }
    Some(Value::Object(expected))
}

fn kind(api: &Api, kind: &Kind, value: &Value) -> Option<Value> {
    let same = |is_expected: bool| is_expected.then(|| value.clone());
    match kind {
        Kind::String | Kind::Secret => same(value.is_string()),
        Kind::Decimal => match value {
            Value::Number(number) => Some(json!(number.to_string())),
            _ => same(value.as_str().is_some_and(|text| text.parse::<f64>().is_ok() && !text.contains('e'))),
        },
        Kind::UnixMillis | Kind::UnixSeconds | Kind::Int64 => integer(value).map(Value::from),
        Kind::UnixMillisText | Kind::UnixSecondsText => integer(value).map(|time| json!(time.to_string())),
        Kind::Int32 => integer(value).and_then(|number| i32::try_from(number).ok()).map(Value::from),
        Kind::Boolean => same(value.is_boolean()).or_else(|| value.as_str()?.parse::<bool>().ok().map(Value::from)),
        Kind::Any => Some(value.clone()),
        Kind::List(item) => {
            let items = value.as_array()?.iter().map(|value| self::kind(api, item, value));
            items.collect::<Option<Vec<_>>>().map(Value::Array)
        }
        Kind::Named(name) => named(api, name, value),
    }
}

fn is_any_list(field: &Field) -> bool {
    matches!(field.kind, Kind::List(_))
}

/// An integer, in quotes or with a fraction of zeros.
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim_end_matches(".0").parse().ok())
}
