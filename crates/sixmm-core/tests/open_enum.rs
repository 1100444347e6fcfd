//! Open enums keep what the documentation does not know.

sixmm_core::open_enum! {
    /// The side of an order.
    pub enum Side: str {
        /// Buys.
        Buy = "BUY",
        /// Sells.
        Sell = "SELL",
    }
}

sixmm_core::open_enum! {
    /// A margin mode.
    pub enum Mode: i64 {
        /// Cross.
        Cross = 1,
        /// Isolated.
        Isolated = 2,
    }
}

#[test]
fn documented_values_become_variants_and_go_back() {
    assert_eq!(serde_json::from_str::<Side>(r#""BUY""#).expect("read"), Side::Buy);
    assert_eq!(serde_json::to_string(&Side::Sell).expect("written"), r#""SELL""#);
    assert_eq!(serde_json::from_str::<Mode>("2").expect("read"), Mode::Isolated);
    assert_eq!(serde_json::to_string(&Mode::Cross).expect("written"), "1");
    assert_eq!(Side::DOCUMENTED, ["BUY", "SELL"]);
    assert_eq!(Mode::DOCUMENTED, ["1", "2"]);
}

#[test]
fn unknown_values_are_kept_in_the_type_they_came_in() {
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
fn case_matters() {
    assert!(!Side::from("buy").is_documented());
    assert_eq!(Side::from("buy").to_string(), "buy");
}
