//! `string_id!` and `integer_id!`: a type of its own for each kind of id.

/// Declares a type for one kind of id, which is always written to JSON as a string.
///
/// If the server sends an integer instead of the string, the digits of the integer are the id.
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
        $crate::id_type! { $(#[$meta])* $name }

        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::private::read_id(deserializer).map(Self)
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

/// Declares a type for one kind of id that is an integer in JSON. In Rust, the id is a text of digits.
///
/// A string in a response is accepted if it contains an integer of 64 bits. An id such as `x7` cannot be written as a JSON integer, so the
/// checks of a request reject it before the request is sent.
///
/// ```
/// venue_core::integer_id! {
///     /// The server's id of an order.
///     pub struct OrderId;
/// }
/// let id = OrderId::from("230602138716");
/// assert_eq!(serde_json::to_string(&id)?, "230602138716");
/// assert_eq!(serde_json::from_str::<OrderId>(r#""230602138716""#)?, id);
/// assert!(serde_json::to_string(&OrderId::from("x7")).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! integer_id {
    ($(#[$meta:meta])* pub struct $name:ident;) => {
        $crate::id_type! { $(#[$meta])* $name }

        impl ::core::convert::From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(::std::string::ToString::to_string(&id))
            }
        }

        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::private::write_integer_id(&self.0, serializer)
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::private::read_integer_id(deserializer).map(Self)
            }
        }

        impl $crate::private::FromJson for $name {
            fn from_json(
                json: $crate::private::Json<'_>,
                context: &mut $crate::private::ReadContext,
            ) -> ::core::result::Result<Self, $crate::private::Mismatch> {
                $crate::private::integer_id_from_json(json, context).map(Self)
            }
        }

        $crate::json_schema! { $name { "type": "integer" } }
    };
}

/// Declares the type of an id without its JSON.
#[doc(hidden)]
#[macro_export]
macro_rules! id_type {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(::std::string::String);

        impl $name {
            /// The id as it is in JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id as it is in JSON, without a copy.
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

        /// Prints the id in quotes, at most 200 characters of it, with control characters escaped.
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&format_args!("\"{}\"", $crate::EscapedText::new(&self.0))).finish()
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
