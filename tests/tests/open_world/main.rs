//! The vendor may add, remove and change everything that its documentation does not promise. The client reads every such response, and
//! loses no part of it.
//!
//! The responses are generated from the specification, and then changed. `round_trip.rs` defines the allowed differences after a response was
//! read and written again.

mod change;
mod received;
mod respelled;
mod round_trip;
mod two_readers;

use std::cell::Cell;
use std::collections::BTreeSet;

use change::Change;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use sixmm_tests::{specification, valid};
use venue_spec::model::Shape;

/// Answers of every received type with up to so many changes of these kinds, read and written again.
fn check(changes: &'static [Change], at_most: usize) {
    let api = specification();
    let made = Cell::new(0);
    for named in api.types.iter().filter(|named| named.received) {
        let strategy = (valid::named(&api, &named.name), proptest::collection::vec(any::<Index>(), at_most));
        let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
        let checked = runner.run(&strategy, |(mut data, picks)| {
            for pick in picks {
                let mut edits = change::edits(&api, &named.name, &data);
                edits.retain(|edit| changes.contains(&edit.change));
                if !edits.is_empty() {
                    change::make(pick.get(&edits), &mut data);
                    made.set(made.get() + 1);
                }
            }
            let sent = json!({ "code": 0, "message": "success", "data": data, "requestId": "req-12345678" });
            let back = received::echo(&named.name, &sent.to_string()).map_err(|error| TestCaseError::fail(format!("{error}: {sent}")))?;
            let mut expected = sent;
            // `data: null` is no data.
            match round_trip::named(&api, &named.name, &data) {
                _ if data.is_null() => expected.as_object_mut().and_then(|envelope| envelope.remove("data")),
                kept => expected.as_object_mut().and_then(|envelope| envelope.insert("data".to_owned(), kept.unwrap_or_default())),
            };
            prop_assert_eq!(serde_json::from_str::<Value>(&back).expect("what was written is JSON"), expected);
            Ok(())
        });
        checked.unwrap_or_else(|failure| panic!("{}: {failure}", named.name));
    }
    assert_eq!(made.get() > 0, at_most > 0, "some type can be changed so");
}

#[test]
fn every_received_type_is_in_the_table() {
    let api = specification();
    let received: BTreeSet<&str> = api.types.iter().filter(|named| named.received).map(|named| named.name.as_str()).collect();
    assert_eq!(received, received::TYPES.iter().map(|(name, _)| *name).collect());
}

#[test]
fn a_documented_response_is_unchanged_after_reading_and_writing() {
    check(&[], 0);
}

#[test]
fn an_unknown_field_is_kept_at_any_depth() {
    check(&[Change::UnknownField], 4);
}

#[test]
fn an_unknown_enum_value_is_kept_in_the_type_it_came_in() {
    check(&[Change::UnknownValue], 3);
}

#[test]
fn a_field_that_is_not_promised_may_be_missing() {
    check(&[Change::Dropped], 8);
}

#[test]
fn a_field_that_is_not_promised_may_be_null() {
    check(&[Change::Null], 4);
}

#[test]
fn a_field_that_is_not_promised_may_be_something_else_and_is_kept() {
    check(&[Change::OtherType], 4);
}

#[test]
fn a_list_may_be_missing() {
    check(&[Change::DroppedList], 3);
}

#[test]
fn a_list_may_be_null() {
    check(&[Change::NullList], 3);
}

#[test]
fn an_id_may_be_a_number() {
    check(&[Change::NumericId], 3);
}

#[test]
fn a_decimal_may_be_a_whole_number() {
    check(&[Change::NumericDecimal], 3);
}

#[test]
fn a_provisional_field_may_have_another_type() {
    check(&[Change::Replaced], 3);
}

#[test]
fn all_changes_may_occur_together() {
    check(
        &[
            Change::UnknownField,
            Change::UnknownValue,
            Change::Dropped,
            Change::Null,
            Change::OtherType,
            Change::DroppedList,
            Change::NullList,
            Change::NumericId,
            Change::NumericDecimal,
            Change::Replaced,
        ],
        12,
    );
}

#[test]
fn a_number_in_an_unknown_field_comes_back_as_the_nearest_double() {
    for (sent, back) in [
        ("0.1", "0.1"),
        ("1.10", "1.1"),
        ("18446744073709551615", "18446744073709551615"),
        ("0.1234567890123456789", "0.12345678901234568"),
    ] {
        let envelope = |number| format!(r#"{{"code":0,"data":{{"newField":{number}}}}}"#);
        assert_eq!(received::echo("Order", &envelope(sent)), Ok(envelope(back)));
    }
}

#[test]
fn every_kind_of_type_occurs_in_responses() {
    let api = specification();
    let received = || api.types.iter().filter(|named| named.received);
    assert!(received().any(|named| matches!(named.shape, Shape::Enum { integer: true, .. })));
    assert!(received().any(|named| matches!(named.shape, Shape::Enum { integer: false, .. })));
    assert!(received().any(|named| matches!(named.shape, Shape::Id { .. })));
    assert!(received().any(|named| matches!(named.shape, Shape::Undocumented)));
    assert!(received().any(|named| named.provisional.is_some()));
}
