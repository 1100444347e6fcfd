//! The feed of the streams, which is recorded only while a stream needs it.

use rust_decimal::dec;

use super::super::FeedEvent;
use super::{OrderSide, PlaceOrder, SYMBOL, TestVenue};

/// Alice sells 5 at 100, and Bob buys 2.
fn trade(venue: &mut TestVenue) {
    venue.place("alice", PlaceOrder::limit(SYMBOL, OrderSide::Sell, dec!(100), dec!(5)));
    venue.place("bob", PlaceOrder::limit(SYMBOL, OrderSide::Buy, dec!(100), dec!(2)));
}

#[test]
fn nothing_is_recorded_without_a_stream() {
    let mut venue = TestVenue::new();
    trade(&mut venue);
    assert_eq!(venue.0.take_feed(), (Vec::new(), false));
    let depth = venue.0.take_depth_changes(SYMBOL).expect("a contract");
    assert!(depth.bids.is_empty() && depth.asks.is_empty());

    venue.0.record_feed(true);
    venue.0.record_depth(SYMBOL, true).expect("a contract");
    venue.0.record_feed(false);
    venue.0.record_depth(SYMBOL, false).expect("a contract");
    trade(&mut venue);
    assert_eq!(venue.0.take_feed(), (Vec::new(), false));
    assert!(venue.0.take_depth_changes(SYMBOL).expect("a contract").asks.is_empty());
}

#[test]
fn a_trade_has_an_event_for_each_step_of_both_orders() {
    let mut venue = TestVenue::new();
    venue.0.record_feed(true);
    venue.0.record_depth(SYMBOL, true).expect("a contract");
    trade(&mut venue);
    let (events, is_incomplete) = venue.0.take_feed();
    let steps: Vec<String> = events
        .iter()
        .map(|event| match event {
            FeedEvent::Trade { trade, .. } => format!("trade {}", trade.quantity),
            FeedEvent::Order { user, order, fill } => {
                format!("{user} {} {}", order.status, fill.map(|fill| fill.quantity).unwrap_or_default())
            }
            FeedEvent::Account { user } => format!("{user} account"),
        })
        .collect();
    let expected = [
        "alice NEW 0",
        "alice PENDING 0",
        "bob NEW 0",
        "trade 2",
        "alice PARTIALLY_FILLED 2",
        "alice account",
        "bob FILLED 2",
        "bob account",
    ];
    assert_eq!((steps.as_slice(), is_incomplete), (&expected.map(str::to_owned)[..], false));
    let depth = venue.0.take_depth_changes(SYMBOL).expect("a contract");
    assert_eq!(depth, venue.0.depth(SYMBOL, 10).expect("a contract"));
}

#[test]
fn a_removed_level_has_the_quantity_0() {
    let mut venue = TestVenue::new();
    trade(&mut venue);
    venue.0.record_depth(SYMBOL, true).expect("a contract");
    venue.place("bob", PlaceOrder::limit(SYMBOL, OrderSide::Buy, dec!(100), dec!(3)));
    let depth = venue.0.take_depth_changes(SYMBOL).expect("a contract");
    assert_eq!((depth.asks[0].price, depth.asks[0].quantity, depth.asks.len()), (dec!(100), dec!(0), 1));
}

#[test]
fn a_feed_with_too_many_events_is_incomplete() {
    let mut venue = TestVenue::new();
    for user in ["alice", "bob"] {
        venue.0.deposit(user, dec!(1_000_000_000)).expect("a user");
    }
    venue.0.record_feed(true);
    for _ in 0..2_000 {
        trade(&mut venue);
        venue.place("bob", PlaceOrder::limit(SYMBOL, OrderSide::Buy, dec!(100), dec!(3)));
    }
    let (events, is_incomplete) = venue.0.take_feed();
    assert_eq!((events.len(), is_incomplete), (10_000, true));
    assert_eq!(venue.0.take_feed(), (Vec::new(), false));
}
