//! Enums that `open_enum!` declares.

venue_core::open_enum! {
    /// The side of an order.
    pub enum Side: str {
        /// Buys.
        Buy = "BUY",
        /// Sells.
        Sell = "SELL",
    }
}

venue_core::open_enum! {
    /// A margin mode.
    pub enum Mode: i64 {
        /// Cross.
        Cross = 1,
        /// Isolated.
        Isolated = 2,
    }
}

#[test]
fn a_documented_value_is_read_as_its_variant_and_written_back() {
    assert_eq!(serde_json::from_str::<Side>(r#""BUY""#).expect("read"), Side::Buy);
    assert_eq!(serde_json::to_string(&Side::Sell).expect("written"), r#""SELL""#);
    assert_eq!(serde_json::from_str::<Mode>("2").expect("read"), Mode::Isolated);
    assert_eq!(serde_json::to_string(&Mode::Cross).expect("written"), "1");
    assert_eq!(Side::DOCUMENTED, ["BUY", "SELL"]);
    assert_eq!(Mode::DOCUMENTED, ["1", "2"]);
}

#[test]
fn an_unknown_value_is_written_back_with_its_json_type() {
    for json in [r#""HEDGE""#, "7", "-1", r#""""#] {
        let side: Side = serde_json::from_str(json).expect("open");
        assert!(!side.is_documented());
        assert_eq!(serde_json::to_string(&side).expect("written"), json);
        let mode: Mode = serde_json::from_str(json).expect("open");
        assert!(!mode.is_documented());
        assert_eq!(serde_json::to_string(&mode).expect("written"), json);
    }
}

#[test]
fn values_are_case_sensitive() {
    assert!(!Side::from("buy").is_documented());
    assert_eq!(Side::from("buy").to_string(), "buy");
}

/// Checks how `Display` and `Debug` print an unknown value, and that the value itself is unchanged.
fn check_printed(value: &str, printed: &str) {
    let side = Side::from(value);
    assert_eq!(side.to_string(), printed);
    assert_eq!(format!("{side:?}"), format!("Unknown(\"{printed}\")"));
    assert_eq!(serde_json::to_value(&side).expect("written"), value);
    let Side::Unknown(unknown) = side else { panic!("unknown") };
    assert_eq!(unknown.as_str(), Some(value));
}

#[test]
fn an_unknown_word_is_printed_unchanged() {
    for word in ["HEDGE", "PARTIALLY_FILLED_CANCELED_BY_SYSTEM", "tp-sl", "v2", "2026"] {
        check_printed(word, word);
    }
}

#[test]
fn control_characters_of_an_unknown_value_are_escaped() {
    check_printed("X\n\u{1b}[31m", r"X\n\u{1b}[31m");
    check_printed("\u{202e}DLOS", r"\u{202e}DLOS");
}

#[test]
fn a_long_unknown_value_is_shortened() {
    check_printed(&"X".repeat(100_000), &format!("{}…", "X".repeat(64)));
    check_printed(&"X ".repeat(50_000), &format!("{}…", "X ".repeat(32)));
}

#[test]
fn an_unknown_value_that_looks_like_a_secret_is_redacted() {
    check_printed("apiKey=f57cb61ef604ce76be09e753a5dbdd8c&page=1", "apiKey=[redacted]&page=1");
    check_printed(&format!("signature={}", "0123abcd".repeat(8)), "signature=[redacted]");
    check_printed("eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl1234567", "[redacted].e30.[redacted]");
}

#[test]
fn only_the_kind_of_a_list_or_an_object_is_printed() {
    for (json, kind) in [(r#"["hunter2"]"#, "a list"), (r#"{"hunter2":1}"#, "an object"), ("null", "null")] {
        let side: Side = serde_json::from_str(json).expect("open");
        assert_eq!((side.to_string(), format!("{side:?}")), (kind.to_owned(), format!("Unknown({kind})")));
    }
}

#[test]
fn an_unknown_text_of_a_numeric_enum_is_escaped_too() {
    let mode: Mode = serde_json::from_str(r#""7\u001b[2J""#).expect("open");
    assert_eq!(mode.to_string(), r"7\u{1b}[2J");
    assert_eq!(Mode::from(7).to_string(), "7");
}

#[test]
fn only_documented_values_can_be_parsed_and_the_error_lists_them() {
    assert_eq!("BUY".parse(), Ok(Side::Buy));
    assert_eq!("2".parse(), Ok(Mode::Isolated));
    let error = "buy".parse::<Side>().expect_err("values are case-sensitive");
    assert_eq!(error.to_string(), "`buy` is not a documented value of `Side`: use `BUY` or `SELL`");
    assert_eq!((error.value().as_str(), error.documented()), (Some("buy"), Side::DOCUMENTED));
    for text in ["", "3", "-1", "two", "2.0"] {
        let error = text.parse::<Mode>().expect_err("not documented");
        assert_eq!(error.to_string(), format!("`{text}` is not a documented value of `Mode`: use `1` or `2`"));
    }
}
