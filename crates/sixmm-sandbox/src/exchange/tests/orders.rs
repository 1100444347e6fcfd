//! Placing and matching orders.

use rust_decimal::dec;

use super::super::{BboPriceType, Config, OrderRef, OrderStatus, OrderType, PlaceOrder, PositionSide, TimeInForce};
use super::*;

#[test]
fn a_limit_order_rests_until_it_is_filled() {
    let mut venue = TestVenue::new();
    let (id, status) = venue.try_place("alice", buy(100, 5)).expect("the order is valid");
    assert_eq!(status, OrderStatus::New);
    assert_eq!(venue.status("alice", &id), OrderStatus::Pending);
    let (taker, status) = venue.try_place("bob", sell(100, 2)).expect("the order is valid");
    assert_eq!(status, OrderStatus::Filled);
    let order = venue.order("alice", &id);
    assert_eq!(order.status, OrderStatus::PartiallyFilled);
    assert_eq!((order.filled_quantity, order.remaining_quantity), (dec!(2), dec!(3)));
    assert_eq!(venue.order("bob", &taker).avg_filled_price, Some(dec!(100)));
}

#[test]
fn orders_trade_by_price_and_then_by_time() {
    let mut venue = TestVenue::new();
    let worse = venue.place("alice", sell(102, 1));
    let older = venue.place("alice", sell(101, 1));
    let newer = venue.place("alice", sell(101, 1));
    venue.place("bob", buy(102, 2));
    assert_eq!(venue.status("alice", &older), OrderStatus::Filled);
    assert_eq!(venue.status("alice", &newer), OrderStatus::Filled);
    assert_eq!(venue.status("alice", &worse), OrderStatus::Pending);
    assert_eq!(venue.fills("bob"), [(dec!(101), dec!(1)), (dec!(101), dec!(1))]);
}

#[test]
fn the_unfilled_part_of_a_market_ioc_or_fok_order_is_cancelled() {
    let mut venue = TestVenue::new();
    venue.place("alice", sell(100, 3));
    let fok = PlaceOrder { time_in_force: TimeInForce::Fok, ..buy(100, 4) };
    assert_eq!(venue.try_place("bob", fok).expect("the order is valid").1, OrderStatus::Canceled);
    assert_eq!(venue.fills("bob"), []);
    let ioc = PlaceOrder { time_in_force: TimeInForce::Ioc, ..buy(100, 4) };
    assert_eq!(venue.try_place("bob", ioc).expect("the order is valid").1, OrderStatus::PartiallyFilledCanceled);
    assert_eq!(venue.try_place("bob", market_buy(1)).expect("the order is valid").1, OrderStatus::Canceled);
    assert_eq!(venue.fills("bob"), [(dec!(100), dec!(3))]);
}

#[test]
fn a_fok_order_that_the_book_can_fill_is_filled() {
    let mut venue = TestVenue::new();
    venue.place("alice", sell(100, 3));
    venue.place("alice", sell(101, 3));
    let fok = PlaceOrder { time_in_force: TimeInForce::Fok, ..buy(101, 5) };
    assert_eq!(venue.try_place("bob", fok).expect("the order is valid").1, OrderStatus::Filled);
}

#[test]
fn a_fok_order_ignores_reduce_only_orders_beyond_the_position() {
    let mut venue = TestVenue::new();
    venue.place("bob", sell(100, 5));
    venue.place("alice", market_buy(5));
    for price in [110, 111] {
        venue.place("alice", PlaceOrder { reduce_only: true, ..sell(price, 5) });
    }
    let fok = |quantity| PlaceOrder { time_in_force: TimeInForce::Fok, ..buy(111, quantity) };
    assert_eq!(venue.try_place("bob", fok(6)).expect("the order is valid").1, OrderStatus::Canceled);
    assert_eq!(venue.try_place("bob", fok(5)).expect("the order is valid").1, OrderStatus::Filled);
    assert_eq!(venue.0.current_orders("alice", None, None, None).expect("no limit").total, 0);
}

#[test]
fn a_maker_only_order_that_would_be_a_taker_is_rejected() {
    let mut venue = TestVenue::new();
    venue.place("alice", sell(100, 1));
    let order = PlaceOrder { maker_only: true, ..buy(100, 1) };
    let (id, status) = venue.try_place("bob", order).expect("the order is accepted");
    assert_eq!(status, OrderStatus::Rejected);
    assert_eq!(venue.status("bob", &id), OrderStatus::Rejected);
    assert_eq!(venue.fills("bob"), []);
}

#[test]
fn an_order_can_take_its_price_from_the_book() {
    let mut venue = TestVenue::new();
    for price in [90, 91, 92, 93, 94] {
        venue.place("alice", buy(price, 1));
    }
    venue.place("alice", sell(110, 1));
    let priced = |price_type| PlaceOrder { price: None, price_type, ..buy(1, 1) };
    let same = venue.place("bob", priced(BboPriceType::SameSide1));
    let fifth = venue.place("bob", priced(BboPriceType::SameSide5));
    assert_eq!(venue.order("bob", &same).price, Some(dec!(94)));
    assert_eq!(venue.order("bob", &fifth).price, Some(dec!(90)));
    let (reason, message) = venue.rejection("bob", priced(BboPriceType::Opponent5));
    assert_eq!(reason, Reason::InvalidParameter);
    assert_eq!(message, "Invalid parameter value: priceType 2: the book has fewer than 5 SELL prices");
    let taker = venue.place("bob", priced(BboPriceType::Opponent1));
    assert_eq!(venue.order("bob", &taker).status, OrderStatus::Filled);
}

#[test]
fn an_order_that_violates_a_rule_is_rejected_with_the_field_and_the_limit() {
    let mut venue = TestVenue::with(Config::new());
    let exchange = &mut venue.0;
    exchange.add_user("carol", "carol", dec!(1000000)).expect("the name is new");
    let mut errors = String::new();
    let btc = |price: Decimal, quantity: Decimal| PlaceOrder::limit("BTCUSDT", OrderSide::Buy, price, quantity);
    let mut usual = Exchange::new(Config::new()).expect("the configuration is valid");
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
        errors += &usual.place_order("carol", order).expect_err("the order is invalid").to_string();
        errors.push('\n');
    }
    insta::assert_snapshot!(errors);
    assert!(usual.all_orders().is_empty());
}

#[test]
fn a_client_order_id_can_be_used_once() {
    let mut venue = TestVenue::new();
    let named = |name: &str| PlaceOrder { client_order_id: Some(name.to_owned()), ..buy(90, 1) };
    let id = venue.place("alice", named("mine"));
    venue.0.cancel_order("alice", SYMBOL, by_id(&id)).expect("the order is open");
    assert_eq!(venue.rejection("alice", named("mine")).0, Reason::DuplicateRequest);
    venue.place("bob", named("mine"));
    let by_name = OrderRef { order_id: None, client_order_id: Some("mine") };
    assert_eq!(venue.0.order("alice", SYMBOL, by_name).expect("the order exists").order_id.to_string(), id);
}

#[test]
fn a_rejected_order_does_not_use_its_client_order_id() {
    let mut venue = TestVenue::new();
    let order = PlaceOrder { client_order_id: Some("mine".to_owned()), ..buy(100, 100_000) };
    venue.rejection("alice", order.clone());
    venue.place("alice", PlaceOrder { quantity: Some(dec!(1)), ..order });
}

#[test]
fn an_order_is_found_by_either_id_and_by_both_ids_only_if_both_match() {
    let mut venue = TestVenue::new();
    let id = venue.place("alice", PlaceOrder { client_order_id: Some("a".to_owned()), ..buy(90, 1) });
    venue.place("alice", PlaceOrder { client_order_id: Some("b".to_owned()), ..buy(90, 1) });
    let find =
        |order_id, client_order_id| venue.0.order("alice", SYMBOL, OrderRef { order_id, client_order_id }).map_err(|error| error.reason());
    assert!(find(Some(&id), None).is_ok());
    assert!(find(Some(&id), Some("a")).is_ok());
    assert_eq!(find(Some(&id), Some("b")).expect_err("they do not match"), Reason::OrderNotFound);
    assert_eq!(find(None, Some("c")).expect_err("the order does not exist"), Reason::OrderNotFound);
    assert_eq!(find(None, None).expect_err("nothing is named"), Reason::MissingParameter);
    let of_bob = venue.0.order("bob", SYMBOL, by_id(&id)).expect_err("it is not bob's");
    assert_eq!(of_bob.reason(), Reason::OrderNotFound);
    let elsewhere = venue.0.order("alice", "YUSDT", by_id(&id)).expect_err("it is of another contract");
    assert_eq!(elsewhere.reason(), Reason::OrderNotFound);
}

#[test]
fn the_number_of_open_orders_of_a_user_is_limited() {
    let mut venue = TestVenue::new();
    for _ in 0..20 {
        venue.place("alice", buy(90, 1));
    }
    let (reason, message) = venue.rejection("alice", buy(90, 1));
    assert_eq!(reason, Reason::ParameterOutOfRange);
    assert!(message.contains("maxOpenOrders"), "{message}");
    venue.place("bob", buy(90, 1));
}

#[test]
fn an_order_that_closes_a_position_can_be_below_the_minimum_notional() {
    let mut venue = TestVenue::of(Config::new(), SymbolRules { min_notional: dec!(500), ..rules() });
    let on = |position_side, order: PlaceOrder| PlaceOrder { position_side, ..order };
    venue.place("bob", on(PositionSide::Short, sell(100, 10)));
    venue.place("alice", on(PositionSide::Long, market_buy(10)));
    venue.place("alice", on(PositionSide::Long, sell(120, 1)));
    venue.place("bob", on(PositionSide::Short, buy(80, 1)));
    for opens in [on(PositionSide::Short, sell(120, 1)), on(PositionSide::Long, buy(80, 1)), buy(80, 1)] {
        let (reason, message) = venue.rejection("alice", opens);
        assert_eq!(reason, Reason::ParameterOutOfRange);
        assert!(message.ends_with("below the minimum 500 of XUSDT"), "{message}");
    }
}
