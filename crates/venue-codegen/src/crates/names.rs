//! Wire names as Rust names, the way progenitor and typify make them.

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, Span};

/// A field, a parameter or a method: `clientOrderId` → `client_order_id`, `type` → `type_`.
pub(super) fn field(wire: &str) -> Ident {
    ident(&venue_spec::names::snake(wire))
}

/// A type: `place_order` → `PlaceOrder`.
pub(super) fn type_(name: &str) -> Ident {
    ident(&venue_spec::names::pascal(name))
}

/// A constant: `place_order` → `PLACE_ORDER`, `apiKey` → `API_KEY`.
pub(super) fn constant(name: &str) -> Ident {
    ident(&name.to_shouty_snake_case())
}

/// A name that is one already.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
