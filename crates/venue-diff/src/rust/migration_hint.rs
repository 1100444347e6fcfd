//! What whoever uses an item must edit.

use super::items::ItemKind;
use super::{ItemChange, RustClass};

/// A sentence; nothing if nothing must be edited.
pub(super) fn migration_hint(change: &ItemChange, kind: ItemKind) -> Option<String> {
    if change.class != RustClass::Major {
        return None;
    }
    let path = &change.path;
    Some(match (kind, &change.from, &change.to) {
        (ItemKind::Field { .. }, None, _) => format!("write `{path}` wherever the struct is written out"),
        (ItemKind::Variant { .. }, None, _) => format!("handle `{path}` wherever the enum is matched"),
        (ItemKind::Function, Some(_), None) => format!("remove the calls of `{path}`"),
        (ItemKind::Field { .. }, Some(_), None) => format!("remove what reads or writes `{path}`"),
        (ItemKind::Variant { .. }, Some(_), None) => format!("remove what names `{path}`"),
        (ItemKind::Implementation, Some(_), None) => format!("replace what relies on `{path}`"),
        (_, Some(_), None) => format!("remove what names `{path}`"),
        (ItemKind::Field { .. }, Some(from), Some(to)) => format!("read and write `{path}` as `{to}`: it was `{from}`"),
        (ItemKind::Variant { .. }, Some(from), Some(to)) => format!("look at what uses `{path}`: it stands for {to}, and stood for {from}"),
        (ItemKind::Function, Some(from), Some(to)) => match (accepted(from), accepted(to)) {
            (Some(from), Some(to)) if from != to => format!("pass `{path}` what becomes a `{to}`: it was `{from}`"),
            _ => match (returned(from), returned(to)) {
                (Some(from), Some(to)) if from != to => format!("`{path}` returns `{to}`: it was `{from}`"),
                _ => format!("call `{path}` with its new signature: `{to}`"),
            },
        },
        (_, _, _) => format!("look at what uses `{path}`"),
    })
}

/// After a rename: what to write instead, and what else must be edited.
pub(super) fn renamed(from: &str, to: &str, other: Option<&str>) -> String {
    let other = other.map(|migration_hint| format!(", and {migration_hint}")).unwrap_or_default();
    format!("write `{to}` for `{from}`{other}")
}

/// What a setter takes: the `T` of `TryInto<T>`.
fn accepted(signature: &str) -> Option<&str> {
    let (_, rest) = signature.split_once("TryInto<")?;
    let end = rest.rfind('>')?;
    Some(&rest[..end])
}

fn returned(signature: &str) -> Option<&str> {
    let (_, rest) = signature.split_once(" -> ")?;
    Some(rest.split(" where ").next().unwrap_or(rest))
}
