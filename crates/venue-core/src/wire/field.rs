//! The state of one field while an object is read from JSON. The field is a required or an optional value.
//!
//! Each field type has two readers. The strict reader (`read` and `finish`) runs inside serde, accepts the documented spelling and fails at
//! anything else. The lenient reader (`read_lenient` and `finish_lenient`) runs after the strict reader has failed. The lenient reader
//! accepts any exact spelling, and records the values that it cannot read.

#![expect(missing_docs, reason = "public only for the macros, and hidden")]

use std::fmt;
use std::marker::PhantomData;

use rust_decimal::Decimal;
use serde::de::{DeserializeOwned, Error, MapAccess};

use super::from_json::FromJson;
use super::json::Json;
use super::object_shape::ObjectShape;
use super::read_context::ReadContext;
use super::unreadable::Mismatch;
use super::{ExactDecimal, Extra};

/// The type of a field in Rust, and the type that serde reads for the field.
pub trait WireType {
    /// The type of the field in Rust.
    type Value;
    /// The type that is read from JSON.
    type Repr: DeserializeOwned + FromJson;

    fn from_repr(repr: Self::Repr) -> Self::Value;
}

/// A field whose type in Rust is also the type that is read from JSON.
pub struct AsIs<T>(PhantomData<T>);

impl<T: DeserializeOwned + FromJson> WireType for AsIs<T> {
    type Value = T;
    type Repr = T;

    fn from_repr(repr: T) -> T {
        repr
    }
}

impl WireType for Decimal {
    type Value = Self;
    type Repr = ExactDecimal;

    fn from_repr(repr: ExactDecimal) -> Self {
        repr.0
    }
}

/// A field that the documentation declares as required.
pub struct RequiredField<W: WireType>(Option<W::Value>);

impl<W: WireType> Default for RequiredField<W> {
    fn default() -> Self {
        Self(None)
    }
}

impl<W: WireType> RequiredField<W> {
    #[inline]
    pub fn read<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A) -> Result<(), A::Error> {
        if self.0.is_some() {
            return Err(A::Error::duplicate_field(name));
        }
        self.0 = Some(W::from_repr(map.next_value().map_err(|error| with_path(name, &error))?));
        Ok(())
    }

    #[inline]
    pub fn finish<E: Error>(self, name: &'static str) -> Result<W::Value, E> {
        self.0.ok_or_else(|| E::missing_field(name))
    }

    pub fn read_lenient(&mut self, name: &'static str, json: Json<'_>, context: &mut ReadContext, _: &mut Extra) -> Result<(), Mismatch> {
        if self.0.is_some() {
            return Err(context.repeated(name));
        }
        self.0 = Some(W::from_repr(context.in_field(name, |context| W::Repr::from_json(json, context))?));
        Ok(())
    }

    pub fn finish_lenient(
        self,
        name: &'static str,
        _: ObjectShape,
        context: &mut ReadContext,
        _: &mut Extra,
    ) -> Result<W::Value, Mismatch> {
        self.0.ok_or_else(|| context.missing(name))
    }
}

/// A field that the documentation declares as optional, or does not describe completely.
///
/// A missing field and `null` are `None`. The lenient reader also accepts a value that does not have the documented type, such as an empty
/// text instead of a decimal. The field is then `None`, its JSON is kept in [`Extra`], and the response lists the field among its
/// unreadable fields.
pub struct OptionalField<W: WireType> {
    value: Option<W::Value>,
    is_present: bool,
}

impl<W: WireType> Default for OptionalField<W> {
    fn default() -> Self {
        Self { value: None, is_present: false }
    }
}

impl<W: WireType> OptionalField<W> {
    #[inline]
    pub fn read<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A) -> Result<(), A::Error> {
        if self.is_present {
            return Err(A::Error::duplicate_field(name));
        }
        let repr: Option<W::Repr> = map.next_value().map_err(|error| with_path(name, &error))?;
        *self = Self { value: repr.map(W::from_repr), is_present: true };
        Ok(())
    }

    #[inline]
    pub fn finish<E: Error>(self, _: &'static str) -> Result<Option<W::Value>, E> {
        Ok(self.value)
    }

    pub fn read_lenient(
        &mut self,
        name: &'static str,
        json: Json<'_>,
        context: &mut ReadContext,
        extra: &mut Extra,
    ) -> Result<(), Mismatch> {
        if self.is_present {
            return Err(context.repeated(name));
        }
        self.is_present = true;
        if !json.is_null() {
            match context.in_field(name, |context| W::Repr::from_json(json, context)) {
                Ok(repr) => self.value = Some(W::from_repr(repr)),
                Err(mismatch) => context.unreadable_field(name, mismatch, json, extra),
            }
        }
        Ok(())
    }

    pub fn finish_lenient(self, _: &'static str, _: ObjectShape, _: &mut ReadContext, _: &mut Extra) -> Result<Option<W::Value>, Mismatch> {
        Ok(self.value)
    }
}

/// Adds the name of a field or the index of an item to an error of serde. The error of a nested object then contains the whole path: ``in
/// `list`: in `0`: in `open`: …``.
pub(crate) fn with_path<E: Error>(segment: impl fmt::Display, error: &impl fmt::Display) -> E {
    E::custom(format_args!("in `{segment}`: {error}"))
}
