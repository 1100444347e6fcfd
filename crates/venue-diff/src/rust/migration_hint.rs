//! Hints for users of an item: the edit that a change requires.

use super::items::ItemKind;
use super::{ItemChange, RustClass};

/// Describes the required edit; `None` if no edit is required.
pub(super) fn migration_hint(change: &ItemChange, kind: ItemKind) -> Option<String> {
    if change.class != RustClass::Major {
        return None;
    }
    let path = &change.path;
    Some(match (kind, &change.from, &change.to) {
        (ItemKind::Field { .. }, None, _) => format!("write `{path}` in struct literals"),
        (ItemKind::Variant { .. }, None, _) => format!("handle `{path}` in matches of the enum"),
        (ItemKind::Function, Some(_), None) => format!("remove the calls of `{path}`"),
        (ItemKind::Implementation, Some(_), None) => format!("replace uses of `{path}`"),
        (_, Some(_), None) => format!("remove uses of `{path}`"),
        (ItemKind::Field { .. }, Some(from), Some(to)) => format!("change the type of `{path}` to `{to}`: it was `{from}`"),
        (ItemKind::Variant { .. }, Some(from), Some(to)) => format!("check uses of `{path}`: the value is {to}, and was {from}"),
        (ItemKind::Function, Some(from), Some(to)) => match (accepted(from), accepted(to)) {
            (Some(from), Some(to)) if from != to => format!("pass a value of `{to}` to `{path}`: the type was `{from}`"),
            _ => match (returned(from), returned(to)) {
                (Some(from), Some(to)) if from != to => format!("`{path}` returns `{to}`: the type was `{from}`"),
                _ => format!("call `{path}` with its new signature: `{to}`"),
            },
        },
        (_, _, _) => format!("check uses of `{path}`"),
    })
}

/// Describes the edit for a rename, and any other required edit.
pub(super) fn renamed(from: &str, to: &str, other: Option<&str>) -> String {
    let other = other.map(|migration_hint| format!(", and {migration_hint}")).unwrap_or_default();
    format!("replace `{from}` by `{to}`{other}")
}

/// The type that a setter accepts: the `T` of `TryInto<T>`.
fn accepted(signature: &str) -> Option<&str> {
    let (_, rest) = signature.split_once("TryInto<")?;
    let end = rest.rfind('>')?;
    Some(&rest[..end])
}

fn returned(signature: &str) -> Option<&str> {
    let (_, rest) = signature.split_once(" -> ")?;
    Some(rest.split(" where ").next().unwrap_or(rest))
}
