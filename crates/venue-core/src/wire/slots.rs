//! What a field of an answer is read into: required, optional or a list.
//!
//! Each slot has two ways of being filled. `fill` and `finish` are serde's: they take the documented spelling and fail at anything else. `read`
//! and `finish_read` are taken when serde has failed: they read any exact spelling, and report what cannot be read.

#![expect(missing_docs, reason = "public for the macros alone, and hidden")]

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::context::ReadContext;
use super::from_json::FromJson;
use super::json::{Json, JsonKind};
use super::unread::Mismatch;
use super::{ExactDecimal, Extra};

/// An object's key, borrowed from the body where it can be.
pub struct Key<'de>(Cow<'de, str>);

impl Key<'_> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

/// How a field is read and written.
pub trait Wire {
    /// What the field holds.
    type Type;
    /// What stands for it on the wire.
    type Form: DeserializeOwned + FromJson;

    fn from_form(form: Self::Form) -> Self::Type;
}

/// A field of a type that is its own wire form.
pub struct Plain<T>(std::marker::PhantomData<T>);

impl<T: DeserializeOwned + FromJson> Wire for Plain<T> {
    type Type = T;
    type Form = T;

    fn from_form(form: T) -> T {
        form
    }
}

impl Wire for Decimal {
    type Type = Self;
    type Form = ExactDecimal;

    fn from_form(form: ExactDecimal) -> Self {
        form.0
    }
}

/// A field that the documentation promises.
pub struct RequiredSlot<W: Wire>(Option<W::Type>);

impl<W: Wire> Default for RequiredSlot<W> {
    fn default() -> Self {
        Self(None)
    }
}

impl<W: Wire> RequiredSlot<W> {
    #[inline]
    pub fn fill<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A) -> Result<(), A::Error> {
        if self.0.is_some() {
            return Err(A::Error::duplicate_field(name));
        }
        self.0 = Some(W::from_form(map.next_value().map_err(|error| within(name, &error))?));
        Ok(())
    }

    #[inline]
    pub fn finish<E: Error>(self, name: &'static str) -> Result<W::Type, E> {
        self.0.ok_or_else(|| E::missing_field(name))
    }

    pub fn read(&mut self, name: &'static str, json: Json<'_>, context: &mut ReadContext, _: &mut Extra) -> Result<(), Mismatch> {
        if self.0.is_some() {
            return Err(context.repeated(name));
        }
        self.0 = Some(W::from_form(context.in_field(name, |context| W::Form::from_json(json, context))?));
        Ok(())
    }

    pub fn finish_read(self, name: &'static str, _: Object, context: &mut ReadContext, _: &mut Extra) -> Result<W::Type, Mismatch> {
        self.0.ok_or_else(|| context.missing(name))
    }
}

/// A field that the documentation does not promise, or does not know: whatever is sent, the object can be read. Missing and `null` are
/// `None`. A value that is not of its type (an empty text for a decimal, say) is kept among the unknown fields, and reported.
pub struct OptionalSlot<W: Wire> {
    value: Option<W::Type>,
    is_filled: bool,
}

impl<W: Wire> Default for OptionalSlot<W> {
    fn default() -> Self {
        Self { value: None, is_filled: false }
    }
}

impl<W: Wire> OptionalSlot<W> {
    #[inline]
    pub fn fill<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A) -> Result<(), A::Error> {
        if self.is_filled {
            return Err(A::Error::duplicate_field(name));
        }
        let form: Option<W::Form> = map.next_value().map_err(|error| within(name, &error))?;
        *self = Self { value: form.map(W::from_form), is_filled: true };
        Ok(())
    }

    #[inline]
    pub fn finish<E: Error>(self, _: &'static str) -> Result<Option<W::Type>, E> {
        Ok(self.value)
    }

    pub fn read(&mut self, name: &'static str, json: Json<'_>, context: &mut ReadContext, extra: &mut Extra) -> Result<(), Mismatch> {
        if self.is_filled {
            return Err(context.repeated(name));
        }
        self.is_filled = true;
        if !json.is_null() {
            match context.in_field(name, |context| W::Form::from_json(json, context)) {
                Ok(form) => self.value = Some(W::from_form(form)),
                Err(fault) => context.unreadable_field(name, fault, json, extra),
            }
        }
        Ok(())
    }

    pub fn finish_read(self, _: &'static str, _: Object, _: &mut ReadContext, _: &mut Extra) -> Result<Option<W::Type>, Mismatch> {
        Ok(self.value)
    }
}

/// A documented list. `null` is an empty one. A missing one is empty, too, but it is reported.
pub struct RepeatedSlot<W: Wire>(Option<Vec<W::Type>>);

impl<W: Wire> Default for RepeatedSlot<W> {
    fn default() -> Self {
        Self(None)
    }
}

impl<W: Wire> RepeatedSlot<W> {
    #[inline]
    pub fn fill<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A) -> Result<(), A::Error> {
        if self.0.is_some() {
            return Err(A::Error::duplicate_field(name));
        }
        let list: List<W> = map.next_value().map_err(|error| within(name, &error))?;
        self.0 = Some(list.0);
        Ok(())
    }

    #[inline]
    pub fn finish<E: Error>(self, name: &'static str) -> Result<Vec<W::Type>, E> {
        self.0.ok_or_else(|| E::missing_field(name))
    }

    pub fn read(&mut self, name: &'static str, json: Json<'_>, context: &mut ReadContext, extra: &mut Extra) -> Result<(), Mismatch> {
        if self.0.is_some() {
            return Err(context.repeated(name));
        }
        self.0 = Some(read_list::<W>(name, json, context, extra)?);
        Ok(())
    }

    pub fn finish_read(
        self,
        name: &'static str,
        object: Object,
        context: &mut ReadContext,
        extra: &mut Extra,
    ) -> Result<Vec<W::Type>, Mismatch> {
        if self.0.is_none() && object != Object::EmptyList {
            context.missing_list(name, extra);
        }
        Ok(self.0.unwrap_or_default())
    }
}

/// A list that is only provisional: `None` if it is missing, and if something else is in its place.
pub struct OptionalRepeatedSlot<W: Wire> {
    list: Option<Vec<W::Type>>,
    is_filled: bool,
}

impl<W: Wire> Default for OptionalRepeatedSlot<W> {
    fn default() -> Self {
        Self { list: None, is_filled: false }
    }
}

impl<W: Wire> OptionalRepeatedSlot<W> {
    #[inline]
    pub fn fill<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A) -> Result<(), A::Error> {
        if self.is_filled {
            return Err(A::Error::duplicate_field(name));
        }
        let list: List<W> = map.next_value().map_err(|error| within(name, &error))?;
        *self = Self { list: Some(list.0), is_filled: true };
        Ok(())
    }

    #[inline]
    pub fn finish<E: Error>(self, _: &'static str) -> Result<Option<Vec<W::Type>>, E> {
        Ok(self.list)
    }

    pub fn read(&mut self, name: &'static str, json: Json<'_>, context: &mut ReadContext, extra: &mut Extra) -> Result<(), Mismatch> {
        if self.is_filled {
            return Err(context.repeated(name));
        }
        self.is_filled = true;
        match read_list::<W>(name, json, context, extra) {
            Ok(list) => self.list = Some(list),
            Err(fault) => context.unreadable_field(name, fault, json, extra),
        }
        Ok(())
    }

    pub fn finish_read(
        self,
        _: &'static str,
        object: Object,
        _: &mut ReadContext,
        _: &mut Extra,
    ) -> Result<Option<Vec<W::Type>>, Mismatch> {
        Ok(self.list.or_else(|| (object == Object::EmptyList).then(Vec::new)))
    }
}

struct List<W: Wire>(Vec<W::Type>);

impl<'de, W: Wire> Deserialize<'de> for List<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<W>(std::marker::PhantomData<W>);

        impl<'de, W: Wire> Visitor<'de> for ListVisitor<W> {
            type Value = List<W>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(List(Vec::new()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(form) = items.next_element().map_err(|error| within(list.len(), &error))? {
                    list.push(W::from_form(form));
                }
                Ok(List(list))
            }
        }

        deserializer.deserialize_any(ListVisitor(std::marker::PhantomData))
    }
}

/// Reads a list. A row that cannot be read is kept apart. `null` and an empty object are empty lists.
fn read_list<W: Wire>(name: &'static str, json: Json<'_>, context: &mut ReadContext, extra: &mut Extra) -> Result<Vec<W::Type>, Mismatch> {
    context.in_field(name, |context| {
        if json.is_null() || json.is_empty_container() {
            return Ok(Vec::new());
        }
        if json.kind() != JsonKind::List {
            return Err(context.unexpected(json, "a list"));
        }
        let mut list = Vec::new();
        for (index, item) in json.items().enumerate() {
            match context.in_item(index, |context| W::Form::from_json(item, context)) {
                Ok(form) => list.push(W::from_form(form)),
                Err(fault) => context.unreadable_row(name, index, fault, item, extra),
            }
        }
        Ok(list)
    })
}

/// What was sent where an object is expected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Object {
    Fields,
    /// `[]`, which some servers send for an object with nothing in it: its lists are empty and not missing.
    EmptyList,
    /// Any other JSON, in place of an object of which nothing is documented.
    Other,
}

impl Object {
    /// What a value is in place of an object. Of a documented type, only an object and `[]` are read.
    pub fn of(json: Json<'_>, is_documented: bool, expected: &str, context: &ReadContext) -> Result<Self, Mismatch> {
        match json.kind() {
            JsonKind::Object => Ok(Self::Fields),
            JsonKind::List if json.is_empty_container() => Ok(Self::EmptyList),
            _ if is_documented => Err(context.unexpected(json, expected)),
            _ => Ok(Self::Other),
        }
    }

    /// What is kept of a value that is not an object. Of `[]` nothing is, if there is a list to be empty.
    pub fn extra(self, json: Json<'_>, has_list: bool, context: &ReadContext) -> Result<Extra, Mismatch> {
        match self {
            Self::Fields => Ok(Extra::new()),
            Self::EmptyList if has_list => Ok(Extra::new()),
            Self::EmptyList | Self::Other => {
                let too_large = || context.unexpected(json, "a value that is neither too deep nor too large");
                json.to_value().map(Extra::from_whole).ok_or_else(too_large)
            }
        }
    }
}

/// Says where an error happened; nested objects add up to a path: ``in `list`: in `0`: in `open`: …``.
pub(crate) fn within<E: Error>(place: impl fmt::Display, error: &impl fmt::Display) -> E {
    E::custom(format_args!("in `{place}`: {error}"))
}
