//! What a change means in Rust, and where the wire and the code say two things.

use venue_spec::rust_names::snake;

use super::RustEffect;
use crate::change::{Change, Class, Edit};
use crate::facts::Kind;
use crate::rust::{ItemChange, RustClass, is_retargeted, requires_item_change};

/// The rules about what a call must give from now on: only its caller can.
const TO_BE_GIVEN: &[&str] = &["body-added", "input-now-required", "required-input-added"];

/// The rules about what generated code does by itself, so that the code of today does it right and that of a released version does not.
const DONE_BY_THE_CLIENT: &[&str] = &[
    "answer-field-renamed",
    "answer-replaced",
    "answer-wrapped-differently",
    "body-replaced",
    "envelope-changed",
    "input-renamed",
    "method-changed",
    "parameter-moved",
    "path-changed",
    "scheme-changed",
    "server-moved",
    "shared-parameter-moved",
    "stream-moved",
    "type-changed",
];

/// What the items of a change mean together; of a change that the generated code does not show yet, what its items will mean.
pub(super) fn class_of(change: &Change, items: &[ItemChange]) -> RustClass {
    match &change.edit {
        _ if !is_missing(change, items) => items.iter().map(|item| item.class).max().unwrap_or(RustClass::None),
        Edit::Added => RustClass::Minor,
        Edit::Changed { attribute, .. } if attribute == "deprecated" => RustClass::Minor,
        _ => RustClass::Major,
    }
}

/// Whether the generated code must show a change, and does not.
pub(super) fn is_missing(change: &Change, items: &[ItemChange]) -> bool {
    requires_item_change(change) && items.iter().all(|item| item.class == RustClass::None)
}

/// What a change means in Rust. `client` is the crate that calls the exchange: what its code does is not hidden by what the others are.
pub(super) fn rust_effect(change: &Change, items: Vec<ItemChange>, client: &str) -> RustEffect {
    let class = class_of(change, &items);
    let compiles = items.iter().all(|item| item.crate_name != client || item.class != RustClass::Major);
    let disagreement = match change.wire {
        _ if is_missing(change, &items) => {
            Some(String::from("the specification says so, and the generated code does not: run `cargo xtask codegen`"))
        }
        Class::Breaking if compiles => Some(at_run_time(change)),
        _ if items.iter().filter(|item| item.class == RustClass::Major).all(is_retargeted) && class == RustClass::Major => {
            Some(String::from("code still compiles, and what it calls under the old name is another operation"))
        }
        Class::Compatible | Class::Documentation if class == RustClass::Major => {
            Some(String::from("the wire goes on working, and code no longer compiles"))
        }
        _ => None,
    };
    RustEffect { class, items, disagreement }
}

/// Whose calls fail although the code compiles, and what to do about it.
fn at_run_time(change: &Change) -> String {
    let is = |rules: &[&str]| change.rules.first().is_some_and(|rule| rules.contains(rule));
    if is(TO_BE_GIVEN) {
        format!("code still compiles, and calls that do not give it fail: {}", how_to_give(change))
    } else if is(DONE_BY_THE_CLIENT) {
        String::from("code still compiles, and the calls of released versions fail: upgrade")
    } else {
        String::from("code still compiles, and calls fail at run time")
    }
}

/// The setter, as far as the change tells its name.
fn how_to_give(change: &Change) -> String {
    match (change.kind, change.subject.rsplit_once('.')) {
        (Kind::Parameter | Kind::Field, Some((_, name))) => format!("call `{}(…)`", snake(name)),
        _ => String::from("callers must give it now"),
    }
}

#[cfg(test)]
mod tests {
    use venue_spec::Document;

    use super::{Change, DONE_BY_THE_CLIENT, ItemChange, RustClass, TO_BE_GIVEN, rust_effect};
    use crate::{Class, rules};

    #[test]
    fn the_rules_that_are_told_apart_are_rules_of_the_table_that_break() {
        for id in TO_BE_GIVEN.iter().chain(DONE_BY_THE_CLIENT) {
            assert_eq!(rules::named(id).map(|rule| rule.class), Some(Class::Breaking), "{id}");
        }
    }

    /// An operation that has another path.
    fn moved() -> Result<Change, venue_spec::document::Report> {
        let at = |path: &str| Document::parse_unchecked("spec.yaml", format!("paths:\n  {path}:\n    get:\n      operationId: time\n"));
        let mut changes = crate::compare(&at("/v1/time")?, &at("/v2/time")?);
        assert_eq!(changes.len(), 1, "it has another path");
        Ok(changes.remove(0))
    }

    fn item(crate_name: &str) -> ItemChange {
        let path = String::from("operations::TIME");
        ItemChange { crate_name: crate_name.into(), path, from: Some("A".into()), to: None, class: RustClass::Major, migration_hint: None }
    }

    #[test]
    fn what_the_mocks_break_does_not_hide_that_calls_fail_although_their_code_compiles() -> Result<(), venue_spec::document::Report> {
        let words = |items| moved().map(|change| rust_effect(&change, items, "the-api").disagreement.unwrap_or_default());
        let upgrade = "code still compiles, and the calls of released versions fail: upgrade";
        assert_eq!(words(vec![])?, upgrade);
        assert_eq!(words(vec![item("the-mocks")])?, upgrade);
        assert_eq!(words(vec![item("the-api"), item("the-mocks")])?, "");
        Ok(())
    }
}
