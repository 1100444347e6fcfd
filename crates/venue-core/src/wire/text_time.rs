//! Times that are texts of digits in JSON, such as `"1589793796145"`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::field::WireType;
use super::from_json::FromJson;
use super::json::Json;
use super::read_context::ReadContext;
use super::unreadable::Mismatch;
use super::{UnixMillis, UnixSeconds, parse_number};

/// A type that is a text of digits in JSON, and its integer.
pub trait TextTime: Copy {
    fn from_integer(integer: i64) -> Self;
    fn to_integer(self) -> i64;
}

impl TextTime for UnixMillis {
    fn from_integer(integer: i64) -> Self {
        Self::new(integer)
    }

    fn to_integer(self) -> i64 {
        self.as_millis()
    }
}

impl TextTime for UnixSeconds {
    fn from_integer(integer: i64) -> Self {
        Self::new(integer)
    }

    fn to_integer(self) -> i64 {
        self.as_seconds()
    }
}

/// A time that is a string of digits in JSON, such as `"1700000000000"`. The strict reader accepts only the spelling that serialization
/// writes for the time. The lenient reader also accepts other spellings, such as an integer without quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsText<T>(pub T);

impl<T: TextTime> Serialize for AsText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.to_integer())
    }
}

impl<'de, T: TextTime> Deserialize<'de> for AsText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits<T>(PhantomData<T>);

        impl<T: TextTime> Visitor<'_> for Digits<T> {
            type Value = AsText<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time: a text of digits")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                let integer = parse_number::parse_canonical_integer(text);
                integer.map(|integer| AsText(T::from_integer(integer))).ok_or_else(|| E::invalid_value(Unexpected::Other("text"), &self))
            }
        }

        deserializer.deserialize_str(Digits(PhantomData))
    }
}

impl<T: TextTime> FromJson for AsText<T> {
    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
        i64::from_json(json, context).map(|integer| Self(T::from_integer(integer)))
    }
}

impl<T: TextTime> WireType for AsText<T>
where
    Self: DeserializeOwned,
{
    type Value = T;
    type Repr = Self;

    fn from_repr(repr: Self) -> T {
        repr.0
    }
}

/// A time, to be written as a text.
pub fn as_text<T: TextTime>(time: &T) -> AsText<T> {
    AsText(*time)
}

/// A list of times, each to be written as a text.
pub fn as_texts<T: TextTime>(times: &[T]) -> Vec<AsText<T>> {
    times.iter().copied().map(AsText).collect()
}

/// `#[serde(with)]` for a time.
pub fn serialize<T: TextTime, S: Serializer>(time: &T, serializer: S) -> Result<S::Ok, S::Error> {
    as_text(time).serialize(serializer)
}

pub fn deserialize<'de, T: TextTime, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    AsText::deserialize(deserializer).map(|AsText(time)| time)
}

/// `#[serde(with)]` for an optional time.
pub mod optional {
    use super::{AsText, Deserialize, Deserializer, Serialize, Serializer, TextTime};

    pub fn serialize<T: TextTime, S: Serializer>(time: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        time.map(AsText).serialize(serializer)
    }

    pub fn deserialize<'de, T: TextTime, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Option::<AsText<T>>::deserialize(deserializer).map(|time| time.map(|AsText(time)| time))
    }
}

/// `#[serde(with)]` for a list of times.
pub mod list {
    use super::{AsText, Deserialize, Deserializer, Serialize, Serializer, TextTime, as_texts};

    pub fn serialize<T: TextTime, S: Serializer>(times: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        as_texts(times).serialize(serializer)
    }

    pub fn deserialize<'de, T: TextTime, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        Vec::<AsText<T>>::deserialize(deserializer).map(|times| times.into_iter().map(|AsText(time)| time).collect())
    }
}

/// `#[serde(with)]` for an optional list of times.
pub mod optional_list {
    use super::{AsText, Deserialize, Deserializer, Serialize, Serializer, TextTime, as_texts};

    pub fn serialize<T: TextTime, S: Serializer>(times: &Option<Vec<T>>, serializer: S) -> Result<S::Ok, S::Error> {
        times.as_deref().map(as_texts).serialize(serializer)
    }

    pub fn deserialize<'de, T: TextTime, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
        let times = Option::<Vec<AsText<T>>>::deserialize(deserializer)?;
        Ok(times.map(|times| times.into_iter().map(|AsText(time)| time).collect()))
    }
}

#[cfg(feature = "schemars")]
impl<T> schemars::JsonSchema for AsText<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TextTime".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^-?[0-9]+$" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_strict_reader_accepts_only_the_digits_that_are_written() {
        for (json, time) in
            [(r#""1589793796145""#, Some(1_589_793_796_145)), (r#""-1""#, Some(-1)), (r#""0""#, Some(0)), ("1589793796145", None)]
        {
            assert_eq!(serde_json::from_str::<AsText<UnixMillis>>(json).ok().map(|AsText(time)| time.as_millis()), time, "{json}");
        }
        for text in ["", "-", "-0", "01", "+1", "1.0", " 1", "1e3", "9223372036854775808"] {
            assert!(serde_json::from_str::<AsText<UnixSeconds>>(&format!("{text:?}")).is_err(), "{text}");
        }
    }

    #[test]
    fn the_lenient_reader_accepts_an_integer_and_a_fraction_of_zeros() {
        for json in ["1589793796", r#""1589793796""#, "1589793796.0"] {
            let json = Json::document(json.as_bytes()).expect("JSON");
            let time = AsText::<UnixSeconds>::from_json(json, &mut ReadContext::default()).expect("a time");
            assert_eq!(time.0, UnixSeconds::new(1_589_793_796));
        }
    }

    #[test]
    fn optional_times_and_lists_of_times_are_written_as_texts() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Times {
            #[serde(with = "super")]
            one: UnixMillis,
            #[serde(with = "super::optional", default, skip_serializing_if = "Option::is_none")]
            none: Option<UnixSeconds>,
            #[serde(with = "super::list")]
            list: Vec<UnixSeconds>,
            #[serde(with = "super::optional_list")]
            some_list: Option<Vec<UnixMillis>>,
        }
        let times =
            Times { one: UnixMillis::new(1), none: None, list: vec![UnixSeconds::new(2)], some_list: Some(vec![UnixMillis::new(3)]) };
        let json = serde_json::to_string(&times).expect("written");
        assert_eq!(json, r#"{"one":"1","list":["2"],"some_list":["3"]}"#);
        assert_eq!(serde_json::from_str::<Times>(&json).expect("read"), times);
    }

    proptest! {
        #[test]
        fn reading_and_writing_is_the_identity(integer: i64) {
            let json = format!("\"{integer}\"");
            let time: AsText<UnixMillis> = serde_json::from_str(&json).expect("read");
            prop_assert_eq!(time.0.as_millis(), integer);
            prop_assert_eq!(serde_json::to_string(&time).expect("written"), json);
        }

        #[test]
        fn every_text_that_is_read_is_written_as_it_was(text in "[-+0-9.]{0,20}") {
            let json = format!("{text:?}");
            if let Ok(time) = serde_json::from_str::<AsText<UnixSeconds>>(&json) {
                prop_assert_eq!(serde_json::to_string(&time).expect("written"), json);
            }
        }
    }
}
