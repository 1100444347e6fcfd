//! `open_enum!`: enums that also hold a value which the documentation does not list.

/// Declares an enum of strings (`: str`) or of integers (`: i64`), with an additional variant `Unknown` for every value that is not listed.
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
/// assert_eq!("SELL".parse(), Ok(OrderSide::Sell));
/// assert!("sell".parse::<OrderSide>().is_err());
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident : str { $($(#[$doc:meta])* $variant:ident = $value:literal,)+ }) => {
        $crate::open_enum!(@define $(#[$meta])* $name { $($(#[$doc])* $variant),+ });

        impl $name {
            /// The values that the specification lists, in the order of the specification. Values that are marked as provisional are
            /// included.
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

        // An expression for the list, because `json_schema!` recurses for each token of a literal list.
        $crate::json_schema! { $name { "type": "string", "examples": ::std::vec::Vec::<&str>::from([$($value),+]) } }
    };

    ($(#[$meta:meta])* pub enum $name:ident : i64 { $($(#[$doc:meta])* $variant:ident = $value:literal,)+ }) => {
        $crate::open_enum!(@define $(#[$meta])* $name { $($(#[$doc])* $variant),+ });

        impl $name {
            /// The values that the specification lists, in the order of the specification. Values that are marked as provisional are
            /// included.
            pub const DOCUMENTED: &'static [&'static str] = &[$(stringify!($value)),+];

            /// The value as an integer, or `None` for an unknown value that is not an integer.
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
            /// A documented number in quotes is read as the number.
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

        $crate::json_schema! { $name { "type": "integer", "examples": ::std::vec::Vec::<i64>::from([$($value),+]) } }
    };

    (@define $(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident),+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A value that the specification does not list, unchanged.
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

        /// Parsing accepts only values that the specification lists. The conversion with `From` accepts every value, because the exchange
        /// may add values.
        impl ::core::str::FromStr for $name {
            type Err = $crate::ParseEnumError;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::ParseEnumError> {
                if Self::DOCUMENTED.contains(&text) {
                    return ::core::result::Result::Ok(<Self as $crate::private::FromScalar>::from_text(text));
                }
                let value = $crate::UnknownValue::from_text(text);
                ::core::result::Result::Err($crate::ParseEnumError::new(value, ::core::stringify!($name), Self::DOCUMENTED))
            }
        }

        impl $name {
            /// Whether the specification lists this value, as documented or as provisional.
            #[must_use]
            pub const fn is_documented(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }
    };
}
