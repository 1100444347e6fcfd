//! Names that stay in the code and lead to another place on the wire. Nothing fails to compile, so that no item shows it.

use venue_spec::names::pascal;

use super::{ItemChange, RustClass, RustListing};
use crate::change::{Change, What};
use crate::facts::Kind;

/// The items whose target is another one, each with the change of the specification that it belongs to.
pub(super) fn retargeted(changes: &[Change], crates: &[(String, RustListing, RustListing)]) -> Vec<(usize, ItemChange)> {
    let item = |index: usize, target: Target| {
        let has_item = |listing: &RustListing| listing.items.contains_key(&target.path);
        let (crate_name, _, _) = crates.iter().find(|(_, old, new)| has_item(old) && has_item(new))?;
        let Target { path, from, to, edit } = target;
        Some((index, ItemChange { crate_name: crate_name.clone(), path, from, to, class: RustClass::Major, edit: Some(edit) }))
    };
    let mut found = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        if let Some((now, target)) = method(change, changes) {
            // It is the affair of the operation that has the name now, too, if that is new.
            let is_new = changes[now].what == What::Added;
            found.extend([Some(index), is_new.then_some(now)].into_iter().flatten().filter_map(|index| item(index, target.clone())));
        }
        found.extend(base_url(change).and_then(|target| item(index, target)));
    }
    found
}

/// Whether an item is one of these: what it is called in Rust has not changed, and its places on the wire are not Rust.
pub(crate) fn is_retargeted(item: &ItemChange) -> bool {
    let is_route = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains(" /") && !text.contains('('));
    (item.path.starts_with("requests::") || item.path.starts_with("Client::")) && is_route(&item.from) && is_route(&item.to)
}

#[derive(Clone)]
struct Target {
    path: String,
    from: Option<String>,
    to: Option<String>,
    edit: String,
}

/// The request type of a renamed operation, if another operation has its name now, with the change of that one.
fn method(change: &Change, changes: &[Change]) -> Option<(usize, Target)> {
    let What::Renamed { from, to } = &change.what else { return None };
    if change.kind != Kind::Operation {
        return None;
    }
    let index = changes.iter().position(|other| other.kind == Kind::Operation && other.subject == *from && other.what != change.what)?;
    let now = &changes[index];
    let path = format!("requests::{}", pascal(from));
    let called = now.route.as_ref().map(|route| format!(", which calls `{route}` now")).unwrap_or_default();
    let edit = format!("write `requests::{}` for `{path}`{called}", pascal(to));
    Some((index, Target { path, from: change.route.clone(), to: now.route.clone(), edit }))
}

/// The base URL, if a part of every path is in it now, or no longer.
fn base_url(change: &Change) -> Option<Target> {
    let What::Changed { from: Some(from), to: Some(to), .. } = &change.what else { return None };
    if change.kind != Kind::Server || change.rules != ["base-path-moved"] {
        return None;
    }
    let edit = match (to.strip_prefix(from.as_str()), from.strip_prefix(to.as_str())) {
        (Some(part), _) => format!("append `{part}` to each base URL that a program sets itself"),
        (_, Some(part)) => format!("remove `{part}` from the end of each base URL that a program sets itself"),
        _ => format!("change each base URL that a program sets itself as `{from}` has become `{to}`"),
    };
    Some(Target { path: String::from("Client::BASE_URL"), from: Some(from.clone()), to: Some(to.clone()), edit })
}
