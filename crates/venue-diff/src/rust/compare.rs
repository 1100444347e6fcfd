//! Compares the public items of a crate at two revisions.

use std::collections::BTreeMap;

use super::items::{DEPRECATED, Item, ItemKind};
use super::renames::Renames;
use super::{ItemChange, RustClass, RustListing, migration_hint};

/// A changed item.
#[derive(Debug, Clone)]
pub(super) struct MatchedChange {
    pub(super) item: ItemChange,
    /// The path of the item in the newer code. For a removed item, the path after all renames.
    pub(super) new_path: String,
    pub(super) cause: Cause,
}

/// The cause of a change, as far as the comparison knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Unknown,
    /// Only a rename by this change of the specification.
    Renamed(usize),
    /// A rename by this change of the specification, and another change.
    RenamedAndChanged(usize),
}

/// The items of both revisions.
struct Pairs<'a> {
    old: &'a BTreeMap<String, Item>,
    new: &'a BTreeMap<String, Item>,
    /// Maps the newer path to the older item, and to the change that renamed exactly this item.
    both: BTreeMap<&'a str, (&'a Item, Option<usize>)>,
    /// Maps the older path to the newer path.
    new_paths: BTreeMap<&'a str, &'a str>,
}

impl<'a> Pairs<'a> {
    fn new(old: &'a RustListing, new: &'a RustListing, renames: &Renames) -> Self {
        let (old, new) = (&old.items, &new.items);
        let mut pairs = Self { old, new, both: BTreeMap::new(), new_paths: BTreeMap::new() };
        let mut renamed = Vec::new();
        for (path, item) in old {
            match renames.path(path) {
                (new_path, renamed_by) if new_path != *path && new.contains_key(&new_path) => renamed.push((item, new_path, renamed_by)),
                _ => pairs.pair(item, path, None),
            }
        }
        // An item that kept its path takes precedence over a renamed item with the same path.
        for (item, new_path, renamed_by) in renamed {
            if !pairs.both.contains_key(new_path.as_str()) {
                pairs.pair(item, &new_path, renamed_by);
            }
        }
        pairs
    }

    fn pair(&mut self, old: &'a Item, new_path: &str, renamed_by: Option<usize>) {
        if let Some((path, _)) = self.new.get_key_value(new_path) {
            self.both.insert(path, (old, renamed_by));
            self.new_paths.insert(&old.path, path);
        }
    }

    /// Whether the owner of an added item was added as well. Only the owner is reported.
    fn comes_with_owner(&self, path: &str) -> bool {
        owner(path).is_some_and(|owner| self.new.contains_key(owner) && !self.both.contains_key(owner))
    }

    /// Whether the owner of a removed item was removed as well. Only the owner is reported.
    fn goes_with_owner(&self, path: &str) -> bool {
        owner(path).is_some_and(|owner| self.old.contains_key(owner) && !self.new_paths.contains_key(owner))
    }
}

/// Returns the changed items of a crate. The members of a renamed type are not reported, because callers only need to edit the name of the
/// type.
pub(super) fn compare(crate_name: &str, old: &RustListing, new: &RustListing, renames: &Renames) -> Vec<MatchedChange> {
    let pairs = Pairs::new(old, new, renames);
    let mut found = Vec::new();
    let mut add = |item: ItemChange, new_path: &str, cause| found.push(MatchedChange { item, new_path: new_path.to_owned(), cause });
    for (path, item) in pairs.new {
        let Some((before, renamed_by)) = pairs.both.get(path.as_str()).copied() else {
            if !pairs.comes_with_owner(path) {
                add(change(crate_name, None, Some(item)), path, Cause::Unknown);
            }
            continue;
        };
        // Code that is not regenerated yet still has the old names.
        let is_same = before.kind == item.kind && (before.text == item.text || renames.text(&before.path, &before.text) == item.text);
        let other = (!is_same).then(|| change(crate_name, Some(before), Some(item)));
        let Some(renamed_by) = renamed_by else {
            other.into_iter().for_each(|change| add(change, path, Cause::Unknown));
            continue;
        };
        let cause = if is_same { Cause::Renamed(renamed_by) } else { Cause::RenamedAndChanged(renamed_by) };
        let mut removed = change(crate_name, Some(before), None);
        removed.migration_hint =
            Some(migration_hint::renamed(&before.path, path, other.and_then(|change| change.migration_hint).as_deref()));
        add(change(crate_name, None, Some(item)), path, cause);
        add(removed, path, cause);
    }
    for (path, item) in pairs.old.iter().filter(|(path, _)| !pairs.new_paths.contains_key(path.as_str())) {
        if !pairs.goes_with_owner(path) {
            add(change(crate_name, Some(item), None), path, Cause::Unknown);
        }
    }
    found
}

fn change(crate_name: &str, old: Option<&Item>, new: Option<&Item>) -> ItemChange {
    let item = new.or(old).cloned().unwrap_or_else(|| Item { path: String::new(), kind: ItemKind::Other, text: String::new() });
    let class = match (old, new.map(|item| item.kind)) {
        (None, Some(ItemKind::Field { is_open: false } | ItemKind::Variant { is_open: false })) => RustClass::Major,
        // An additional trait method counts as minor, although it breaks other implementations of the trait, because no other crate
        // implements the generated traits.
        (None, _) => RustClass::Minor,
        (Some(old), Some(_)) if is_deprecation(old, &item) => RustClass::Minor,
        (Some(_), _) => RustClass::Major,
    };
    let text = |item: Option<&Item>| item.map(|item| item.text.clone());
    let mut change =
        ItemChange { crate_name: crate_name.to_owned(), path: item.path, from: text(old), to: text(new), class, migration_hint: None };
    change.migration_hint = migration_hint::migration_hint(&change, item.kind);
    change
}

/// Whether only the deprecation of an item changed. Code that uses the item still compiles.
fn is_deprecation(old: &Item, new: &Item) -> bool {
    let without = |text: &str| text.replace(DEPRECATED, "");
    old.kind == new.kind && old.text != new.text && without(&old.text) == without(&new.text)
}

/// The type that contains a field, a variant or a method.
fn owner(path: &str) -> Option<&str> {
    match path.rsplit_once('.') {
        Some((owner, field)) if !field.contains(['<', ' ']) => Some(owner),
        _ => path.rsplit_once("::").map(|(owner, _)| owner).filter(|_| !path.contains("impl ")),
    }
}
