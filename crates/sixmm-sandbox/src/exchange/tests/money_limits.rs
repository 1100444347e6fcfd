//! Tests of amounts near the money limit. A trade that could exceed the limit is not executed, and all amounts are exact.

use proptest::prelude::*;
use rust_decimal::dec;

use super::super::{Config, PositionSide, TimeInForce};
use super::invariants::{check_invariants, money_is_conserved};
use super::*;

/// The largest price in ticks, quantity in lots, and position in lots: 10¹².
const MAX_UNITS: i64 = 1_000_000_000_000;

/// The money limit of this configuration: amounts have no decimal places and funding rates have 8, so 28 − 8 = 20 digits remain.
const MAX_MONEY: &str = "100000000000000000000";

/// An exchange whose contracts do not limit quantities. `alice` and `bob` have 10¹⁴ USDT each.
fn large_venue() -> TestVenue {
    let large = SymbolRules { max_limit_order_qty: MAX_UNITS.into(), max_market_order_qty: MAX_UNITS.into(), ..rules() };
    let mut venue = TestVenue::of(Config::new(), large);
    for user in ["alice", "bob"] {
        for _ in 0..100 {
            venue.0.deposit(user, MAX_UNITS.into()).expect("the wallet has room");
        }
    }
    venue
}

fn counterparty(venue: &mut TestVenue, side: OrderSide, price: Option<i64>, quantity: i64) -> Result<(Decimal, Decimal), String> {
    let placed = venue.0.counterparty_order(SYMBOL, side, price.map(Decimal::from), quantity.into());
    placed.map(|placed| (placed.filled_quantity, placed.resting_quantity)).map_err(|reject| reject.message().to_owned())
}

#[test]
fn an_order_above_the_money_limit_is_rejected() {
    let mut venue = large_venue();
    let expected = format!(
        "Parameter out of range: price times quantity is 1000000000000000000000000, above the maximum {MAX_MONEY} USDT of an order"
    );
    assert_eq!(counterparty(&mut venue, OrderSide::Buy, Some(MAX_UNITS), MAX_UNITS), Err(expected.clone()));
    assert_eq!(venue.rejection("alice", buy(MAX_UNITS, MAX_UNITS)), (Reason::ParameterOutOfRange, expected.clone()));
    let id = venue.place("alice", buy(1, 1));
    let amended = venue.amend("alice", &id, Some(MAX_UNITS.into()), Some(MAX_UNITS.into())).expect_err("it is worth too much");
    assert_eq!(amended.message(), expected);
    assert_eq!(counterparty(&mut venue, OrderSide::Sell, Some(MAX_UNITS), 1), Ok((dec!(0), dec!(1))));
}

#[test]
fn the_money_limit_of_the_default_contracts_is_10_to_the_15() {
    let mut exchange = Exchange::new(Config::new()).expect("the usual configuration");
    let order = |exchange: &mut Exchange, symbol: &str, price, quantity| {
        exchange.counterparty_order(symbol, OrderSide::Sell, Some(price), quantity).map_err(|reject| reject.message().to_owned())
    };
    for (symbol, price, quantity) in [
        ("BTCUSDT", dec!(100_000_000_000), dec!(10_000.001)),
        ("ETHUSDT", dec!(10_000_000_000), dec!(100_000.001)),
        ("DOGEUSDT", dec!(10_000_000), dec!(100_000_001)),
    ] {
        let error = order(&mut exchange, symbol, price, quantity).expect_err("it is worth too much");
        assert!(error.ends_with("above the maximum 1000000000000000 USDT of an order"), "{error}");
        order(&mut exchange, symbol, price, quantity.trunc() - dec!(1)).expect("it is worth a little less");
    }
}

#[test]
fn a_deposit_above_the_money_limit_is_rejected() {
    let mut exchange = Exchange::new(Config::new()).expect("the usual configuration");
    exchange.add_user("alice", "alice", MAX_UNITS.into()).expect("the name is new");
    for _ in 1..1000 {
        exchange.deposit("alice", MAX_UNITS.into()).expect("the wallet has room");
    }
    let error = exchange.deposit("alice", dec!(0.00000001)).expect_err("the wallet is full");
    assert_eq!(error.message(), "Parameter out of range: a wallet holds at most 1000000000000000 USDT");
}

#[test]
fn a_trade_above_a_limit_cancels_the_order_and_leaves_the_book_unchanged() {
    let mut venue = large_venue();
    // Each order is worth a tenth of the limit. A trade requires that wallet, entry value and four times the value of the trade are within
    // the limit.
    let (price, quantity) = (MAX_UNITS / 10, 100_000_000);
    for _ in 0..20 {
        counterparty(&mut venue, OrderSide::Sell, Some(price), quantity).expect("the order is valid");
    }
    let mut filled = Decimal::ZERO;
    for _ in 0..20 {
        let (now, resting) = counterparty(&mut venue, OrderSide::Buy, Some(price), quantity).expect("the order is valid");
        assert_eq!(resting, dec!(0), "an order that would cross the book does not rest");
        filled += now;
    }
    // Both sides belong to the internal account, so its positions cancel out.
    assert_eq!(filled, Decimal::from(quantity) * dec!(20));
    money_is_conserved(&venue.0);

    for _ in 0..20 {
        counterparty(&mut venue, OrderSide::Sell, Some(price), quantity).expect("the order is valid");
    }
    venue.0.set_leverage("alice", SYMBOL, 50).expect("the leverage is valid");
    // At this price, 10¹⁴ USDT with a leverage of 50 buy a few thousand lots, which is far below the limit. The order is rejected because
    // of its margin, not because of the limit.
    assert_eq!(venue.rejection("alice", buy(price, quantity)).0, Reason::InsufficientBalance);
    let id = venue.place("alice", buy(price, 1_000));
    assert_eq!(venue.status("alice", &id), OrderStatus::Filled);
    check_invariants_of_both(&venue);
}

#[test]
fn a_position_of_the_largest_size_can_be_closed_but_not_enlarged() {
    let mut venue = large_venue();
    let id = venue.place("alice", buy(1, MAX_UNITS));
    assert_eq!(counterparty(&mut venue, OrderSide::Sell, None, MAX_UNITS), Ok((MAX_UNITS.into(), dec!(0))));
    assert_eq!(venue.status("alice", &id), OrderStatus::Filled);

    // One more lot on either side would exceed the limit of both positions.
    let more = venue.place("alice", buy(1, 1));
    assert_eq!(counterparty(&mut venue, OrderSide::Sell, Some(1), 1), Ok((dec!(0), dec!(0))), "the order neither traded nor rests");
    assert_eq!(venue.status("alice", &more), OrderStatus::Pending);
    venue.0.cancel_order("alice", SYMBOL, by_id(&more)).expect("it is open");

    counterparty(&mut venue, OrderSide::Buy, Some(1), MAX_UNITS).expect("the order is valid");
    let closing = venue.place("alice", market_sell(MAX_UNITS));
    assert_eq!((venue.status("alice", &closing), venue.position("alice")), (OrderStatus::Filled, None));
    check_invariants_of_both(&venue);
}

#[test]
fn a_fill_or_kill_order_near_a_limit_is_killed_instead_of_filled_partially() {
    let mut venue = large_venue();
    venue.place("alice", buy(1, MAX_UNITS - 1));
    counterparty(&mut venue, OrderSide::Sell, None, MAX_UNITS - 1).expect("the order is valid");
    for _ in 0..2 {
        counterparty(&mut venue, OrderSide::Sell, Some(2), 1).expect("the order is valid");
    }
    let fill_or_kill = PlaceOrder { time_in_force: TimeInForce::Fok, ..buy(2, 2) };
    let id = venue.place("alice", fill_or_kill);
    assert_eq!(venue.status("alice", &id), OrderStatus::Canceled);
    let one = venue.place("alice", PlaceOrder { time_in_force: TimeInForce::Fok, ..buy(2, 1) });
    assert_eq!(venue.status("alice", &one), OrderStatus::Filled, "one more lot gives the largest position");
    check_invariants_of_both(&venue);
}

#[test]
fn funding_above_a_limit_is_skipped() {
    let mut venue = large_venue();
    venue.place("alice", buy(1, MAX_UNITS));
    counterparty(&mut venue, OrderSide::Sell, None, MAX_UNITS).expect("the order is valid");
    let before = venue.wallet("alice");
    // The position is now worth 10²⁴, of which the funding would be 0.75 %.
    venue.0.set_mark_price(SYMBOL, MAX_UNITS.into()).expect("the price is valid");
    venue.0.advance(START.plus(8 * 3_600_000));
    assert_eq!(venue.wallet("alice"), before);
    venue.0.set_mark_price(SYMBOL, dec!(1)).expect("the price is valid");
    venue.0.advance(START.plus(16 * 3_600_000));
    assert_ne!(venue.wallet("alice"), before, "the next funding is paid");
    check_invariants_of_both(&venue);
}

#[test]
fn the_entry_value_of_a_part_of_a_large_position_is_exact() {
    let mut venue = large_venue();
    venue.0.set_leverage("alice", SYMBOL, 50).expect("the leverage is valid");
    // 3 × 10¹¹ lots cost 10¹⁵ − 10¹¹. A third of that is exact with 8 decimal places, rounded toward zero.
    venue.place("alice", buy(3_333, 300_000_000_000));
    counterparty(&mut venue, OrderSide::Sell, None, 300_000_000_000).expect("the order is valid");
    let before = venue.wallet("alice");
    counterparty(&mut venue, OrderSide::Buy, Some(3_334), 100_000_000_001).expect("the order is valid");
    venue.place("alice", market_sell(100_000_000_001));
    let profit = dec!(100_000_000_001);
    let fee = dec!(3_334) * profit * dec!(0.002);
    assert_eq!(venue.wallet("alice") - before, profit - fee);
    check_invariants_of_both(&venue);
}

#[test]
fn the_counterparty_has_at_most_a_hundred_thousand_orders() {
    let mut venue = large_venue();
    for _ in 0..100_000 {
        counterparty(&mut venue, OrderSide::Buy, Some(1), 1).expect("there is room");
    }
    let error = counterparty(&mut venue, OrderSide::Buy, Some(1), 1).expect_err("the book is full");
    assert_eq!(error, "Parameter out of range: the book of XUSDT has 100000 counterparty orders, which is the maximum: cancel them first");
    // After orders were filled, new orders can be placed.
    venue.place("alice", sell(1, 3));
    counterparty(&mut venue, OrderSide::Buy, Some(1), 1).expect("three orders were filled");
    venue.0.cancel_counterparty_orders(SYMBOL).expect("the contract exists");
    counterparty(&mut venue, OrderSide::Buy, Some(1), 1).expect("all orders were cancelled");
}

fn check_invariants_of_both(venue: &TestVenue) {
    check_invariants(&venue.0, &["alice", "bob"]);
}

/// A number that is often at a limit.
fn large() -> impl Strategy<Value = i64> + Clone {
    prop_oneof![
        3 => prop::sample::select(vec![1, 2, 1_000_000, 100_000_000, MAX_UNITS / 10, MAX_UNITS - 1, MAX_UNITS]),
        1 => 1..=MAX_UNITS,
        1 => 1..1_000_i64,
    ]
}

#[derive(Debug, Clone)]
enum Command {
    Counterparty(OrderSide, Option<i64>, i64),
    User(&'static str, PlaceOrder),
    Price(i64),
    Hours(i64),
}

fn command() -> impl Strategy<Value = Command> {
    let side = prop::sample::select(OrderSide::ALL);
    let price = prop::option::weighted(0.8, large());
    let counterparty = (side.clone(), price, large()).prop_map(|(side, price, quantity)| Command::Counterparty(side, price, quantity));
    let in_force = prop::sample::select(vec![TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok]);
    let position = prop::sample::select(vec![PositionSide::Both, PositionSide::Both, PositionSide::Long]);
    let limit =
        (side.clone(), large(), large(), in_force, position.clone()).prop_map(|(side, price, quantity, time_in_force, position_side)| {
            PlaceOrder { time_in_force, position_side, ..PlaceOrder::limit(SYMBOL, side, price, quantity) }
        });
    let market = (side, large(), position)
        .prop_map(|(side, quantity, position_side)| PlaceOrder { position_side, ..PlaceOrder::market(SYMBOL, side, quantity) });
    let user = (prop::sample::select(vec!["alice", "bob"]), prop_oneof![3 => limit, 1 => market]);
    prop_oneof![
        4 => counterparty,
        4 => user.prop_map(|(user, order)| Command::User(user, order)),
        1 => large().prop_map(Command::Price),
        1 => (1..20_i64).prop_map(Command::Hours),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_invariants_hold_for_large_amounts(commands in prop::collection::vec(command(), 1..60)) {
        let mut venue = large_venue();
        for command in commands {
            match command {
                Command::Counterparty(side, price, quantity) => drop(counterparty(&mut venue, side, price, quantity)),
                Command::User(user, order) => drop(venue.0.place_order(user, order)),
                Command::Price(price) => {
                    venue.0.set_mark_price(SYMBOL, price.into()).expect("the price is valid");
                    venue.0.set_index_price(SYMBOL, price.into()).expect("the price is valid");
                }
                Command::Hours(hours) => venue.0.advance(venue.0.now().plus(hours * 3_600_000)),
            }
            check_invariants_of_both(&venue);
        }
    }
}
