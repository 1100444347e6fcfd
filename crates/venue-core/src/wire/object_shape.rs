//! The JSON value in the place of an object: an object, `[]`, or another value.

#![expect(missing_docs, reason = "public only for the macros, and hidden")]

use super::Extra;
use super::json::{Json, JsonKind};
use super::read_context::ReadContext;
use super::unreadable::Mismatch;

/// The kind of value that the server sent in the place of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ObjectShape {
    Object,
    /// `[]`, which some servers send instead of an object without fields. The lists of the object are then empty and do not count as
    /// missing.
    EmptyList,
    /// Any other JSON value. Accepted only for a type whose documentation describes no field.
    Other,
}

impl ObjectShape {
    /// Classifies a value. For a documented type, only an object and `[]` are accepted.
    pub fn of(json: Json<'_>, is_documented: bool, expected: &str, context: &ReadContext) -> Result<Self, Mismatch> {
        match json.kind() {
            JsonKind::Object => Ok(Self::Object),
            JsonKind::List if json.is_empty_container() => Ok(Self::EmptyList),
            _ if is_documented => Err(context.unexpected(json, expected)),
            _ => Ok(Self::Other),
        }
    }

    /// Creates the [`Extra`] of the object. If the server sent another value instead of an object, the `Extra` keeps the JSON of this
    /// value. The exception is `[]` for a type with a list: `[]` then counts as an object without fields, and is not kept.
    pub fn extra(self, json: Json<'_>, has_list: bool, context: &ReadContext) -> Result<Extra, Mismatch> {
        match self {
            Self::Object => Ok(Extra::new()),
            Self::EmptyList if has_list => Ok(Extra::new()),
            Self::EmptyList | Self::Other => {
                let too_large = || context.unexpected(json, "a value that is neither too deep nor too large");
                json.to_value().map(Extra::from_non_object).ok_or_else(too_large)
            }
        }
    }
}
