//! Reading ids, and writing ids that are integers in JSON.

use std::fmt;

use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserializer, Serializer};

use super::from_json::FromJson as _;
use super::json::Json;
use super::parse_number;
use super::read_context::ReadContext;
use super::unreadable::Mismatch;

/// Reads an id from a string or from the digits of an integer.
pub fn read_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Id;

    impl<'de> Visitor<'de> for Id {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an id: a string or an integer of at most 64 bits")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }

        fn visit_string<E: Error>(self, text: String) -> Result<String, E> {
            Ok(text)
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
            Ok(value.to_string())
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
            Ok(value.to_string())
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<String, A::Error> {
            let digits = parse_number::arbitrary_precision_digits(map)?;
            if digits.bytes().all(|byte| byte.is_ascii_digit()) {
                Ok(digits)
            } else {
                Err(A::Error::custom("an id that is not an integer"))
            }
        }
    }

    deserializer.deserialize_any(Id)
}

/// Reads an id that is an integer in JSON. Accepts an integer of 64 bits, with or without quotes.
pub fn read_integer_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Id;

    impl<'de> Visitor<'de> for Id {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an id: an integer of at most 64 bits")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
            match parse_number::parse_canonical_integer(text) {
                Some(_) => Ok(text.to_owned()),
                None => Err(E::invalid_value(Unexpected::Other("text"), &self)),
            }
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
            Ok(value.to_string())
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
            self.visit_str(&value.to_string())
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<String, A::Error> {
            self.visit_str(&parse_number::arbitrary_precision_digits(map)?)
        }
    }

    deserializer.deserialize_any(Id)
}

/// Reads an id with the lenient reader. The id is an integer in JSON, and the lenient reader also accepts a fraction of zeros, such as
/// `7.0`.
pub fn integer_id_from_json(json: Json<'_>, context: &mut ReadContext) -> Result<String, Mismatch> {
    i64::from_json(json, context).map(|id| id.to_string())
}

/// Writes the digits of an id as an integer.
pub fn write_integer_id<S: Serializer>(id: &str, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::Error as _;
    match parse_number::parse_canonical_integer(id) {
        Some(integer) => serializer.serialize_i64(integer),
        None => Err(S::Error::custom("an id that is not an integer of 64 bits")),
    }
}
