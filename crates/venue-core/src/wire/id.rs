//! Ids: always strings, each kind a type of its own.

/// Declares an id type: a string on the wire, never a number, and not to be confused with another kind of id.
///
/// A whole number that a server sends all the same is read as its digits.
///
/// ```
/// venue_core::string_id! {
///     /// The server's id of an order.
///     pub struct OrderId;
/// }
/// assert_eq!(OrderId::from("2022543809547603968").as_str(), "2022543809547603968");
/// ```
#[macro_export]
macro_rules! string_id {
    ($(#[$meta:meta])* pub struct $name:ident;) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(::std::string::String);

        impl $name {
            /// The id, as the wire spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id, as the wire spells it.
            #[must_use]
            pub fn into_string(self) -> ::std::string::String {
                self.0
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(id: ::std::string::String) -> Self {
                Self(id)
            }
        }

        impl ::core::convert::From<&::std::string::String> for $name {
            fn from(id: &::std::string::String) -> Self {
                Self(id.clone())
            }
        }

        impl ::core::convert::From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        /// The id with its quotes, shortened and with control characters escaped.
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&format_args!("\"{}\"", $crate::Printable::new(&self.0))).finish()
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::private::id_text(deserializer).map(Self)
            }
        }

        impl $crate::private::FromJson for $name {
            fn from_json(
                json: $crate::private::Json<'_>,
                context: &mut $crate::private::ReadContext,
            ) -> ::core::result::Result<Self, $crate::private::Mismatch> {
                $crate::private::id_from_json(json, context).map(Self)
            }
        }

        $crate::json_schema! { $name { "type": "string" } }
    };
}

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, MapAccess, Visitor};

use super::number;

/// An id's text: a string, or the digits of a whole number.
#[doc(hidden)]
pub fn id_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Id;

    impl<'de> Visitor<'de> for Id {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an id: a string, or a whole number of at most 64 bits")
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
            let digits = number::digits(map)?;
            if digits.bytes().all(|byte| byte.is_ascii_digit()) {
                Ok(digits)
            } else {
                Err(A::Error::custom("an id that is no whole number"))
            }
        }
    }

    deserializer.deserialize_any(Id)
}
