//! The JSON form of order values.

use sixmm_ext::types::{PositionSide, TimeInForce, TriggerPriceType};
use sixmm_ext::{NewConditionOrder, NewOrder};

#[test]
fn an_order_is_deserialized_from_its_serialized_form() {
    let buy = || NewOrder::buy("BTCUSDT", "0.10");
    for order in [
        buy().limit("85000").maker_only().client_order_id("my-1"),
        buy().market().reduce_only(),
        buy().limit(85_000).time_in_force(TimeInForce::Ioc).position_side(PositionSide::Long),
        NewOrder::close_long("BTCUSDT").market(),
        buy().limit("85,000"),
    ] {
        let json = serde_json::to_string(&order).expect("an order is serializable");
        assert_eq!(serde_json::from_str::<NewOrder>(&json).ok(), Some(order), "{json}");
    }
}

#[test]
fn a_condition_order_is_deserialized_from_its_serialized_form() {
    let sell = || NewOrder::sell("BTCUSDT", "0.1");
    for order in [
        sell().stop("80000").trigger_by(TriggerPriceType::MarkPrice).price_protection(),
        sell().take_profit("90000").limit("90100").reduce_only(),
        sell().trailing_stop("1.5").activate_at("90000"),
        NewOrder::close_short("BTCUSDT").stop("90000"),
    ] {
        let json = serde_json::to_string(&order).expect("an order is serializable");
        assert_eq!(serde_json::from_str::<NewConditionOrder>(&json).ok(), Some(order), "{json}");
    }
}

#[test]
fn json_that_the_setters_cannot_express_is_rejected() {
    let error = |json: &str| serde_json::from_str::<NewOrder>(json).expect_err(json).to_string();
    for (json, problem) in [
        (r#"{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"1","stopPrice":"1"}"#, "unknown field `stopPrice`"),
        (r#"{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"1"}"#, "either a `price` or a `priceType`"),
        (r#"{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"1","price":"1"}"#, "neither a `price` nor a `priceType`"),
        (r#"{"symbol":"BTCUSDT","side":"BUY","type":"STOP","quantity":"1"}"#, "`type` is LIMIT or MARKET"),
        (r#"{"symbol":"BTCUSDT","side":"HOLD","type":"MARKET","quantity":"1"}"#, "`side` is BUY or SELL"),
        (r#"{"symbol":"BTCUSDT","side":"BUY","type":"MARKET"}"#, "either a `quantity` or `closePosition`"),
        (
            r#"{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"1","closePosition":true}"#,
            "either a `quantity` or `closePosition`",
        ),
        (r#"{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":0.1}"#, "data did not match any variant"),
    ] {
        let error = error(json);
        assert!(error.contains(problem), "{json}: {error}");
    }
    let trailing = r#"{"symbol":"BTCUSDT","side":"SELL","type":"TRAILING_STOP","quantity":"1","stopPrice":"1"}"#;
    let error = serde_json::from_str::<NewConditionOrder>(trailing).expect_err(trailing).to_string();
    assert!(error.contains("a trailing stop has a `callbackRate`"), "{error}");
}
