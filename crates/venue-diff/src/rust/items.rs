//! Collects the public items of a Rust file.

mod macros;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Fields, ImplItem, Item as SynItem, Visibility};

use super::format_tokens::format_tokens;

/// A public item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) path: String,
    pub(crate) kind: ItemKind,
    /// The part of the item that affects users, such as its type or signature.
    pub(crate) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemKind {
    Function,
    /// A struct, an enum or a trait.
    Type,
    /// A field. `is_open` states whether other crates cannot construct the struct with a literal.
    Field {
        is_open: bool,
    },
    /// A variant. `is_open` states whether other crates cannot match the enum exhaustively.
    Variant {
        is_open: bool,
    },
    Constant,
    Implementation,
    Other,
}

/// Collects the items of the file of a module. For a private module, `only` has the names that a `pub use` exports.
pub(super) fn items(module: &str, file: &[SynItem], only: Option<&[String]>, found: &mut Vec<Item>) {
    for item in file {
        collect(module, item, only, found);
    }
}

fn collect(module: &str, item: &SynItem, only: Option<&[String]>, found: &mut Vec<Item>) {
    let start = found.len();
    collect_shown(module, item, only, found);
    if is_hidden(item) {
        found.truncate(start);
    }
}

fn collect_shown(module: &str, item: &SynItem, only: Option<&[String]>, found: &mut Vec<Item>) {
    let shown = |name: &syn::Ident| only.is_none_or(|only| only.iter().any(|shown| name == shown));
    let path = |name: &dyn std::fmt::Display| join(module, &name.to_string());
    match item {
        SynItem::Struct(item) if is_public(&item.vis) && shown(&item.ident) => {
            let path = path(&item.ident);
            let generics = format_tokens(&item.generics);
            found.push(Item { path: path.clone(), kind: ItemKind::Type, text: format!("{}struct{generics}", marks(&item.attrs)) });
            let is_open = is_non_exhaustive(&item.attrs) || item.fields.iter().any(|field| !is_public(&field.vis));
            if let Fields::Named(fields) = &item.fields {
                for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
                    let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                    found.push(Item { path: format!("{path}.{name}"), kind: ItemKind::Field { is_open }, text: format_tokens(&field.ty) });
                }
            }
        }
        SynItem::Enum(item) if is_public(&item.vis) && shown(&item.ident) => {
            let path = path(&item.ident);
            found.push(Item {
                path: path.clone(),
                kind: ItemKind::Type,
                text: format!("{}enum{}", marks(&item.attrs), format_tokens(&item.generics)),
            });
            let is_open = is_non_exhaustive(&item.attrs);
            for variant in &item.variants {
                let path = format!("{path}::{}", variant.ident);
                found.push(Item { path, kind: ItemKind::Variant { is_open }, text: format_tokens(&variant.fields) });
            }
        }
        SynItem::Trait(item) if is_public(&item.vis) && shown(&item.ident) => {
            let path = path(&item.ident);
            found.push(Item {
                path: path.clone(),
                kind: ItemKind::Type,
                text: format!("{}trait{}", marks(&item.attrs), format_tokens(&item.generics)),
            });
            for member in &item.items {
                if let syn::TraitItem::Fn(method) = member {
                    found.push(Item {
                        path: format!("{path}::{}", method.sig.ident),
                        kind: ItemKind::Function,
                        text: signature(&method.attrs, &method.sig),
                    });
                }
            }
        }
        SynItem::Impl(item) => implementation(module, item, only, found),
        SynItem::Fn(item) if is_public(&item.vis) && shown(&item.sig.ident) => {
            found.push(Item { path: path(&item.sig.ident), kind: ItemKind::Function, text: signature(&item.attrs, &item.sig) });
        }
        SynItem::Const(item) if is_public(&item.vis) && shown(&item.ident) => {
            found.push(Item {
                path: path(&item.ident),
                kind: ItemKind::Constant,
                text: format!("{}{}", marks(&item.attrs), format_tokens(&item.ty)),
            });
        }
        SynItem::Static(item) if is_public(&item.vis) && shown(&item.ident) => {
            found.push(Item {
                path: path(&item.ident),
                kind: ItemKind::Constant,
                text: format!("{}{}", marks(&item.attrs), format_tokens(&item.ty)),
            });
        }
        SynItem::Type(item) if is_public(&item.vis) && shown(&item.ident) => {
            let text = format!("{}type{} = {}", marks(&item.attrs), format_tokens(&item.generics), format_tokens(&item.ty));
            found.push(Item { path: path(&item.ident), kind: ItemKind::Other, text });
        }
        SynItem::Use(item) if is_public(&item.vis) && only.is_none() => {
            for (name, target) in uses(&item.tree, if item.leading_colon.is_some() { "::" } else { "" }) {
                found.push(Item { path: path(&name), kind: ItemKind::Other, text: format!("use {target}") });
            }
        }
        SynItem::Mod(item) if is_public(&item.vis) && only.is_none() => {
            if let Some((_, inner)) = &item.content {
                items(&path(&item.ident), inner, None, found);
            }
        }
        SynItem::Macro(item) => macros::items(module, item, only, found),
        _ => {}
    }
}

fn implementation(module: &str, item: &syn::ItemImpl, only: Option<&[String]>, found: &mut Vec<Item>) {
    let of = format_tokens(&item.self_ty);
    let name = of.split('<').next().unwrap_or_default().to_owned();
    if only.is_some_and(|only| only.iter().all(|shown| *shown != name)) {
        return;
    }
    if let Some((name_of_trait, _)) = &item.trait_ {
        let path = join(module, &format!("impl {} for {of}", format_tokens(name_of_trait)));
        found.push(Item { path, kind: ItemKind::Implementation, text: marks(&item.attrs) });
        // Callers of the trait use its associated types.
        for member in &item.items {
            if let ImplItem::Type(associated) = member {
                let path = join(module, &format!("{name}::{}", associated.ident));
                found.push(Item { path, kind: ItemKind::Type, text: format_tokens(&associated.ty) });
            }
        }
        return;
    }
    let outer = marks(&item.attrs);
    for member in &item.items {
        match member {
            ImplItem::Fn(method) if is_public(&method.vis) && !is_doc_hidden(&method.attrs) => {
                let path = join(module, &format!("{name}::{}", method.sig.ident));
                let text = format!("{outer}{}", signature(&method.attrs, &method.sig));
                found.push(Item { path, kind: ItemKind::Function, text });
            }
            ImplItem::Const(constant) if is_public(&constant.vis) => {
                let path = join(module, &format!("{name}::{}", constant.ident));
                found.push(Item { path, kind: ItemKind::Constant, text: format!("{outer}{}", format_tokens(&constant.ty)) });
            }
            _ => {}
        }
    }
}

pub(super) fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Items that rustdoc hides are not part of the public API.
fn is_hidden(item: &SynItem) -> bool {
    match item {
        SynItem::Struct(syn::ItemStruct { attrs, .. })
        | SynItem::Enum(syn::ItemEnum { attrs, .. })
        | SynItem::Trait(syn::ItemTrait { attrs, .. })
        | SynItem::Impl(syn::ItemImpl { attrs, .. })
        | SynItem::Fn(syn::ItemFn { attrs, .. })
        | SynItem::Mod(syn::ItemMod { attrs, .. }) => is_doc_hidden(attrs),
        _ => false,
    }
}

fn is_doc_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("doc") && format_tokens(attribute).contains("hidden"))
}

fn is_non_exhaustive(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

/// The attributes that affect users of an item.
fn marks(attributes: &[Attribute]) -> String {
    let noticed = ["cfg", "cfg_attr", "derive", "non_exhaustive"];
    let is_noticed = |attribute: &&Attribute| noticed.iter().any(|name| attribute.path().is_ident(name));
    // The attributes of a JSON Schema do not affect code.
    let is_schema = |attribute: &&Attribute| attribute.path().is_ident("cfg_attr") && format_tokens(attribute).contains(", schemars(");
    let marks = attributes.iter().filter(is_noticed).filter(|attribute| !is_schema(attribute));
    // The note of a deprecation does not affect code.
    let is_deprecated = attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"));
    let deprecated = if is_deprecated { DEPRECATED } else { "" };
    deprecated.to_owned() + &marks.map(|attribute| format!("{} ", format_tokens(attribute))).collect::<String>()
}

/// The prefix of a deprecated item's text.
pub(super) const DEPRECATED: &str = "#[deprecated] ";

/// Formats a signature without the names of its arguments, because callers do not use them.
fn signature(attributes: &[Attribute], signature: &syn::Signature) -> String {
    let arguments = signature.inputs.iter().map(|argument| match argument {
        syn::FnArg::Receiver(receiver) => receiver_text(receiver),
        syn::FnArg::Typed(argument) => format_tokens(&argument.ty),
    });
    let arguments: Vec<String> = arguments.collect();
    let asyncness = if signature.asyncness.is_some() { "async " } else { "" };
    let (generics, output, bounds) = (&signature.generics, &signature.output, &signature.generics.where_clause);
    let bounds = bounds.as_ref().map(|bounds| format!(" {}", format_tokens(bounds).trim_end_matches(','))).unwrap_or_default();
    let output: TokenStream = quote!(#output);
    let output = format_tokens(&output);
    let output = if output.is_empty() { output } else { format!(" {}", output.trim()) };
    format!("{}{asyncness}fn{}({}){output}{bounds}", marks(attributes), format_tokens(&generics), arguments.join(", "))
}

fn receiver_text(receiver: &syn::Receiver) -> String {
    // Whether `self` is bound as `mut` does not affect callers.
    let text = format_tokens(receiver);
    text.strip_prefix("mut ").map_or_else(|| text.clone(), str::to_owned)
}

fn uses(tree: &syn::UseTree, prefix: &str) -> Vec<(String, String)> {
    match tree {
        syn::UseTree::Path(path) => uses(&path.tree, &format!("{prefix}{}::", path.ident)),
        syn::UseTree::Name(name) => vec![(name.ident.to_string(), format!("{prefix}{}", name.ident))],
        syn::UseTree::Rename(rename) => vec![(rename.rename.to_string(), format!("{prefix}{}", rename.ident))],
        syn::UseTree::Glob(_) => vec![(format!("{prefix}*"), format!("{prefix}*"))],
        syn::UseTree::Group(group) => group.items.iter().flat_map(|tree| uses(tree, prefix)).collect(),
    }
}
