//! Generates `types/builder.rs`: typify's struct builders, with documentation and better error messages.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItem, Item, ItemMod, Lit, parse_quote};
use venue_spec::model::{Field, Type};

use super::short_paths::Shorten;
use super::source_file::{File, doc};
use super::types::{gate, spells};
use super::{Context, docs, fields_of, names, progenitor_spec, setters};

/// The file.
pub(super) fn file(context: &Context<'_>, module: &ItemMod) -> anyhow::Result<String> {
    let mut file = File::new(
        &context.target.specification,
        "Builders of the types. A builder has a setter for each field, and `build` returns the finished value.\n\nThe feature \
         `response-builders` adds the builders of received types, for tests and mocks.",
    );
    let items = module.content.iter().flat_map(|(_, items)| items);
    for item in items {
        let mut item = item.clone();
        let Some(named) = subject(context, &item).filter(|named| has_builder(context, named)) else { continue };
        let Some(fields) = fields_of(named) else { continue };
        adapt(context, named, fields, &mut item);
        Messages.visit_item_mut(&mut item);
        Shorten { types: Some("super") }.visit_item_mut(&mut item);
        file.tokens(quote! { #item })?;
        if matches!(&item, Item::Struct(_)) {
            file.tokens(build(named))?;
        }
    }
    Ok(file.finish())
}

/// Whether a type has a builder. A type that is only the body of a request has none, because the request type creates the body.
pub(super) fn has_builder(context: &Context<'_>, named: &Type) -> bool {
    named.received || context.is_nested(named)
}

/// The named type that an item of the module is about.
fn subject<'a>(context: &Context<'a>, item: &Item) -> Option<&'a Type> {
    let name = match item {
        Item::Struct(item) => item.ident.to_string(),
        Item::Impl(item) => match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last()?.ident.to_string(),
            _ => return None,
        },
        _ => return None,
    };
    context.api.type_named(&name)
}

fn adapt(context: &Context<'_>, named: &Type, fields: &[Field], item: &mut Item) {
    let gate: Vec<syn::Attribute> = gate(named).map(|gate| parse_quote! { #gate }).unwrap_or_default();
    match item {
        Item::Struct(item) => {
            let words = doc(&format!("Builds a [`{0}`](super::{0}).", named.name));
            item.attrs = parse_quote! { #words #[derive(Clone, Debug)] #[must_use] };
            item.attrs.extend(gate);
        }
        Item::Impl(item) => {
            if item.trait_.is_none() {
                item.items = fields.iter().map(|field| ImplItem::Fn(setter(context, named, field))).collect();
            } else {
                Conversion { fields, is_received: named.received }.visit_item_impl_mut(item);
            }
            item.attrs.extend(gate);
        }
        _ => {}
    }
}

fn setter(context: &Context<'_>, named: &Type, field: &Field) -> syn::ImplItemFn {
    let words = doc(&docs::field(context.api, field, named.provisional.is_none()));
    setters::holding(field, !progenitor_spec::is_always_there(named, field), &quote! { super }, &words)
}

/// The method that finishes a builder.
fn build(named: &Type) -> TokenStream {
    let (name, gate) = (names::ident(&named.name), gate(named));
    let words = doc(&format!(
        "Returns the finished [`{0}`](super::{0}).\n\n# Errors\n\nReturns an error if a required field is not set, or if a value does not convert to \
         the type of its field.",
        named.name
    ));
    quote! {
        #gate
        impl #name {
            #words
            pub fn build(self) -> Result<super::#name, ::venue_core::ConversionError> {
                self.try_into()
            }
        }
    }
}

/// Changes the conversions between a type and its builder. After the change, the error of a conversion names every field that failed, and a
/// received type has the field `extra`, which typify does not generate.
struct Conversion<'a> {
    fields: &'a [Field],
    is_received: bool,
}

impl VisitMut for Conversion<'_> {
    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        if function.sig.ident == "try_from" {
            let checks = self.fields.iter().map(|field| {
                let (name, wire_name) = (names::field(&field.name), &field.name);
                quote! { (#wire_name, value.#name.as_ref().err()) }
            });
            function.block.stmts.insert(0, parse_quote! { ::venue_core::ConversionError::check(&[#(#checks),*])?; });
        }
        visit_mut::visit_impl_item_fn_mut(self, function);
    }

    fn visit_expr_struct_mut(&mut self, literal: &mut syn::ExprStruct) {
        // `Ok(Self { field: value.field? })` is in the conversion from the builder to the type. The opposite conversion wraps each field
        // in `Ok(…)` instead.
        let is_type = literal.fields.iter().all(|field| matches!(field.expr, Expr::Try(_)));
        if is_type && spells(&literal.path, "Self") {
            for value in &mut literal.fields {
                let syn::Member::Named(name) = &value.member else { continue };
                value.expr = parse_quote! { value.#name? };
            }
            if self.is_received {
                literal.fields.push(parse_quote! { extra: super::Extra::new() });
            }
        }
        visit_mut::visit_expr_struct_mut(self, literal);
    }
}

/// Replaces error messages of progenitor and typify, which name Rust types and internals, by messages about the field that is
/// wrong.
pub(super) struct Messages;

impl VisitMut for Messages {
    fn visit_lit_mut(&mut self, lit: &mut Lit) {
        if let Lit::Str(text) = lit
            && let Some(better) = message(&text.value())
        {
            *lit = Lit::Str(syn::LitStr::new(&better, text.span()));
        }
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.segments.last().is_some_and(|last| last.ident == "ConversionError") {
            *path = parse_quote! { ::venue_core::ConversionError };
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        if let Ok(Lit::Str(text)) = syn::parse2::<Lit>(call.tokens.clone())
            && let Some(better) = message(&text.value())
        {
            call.tokens = quote! { #better };
        }
        visit_mut::visit_macro_mut(self, call);
    }
}

fn message(text: &str) -> Option<String> {
    if text.starts_with("no value supplied for ") || text.ends_with(" was not initialized") {
        return Some(String::from("is required"));
    }
    if text.starts_with("error converting supplied value for ") {
        return Some(String::from("cannot be used: {e}"));
    }
    let target = text.strip_prefix("conversion to `")?.split('`').next()?;
    let name = target.rsplit("::").next().unwrap_or(target).trim();
    Some(format!("is not a `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_is_wrong_with_the_field() {
        assert_eq!(message("no value supplied for symbol").as_deref(), Some("is required"));
        assert_eq!(message("symbol was not initialized").as_deref(), Some("is required"));
        assert_eq!(message("conversion to `:: std :: string :: String` for symbol failed").as_deref(), Some("is not a `String`"));
        assert_eq!(message("something else"), None);
    }
}
