//! One shape for every setter, whether it sets a parameter, a field of a body or a field of a type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItemFn, parse_quote};
use venue_spec::model::{Field, Kind};

use super::names;

/// A setter that holds what it was given, or what is wrong with it.
pub(crate) fn holding(field: &Field, is_option: bool, types: &TokenStream, words: &TokenStream) -> ImplItemFn {
    let (ident, ty) = (names::field(&field.name), accepted(&field.kind, types));
    let unwrap = (field.kind == Kind::Decimal).then(|| quote! { .map(|exact| exact.0) });
    let wrap = is_option.then(|| quote! { .map(Some) });
    let problem = match &field.kind {
        Kind::Decimal => String::from("is not a decimal of at most 28 digits"),
        kind => format!("is not a `{}`", simple_name(kind)),
    };
    let deprecated = deprecated(field);
    parse_quote! {
        #words
        #deprecated
        pub fn #ident<V>(mut self, value: V) -> Self
        where
            V: TryInto<#ty>,
        {
            self.#ident = value.try_into()#unwrap #wrap.map_err(|_| #problem.to_string());
            self
        }
    }
}

/// A setter that passes on to the body.
pub(crate) fn forwarding(field: &Field, types: &TokenStream, words: &TokenStream) -> ImplItemFn {
    let (ident, ty, deprecated) = (names::field(&field.name), accepted(&field.kind, types), deprecated(field));
    parse_quote! {
        #words
        #deprecated
        pub fn #ident<V>(self, value: V) -> Self
        where
            V: TryInto<#ty>,
        {
            Self { body: self.body.#ident(value), ..self }
        }
    }
}

/// Nobody should begin to send what the exchange means to remove.
fn deprecated(field: &Field) -> Option<TokenStream> {
    field.deprecated.then(|| quote! { #[deprecated(note = "the exchange means to remove it")] })
}

/// What a setter converts to: money by way of a type that neither rounds nor takes a binary float.
fn accepted(kind: &Kind, types: &TokenStream) -> TokenStream {
    if *kind == Kind::Decimal {
        quote! { ::venue_core::ExactDecimal }
    } else {
        path(kind, types)
    }
}

/// The Rust type of a kind; named types stand below `types`.
fn path(kind: &Kind, types: &TokenStream) -> TokenStream {
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
            let item = path(item, types);
            quote! { Vec<#item> }
        }
        Kind::Named(name) => {
            let name = names::ident(name);
            quote! { #types::#name }
        }
    }
}

fn simple_name(kind: &Kind) -> String {
    let tokens = path(kind, &quote! { types }).to_string().replace(' ', "");
    tokens.trim_start_matches("::").replace("types::", "").replace("venue_core::", "").replace("rust_decimal::", "")
}
