//! The public items of a generated crate, and what changed between two of them.

use std::collections::BTreeMap;

use syn::{Item as SynItem, Visibility};

use super::items::{self, Item, ItemKind};
use super::{CrateSources, ItemChange, RustClass, edit};

/// A Rust file.
#[derive(Debug, Clone)]
pub struct Source {
    /// From the folder of generated code: `mod.rs`, `types/builder.rs`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The public items of a crate.
#[derive(Debug, Clone, Default)]
pub struct RustListing {
    items: BTreeMap<String, Item>,
}

impl RustListing {
    /// Reads the generated code of a crate. `root` is the file that declares the others.
    ///
    /// # Errors
    /// If a file is no Rust.
    pub fn read(sources: &[Source], root: &str) -> Result<Self, syn::Error> {
        let mut found = Vec::new();
        module("", root, sources, None, &mut found)?;
        // Two implementations can have one path, such as `From` under two features; both count.
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        for item in found {
            items.entry(item.path.clone()).and_modify(|known| known.text.push_str(&item.text)).or_insert(item);
        }
        Ok(Self { items })
    }

    /// How many public items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The listing as text, a line for each item.
    pub fn to_text(&self) -> String {
        self.items.values().map(|item| format!("{}: {}\n", item.path, item.text)).collect()
    }
}

/// A module's own items, and those of the files that it declares.
fn module(path: &str, file: &str, sources: &[Source], only: Option<&[String]>, found: &mut Vec<Item>) -> Result<(), syn::Error> {
    let Some(source) = sources.iter().find(|source| source.path == file) else { return Ok(()) };
    let parsed = syn::parse_file(&source.text)?;
    let start = found.len();
    items::items(path, &parsed.items, only, found);
    // What a private module shows is listed as an item of its own.
    let private: Vec<String> = parsed.items.iter().filter_map(private_module).collect();
    let own = found.split_off(start);
    found.extend(own.into_iter().filter(|item| private.iter().all(|name| !item.text.starts_with(&format!("use {name}::")))));
    let folder = file.trim_end_matches("mod.rs").trim_end_matches(".rs").trim_end_matches('/');
    for item in &parsed.items {
        let SynItem::Mod(declared) = item else { continue };
        if declared.content.is_some() {
            continue;
        }
        let name = declared.ident.to_string();
        let file = if folder.is_empty() { format!("{name}.rs") } else { format!("{folder}/{name}.rs") };
        if matches!(declared.vis, Visibility::Public(_)) {
            module(&items::join(path, &name), &file, sources, None, found)?;
        } else {
            let shown = shown_of(&name, &parsed.items);
            module(path, &file, sources, Some(&shown), found)?;
        }
    }
    Ok(())
}

fn private_module(item: &SynItem) -> Option<String> {
    match item {
        SynItem::Mod(module) if module.content.is_none() && !matches!(module.vis, Visibility::Public(_)) => Some(module.ident.to_string()),
        _ => None,
    }
}

/// What a `pub use` shows of a private module.
fn shown_of(module: &str, file: &[SynItem]) -> Vec<String> {
    let mut shown = Vec::new();
    for item in file {
        if let SynItem::Use(item) = item
            && let syn::UseTree::Path(path) = &item.tree
            && path.ident == module
            && let syn::UseTree::Name(name) = &*path.tree
        {
            shown.push(name.ident.to_string());
        }
    }
    shown
}

/// What changed in a crate.
pub(super) fn compare(sources: &CrateSources<'_>) -> Vec<(ItemChange, Item)> {
    let (old, new) = (&sources.old.items, &sources.new.items);
    let mut changes = Vec::new();
    for (path, item) in new {
        match old.get(path) {
            Some(before) if before == item => {}
            Some(before) => changes.push(change(sources.name, Some(before), Some(item))),
            // Whatever belongs to a new type is new with it.
            None if owner(path).is_some_and(|owner| !old.contains_key(owner) && new.contains_key(owner)) => {}
            None => changes.push(change(sources.name, None, Some(item))),
        }
    }
    for (path, item) in old.iter().filter(|(path, _)| !new.contains_key(*path)) {
        if owner(path).is_none_or(|owner| new.contains_key(owner) || !old.contains_key(owner)) {
            changes.push(change(sources.name, Some(item), None));
        }
    }
    changes
}

fn change(crate_name: &str, old: Option<&Item>, new: Option<&Item>) -> (ItemChange, Item) {
    let item = new.or(old).cloned().unwrap_or_else(|| Item { path: String::new(), kind: ItemKind::Other, text: String::new() });
    let class = match (old, new.map(|item| item.kind)) {
        (None, Some(ItemKind::Field { is_open: false } | ItemKind::Variant { is_open: false })) => RustClass::Major,
        // A method more of a trait, too: the generated traits extend a mock server, and nobody else implements them.
        (None, _) => RustClass::Minor,
        (Some(_), _) => RustClass::Major,
    };
    let text = |item: Option<&Item>| item.map(|item| item.text.clone());
    let mut change =
        ItemChange { crate_name: crate_name.to_owned(), path: item.path.clone(), from: text(old), to: text(new), class, edit: None };
    change.edit = edit::edit(&change, item.kind);
    (change, item)
}

/// The type that a field, a variant or a method belongs to.
fn owner(path: &str) -> Option<&str> {
    match path.rsplit_once('.') {
        Some((owner, field)) if !field.contains(['<', ' ']) => Some(owner),
        _ => path.rsplit_once("::").map(|(owner, _)| owner).filter(|_| !path.contains("impl ")),
    }
}
