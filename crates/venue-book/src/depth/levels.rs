//! Reading of levels with serde, directly into a [`Depth`](super::Depth).

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};

use super::Level;
use crate::number::Number;

/// The names of the fields of a level that is an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelFields {
    /// The field with the price.
    pub price: &'static str,
    /// The field with the total quantity of the level.
    pub quantity: &'static str,
}

impl Default for LevelFields {
    fn default() -> Self {
        Self { price: "price", quantity: "quantity" }
    }
}

/// Reads a list of levels into one side of a [`Depth`](super::Depth), without a list between: see
/// [`Depth::bids_seed`](super::Depth::bids_seed).
///
/// A level is an array such as `["42000.1","0.5"]`, whose further elements are ignored, or an object with the names of [`LevelFields`], whose
/// further fields are ignored. Prices and quantities have to be texts, because a JSON number would be rounded to a floating-point number.
#[derive(Debug)]
pub struct LevelsSeed<'a> {
    pub(super) levels: &'a mut Vec<Level>,
    pub(super) fields: LevelFields,
}

impl<'de> DeserializeSeed<'de> for LevelsSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for LevelsSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of levels")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut levels: A) -> Result<(), A::Error> {
        while levels.next_element_seed(LevelSeed { levels: &mut *self.levels, fields: self.fields })?.is_some() {}
        Ok(())
    }
}

/// Reads one level, and appends it.
struct LevelSeed<'a> {
    levels: &'a mut Vec<Level>,
    fields: LevelFields,
}

impl<'de> DeserializeSeed<'de> for LevelSeed<'_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LevelSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LevelFields { price, quantity } = self.fields;
        write!(f, "a level: an array of price and quantity, or an object with `{price}` and `{quantity}`")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<(), A::Error> {
        let (Some(price), Some(quantity)) = (parts.next_element_seed(NumberSeed)?, parts.next_element_seed(NumberSeed)?) else {
            return Err(A::Error::custom("a level without a price or a quantity"));
        };
        while parts.next_element::<IgnoredAny>()?.is_some() {}
        push(self.levels, price, quantity)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let (mut price, mut quantity) = (None, None);
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            let field = if name == self.fields.price {
                &mut price
            } else if name == self.fields.quantity {
                &mut quantity
            } else {
                fields.next_value::<IgnoredAny>()?;
                continue;
            };
            if field.replace(fields.next_value_seed(NumberSeed)?).is_some() {
                return Err(A::Error::custom(format_args!("a level with two fields `{name}`")));
            }
        }
        let (Some(price), Some(quantity)) = (price, quantity) else {
            return Err(A::Error::custom("a level without a price or a quantity"));
        };
        push(self.levels, price, quantity)
    }
}

#[inline]
fn push<E: Error>(levels: &mut Vec<Level>, price: Number, quantity: Number) -> Result<(), E> {
    if quantity.is_negative() {
        return Err(E::custom("a negative quantity"));
    }
    levels.push(Level { price, quantity });
    Ok(())
}

/// Reads a number that is a text.
struct NumberSeed;

impl<'de> DeserializeSeed<'de> for NumberSeed {
    type Value = Number;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Number, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NumberSeed {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text with an exact number")
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        Number::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}
