//! The setters of the builders of types.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItemFn, parse_quote};
use venue_spec::model::{Field, Kind};

use super::{names, rust_types};

/// Generates a setter that stores the converted value. If the conversion fails, the setter stores the text of the error.
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

/// The attribute of a setter of a deprecated field.
pub(super) fn deprecated(field: &Field) -> Option<TokenStream> {
    field.deprecated.then(|| quote! { #[deprecated(note = "the exchange plans to remove this")] })
}
