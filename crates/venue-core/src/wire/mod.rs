//! How values stand on the wire: exact, open to what the vendor may add, and careful with secrets.

mod context;
mod decimal;
#[doc(hidden)]
pub mod decimal_fields;
mod envelope;
mod extra;
mod from_json;
mod id;
mod json;
mod number;
mod object;
mod open_enum;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod slots;
mod time;
mod unknown_value;
mod unread;

pub use decimal::{ExactDecimal, NotExact};
pub use extra::{Extra, Undocumented};
pub use secret::Secret;
pub use time::{UnixMillis, UnixSeconds};
pub use unknown_value::UnknownValue;
pub(crate) use unread::Unread;
pub use unread::Unreadable;

/// What the macros need by path.
#[doc(hidden)]
pub mod private {
    pub use super::context::ReadContext;
    pub use super::decimal_fields as decimal;
    pub use super::envelope::{EnvelopeParts, deserialize_envelope, read_envelope};
    pub use super::from_json::{FromJson, id_from_json, integer, scalar_from_json};
    pub use super::id::id_text;
    pub use super::json::{Json, JsonKind};
    pub use super::object::*;
    pub use super::open_enum::{FromScalar, read_scalar};
    #[cfg(feature = "schemars")]
    pub use super::schema::plain_schema;
    pub use super::slots::*;
    pub use super::unread::Mismatch;
}
