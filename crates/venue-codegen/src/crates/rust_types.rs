//! The Rust type of a field, by its kind.

use proc_macro2::TokenStream;
use quote::quote;
use venue_spec::model::Kind;

use super::names;

/// The Rust type of a field. `types` is the path of the module of generated types, and is empty for code in this module.
pub(super) fn rust_type(kind: &Kind, types: &TokenStream) -> TokenStream {
    match kind {
        Kind::String => quote! { String },
        Kind::Decimal => quote! { ::rust_decimal::Decimal },
        Kind::Secret => quote! { ::venue_core::Secret },
        Kind::UnixMillis | Kind::UnixMillisText => quote! { ::venue_core::UnixMillis },
        Kind::UnixSeconds | Kind::UnixSecondsText => quote! { ::venue_core::UnixSeconds },
        Kind::Int32 => quote! { i32 },
        Kind::Int64 => quote! { i64 },
        Kind::Boolean => quote! { bool },
        Kind::Any => quote! { ::venue_core::Undocumented },
        Kind::List(item) => {
            let item = rust_type(item, types);
            quote! { Vec<#item> }
        }
        Kind::Named(name) => {
            let name = names::ident(name);
            if types.is_empty() {
                quote! { #name }
            } else {
                quote! { #types::#name }
            }
        }
    }
}

/// The type that a setter converts its argument to. For a decimal, this is `ExactDecimal`, which cannot be created from a binary
/// float or from a text that would be rounded.
pub(super) fn accepted(kind: &Kind, types: &TokenStream) -> TokenStream {
    if *kind == Kind::Decimal {
        quote! { ::venue_core::ExactDecimal }
    } else {
        rust_type(kind, types)
    }
}

/// The type of a field in `wire_object!` and `wire_tuple!`: `decimal`, `(i64)`, …
pub(super) fn wire_type(kind: &Kind) -> String {
    match kind {
        Kind::Decimal => String::from("decimal"),
        Kind::UnixMillisText => String::from("unix_millis_text"),
        Kind::UnixSecondsText => String::from("unix_seconds_text"),
        kind => format!("({})", spelled(kind, &TokenStream::new())),
    }
}

/// How serde must write a value whose JSON differs from the default JSON of its Rust type. For example, the Rust type of a time is the same
/// whether JSON has the time as a number or as a text.
pub(super) struct Representation {
    /// The module for `#[serde(with)]`. It has the submodules `optional`, `list` and `optional_list`.
    pub(super) module: &'static str,
    /// The type that serde writes as intended.
    pub(super) exact_type: &'static str,
}

/// The representation of a value, or of the items of a list. `None` if the default JSON of the Rust type is correct.
pub(super) fn representation(kind: &Kind) -> Option<Representation> {
    const TEXT_TIME: &str = "::venue_core::private::text_time";
    let (module, exact_type) = match kind {
        Kind::Decimal => ("::venue_core::private::decimal", "::venue_core::ExactDecimal"),
        Kind::UnixMillisText => (TEXT_TIME, "::venue_core::private::AsText<::venue_core::UnixMillis>"),
        Kind::UnixSecondsText => (TEXT_TIME, "::venue_core::private::AsText<::venue_core::UnixSeconds>"),
        Kind::List(item) => return representation(item),
        _ => return None,
    };
    Some(Representation { module, exact_type })
}

/// The type without a path, as error messages show it: `OrderSide`, `Vec<String>`.
pub(super) fn simple_name(kind: &Kind) -> String {
    spelled(kind, &TokenStream::new()).replace("::venue_core::", "").replace("::rust_decimal::", "")
}

/// The type as source text.
pub(super) fn spelled(kind: &Kind, types: &TokenStream) -> String {
    rust_type(kind, types).to_string().replace(' ', "")
}
