//! Positions, margin and leverage.

use rust_decimal::dec;

use super::super::{
    CloseTriggerMode, ConditionOrderType, Config, MarginMode, OrderFilter, PlaceConditionOrder, PlaceOrder, PositionHistorySide,
    PositionSide, TimeRange,
};
use super::*;

#[test]
fn fills_open_enlarge_shrink_and_close_a_position() {
    let mut world = World::new();
    world.place("bob", sell(100, 4));
    world.place("bob", sell(110, 4));
    world.place("alice", market_buy(8));
    let position = world.position("alice").expect("the position is open");
    assert_eq!((position.quantity, position.entry_price), (dec!(8), dec!(105)));
    assert_eq!(world.position("bob").expect("the position is open").quantity, dec!(-8));
    assert_eq!(world.wallet("alice"), dec!(10000) - dec!(840) * dec!(0.002));

    world.place("bob", buy(120, 8));
    world.place("alice", market_sell(2));
    let position = world.position("alice").expect("the position is open");
    assert_eq!((position.quantity, position.entry_price), (dec!(6), dec!(105)));
    assert_eq!(world.wallet("alice"), dec!(10000) - dec!(1080) * dec!(0.002) + dec!(30));

    world.place("alice", market_sell(6));
    assert_eq!(world.position("alice"), None);
    assert_eq!(world.wallet("alice"), dec!(10000) - dec!(1800) * dec!(0.002) + dec!(120));
    assert_eq!(world.wallet("bob"), dec!(10000) - dec!(1800) * dec!(0.001) - dec!(120));
    assert_eq!(world.0.collected_fees(), dec!(1800) * dec!(0.003));
}

#[test]
fn a_fill_that_turns_a_position_closes_one_and_opens_another() {
    let mut world = World::new();
    world.0.counterparty_order(SYMBOL, OrderSide::Sell, Some(dec!(100)), dec!(3)).expect("the order is good");
    world.place("alice", market_buy(3));
    let long = world.position("alice").expect("the position is open");
    world.0.counterparty_order(SYMBOL, OrderSide::Buy, Some(dec!(110)), dec!(5)).expect("the order is good");
    world.place("alice", market_sell(5));
    let short = world.position("alice").expect("the position is open");
    assert_eq!((short.quantity, short.entry_price), (dec!(-2), dec!(110)));
    assert_ne!(short.position_id, long.position_id);
    let closed =
        world.0.position_history("alice", None, None, TimeRange::default(), PageRequest::default()).expect("the page is good").list;
    let [closed] = closed.as_slice() else { panic!("one position: {closed:?}") };
    assert_eq!((closed.position_id, closed.position_side, closed.max_quantity), (long.position_id, PositionSide::Long, dec!(3)));
    assert_eq!((closed.entry_price, closed.close_price, closed.pnl), (dec!(100), dec!(110), dec!(30)));
    assert_eq!((closed.roe, closed.trigger_mode), (dec!(1), CloseTriggerMode::Manual));
}

#[test]
fn the_history_of_positions_is_filtered_by_side() {
    let mut world = World::new();
    world.place("bob", sell(100, 1));
    world.place("alice", market_buy(1));
    world.place("bob", buy(100, 1));
    world.place("alice", market_sell(1));
    let count = |user: &str, side| {
        world
            .0
            .position_history(user, Some(SYMBOL), Some(side), TimeRange::default(), PageRequest::default())
            .expect("the page is good")
            .total
    };
    assert_eq!((count("alice", PositionHistorySide::Long), count("alice", PositionHistorySide::Short)), (1, 0));
    assert_eq!((count("bob", PositionHistorySide::Long), count("bob", PositionHistorySide::Short)), (0, 1));
}

#[test]
fn long_and_short_positions_are_held_apart() {
    let mut world = World::new();
    let of = |side, order: PlaceOrder| PlaceOrder { position_side: side, ..order };
    world.place("bob", sell(100, 5));
    world.place("bob", buy(99, 5));
    world.place("alice", of(PositionSide::Long, market_buy(5)));
    world.place("alice", of(PositionSide::Short, market_sell(3)));
    let sizes: Vec<_> =
        world.0.positions("alice", None).expect("no symbol").iter().map(|position| (position.position_side, position.quantity)).collect();
    assert_eq!(sizes, [(PositionSide::Long, dec!(5)), (PositionSide::Short, dec!(-3))]);
    // Selling the long position cannot turn it.
    let id = world.place("alice", of(PositionSide::Long, sell(98, 9)));
    assert_eq!(world.order("alice", &id).quantity, dec!(5));
    world.0.counterparty_order(SYMBOL, OrderSide::Buy, Some(dec!(98)), dec!(10)).expect("the order is good");
    let sizes: Vec<_> = world.0.positions("alice", None).expect("no symbol").iter().map(|position| position.position_side).collect();
    assert_eq!(sizes, [PositionSide::Short]);
    let (reason, message) = world.refusal("alice", of(PositionSide::Long, market_sell(1)));
    assert_eq!(reason, Reason::InvalidParameter);
    assert!(message.ends_with("there is no LONG position of XUSDT that a SELL order would reduce"), "{message}");
}

#[test]
fn an_order_that_may_only_reduce_never_turns_the_position_and_goes_with_it() {
    let mut world = World::new();
    world.place("bob", sell(100, 5));
    world.place("alice", market_buy(5));
    let reduce = |order: PlaceOrder| PlaceOrder { reduce_only: true, ..order };
    let high = world.place("alice", reduce(sell(120, 9)));
    let higher = world.place("alice", reduce(sell(121, 2)));
    assert_eq!(world.order("alice", &high).quantity, dec!(5));
    // The position shrinks, and the orders with it.
    world.place("bob", buy(99, 5));
    world.place("alice", market_sell(4));
    assert_eq!(world.order("alice", &high).quantity, dec!(1));
    assert_eq!(world.order("alice", &higher).quantity, dec!(1));
    world.place("alice", PlaceOrder { close_position: true, quantity: None, ..market_sell(1) });
    assert_eq!(world.position("alice"), None);
    assert_eq!((world.status("alice", &high), world.status("alice", &higher)), (OrderStatus::Canceled, OrderStatus::Canceled));
}

#[test]
fn an_order_needs_margin_and_fee_for_what_it_opens() {
    let mut world = World::new();
    // 10 000 at leverage 10 with a fee of 0.2 %: 10 000 / (0.1 + 0.002) = 98 039.2.
    let (reason, message) = world.refusal("alice", buy(100, 981));
    assert_eq!(reason, Reason::InsufficientBalance);
    assert_eq!(message, "Insufficient balance: the order needs 10006.2 and 10000 is available");
    world.place("alice", buy(100, 980));
    let asset = world.0.asset("alice").expect("alice exists");
    assert_eq!((asset.frozen_margin, asset.used_margin), (dec!(9800), dec!(0)));
    world.place("bob", sell(100, 80));
    let asset = world.0.asset("alice").expect("alice exists");
    assert_eq!((asset.frozen_margin, asset.used_margin), (dec!(9000), dec!(800)));
}

#[test]
fn an_order_against_a_position_freezes_only_what_it_opens_beyond_it() {
    let mut world = World::new();
    world.place("bob", sell(100, 900));
    world.place("alice", buy(100, 900));
    world.place("alice", sell(110, 600));
    world.place("alice", sell(110, 350));
    assert_eq!(world.0.asset("alice").expect("alice exists").frozen_margin, dec!(550));
}

#[test]
fn what_an_earlier_order_will_close_a_later_one_cannot_close_again() {
    let mut world = World::new();
    world.place("bob", sell(100, 900));
    world.place("alice", buy(100, 900));
    // The first takes no margin, and of the 820 that are left the second would need more than 9 900.
    world.place("alice", sell(110, 900));
    assert_eq!(world.refusal("alice", sell(110, 900)).0, Reason::InsufficientBalance);
}

#[test]
fn losses_at_the_mark_price_take_margin_away_and_profits_give_none() {
    let mut world = World::new();
    world.place("bob", sell(100, 500));
    world.place("alice", buy(100, 500));
    let largest = |world: &mut World| (1..=1000).rev().find(|quantity| world.try_place("alice", buy(90, *quantity)).is_ok());
    world.0.set_mark_price(SYMBOL, dec!(110)).expect("the price is good");
    assert_eq!(world.position("alice").expect("the position is open").unrealized_pnl, dec!(5000));
    // 10 000 - 100 of fees - 5 000 of margin used.
    assert_eq!(largest(&mut world), Some(533));
    world.0.set_mark_price(SYMBOL, dec!(95)).expect("the price is good");
    assert_eq!(largest(&mut world), None);
}

#[test]
fn leverage_changes_the_margin_if_the_balance_allows_it() {
    let mut world = World::new();
    world.place("bob", sell(100, 500));
    world.place("alice", market_buy(500));
    assert_eq!(world.0.set_leverage("alice", SYMBOL, 20).expect("the leverage is good").leverage, 20);
    assert_eq!(world.0.asset("alice").expect("alice exists").used_margin, dec!(2500));
    assert_eq!(world.0.set_leverage("alice", SYMBOL, 4).expect_err("that needs 12 500").code(), 3001);
    assert_eq!(world.0.position_settings("alice", SYMBOL).expect("the contract exists").leverage, 20);
    let refusal = world.0.set_leverage("alice", SYMBOL, 51).expect_err("50 is the most");
    assert_eq!(refusal.to_string(), "2003: Parameter out of range: leverage of XUSDT must be from 1 to 50");
}

#[test]
fn the_margin_mode_cannot_change_while_something_is_open() {
    let mut world = World::new();
    let id = world.place("alice", buy(90, 1));
    assert_eq!(world.0.set_margin_mode("alice", SYMBOL, MarginMode::Isolated).expect_err("an order is open").code(), 2002);
    world.0.set_margin_mode("alice", SYMBOL, MarginMode::Cross).expect("nothing changes");
    world.0.cancel_order("alice", SYMBOL, by_id(&id)).expect("the order is open");
    world.0.set_margin_mode("alice", SYMBOL, MarginMode::Isolated).expect("nothing is open");
    assert_eq!(world.0.position_settings("alice", SYMBOL).expect("the contract exists").margin_mode, MarginMode::Isolated);
}

#[test]
fn a_position_shows_what_the_documentation_lists() {
    let mut world = World::new();
    world.0.set_margin_mode("alice", SYMBOL, MarginMode::Isolated).expect("nothing is open");
    world.place("bob", sell(100, 10));
    world.place("alice", market_buy(10));
    world.0.set_mark_price(SYMBOL, dec!(104)).expect("the price is good");
    let mut position = world.position("alice").expect("the position is open");
    position.position_id = super::super::PositionId(1);
    insta::assert_debug_snapshot!(position);
}

#[test]
fn what_an_isolated_position_uses_does_not_stand_for_a_cross_one() {
    let mut world = World::new();
    world.0.set_margin_mode("alice", "YUSDT", MarginMode::Isolated).expect("nothing is open");
    world.place("bob", PlaceOrder { symbol: "YUSDT".to_owned(), ..sell(100, 100) });
    world.place("alice", PlaceOrder { symbol: "YUSDT".to_owned(), ..market_buy(100) });
    world.place("bob", sell(100, 500));
    world.place("alice", market_buy(500));
    // 10 000 - 120 of fees - 1000 of margin in YUSDT stand for the 500 that cost 50 000.
    let position = world.position("alice").expect("the position is open");
    let liquidation = (dec!(50000) - dec!(8880)) / (dec!(500) * dec!(0.995));
    assert_eq!(position.liq_price, Some(liquidation.round_dp(8)));
    assert_eq!(position.margin_ratio, (dec!(250) / dec!(8880)).round_dp(8));
}

#[test]
fn the_fees_of_closing_a_part_count_for_the_break_even_price_of_the_rest() {
    let mut world = World::new();
    world.place("bob", sell(100, 4));
    world.place("alice", market_buy(4));
    world.place("bob", buy(100, 2));
    world.place("alice", market_sell(2));
    // Of 4 that were opened and 2 that were closed the fees are 1.20.
    let position = world.position("alice").expect("half of it is open");
    assert_eq!(position.break_even_price, (dec!(201.20) / (dec!(2) * dec!(0.998))).round_dp(8));
}

#[test]
fn closing_at_the_break_even_price_costs_nothing() {
    let rules = SymbolRules { tick_size: dec!(0.00000001), initial_price: dec!(100), ..rules() };
    let mut exchange = Exchange::new(Config::new().symbols(vec![rules])).expect("the configuration is good");
    exchange.add_user("alice", "alice", dec!(10000)).expect("the name is new");
    for side in OrderSide::ALL {
        let before = exchange.asset("alice").expect("alice exists").wallet_balance;
        exchange.counterparty_order(SYMBOL, side.opposite(), Some(dec!(100)), dec!(7)).expect("the order is good");
        exchange.place_order("alice", PlaceOrder::market(SYMBOL, *side, dec!(7))).expect("the order is good");
        let price = exchange.positions("alice", None).expect("no symbol")[0].break_even_price;
        exchange.counterparty_order(SYMBOL, *side, Some(price), dec!(7)).expect("the order is good");
        exchange
            .place_order("alice", PlaceOrder { close_position: true, ..PlaceOrder::market(SYMBOL, side.opposite(), dec!(7)) })
            .expect("the order is good");
        let cost = before - exchange.asset("alice").expect("alice exists").wallet_balance;
        assert!(cost.abs() < dec!(0.000001), "{side}: {cost}");
    }
}

#[test]
fn a_stop_loss_that_closes_a_position_is_named_as_what_closed_it() {
    let mut world = World::new();
    world.place("bob", sell(100, 1));
    world.place("alice", market_buy(1));
    let stop = PlaceConditionOrder {
        close_position: true,
        quantity: None,
        ..PlaceConditionOrder::market(SYMBOL, ConditionOrderType::StopMarket, OrderSide::Sell, 90, 1)
    };
    world.0.place_condition_order("alice", stop).expect("the order is good");
    assert_eq!(world.position("alice").expect("the position is open").sl_price, Some(dec!(90)));
    world.place("bob", buy(89, 5));
    world.trade_at(dec!(89));
    let closed =
        world.0.position_history("alice", None, None, TimeRange::default(), PageRequest::default()).expect("the page is good").list;
    assert_eq!(closed.first().map(|closed| closed.trigger_mode), Some(CloseTriggerMode::StopLoss));
}

#[test]
fn orders_show_leverage_and_margin_mode_of_when_they_were_placed() {
    let mut world = World::new();
    let stop = PlaceConditionOrder::market(SYMBOL, ConditionOrderType::StopMarket, OrderSide::Sell, 90, 1);
    world.0.place_condition_order("alice", stop).expect("the order is good");
    let waiting = |world: &World| {
        let order = world.0.current_condition_orders("alice", None).expect("no symbol is named").remove(0);
        (order.leverage, order.margin_mode)
    };
    world.0.set_margin_mode("alice", SYMBOL, MarginMode::Isolated).expect("a condition order is no obstacle");
    let id = world.place("alice", buy(80, 10));
    world.0.set_leverage("alice", SYMBOL, 20).expect("the leverage is good");
    assert_eq!(waiting(&world), (10, MarginMode::Cross));
    assert_eq!((world.order("alice", &id).leverage, world.order("alice", &id).margin_mode), (10, MarginMode::Isolated));
    assert_eq!(world.0.asset("alice").expect("alice exists").frozen_margin, dec!(40), "what it freezes follows the new one");
    world.trade_at(dec!(90));
    let made = world.0.order_history("alice", &OrderFilter::default(), PageRequest::default()).expect("the page is good").list.remove(0);
    assert_eq!((made.leverage, made.margin_mode), (20, MarginMode::Isolated));
}
