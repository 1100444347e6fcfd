//! Reading of levels with serde, directly into a [`Depth`](super::Depth).

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Level;

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
        while let Some(level) = levels.next_element_seed(LevelSeed(self.fields))? {
            self.levels.push(level);
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct LevelSeed(LevelFields);

impl<'de> DeserializeSeed<'de> for LevelSeed {
    type Value = Level;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Level, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LevelSeed {
    type Value = Level;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a level: an array of price and quantity, or an object with `{}` and `{}`", self.0.price, self.0.quantity)
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Level, A::Error> {
        let (Some(price), Some(quantity)) = (parts.next_element::<Text<'de>>()?, parts.next_element::<Text<'de>>()?) else {
            return Err(A::Error::custom("a level without a price or a quantity"));
        };
        while parts.next_element::<IgnoredAny>()?.is_some() {}
        Level::parse(&price.0, &quantity.0).map_err(A::Error::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Level, A::Error> {
        let (mut price, mut quantity) = (None, None);
        while let Some(name) = fields.next_key::<Text<'de>>()? {
            let field = if name.0 == self.0.price {
                &mut price
            } else if name.0 == self.0.quantity {
                &mut quantity
            } else {
                fields.next_value::<IgnoredAny>()?;
                continue;
            };
            if field.replace(fields.next_value::<Text<'de>>()?).is_some() {
                return Err(A::Error::custom(format_args!("a level with two fields `{}`", name.0)));
            }
        }
        let (Some(price), Some(quantity)) = (price, quantity) else {
            return Err(A::Error::custom("a level without a price or a quantity"));
        };
        Level::parse(&price.0, &quantity.0).map_err(A::Error::custom)
    }
}

/// A text, which is copied only if it contains an escape sequence.
struct Text<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}
