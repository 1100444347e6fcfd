//! The Rust items that the pages show, read from the generated code.

use anyhow::Context as _;
use quote::ToTokens;
use syn::{ImplItem, Item};
use venue_spec::model::{Field, Operation, Type};

use super::super::names;

/// The generated code of an API crate, restricted to the files that the pages show.
pub struct GeneratedCode {
    pub(super) requests: syn::File,
    pub(super) types: syn::File,
}

impl GeneratedCode {
    /// Parses the generated files of requests and of types.
    ///
    /// # Errors
    ///
    /// Returns an error if one of the texts is not valid Rust.
    pub fn parse(requests: &str, types: &str) -> anyhow::Result<Self> {
        Ok(Self { requests: syn::parse_file(requests)?, types: syn::parse_file(types)? })
    }
}

/// The request type of an operation, read from the generated code.
pub(super) fn signature(operation: &Operation, requests: &syn::File) -> anyhow::Result<String> {
    let name = names::type_(&operation.id);
    let methods = implementations(&name, requests).find(|item| item.trait_.is_none());
    let methods = methods.with_context(|| format!("no request type `{name}`"))?;
    let data = implementations(&name, requests).flat_map(|item| &item.items).find_map(|item| match item {
        ImplItem::Type(item) if item.ident == "Data" => Some(compact(&item.ty)),
        _ => None,
    });
    if data.is_none() && !operation.removed {
        anyhow::bail!("`{name}` is no request");
    }
    let mut text = String::new();
    for member in &methods.items {
        let ImplItem::Fn(method) = member else { continue };
        let arguments = method.sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(argument) => Some((compact(&argument.pat), accepted(&argument.ty))),
            syn::FnArg::Receiver(_) => None,
        });
        match method.sig.ident.to_string().as_str() {
            "new" => {
                let arguments: Vec<String> = arguments.map(|(name, ty)| format!("{name}: {ty}")).collect();
                text.push_str(&format!("  requests::{name}::new({})\n", arguments.join(", ")));
            }
            "into_body" => {}
            method => text.push_str(&format!("    .{method}({})\n", arguments.map(|(_, ty)| ty).collect::<String>())),
        }
    }
    let is_plain =
        implementations(&name, requests).any(|item| item.trait_.as_ref().is_some_and(|(path, _)| compact(path).ends_with("PlainRequest")));
    let order_write = if is_plain { "" } else { ", an order write" };
    Ok(match data {
        Some(data) => format!("{text}    -> {data}{order_write}\n"),
        None => format!("{text}    cannot be sent\n"),
    })
}

fn implementations<'a>(name: &'a syn::Ident, requests: &'a syn::File) -> impl Iterator<Item = &'a syn::ItemImpl> {
    requests.items.iter().filter_map(move |item| match item {
        Item::Impl(item) if matches!(&*item.self_ty, syn::Type::Path(path) if path.path.is_ident(name)) => Some(item),
        _ => None,
    })
}

/// The type that a method takes: `impl Into<String>` → `String`.
fn accepted(ty: &syn::Type) -> String {
    let text = compact(ty);
    text.strip_prefix("impl Into<").and_then(|rest| rest.strip_suffix('>')).map_or(text.clone(), str::to_owned)
}

pub(super) fn layout<'a>(named: &Type, types: &'a syn::File) -> Option<&'a syn::ItemStruct> {
    types.items.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == named.name => Some(item),
        _ => None,
    })
}

/// A field in Rust.
pub(super) fn rust(field: &Field, layout: &syn::ItemStruct) -> Option<String> {
    let ident = names::field(&field.name);
    let laid_out = layout.fields.iter().find(|candidate| candidate.ident.as_ref() == Some(&ident))?;
    Some(format!("{ident}: {}", compact(&laid_out.ty)))
}

pub(super) fn compact(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in [(" :: ", "::"), (":: ", "::"), (" < ", "<"), (" <", "<"), ("< ", "<"), (" >", ">"), (" ,", ",")] {
        text = text.replace(spaced, tight);
    }
    text = text.replace("crate::", "").replace("venue_core::", "").replace("rust_decimal::", "");
    text.trim_start_matches("::").replace("<::", "<").replace("->", "-> ").replace("->  ", "-> ")
}
