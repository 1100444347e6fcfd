//! Converts wire names to the Rust names that progenitor and typify use.

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, Span};

/// A field, a parameter or a method: `clientOrderId` → `client_order_id`, `type` → `type_`.
pub(super) fn field(wire: &str) -> Ident {
    ident(&venue_spec::rust_names::snake(wire))
}

/// The name that serde's `rename_all = "camelCase"` gives a field: `client_order_id` → `clientOrderId`, `type_` → `type`.
pub(super) fn camel(field: &Ident) -> String {
    let mut camel = String::new();
    let mut is_next_upper = false;
    for character in field.to_string().chars() {
        match character {
            '_' => is_next_upper = true,
            _ if is_next_upper && !camel.is_empty() => {
                camel.push(character.to_ascii_uppercase());
                is_next_upper = false;
            }
            _ => {
                camel.push(if camel.is_empty() { character.to_ascii_lowercase() } else { character });
                is_next_upper = false;
            }
        }
    }
    camel
}

/// A type: `place_order` → `PlaceOrder`.
pub(super) fn type_(name: &str) -> Ident {
    ident(&venue_spec::rust_names::pascal(name))
}

/// A constant: `place_order` → `PLACE_ORDER`, `apiKey` → `API_KEY`.
pub(super) fn constant(name: &str) -> Ident {
    ident(&name.to_shouty_snake_case())
}

/// Creates an identifier from a name that is already valid in Rust.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
