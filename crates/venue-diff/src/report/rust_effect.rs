//! Determines the effect of a change in Rust, and explains in a sentence if this effect differs from the effect on the wire.

use venue_spec::rust_names::snake;

use super::RustEffect;
use crate::change::{Change, Class, Edit};
use crate::facts::Kind;
use crate::rust::{ItemChange, RustClass, is_retargeted, requires_item_change};

/// Rules about a new required input. After such a change, the calling code must be edited, because only this code can provide the input.
const NEW_REQUIRED_INPUTS: &[&str] = &["body-added", "input-now-required", "required-input-added"];

/// Rules about changes that require a regenerated client, but no edit of the calling code. Released versions of the client fail
/// after such a change.
const HANDLED_BY_REGENERATED_CLIENT: &[&str] = &[
    "answer-field-renamed",
    "answer-listed",
    "answer-replaced",
    "answer-unwrapped",
    "answer-wrapped",
    "answer-wrapped-differently",
    "body-replaced",
    "envelope-changed",
    "input-renamed",
    "method-changed",
    "moved-to-another-server",
    "parameter-moved",
    "path-changed",
    "position-moved",
    "rate-limit-changed",
    "rate-limit-lowered",
    "scheme-changed",
    "server-moved",
    "shared-parameter-moved",
    "stream-moved",
    "success-condition-changed",
    "type-changed",
];

/// The most severe effect of the Rust items that a change affects. If the code has not been generated from the changed specification
/// yet, this is the effect that these items will have.
pub(super) fn class_of(change: &Change, items: &[ItemChange]) -> RustClass {
    match &change.edit {
        _ if !is_missing(change, items) => items.iter().map(|item| item.class).max().unwrap_or(RustClass::None),
        Edit::Added => RustClass::Minor,
        Edit::Changed { attribute, .. } if attribute == "deprecated" => RustClass::Minor,
        _ => RustClass::Major,
    }
}

/// Whether the change must appear in the generated code, but does not.
pub(super) fn is_missing(change: &Change, items: &[ItemChange]) -> bool {
    requires_item_change(change) && items.iter().all(|item| item.class == RustClass::None)
}

/// The effect of a change in Rust. `client` is the crate that calls the exchange. Only the items of this crate decide whether
/// calling code compiles.
pub(super) fn rust_effect(change: &Change, items: Vec<ItemChange>, client: &str) -> RustEffect {
    let class = class_of(change, &items);
    let compiles = items.iter().all(|item| item.crate_name != client || item.class != RustClass::Major);
    let disagreement = match change.wire {
        _ if is_missing(change, &items) => {
            Some(String::from("the generated code does not have this change yet: run `cargo xtask codegen`"))
        }
        Class::Breaking if compiles => Some(run_time_failure(change)),
        _ if items.iter().filter(|item| item.class == RustClass::Major).all(is_retargeted) && class == RustClass::Major => {
            Some(String::from("code that uses the old name still compiles but calls another operation"))
        }
        Class::Compatible | Class::Documentation if class == RustClass::Major => {
            Some(String::from("compatible on the wire, but code no longer compiles"))
        }
        _ => None,
    };
    RustEffect { class, items, disagreement }
}

/// Describes the calls that fail at run time although the code compiles, and how to fix them.
fn run_time_failure(change: &Change) -> String {
    let is = |rules: &[&str]| change.rules.first().is_some_and(|rule| rules.contains(rule));
    if is(NEW_REQUIRED_INPUTS) {
        format!("code still compiles, but calls without the input fail: {}", setter_call(change))
    } else if is(HANDLED_BY_REGENERATED_CLIENT) {
        String::from("code still compiles, but the calls of released versions fail: upgrade")
    } else {
        String::from("code still compiles, but calls fail at run time")
    }
}

/// The call of the setter, if the name of the input is known.
fn setter_call(change: &Change) -> String {
    match (change.kind, change.subject.rsplit_once('.')) {
        (Kind::Parameter | Kind::Field, Some((_, name))) => format!("call `{}(…)`", snake(name)),
        _ => String::from("callers must set it"),
    }
}

#[cfg(test)]
mod tests {
    use venue_spec::Document;

    use super::{Change, HANDLED_BY_REGENERATED_CLIENT, ItemChange, NEW_REQUIRED_INPUTS, RustClass, rust_effect};
    use crate::{Class, rules};

    #[test]
    fn the_rules_of_both_lists_exist_and_are_breaking() {
        for id in NEW_REQUIRED_INPUTS.iter().chain(HANDLED_BY_REGENERATED_CLIENT) {
            assert_eq!(rules::named(id).map(|rule| rule.class), Some(Class::Breaking), "{id}");
        }
    }

    /// A change of the path of an operation.
    fn moved() -> Result<Change, venue_spec::document::Report> {
        let at = |path: &str| Document::parse_unchecked("spec.yaml", format!("paths:\n  {path}:\n    get:\n      operationId: time\n"));
        let mut changes = crate::compare(&at("/v1/time")?, &at("/v2/time")?);
        assert_eq!(changes.len(), 1, "only the path changed");
        Ok(changes.remove(0))
    }

    fn item(crate_name: &str) -> ItemChange {
        let path = String::from("operations::TIME");
        ItemChange { crate_name: crate_name.into(), path, from: Some("A".into()), to: None, class: RustClass::Major, migration_hint: None }
    }

    #[test]
    fn an_item_of_the_mocks_does_not_hide_that_calls_fail_although_their_code_compiles() -> Result<(), venue_spec::document::Report> {
        let words = |items| moved().map(|change| rust_effect(&change, items, "the-api").disagreement.unwrap_or_default());
        let upgrade = "code still compiles, but the calls of released versions fail: upgrade";
        assert_eq!(words(vec![])?, upgrade);
        assert_eq!(words(vec![item("the-mocks")])?, upgrade);
        assert_eq!(words(vec![item("the-api"), item("the-mocks")])?, "");
        Ok(())
    }
}
