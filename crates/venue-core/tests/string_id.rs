//! Ids that `string_id!` declares.

venue_core::string_id! {
    /// The server's id of an order.
    pub struct OrderId;
}

#[test]
fn a_number_is_read_as_an_id_and_written_as_a_string() {
    let id: OrderId = serde_json::from_str("2022543809547603968").expect("digits");
    assert_eq!(id.as_str(), "2022543809547603968");
    assert_eq!(serde_json::to_string(&id).expect("written"), r#""2022543809547603968""#);
}

#[test]
fn a_number_that_is_not_an_integer_of_64_bits_is_rejected() {
    assert!(serde_json::from_str::<OrderId>("202254380954760396812345").is_err());
    assert!(serde_json::from_str::<OrderId>("1.5").is_err());
}

#[test]
fn debug_shortens_and_escapes_an_id_and_display_does_not() {
    let id = OrderId::from("1\n\u{1b}[31m");
    assert_eq!((format!("{id:?}"), id.to_string()), (r#"OrderId("1\n\u{1b}[31m")"#.to_owned(), "1\n\u{1b}[31m".to_owned()));
    let long = OrderId::from("1".repeat(100_000));
    assert_eq!(format!("{long:?}"), format!("OrderId(\"{}…\")", "1".repeat(200)));
}
