//! `Secret`: a text that is never printed.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq as _;

/// A text that must not be printed, such as a password, a token, an API secret or a listen key.
///
/// `Debug` prints `[redacted]`, and there is no `Display`. Serialization writes the secret itself, because requests contain it. The memory
/// is overwritten on drop. Call [`expose_secret`](Self::expose_secret) to read the secret.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Returns the secret itself. Do not print or log it.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Compares in constant time, so that the duration of the comparison reveals nothing about the texts except their length.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose_secret().as_bytes().ct_eq(other.expose_secret().as_bytes()).into()
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<SecretString> for Secret {
    fn from(secret: SecretString) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose_secret())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Secret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a secret string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
                Ok(Secret::from(text))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Secret, E> {
                Ok(Secret::from(text))
            }

            // Without these methods, serde's error message would contain the value.
            fn visit_i64<E: Error>(self, _: i64) -> Result<Secret, E> {
                Err(E::invalid_type(Unexpected::Other("number"), &self))
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Secret, E> {
                Err(E::invalid_type(Unexpected::Other("number"), &self))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Secret, E> {
                Err(E::invalid_type(Unexpected::Other("number"), &self))
            }
        }

        deserializer.deserialize_any(Text)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "A secret: not to be logged." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_no_secret_and_serialization_writes_it() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret:?} {secret:#?}"), "[redacted] [redacted]");
        assert_eq!(serde_json::to_string(&secret).expect("a string"), "\"hunter2\"");
    }

    #[test]
    fn two_secrets_are_equal_if_their_texts_are() {
        assert_eq!(Secret::from("hunter2"), Secret::from(String::from("hunter2")));
        for other in ["hunter3", "Hunter2", "hunter", "hunter22", ""] {
            assert_ne!(Secret::from("hunter2"), Secret::from(other));
        }
    }

    #[test]
    fn a_deserialization_error_does_not_contain_the_value() {
        let error = serde_json::from_str::<Secret>("123456").expect_err("not a string");
        assert!(!error.to_string().contains("123456"), "{error}");
    }
}
