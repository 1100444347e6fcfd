//! Lists the public items of a generated crate.

use std::collections::BTreeMap;

use syn::{Item as SynItem, Visibility};

use super::items::{self, Item};

/// A file of Rust code.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path in the folder of generated code: `mod.rs`, `types/builder.rs`.
    pub path: String,
    /// The code.
    pub text: String,
}

/// The public items of a crate.
#[derive(Debug, Clone, Default)]
pub struct RustListing {
    pub(super) items: BTreeMap<String, Item>,
}

impl RustListing {
    /// Parses the generated code of a crate. `root` is the file that declares the modules.
    ///
    /// # Errors
    /// Returns the error of the first file that is not valid Rust.
    pub fn read(sources: &[Source], root: &str) -> Result<Self, syn::Error> {
        let mut found = Vec::new();
        module("", root, sources, None, &mut found)?;
        // Two implementations can have the same path, such as `From` under two features. Both are kept.
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        for item in found {
            items.entry(item.path.clone()).and_modify(|known| known.text.push_str(&item.text)).or_insert(item);
        }
        Ok(Self { items })
    }

    /// The number of public items.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are no public items.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Formats the items, one per line.
    pub fn to_text(&self) -> String {
        self.items.values().map(|item| format!("{}: {}\n", item.path, item.text)).collect()
    }
}

/// Collects the items of a module and of the files that it declares.
fn module(path: &str, file: &str, sources: &[Source], only: Option<&[String]>, found: &mut Vec<Item>) -> Result<(), syn::Error> {
    let Some(source) = sources.iter().find(|source| source.path == file) else { return Ok(()) };
    let parsed = syn::parse_file(&source.text)?;
    let start = found.len();
    items::items(path, &parsed.items, only, found);
    // The exported items of a private module are listed as items of the exporting module.
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

/// The names that a `pub use` exports from a private module.
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
