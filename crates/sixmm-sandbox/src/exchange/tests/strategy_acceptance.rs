//! Orders of a strategy that are placed at once are all accepted or all rejected.

use proptest::prelude::*;
use rust_decimal::dec;

use super::super::{
    BboPriceType, ConditionOrderType, DrivenOn, OrderType, PlaceConditionOrder, PlaceStrategyOrder, StrategyLink, StrategySubOrder,
    StrategyTrigger, StrategyType, SubOrder, TimeInForce,
};
use super::random_commands::{USERS, commands, execute};
use super::strategies::{normal, sub};
use super::*;

fn stop(price: i64) -> PlaceConditionOrder {
    PlaceConditionOrder::market(SYMBOL, ConditionOrderType::StopMarket, OrderSide::Sell, price, 2)
}

fn condition(order: PlaceConditionOrder) -> StrategySubOrder {
    sub(SubOrder::Condition(order))
}

fn oco(first: StrategySubOrder, second: StrategySubOrder) -> PlaceStrategyOrder {
    PlaceStrategyOrder { strategy_type: StrategyType::Oco, sub_orders: vec![first, second] }
}

/// Places a strategy that must be rejected without a change of the state, and returns the error code.
fn reject_without_change(venue: &mut TestVenue, strategy: PlaceStrategyOrder) -> i64 {
    let before = format!("{:?}", venue.0);
    let error = venue.0.place_strategy_order("alice", strategy).expect_err("an order of the strategy is invalid");
    assert_eq!(format!("{:?}", venue.0), before, "a rejected command must not change the state");
    error.code()
}

#[test]
fn a_strategy_with_an_invalid_second_order_is_rejected_completely() {
    let bad_legs = [
        (condition(stop(150)), 3102),
        (condition(PlaceConditionOrder { time_in_force: TimeInForce::GteGtc, ..stop(90) }), 3106),
        (normal(buy(90, 9000)), 3001),
        (normal(PlaceOrder { reduce_only: true, ..buy(90, 1) }), 2002),
        (normal(PlaceOrder { price: None, price_type: BboPriceType::Opponent5, ..buy(1, 1) }), 2002),
    ];
    for (bad, code) in bad_legs {
        let mut venue = TestVenue::new();
        venue.place("bob", sell(100, 2));
        let named = PlaceOrder { client_order_id: Some("entry".to_owned()), ..market_buy(2) };
        assert_eq!(reject_without_change(&mut venue, oco(normal(named.clone()), bad)), code);
        venue.place("alice", named);
    }
}

#[test]
fn the_orders_of_a_strategy_require_margin_together() {
    let mut venue = TestVenue::new();
    // Each order requires a margin of 5000 and a fee of 100, but only 10 000 is available.
    let strategy = oco(normal(buy(100, 500)), normal(buy(100, 500)));
    assert_eq!(reject_without_change(&mut venue, strategy.clone()), 3001);
    venue.0.deposit("alice", dec!(200)).expect("the amount is valid");
    venue.0.place_strategy_order("alice", strategy).expect("both can be paid for");
}

#[test]
fn two_orders_of_a_strategy_cannot_both_close_the_same_position_without_margin() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 500));
    venue.place("alice", market_buy(500));
    // The wallet has 9900 and the position uses 5000. The first order closes the position. The second order would open a position of 5000
    // again, with a fee.
    let strategy = oco(normal(sell(110, 500)), normal(sell(120, 500)));
    assert_eq!(reject_without_change(&mut venue, strategy), 3001);
}

#[test]
fn the_orders_of_a_strategy_count_together_for_the_maximum_of_open_orders() {
    let mut venue = TestVenue::new();
    for _ in 0..19 {
        venue.place("alice", buy(90, 1));
    }
    assert_eq!(reject_without_change(&mut venue, oco(normal(buy(90, 1)), normal(buy(91, 1)))), 2003);
    for _ in 0..19 {
        venue.0.place_condition_order("alice", stop(50)).expect("the order is valid");
    }
    assert_eq!(reject_without_change(&mut venue, oco(condition(stop(50)), condition(stop(51)))), 3107);
    venue.0.place_strategy_order("alice", oco(normal(buy(90, 1)), condition(stop(51)))).expect("one of each is let through");
}

#[test]
fn a_stop_is_triggered_if_the_first_order_moves_the_price_past_it() {
    let mut venue = TestVenue::new();
    venue.place("bob", buy(90, 2));
    venue.place("bob", buy(80, 4));
    // The stop is valid before the trade of the first order, because the price is 100.
    let links = vec![StrategyLink { driven_id: 2, driven_on: DrivenOn::Canceled, trigger: StrategyTrigger::CancelOrder }];
    let first = StrategySubOrder { links, ..normal(market_sell(2)) };
    let strategy = PlaceStrategyOrder { strategy_type: StrategyType::Oto, sub_orders: vec![first, condition(stop(95))] };
    venue.0.place_strategy_order("alice", strategy).expect("both orders are valid");
    assert_eq!(venue.fills("alice"), [(dec!(90), dec!(2)), (dec!(80), dec!(2))]);
}

fn any_leg() -> impl Strategy<Value = SubOrder> {
    let side = prop_oneof![Just(OrderSide::Buy), Just(OrderSide::Sell)];
    let normal =
        (side.clone(), prop::option::of(92..109_i64), prop_oneof![6 => 1..60_i64, 1 => 800..1200_i64], any::<[bool; 3]>(), 0..4_usize);
    let normal = normal.prop_map(|(side, price, quantity, [reduce_only, from_book, maker_only], time)| {
        let times = [TimeInForce::Gtc, TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok];
        let order = PlaceOrder { reduce_only, price: price.map(Decimal::from), ..PlaceOrder::market(SYMBOL, side, quantity) };
        SubOrder::Normal(match price {
            None => order,
            Some(_) => PlaceOrder {
                order_type: OrderType::Limit,
                time_in_force: times[time],
                maker_only: maker_only && time < 2,
                price_type: if from_book { BboPriceType::Opponent5 } else { BboPriceType::SpecifiedPrice },
                ..order
            },
        })
    });
    let types = prop::sample::select(ConditionOrderType::ALL);
    let condition = (types, side, 92..109_i64, 92..109_i64, 1..30_i64, any::<[bool; 2]>());
    let condition = condition.prop_map(|(order_type, side, stop, price, quantity, [reduce_only, gte])| {
        SubOrder::Condition(PlaceConditionOrder {
            price: Some(price.into()),
            reduce_only,
            callback_rate: Some(dec!(0.01)),
            time_in_force: if gte { TimeInForce::GteGtc } else { TimeInForce::Gtc },
            ..PlaceConditionOrder::market(SYMBOL, order_type, side, stop, quantity)
        })
    });
    prop_oneof![3 => normal, 2 => condition]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_strategy_is_placed_completely_or_not_at_all(
        before in commands(25),
        legs in prop::collection::vec(any_leg(), 3),
        strategy_type in prop::sample::select(StrategyType::ALL),
    ) {
        let mut venue = TestVenue::new();
        venue.0.add_user("carol", "carol", dec!(1000)).expect("the name is new");
        for command in before {
            execute(&mut venue.0, command);
        }
        let at_once = if strategy_type == StrategyType::Oco { 2 } else { 1 };
        let placed = if strategy_type == StrategyType::Otoco { 3 } else { 2 };
        let sub_orders = legs.into_iter().take(placed).map(sub).collect();
        let state = format!("{:?}", venue.0);
        match venue.0.place_strategy_order(USERS[2], PlaceStrategyOrder { strategy_type, sub_orders }) {
            Err(_) => prop_assert_eq!(format!("{:?}", venue.0), state, "a rejected command must not change the state"),
            Ok(accepted) => {
                let strategy = venue.0.strategy_order(USERS[2], &accepted.strategy_id.to_string()).expect("it exists");
                let mut some_filled = false;
                for order in &strategy.sub_orders[..at_once] {
                    let is_placed = order.order_id.is_some() || order.condition_id.is_some();
                    prop_assert!(is_placed || some_filled, "an order was not placed, although no earlier order was filled: {:?}", strategy);
                    some_filled |= order.order_id.is_some_and(|id| !venue.order(USERS[2], &id.to_string()).filled_quantity.is_zero());
                }
            }
        }
    }
}
