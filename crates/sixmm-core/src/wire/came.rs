//! A field that need not come as expected: read directly where it does, kept where it does not.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What a field came as. `null` is never as expected: it means that the field is not there, even where its type would take anything.
pub(crate) enum Came<F> {
    AsExpected(F),
    // Boxed: it is rare, and the other variant is moved around for every field of every row.
    Otherwise(Box<Value>),
}

impl<'de, F: DeserializeOwned> Deserialize<'de> for Came<F> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CameVisitor(PhantomData))
    }
}

struct CameVisitor<F>(PhantomData<F>);

impl<F: DeserializeOwned> CameVisitor<F> {
    /// A scalar is read as it stands; only one that cannot be is copied into a [`Value`].
    #[inline]
    fn scalar<E>(scalar: Scalar<'_>) -> Result<Came<F>, E> {
        Ok(F::deserialize(scalar).map_or_else(|_| Came::Otherwise(Box::new(scalar.to_value())), Came::AsExpected))
    }

    fn value<E>(value: Value) -> Result<Came<F>, E> {
        Ok(F::deserialize(&value).map_or_else(|_| Came::Otherwise(Box::new(value)), Came::AsExpected))
    }
}

impl<'de, F: DeserializeOwned> Visitor<'de> for CameVisitor<F> {
    type Value = Came<F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Self::scalar(Scalar::Bool(value))
    }

    #[inline]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Self::scalar(Scalar::Signed(value))
    }

    #[inline]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Self::scalar(Scalar::Unsigned(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Self::scalar(Scalar::Float(value))
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Self::scalar(Scalar::Text(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Came::Otherwise(Box::new(Value::Null)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        Self::value(Value::deserialize(SeqAccessDeserializer::new(items))?)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Self::value(Value::deserialize(MapAccessDeserializer::new(map))?)
    }
}

/// A JSON value that holds no other.
#[derive(Clone, Copy)]
enum Scalar<'a> {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(&'a str),
}

impl Scalar<'_> {
    fn to_value(self) -> Value {
        match self {
            Self::Bool(value) => value.into(),
            Self::Signed(value) => value.into(),
            Self::Unsigned(value) => value.into(),
            Self::Float(value) => value.into(),
            Self::Text(text) => text.into(),
        }
    }
}

impl<'de> Deserializer<'de> for Scalar<'_> {
    type Error = serde::de::value::Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::Text(text) => visitor.visit_str(text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct enum
        identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExactDecimal, Secret, Undocumented, UnixMillis};

    const JSON: [&str; 24] = [
        "null",
        "true",
        "0",
        "1",
        "-1",
        "-0",
        "300",
        "2147483648",
        "9223372036854775807",
        "18446744073709551615",
        "123456789012345678901234567890",
        "0.5",
        "1e3",
        "0.1234567890123456",
        "\"\"",
        "\"ONE\"",
        "\"85000.10\"",
        "\"1e-7\"",
        "\"caf\\u00e9\"",
        "[]",
        "[1,\"a\"]",
        "{}",
        "{\"a\":{\"b\":[null]}}",
        "[[]]",
    ];

    fn check<F: DeserializeOwned + fmt::Debug>() {
        for json in JSON {
            let value: Value = serde_json::from_str(json).expect("JSON");
            let expected = if value.is_null() { Err(Value::Null) } else { F::deserialize(&value).map_err(|_| value.clone()) };
            let came = match serde_json::from_str::<Came<F>>(json).expect("anything can be read") {
                Came::AsExpected(form) => Ok(form),
                Came::Otherwise(otherwise) => Err(*otherwise),
            };
            assert_eq!(format!("{came:?}"), format!("{expected:?}"), "{json} as {}", std::any::type_name::<F>());
        }
    }

    #[test]
    fn reading_directly_comes_to_the_same_as_reading_by_way_of_a_value() {
        check::<String>();
        check::<bool>();
        check::<i32>();
        check::<i64>();
        check::<Vec<i64>>();
        check::<ExactDecimal>();
        check::<UnixMillis>();
        check::<Secret>();
        check::<Undocumented>();
    }
}
