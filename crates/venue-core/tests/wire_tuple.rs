//! Rows that `wire_tuple!` declares: JSON arrays whose positions have a documented meaning.

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use venue_core::{BareEnvelope, Extra, List, Reading, Undocumented, UnixMillis, UnixSeconds, reqwest::StatusCode};

#[derive(Clone, Debug, PartialEq)]
struct Candle {
    opened_at: UnixSeconds,
    close: Decimal,
    trades: i64,
    closed_at: Option<UnixMillis>,
    note: Option<String>,
    extra: Extra,
}

venue_core::wire_tuple! {
    Candle {
        required opened_at "t" unix_seconds_text;
        required close "c" decimal;
        required trades "n" (i64);
        optional closed_at "closed" (UnixMillis);
        optional note "note" (String);
    }
}

/// An order book with rows in a field of an object, and with a list of times.
#[derive(Clone, Debug, PartialEq)]
struct Chart {
    candles: Vec<Candle>,
    times: Vec<UnixMillis>,
    updated_at: Option<UnixMillis>,
    gaps: Option<Vec<UnixSeconds>>,
    extra: Extra,
}

venue_core::wire_object! {
    Chart {
        list candles "candles" (Candle);
        list times "times" unix_millis_text;
        optional updated_at "updatedAt" unix_millis_text;
        optional_list gaps "gaps" unix_seconds_text;
    }
}

venue_core::envelope! {
    /// The envelope of errors.
    pub struct Envelope {
        code: "code" is [1000] uncertain [],
        message: "message",
        data: "data",
        request_id: "trace",
    }
}

fn read<T: serde::de::DeserializeOwned + venue_core::private::FromJson + Send>(
    json: &Value,
) -> Reading<BareEnvelope<T, Envelope<Undocumented>>> {
    BareEnvelope::read(StatusCode::OK, json.to_string().as_bytes()).expect("a response")
}

fn rows(json: &Value) -> (List<Candle>, Vec<String>) {
    let reading = read::<List<Candle>>(json);
    let unreadable = reading.unreadable_rows().iter().chain(reading.unreadable_fields()).map(ToString::to_string).collect();
    (reading.into_envelope().data.expect("a list"), unreadable)
}

#[test]
fn positions_are_read_in_their_order_and_written_back() {
    let json = json!(["1525760116", "1966.00", 14, null, "x", true, { "a": [1] }]);
    let candle: Candle = serde_json::from_value(json.clone()).expect("a candle");
    assert_eq!((candle.opened_at, candle.trades, candle.closed_at), (UnixSeconds::new(1_525_760_116), 14, None));
    assert_eq!((candle.close.to_string().as_str(), candle.extra.get("5")), ("1966.00", Some(&Value::from(true))));
    assert_eq!(serde_json::to_value(&candle).expect("written"), json);
}

#[test]
fn more_than_ten_positions_are_written_in_their_order() {
    let positions: Vec<Value> =
        ["\"1\"", "\"2\"", "3", "4", "null"].into_iter().map(|json| json.parse().expect("JSON")).chain((5..14).map(Value::from)).collect();
    let json = Value::from(positions);
    let candle: Candle = serde_json::from_value(json.clone()).expect("a candle");
    assert_eq!(serde_json::to_value(&candle).expect("written"), json);
}

#[test]
fn a_row_that_is_too_short_or_of_another_type_is_unreadable_and_its_neighbours_are_kept() {
    let good = json!(["1", "1.5", 2, 3, null]);
    let bad = [json!([]), json!(["1", "1.5", 2, 3]), json!(["1", "", 2, 3, null]), json!({ "t": "1" }), json!("1"), Value::Null];
    for bad in bad {
        let (list, unreadable) = rows(&json!([good, bad, good]));
        assert_eq!((list.len(), list.is_complete(), unreadable.len()), (2, false, 1), "{bad}");
    }
    let (_, unreadable) = rows(&json!([good, ["1", "1.5"]]));
    assert_eq!(unreadable, ["[1].n: the field is missing"]);
}

#[test]
fn the_lenient_reader_accepts_other_spellings_and_keeps_an_unreadable_optional_position() {
    let (list, unreadable) = rows(&json!([[1, 1.5, "2", "later", null, 7]]));
    assert_eq!((list[0].opened_at, list[0].close.to_string().as_str(), list[0].trades), (UnixSeconds::new(1), "1.5", 2));
    assert_eq!(unreadable, ["[0].closed: a text where an integer (i64) is expected"]);
    assert_eq!((list[0].closed_at, list[0].extra.unreadable_fields()), (None, ["closed"].as_slice()));
    assert_eq!(serde_json::to_value(&list).expect("written"), json!([["1", "1.5", 2, "later", null, 7]]));
}

#[test]
fn rows_and_text_times_are_fields_of_an_object() {
    let json = json!({ "candles": [["1", "2", 3, null, null]], "times": ["1589793796145"], "updatedAt": "-1", "gaps": ["0"] });
    let chart: Chart = serde_json::from_value(json.clone()).expect("a chart");
    assert_eq!((chart.times[0], chart.updated_at), (UnixMillis::new(1_589_793_796_145), Some(UnixMillis::new(-1))));
    assert_eq!(serde_json::to_value(&chart).expect("written"), json);
    let reading = read::<Chart>(&json!({ "candles": [["1", "2"], [4, "2", 3, null, null]], "times": [5, "x"] }));
    assert_eq!(reading.unreadable_row_count(), 2);
    let chart = reading.into_envelope().data.expect("a chart");
    assert_eq!((chart.candles.len(), chart.times, chart.gaps), (1, vec![UnixMillis::new(5)], None));
}

#[cfg(feature = "schemars")]
#[test]
fn the_json_schema_has_a_schema_for_each_position() {
    let schema = serde_json::to_value(schemars_of::<Candle>()).expect("a schema");
    let titles: Vec<&Value> = schema["prefixItems"].as_array().expect("positions").iter().map(|item| &item["title"]).collect();
    assert_eq!(titles, ["t", "c", "n", "closed", "note"]);
    assert_eq!((&schema["type"], &schema["minItems"]), (&json!("array"), &json!(5)));
}

#[cfg(feature = "schemars")]
fn schemars_of<T: venue_core::private::schemars::JsonSchema>() -> venue_core::private::schemars::Schema {
    venue_core::private::schemars::schema_for!(T)
}

prop_compose! {
    fn candle()(
        opened_at: i64,
        close in (any::<i64>(), 0_u32..20),
        trades: i64,
        closed_at: Option<i64>,
        note: Option<String>,
        surplus in proptest::collection::vec(any::<u32>(), 0..12),
    ) -> Value {
        let mut positions = vec![
            json!(opened_at.to_string()),
            json!(Decimal::from_i128_with_scale(close.0.into(), close.1).to_string()),
            json!(trades),
            json!(closed_at),
            json!(note),
        ];
        positions.extend(surplus.into_iter().map(Value::from));
        Value::from(positions)
    }
}

/// JSON in the place of a row: most often an array.
fn any_row() -> impl Strategy<Value = Value> {
    let position = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[0-9.x]{0,4}".prop_map(Value::from),
    ];
    prop_oneof![4 => proptest::collection::vec(position.clone(), 0..8).prop_map(Value::from), 1 => position]
}

proptest! {
    #[test]
    fn reading_and_writing_a_row_is_the_identity(json in candle()) {
        let candle: Candle = serde_json::from_value(json.clone()).expect("a candle");
        prop_assert_eq!(serde_json::to_value(&candle).expect("written"), json);
    }

    /// Arbitrary rows between good ones never remove a good row, and each row is either in the list or recorded as unreadable.
    #[test]
    fn an_unreadable_row_never_removes_its_neighbours(good in proptest::collection::vec(candle(), 1..5), other in proptest::collection::vec(any_row(), 0..5)) {
        let mut all = Vec::new();
        for index in 0..good.len().max(other.len()) {
            all.extend(good.get(index).cloned());
            all.extend(other.get(index).cloned());
        }
        let count = all.len();
        let reading = read::<List<Candle>>(&Value::from(all));
        let list = reading.into_envelope().data.expect("a list");
        prop_assert_eq!(list.len() + list.unreadable_row_count(), count);
        let mut written = list.iter().map(|candle| serde_json::to_value(candle).expect("written"));
        for good in &good {
            prop_assert!(written.any(|row| row == *good));
        }
    }

    /// The strict and the lenient reader agree on every row that the strict reader accepts.
    #[test]
    fn both_readers_read_the_same(row in prop_oneof![candle(), any_row()]) {
        if let Ok(strict) = serde_json::from_value::<Candle>(row.clone()) {
            // The object forces the lenient reader for the whole list.
            let list = read::<List<Candle>>(&json!([row, {}])).into_envelope().data.expect("a list");
            prop_assert_eq!(list.into_vec(), vec![strict]);
        }
    }
}
