//! One shape for every setter, whether it sets a parameter, a field of a body or a field of a type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItemFn, parse_quote};
use venue_spec::model::{Field, Kind};

use super::{names, rust_types};

/// A setter that holds what it was given, or what is wrong with it.
pub(super) fn holding(field: &Field, is_option: bool, types: &TokenStream, words: &TokenStream) -> ImplItemFn {
    let (ident, ty) = (names::field(&field.name), rust_types::accepted(&field.kind, types));
    let unwrap = (field.kind == Kind::Decimal).then(|| quote! { .map(|exact| exact.0) });
    let wrap = is_option.then(|| quote! { .map(Some) });
    let problem = match &field.kind {
        Kind::Decimal => String::from("is not a decimal of at most 28 digits"),
        kind => format!("is not a `{}`", rust_types::simple_name(kind)),
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
pub(super) fn forwarding(field: &Field, types: &TokenStream, words: &TokenStream) -> ImplItemFn {
    let (ident, ty, deprecated) = (names::field(&field.name), rust_types::accepted(&field.kind, types), deprecated(field));
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
