//! `ExactDecimal`: prices, quantities and amounts as decimal strings, never rounded.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::parse_number;

/// A [`Decimal`] that is a string without an exponent in JSON, such as `"85000.10"`.
///
/// Reading fails if the value does not fit into a [`Decimal`] exactly. (`rust_decimal`'s own serde support silently rounds such a value,
/// and its JSON format depends on the features that other crates of the program enable.) Zeros at the end are kept, and a minus sign before
/// zero is dropped. [`FromStr`] also accepts an exponent. `Deserialize` does not, because the documentation shows no exponent in a
/// response.
///
/// `"85000.10".parse::<ExactDecimal>()` reads a text, and setters of requests accept the result. Binary floats cannot be converted:
///
/// ```compile_fail
/// let _: venue_core::ExactDecimal = 0.1_f64.try_into().unwrap();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExactDecimal(pub Decimal);

impl From<Decimal> for ExactDecimal {
    fn from(decimal: Decimal) -> Self {
        Self(decimal)
    }
}

impl From<ExactDecimal> for Decimal {
    fn from(exact: ExactDecimal) -> Self {
        exact.0
    }
}

macro_rules! from_integers {
    ($($integer:ty),+) => {
        $(impl From<$integer> for ExactDecimal {
            fn from(value: $integer) -> Self {
                Self(Decimal::from(value))
            }
        })+
    };
}

from_integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl FromStr for ExactDecimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
        parse_number::parse_decimal(text).map(Self).ok_or(ParseDecimalError)
    }
}

impl TryFrom<&str> for ExactDecimal {
    type Error = ParseDecimalError;

    fn try_from(text: &str) -> Result<Self, ParseDecimalError> {
        text.parse()
    }
}

impl TryFrom<String> for ExactDecimal {
    type Error = ParseDecimalError;

    fn try_from(text: String) -> Result<Self, ParseDecimalError> {
        text.parse()
    }
}

impl TryFrom<&String> for ExactDecimal {
    type Error = ParseDecimalError;

    fn try_from(text: &String) -> Result<Self, ParseDecimalError> {
        text.parse()
    }
}

/// The error of parsing a text that is not a decimal, or that has more digits than a [`Decimal`] can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseDecimalError;

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a decimal of at most 28 digits")
    }
}

impl std::error::Error for ParseDecimalError {}

impl Serialize for ExactDecimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unsigned_zero = if self.0.is_zero() { self.0.abs() } else { self.0 };
        serializer.collect_str(&unsigned_zero)
    }
}

impl<'de> Deserialize<'de> for ExactDecimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;

        impl<'de> Visitor<'de> for Digits {
            type Value = ExactDecimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal string of at most 28 digits")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                parse_number::parse_plain_decimal(text).map(ExactDecimal).ok_or_else(|| E::invalid_value(Unexpected::Other("text"), &self))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(value.into())
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(value.into())
            }

            /// Rejects a binary float, because it does not contain the digits that the server sent. The exact decimal is therefore not
            /// known.
            fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
                Err(E::invalid_type(Unexpected::Other("a number with a fraction"), &self))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                self.visit_str(&parse_number::arbitrary_precision_digits(map)?)
            }
        }

        deserializer.deserialize_any(Digits)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for ExactDecimal {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Option<String> {
        serde_json::from_str::<ExactDecimal>(json).ok().map(|decimal| decimal.0.to_string())
    }

    #[test]
    fn strings_are_read_exactly_and_written_back_unchanged() {
        for text in ["85000", "85000.10", "-0.043", "0", "0.0000000000000000000000000001", "7922816251426433759354395033"] {
            assert_eq!(read(&format!("\"{text}\"")).as_deref(), Some(text));
            let decimal: ExactDecimal = serde_json::from_str(&format!("\"{text}\"")).expect("read above");
            assert_eq!(serde_json::to_string(&decimal).expect("a string"), format!("\"{text}\""));
        }
    }

    #[test]
    fn a_value_that_would_be_rounded_is_rejected() {
        for json in [
            "\"0.12345678901234567890123456789\"",
            "\"123456789012345678901234567890\"",
            "\"0.123456789012345678901234567895e0\"",
            "0.30000000000000001",
            "0.5",
            "\"1e-29\"",
            "\"1e29\"",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn only_zeros_that_do_not_fit_are_dropped() {
        assert_eq!(read("\"1.00000000000000000000000000000000\"").as_deref(), Some("1.0000000000000000000000000000"));
        assert_eq!(read("\"0.00000000000000000000000000000000\"").as_deref(), Some("0.0000000000000000000000000000"));
        assert_eq!(read("\"9.0000000000000000000000000000\"").as_deref(), Some("9.000000000000000000000000000"));
    }

    #[test]
    fn integers_are_read_as_decimals() {
        assert_eq!(read("85000").as_deref(), Some("85000"));
        assert_eq!(read("-1").as_deref(), Some("-1"));
    }

    #[test]
    fn from_str_reads_an_exponent_and_deserialize_does_not() {
        for (text, expected) in [("1e-7", "0.0000001"), ("1.5E+3", "1500")] {
            assert_eq!(text.parse::<ExactDecimal>().map(|decimal| decimal.0.to_string()).as_deref(), Ok(expected));
            assert_eq!((read(text), read(&format!("\"{text}\""))), (None, None), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_decimal_is_rejected() {
        for json in ["\"\"", "\"1_000\"", "\" 1\"", "\"+1\"", "\".5\"", "\"5.\"", "\"1e\"", "\"NaN\"", "\"0x10\"", "true", "null", "{}"] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn zero_is_written_without_a_sign() {
        assert_eq!(serde_json::to_string(&ExactDecimal(-Decimal::ZERO)).expect("written"), "\"0\"");
    }

    #[test]
    fn an_error_does_not_repeat_the_text() {
        let error = serde_json::from_str::<ExactDecimal>("\"hunter2\"").expect_err("not a number");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    proptest! {
        #[test]
        fn every_decimal_is_equal_after_writing_and_reading(mantissa in -(1_i128 << 96) + 1..(1_i128 << 96), scale in 0_u32..=28) {
            let decimal = ExactDecimal(Decimal::from_i128_with_scale(mantissa, scale));
            let json = serde_json::to_string(&decimal).expect("written");
            prop_assert!(!json.contains('e'));
            prop_assert_eq!(serde_json::from_str::<ExactDecimal>(&json).expect("read"), decimal);
        }
    }
}
