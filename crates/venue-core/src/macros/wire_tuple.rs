//! The macro `wire_tuple!`, for rows of a response that are JSON arrays whose positions have a documented meaning.

/// Implements `Serialize`, `Deserialize` and the lenient reader for a struct that is an array in JSON, such as `["85000.1", "0.5"]`.
///
/// The struct has a field for each documented position, and a field `extra: Extra`. Each line describes one position: its presence
/// (`required`, or `optional` for a position that may be `null`), its name in Rust, its documented name, and its type as in
/// [`wire_object!`](crate::wire_object). An array that is too short cannot be read. Undocumented positions at the end are kept in `extra`,
/// with their indexes as names.
///
/// ```
/// use venue_core::Extra;
///
/// #[derive(Debug)]
/// struct PriceLevel {
///     price: rust_decimal::Decimal,
///     quantity: rust_decimal::Decimal,
///     extra: Extra,
/// }
///
/// venue_core::wire_tuple! {
///     PriceLevel {
///         required price "price" decimal;
///         required quantity "quantity" decimal;
///     }
/// }
///
/// let json = r#"["85000.10","0.5",3]"#;
/// let level: PriceLevel = serde_json::from_str(json)?;
/// assert_eq!(level.price.to_string(), "85000.10");
/// assert_eq!(level.extra.get("2").and_then(|orders| orders.as_i64()), Some(3));
/// assert_eq!(serde_json::to_string(&level)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! wire_tuple {
    ($name:ident { $($presence:ident $field:ident $wire:literal $kind:tt;)* }) => {
        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                struct __Array;

                impl<'de> $crate::private::serde::de::Visitor<'de> for __Array {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        f.write_str(concat!("a list (", stringify!($name), ")"))
                    }

                    fn visit_seq<A: $crate::private::serde::de::SeqAccess<'de>>(
                        self,
                        mut items: A,
                    ) -> ::core::result::Result<$name, A::Error> {
                        $(let $field = $crate::wire_tuple!(@read $presence $kind)($wire, &mut items)?;)*
                        let extra = $crate::private::surplus_positions($crate::wire_tuple!(@count $($field)*), &mut items)?;
                        ::core::result::Result::Ok($name { $($field,)* extra })
                    }
                }

                deserializer.deserialize_seq(__Array)
            }
        }

        impl $crate::private::FromJson for $name {
            fn from_json(
                json: $crate::private::Json<'_>,
                context: &mut $crate::private::ReadContext,
            ) -> ::core::result::Result<Self, $crate::private::Mismatch> {
                let mut positions = $crate::private::positions(json, concat!("a list (", stringify!($name), ")"), context)?;
                let mut extra = $crate::Extra::new();
                $(let $field = positions.$presence::<$crate::wire_object!(@type $kind)>($wire, context, &mut extra)?;)*
                positions.surplus(context, &mut extra);
                ::core::result::Result::Ok(Self { $($field,)* extra })
            }
        }

        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                let mut items = serializer.serialize_seq(::core::option::Option::None)?;
                $($crate::wire_tuple!(@element items self $presence $field $wire $kind);)*
                $crate::private::write_surplus($crate::wire_tuple!(@count $($field)*), &self.extra, &mut items)?;
                $crate::private::serde::ser::SerializeSeq::end(items)
            }
        }

        $crate::wire_tuple_schema! { $name { $($presence $wire $kind;)* } }
    };

    (@read required $kind:tt) => { $crate::private::required_position::<$crate::wire_object!(@type $kind), A> };
    (@read optional $kind:tt) => { $crate::private::optional_position::<$crate::wire_object!(@type $kind), A> };

    (@count $($field:ident)*) => { const { [$(stringify!($field)),*].len() } };

    (@element $items:ident $self:ident required $field:ident $wire:literal $kind:tt) => {
        $crate::private::serde::ser::SerializeSeq::serialize_element(&mut $items, &$crate::wire_object!(@repr (&$self.$field) $kind))?
    };
    (@element $items:ident $self:ident optional $field:ident $wire:literal $kind:tt) => {
        match &$self.$field {
            ::core::option::Option::Some(value) => $crate::private::serde::ser::SerializeSeq::serialize_element(
                &mut $items, &$crate::wire_object!(@repr (value) $kind))?,
            // `null`, or a value that could not be read.
            ::core::option::Option::None =>
                $crate::private::serde::ser::SerializeSeq::serialize_element(&mut $items, &$self.extra.get($wire))?,
        }
    };
}

/// Implements `JsonSchema` for an array with named positions. Expands to nothing without the feature `schemars`.
#[cfg(feature = "schemars")]
#[doc(hidden)]
#[macro_export]
macro_rules! wire_tuple_schema {
    ($name:ident { $($presence:ident $wire:literal $kind:tt;)* }) => {
        impl $crate::private::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut $crate::private::schemars::SchemaGenerator) -> $crate::private::schemars::Schema {
                $crate::private::array_schema(::std::vec![
                    $(($wire, generator.subschema_for::<$crate::wire_tuple_schema!(@type $presence $kind)>())),*
                ])
            }
        }
    };

    (@type required $kind:tt) => { <$crate::wire_object!(@type $kind) as $crate::private::WireType>::Repr };
    (@type optional $kind:tt) => { ::core::option::Option<<$crate::wire_object!(@type $kind) as $crate::private::WireType>::Repr> };
}

/// Implements `JsonSchema` for an array with named positions. Expands to nothing without the feature `schemars`.
#[cfg(not(feature = "schemars"))]
#[doc(hidden)]
#[macro_export]
macro_rules! wire_tuple_schema {
    ($($anything:tt)*) => {};
}
