//! Objects of an answer: every documented field typed, everything else kept.
//!
//! [`wire_object!`](crate::wire_object) generates two readers for a type. `Deserialize` is the fast one: it takes the documented spelling of
//! every field, keeps unknown fields, and fails at the first thing that is otherwise. The client reads a response that it failed at once more,
//! field by field (`FromJson`): in any exact spelling, and with what cannot be read kept apart.

use rust_decimal::Decimal;
use serde::Serialize;
use serde::ser::SerializeMap;

use super::{ExactDecimal, Extra};

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
/// One line a field: its presence (`required`, `optional`, `list`, `optional_list`), its name in Rust and on the wire, and its type
/// (`decimal`, or a type in parentheses; for a list that of an item). `open` before the fields: a response that is no object at all is kept,
/// too, which only works if no field is required.
///
/// ```
/// use venue_core::{Extra, UnixMillis};
///
/// #[derive(Debug)]
/// struct Fill {
///     price: rust_decimal::Decimal,
///     created_at: Option<UnixMillis>,
///     extra: Extra,
/// }
///
/// venue_core::wire_object! {
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
    ($name:ident { $($fields:tt)* }) => {
        $crate::wire_object!(@all $name true { $($fields)* });
    };

    ($name:ident open { $($fields:tt)* }) => {
        $crate::wire_object!(@all $name false { $($fields)* });
    };

    (@all $name:ident $is_documented:literal { $($presence:ident $field:ident $wire:literal $kind:tt;)* }) => {
        $crate::wire_object!(@read $name { $($presence $field $wire $kind;)* });
        $crate::wire_object!(@from_json $name $is_documented { $($presence $field $wire $kind;)* });
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

    (@read $name:ident { $($presence:ident $field:ident $wire:literal $kind:tt;)* }) => {
        impl $name {
            fn read_fields<'de, A: $crate::private::serde::de::MapAccess<'de>>(mut map: A) -> ::core::result::Result<Self, A::Error> {
                let mut extra = $crate::Extra::new();
                $(let mut $field = <$crate::wire_object!(@slot $presence $kind)>::default();)*
                while let Some(key) = map.next_key::<$crate::private::Key<'de>>()? {
                    match key.as_str() {
                        $($wire => $field.fill($wire, &mut map)?,)*
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

    (@from_json $name:ident $is_documented:literal { $($presence:ident $field:ident $wire:literal $kind:tt;)* }) => {
        impl $crate::private::FromJson for $name {
            fn from_json(
                json: $crate::private::Json<'_>,
                context: &mut $crate::private::ReadContext,
            ) -> ::core::result::Result<Self, $crate::private::Mismatch> {
                let object = $crate::private::Object::of(json, $is_documented, concat!("an object (", stringify!($name), ")"), context)?;
                let has_list = false $(|| $crate::wire_object!(@is_list $presence))*;
                let mut extra = object.extra(json, has_list, context)?;
                $(let mut $field = <$crate::wire_object!(@slot $presence $kind)>::default();)*
                for (name, value) in json.fields() {
                    match &*name {
                        $($wire => $field.read($wire, value, context, &mut extra)?,)*
                        unknown => context.unknown(unknown, value, &mut extra),
                    }
                }
                ::core::result::Result::Ok(Self { $($field: $field.finish_read($wire, object, context, &mut extra)?,)* extra })
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

    (@is_list list) => { true };
    (@is_list optional_list) => { true };
    (@is_list $presence:ident) => { false };

    (@slot required $kind:tt) => { $crate::private::RequiredSlot::<$crate::wire_object!(@wire $kind)> };
    (@slot optional $kind:tt) => { $crate::private::OptionalSlot::<$crate::wire_object!(@wire $kind)> };
    (@slot optional_list $kind:tt) => { $crate::private::OptionalRepeatedSlot::<$crate::wire_object!(@wire $kind)> };
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
    (@entry $map:ident $self:ident optional_list $field:ident $wire:literal decimal) => {
        if let ::core::option::Option::Some(list) = &$self.$field {
            $crate::private::serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$crate::private::decimal_forms(list))?;
        }
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
