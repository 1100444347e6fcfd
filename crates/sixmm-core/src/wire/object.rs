//! Objects of an answer: every documented field typed, everything else kept.
//!
//! `serde`'s derive could keep unknown fields with `flatten`, but fails on an optional field of another type, and on `null` where a list is
//! documented. [`wire_object!`](crate::wire_object) does neither.

#![expect(missing_docs, reason = "public for the macros alone, and hidden")]

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserializer, Serialize};
use serde_json::Value;

use super::{ExactDecimal, Extra};

/// Any JSON but an object, for answers of which nothing is documented.
pub fn any_json<'de, D: Deserializer<'de>, M: MapReader<'de>>(deserializer: D, reader: M) -> Result<M::Object, D::Error> {
    struct Any<M>(M);

    impl<'de, M: MapReader<'de>> Visitor<'de> for Any<M> {
        type Value = M::Object;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any JSON")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            self.0.read(map)
        }

        fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
            self.0.whole(value.into())
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
            self.0.whole(value.into())
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
            self.0.whole(value.into())
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
            self.0.whole(value.into())
        }

        fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
            self.0.whole(value.into())
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            self.0.whole(Value::Null)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element::<Value>()? {
                list.push(item);
            }
            self.0.whole(Value::Array(list))
        }
    }

    deserializer.deserialize_any(Any(reader))
}

/// What [`wire_object!`](crate::wire_object) generates for a type: how to read its fields, and what to make of something else.
pub trait MapReader<'de> {
    type Object;

    fn read<A: MapAccess<'de>>(self, map: A) -> Result<Self::Object, A::Error>;

    fn whole<E: Error>(self, value: Value) -> Result<Self::Object, E>;
}

/// Writes an object's fields, then what was kept.
pub fn write_extra<M: SerializeMap>(map: &mut M, extra: &Extra) -> Result<(), M::Error> {
    for (name, value) in extra.iter() {
        map.serialize_entry(name, value)?;
    }
    Ok(())
}

/// The wire form of a field, for writing.
pub fn form<T: Serialize>(value: &T) -> &T {
    value
}

/// The wire form of an exact decimal, for writing.
pub fn decimal_form(value: &Decimal) -> ExactDecimal {
    ExactDecimal(*value)
}

/// A list of exact decimals, for writing.
pub fn decimal_forms(values: &[Decimal]) -> Vec<ExactDecimal> {
    values.iter().copied().map(ExactDecimal).collect()
}

/// Implements `Serialize` and `Deserialize` for a struct that has a field `extra: Extra`.
///
/// One line a field: its presence (`required`, `optional`, `list`), its name in Rust and on the wire, and its type
/// (`decimal`, or a type in parentheses). `open` before the fields: an answer that is no object at all is kept, too, which only works if
/// no field is required.
///
/// ```
/// use sixmm_core::{Extra, UnixMillis};
///
/// #[derive(Debug)]
/// struct Fill {
///     price: rust_decimal::Decimal,
///     created_at: Option<UnixMillis>,
///     extra: Extra,
/// }
///
/// sixmm_core::wire_object! {
///     Fill {
///         required price "price" decimal;
///         optional created_at "createdAt" (UnixMillis);
///     }
/// }
///
/// let fill: Fill = serde_json::from_str(r#"{"price":"85000.10","venue":"dark"}"#)?;
/// assert_eq!(fill.price.to_string(), "85000.10");
/// assert_eq!(fill.extra.get("venue").and_then(|venue| venue.as_str()), Some("dark"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! wire_object {
    ($name:ident { $($presence:ident $field:ident $wire:literal $kind:tt;)* }) => {
        $crate::wire_object!(@read $name { $($presence $field $wire $kind;)* });
        $crate::wire_object!(@write $name { $($presence $field $wire $kind;)* });

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                struct __Object;

                impl<'de> $crate::private::serde::de::Visitor<'de> for __Object {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        f.write_str(concat!("an object (", stringify!($name), ")"))
                    }

                    fn visit_map<A: $crate::private::serde::de::MapAccess<'de>>(
                        self,
                        map: A,
                    ) -> ::core::result::Result<$name, A::Error> {
                        $name::read_fields(map)
                    }
                }

                deserializer.deserialize_map(__Object)
            }
        }
    };

    ($name:ident open { $($presence:ident $field:ident $wire:literal $kind:tt;)* }) => {
        $crate::wire_object!(@read $name { $($presence $field $wire $kind;)* });
        $crate::wire_object!(@write $name { $($presence $field $wire $kind;)* });

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                struct __Object;

                impl<'de> $crate::private::MapReader<'de> for __Object {
                    type Object = $name;

                    fn read<A: $crate::private::serde::de::MapAccess<'de>>(self, map: A) -> ::core::result::Result<$name, A::Error> {
                        $name::read_fields(map)
                    }

                    fn whole<E: $crate::private::serde::de::Error>(
                        self,
                        value: $crate::private::serde_json::Value,
                    ) -> ::core::result::Result<$name, E> {
                        ::core::result::Result::Ok($name {
                            $($field: <$crate::wire_object!(@slot $presence $kind)>::default().finish::<E>($wire)?,)*
                            extra: $crate::Extra::from_whole(value),
                        })
                    }
                }

                $crate::private::any_json(deserializer, __Object)
            }
        }
    };

    (@read $name:ident { $($presence:ident $field:ident $wire:literal $kind:tt;)* }) => {
        impl $name {
            fn read_fields<'de, A: $crate::private::serde::de::MapAccess<'de>>(mut map: A) -> ::core::result::Result<Self, A::Error> {
                let mut extra = $crate::Extra::new();
                $(let mut $field = <$crate::wire_object!(@slot $presence $kind)>::default();)*
                while let Some(key) = map.next_key::<$crate::private::Key<'de>>()? {
                    match key.as_str() {
                        $($wire => $field.fill($wire, &mut map, &mut extra)?,)*
                        unknown => {
                            let unknown = ::std::string::String::from(unknown);
                            extra.insert(unknown, map.next_value()?);
                        }
                    }
                }
                ::core::result::Result::Ok(Self { $($field: $field.finish($wire)?,)* extra })
            }
        }
    };

    (@write $name:ident { $($presence:ident $field:ident $wire:literal $kind:tt;)* }) => {
        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                if let ::core::option::Option::Some(whole) = self.extra.whole() {
                    return $crate::private::serde::Serialize::serialize(whole, serializer);
                }
                let mut map = serializer.serialize_map(::core::option::Option::None)?;
                $($crate::wire_object!(@entry map self $presence $field $wire $kind);)*
                $crate::private::write_extra(&mut map, &self.extra)?;
                $crate::private::serde::ser::SerializeMap::end(map)
            }
        }
    };

    (@slot required $kind:tt) => { $crate::private::RequiredSlot::<$crate::wire_object!(@wire $kind)> };
    (@slot optional $kind:tt) => { $crate::private::OptionalSlot::<$crate::wire_object!(@wire $kind)> };
    (@slot list $kind:tt) => { $crate::private::RepeatedSlot::<$crate::wire_object!(@wire $kind)> };

    (@wire decimal) => { ::rust_decimal::Decimal };
    (@wire ($type:ty)) => { $crate::private::Plain<$type> };

    (@entry $map:ident $self:ident required $field:ident $wire:literal $kind:tt) => {
        $crate::private::serde::ser::SerializeMap::serialize_entry(
            &mut $map, $wire, &$crate::wire_object!(@form (&$self.$field) $kind))?
    };
    (@entry $map:ident $self:ident list $field:ident $wire:literal decimal) => {
        $crate::private::serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$crate::private::decimal_forms(&$self.$field))?
    };
    (@entry $map:ident $self:ident list $field:ident $wire:literal $kind:tt) => {
        $crate::private::serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$self.$field)?
    };
    (@entry $map:ident $self:ident $presence:ident $field:ident $wire:literal $kind:tt) => {
        if let ::core::option::Option::Some(value) = &$self.$field {
            $crate::private::serde::ser::SerializeMap::serialize_entry(
                &mut $map, $wire, &$crate::wire_object!(@form (value) $kind))?;
        }
    };

    (@form ($value:expr) decimal) => { $crate::private::decimal_form($value) };
    (@form ($value:expr) $kind:tt) => { $crate::private::form($value) };
}
