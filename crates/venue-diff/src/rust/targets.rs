//! Finds Rust names that still exist but now refer to another operation or another base URL. Code that uses such a name still compiles, so
//! that a comparison of the items does not show the difference.

use venue_spec::rust_names::pascal;

use super::{ItemChange, RustClass, RustListing};
use crate::change::{Change, Edit};
use crate::facts::Kind;

/// The items with a new target, each with the change of the specification that causes it.
pub(super) fn retargeted(changes: &[Change], crates: &[(String, RustListing, RustListing)]) -> Vec<(usize, ItemChange)> {
    let item = |index: usize, target: Target| {
        let has_item = |listing: &RustListing| listing.items.contains_key(&target.path);
        let (crate_name, _, _) = crates.iter().find(|(_, old, new)| has_item(old) && has_item(new))?;
        let Target { path, from, to, migration_hint } = target;
        Some((
            index,
            ItemChange { crate_name: crate_name.clone(), path, from, to, class: RustClass::Major, migration_hint: Some(migration_hint) },
        ))
    };
    let mut found = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        if let Some((now, target)) = request_type(change, changes) {
            // If the operation that took the name is new, the item belongs to that change as well.
            let is_new = changes[now].edit == Edit::Added;
            found.extend([Some(index), is_new.then_some(now)].into_iter().flatten().filter_map(|index| item(index, target.clone())));
        }
        found.extend(base_url(change).and_then(|target| item(index, target)));
    }
    found
}

/// Whether an item kept its name but now refers to another route. The old and the new text of such an item are routes.
pub(crate) fn is_retargeted(item: &ItemChange) -> bool {
    let is_route = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains(" /") && !text.contains('('));
    (item.path.starts_with("requests::") || item.path.starts_with("Client::")) && is_route(&item.from) && is_route(&item.to)
}

#[derive(Clone)]
struct Target {
    path: String,
    from: Option<String>,
    to: Option<String>,
    migration_hint: String,
}

/// If `change` renamed an operation and another operation got the old name, returns the request type that had the old name, and the index
/// of the change that gave the old name to the other operation. Code that uses the old name would now send a request of the other
/// operation.
fn request_type(change: &Change, changes: &[Change]) -> Option<(usize, Target)> {
    let Edit::Renamed { from, to } = &change.edit else { return None };
    if change.kind != Kind::Operation {
        return None;
    }
    let index = changes.iter().position(|other| other.kind == Kind::Operation && other.subject == *from && other.edit != change.edit)?;
    let now = &changes[index];
    let path = format!("requests::{}", pascal(from));
    let called = now.route.as_ref().map(|route| format!(", which calls `{route}` now")).unwrap_or_default();
    let migration_hint = format!("replace `{path}` by `requests::{}`{called}", pascal(to));
    Some((index, Target { path, from: change.route.clone(), to: now.route.clone(), migration_hint }))
}

/// The constant with the base URL, if a prefix of all paths moved to the base URL or back.
fn base_url(change: &Change) -> Option<Target> {
    let Edit::Changed { from: Some(from), to: Some(to), .. } = &change.edit else { return None };
    if change.kind != Kind::Server || change.rules != ["base-path-moved"] {
        return None;
    }
    let migration_hint = match (to.strip_prefix(from.as_str()), from.strip_prefix(to.as_str())) {
        (Some(part), _) => format!("append `{part}` to every base URL that a program sets itself"),
        (_, Some(part)) => format!("remove `{part}` from the end of every base URL that a program sets itself"),
        _ => format!("change every base URL that a program sets itself: `{from}` is now `{to}`"),
    };
    Some(Target { path: String::from("Client::BASE_URL"), from: Some(from.clone()), to: Some(to.clone()), migration_hint })
}
