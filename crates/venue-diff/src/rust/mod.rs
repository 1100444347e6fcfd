//! The Rust side: the public items of generated code at two revisions, read from the code itself.
//!
//! Nothing is derived from the specification; it only explains what was found. Where one of the two changed and the other did not, the
//! report says so.

mod compare;
mod edit;
mod explain;
mod items;
mod listing;
mod macros;
mod renames;
mod targets;
mod tidy;

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::change::Change;
use compare::Found;
use renames::Renames;

pub use listing::{RustListing, Source};

/// What a change means for code that depends on a crate. The order is that of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RustClass {
    /// No public item changed.
    None,
    /// Something is new.
    Minor,
    /// Some code no longer compiles.
    Major,
}

impl fmt::Display for RustClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// A public item that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemChange {
    /// The crate.
    #[serde(rename = "crate")]
    pub crate_name: String,
    /// The item: `types::Order.price`, `requests::PlaceOrder`, `types::OrderSide::Buy`.
    pub path: String,
    /// What it was, if it was there.
    pub from: Option<String>,
    /// What it is, if it is there.
    pub to: Option<String>,
    /// What it means.
    pub class: RustClass,
    /// What whoever uses it must edit; nothing if nothing must be.
    pub edit: Option<String>,
}

/// The public items of the generated crates at two revisions.
#[derive(Debug, Clone, Default)]
pub struct RustChanges {
    crates: Vec<(String, RustListing, RustListing)>,
}

/// The generated code of one crate at two revisions; empty where it did not exist.
#[derive(Debug)]
pub struct CrateSources<'a> {
    /// The crate.
    pub name: &'a str,
    /// Its files at the base.
    pub old: &'a RustListing,
    /// Its files now.
    pub new: &'a RustListing,
}

impl RustChanges {
    /// Of these crates, each of which may be left out if nothing changed in it.
    pub fn new(crates: &[CrateSources<'_>]) -> Self {
        Self { crates: crates.iter().map(|sources| (sources.name.to_owned(), sources.old.clone(), sources.new.clone())).collect() }
    }

    /// What a crate's changes mean together.
    pub fn class_of(&self, crate_name: &str) -> RustClass {
        let found = self.found(&Renames::default());
        let classes = found.iter().filter(|found| found.item.crate_name == crate_name).map(|found| found.item.class);
        classes.max().unwrap_or(RustClass::None)
    }

    /// The items that belong to each change of the specification, and those that belong to none. An item that several changes concern
    /// belongs to each of them.
    pub fn explained_by(&self, changes: &[Change]) -> (Vec<Vec<ItemChange>>, Vec<ItemChange>) {
        let stands = |path: &str| self.crates.iter().any(|(_, _, new)| new.items.contains_key(path));
        let (mut explained, unexplained) = explain::explain(self.found(&Renames::new(changes, stands)), changes);
        for (index, item) in targets::retargeted(changes, &self.crates) {
            explained[index].push(item);
        }
        (explained, unexplained)
    }

    fn found(&self, renames: &Renames) -> Vec<Found> {
        self.crates.iter().flat_map(|(name, old, new)| compare::compare(name, old, new, renames)).collect()
    }
}

pub(crate) use targets::is_retargeted;

/// Whether the generated code must show a change of the specification.
pub(crate) fn must_show(change: &Change) -> bool {
    explain::must_show(change)
}
