//! Amending and cancelling orders.

use rust_decimal::dec;

use super::super::{CancelType, Config, OrderStatus, PlaceOrder};
use super::*;

#[test]
fn a_smaller_total_keeps_the_queue_position() {
    let mut venue = TestVenue::new();
    let first = venue.place("alice", sell(100, 5));
    let second = venue.place("alice", sell(100, 5));
    venue.amend("alice", &first, None, Some(dec!(4))).expect("the amendment is valid");
    venue.place("bob", buy(100, 4));
    assert_eq!(venue.status("alice", &first), OrderStatus::Filled);
    assert_eq!(venue.status("alice", &second), OrderStatus::Pending);
}

#[test]
fn a_larger_total_or_another_price_moves_the_order_to_the_end_of_the_queue() {
    let mut venue = TestVenue::new();
    let first = venue.place("alice", sell(100, 5));
    let second = venue.place("alice", sell(100, 5));
    venue.amend("alice", &first, None, Some(dec!(6))).expect("the amendment is valid");
    venue.place("bob", buy(100, 5));
    assert_eq!(venue.status("alice", &second), OrderStatus::Filled);
    let third = venue.place("alice", sell(101, 1));
    venue.amend("alice", &third, Some(dec!(100)), None).expect("the amendment is valid");
    venue.place("bob", buy(100, 6));
    assert_eq!(venue.status("alice", &first), OrderStatus::Filled);
    assert_eq!(venue.status("alice", &third), OrderStatus::Pending);
}

#[test]
fn an_amended_quantity_is_the_total_and_not_the_remaining_quantity() {
    let mut venue = TestVenue::new();
    let id = venue.place("alice", sell(100, 5));
    venue.place("bob", buy(100, 2));
    venue.amend("alice", &id, None, Some(dec!(6))).expect("the amendment is valid");
    let order = venue.order("alice", &id);
    assert_eq!((order.quantity, order.filled_quantity, order.remaining_quantity), (dec!(6), dec!(2), dec!(4)));
    let error = venue.amend("alice", &id, None, Some(dec!(2))).expect_err("that much is filled");
    assert_eq!(error.reason(), Reason::ParameterOutOfRange);
}

#[test]
fn an_amended_price_that_reaches_the_other_side_trades() {
    let mut venue = TestVenue::new();
    venue.place("alice", sell(105, 3));
    let id = venue.place("bob", buy(100, 5));
    venue.amend("bob", &id, Some(dec!(105)), None).expect("the amendment is valid");
    let order = venue.order("bob", &id);
    assert_eq!((order.status, order.remaining_quantity), (OrderStatus::PartiallyFilled, dec!(2)));
}

#[test]
fn a_rejected_amendment_leaves_the_order_unchanged() {
    let mut venue = TestVenue::new();
    venue.place("alice", sell(105, 3));
    let id = venue.place("bob", PlaceOrder { maker_only: true, ..buy(100, 5) });
    let before = (venue.order("bob", &id), venue.0.asset("bob").expect("bob exists"));
    assert_eq!(venue.amend("bob", &id, Some(dec!(105)), None).expect_err("it would take").reason(), Reason::InvalidParameter);
    assert_eq!(venue.amend("bob", &id, None, Some(dec!(9000))).expect_err("too much").reason(), Reason::InsufficientBalance);
    assert_eq!(venue.amend("bob", &id, None, None).expect_err("nothing to do").reason(), Reason::MissingParameter);
    assert_eq!((venue.order("bob", &id), venue.0.asset("bob").expect("bob exists")), before);
}

#[test]
fn a_final_order_can_neither_be_cancelled_nor_amended() {
    let mut venue = TestVenue::new();
    let id = venue.place("alice", buy(90, 1));
    venue.0.cancel_order("alice", SYMBOL, by_id(&id)).expect("the order is open");
    assert_eq!(venue.status("alice", &id), OrderStatus::Canceled);
    let again = venue.0.cancel_order("alice", SYMBOL, by_id(&id)).expect_err("it is cancelled");
    assert_eq!(again.to_string(), "3005: Order cannot be canceled: its status is CANCELED");
    assert_eq!(venue.amend("alice", &id, Some(dec!(91)), None).expect_err("it is cancelled").code(), 3005);
    assert_eq!(venue.0.cancel_order("alice", SYMBOL, by_id("1")).expect_err("the order does not exist").code(), 3003);
}

#[test]
fn cancel_all_is_executed_later_and_spares_newer_orders() {
    let mut venue = TestVenue::with(Config::new().cancel_all_delay_ms(50));
    let before = venue.place("alice", buy(90, 1));
    venue.0.cancel_all_orders("alice", None, CancelType::AllNormal).expect("the request is valid");
    let after = venue.place("alice", buy(90, 1));
    venue.0.advance(START.plus(49));
    assert_eq!(venue.status("alice", &before), OrderStatus::Pending);
    venue.0.advance(START.plus(50));
    assert_eq!(venue.status("alice", &before), OrderStatus::Canceled);
    assert_eq!(venue.status("alice", &after), OrderStatus::Pending);
}

#[test]
fn cancel_all_with_a_symbol_spares_other_contracts() {
    let mut venue = TestVenue::with(Config::new().cancel_all_delay_ms(0));
    let x = venue.place("alice", buy(90, 1));
    let y = venue.0.place_order("alice", PlaceOrder { symbol: "YUSDT".to_owned(), ..buy(90, 1) }).expect("the order is valid").order_id;
    venue.0.cancel_all_orders("alice", Some("YUSDT"), CancelType::LimitOnly).expect("the request is valid");
    assert_eq!(venue.status("alice", &x), OrderStatus::Pending);
    assert_eq!(venue.0.order("alice", "YUSDT", by_id(&y.to_string())).expect("the order exists").status, OrderStatus::Canceled);
}

#[test]
fn the_orders_of_a_batch_succeed_or_fail_independently() {
    let mut venue = TestVenue::new();
    let results = venue.0.batch_place_orders("alice", vec![buy(90, 1), buy(90, 0), buy(91, 1)]);
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    let ids: Vec<String> = results.into_iter().flatten().map(|placed| placed.order_id.to_string()).collect();
    let amend = |id: &String| AmendOrder { order_id: id.clone(), price: Some(dec!(92)), quantity: None };
    let amendments = vec![amend(&ids[0]), amend(&"1".to_owned())];
    let results = venue.0.batch_amend_orders("alice", SYMBOL, amendments);
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
    let named: Vec<(String, String)> = ids.iter().chain([&"1".to_owned()]).map(|id| (SYMBOL.to_owned(), id.clone())).collect();
    let results = venue.0.batch_cancel_orders("alice", &named);
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn an_amendment_without_a_change_keeps_the_queue_position() {
    let mut venue = TestVenue::new();
    let first = venue.place("alice", sell(100, 5));
    let second = venue.place("alice", sell(100, 5));
    venue.amend("alice", &first, Some(dec!(100)), Some(dec!(5))).expect("the amendment is valid");
    venue.place("bob", buy(100, 5));
    assert_eq!((venue.status("alice", &first), venue.status("alice", &second)), (OrderStatus::Filled, OrderStatus::Pending));
}
