//! Reading and writing the positions of a JSON array whose positions have names.

#![expect(missing_docs, reason = "public only for the macros, and hidden")]

use serde::de::{Error, SeqAccess};
use serde::ser::SerializeSeq;
use serde_json::Value;

use super::Extra;
use super::field::{WireType, with_path};
use super::from_json::FromJson as _;
use super::json::{Json, JsonKind};
use super::read_context::ReadContext;
use super::unreadable::Mismatch;

/// Reads the next position with the strict reader.
pub fn required_position<'de, W: WireType, A: SeqAccess<'de>>(name: &'static str, items: &mut A) -> Result<W::Value, A::Error> {
    let repr = items.next_element::<W::Repr>().map_err(|error| with_path(name, &error))?;
    repr.map(W::from_repr).ok_or_else(|| A::Error::missing_field(name))
}

/// Reads the next position, which may be `null`, with the strict reader.
pub fn optional_position<'de, W: WireType, A: SeqAccess<'de>>(name: &'static str, items: &mut A) -> Result<Option<W::Value>, A::Error> {
    let repr = items.next_element::<Option<W::Repr>>().map_err(|error| with_path(name, &error))?;
    repr.map(|repr| repr.map(W::from_repr)).ok_or_else(|| A::Error::missing_field(name))
}

/// Keeps the undocumented positions at the end of an array, with their indexes as names.
pub fn surplus_positions<'de, A: SeqAccess<'de>>(documented: usize, items: &mut A) -> Result<Extra, A::Error> {
    let mut extra = Extra::new();
    let mut index = documented;
    while let Some(value) = items.next_element::<Value>()? {
        extra.insert(index.to_string(), value);
        index += 1;
    }
    Ok(extra)
}

/// Writes the undocumented positions in their order.
pub fn write_surplus<S: SerializeSeq>(documented: usize, extra: &Extra, items: &mut S) -> Result<(), S::Error> {
    let surplus = (documented..).map_while(|index| extra.get(&index.to_string()));
    surplus.into_iter().try_for_each(|value| items.serialize_element(value))
}

/// The positions of an array for the lenient reader.
pub struct Positions<I> {
    items: I,
    next: usize,
}

/// Starts to read an array.
pub fn positions<'a>(
    json: Json<'a>,
    expected: &str,
    context: &ReadContext,
) -> Result<Positions<impl Iterator<Item = Json<'a>> + use<'a>>, Mismatch> {
    match json.kind() {
        JsonKind::List => Ok(Positions { items: json.items(), next: 0 }),
        _ => Err(context.unexpected(json, expected)),
    }
}

impl<'a, I: Iterator<Item = Json<'a>>> Positions<I> {
    fn next(&mut self, name: &'static str, context: &ReadContext) -> Result<Json<'a>, Mismatch> {
        self.next += 1;
        self.items.next().ok_or_else(|| context.missing(name))
    }

    pub fn required<W: WireType>(&mut self, name: &'static str, context: &mut ReadContext, _: &mut Extra) -> Result<W::Value, Mismatch> {
        let json = self.next(name, context)?;
        context.in_field(name, |context| W::Repr::from_json(json, context)).map(W::from_repr)
    }

    /// Reads the next position, which may be `null`. A value that cannot be read is returned as `None`, and `extra` keeps its JSON under
    /// the name of the position.
    pub fn optional<W: WireType>(
        &mut self,
        name: &'static str,
        context: &mut ReadContext,
        extra: &mut Extra,
    ) -> Result<Option<W::Value>, Mismatch> {
        let json = self.next(name, context)?;
        if json.is_null() {
            return Ok(None);
        }
        match context.in_field(name, |context| W::Repr::from_json(json, context)) {
            Ok(repr) => Ok(Some(W::from_repr(repr))),
            Err(mismatch) => {
                context.unreadable_field(name, mismatch, json, extra);
                Ok(None)
            }
        }
    }

    /// Keeps the undocumented positions.
    pub fn surplus(self, context: &mut ReadContext, extra: &mut Extra) {
        for (index, json) in (self.next..).zip(self.items) {
            context.undocumented_field(&index.to_string(), json, extra);
        }
    }
}
