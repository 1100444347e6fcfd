//! Ids are strings, whatever comes.

venue_core::string_id! {
    /// The server's id of an order.
    pub struct OrderId;
}

#[test]
fn an_id_is_a_string_even_when_a_number_comes() {
    let id: OrderId = serde_json::from_str("2022543809547603968").expect("digits");
    assert_eq!(id.as_str(), "2022543809547603968");
    assert_eq!(serde_json::to_string(&id).expect("written"), r#""2022543809547603968""#);
}

#[test]
fn a_number_that_a_float_would_round_is_refused() {
    assert!(serde_json::from_str::<OrderId>("202254380954760396812345").is_err());
    assert!(serde_json::from_str::<OrderId>("1.5").is_err());
}

#[test]
fn an_id_is_printed_shortened_and_escaped_and_displayed_as_it_is() {
    let id = OrderId::from("1\n\u{1b}[31m");
    assert_eq!((format!("{id:?}"), id.to_string()), (r#"OrderId("1\n\u{1b}[31m")"#.to_owned(), "1\n\u{1b}[31m".to_owned()));
    let long = OrderId::from("1".repeat(100_000));
    assert_eq!(format!("{long:?}"), format!("OrderId(\"{}…\")", "1".repeat(200)));
}
