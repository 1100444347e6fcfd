//! Generated values of the types of the specification.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use venue_spec::model::{Api, Field, Kind, Shape};

/// Values of the named type.
///
/// # Panics
///
/// Panics if the specification has no type of this name.
pub fn named(api: &Api, name: &str) -> BoxedStrategy<Value> {
    match &api.type_named(name).unwrap_or_else(|| panic!("no type `{name}`")).shape {
        Shape::Object { fields, .. } => self::fields(api, fields.iter()),
        Shape::Enum { values, .. } => select(values.iter().map(|value| value.wire.clone()).collect::<Vec<_>>()).boxed(),
        Shape::Tuple { fields } => {
            let positions: Vec<_> = fields.iter().map(|field| kind(api, &field.kind)).collect();
            positions.prop_map(Value::from).boxed()
        }
        Shape::Id { integer: true } => any::<i64>().prop_map(Value::from).boxed(),
        Shape::Id { integer: false } => "[1-9][0-9]{0,24}|[a-z0-9-]{1,20}".prop_map(Value::from).boxed(),
        Shape::Undocumented => select(vec![json!({"a": [1, {"b": null}]}), json!([1, "two"]), json!("text"), json!(7)]).boxed(),
    }
}

/// Objects with these fields.
pub fn fields<'a>(api: &Api, fields: impl Iterator<Item = &'a Field>) -> BoxedStrategy<Value> {
    let fields: Vec<_> = fields
        .map(|field| {
            let name = field.name.clone();
            let is_there = if field.required { Just(true).boxed() } else { any::<bool>().boxed() };
            (is_there, kind(api, &field.kind)).prop_map(move |(is_there, value)| is_there.then(|| (name.clone(), value)))
        })
        .collect();
    fields.prop_map(|fields| Value::Object(fields.into_iter().flatten().collect::<Map<_, _>>())).boxed()
}

fn kind(api: &Api, kind: &Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::String | Kind::Secret => "\\PC{0,12}".prop_map(Value::from).boxed(),
        Kind::Decimal => "0|0\\.0{1,8}|-?[1-9][0-9]{0,11}(\\.[0-9]{1,12})?|-?0\\.[0-9]{0,8}[1-9]".prop_map(Value::from).boxed(),
        Kind::UnixMillis | Kind::UnixSeconds | Kind::Int64 => {
            prop_oneof![Just(0), Just(1_780_473_256_708), any::<i64>()].prop_map(Value::from).boxed()
        }
        Kind::UnixMillisText | Kind::UnixSecondsText => "[1-9][0-9]{0,15}".prop_map(Value::from).boxed(),
        Kind::Int32 => any::<i32>().prop_map(Value::from).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Kind::Any => Just(json!({"a": 1})).boxed(),
        Kind::List(item) => proptest::collection::vec(self::kind(api, item), 0..3).prop_map(Value::from).boxed(),
        Kind::Named(name) => named(api, name),
    }
}
