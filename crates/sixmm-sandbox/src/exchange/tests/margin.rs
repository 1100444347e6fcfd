//! The margin that an order requires.

use rust_decimal::dec;

use super::super::MarginMode;
use super::*;

/// The complete state, which a rejected order must not change.
fn state(venue: &TestVenue) -> String {
    format!("{:?}", venue.0)
}

/// Places an order of Alice that must be rejected for insufficient balance without a change of the state.
fn reject_for_balance(venue: &mut TestVenue, order: PlaceOrder) -> String {
    let before = state(venue);
    let (reason, message) = venue.rejection("alice", order);
    assert_eq!(reason, Reason::InsufficientBalance);
    assert_eq!(state(venue), before, "a rejected command must not change the state");
    message
}

/// Alice has a position opened at 100 and `available` USDT left.
fn alice_holds(side: OrderSide, quantity: i64, available: Decimal) -> TestVenue {
    let mut venue = TestVenue::new();
    venue.place("bob", PlaceOrder::limit(SYMBOL, side.opposite(), 100, quantity));
    venue.place("alice", PlaceOrder::market(SYMBOL, side, quantity));
    let asset = venue.0.asset("alice").expect("alice exists");
    let spare = asset.wallet_balance - asset.used_margin - available;
    venue.0.withdraw("alice", spare).expect("it is neither used nor frozen");
    venue
}

#[test]
fn a_reversing_market_buy_requires_margin_at_the_last_prices_of_the_book() {
    // The first 10 lots close at 100. The other 10 lots open at 200, which requires a margin of 200 and a fee of 4.
    let turns = |available| {
        let mut venue = alice_holds(OrderSide::Sell, 10, available);
        for price in [100, 200] {
            venue.0.counterparty_order(SYMBOL, OrderSide::Sell, Some(price.into()), dec!(10)).expect("the order is valid");
        }
        venue
    };
    let mut venue = turns(dec!(203));
    assert_eq!(reject_for_balance(&mut venue, market_buy(20)), "Insufficient balance: the order requires 204, but only 203 is available");
    turns(dec!(204)).place("alice", market_buy(20));
}

#[test]
fn a_reversing_market_sell_requires_margin_only_for_the_part_that_opens() {
    // The lot that closes sells at 200 and requires nothing. The ten lots that open sell at 100 each, which requires a margin of 100 and a
    // fee of 2.
    let turns = |available| {
        let mut venue = alice_holds(OrderSide::Buy, 1, available);
        for (price, quantity) in [(200, dec!(1)), (100, dec!(10))] {
            venue.0.counterparty_order(SYMBOL, OrderSide::Buy, Some(price.into()), quantity).expect("the order is valid");
        }
        venue
    };
    let mut venue = turns(dec!(101));
    assert_eq!(reject_for_balance(&mut venue, market_sell(11)), "Insufficient balance: the order requires 102, but only 101 is available");
    turns(dec!(102)).place("alice", market_sell(11));
}

#[test]
fn an_order_requires_margin_for_resting_orders_that_can_no_longer_close_the_position() {
    // While the position is open, the order at 300 would close it, and freezes nothing. After another order has closed the position, the
    // order at 300 would open a position, which requires a margin of 300 and a fee of 6.
    for order in [market_sell(10), sell(100, 10)] {
        let mut venue = alice_holds(OrderSide::Buy, 10, dec!(305));
        venue.place("alice", sell(300, 10));
        venue.0.counterparty_order(SYMBOL, OrderSide::Buy, Some(dec!(100)), dec!(10)).expect("the order is valid");
        assert_eq!(reject_for_balance(&mut venue, order), "Insufficient balance: the order requires 306, but only 305 is available");
        venue.place("alice", PlaceOrder { reduce_only: true, ..market_sell(10) });
    }
}

#[test]
fn a_position_can_always_be_closed() {
    let mut venue = alice_holds(OrderSide::Buy, 10, dec!(0));
    venue.0.set_mark_price(SYMBOL, dec!(50)).expect("the price is valid");
    venue.place("bob", buy(50, 10));
    venue.place("alice", market_sell(10));
    assert_eq!(venue.position("alice"), None);
}

#[test]
fn a_loss_of_an_isolated_position_does_not_reduce_the_available_balance() {
    for (mode, available) in [(MarginMode::Isolated, dec!(8980)), (MarginMode::Cross, dec!(3980))] {
        let mut venue = TestVenue::new();
        let in_y = |order: PlaceOrder| PlaceOrder { symbol: "YUSDT".to_owned(), ..order };
        venue.0.set_margin_mode("alice", "YUSDT", mode).expect("nothing is open");
        venue.place("bob", in_y(sell(100, 100)));
        // 10 000 USDT minus 20 in fees minus a margin of 1000. The loss is 5000.
        venue.place("alice", in_y(market_buy(100)));
        venue.0.set_mark_price("YUSDT", dec!(50)).expect("the price is valid");
        // Each lot at 100 requires a margin of 10 and a fee of 0.2.
        let lots = (available / dec!(10.2)).floor().try_into().expect("a small number");
        let message = reject_for_balance(&mut venue, buy(100, lots + 1));
        assert!(message.ends_with(&format!("but only {available} is available")), "{mode:?}: {message}");
        venue.place("alice", buy(100, lots));
    }
}
