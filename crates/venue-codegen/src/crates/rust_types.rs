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

/// The type without a path, as error messages show it: `OrderSide`, `Vec<String>`.
pub(super) fn simple_name(kind: &Kind) -> String {
    spelled(kind, &TokenStream::new()).replace("::venue_core::", "").replace("::rust_decimal::", "")
}

/// The type as source text.
pub(super) fn spelled(kind: &Kind, types: &TokenStream) -> String {
    rust_type(kind, types).to_string().replace(' ', "")
}
