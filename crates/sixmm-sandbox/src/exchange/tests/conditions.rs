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

impl World {
    fn wait(&mut self, order: PlaceConditionOrder) -> String {
        self.0.place_condition_order("alice", order).expect("the order is good").condition_id.to_string()
    }

    fn condition(&self, id: &str) -> ConditionOrder {
        let current = self.0.current_condition_orders("alice", None).expect("no symbol is named");
        let past =
            self.0.condition_order_history("alice", &ConditionFilter::default(), PageRequest::default()).expect("the page is good").list;
        current.into_iter().chain(past).find(|order| order.condition_id.to_string() == id).expect("the order exists")
    }
}

#[test]
fn stops_wait_for_a_price_against_and_take_profits_for_one_in_favour() {
    use ConditionOrderType::{StopMarket, TakeProfitMarket};
    for (order_type, side, stop, before, at) in [
        (StopMarket, OrderSide::Sell, 95, dec!(96), dec!(95)),
        (StopMarket, OrderSide::Buy, 105, dec!(104), dec!(105)),
        (TakeProfitMarket, OrderSide::Sell, 105, dec!(104), dec!(106)),
        (TakeProfitMarket, OrderSide::Buy, 95, dec!(96), dec!(94)),
    ] {
        let mut world = World::new();
        let id = world.wait(condition(order_type, side, stop));
        world.trade_at(before);
        assert_eq!(world.condition(&id).status, ConditionStatus::Pending, "{order_type} {side}");
        world.trade_at(at);
        let order = world.condition(&id);
        assert_eq!(order.status, ConditionStatus::Triggered, "{order_type} {side}");
        let made = order.generated_order_id.expect("it made an order").to_string();
        assert_eq!(world.order("alice", &made).side, side);
    }
}

#[test]
fn the_index_price_triggers_what_looks_at_the_contract_price_until_there_was_a_trade() {
    for (traded, expected) in [(false, ConditionStatus::Triggered), (true, ConditionStatus::Pending)] {
        let mut world = World::new();
        if traded {
            world.trade_at(dec!(100));
        }
        let id = world.wait(condition(ConditionOrderType::StopMarket, OrderSide::Sell, 95));
        world.0.set_index_price(SYMBOL, dec!(90)).expect("the price is good");
        assert_eq!(world.condition(&id).status, expected, "traded: {traded}");
    }
}

#[test]
fn the_mark_price_triggers_only_what_looks_at_it() {
    let mut world = World::new();
    let by_mark =
        PlaceConditionOrder { working_type: TriggerPriceType::MarkPrice, ..condition(ConditionOrderType::StopMarket, OrderSide::Sell, 95) };
    let by_mark = world.wait(by_mark);
    let by_contract = world.wait(condition(ConditionOrderType::StopMarket, OrderSide::Sell, 95));
    world.0.set_mark_price(SYMBOL, dec!(90)).expect("the price is good");
    assert_eq!(world.condition(&by_mark).status, ConditionStatus::Triggered);
    assert_eq!(world.condition(&by_contract).status, ConditionStatus::Pending);
}

#[test]
fn a_stop_limit_order_places_its_limit_order_with_the_same_client_order_id() {
    let mut world = World::new();
    let order = PlaceConditionOrder {
        price: Some(dec!(94)),
        client_order_id: Some("my-stop".to_owned()),
        ..condition(ConditionOrderType::StopLimit, OrderSide::Buy, 105)
    };
    world.wait(order);
    let by_name = OrderRef { order_id: None, client_order_id: Some("my-stop") };
    assert_eq!(world.0.order("alice", SYMBOL, by_name).expect_err("it waits").code(), 3003);
    world.trade_at(dec!(105));
    let made = world.0.order("alice", SYMBOL, by_name).expect("it was placed");
    assert_eq!((made.price, made.status), (Some(dec!(94)), OrderStatus::Pending));
}

#[test]
fn a_trailing_stop_follows_the_price_and_is_triggered_when_it_turns_back() {
    let mut world = World::new();
    world.trade_at(dec!(100));
    let id = world.wait(trailing(OrderSide::Sell, dec!(0.05)));
    assert_eq!(world.condition(&id).trigger_price, Some(dec!(95)));
    world.trade_at(dec!(120));
    assert_eq!(world.condition(&id).trigger_price, Some(dec!(114)));
    world.trade_at(dec!(115));
    assert_eq!(world.condition(&id).status, ConditionStatus::Pending);
    world.trade_at(dec!(114));
    assert_eq!(world.condition(&id).status, ConditionStatus::Triggered);
}

#[test]
fn a_trailing_stop_waits_for_its_activation_price() {
    let mut world = World::new();
    world.trade_at(dec!(100));
    let id = world.wait(PlaceConditionOrder { activate_price: Some(dec!(90)), ..trailing(OrderSide::Buy, dec!(0.1)) });
    world.trade_at(dec!(150));
    assert_eq!(world.condition(&id).status, ConditionStatus::PendingActivation);
    world.trade_at(dec!(90));
    assert_eq!((world.condition(&id).status, world.condition(&id).trigger_price), (ConditionStatus::Pending, Some(dec!(99))));
    world.trade_at(dec!(99));
    assert_eq!(world.condition(&id).status, ConditionStatus::Triggered);
}

#[test]
fn a_triggered_order_that_is_refused_leaves_the_condition_order_rejected() {
    let mut world = World::new();
    let id = world.wait(PlaceConditionOrder { reduce_only: true, ..condition(ConditionOrderType::StopMarket, OrderSide::Sell, 95) });
    world.trade_at(dec!(95));
    assert_eq!((world.condition(&id).status, world.condition(&id).generated_order_id), (ConditionStatus::Rejected, None));
}

#[test]
fn one_trigger_may_set_off_the_next() {
    let mut world = World::new();
    world.place("bob", buy(95, 1));
    world.place("bob", buy(90, 1));
    world.place("bob", buy(85, 5));
    let first = world.wait(condition(ConditionOrderType::StopMarket, OrderSide::Sell, 95));
    let second = world.wait(condition(ConditionOrderType::StopMarket, OrderSide::Sell, 90));
    // The trade at 95 triggers the first, which sells at 90 and triggers the second, which sells at 85.
    world.place("bob", market_sell(1));
    for id in [first, second] {
        assert_eq!(world.condition(&id).status, ConditionStatus::Triggered);
    }
    assert_eq!(world.fills("alice"), [(dec!(90), dec!(1)), (dec!(85), dec!(1))]);
}

#[test]
fn an_order_that_goes_with_its_position_is_cancelled_when_that_is_closed() {
    let mut world = World::new();
    let stop = PlaceConditionOrder { time_in_force: TimeInForce::GteGtc, ..condition(ConditionOrderType::StopMarket, OrderSide::Sell, 50) };
    let refusal = world.0.place_condition_order("alice", stop.clone()).expect_err("there is no position");
    assert_eq!(refusal.reason(), Reason::Condition(ConditionReason::NoPosition));
    world.place("bob", sell(100, 1));
    world.place("alice", market_buy(1));
    let id = world.wait(stop);
    world.place("bob", buy(100, 1));
    world.place("alice", market_sell(1));
    assert_eq!(world.condition(&id).status, ConditionStatus::Cancelled);
}

#[test]
fn an_order_that_goes_with_its_position_stays_when_the_other_side_is_closed() {
    let mut world = World::new();
    let on = |position_side, order: PlaceOrder| PlaceOrder { position_side, ..order };
    world.place("bob", sell(100, 1));
    world.place("alice", on(PositionSide::Long, market_buy(1)));
    world.place("bob", buy(100, 1));
    world.place("alice", on(PositionSide::Short, market_sell(1)));
    let mut stop = |position_side, side, stop| {
        let order = condition(ConditionOrderType::StopMarket, side, stop);
        world.wait(PlaceConditionOrder { position_side, time_in_force: TimeInForce::GteGtc, ..order })
    };
    let of_long = stop(PositionSide::Long, OrderSide::Sell, 50);
    let of_short = stop(PositionSide::Short, OrderSide::Buy, 150);
    world.place("bob", buy(100, 1));
    world.place("alice", on(PositionSide::Long, market_sell(1)));
    assert_eq!(world.condition(&of_long).status, ConditionStatus::Cancelled);
    assert_eq!(world.condition(&of_short).status, ConditionStatus::Pending);
}

#[test]
fn condition_orders_are_cancelled_one_by_one_or_all_at_once() {
    let mut world = World::new();
    let ids: Vec<String> = (90..93).map(|stop| world.wait(condition(ConditionOrderType::StopMarket, OrderSide::Sell, stop))).collect();
    world.0.cancel_condition_order("alice", SYMBOL, &ids[0]).expect("it waits");
    assert_eq!(world.condition(&ids[0]).status, ConditionStatus::Cancelled);
    assert_eq!(world.0.cancel_condition_order("alice", SYMBOL, &ids[0]).expect_err("it is cancelled").code(), 3005);
    assert_eq!(world.0.cancel_condition_order("alice", SYMBOL, "7").expect_err("there is none").code(), 3003);
    world.0.cancel_all_orders("alice", None, CancelType::AllCondition).expect("the request is good");
    assert!(world.0.current_condition_orders("alice", None).expect("no symbol").is_empty());
    world.trade_at(dec!(80));
    assert_eq!(world.condition(&ids[2]).status, ConditionStatus::Cancelled);
}

#[test]
fn a_condition_order_with_a_bad_parameter_is_refused_with_the_field_and_the_limit() {
    let mut world = World::new();
    let stop = condition(ConditionOrderType::StopMarket, OrderSide::Sell, 90);
    let mut refusals = String::new();
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
        refusals += &world.0.place_condition_order("alice", order).expect_err("the order is not good").to_string();
        refusals.push('\n');
    }
    insta::assert_snapshot!(refusals);
}

#[test]
fn a_trailing_stop_stands_at_a_whole_tick_that_is_no_nearer_than_the_callback_rate() {
    for (side, trigger) in [(OrderSide::Sell, dec!(95)), (OrderSide::Buy, dec!(107))] {
        let mut world = World::new();
        world.trade_at(dec!(101));
        // 5 % of 101 is 5.05: 95.95 and 106.05.
        let id = world.wait(trailing(side, dec!(0.05)));
        assert_eq!(world.condition(&id).trigger_price, Some(trigger), "{side}");
    }
}

#[test]
fn a_trailing_stop_that_buys_near_the_largest_price_waits_for_that() {
    let mut world = World::new();
    let (near, largest) = (dec!(950_000_000_000), dec!(1_000_000_000_000));
    world.0.set_mark_price(SYMBOL, near).expect("the price is good");
    let by_mark = PlaceConditionOrder { working_type: TriggerPriceType::MarkPrice, ..trailing(OrderSide::Buy, dec!(0.1)) };
    let id = world.wait(by_mark);
    assert_eq!((world.condition(&id).status, world.condition(&id).trigger_price), (ConditionStatus::Pending, Some(largest)));
    world.0.set_mark_price(SYMBOL, largest).expect("the price is good");
    assert_eq!(world.condition(&id).status, ConditionStatus::Triggered);
}
