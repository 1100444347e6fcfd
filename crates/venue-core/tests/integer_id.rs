//! Ids that `integer_id!` declares.

use proptest::prelude::*;
use venue_core::{BareEnvelope, List, Undocumented, reqwest::StatusCode};

venue_core::integer_id! {
    /// The server's id of an order.
    pub struct OrderId;
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

#[test]
fn an_id_is_written_as_an_integer() {
    assert_eq!(serde_json::to_string(&OrderId::from("230602138716")).expect("written"), "230602138716");
    assert_eq!(OrderId::from(-1_i64).as_str(), "-1");
}

#[test]
fn an_id_that_is_not_an_integer_of_64_bits_can_be_neither_read_nor_written() {
    for text in ["", "x7", "1.5", "007", "9223372036854775808", "-0", "+1", " 1"] {
        assert!(serde_json::to_string(&OrderId::from(text)).is_err(), "{text}");
        assert!(serde_json::from_str::<OrderId>(&format!("{text:?}")).is_err(), "{text}");
    }
    for json in ["9223372036854775808", "1.5", "null", "true", "[1]"] {
        assert!(serde_json::from_str::<OrderId>(json).is_err(), "{json}");
    }
}

#[test]
fn the_lenient_reader_keeps_the_other_ids_of_a_list() {
    let body = br#"[1, "2", "x", 3.0, 9223372036854775808]"#;
    let reading = BareEnvelope::<List<OrderId>, Envelope<Undocumented>>::read(StatusCode::OK, body).expect("a list");
    let list = reading.into_envelope().data.expect("a list");
    assert_eq!(list.iter().map(OrderId::as_str).collect::<Vec<_>>(), ["1", "2", "3"]);
    assert_eq!(list.unreadable_rows().iter().map(|row| row.path()).collect::<Vec<_>>(), ["[2]", "[4]"]);
}

proptest! {
    #[test]
    fn reading_and_writing_is_the_identity(id: i64) {
        let json = id.to_string();
        let read: OrderId = serde_json::from_str(&json).expect("read");
        prop_assert_eq!(serde_json::to_string(&read).expect("written"), json.as_str());
        prop_assert_eq!(&serde_json::from_str::<OrderId>(&format!("\"{json}\"")).expect("read"), &read);
        prop_assert_eq!(read, OrderId::from(id));
    }
}
