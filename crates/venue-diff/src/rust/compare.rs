//! What changed between the public items of two listings of a crate.

use std::collections::BTreeMap;

use super::items::{DEPRECATED, Item, ItemKind};
use super::renames::Renames;
use super::{ItemChange, RustClass, RustListing, migration_hint};

/// A changed item.
#[derive(Debug, Clone)]
pub(super) struct MatchedChange {
    pub(super) item: ItemChange,
    /// Its path in the newer code, whether it is there or has gone under another name.
    pub(super) today: String,
    pub(super) cause: Cause,
}

/// What is known of why it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Unknown,
    /// This change of the specification gave it another name, and nothing else happened to it.
    Renamed(usize),
    /// This change gave it another name, and something else changed it, too.
    RenamedAndChanged(usize),
}

/// The items of two listings side by side.
struct Pairs<'a> {
    old: &'a BTreeMap<String, Item>,
    new: &'a BTreeMap<String, Item>,
    /// By the newer path: the older item, and the change that gave it this very name.
    both: BTreeMap<&'a str, (&'a Item, Option<usize>)>,
    /// By the older path, the newer one.
    known_as: BTreeMap<&'a str, &'a str>,
}

impl<'a> Pairs<'a> {
    fn new(old: &'a RustListing, new: &'a RustListing, renames: &Renames) -> Self {
        let (old, new) = (&old.items, &new.items);
        let mut pairs = Self { old, new, both: BTreeMap::new(), known_as: BTreeMap::new() };
        let mut renamed = Vec::new();
        for (path, item) in old {
            match renames.path(path) {
                (today, own) if today != *path && new.contains_key(&today) => renamed.push((item, today, own)),
                _ => pairs.pair(item, path, None),
            }
        }
        // What kept its name is not displaced by what is said to have taken it.
        for (item, today, own) in renamed {
            if !pairs.both.contains_key(today.as_str()) {
                pairs.pair(item, &today, own);
            }
        }
        pairs
    }

    fn pair(&mut self, old: &'a Item, today: &str, own: Option<usize>) {
        if let Some((path, _)) = self.new.get_key_value(today) {
            self.both.insert(path, (old, own));
            self.known_as.insert(&old.path, path);
        }
    }

    /// Whether an item came with its owner, which says it all.
    fn comes_with_owner(&self, path: &str) -> bool {
        owner(path).is_some_and(|owner| self.new.contains_key(owner) && !self.both.contains_key(owner))
    }

    /// Whether an item went with its owner, which says it all.
    fn goes_with_owner(&self, path: &str) -> bool {
        owner(path).is_some_and(|owner| self.old.contains_key(owner) && !self.known_as.contains_key(owner))
    }
}

/// What changed in a crate. What has another name because its owner has is no change: whoever writes the owner's new name has done it all.
pub(super) fn compare(crate_name: &str, old: &RustListing, new: &RustListing, renames: &Renames) -> Vec<MatchedChange> {
    let pairs = Pairs::new(old, new, renames);
    let mut found = Vec::new();
    let mut add = |item: ItemChange, today: &str, cause| found.push(MatchedChange { item, today: today.to_owned(), cause });
    for (path, item) in pairs.new {
        let Some((before, own)) = pairs.both.get(path.as_str()).copied() else {
            if !pairs.comes_with_owner(path) {
                add(change(crate_name, None, Some(item)), path, Cause::Unknown);
            }
            continue;
        };
        // Whatever was not generated anew still has the names of before.
        let is_same = before.kind == item.kind && (before.text == item.text || renames.text(&before.path, &before.text) == item.text);
        let other = (!is_same).then(|| change(crate_name, Some(before), Some(item)));
        let Some(own) = own else {
            other.into_iter().for_each(|change| add(change, path, Cause::Unknown));
            continue;
        };
        let cause = if is_same { Cause::Renamed(own) } else { Cause::RenamedAndChanged(own) };
        let mut removed = change(crate_name, Some(before), None);
        removed.migration_hint =
            Some(migration_hint::renamed(&before.path, path, other.and_then(|change| change.migration_hint).as_deref()));
        add(change(crate_name, None, Some(item)), path, cause);
        add(removed, path, cause);
    }
    for (path, item) in pairs.old.iter().filter(|(path, _)| !pairs.known_as.contains_key(path.as_str())) {
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
        // A method more of a trait, too: the generated traits extend a mock server, and nobody else implements them.
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

/// Whether an item is as it was, but deprecated, or no longer so: code that uses it compiles as before, with a warning or without.
fn is_deprecation(old: &Item, new: &Item) -> bool {
    let without = |text: &str| text.replace(DEPRECATED, "");
    old.kind == new.kind && old.text != new.text && without(&old.text) == without(&new.text)
}

/// The type that a field, a variant or a method belongs to.
fn owner(path: &str) -> Option<&str> {
    match path.rsplit_once('.') {
        Some((owner, field)) if !field.contains(['<', ' ']) => Some(owner),
        _ => path.rsplit_once("::").map(|(owner, _)| owner).filter(|_| !path.contains("impl ")),
    }
}
