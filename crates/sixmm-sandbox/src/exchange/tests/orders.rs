//! Placing and matching.

use rust_decimal::dec;

use super::super::{BboPriceType, Config, OrderRef, OrderStatus, OrderType, PlaceOrder, PositionSide, TimeInForce};
use super::*;

#[test]
fn a_limit_order_stands_until_somebody_takes_it() {
    let mut world = World::new();
    let (id, status) = world.try_place("alice", buy(100, 5)).expect("the order is good");
    assert_eq!(status, OrderStatus::New);
    assert_eq!(world.status("alice", &id), OrderStatus::Pending);
    let (taker, status) = world.try_place("bob", sell(100, 2)).expect("the order is good");
    assert_eq!(status, OrderStatus::Filled);
    let order = world.order("alice", &id);
    assert_eq!(order.status, OrderStatus::PartiallyFilled);
    assert_eq!((order.filled_quantity, order.remaining_quantity), (dec!(2), dec!(3)));
    assert_eq!(world.order("bob", &taker).avg_filled_price, Some(dec!(100)));
}

#[test]
fn the_better_price_trades_first_and_at_the_same_price_the_older_order() {
    let mut world = World::new();
    let worse = world.place("alice", sell(102, 1));
    let older = world.place("alice", sell(101, 1));
    let newer = world.place("alice", sell(101, 1));
    world.place("bob", buy(102, 2));
    assert_eq!(world.status("alice", &older), OrderStatus::Filled);
    assert_eq!(world.status("alice", &newer), OrderStatus::Filled);
    assert_eq!(world.status("alice", &worse), OrderStatus::Pending);
    assert_eq!(world.fills("bob"), [(dec!(101), dec!(1)), (dec!(101), dec!(1))]);
}

#[test]
fn what_a_market_ioc_or_fok_order_does_not_fill_is_cancelled() {
    let mut world = World::new();
    world.place("alice", sell(100, 3));
    let fok = PlaceOrder { time_in_force: TimeInForce::Fok, ..buy(100, 4) };
    assert_eq!(world.try_place("bob", fok).expect("the order is good").1, OrderStatus::Canceled);
    assert_eq!(world.fills("bob"), []);
    let ioc = PlaceOrder { time_in_force: TimeInForce::Ioc, ..buy(100, 4) };
    assert_eq!(world.try_place("bob", ioc).expect("the order is good").1, OrderStatus::PartiallyFilledCanceled);
    assert_eq!(world.try_place("bob", market_buy(1)).expect("the order is good").1, OrderStatus::Canceled);
    assert_eq!(world.fills("bob"), [(dec!(100), dec!(3))]);
}

#[test]
fn a_fok_order_that_the_book_can_fill_is_filled() {
    let mut world = World::new();
    world.place("alice", sell(100, 3));
    world.place("alice", sell(101, 3));
    let fok = PlaceOrder { time_in_force: TimeInForce::Fok, ..buy(101, 5) };
    assert_eq!(world.try_place("bob", fok).expect("the order is good").1, OrderStatus::Filled);
}

#[test]
fn a_fok_order_does_not_count_on_orders_that_go_with_the_position_it_would_close() {
    let mut world = World::new();
    world.place("bob", sell(100, 5));
    world.place("alice", market_buy(5));
    for price in [110, 111] {
        world.place("alice", PlaceOrder { reduce_only: true, ..sell(price, 5) });
    }
    let fok = |quantity| PlaceOrder { time_in_force: TimeInForce::Fok, ..buy(111, quantity) };
    assert_eq!(world.try_place("bob", fok(6)).expect("the order is good").1, OrderStatus::Canceled);
    assert_eq!(world.try_place("bob", fok(5)).expect("the order is good").1, OrderStatus::Filled);
    assert_eq!(world.0.current_orders("alice", None, None, None).expect("no limit").total, 0);
}

#[test]
fn a_maker_only_order_that_would_take_is_rejected_and_takes_nothing() {
    let mut world = World::new();
    world.place("alice", sell(100, 1));
    let order = PlaceOrder { maker_only: true, ..buy(100, 1) };
    let (id, status) = world.try_place("bob", order).expect("the order is accepted");
    assert_eq!(status, OrderStatus::Rejected);
    assert_eq!(world.status("bob", &id), OrderStatus::Rejected);
    assert_eq!(world.fills("bob"), []);
}

#[test]
fn an_order_takes_its_price_from_the_book() {
    let mut world = World::new();
    for price in [90, 91, 92, 93, 94] {
        world.place("alice", buy(price, 1));
    }
    world.place("alice", sell(110, 1));
    let priced = |price_type| PlaceOrder { price: None, price_type, ..buy(1, 1) };
    let same = world.place("bob", priced(BboPriceType::SameSide1));
    let fifth = world.place("bob", priced(BboPriceType::SameSide5));
    assert_eq!(world.order("bob", &same).price, Some(dec!(94)));
    assert_eq!(world.order("bob", &fifth).price, Some(dec!(90)));
    let (reason, message) = world.refusal("bob", priced(BboPriceType::Opponent5));
    assert_eq!(reason, Reason::InvalidParameter);
    assert_eq!(message, "Invalid parameter value: priceType 2: the book has fewer than 5 SELL prices");
    let taker = world.place("bob", priced(BboPriceType::Opponent1));
    assert_eq!(world.order("bob", &taker).status, OrderStatus::Filled);
}

#[test]
fn an_order_that_breaks_a_rule_is_refused_with_the_field_and_the_limit() {
    let mut world = World::with(Config::new());
    let exchange = &mut world.0;
    exchange.add_user("carol", "carol", dec!(1000000)).expect("the name is new");
    let mut refusals = String::new();
    let btc = |price: Decimal, quantity: Decimal| PlaceOrder::limit("BTCUSDT", OrderSide::Buy, price, quantity);
    let mut usual = Exchange::new(Config::new()).expect("the configuration is good");
    usual.add_user("carol", "carol", dec!(1000)).expect("the name is new");
    let good = btc(dec!(85000), dec!(0.01));
    for order in [
        PlaceOrder { symbol: "btcusdt".to_owned(), ..good.clone() },
        btc(dec!(85000.05), dec!(0.01)),
        btc(dec!(0.04), dec!(0.01)),
        btc(dec!(100_000_000_000.1), dec!(0.01)),
        btc(dec!(-1), dec!(0.01)),
        btc(dec!(85000), dec!(0.0001)),
        btc(dec!(85000), dec!(0.0015)),
        btc(dec!(85000), dec!(1000.001)),
        btc(dec!(100), dec!(0.001)),
        btc(dec!(85000), dec!(10)),
        PlaceOrder { price: None, ..good.clone() },
        PlaceOrder { quantity: None, ..good.clone() },
        PlaceOrder { reduce_only: true, ..good.clone() },
        PlaceOrder { close_position: true, ..good.clone() },
        PlaceOrder { maker_only: true, time_in_force: TimeInForce::Ioc, ..good.clone() },
        PlaceOrder { time_in_force: TimeInForce::GteGtc, ..good.clone() },
        PlaceOrder { price_type: BboPriceType::Opponent1, order_type: OrderType::Market, ..good },
    ] {
        refusals += &usual.place_order("carol", order).expect_err("the order is not good").to_string();
        refusals.push('\n');
    }
    insta::assert_snapshot!(refusals);
    assert!(usual.all_orders().is_empty());
}

#[test]
fn a_client_order_id_is_good_once() {
    let mut world = World::new();
    let named = |name: &str| PlaceOrder { client_order_id: Some(name.to_owned()), ..buy(90, 1) };
    let id = world.place("alice", named("mine"));
    world.0.cancel_order("alice", SYMBOL, by_id(&id)).expect("the order is open");
    assert_eq!(world.refusal("alice", named("mine")).0, Reason::DuplicateRequest);
    world.place("bob", named("mine"));
    let by_name = OrderRef { order_id: None, client_order_id: Some("mine") };
    assert_eq!(world.0.order("alice", SYMBOL, by_name).expect("the order exists").order_id.to_string(), id);
}

#[test]
fn a_refused_order_leaves_its_client_order_id_free() {
    let mut world = World::new();
    let order = PlaceOrder { client_order_id: Some("mine".to_owned()), ..buy(100, 100_000) };
    world.refusal("alice", order.clone());
    world.place("alice", PlaceOrder { quantity: Some(dec!(1)), ..order });
}

#[test]
fn an_order_is_found_by_either_id_and_with_both_only_if_both_match() {
    let mut world = World::new();
    let id = world.place("alice", PlaceOrder { client_order_id: Some("a".to_owned()), ..buy(90, 1) });
    world.place("alice", PlaceOrder { client_order_id: Some("b".to_owned()), ..buy(90, 1) });
    let find = |order_id, client_order_id| {
        world.0.order("alice", SYMBOL, OrderRef { order_id, client_order_id }).map_err(|refusal| refusal.reason())
    };
    assert!(find(Some(&id), None).is_ok());
    assert!(find(Some(&id), Some("a")).is_ok());
    assert_eq!(find(Some(&id), Some("b")).expect_err("they do not match"), Reason::OrderNotFound);
    assert_eq!(find(None, Some("c")).expect_err("there is none"), Reason::OrderNotFound);
    assert_eq!(find(None, None).expect_err("nothing is named"), Reason::MissingParameter);
    let of_bob = world.0.order("bob", SYMBOL, by_id(&id)).expect_err("it is not bob's");
    assert_eq!(of_bob.reason(), Reason::OrderNotFound);
    let elsewhere = world.0.order("alice", "YUSDT", by_id(&id)).expect_err("it is of another contract");
    assert_eq!(elsewhere.reason(), Reason::OrderNotFound);
}

#[test]
fn a_user_may_have_so_many_orders_open_and_no_more() {
    let mut world = World::new();
    for _ in 0..20 {
        world.place("alice", buy(90, 1));
    }
    let (reason, message) = world.refusal("alice", buy(90, 1));
    assert_eq!(reason, Reason::ParameterOutOfRange);
    assert!(message.contains("maxOpenOrders"), "{message}");
    world.place("bob", buy(90, 1));
}

#[test]
fn an_order_that_closes_a_position_may_be_worth_less_than_others_must_be() {
    let mut world = World::of(Config::new(), SymbolRules { min_notional: dec!(500), ..rules() });
    let on = |position_side, order: PlaceOrder| PlaceOrder { position_side, ..order };
    world.place("bob", on(PositionSide::Short, sell(100, 10)));
    world.place("alice", on(PositionSide::Long, market_buy(10)));
    world.place("alice", on(PositionSide::Long, sell(120, 1)));
    world.place("bob", on(PositionSide::Short, buy(80, 1)));
    for opens in [on(PositionSide::Short, sell(120, 1)), on(PositionSide::Long, buy(80, 1)), buy(80, 1)] {
        let (reason, message) = world.refusal("alice", opens);
        assert_eq!(reason, Reason::ParameterOutOfRange);
        assert!(message.ends_with("below the minimum 500 of XUSDT"), "{message}");
    }
}
