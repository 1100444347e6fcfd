//! Compares the generated code of two revisions by its public items.
//!
//! The items are read from the code, and not derived from the specification. The changes of the specification are only used to
//! explain changed items. If only the specification or only the generated code changed, the report shows the disagreement.

mod causes;
mod compare;
mod format_tokens;
mod items;
mod listing;
mod migration_hint;
mod renames;
mod targets;

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::change::Change;
use compare::MatchedChange;
use renames::Renames;

pub use listing::{RustListing, Source};

/// The effect of a change on code that depends on a crate. The order is by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RustClass {
    /// No public item changed.
    None,
    /// The crate has new items.
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

/// A changed public item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemChange {
    /// The name of the crate.
    #[serde(rename = "crate")]
    pub crate_name: String,
    /// The path of the item: `types::Order.price`, `requests::PlaceOrder`, `types::OrderSide::Buy`.
    pub path: String,
    /// The old type or signature; `null` if the item was added.
    pub from: Option<String>,
    /// The new type or signature; `null` if the item was removed.
    pub to: Option<String>,
    /// The effect on code that depends on the crate.
    pub class: RustClass,
    /// The edit that users of the item must make; `null` if none is required.
    #[serde(rename = "edit")]
    pub migration_hint: Option<String>,
}

/// The public items of the generated crates at two revisions.
#[derive(Debug, Clone, Default)]
pub struct RustChanges {
    crates: Vec<(String, RustListing, RustListing)>,
}

/// The generated code of one crate at two revisions. A listing is empty if the crate did not exist.
#[derive(Debug)]
pub struct CrateSources<'a> {
    /// The name of the crate.
    pub name: &'a str,
    /// The items of the older revision.
    pub old: &'a RustListing,
    /// The items of the newer revision.
    pub new: &'a RustListing,
}

impl RustChanges {
    /// Collects the crates. A crate whose files did not change can be left out.
    pub fn new(crates: &[CrateSources<'_>]) -> Self {
        Self { crates: crates.iter().map(|sources| (sources.name.to_owned(), sources.old.clone(), sources.new.clone())).collect() }
    }

    /// The most severe effect of a crate's changes.
    pub fn class_of(&self, crate_name: &str) -> RustClass {
        let found = self.found(&Renames::default());
        let classes = found.iter().filter(|found| found.item.crate_name == crate_name).map(|found| found.item.class);
        classes.max().unwrap_or(RustClass::None)
    }

    /// Returns the items that each change of the specification causes, and the items without a cause. An item with several causes is listed
    /// for each of these changes.
    pub fn explained_by(&self, changes: &[Change]) -> (Vec<Vec<ItemChange>>, Vec<ItemChange>) {
        let exists = |path: &str| self.crates.iter().any(|(_, _, new)| new.items.contains_key(path));
        let (mut explained, unexplained) = causes::assign(self.found(&Renames::new(changes, exists)), changes);
        for (index, item) in targets::retargeted(changes, &self.crates) {
            explained[index].push(item);
        }
        (explained, unexplained)
    }

    fn found(&self, renames: &Renames) -> Vec<MatchedChange> {
        self.crates.iter().flat_map(|(name, old, new)| compare::compare(name, old, new, renames)).collect()
    }
}

pub(crate) use targets::is_retargeted;

/// Whether a change of the specification must change a public item.
pub(crate) fn requires_item_change(change: &Change) -> bool {
    causes::requires_item_change(change)
}
