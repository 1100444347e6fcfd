//! Condition orders.

use rust_decimal::dec;

use super::super::{
    CancelType, ConditionFilter, ConditionOrder, ConditionOrderType, ConditionReason, ConditionStatus, PlaceConditionOrder, PositionSide,
    TimeInForce, TriggerPriceType,
};
use super::*;

fn condition(order_type: ConditionOrderType, side: OrderSide, stop: i64) -> PlaceConditionOrder {
    PlaceConditionOrder::market(SYMBOL, order_type, side, stop, 1)
}

fn trailing(side: OrderSide, callback: Decimal) -> PlaceConditionOrder {
    PlaceConditionOrder { stop_price: None, callback_rate: Some(callback), ..condition(ConditionOrderType::TrailingStop, side, 1) }
}

impl TestVenue {
    fn wait(&mut self, order: PlaceConditionOrder) -> String {
        self.0.place_condition_order("alice", order).expect("the order is valid").condition_id.to_string()
    }

    fn condition(&self, id: &str) -> ConditionOrder {
        let current = self.0.current_condition_orders("alice", None).expect("no symbol is given");
        let past =
            self.0.condition_order_history("alice", &ConditionFilter::default(), PageRequest::default()).expect("the page is valid").list;
        current.into_iter().chain(past).find(|order| order.condition_id.to_string() == id).expect("the order exists")
    }
}

#[test]
fn stops_trigger_on_adverse_prices_and_take_profits_on_favourable_prices() {
    use ConditionOrderType::{StopMarket, TakeProfitMarket};
    for (order_type, side, stop, before, at) in [
        (StopMarket, OrderSide::Sell, 95, dec!(96), dec!(95)),
        (StopMarket, OrderSide::Buy, 105, dec!(104), dec!(105)),
        (TakeProfitMarket, OrderSide::Sell, 105, dec!(104), dec!(106)),
        (TakeProfitMarket, OrderSide::Buy, 95, dec!(96), dec!(94)),
    ] {
        let mut venue = TestVenue::new();
        let id = venue.wait(condition(order_type, side, stop));
        venue.trade_at(before);
        assert_eq!(venue.condition(&id).status, ConditionStatus::Pending, "{order_type} {side}");
        venue.trade_at(at);
        let order = venue.condition(&id);
        assert_eq!(order.status, ConditionStatus::Triggered, "{order_type} {side}");
        let made = order.generated_order_id.expect("it made an order").to_string();
        assert_eq!(venue.order("alice", &made).side, side);
    }
}

#[test]
fn before_the_first_trade_the_index_price_is_the_contract_price() {
    for (traded, expected) in [(false, ConditionStatus::Triggered), (true, ConditionStatus::Pending)] {
        let mut venue = TestVenue::new();
        if traded {
            venue.trade_at(dec!(100));
        }
        let id = venue.wait(condition(ConditionOrderType::StopMarket, OrderSide::Sell, 95));
        venue.0.set_index_price(SYMBOL, dec!(90)).expect("the price is valid");
        assert_eq!(venue.condition(&id).status, expected, "traded: {traded}");
    }
}

#[test]
fn the_mark_price_triggers_only_orders_with_that_trigger_price_type() {
    let mut venue = TestVenue::new();
    let by_mark =
        PlaceConditionOrder { working_type: TriggerPriceType::MarkPrice, ..condition(ConditionOrderType::StopMarket, OrderSide::Sell, 95) };
    let by_mark = venue.wait(by_mark);
    let by_contract = venue.wait(condition(ConditionOrderType::StopMarket, OrderSide::Sell, 95));
    venue.0.set_mark_price(SYMBOL, dec!(90)).expect("the price is valid");
    assert_eq!(venue.condition(&by_mark).status, ConditionStatus::Triggered);
    assert_eq!(venue.condition(&by_contract).status, ConditionStatus::Pending);
}

#[test]
fn the_limit_order_of_a_stop_limit_order_has_the_same_client_order_id() {
    let mut venue = TestVenue::new();
    let order = PlaceConditionOrder {
        price: Some(dec!(94)),
        client_order_id: Some("my-stop".to_owned()),
        ..condition(ConditionOrderType::StopLimit, OrderSide::Buy, 105)
    };
    venue.wait(order);
    let by_name = OrderRef { order_id: None, client_order_id: Some("my-stop") };
    assert_eq!(venue.0.order("alice", SYMBOL, by_name).expect_err("it waits").code(), 3003);
    venue.trade_at(dec!(105));
    let made = venue.0.order("alice", SYMBOL, by_name).expect("it was placed");
    assert_eq!((made.price, made.status), (Some(dec!(94)), OrderStatus::Pending));
}

#[test]
fn a_trailing_stop_follows_the_price_and_triggers_at_the_callback() {
    let mut venue = TestVenue::new();
    venue.trade_at(dec!(100));
    let id = venue.wait(trailing(OrderSide::Sell, dec!(0.05)));
    assert_eq!(venue.condition(&id).trigger_price, Some(dec!(95)));
    venue.trade_at(dec!(120));
    assert_eq!(venue.condition(&id).trigger_price, Some(dec!(114)));
    venue.trade_at(dec!(115));
    assert_eq!(venue.condition(&id).status, ConditionStatus::Pending);
    venue.trade_at(dec!(114));
    assert_eq!(venue.condition(&id).status, ConditionStatus::Triggered);
}

#[test]
fn a_trailing_stop_waits_for_its_activation_price() {
    let mut venue = TestVenue::new();
    venue.trade_at(dec!(100));
    let id = venue.wait(PlaceConditionOrder { activate_price: Some(dec!(90)), ..trailing(OrderSide::Buy, dec!(0.1)) });
    venue.trade_at(dec!(150));
    assert_eq!(venue.condition(&id).status, ConditionStatus::PendingActivation);
    venue.trade_at(dec!(90));
    assert_eq!((venue.condition(&id).status, venue.condition(&id).trigger_price), (ConditionStatus::Pending, Some(dec!(99))));
    venue.trade_at(dec!(99));
    assert_eq!(venue.condition(&id).status, ConditionStatus::Triggered);
}

#[test]
fn a_condition_order_is_rejected_if_its_generated_order_is_rejected() {
    let mut venue = TestVenue::new();
    let id = venue.wait(PlaceConditionOrder { reduce_only: true, ..condition(ConditionOrderType::StopMarket, OrderSide::Sell, 95) });
    venue.trade_at(dec!(95));
    assert_eq!((venue.condition(&id).status, venue.condition(&id).generated_order_id), (ConditionStatus::Rejected, None));
}

#[test]
fn one_trigger_can_cause_the_next() {
    let mut venue = TestVenue::new();
    venue.place("bob", buy(95, 1));
    venue.place("bob", buy(90, 1));
    venue.place("bob", buy(85, 5));
    let first = venue.wait(condition(ConditionOrderType::StopMarket, OrderSide::Sell, 95));
    let second = venue.wait(condition(ConditionOrderType::StopMarket, OrderSide::Sell, 90));
    // The first condition order is triggered by the trade at 95, and sells at 90. The second is triggered by this trade at 90, and sells at
    // 85.
    venue.place("bob", market_sell(1));
    for id in [first, second] {
        assert_eq!(venue.condition(&id).status, ConditionStatus::Triggered);
    }
    assert_eq!(venue.fills("alice"), [(dec!(90), dec!(1)), (dec!(85), dec!(1))]);
}

#[test]
fn a_gte_gtc_order_is_cancelled_when_its_position_is_closed() {
    let mut venue = TestVenue::new();
    let stop = PlaceConditionOrder { time_in_force: TimeInForce::GteGtc, ..condition(ConditionOrderType::StopMarket, OrderSide::Sell, 50) };
    let error = venue.0.place_condition_order("alice", stop.clone()).expect_err("there is no position");
    assert_eq!(error.reason(), Reason::Condition(ConditionReason::NoPosition));
    venue.place("bob", sell(100, 1));
    venue.place("alice", market_buy(1));
    let id = venue.wait(stop);
    venue.place("bob", buy(100, 1));
    venue.place("alice", market_sell(1));
    assert_eq!(venue.condition(&id).status, ConditionStatus::Cancelled);
}

#[test]
fn a_gte_gtc_order_remains_when_the_other_position_side_is_closed() {
    let mut venue = TestVenue::new();
    let on = |position_side, order: PlaceOrder| PlaceOrder { position_side, ..order };
    venue.place("bob", sell(100, 1));
    venue.place("alice", on(PositionSide::Long, market_buy(1)));
    venue.place("bob", buy(100, 1));
    venue.place("alice", on(PositionSide::Short, market_sell(1)));
    let mut stop = |position_side, side, stop| {
        let order = condition(ConditionOrderType::StopMarket, side, stop);
        venue.wait(PlaceConditionOrder { position_side, time_in_force: TimeInForce::GteGtc, ..order })
    };
    let of_long = stop(PositionSide::Long, OrderSide::Sell, 50);
    let of_short = stop(PositionSide::Short, OrderSide::Buy, 150);
    venue.place("bob", buy(100, 1));
    venue.place("alice", on(PositionSide::Long, market_sell(1)));
    assert_eq!(venue.condition(&of_long).status, ConditionStatus::Cancelled);
    assert_eq!(venue.condition(&of_short).status, ConditionStatus::Pending);
}

#[test]
fn condition_orders_are_cancelled_individually_or_all_at_once() {
    let mut venue = TestVenue::new();
    let ids: Vec<String> = (90..93).map(|stop| venue.wait(condition(ConditionOrderType::StopMarket, OrderSide::Sell, stop))).collect();
    venue.0.cancel_condition_order("alice", SYMBOL, &ids[0]).expect("it waits");
    assert_eq!(venue.condition(&ids[0]).status, ConditionStatus::Cancelled);
    assert_eq!(venue.0.cancel_condition_order("alice", SYMBOL, &ids[0]).expect_err("it is cancelled").code(), 3005);
    assert_eq!(venue.0.cancel_condition_order("alice", SYMBOL, "7").expect_err("the order does not exist").code(), 3003);
    venue.0.cancel_all_orders("alice", None, CancelType::AllCondition).expect("the request is valid");
    assert!(venue.0.current_condition_orders("alice", None).expect("no symbol").is_empty());
    venue.trade_at(dec!(80));
    assert_eq!(venue.condition(&ids[2]).status, ConditionStatus::Cancelled);
}

#[test]
fn an_invalid_condition_order_is_rejected_with_the_field_and_the_limit() {
    let mut venue = TestVenue::new();
    let stop = condition(ConditionOrderType::StopMarket, OrderSide::Sell, 90);
    let mut errors = String::new();
    for order in [
        PlaceConditionOrder { stop_price: None, ..stop.clone() },
        PlaceConditionOrder { stop_price: Some(dec!(90.5)), ..stop.clone() },
        PlaceConditionOrder { stop_price: Some(dec!(100)), ..stop.clone() },
        PlaceConditionOrder { order_type: ConditionOrderType::StopLimit, ..stop.clone() },
        PlaceConditionOrder { quantity: None, ..stop.clone() },
        PlaceConditionOrder { quantity: Some(dec!(0.5)), ..stop.clone() },
        PlaceConditionOrder { symbol: "ZUSDT".to_owned(), ..stop },
        PlaceConditionOrder { callback_rate: None, ..trailing(OrderSide::Sell, dec!(0.1)) },
        trailing(OrderSide::Sell, dec!(1)),
        PlaceConditionOrder { activate_price: Some(dec!(0)), ..trailing(OrderSide::Sell, dec!(0.1)) },
    ] {
        errors += &venue.0.place_condition_order("alice", order).expect_err("the order is invalid").to_string();
        errors.push('\n');
    }
    insta::assert_snapshot!(errors);
}

#[test]
fn the_trigger_price_of_a_trailing_stop_is_rounded_away_from_the_best_price() {
    for (side, trigger) in [(OrderSide::Sell, dec!(95)), (OrderSide::Buy, dec!(107))] {
        let mut venue = TestVenue::new();
        venue.trade_at(dec!(101));
        // 5 % of 101 is 5.05, which gives 95.95 and 106.05.
        let id = venue.wait(trailing(side, dec!(0.05)));
        assert_eq!(venue.condition(&id).trigger_price, Some(trigger), "{side}");
    }
}

#[test]
fn the_trigger_price_of_a_trailing_stop_is_limited_to_the_largest_price() {
    let mut venue = TestVenue::new();
    let (near, largest) = (dec!(950_000_000_000), dec!(1_000_000_000_000));
    venue.0.set_mark_price(SYMBOL, near).expect("the price is valid");
    let by_mark = PlaceConditionOrder { working_type: TriggerPriceType::MarkPrice, ..trailing(OrderSide::Buy, dec!(0.1)) };
    let id = venue.wait(by_mark);
    assert_eq!((venue.condition(&id).status, venue.condition(&id).trigger_price), (ConditionStatus::Pending, Some(largest)));
    venue.0.set_mark_price(SYMBOL, largest).expect("the price is valid");
    assert_eq!(venue.condition(&id).status, ConditionStatus::Triggered);
}
