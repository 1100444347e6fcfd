//! Amending and cancelling.

use rust_decimal::dec;

use super::super::{CancelType, Config, OrderStatus, PlaceOrder};
use super::*;

#[test]
fn a_smaller_total_keeps_the_place_in_the_queue() {
    let mut world = World::new();
    let first = world.place("alice", sell(100, 5));
    let second = world.place("alice", sell(100, 5));
    world.amend("alice", &first, None, Some(dec!(4))).expect("the amendment is good");
    world.place("bob", buy(100, 4));
    assert_eq!(world.status("alice", &first), OrderStatus::Filled);
    assert_eq!(world.status("alice", &second), OrderStatus::Pending);
}

#[test]
fn a_larger_total_or_another_price_goes_to_the_end_of_the_queue() {
    let mut world = World::new();
    let first = world.place("alice", sell(100, 5));
    let second = world.place("alice", sell(100, 5));
    world.amend("alice", &first, None, Some(dec!(6))).expect("the amendment is good");
    world.place("bob", buy(100, 5));
    assert_eq!(world.status("alice", &second), OrderStatus::Filled);
    let third = world.place("alice", sell(101, 1));
    world.amend("alice", &third, Some(dec!(100)), None).expect("the amendment is good");
    world.place("bob", buy(100, 6));
    assert_eq!(world.status("alice", &first), OrderStatus::Filled);
    assert_eq!(world.status("alice", &third), OrderStatus::Pending);
}

#[test]
fn an_amended_quantity_is_the_total_and_not_the_rest() {
    let mut world = World::new();
    let id = world.place("alice", sell(100, 5));
    world.place("bob", buy(100, 2));
    world.amend("alice", &id, None, Some(dec!(6))).expect("the amendment is good");
    let order = world.order("alice", &id);
    assert_eq!((order.quantity, order.filled_quantity, order.remaining_quantity), (dec!(6), dec!(2), dec!(4)));
    let refusal = world.amend("alice", &id, None, Some(dec!(2))).expect_err("that much is filled");
    assert_eq!(refusal.reason(), Reason::ParameterOutOfRange);
}

#[test]
fn an_amended_price_that_meets_the_other_side_trades() {
    let mut world = World::new();
    world.place("alice", sell(105, 3));
    let id = world.place("bob", buy(100, 5));
    world.amend("bob", &id, Some(dec!(105)), None).expect("the amendment is good");
    let order = world.order("bob", &id);
    assert_eq!((order.status, order.remaining_quantity), (OrderStatus::PartiallyFilled, dec!(2)));
}

#[test]
fn a_refused_amendment_leaves_the_order_as_it_was() {
    let mut world = World::new();
    world.place("alice", sell(105, 3));
    let id = world.place("bob", PlaceOrder { maker_only: true, ..buy(100, 5) });
    let before = (world.order("bob", &id), world.0.asset("bob").expect("bob exists"));
    assert_eq!(world.amend("bob", &id, Some(dec!(105)), None).expect_err("it would take").reason(), Reason::InvalidParameter);
    assert_eq!(world.amend("bob", &id, None, Some(dec!(9000))).expect_err("too much").reason(), Reason::InsufficientBalance);
    assert_eq!(world.amend("bob", &id, None, None).expect_err("nothing to do").reason(), Reason::MissingParameter);
    assert_eq!((world.order("bob", &id), world.0.asset("bob").expect("bob exists")), before);
}

#[test]
fn an_order_that_is_final_can_neither_be_cancelled_nor_amended() {
    let mut world = World::new();
    let id = world.place("alice", buy(90, 1));
    world.0.cancel_order("alice", SYMBOL, by_id(&id)).expect("the order is open");
    assert_eq!(world.status("alice", &id), OrderStatus::Canceled);
    let again = world.0.cancel_order("alice", SYMBOL, by_id(&id)).expect_err("it is cancelled");
    assert_eq!(again.to_string(), "3005: Order cannot be canceled: it is CANCELED");
    assert_eq!(world.amend("alice", &id, Some(dec!(91)), None).expect_err("it is cancelled").code(), 3005);
    assert_eq!(world.0.cancel_order("alice", SYMBOL, by_id("1")).expect_err("there is none").code(), 3003);
}

#[test]
fn cancel_all_takes_effect_later_and_spares_what_came_after_it() {
    let mut world = World::with(Config::new().cancel_all_delay_ms(50));
    let before = world.place("alice", buy(90, 1));
    world.0.cancel_all_orders("alice", None, CancelType::AllNormal).expect("the request is good");
    let after = world.place("alice", buy(90, 1));
    world.0.advance(START.plus(49));
    assert_eq!(world.status("alice", &before), OrderStatus::Pending);
    world.0.advance(START.plus(50));
    assert_eq!(world.status("alice", &before), OrderStatus::Canceled);
    assert_eq!(world.status("alice", &after), OrderStatus::Pending);
}

#[test]
fn cancel_all_is_for_one_contract_if_it_names_one() {
    let mut world = World::with(Config::new().cancel_all_delay_ms(0));
    let x = world.place("alice", buy(90, 1));
    let y = world.0.place_order("alice", PlaceOrder { symbol: "YUSDT".to_owned(), ..buy(90, 1) }).expect("the order is good").order_id;
    world.0.cancel_all_orders("alice", Some("YUSDT"), CancelType::LimitOnly).expect("the request is good");
    assert_eq!(world.status("alice", &x), OrderStatus::Pending);
    assert_eq!(world.0.order("alice", "YUSDT", by_id(&y.to_string())).expect("the order exists").status, OrderStatus::Canceled);
}

#[test]
fn each_order_of_a_batch_has_a_result_of_its_own() {
    let mut world = World::new();
    let results = world.0.batch_place_orders("alice", vec![buy(90, 1), buy(90, 0), buy(91, 1)]);
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    let ids: Vec<String> = results.into_iter().flatten().map(|placed| placed.order_id.to_string()).collect();
    let amend = |id: &String| AmendOrder { order_id: id.clone(), price: Some(dec!(92)), quantity: None };
    let amendments = vec![amend(&ids[0]), amend(&"1".to_owned())];
    let results = world.0.batch_amend_orders("alice", SYMBOL, amendments);
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
    let named: Vec<(String, String)> = ids.iter().chain([&"1".to_owned()]).map(|id| (SYMBOL.to_owned(), id.clone())).collect();
    let results = world.0.batch_cancel_orders("alice", &named);
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn an_amendment_that_changes_nothing_keeps_the_place_in_the_queue() {
    let mut world = World::new();
    let first = world.place("alice", sell(100, 5));
    let second = world.place("alice", sell(100, 5));
    world.amend("alice", &first, Some(dec!(100)), Some(dec!(5))).expect("the amendment is good");
    world.place("bob", buy(100, 5));
    assert_eq!((world.status("alice", &first), world.status("alice", &second)), (OrderStatus::Filled, OrderStatus::Pending));
}
