//! Orders of a strategy that trade when they are placed.

use rust_decimal::dec;

use super::super::{
    ConditionOrderType, DrivenOn, OrderFilter, PlaceConditionOrder, StrategyLink, StrategyStatus, StrategySubOrder, StrategyTrigger,
    StrategyType, SubOrder, TimeInForce, TriggerPriceType,
};
use super::strategies::{normal, stop, sub, take_profit};
use super::*;

#[test]
fn an_oco_whose_first_order_trades_at_once_does_not_place_the_second() {
    for (bids, filled, states) in [
        (2, dec!(2), (StrategyStatus::AllDone, vec!["FILLED", "CANCELED"])),
        (1, dec!(1), (StrategyStatus::Working, vec!["PARTIALLY_FILLED", "CANCELED"])),
    ] {
        let mut venue = TestVenue::new();
        venue.place("bob", buy(99, bids));
        venue.place("bob", buy(98, 2));
        let id = venue.start(StrategyType::Oco, vec![normal(sell(99, 2)), normal(sell(97, 2))]);
        assert_eq!(venue.states(&id), states);
        assert_eq!(venue.fills("alice"), [(dec!(99), filled)]);
    }
}

#[test]
fn an_oco_whose_second_order_trades_at_once_cancels_the_first() {
    let mut venue = TestVenue::new();
    venue.place("bob", buy(99, 2));
    let id = venue.start(StrategyType::Oco, vec![stop(90), normal(sell(99, 2))]);
    assert_eq!(venue.states(&id), (StrategyStatus::AllDone, vec!["CANCELLED", "FILLED"]));
}

#[test]
fn an_otoco_whose_first_exit_trades_at_once_does_not_place_the_second() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 2));
    venue.place("bob", buy(95, 4));
    let id = venue.start(StrategyType::Otoco, vec![normal(market_buy(2)), normal(sell(95, 2)), normal(sell(95, 2))]);
    assert_eq!(venue.states(&id), (StrategyStatus::AllDone, vec!["FILLED", "FILLED", "CANCELED"]));
    assert_eq!(venue.fills("alice"), [(dec!(100), dec!(2)), (dec!(95), dec!(2))]);
    assert_eq!(venue.position("alice"), None);
}

#[test]
fn an_entry_that_trades_at_once_places_both_exits() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 2));
    let id = venue.start(StrategyType::Otoco, vec![normal(market_buy(2)), take_profit(120), stop(90)]);
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["FILLED", "PENDING", "PENDING"]));
}

#[test]
fn waiting_orders_are_placed_after_immediate_orders() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 1));
    // The first order is filled at once and places the second, which requires the complete remaining balance after the third has frozen its
    // margin.
    let link = StrategyLink { driven_id: 1, driven_on: DrivenOn::Filled, trigger: StrategyTrigger::PlaceOrder };
    let second = StrategySubOrder { links: vec![link], ..normal(buy(90, 900)) };
    let id = venue.start(StrategyType::Otoco, vec![normal(market_buy(1)), second, normal(buy(90, 900))]);
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["FILLED", "REJECTED", "PENDING"]));
    assert!(venue.0.asset("alice").expect("alice exists").frozen_margin <= venue.wallet("alice"));
}

#[test]
fn a_gte_gtc_order_is_cancelled_if_an_earlier_order_closes_its_position() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 2));
    venue.place("alice", market_buy(2));
    venue.place("bob", buy(99, 2));
    let stop = PlaceConditionOrder {
        time_in_force: TimeInForce::GteGtc,
        ..PlaceConditionOrder::market(SYMBOL, ConditionOrderType::StopMarket, OrderSide::Sell, 90, 2)
    };
    let unlinked = StrategyLink { driven_id: 2, driven_on: DrivenOn::Triggered, trigger: StrategyTrigger::CancelOrder };
    let first = StrategySubOrder { links: vec![unlinked], ..normal(market_sell(2)) };
    let id = venue.start(StrategyType::Oto, vec![first, sub(SubOrder::Condition(stop))]);
    assert_eq!(venue.states(&id), (StrategyStatus::AllDone, vec!["FILLED", "CANCELLED"]));
    assert_eq!(venue.0.current_condition_orders("alice", None).expect("no symbol").len(), 0);
}

#[test]
fn of_two_triggered_take_profits_only_the_first_is_placed() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 5));
    venue.place("alice", market_buy(5));
    venue.place("bob", buy(100, 50));
    let by_mark = |stop: i64| {
        let order = PlaceConditionOrder::market(SYMBOL, ConditionOrderType::TakeProfitMarket, OrderSide::Sell, stop, 5);
        sub(SubOrder::Condition(PlaceConditionOrder { working_type: TriggerPriceType::MarkPrice, ..order }))
    };
    let id = venue.start(StrategyType::Oco, vec![by_mark(110), by_mark(120)]);
    venue.0.set_mark_price(SYMBOL, dec!(130)).expect("the price is valid");
    assert_eq!(venue.states(&id), (StrategyStatus::AllDone, vec!["FILLED", "CANCELLED"]));
    let orders = venue.0.order_history("alice", &OrderFilter::default(), PageRequest::default()).expect("the page is valid");
    assert_eq!((orders.total, venue.position("alice")), (2, None), "the entry and one exit");
}

#[test]
fn a_reduce_only_order_is_limited_to_the_position_after_an_earlier_order() {
    for time_in_force in [TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok] {
        let mut venue = TestVenue::new();
        venue.place("bob", sell(100, 3));
        venue.place("alice", market_buy(3));
        venue.place("bob", buy(99, 9));
        let unlinked = StrategyLink { driven_id: 2, driven_on: DrivenOn::Triggered, trigger: StrategyTrigger::CancelOrder };
        let first = StrategySubOrder { links: vec![unlinked], ..normal(market_sell(1)) };
        let second = PlaceOrder { time_in_force, reduce_only: true, ..sell(99, 3) };
        let id = venue.start(StrategyType::Oto, vec![first, normal(second)]);
        assert_eq!(venue.states(&id), (StrategyStatus::AllDone, vec!["FILLED", "FILLED"]), "{time_in_force}");
        assert_eq!(venue.fills("alice"), [(dec!(100), dec!(3)), (dec!(99), dec!(1)), (dec!(99), dec!(2))]);
        assert_eq!(venue.position("alice"), None);
    }
}
