//! Enums that keep a value which the documentation does not know.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A value that the documentation of an enum does not list, as it came.
///
/// Only reading an answer or converting makes one, and never from a documented value: equal values are equal variants.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Scalar);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Scalar {
    Text(Box<str>),
    Integer(i64),
    /// Neither a word nor a number: nothing an enum should be, and no reason to lose the answer.
    Other(Box<Value>),
}

impl UnknownValue {
    #[doc(hidden)]
    #[must_use]
    pub fn from_text(text: impl Into<Box<str>>) -> Self {
        Self(Scalar::Text(text.into()))
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn from_integer(value: i64) -> Self {
        Self(Scalar::Integer(value))
    }

    #[doc(hidden)]
    #[must_use]
    pub fn from_other(value: Value) -> Self {
        Self(Scalar::Other(Box::new(value)))
    }

    /// The value, if it is a text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Scalar::Text(text) => Some(text),
            Scalar::Integer(_) | Scalar::Other(_) => None,
        }
    }

    /// The value, if it is a whole number.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Scalar::Integer(value) => Some(value),
            Scalar::Text(_) | Scalar::Other(_) => None,
        }
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Scalar::Text(text) => text.fmt(f),
            Scalar::Integer(value) => value.fmt(f),
            Scalar::Other(value) => value.fmt(f),
        }
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Scalar::Text(text) => f.write_str(text),
            Scalar::Integer(value) => value.fmt(f),
            Scalar::Other(value) => value.fmt(f),
        }
    }
}

impl Serialize for UnknownValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Scalar::Text(text) => serializer.serialize_str(text),
            Scalar::Integer(value) => serializer.serialize_i64(*value),
            Scalar::Other(value) => value.serialize(serializer),
        }
    }
}

/// What the server sent for an enum; a text is borrowed where it can be.
#[doc(hidden)]
pub enum WireScalar<'de> {
    Text(Cow<'de, str>),
    Integer(i64),
    Other(Value),
}

impl<'de> Deserialize<'de> for WireScalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;

        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = WireScalar<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word or a whole number")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(WireScalar::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(WireScalar::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(WireScalar::Integer(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(i64::try_from(value).map_or_else(|_| WireScalar::Other(value.into()), WireScalar::Integer))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                Ok(WireScalar::Other(value.into()))
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(WireScalar::Other(value.into()))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(WireScalar::Other(Value::Null))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
                Value::deserialize(SeqAccessDeserializer::new(items)).map(WireScalar::Other)
            }

            /// An object; or, with serde_json's `arbitrary_precision`, a number.
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let value = Value::deserialize(MapAccessDeserializer::new(map))?;
                Ok(value.as_i64().map_or(WireScalar::Other(value), WireScalar::Integer))
            }
        }

        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// Declares an open enum of words or of whole numbers.
///
/// ```
/// sixmm_core::open_enum! {
///     /// The side of an order.
///     pub enum OrderSide: str {
///         /// Buys.
///         Buy = "BUY",
///         /// Sells.
///         Sell = "SELL",
///     }
/// }
/// assert_eq!(OrderSide::from("BUY"), OrderSide::Buy);
/// assert_eq!(OrderSide::from("HEDGE").to_string(), "HEDGE");
/// assert!(!OrderSide::from("buy").is_documented());
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident : str { $($(#[$doc:meta])* $variant:ident = $value:literal,)+ }) => {
        $crate::open_enum!(@define $(#[$meta])* $name { $($(#[$doc])* $variant),+ });

        impl $name {
            /// The documented values, in the order of the documentation.
            pub const DOCUMENTED: &'static [&'static str] = &[$($value),+];
        }

        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($value => Self::$variant,)+
                    _ => Self::Unknown($crate::UnknownValue::from_text(text)),
                }
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    $(Self::$variant => f.write_str($value),)+
                    Self::Unknown(value) => ::core::fmt::Display::fmt(value, f),
                }
            }
        }

        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant => serializer.serialize_str($value),)+
                    Self::Unknown(value) => $crate::private::serde::Serialize::serialize(value, serializer),
                }
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                ::core::result::Result::Ok(match $crate::private::serde::Deserialize::deserialize(deserializer)? {
                    $crate::private::WireScalar::Text(text) => Self::from(&*text),
                    $crate::private::WireScalar::Integer(value) => Self::Unknown($crate::UnknownValue::from_integer(value)),
                    $crate::private::WireScalar::Other(value) => Self::Unknown($crate::UnknownValue::from_other(value)),
                })
            }
        }

        $crate::open_enum!(@schema $name { "type": "string", "examples": [$($value),+] });
    };

    ($(#[$meta:meta])* pub enum $name:ident : i64 { $($(#[$doc:meta])* $variant:ident = $value:literal,)+ }) => {
        $crate::open_enum!(@define $(#[$meta])* $name { $($(#[$doc])* $variant),+ });

        impl $name {
            /// The documented values, in the order of the documentation.
            pub const DOCUMENTED: &'static [&'static str] = &[$(stringify!($value)),+];

            /// The value on the wire; `None` if the server sent a text.
            #[must_use]
            pub fn as_i64(&self) -> ::core::option::Option<i64> {
                match self {
                    $(Self::$variant => ::core::option::Option::Some($value),)+
                    Self::Unknown(value) => value.as_i64(),
                }
            }
        }

        impl ::core::convert::From<i64> for $name {
            fn from(value: i64) -> Self {
                match value {
                    $($value => Self::$variant,)+
                    _ => Self::Unknown($crate::UnknownValue::from_integer(value)),
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    $(Self::$variant => f.write_str(stringify!($value)),)+
                    Self::Unknown(value) => ::core::fmt::Display::fmt(value, f),
                }
            }
        }

        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant => serializer.serialize_i64($value),)+
                    Self::Unknown(value) => $crate::private::serde::Serialize::serialize(value, serializer),
                }
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                ::core::result::Result::Ok(match $crate::private::serde::Deserialize::deserialize(deserializer)? {
                    $crate::private::WireScalar::Integer(value) => Self::from(value),
                    // A documented number in quotes is that number.
                    $crate::private::WireScalar::Text(text) => match text.parse::<i64>().map(Self::from) {
                        ::core::result::Result::Ok(known) if known.is_documented() => known,
                        _ => Self::Unknown($crate::UnknownValue::from_text(&*text)),
                    },
                    $crate::private::WireScalar::Other(value) => Self::Unknown($crate::UnknownValue::from_other(value)),
                })
            }
        }

        $crate::open_enum!(@schema $name { "type": "integer", "examples": [$($value),+] });
    };

    (@define $(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident),+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A value that the documentation does not list, as it came.
            Unknown($crate::UnknownValue),
        }

        impl $name {
            /// Whether the documentation lists this value.
            #[must_use]
            pub const fn is_documented(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }
    };

    (@schema $name:ident $schema:tt) => {
        $crate::json_schema! { $name $schema }
    };
}

/// `JsonSchema` for a type, given the schema; nothing without the feature `schemars`.
#[cfg(feature = "schemars")]
#[doc(hidden)]
#[macro_export]
macro_rules! json_schema {
    ($name:ident $schema:tt) => {
        impl $crate::private::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut $crate::private::schemars::SchemaGenerator) -> $crate::private::schemars::Schema {
                $crate::private::schemars::json_schema!($schema)
            }
        }
    };
}

/// `JsonSchema` for a type, given the schema; nothing without the feature `schemars`.
#[cfg(not(feature = "schemars"))]
#[doc(hidden)]
#[macro_export]
macro_rules! json_schema {
    ($name:ident $schema:tt) => {};
}
