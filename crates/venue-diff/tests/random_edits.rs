//! Random edits of a real specification, and of a small one with the words that the real one does not have. Each is reported exactly once, at its position, and the inverse edit is classified
//! by the inverse rule.
//!
//! The specification is formatted as JSON, which is YAML with a line for each key, so that an edit of the tree is an edit of
//! the file. `PROPTEST_CASES=5000 cargo test --release -p venue-diff --test random_edits` runs more cases than the default.

#[path = "random_edits/fields.rs"]
mod fields;
#[path = "random_edits/keys.rs"]
mod keys;
#[path = "random_edits/operations.rs"]
mod operations;
#[path = "random_edits/order.rs"]
mod order;
#[path = "random_edits/schemas.rs"]
mod schemas;
#[path = "random_edits/streams.rs"]
mod streams;
#[path = "random_edits/tree.rs"]
mod tree;

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;
use venue_diff::rules::{self, Inverse};
use venue_diff::{Change, Edit};
use venue_spec::Document;

/// A specification before an edit.
struct Base {
    spec: Value,
    document: Document,
}

static BASES: LazyLock<[Base; 2]> = LazyLock::new(|| ["../../openapi/6mm.yaml", "../venue-spec/tests/second.yaml"].map(base));

fn base(path: &str) -> Base {
    // The path is read at run time, because two checkouts can share a target directory and thus this program.
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let path = format!("{package}/{path}");
    let source = std::fs::read_to_string(&path).expect("the specification can be read");
    let spec = Document::parse(path, source).expect("the specification is valid").json().clone();
    Base { document: document(&spec), spec }
}

fn document(spec: &Value) -> Document {
    Document::parse_unchecked("spec.json", serde_json::to_string_pretty(spec).expect("JSON")).unwrap_or_else(|report| panic!("{report}"))
}

/// The expected report of an edit.
struct Expected {
    edit: &'static str,
    /// The position in the newer file, or in the older file for a removal.
    pointer: String,
}

/// An edit that keeps the specification valid; `None` if the choice cannot be edited in this way.
type RandomEdit = fn(&mut Value, &Index, &Index) -> Option<Expected>;

const EDITS: [(&str, RandomEdit); 33] = [
    ("say something else", keys::change_scalar),
    ("say something more", keys::add_key),
    ("say nothing", keys::remove_key),
    ("make a field required or optional", fields::toggle_required),
    ("remove a field", fields::remove_field),
    ("add a field", fields::add_field),
    ("rename a field", fields::rename_field),
    ("remove a value", schemas::remove_value),
    ("add a value", schemas::add_value),
    ("rename a schema", schemas::rename_schema),
    ("rename an operation", operations::rename_operation),
    ("move an operation", operations::move_operation),
    ("remove an operation", operations::remove_operation),
    ("remove a parameter", operations::remove_parameter),
    ("rename a parameter", operations::rename_parameter),
    ("rename a permission", operations::rename_permission),
    ("change credentials", operations::change_credentials),
    ("give a field another type", fields::retarget_field),
    ("make a number wider or narrower", fields::change_format),
    ("change a condition", fields::change_condition),
    ("rename a stream", streams::rename_stream),
    ("remove a stream", streams::remove_stream),
    ("open or close a channel", streams::change_access),
    ("remove a channel", streams::remove_channel),
    ("rename a placeholder of a channel", streams::rename_placeholder),
    ("open a stream by something else, too", streams::add_authentication),
    ("open a stream by a message", streams::add_login),
    ("limit the rate of an operation", operations::toggle_rate_limit),
    ("require a value for success", operations::add_success_condition),
    ("move an operation to another server", operations::toggle_server),
    ("remove an operation at the exchange", operations::toggle_removed),
    ("add a position to a row", schemas::add_position),
    ("rename a position of a row", schemas::rename_position),
];

proptest! {
    // About one choice in twelve cannot be edited.
    #![proptest_config(ProptestConfig {
        cases: cases(), max_global_rejects: cases().max(1024), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn an_edit_is_reported_once_at_its_position_and_its_inverse_by_the_inverse_rule(
        base in any::<Index>(), which in 0..EDITS.len(), one in any::<Index>(), other in any::<Index>(),
    ) {
        let Base { spec, document: old } = base.get(&*BASES);
        let mut spec = spec.clone();
        let (name, edit) = EDITS[which];
        let Some(expected) = edit(&mut spec, &one, &other) else { return Err(TestCaseError::reject("nothing to edit")) };
        let new = document(&spec);
        let forward = venue_diff::compare(old, &new);
        let back = venue_diff::compare(&new, old);
        prop_assert_eq!(forward.len(), 1, "{}: {:#?}", name, &forward);
        prop_assert_eq!(back.len(), 1, "{} undone: {:#?}", name, &back);
        let (change, undone) = (&forward[0], &back[0]);
        prop_assert_eq!(slug(change), expected.edit, "{}: {:#?}", name, change);
        // A removal has a position in the older file only.
        let (side, place) = match &change.new {
            Some(place) => (&new, place),
            None => (old, change.old.as_ref().expect("a change has a position")),
        };
        prop_assert_eq!(&place.pointer, &expected.pointer, "{}", name);
        prop_assert_eq!(Some(place.line), side.line_of(&place.pointer), "{}", name);
        prop_assert_eq!((&change.old, &change.new), (&undone.new, &undone.old), "{}: the positions are swapped", name);
        prop_assert_eq!(change.direction, undone.direction, "{}", name);
        prop_assert_eq!(mirrored(change), undone.rules.iter().copied().collect::<std::collections::BTreeSet<_>>(), "{}", name);
        prop_assert!(!change.rules.contains(&"unknown"), "{}: {:#?}", name, change);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(), max_global_rejects: cases().max(1024), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn another_order_of_an_unordered_list_is_not_a_change(base in any::<Index>(), one in any::<Index>(), other in any::<Index>()) {
        let Base { spec, document: old } = base.get(&*BASES);
        let mut spec = spec.clone();
        let Some(pointer) = order::reorder(&mut spec, &one, &other) else { return Err(TestCaseError::reject("nothing to reorder")) };
        let changes = venue_diff::compare(old, &document(&spec));
        prop_assert!(changes.is_empty(), "{}: {:#?}", pointer, changes);
    }
}

/// A few cases by default; `PROPTEST_CASES` sets another number.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200)
}

fn slug(change: &Change) -> &'static str {
    match change.edit {
        Edit::Added => "added",
        Edit::Removed => "removed",
        Edit::Renamed { .. } => "renamed",
        Edit::Changed { .. } => "changed",
    }
}

fn mirrored(change: &Change) -> std::collections::BTreeSet<&'static str> {
    let rules = change.rules.iter().map(|id| rules::named(id).expect("a rule of the table"));
    rules
        .map(|rule| match rule.inverse {
            Inverse::Itself => rule.id,
            Inverse::Rule(inverse) => inverse,
        })
        .collect()
}

#[test]
fn a_specification_does_not_differ_from_itself() {
    for base in &*BASES {
        assert!(venue_diff::compare(&base.document, &base.document).is_empty());
    }
}

/// Each kind of edit must be possible, so that proptest does not reject all of its cases.
#[test]
fn each_kind_of_edit_is_possible() {
    for (name, edit) in EDITS {
        let found = (0..200_usize).any(|seed| {
            let index = |salt: usize| serde_index(seed * 7919 + salt);
            BASES.iter().any(|base| edit(&mut base.spec.clone(), &index(1), &index(2)).is_some())
        });
        assert!(found, "{name}");
    }
}

/// Creates an index without a strategy.
fn serde_index(seed: usize) -> Index {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let mut bytes = [0_u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    any::<Index>().new_tree(&mut runner).expect("an index").current()
}
