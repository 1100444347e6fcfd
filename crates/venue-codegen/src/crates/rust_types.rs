//! The Rust type of a field, by its kind.

use proc_macro2::TokenStream;
use quote::quote;
use venue_spec::model::Kind;

use super::names;

/// The type; `types` is the path to the module of generated types, and empty within that module.
pub(super) fn rust_type(kind: &Kind, types: &TokenStream) -> TokenStream {
    match kind {
        Kind::String => quote! { String },
        Kind::Decimal => quote! { ::rust_decimal::Decimal },
        Kind::Secret => quote! { ::venue_core::Secret },
        Kind::UnixMillis => quote! { ::venue_core::UnixMillis },
        Kind::UnixSeconds => quote! { ::venue_core::UnixSeconds },
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

/// The type that a setter converts its argument to. For a decimal, this type rejects texts that would be rounded, and binary floats.
pub(super) fn accepted(kind: &Kind, types: &TokenStream) -> TokenStream {
    if *kind == Kind::Decimal {
        quote! { ::venue_core::ExactDecimal }
    } else {
        rust_type(kind, types)
    }
}

/// The type as the text of an error names it, without a path: `OrderSide`, `Vec<String>`.
pub(super) fn simple_name(kind: &Kind) -> String {
    spelled(kind, &TokenStream::new()).replace("::venue_core::", "").replace("::rust_decimal::", "")
}

/// The type as source text.
pub(super) fn spelled(kind: &Kind, types: &TokenStream) -> String {
    rust_type(kind, types).to_string().replace(' ', "")
}
