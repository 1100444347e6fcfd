//! Ids are strings, whatever comes.

sixmm_core::string_id! {
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
