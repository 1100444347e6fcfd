//! Positions, margin and leverage.

use rust_decimal::dec;

use super::super::{
    CloseTriggerMode, ConditionOrderType, Config, MarginMode, OrderFilter, PlaceConditionOrder, PlaceOrder, PositionHistorySide,
    PositionSide, TimeRange,
};
use super::*;

#[test]
fn fills_open_increase_reduce_and_close_a_position() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 4));
    venue.place("bob", sell(110, 4));
    venue.place("alice", market_buy(8));
    let position = venue.position("alice").expect("the position is open");
    assert_eq!((position.quantity, position.entry_price), (dec!(8), dec!(105)));
    assert_eq!(venue.position("bob").expect("the position is open").quantity, dec!(-8));
    assert_eq!(venue.wallet("alice"), dec!(10000) - dec!(840) * dec!(0.002));

    venue.place("bob", buy(120, 8));
    venue.place("alice", market_sell(2));
    let position = venue.position("alice").expect("the position is open");
    assert_eq!((position.quantity, position.entry_price), (dec!(6), dec!(105)));
    assert_eq!(venue.wallet("alice"), dec!(10000) - dec!(1080) * dec!(0.002) + dec!(30));

    venue.place("alice", market_sell(6));
    assert_eq!(venue.position("alice"), None);
    assert_eq!(venue.wallet("alice"), dec!(10000) - dec!(1800) * dec!(0.002) + dec!(120));
    assert_eq!(venue.wallet("bob"), dec!(10000) - dec!(1800) * dec!(0.001) - dec!(120));
    assert_eq!(venue.0.collected_fees(), dec!(1800) * dec!(0.003));
}

#[test]
fn a_fill_that_reverses_a_position_closes_it_and_opens_another() {
    let mut venue = TestVenue::new();
    venue.0.counterparty_order(SYMBOL, OrderSide::Sell, Some(dec!(100)), dec!(3)).expect("the order is valid");
    venue.place("alice", market_buy(3));
    let long = venue.position("alice").expect("the position is open");
    venue.0.counterparty_order(SYMBOL, OrderSide::Buy, Some(dec!(110)), dec!(5)).expect("the order is valid");
    venue.place("alice", market_sell(5));
    let short = venue.position("alice").expect("the position is open");
    assert_eq!((short.quantity, short.entry_price), (dec!(-2), dec!(110)));
    assert_ne!(short.position_id, long.position_id);
    let closed =
        venue.0.position_history("alice", None, None, TimeRange::default(), PageRequest::default()).expect("the page is valid").list;
    let [closed] = closed.as_slice() else { panic!("one position: {closed:?}") };
    assert_eq!((closed.position_id, closed.position_side, closed.max_quantity), (long.position_id, PositionSide::Long, dec!(3)));
    assert_eq!((closed.entry_price, closed.close_price, closed.pnl), (dec!(100), dec!(110), dec!(30)));
    assert_eq!((closed.roe, closed.trigger_mode), (dec!(1), CloseTriggerMode::Manual));
}

#[test]
fn the_history_of_positions_is_filtered_by_side() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 1));
    venue.place("alice", market_buy(1));
    venue.place("bob", buy(100, 1));
    venue.place("alice", market_sell(1));
    let count = |user: &str, side| {
        venue
            .0
            .position_history(user, Some(SYMBOL), Some(side), TimeRange::default(), PageRequest::default())
            .expect("the page is valid")
            .total
    };
    assert_eq!((count("alice", PositionHistorySide::Long), count("alice", PositionHistorySide::Short)), (1, 0));
    assert_eq!((count("bob", PositionHistorySide::Long), count("bob", PositionHistorySide::Short)), (0, 1));
}

#[test]
fn long_and_short_positions_are_independent() {
    let mut venue = TestVenue::new();
    let of = |side, order: PlaceOrder| PlaceOrder { position_side: side, ..order };
    venue.place("bob", sell(100, 5));
    venue.place("bob", buy(99, 5));
    venue.place("alice", of(PositionSide::Long, market_buy(5)));
    venue.place("alice", of(PositionSide::Short, market_sell(3)));
    let sizes: Vec<_> =
        venue.0.positions("alice", None).expect("no symbol").iter().map(|position| (position.position_side, position.quantity)).collect();
    assert_eq!(sizes, [(PositionSide::Long, dec!(5)), (PositionSide::Short, dec!(-3))]);
    // Selling a `LONG` position cannot reverse it.
    let id = venue.place("alice", of(PositionSide::Long, sell(98, 9)));
    assert_eq!(venue.order("alice", &id).quantity, dec!(5));
    venue.0.counterparty_order(SYMBOL, OrderSide::Buy, Some(dec!(98)), dec!(10)).expect("the order is valid");
    let sizes: Vec<_> = venue.0.positions("alice", None).expect("no symbol").iter().map(|position| position.position_side).collect();
    assert_eq!(sizes, [PositionSide::Short]);
    let (reason, message) = venue.rejection("alice", of(PositionSide::Long, market_sell(1)));
    assert_eq!(reason, Reason::InvalidParameter);
    assert!(message.ends_with("no LONG position of XUSDT exists that a SELL order could reduce"), "{message}");
}

#[test]
fn a_reduce_only_order_never_reverses_the_position_and_is_cancelled_with_it() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 5));
    venue.place("alice", market_buy(5));
    let reduce = |order: PlaceOrder| PlaceOrder { reduce_only: true, ..order };
    let high = venue.place("alice", reduce(sell(120, 9)));
    let higher = venue.place("alice", reduce(sell(121, 2)));
    assert_eq!(venue.order("alice", &high).quantity, dec!(5));
    // The position shrinks, and so do the orders.
    venue.place("bob", buy(99, 5));
    venue.place("alice", market_sell(4));
    assert_eq!(venue.order("alice", &high).quantity, dec!(1));
    assert_eq!(venue.order("alice", &higher).quantity, dec!(1));
    venue.place("alice", PlaceOrder { close_position: true, quantity: None, ..market_sell(1) });
    assert_eq!(venue.position("alice"), None);
    assert_eq!((venue.status("alice", &high), venue.status("alice", &higher)), (OrderStatus::Canceled, OrderStatus::Canceled));
}

#[test]
fn an_order_requires_margin_and_fee_for_the_part_that_opens() {
    let mut venue = TestVenue::new();
    // 10 000 at leverage 10 with a fee of 0.2 %: 10 000 / (0.1 + 0.002) = 98 039.2.
    let (reason, message) = venue.rejection("alice", buy(100, 981));
    assert_eq!(reason, Reason::InsufficientBalance);
    assert_eq!(message, "Insufficient balance: the order requires 10006.2, but only 10000 is available");
    venue.place("alice", buy(100, 980));
    let asset = venue.0.asset("alice").expect("alice exists");
    assert_eq!((asset.frozen_margin, asset.used_margin), (dec!(9800), dec!(0)));
    venue.place("bob", sell(100, 80));
    let asset = venue.0.asset("alice").expect("alice exists");
    assert_eq!((asset.frozen_margin, asset.used_margin), (dec!(9000), dec!(800)));
}

#[test]
fn an_order_against_a_position_freezes_margin_only_beyond_its_size() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 900));
    venue.place("alice", buy(100, 900));
    venue.place("alice", sell(110, 600));
    venue.place("alice", sell(110, 350));
    assert_eq!(venue.0.asset("alice").expect("alice exists").frozen_margin, dec!(550));
}

#[test]
fn two_orders_cannot_both_count_as_closing_the_same_position() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 900));
    venue.place("alice", buy(100, 900));
    // The first order requires no margin. The second one would require more than 9 900, of which only 820 is available.
    venue.place("alice", sell(110, 900));
    assert_eq!(venue.rejection("alice", sell(110, 900)).0, Reason::InsufficientBalance);
}

#[test]
fn unrealized_losses_reduce_the_available_balance_and_profits_do_not_increase_it() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 500));
    venue.place("alice", buy(100, 500));
    let largest = |venue: &mut TestVenue| (1..=1000).rev().find(|quantity| venue.try_place("alice", buy(90, *quantity)).is_ok());
    venue.0.set_mark_price(SYMBOL, dec!(110)).expect("the price is valid");
    assert_eq!(venue.position("alice").expect("the position is open").unrealized_pnl, dec!(5000));
    // 10 000 minus 100 in fees minus 5 000 of used margin.
    assert_eq!(largest(&mut venue), Some(533));
    venue.0.set_mark_price(SYMBOL, dec!(95)).expect("the price is valid");
    assert_eq!(largest(&mut venue), None);
}

#[test]
fn leverage_changes_the_margin_if_the_balance_is_sufficient() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 500));
    venue.place("alice", market_buy(500));
    assert_eq!(venue.0.set_leverage("alice", SYMBOL, 20).expect("the leverage is valid").leverage, 20);
    assert_eq!(venue.0.asset("alice").expect("alice exists").used_margin, dec!(2500));
    assert_eq!(venue.0.set_leverage("alice", SYMBOL, 4).expect_err("that needs 12 500").code(), 3001);
    assert_eq!(venue.0.position_settings("alice", SYMBOL).expect("the contract exists").leverage, 20);
    let error = venue.0.set_leverage("alice", SYMBOL, 51).expect_err("50 is the most");
    assert_eq!(error.to_string(), "2003: Parameter out of range: leverage of XUSDT must be from 1 to 50");
}

#[test]
fn the_margin_mode_cannot_change_while_an_order_or_position_is_open() {
    let mut venue = TestVenue::new();
    let id = venue.place("alice", buy(90, 1));
    assert_eq!(venue.0.set_margin_mode("alice", SYMBOL, MarginMode::Isolated).expect_err("an order is open").code(), 2002);
    venue.0.set_margin_mode("alice", SYMBOL, MarginMode::Cross).expect("nothing changes");
    venue.0.cancel_order("alice", SYMBOL, by_id(&id)).expect("the order is open");
    venue.0.set_margin_mode("alice", SYMBOL, MarginMode::Isolated).expect("nothing is open");
    assert_eq!(venue.0.position_settings("alice", SYMBOL).expect("the contract exists").margin_mode, MarginMode::Isolated);
}

#[test]
fn a_position_has_the_documented_fields() {
    let mut venue = TestVenue::new();
    venue.0.set_margin_mode("alice", SYMBOL, MarginMode::Isolated).expect("nothing is open");
    venue.place("bob", sell(100, 10));
    venue.place("alice", market_buy(10));
    venue.0.set_mark_price(SYMBOL, dec!(104)).expect("the price is valid");
    let mut position = venue.position("alice").expect("the position is open");
    position.position_id = super::super::PositionId(1);
    insta::assert_debug_snapshot!(position);
}

#[test]
fn the_margin_of_an_isolated_position_is_no_collateral_of_a_cross_position() {
    let mut venue = TestVenue::new();
    venue.0.set_margin_mode("alice", "YUSDT", MarginMode::Isolated).expect("nothing is open");
    venue.place("bob", PlaceOrder { symbol: "YUSDT".to_owned(), ..sell(100, 100) });
    venue.place("alice", PlaceOrder { symbol: "YUSDT".to_owned(), ..market_buy(100) });
    venue.place("bob", sell(100, 500));
    venue.place("alice", market_buy(500));
    // The collateral of the cross position is 10 000 minus 120 in fees minus the 1000 of isolated margin in YUSDT. The position has 500
    // lots and the entry value 50 000.
    let position = venue.position("alice").expect("the position is open");
    let liquidation = (dec!(50000) - dec!(8880)) / (dec!(500) * dec!(0.995));
    assert_eq!(position.liq_price, Some(liquidation.round_dp(8)));
    assert_eq!(position.margin_ratio, (dec!(250) / dec!(8880)).round_dp(8));
}

#[test]
fn the_break_even_price_includes_the_fees_of_a_partial_close() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 4));
    venue.place("alice", market_buy(4));
    venue.place("bob", buy(100, 2));
    venue.place("alice", market_sell(2));
    // The fees for 4 opened and 2 closed lots are 1.20.
    let position = venue.position("alice").expect("half of it is open");
    assert_eq!(position.break_even_price, (dec!(201.20) / (dec!(2) * dec!(0.998))).round_dp(8));
}

#[test]
fn closing_at_the_break_even_price_recovers_the_cost() {
    let rules = SymbolRules { tick_size: dec!(0.00000001), initial_price: dec!(100), ..rules() };
    let mut exchange = Exchange::new(Config::new().symbols(vec![rules])).expect("the configuration is valid");
    exchange.add_user("alice", "alice", dec!(10000)).expect("the name is new");
    for side in OrderSide::ALL {
        let before = exchange.asset("alice").expect("alice exists").wallet_balance;
        exchange.counterparty_order(SYMBOL, side.opposite(), Some(dec!(100)), dec!(7)).expect("the order is valid");
        exchange.place_order("alice", PlaceOrder::market(SYMBOL, *side, dec!(7))).expect("the order is valid");
        let price = exchange.positions("alice", None).expect("no symbol")[0].break_even_price;
        exchange.counterparty_order(SYMBOL, *side, Some(price), dec!(7)).expect("the order is valid");
        exchange
            .place_order("alice", PlaceOrder { close_position: true, ..PlaceOrder::market(SYMBOL, side.opposite(), dec!(7)) })
            .expect("the order is valid");
        let cost = before - exchange.asset("alice").expect("alice exists").wallet_balance;
        assert!(cost.abs() < dec!(0.000001), "{side}: {cost}");
    }
}

#[test]
fn a_position_closed_by_a_stop_loss_reports_it_as_the_cause() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 1));
    venue.place("alice", market_buy(1));
    let stop = PlaceConditionOrder {
        close_position: true,
        quantity: None,
        ..PlaceConditionOrder::market(SYMBOL, ConditionOrderType::StopMarket, OrderSide::Sell, 90, 1)
    };
    venue.0.place_condition_order("alice", stop).expect("the order is valid");
    assert_eq!(venue.position("alice").expect("the position is open").sl_price, Some(dec!(90)));
    venue.place("bob", buy(89, 5));
    venue.trade_at(dec!(89));
    let closed =
        venue.0.position_history("alice", None, None, TimeRange::default(), PageRequest::default()).expect("the page is valid").list;
    assert_eq!(closed.first().map(|closed| closed.trigger_mode), Some(CloseTriggerMode::StopLoss));
}

#[test]
fn orders_report_leverage_and_margin_mode_at_their_placement() {
    let mut venue = TestVenue::new();
    let stop = PlaceConditionOrder::market(SYMBOL, ConditionOrderType::StopMarket, OrderSide::Sell, 90, 1);
    venue.0.place_condition_order("alice", stop).expect("the order is valid");
    let waiting = |venue: &TestVenue| {
        let order = venue.0.current_condition_orders("alice", None).expect("no symbol is given").remove(0);
        (order.leverage, order.margin_mode)
    };
    venue.0.set_margin_mode("alice", SYMBOL, MarginMode::Isolated).expect("a condition order is no obstacle");
    let id = venue.place("alice", buy(80, 10));
    venue.0.set_leverage("alice", SYMBOL, 20).expect("the leverage is valid");
    assert_eq!(waiting(&venue), (10, MarginMode::Cross));
    assert_eq!((venue.order("alice", &id).leverage, venue.order("alice", &id).margin_mode), (10, MarginMode::Isolated));
    assert_eq!(venue.0.asset("alice").expect("alice exists").frozen_margin, dec!(40), "the frozen margin follows the new leverage");
    venue.trade_at(dec!(90));
    let made = venue.0.order_history("alice", &OrderFilter::default(), PageRequest::default()).expect("the page is valid").list.remove(0);
    assert_eq!((made.leverage, made.margin_mode), (20, MarginMode::Isolated));
}
