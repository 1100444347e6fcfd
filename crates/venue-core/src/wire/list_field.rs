//! The state of one list field while an object is read from JSON.
//!
//! As in the module [`field`](super::field), `read` and `finish` belong to the strict reader, and `read_lenient` and `finish_lenient`
//! belong to the lenient reader.

#![expect(missing_docs, reason = "public only for the macros, and hidden")]

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Extra;
use super::field::{WireType, with_path};
use super::from_json::FromJson as _;
use super::json::{Json, JsonKind};
use super::object_shape::ObjectShape;
use super::read_context::ReadContext;
use super::unreadable::Mismatch;

/// A list that the documentation declares as required.
///
/// `null` is read as an empty list. The lenient reader also reads a missing list as empty, and adds its name to [`Extra::missing_lists`].
pub struct ListField<W: WireType>(Option<Vec<W::Value>>);

impl<W: WireType> Default for ListField<W> {
    fn default() -> Self {
        Self(None)
    }
}

impl<W: WireType> ListField<W> {
    #[inline]
    pub fn read<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A) -> Result<(), A::Error> {
        if self.0.is_some() {
            return Err(A::Error::duplicate_field(name));
        }
        let list: List<W> = map.next_value().map_err(|error| with_path(name, &error))?;
        self.0 = Some(list.0);
        Ok(())
    }

    #[inline]
    pub fn finish<E: Error>(self, name: &'static str) -> Result<Vec<W::Value>, E> {
        self.0.ok_or_else(|| E::missing_field(name))
    }

    pub fn read_lenient(
        &mut self,
        name: &'static str,
        json: Json<'_>,
        context: &mut ReadContext,
        extra: &mut Extra,
    ) -> Result<(), Mismatch> {
        if self.0.is_some() {
            return Err(context.repeated(name));
        }
        self.0 = Some(read_list::<W>(name, json, context, extra)?);
        Ok(())
    }

    pub fn finish_lenient(
        self,
        name: &'static str,
        object: ObjectShape,
        context: &mut ReadContext,
        extra: &mut Extra,
    ) -> Result<Vec<W::Value>, Mismatch> {
        if self.0.is_none() && object != ObjectShape::EmptyList {
            context.missing_list(name, extra);
        }
        Ok(self.0.unwrap_or_default())
    }
}

/// A list that the specification marks as provisional. A missing list is `None`. The lenient reader also returns `None` if the value is not
/// a list.
pub struct OptionalListField<W: WireType> {
    list: Option<Vec<W::Value>>,
    is_present: bool,
}

impl<W: WireType> Default for OptionalListField<W> {
    fn default() -> Self {
        Self { list: None, is_present: false }
    }
}

impl<W: WireType> OptionalListField<W> {
    #[inline]
    pub fn read<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A) -> Result<(), A::Error> {
        if self.is_present {
            return Err(A::Error::duplicate_field(name));
        }
        let list: List<W> = map.next_value().map_err(|error| with_path(name, &error))?;
        *self = Self { list: Some(list.0), is_present: true };
        Ok(())
    }

    #[inline]
    pub fn finish<E: Error>(self, _: &'static str) -> Result<Option<Vec<W::Value>>, E> {
        Ok(self.list)
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
        match read_list::<W>(name, json, context, extra) {
            Ok(list) => self.list = Some(list),
            Err(mismatch) => context.unreadable_field(name, mismatch, json, extra),
        }
        Ok(())
    }

    pub fn finish_lenient(
        self,
        _: &'static str,
        object: ObjectShape,
        _: &mut ReadContext,
        _: &mut Extra,
    ) -> Result<Option<Vec<W::Value>>, Mismatch> {
        Ok(self.list.or_else(|| (object == ObjectShape::EmptyList).then(Vec::new)))
    }
}

struct List<W: WireType>(Vec<W::Value>);

impl<'de, W: WireType> Deserialize<'de> for List<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<W>(PhantomData<W>);

        impl<'de, W: WireType> Visitor<'de> for ListVisitor<W> {
            type Value = List<W>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(List(Vec::new()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(repr) = items.next_element().map_err(|error| with_path(list.len(), &error))? {
                    list.push(W::from_repr(repr));
                }
                Ok(List(list))
            }
        }

        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// Reads a list leniently. A row that cannot be read is left out of the list and recorded in `extra`. `null` and `{}` are empty lists.
fn read_list<W: WireType>(
    name: &'static str,
    json: Json<'_>,
    context: &mut ReadContext,
    extra: &mut Extra,
) -> Result<Vec<W::Value>, Mismatch> {
    context.in_field(name, |context| {
        if json.is_null() || json.is_empty_container() {
            return Ok(Vec::new());
        }
        if json.kind() != JsonKind::List {
            return Err(context.unexpected(json, "a list"));
        }
        let mut list = Vec::new();
        for (index, item) in json.items().enumerate() {
            match context.in_item(index, |context| W::Repr::from_json(item, context)) {
                Ok(repr) => list.push(W::from_repr(repr)),
                Err(mismatch) => context.unreadable_row(name, index, mismatch, item, extra),
            }
        }
        Ok(list)
    })
}
