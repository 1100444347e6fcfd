//! The scanner accepts a message only if a JSON library decodes it to the same levels.

use proptest::prelude::*;
use venue_book::{Depth, DepthDecoder};

use crate::json::{Json, scan};

const MESSAGE: &str = concat!(
    r#"{"topic":"depth","ts":1772007815000,"data":{"type":"update","startVersion":17,"endVersion":19,"#,
    r#""bids":[["42000.1","0.5"],["41999","12"]],"asks":[["42000.20","0.000"],["42001.123456789012345","1000000000000000000000"]]}}"#
);

type Decoded = (Option<u64>, Option<u64>, Option<bool>, Vec<String>);

fn print(depth: &Depth) -> Decoded {
    let level =
        |(price, quantity): (rust_decimal::Decimal, rust_decimal::Decimal)| format!("{} {}", price.normalize(), quantity.normalize());
    let levels = depth.bids().map(|bid| format!("b{}", level(bid))).chain(depth.asks().map(|ask| format!("a{}", level(ask))));
    (depth.first_version, depth.version, depth.is_snapshot, levels.collect())
}

/// Returns whether the scanner accepts the text.
fn check(text: &str) -> bool {
    let (mut scanned, mut decoded) = (Depth::new(), Depth::new());
    if scan(text, &mut scanned).is_none() {
        return false;
    }
    let result = Json.decode(text, &mut decoded);
    assert!(result.is_ok(), "{text} is not JSON: {result:?}");
    assert_eq!(print(&scanned), print(&decoded), "{text}");
    true
}

#[test]
fn a_compact_message_is_accepted() {
    assert!(check(MESSAGE));
    assert!(check(r#"{"data":{"endVersion":0,"asks":[],"bids":[["-1.50","3"],["1e-3","0.1"]]}}"#));
}

#[test]
fn other_forms_are_left_to_a_json_library() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"data":{}}"#,
        r#"{"data":{"endVersion":1} }"#,
        r#"{ "data":{"endVersion":1}}"#,
        r#"{"data":{"endVersion":01}}"#,
        r#"{"data":{"endVersion":-1}}"#,
        r#"{"data":{"endVersion":1.5}}"#,
        r#"{"data":{"endVersion":18446744073709551616}}"#,
        r#"{"data":{"endVersion":}}"#,
        r#"{"data":{"endVersion":1}}}"#,
        r#"{"data":{"endVersion":1},}"#,
        r#"{"data":{"endVersion":1,"x":1}}"#,
        r#"{"d\u0061ta":{"endVersion":1}}"#,
        "{\"topic\":\"\u{1}\",\"data\":{\"endVersion\":1}}",
        r#"{"data":{"endVersion":1,"bids":[["1"]]}}"#,
        r#"{"data":{"endVersion":1,"bids":[["1","2","3"]]}}"#,
        r#"{"data":{"endVersion":1,"bids":[[1,2]]}}"#,
        r#"{"data":{"endVersion":1,"bids":[["1","-2"]]}}"#,
        r#"{"data":{"endVersion":1,"bids":[["","2"]]}}"#,
        r#"{"data":{"endVersion":1,"bids":[["1.","2"]]}}"#,
        r#"{"data":{"endVersion":1,"bids":[[".","2"]]}}"#,
        r#"{"data":{"endVersion":1,"bids":[["1","2"],]}}"#,
        r#"{"data":{"endVersion":1,"bids":[,["1","2"]]}}"#,
        r#"{"data":{"endVersion":1,"bids":[["1" ,"2"]]}}"#,
        r#"{"data":{"endVersion":1,"bids":[["1.2.3","2"]]}}"#,
        r#"{"data":{"type":"other","endVersion":1}}"#,
    ] {
        assert!(!check(text), "{text}");
    }
}

proptest! {
    #[test]
    fn a_changed_message_is_decoded_as_a_json_library_does(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..3, prop::sample::select(&b"0159.,:[]{}\"\\-e x\x01"[..])), 0..3)
    ) {
        let mut text = MESSAGE.as_bytes().to_vec();
        for (index, kind, byte) in edits {
            let index = index.index(text.len());
            match kind {
                0 => text[index] = byte,
                1 => text.insert(index, byte),
                _ => drop(text.remove(index)),
            }
        }
        check(std::str::from_utf8(&text).expect("only ASCII"));
    }

    #[test]
    fn a_number_has_the_value_that_a_json_library_reads(price in "-?[0-9]{0,22}[.]?[0-9]{0,22}(e-?[0-9])?", quantity in "[0-9]{1,3}([.][0-9]{0,30})?") {
        check(&format!(r#"{{"data":{{"endVersion":1,"bids":[["{price}","{quantity}"]]}}}}"#));
    }

    #[test]
    fn short_numbers_have_the_values_that_a_json_library_reads(
        numbers in prop::collection::vec(("[0-9]{0,10}[.]?[0-9]{0,10}", "[0-9.\"x-]{0,4}[0-9]{1,8}([.][0-9]{0,10})?"), 1..4)
    ) {
        // A number is read as short only if more text follows.
        let levels: Vec<_> = numbers.iter().map(|(price, quantity)| format!(r#"["{price}","{quantity}"]"#)).collect();
        check(&format!(r#"{{"data":{{"bids":[{}],"endVersion":1,"asks":[]}}}}"#, levels.join(",")));
    }
}

#[test]
fn numbers_of_each_length_with_a_point_at_each_place_are_read() {
    for length in 1..=19 {
        for point in 0..=length {
            let digits = &"1234567890987654321"[..length];
            let number = if point == 0 { digits.to_owned() } else { format!("{}.{}", &digits[..point], &digits[point..]) };
            let is_accepted = check(&format!(r#"{{"data":{{"bids":[["{number}","{number}"]],"endVersion":1,"asks":[]}}}}"#));
            assert_eq!(is_accepted, point < length, "{number}");
        }
    }
}
