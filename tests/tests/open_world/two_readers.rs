//! The fast reader and the one that is taken when it fails: what both can read, they read as the same values.

use std::cell::Cell;

use oorandom::Rand32;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use sixmm_tests::{specification, valid};
use venue_spec::model::{Field, Kind, Shape};

use super::{change, received, respelled};

/// No response that begins like this is read by the fast reader.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

fn envelope(data: &str) -> String {
    format!(r#"{{"code":0,"message":"success","data":{data},"requestId":"req-12345678"}}"#)
}

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() })
}

#[test]
fn both_readers_agree_on_what_the_fast_one_accepts() {
    let api = specification();
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    for named in api.types.iter().filter(|named| named.received) {
        let strategy = (valid::named(&api, &named.name), proptest::collection::vec(any::<Index>(), 0..3));
        let checked = runner().run(&strategy, |(mut data, picks)| {
            for pick in picks {
                let edits = change::edits(&api, &named.name, &data);
                if !edits.is_empty() {
                    change::make(pick.get(&edits), &mut data);
                }
            }
            let body = envelope(&data.to_string());
            let fast = received::echo_of_the_fast_reader(&named.name, &body);
            let other = received::echo(&named.name, &format!("{BYTE_ORDER_MARK}{body}"));
            let count = if fast.is_ok() { &accepted } else { &refused };
            count.set(count.get() + 1);
            prop_assert!(fast.is_err() || fast == other, "{body}: {fast:?}, {other:?}");
            Ok(())
        });
        checked.unwrap_or_else(|failure| panic!("{}: {failure}", named.name));
    }
    assert!(accepted.get() > 100 && refused.get() > 100, "{accepted:?} accepted, {refused:?} refused");
}

#[test]
fn every_exact_spelling_of_a_document_is_read_as_the_same_values() {
    let api = specification();
    let other_bytes = Cell::new(0);
    for named in api.types.iter().filter(|named| named.received) {
        let checked = runner().run(&(valid::named(&api, &named.name), any::<u64>()), |(data, seed)| {
            let body = envelope(&data.to_string());
            let spelled = envelope(&respelled::named(&api, &named.name, &data, &mut Rand32::new(seed)));
            other_bytes.set(other_bytes.get() + usize::from(spelled != body));
            prop_assert_eq!(received::echo(&named.name, &spelled), received::echo(&named.name, &body), "{}", spelled);
            Ok(())
        });
        checked.unwrap_or_else(|failure| panic!("{}: {failure}", named.name));
    }
    assert!(other_bytes.get() > 500, "{other_bytes:?}");
}

#[test]
fn a_row_that_is_broken_or_removed_leaves_the_others_as_they_are() {
    let api = specification();
    let lists = api.types.iter().filter(|named| named.received).flat_map(|named| {
        let Shape::Object { fields, .. } = &named.shape else { return Vec::new() };
        fields.iter().filter_map(|field| Some((named, field, row_of(&api, field)?))).collect()
    });
    let mut checked_lists = 0;
    for (named, field, row) in lists {
        checked_lists += 1;
        let rows = proptest::collection::vec(valid::named(&api, row), 1..5);
        let checked = runner().run(&(valid::named(&api, &named.name), rows, any::<Index>()), |(mut data, rows, at)| {
            let at = at.index(rows.len());
            let list_without = rows.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, row)| row.clone()).collect::<Vec<_>>();
            data[&field.name] = json!(list_without);
            let without = received::echo(&named.name, &envelope(&data.to_string()));

            let mut list: Vec<String> = rows.iter().map(Value::to_string).collect();
            list[at] = broken(&api, row);
            data[&field.name] = json!("the list");
            let with = data.to_string().replace(r#""the list""#, &format!("[{}]", list.join(",")));
            prop_assert_eq!(received::echo(&named.name, &envelope(&with)), without, "{}", with);
            Ok(())
        });
        checked.unwrap_or_else(|failure| panic!("{}.{}: {failure}", named.name, field.name));
    }
    assert!(checked_lists >= 14, "{checked_lists} lists of objects");
}

/// The type of a list's rows, if they are objects.
fn row_of<'a>(api: &'a venue_spec::model::Api, field: &'a Field) -> Option<&'a str> {
    let Kind::List(item) = &field.kind else { return None };
    let Kind::Named(name) = &**item else { return None };
    matches!(api.type_named(name)?.shape, Shape::Object { .. }).then_some(name)
}

/// A row of this type that nothing can read, because a field is there twice.
fn broken(api: &venue_spec::model::Api, row: &str) -> String {
    let Shape::Object { fields, .. } = &api.type_named(row).expect("a type").shape else { return String::new() };
    let name = &fields[fields.len() - 1].name;
    format!(r#"{{"{name}":"1","{name}":"1"}}"#)
}
