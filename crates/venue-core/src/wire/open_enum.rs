//! Enums that keep a value which the documentation does not know.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A type that is made of a single JSON value, whatever it is.
#[doc(hidden)]
pub trait FromScalar: Sized {
    fn from_text(text: &str) -> Self;
    fn from_integer(value: i64) -> Self;
    fn from_other(value: Value) -> Self;
}

/// Reads such a type, without copying what it does not keep.
#[doc(hidden)]
pub fn read_scalar<'de, T: FromScalar, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(ScalarVisitor(PhantomData))
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<'de, T: FromScalar> Visitor<'de> for ScalarVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word or a whole number")
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

    /// `1.0` is 1, and a double is not all that was sent: the number's digits have to be read.
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

    /// An object; or, with serde_json's `arbitrary_precision`, a number.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let value = Value::deserialize(MapAccessDeserializer::new(map))?;
        match value.as_i64() {
            Some(integer) => Ok(T::from_integer(integer)),
            None if value.is_f64() => Err(A::Error::custom("a number with a fraction")),
            None => Ok(T::from_other(value)),
        }
    }
}

/// Declares an open enum of words or of whole numbers.
///
/// ```
/// venue_core::open_enum! {
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
            /// The values that the specification lists, in its order; those that are marked as provisional are among them.
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

        impl $crate::private::FromScalar for $name {
            #[inline]
            fn from_text(text: &str) -> Self {
                Self::from(text)
            }

            fn from_integer(value: i64) -> Self {
                Self::Unknown($crate::UnknownValue::from_integer(value))
            }

            fn from_other(value: $crate::private::serde_json::Value) -> Self {
                Self::Unknown($crate::UnknownValue::from_other(value))
            }
        }

        $crate::open_enum!(@schema $name { "type": "string", "examples": [$($value),+] });
    };

    ($(#[$meta:meta])* pub enum $name:ident : i64 { $($(#[$doc:meta])* $variant:ident = $value:literal,)+ }) => {
        $crate::open_enum!(@define $(#[$meta])* $name { $($(#[$doc])* $variant),+ });

        impl $name {
            /// The values that the specification lists, in its order; those that are marked as provisional are among them.
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

        impl $crate::private::FromScalar for $name {
            /// A documented number in quotes is that number.
            fn from_text(text: &str) -> Self {
                match $crate::private::integer(text).map(Self::from) {
                    ::core::option::Option::Some(known) if known.is_documented() => known,
                    _ => Self::Unknown($crate::UnknownValue::from_text(text)),
                }
            }

            #[inline]
            fn from_integer(value: i64) -> Self {
                Self::from(value)
            }

            fn from_other(value: $crate::private::serde_json::Value) -> Self {
                Self::Unknown($crate::UnknownValue::from_other(value))
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

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::private::read_scalar(deserializer)
            }
        }

        impl $crate::private::FromJson for $name {
            fn from_json(
                json: $crate::private::Json<'_>,
                context: &mut $crate::private::ReadContext,
            ) -> ::core::result::Result<Self, $crate::private::Mismatch> {
                $crate::private::scalar_from_json(json, context)
            }
        }

        impl $name {
            /// Whether the specification lists this value: as documented, or as provisional.
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
