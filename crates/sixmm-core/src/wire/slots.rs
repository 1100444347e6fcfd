//! What a field of an answer is read into: required, optional or a list.

#![expect(missing_docs, reason = "public for the macros alone, and hidden")]

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::came::Came;
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
    type Form: DeserializeOwned;

    fn from_form(form: Self::Form) -> Self::Type;
}

/// A field of a type that is its own wire form.
pub struct Plain<T>(std::marker::PhantomData<T>);

impl<T: DeserializeOwned> Wire for Plain<T> {
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
    pub fn fill<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A, _: &mut Extra) -> Result<(), A::Error> {
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
}

/// A field that the documentation does not promise, or does not know: whatever comes, the answer can be read. Missing and `null` mean that
/// it is not there; what is not of its type (an empty text for a decimal, say) is kept among the unknown fields.
pub struct OptionalSlot<W: Wire>(Option<W::Type>);

impl<W: Wire> Default for OptionalSlot<W> {
    fn default() -> Self {
        Self(None)
    }
}

impl<W: Wire> OptionalSlot<W> {
    #[inline]
    pub fn fill<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A, extra: &mut Extra) -> Result<(), A::Error> {
        if self.0.is_some() || !extra.is_empty() && extra.get(name).is_some() {
            return Err(A::Error::duplicate_field(name));
        }
        match map.next_value::<Came<W::Form>>().map_err(|error| within(name, &error))? {
            Came::AsExpected(form) => self.0 = Some(W::from_form(form)),
            Came::Otherwise(value) if value.is_null() => {}
            Came::Otherwise(value) => extra.insert(name, *value),
        }
        Ok(())
    }

    #[inline]
    pub fn finish<E: Error>(self, _: &'static str) -> Result<Option<W::Type>, E> {
        Ok(self.0)
    }
}

/// A list: missing and `null` are an empty one.
pub struct RepeatedSlot<W: Wire>(Option<Vec<W::Type>>);

impl<W: Wire> Default for RepeatedSlot<W> {
    fn default() -> Self {
        Self(None)
    }
}

impl<W: Wire> RepeatedSlot<W> {
    #[inline]
    pub fn fill<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A, _: &mut Extra) -> Result<(), A::Error> {
        if self.0.is_some() {
            return Err(A::Error::duplicate_field(name));
        }
        let list: List<W> = map.next_value().map_err(|error| within(name, &error))?;
        self.0 = Some(list.0);
        Ok(())
    }

    #[inline]
    pub fn finish<E: Error>(self, _: &'static str) -> Result<Vec<W::Type>, E> {
        Ok(self.0.unwrap_or_default())
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

/// Says where an error happened; nested objects add up to a path: ``in `list`: in `0`: in `open`: …``.
pub(crate) fn within<E: Error>(place: impl fmt::Display, error: &impl fmt::Display) -> E {
    E::custom(format_args!("in `{place}`: {error}"))
}
