//! Strategies and their links.

use rust_decimal::dec;

use super::super::{
    ConditionOrderType, ConditionReason, DrivenOn, PlaceConditionOrder, PlaceStrategyOrder, StrategyLink, StrategyOrder, StrategyStatus,
    StrategySubOrder, StrategyTrigger, StrategyType, SubOrder,
};
use super::*;

pub(super) fn sub(order: SubOrder) -> StrategySubOrder {
    StrategySubOrder { strategy_sub_id: None, links: Vec::new(), order }
}

pub(super) fn normal(order: PlaceOrder) -> StrategySubOrder {
    sub(SubOrder::Normal(order))
}

pub(super) fn stop(price: i64) -> StrategySubOrder {
    sub(SubOrder::Condition(PlaceConditionOrder::market(SYMBOL, ConditionOrderType::StopMarket, OrderSide::Sell, price, 2)))
}

pub(super) fn take_profit(price: i64) -> StrategySubOrder {
    sub(SubOrder::Condition(PlaceConditionOrder::market(SYMBOL, ConditionOrderType::TakeProfitMarket, OrderSide::Sell, price, 2)))
}

impl TestVenue {
    pub(super) fn start(&mut self, strategy_type: StrategyType, sub_orders: Vec<StrategySubOrder>) -> String {
        let strategy = PlaceStrategyOrder { strategy_type, sub_orders };
        let placed = self.0.place_strategy_order("alice", strategy).expect("the strategy is valid");
        placed.strategy_id.to_string()
    }

    fn strategy(&self, id: &str) -> StrategyOrder {
        self.0.strategy_order("alice", id).expect("the strategy exists")
    }

    pub(super) fn states(&self, id: &str) -> (StrategyStatus, Vec<&'static str>) {
        let strategy = self.strategy(id);
        (strategy.strategy_status, strategy.sub_orders.iter().map(|order| order.status).collect())
    }

    fn cancel_first(&mut self, id: &str) {
        let order = self.strategy(id).sub_orders[0].order_id.expect("it was placed").to_string();
        self.0.cancel_order("alice", SYMBOL, by_id(&order)).expect("it is open");
    }
}

#[test]
fn an_oto_places_its_second_order_when_the_first_is_filled() {
    let mut venue = TestVenue::new();
    let id = venue.start(StrategyType::Oto, vec![normal(buy(100, 2)), normal(sell(110, 2))]);
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["PENDING", "PENDING_ACTIVATION"]));
    venue.place("bob", sell(100, 1));
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["PARTIALLY_FILLED", "PENDING_ACTIVATION"]));
    venue.place("bob", sell(100, 1));
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["FILLED", "PENDING"]));
    venue.place("bob", buy(110, 2));
    assert_eq!(venue.states(&id), (StrategyStatus::AllDone, vec!["FILLED", "FILLED"]));
}

#[test]
fn a_strategy_whose_first_order_is_cancelled_is_cancelled() {
    let mut venue = TestVenue::new();
    let id = venue.start(StrategyType::Oto, vec![normal(buy(90, 2)), normal(sell(110, 2))]);
    venue.cancel_first(&id);
    assert_eq!(venue.states(&id), (StrategyStatus::Cancelled, vec!["CANCELED", "CANCELED"]));
}

#[test]
fn an_oco_cancels_the_other_order_when_one_is_filled_partially() {
    let mut venue = TestVenue::new();
    let id = venue.start(StrategyType::Oco, vec![normal(sell(110, 2)), stop(90)]);
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["PENDING", "PENDING"]));
    venue.place("bob", buy(110, 1));
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["PARTIALLY_FILLED", "CANCELLED"]));
    venue.place("bob", buy(110, 1));
    assert_eq!(venue.states(&id), (StrategyStatus::AllDone, vec!["FILLED", "CANCELLED"]));
}

#[test]
fn an_otoco_is_an_entry_with_a_take_profit_and_a_stop_loss() {
    for (at, states) in [(dec!(120), ["FILLED", "FILLED", "CANCELLED"]), (dec!(90), ["FILLED", "CANCELLED", "FILLED"])] {
        let mut venue = TestVenue::new();
        let id = venue.start(StrategyType::Otoco, vec![normal(buy(100, 2)), take_profit(120), stop(90)]);
        venue.place("bob", sell(100, 2));
        assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["FILLED", "PENDING", "PENDING"]));
        venue.place("bob", buy(80, 5));
        venue.trade_at(at);
        assert_eq!(venue.states(&id), (StrategyStatus::AllDone, states.to_vec()));
        assert_eq!(venue.position("alice"), None);
    }
}

#[test]
fn links_of_the_request_replace_the_default_links() {
    let mut venue = TestVenue::new();
    let link = StrategyLink { driven_id: 7, driven_on: DrivenOn::PartiallyFilledOrFilled, trigger: StrategyTrigger::PlaceOrder };
    let first = StrategySubOrder { strategy_sub_id: Some(7), ..normal(buy(100, 2)) };
    let second = StrategySubOrder { strategy_sub_id: Some(9), links: vec![link], ..normal(sell(110, 1)) };
    let id = venue.start(StrategyType::Oto, vec![first, second]);
    venue.place("bob", sell(100, 1));
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["PARTIALLY_FILLED", "PENDING"]));
}

#[test]
fn an_oco_cancels_the_order_that_a_trigger_generated() {
    let mut venue = TestVenue::new();
    let stop = PlaceConditionOrder {
        price: Some(dec!(97)),
        ..PlaceConditionOrder::market(SYMBOL, ConditionOrderType::StopLimit, OrderSide::Sell, 95, 2)
    };
    let id = venue.start(StrategyType::Oco, vec![normal(buy(90, 2)), sub(SubOrder::Condition(stop))]);
    venue.trade_at(dec!(95));
    let made = venue.strategy(&id).sub_orders[1].order_id.expect("it was triggered").to_string();
    assert_eq!(venue.status("alice", &made), OrderStatus::Pending);
    venue.place("bob", sell(90, 1));
    assert_eq!(venue.status("alice", &made), OrderStatus::Canceled);
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["PARTIALLY_FILLED", "CANCELED"]));
}

#[test]
fn an_order_that_is_cancelled_while_it_waits_is_never_placed() {
    let mut venue = TestVenue::new();
    let link = |driven_on, trigger| StrategyLink { driven_id: 1, driven_on, trigger };
    let links =
        vec![link(DrivenOn::Filled, StrategyTrigger::PlaceOrder), link(DrivenOn::PartiallyFilledOrFilled, StrategyTrigger::CancelOrder)];
    let id = venue.start(StrategyType::Oto, vec![normal(buy(100, 2)), StrategySubOrder { links, ..normal(sell(110, 2)) }]);
    venue.place("bob", sell(100, 1));
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["PARTIALLY_FILLED", "CANCELED"]));
    venue.place("bob", sell(100, 1));
    assert_eq!(venue.states(&id), (StrategyStatus::AllDone, vec!["FILLED", "CANCELED"]));
}

#[test]
fn a_strategy_with_a_rejected_order_has_no_effect() {
    let mut venue = TestVenue::new();
    let named = PlaceOrder { client_order_id: Some("leg".to_owned()), ..buy(90, 1) };
    let strategy = PlaceStrategyOrder { strategy_type: StrategyType::Oco, sub_orders: vec![normal(named.clone()), normal(buy(90, 9000))] };
    assert_eq!(venue.0.place_strategy_order("alice", strategy).expect_err("it is too large").code(), 3001);
    assert_eq!(venue.0.current_orders("alice", None, None, None).expect("no limit").total, 0);
    assert_eq!(venue.0.asset("alice").expect("alice exists").frozen_margin, dec!(0));
}

#[test]
fn a_waiting_order_can_be_rejected_when_it_is_placed() {
    let mut venue = TestVenue::new();
    let id = venue.start(StrategyType::Oto, vec![normal(buy(100, 1)), normal(buy(90, 9000))]);
    venue.place("bob", sell(100, 1));
    assert_eq!(venue.states(&id), (StrategyStatus::AllDone, vec!["FILLED", "REJECTED"]));
}

#[test]
fn inconsistent_orders_of_a_strategy_are_rejected() {
    let mut venue = TestVenue::new();
    let link = |driven_id| StrategyLink { driven_id, driven_on: DrivenOn::Filled, trigger: StrategyTrigger::PlaceOrder };
    let linked = |number, driven| StrategySubOrder { strategy_sub_id: Some(number), links: vec![link(driven)], ..normal(buy(90, 1)) };
    let numbered = |number| StrategySubOrder { strategy_sub_id: Some(number), ..normal(buy(90, 1)) };
    let elsewhere = PlaceOrder { symbol: "YUSDT".to_owned(), ..buy(90, 1) };
    let named = PlaceOrder { client_order_id: Some("same".to_owned()), ..buy(90, 1) };
    let mut errors = String::new();
    for sub_orders in [
        vec![normal(buy(90, 1))],
        vec![normal(buy(90, 1)), normal(elsewhere)],
        vec![normal(named.clone()), normal(named)],
        vec![numbered(1), numbered(1)],
        vec![linked(1, 2), linked(2, 1)],
        vec![normal(buy(90, 1)), linked(2, 3)],
        vec![normal(buy(90, 1)), linked(2, 2)],
    ] {
        let strategy = PlaceStrategyOrder { strategy_type: StrategyType::Oto, sub_orders };
        let error = venue.0.place_strategy_order("alice", strategy).expect_err("they do not fit");
        assert_eq!(error.reason(), Reason::Condition(ConditionReason::Strategy));
        errors += error.message();
        errors.push('\n');
    }
    insta::assert_snapshot!(errors);
    assert!(venue.0.all_orders().is_empty());
    assert_eq!(venue.0.strategy_order("alice", "1").expect_err("the order does not exist").code(), 3003);
}

/// An entry, and two exits that place each other. The first exit is also placed by `first_exit_by`.
fn ring(first_exit_by: &[i64]) -> Vec<StrategySubOrder> {
    let placed_by = |driven_id| StrategyLink { driven_id, driven_on: DrivenOn::Filled, trigger: StrategyTrigger::PlaceOrder };
    let exit = |driven: &[i64]| StrategySubOrder { links: driven.iter().copied().map(placed_by).collect(), ..normal(sell(110, 1)) };
    vec![normal(buy(90, 1)), exit(&[&[3], first_exit_by].concat()), exit(&[2])]
}

#[test]
fn orders_that_only_wait_for_each_other_are_rejected() {
    let mut venue = TestVenue::new();
    let strategy = PlaceStrategyOrder { strategy_type: StrategyType::Otoco, sub_orders: ring(&[]) };
    let error = venue.0.place_strategy_order("alice", strategy).expect_err("two of them would never be placed");
    assert_eq!(error.reason(), Reason::Condition(ConditionReason::Strategy));
    assert!(
        error.message().ends_with("order 2 would never be placed, because the orders that it waits for wait for each other"),
        "{error}"
    );
}

#[test]
fn orders_that_can_never_be_placed_are_cancelled() {
    let mut venue = TestVenue::new();
    let id = venue.start(StrategyType::Otoco, ring(&[1]));
    assert_eq!(venue.states(&id), (StrategyStatus::Working, vec!["PENDING", "PENDING_ACTIVATION", "PENDING_ACTIVATION"]));
    venue.cancel_first(&id);
    assert_eq!(venue.states(&id), (StrategyStatus::Cancelled, vec!["CANCELED", "CANCELED", "CANCELED"]));
}
