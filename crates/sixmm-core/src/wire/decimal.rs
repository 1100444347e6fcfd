//! Money on the wire: a decimal string, exact or refused.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A [`Decimal`] as exchanges write it: a string without an exponent, such as `"85000.10"`.
///
/// `rust_decimal`'s own serde format depends on the features that anything in the dependency tree switches on, and rounds silently
/// beyond 28 digits. This one does neither: what cannot be represented exactly is refused. Trailing zeros are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExactDecimal(pub Decimal);

impl Serialize for ExactDecimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ExactDecimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;

        impl Visitor<'_> for Digits {
            type Value = ExactDecimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal string of at most 28 digits")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                exact(text).map(ExactDecimal).ok_or_else(|| E::invalid_value(Unexpected::Other("text"), &self))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(ExactDecimal(Decimal::from(value)))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(ExactDecimal(Decimal::from(value)))
            }

            /// A number where a string is documented. Up to 15 significant digits survive a binary float unchanged; more would be a guess.
            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                let shortest = value.to_string();
                let digits = shortest.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
                if digits > 15 {
                    return Err(E::invalid_value(Unexpected::Other("a number of more than 15 digits"), &self));
                }
                self.visit_str(&shortest)
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
        schemars::json_schema!({ "type": "string", "format": "decimal", "pattern": r"^-?[0-9]+(\.[0-9]+)?$" })
    }
}

/// The decimal that the text spells, if it can be held exactly.
fn exact(text: &str) -> Option<Decimal> {
    // `from_str_exact` refuses what it would have to round; exponents are `from_scientific`'s, which is exact or an error, too.
    Decimal::from_str_exact(text).or_else(|error| if text.contains(['e', 'E']) { Decimal::from_scientific(text) } else { Err(error) }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<String> {
        serde_json::from_str::<ExactDecimal>(json).ok().map(|decimal| decimal.0.to_string())
    }

    #[test]
    fn strings_are_read_exactly_and_written_back_as_they_came() {
        for text in ["85000", "85000.10", "-0.043", "0", "0.0000000000000000000000000001", "7922816251426433759354395033"] {
            assert_eq!(read(&format!("\"{text}\"")).as_deref(), Some(text));
            let decimal: ExactDecimal = serde_json::from_str(&format!("\"{text}\"")).expect("read above");
            assert_eq!(serde_json::to_string(&decimal).expect("a string"), format!("\"{text}\""));
        }
    }

    #[test]
    fn what_would_be_rounded_is_refused() {
        assert_eq!(read("\"0.12345678901234567890123456789\""), None);
        assert_eq!(read("\"123456789012345678901234567890\""), None);
        assert_eq!(read("0.1234567890123456"), None);
    }

    #[test]
    fn numbers_and_exponents_are_read_when_they_are_exact() {
        assert_eq!(read("85000").as_deref(), Some("85000"));
        assert_eq!(read("0.5").as_deref(), Some("0.5"));
        assert_eq!(read("\"1e-7\"").as_deref(), Some("0.0000001"));
    }

    #[test]
    fn an_error_does_not_repeat_the_text() {
        let error = serde_json::from_str::<ExactDecimal>("\"hunter2\"").expect_err("not a number");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
