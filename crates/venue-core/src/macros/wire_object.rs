//! The macro `wire_object!`, for objects of a response: documented fields have types, and the JSON of every other field is kept.
//!
//! [`wire_object!`](crate::wire_object) generates two readers for a type. `Deserialize` is the strict reader. It accepts the documented
//! spelling of every field, keeps unknown fields, and fails at the first value of another type. If the strict reader fails, the client
//! reads the same response with the lenient reader (`FromJson`), which accepts any exact spelling and records the values that it cannot
//! read.

/// Implements `Serialize`, `Deserialize` and the lenient reader for a struct that has a field `extra: Extra`.
///
/// Each line describes one field: its presence (`required`, `optional`, `list` or `optional_list`), its name in Rust, its name in JSON, and
/// its type. The type is `decimal`, `unix_millis_text` or `unix_seconds_text` (a time that is a text of digits in JSON), or a type in
/// parentheses. The type of a list is the type of an item.
///
/// The word `open` before the fields declares an object without `required` fields. The readers then also accept a response that is not an
/// object, and keep its JSON in `extra`.
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
                $(let mut $field = <$crate::wire_object!(@field $presence $kind)>::default();)*
                while let Some(key) = map.next_key::<$crate::private::FieldName<'de>>()? {
                    match key.as_str() {
                        $($wire => $field.read($wire, &mut map)?,)*
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
            const FIELDS: &'static [&'static str] = &[$($wire),*];

            fn from_json(
                json: $crate::private::Json<'_>,
                context: &mut $crate::private::ReadContext,
            ) -> ::core::result::Result<Self, $crate::private::Mismatch> {
                let shape = $crate::private::ObjectShape::of(json, $is_documented, concat!("an object (", stringify!($name), ")"), context)?;
                let has_list = false $(|| $crate::wire_object!(@is_list $presence))*;
                let mut extra = shape.extra(json, has_list, context)?;
                $(let mut $field = <$crate::wire_object!(@field $presence $kind)>::default();)*
                for (name, value) in json.fields() {
                    match &*name {
                        $($wire => $field.read_lenient($wire, value, context, &mut extra)?,)*
                        unknown => context.undocumented_field(unknown, value, &mut extra),
                    }
                }
                ::core::result::Result::Ok(Self { $($field: $field.finish_lenient($wire, shape, context, &mut extra)?,)* extra })
            }
        }
    };

    (@write $name:ident { $($presence:ident $field:ident $wire:literal $kind:tt;)* }) => {
        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                if let ::core::option::Option::Some(non_object) = self.extra.non_object() {
                    return $crate::private::serde::Serialize::serialize(non_object, serializer);
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

    (@field required $kind:tt) => { $crate::private::RequiredField::<$crate::wire_object!(@type $kind)> };
    (@field optional $kind:tt) => { $crate::private::OptionalField::<$crate::wire_object!(@type $kind)> };
    (@field optional_list $kind:tt) => { $crate::private::OptionalListField::<$crate::wire_object!(@type $kind)> };
    (@field list $kind:tt) => { $crate::private::ListField::<$crate::wire_object!(@type $kind)> };

    (@type decimal) => { ::rust_decimal::Decimal };
    (@type unix_millis_text) => { $crate::private::AsText<$crate::UnixMillis> };
    (@type unix_seconds_text) => { $crate::private::AsText<$crate::UnixSeconds> };
    (@type ($type:ty)) => { $crate::private::AsIs<$type> };

    (@entry $map:ident $self:ident required $field:ident $wire:literal $kind:tt) => {
        $crate::private::serde::ser::SerializeMap::serialize_entry(
            &mut $map, $wire, &$crate::wire_object!(@repr (&$self.$field) $kind))?
    };
    (@entry $map:ident $self:ident list $field:ident $wire:literal decimal) => {
        $crate::private::serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$crate::private::exact_decimals(&$self.$field))?
    };
    (@entry $map:ident $self:ident list $field:ident $wire:literal unix_millis_text) => {
        $crate::private::serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$crate::private::as_texts(&$self.$field))?
    };
    (@entry $map:ident $self:ident list $field:ident $wire:literal unix_seconds_text) => {
        $crate::private::serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$crate::private::as_texts(&$self.$field))?
    };
    (@entry $map:ident $self:ident list $field:ident $wire:literal $kind:tt) => {
        $crate::private::serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$self.$field)?
    };
    (@entry $map:ident $self:ident optional_list $field:ident $wire:literal decimal) => {
        if let ::core::option::Option::Some(list) = &$self.$field {
            $crate::private::serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$crate::private::exact_decimals(list))?;
        }
    };
    (@entry $map:ident $self:ident optional_list $field:ident $wire:literal unix_millis_text) => {
        if let ::core::option::Option::Some(list) = &$self.$field {
            $crate::private::serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$crate::private::as_texts(list))?;
        }
    };
    (@entry $map:ident $self:ident optional_list $field:ident $wire:literal unix_seconds_text) => {
        if let ::core::option::Option::Some(list) = &$self.$field {
            $crate::private::serde::ser::SerializeMap::serialize_entry(&mut $map, $wire, &$crate::private::as_texts(list))?;
        }
    };
    (@entry $map:ident $self:ident $presence:ident $field:ident $wire:literal $kind:tt) => {
        if let ::core::option::Option::Some(value) = &$self.$field {
            $crate::private::serde::ser::SerializeMap::serialize_entry(
                &mut $map, $wire, &$crate::wire_object!(@repr (value) $kind))?;
        }
    };

    (@repr ($value:expr) decimal) => { $crate::private::exact_decimal($value) };
    (@repr ($value:expr) unix_millis_text) => { $crate::private::as_text($value) };
    (@repr ($value:expr) unix_seconds_text) => { $crate::private::as_text($value) };
    (@repr ($value:expr) $kind:tt) => { $crate::private::as_is($value) };
}
