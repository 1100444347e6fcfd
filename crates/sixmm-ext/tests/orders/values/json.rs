//! The JSON form of order values.

use sixmm_ext::orders::{AmendItem, LegTrigger, Placed, StrategyLeg};
use sixmm_ext::types::{PositionSide, TimeInForce, TriggerPriceType};
use sixmm_ext::{Decimal, NewConditionOrder, NewOrder, NewStrategy};

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
fn a_strategy_is_deserialized_from_its_serialized_form() {
    let buy = || NewOrder::buy("BTCUSDT", "0.1").limit("85000");
    let (profit, stop) = (|| NewOrder::sell("BTCUSDT", "0.1").take_profit("90000"), || NewOrder::sell("BTCUSDT", "0.1").stop("80000"));
    for strategy in [
        NewStrategy::bracket(buy().client_order_id("my-1"), profit(), stop()).leg_trigger(LegTrigger::FullFill),
        NewStrategy::one_triggers_other(buy(), stop()),
        NewStrategy::one_cancels_other(profit(), stop()),
        NewStrategy::one_cancels_other(buy(), buy()),
    ] {
        let json = serde_json::to_string(&strategy).expect("a strategy is serializable");
        assert_eq!(serde_json::from_str::<NewStrategy>(&json).ok(), Some(strategy), "{json}");
    }
}

#[test]
fn a_strategy_whose_legs_do_not_fit_its_type_is_rejected() {
    let legs = [
        serde_json::to_value(StrategyLeg::from(NewOrder::buy("BTCUSDT", 1).market())).expect("a leg"),
        serde_json::to_value(StrategyLeg::from(NewOrder::sell("BTCUSDT", 1).stop("80000"))).expect("a leg"),
    ];
    for (strategy_type, chosen, problem) in [
        ("OTOCO", vec![0, 1], "`legs` of an OTOCO are a normal order and two condition orders"),
        ("OTOCO", vec![0, 0, 1], "`legs` of an OTOCO are a normal order and two condition orders"),
        ("OTO", vec![1, 0], "`legs` of an OTO are a normal order and another order"),
        ("OCO", vec![0, 1, 1], "`legs` of an OCO are two orders"),
        ("XYZ", vec![0, 1], "`strategyType` is OTO, OCO or OTOCO"),
    ] {
        let legs: Vec<_> = chosen.iter().map(|index: &usize| &legs[*index]).collect();
        let json = serde_json::json!({ "strategyType": strategy_type, "legs": legs });
        let error = serde_json::from_value::<NewStrategy>(json).expect_err(problem);
        assert_eq!(error.to_string(), problem);
    }
}

#[test]
fn an_amendment_of_a_batch_is_deserialized_from_its_serialized_form() {
    for item in [AmendItem::new("7").price("85000"), AmendItem::new("7").price(1).total_quantity("0.1")] {
        let json = serde_json::to_string(&item).expect("serializable");
        assert_eq!(serde_json::from_str::<AmendItem>(&json).ok(), Some(item), "{json}");
    }
}

#[test]
fn the_result_of_a_placement_is_deserialized_from_its_serialized_form() {
    let json = serde_json::json!({
        "symbol": "BTCUSDT", "orderId": "7", "clientOrderId": "my-1", "status": "NEW", "confirmedBy": "lookup", "requestId": null,
        "differences": [{ "field": "price", "sent": "85000.04", "reported": "85000", "isRounding": true }],
    });
    let placed: Placed = serde_json::from_value(json.clone()).expect("a result");
    assert_eq!(placed.differences[0].reported, Some(Decimal::from(85_000)));
    assert_eq!(serde_json::to_value(&placed).expect("serializable"), json);
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
