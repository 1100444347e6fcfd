//! The types of values in requests and responses: exact decimals, times, ids, secrets, unknown values.
//!
//! Two readers decode a response. The strict reader (serde) accepts only the documented spelling of each value. If it fails, the lenient
//! reader (`FromJson`) reads the bytes of the response again, accepts any exact spelling, and records the values that it cannot read.

mod decimal;
mod extra;
mod field;
mod field_name;
mod from_json;
mod id;
mod json;
mod list;
mod list_field;
mod object_shape;
mod parse_enum_error;
mod parse_number;
mod position;
mod read_context;
mod read_envelope;
mod scalar;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
#[doc(hidden)]
pub mod serde_decimal;
#[doc(hidden)]
pub mod text_time;
mod undocumented;
mod unix_time;
mod unknown_value;
mod unreadable;
mod write_object;

pub use decimal::{ExactDecimal, ParseDecimalError};
pub use extra::Extra;
pub use list::List;
pub use parse_enum_error::ParseEnumError;
pub(crate) use parse_number::parse_canonical_integer;
pub use secret::Secret;
pub use undocumented::Undocumented;
pub use unix_time::{UnixMillis, UnixSeconds};
pub use unknown_value::UnknownValue;
pub use unreadable::Unreadable;
pub(crate) use unreadable::UnreadableParts;

/// The items that expanded macros and generated code name by path.
#[doc(hidden)]
pub mod private {
    pub use super::field::{AsIs, OptionalField, RequiredField, WireType};
    pub use super::field_name::FieldName;
    pub use super::from_json::{FromJson, id_from_json, integer, scalar_from_json};
    pub use super::id::{integer_id_from_json, read_id, read_integer_id, write_integer_id};
    pub use super::json::{Json, JsonKind};
    pub use super::list_field::{ListField, OptionalListField};
    pub use super::object_shape::ObjectShape;
    pub use super::position::{Positions, optional_position, positions, required_position, surplus_positions, write_surplus};
    pub use super::read_context::ReadContext;
    pub use super::read_envelope::{EnvelopeParts, deserialize_envelope, read_envelope};
    pub use super::scalar::{FromScalar, read_scalar};
    #[cfg(feature = "schemars")]
    pub use super::schema::{array_schema, plain_schema};
    pub use super::serde_decimal as decimal;
    pub use super::text_time::{self, AsText, as_text, as_texts};
    pub use super::unreadable::Mismatch;
    pub use super::write_object::*;
}
