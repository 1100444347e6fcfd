//! Types that every JSON value converts to: the open enums and the code of an envelope.

#![expect(missing_docs, reason = "public only for the macros, and hidden")]

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A type that every JSON value converts to.
pub trait FromScalar: Sized {
    fn from_text(text: &str) -> Self;
    fn from_integer(value: i64) -> Self;
    fn from_other(value: Value) -> Self;
}

/// Deserializes a type that can be created from every JSON value. A string is borrowed from the response, so that it is copied only if the
/// created value keeps it.
pub fn read_scalar<'de, T: FromScalar, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(ScalarVisitor(PhantomData))
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<'de, T: FromScalar> Visitor<'de> for ScalarVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or an integer")
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from_text(text))
    }

    #[inline]
    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        Ok(T::from_integer(value))
    }

    #[inline]
    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        Ok(i64::try_from(value).map_or_else(|_| T::from_other(value.into()), T::from_integer))
    }

    /// Rejects a number with a fraction or an exponent, because serde passes it as a binary float, which has lost the server's digits.
    /// The lenient reader then reads the number from its digits, for example `1.0` as 1.
    fn visit_f64<E: Error>(self, _: f64) -> Result<T, E> {
        Err(E::invalid_type(Unexpected::Other("a number with a fraction"), &self))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        Ok(T::from_other(value.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Ok(T::from_other(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(items)).map(T::from_other)
    }

    /// An object or, with serde_json's feature `arbitrary_precision`, a number.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let value = Value::deserialize(MapAccessDeserializer::new(map))?;
        match value.as_i64() {
            Some(integer) => Ok(T::from_integer(integer)),
            None if value.is_f64() => Err(A::Error::custom("a number with a fraction")),
            None => Ok(T::from_other(value)),
        }
    }
}
