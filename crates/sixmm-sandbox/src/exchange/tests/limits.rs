//! Amounts near the limits: what would pass one does not happen, and money stays exact.

use proptest::prelude::*;
use rust_decimal::dec;

use super::super::{Config, PositionSide, TimeInForce};
use super::invariants::{all_is_sound, money_is_conserved};
use super::*;

/// 10¹² steps: the largest price, quantity and position.
const MOST: i64 = 1_000_000_000_000;

/// Money is exact up to 10²⁰ here: amounts have no decimal places, and funding rates have 8.
const MOST_MONEY: &str = "100000000000000000000";

/// An exchange without limits of its own on quantities. `alice` and `bob` own 10¹⁴ USDT each.
fn world() -> World {
    let large = SymbolRules { max_limit_order_qty: MOST.into(), max_market_order_qty: MOST.into(), ..rules() };
    let mut world = World::of(Config::new(), large);
    for user in ["alice", "bob"] {
        for _ in 0..100 {
            world.0.deposit(user, MOST.into()).expect("the wallet has room");
        }
    }
    world
}

fn counterparty(world: &mut World, side: OrderSide, price: Option<i64>, quantity: i64) -> Result<(Decimal, Decimal), String> {
    let placed = world.0.counterparty_order(SYMBOL, side, price.map(Decimal::from), quantity.into());
    placed.map(|placed| (placed.filled_quantity, placed.resting_quantity)).map_err(|reject| reject.message().to_owned())
}

#[test]
fn an_order_that_is_worth_more_than_money_can_be_is_refused() {
    let mut world = world();
    let expected = format!(
        "Parameter out of range: price times quantity is 1000000000000000000000000, above the maximum {MOST_MONEY} USDT of an order"
    );
    assert_eq!(counterparty(&mut world, OrderSide::Buy, Some(MOST), MOST), Err(expected.clone()));
    assert_eq!(world.refusal("alice", buy(MOST, MOST)), (Reason::ParameterOutOfRange, expected.clone()));
    let id = world.place("alice", buy(1, 1));
    let amended = world.amend("alice", &id, Some(MOST.into()), Some(MOST.into())).expect_err("it is worth too much");
    assert_eq!(amended.message(), expected);
    assert_eq!(counterparty(&mut world, OrderSide::Sell, Some(MOST), 1), Ok((dec!(0), dec!(1))));
}

#[test]
fn the_limit_of_the_usual_contracts_is_10_to_the_15() {
    let mut exchange = Exchange::new(Config::new()).expect("the usual configuration");
    let order = |exchange: &mut Exchange, symbol: &str, price, quantity| {
        exchange.counterparty_order(symbol, OrderSide::Sell, Some(price), quantity).map_err(|reject| reject.message().to_owned())
    };
    for (symbol, price, quantity) in [
        ("BTCUSDT", dec!(100_000_000_000), dec!(10_000.001)),
        ("ETHUSDT", dec!(10_000_000_000), dec!(100_000.001)),
        ("DOGEUSDT", dec!(10_000_000), dec!(100_000_001)),
    ] {
        let refused = order(&mut exchange, symbol, price, quantity).expect_err("it is worth too much");
        assert!(refused.ends_with("above the maximum 1000000000000000 USDT of an order"), "{refused}");
        order(&mut exchange, symbol, price, quantity.trunc() - dec!(1)).expect("it is worth a little less");
    }
}

#[test]
fn a_wallet_holds_no_more_than_money_can_be() {
    let mut exchange = Exchange::new(Config::new()).expect("the usual configuration");
    exchange.add_user("alice", "alice", MOST.into()).expect("the name is new");
    for _ in 1..1000 {
        exchange.deposit("alice", MOST.into()).expect("the wallet has room");
    }
    let refused = exchange.deposit("alice", dec!(0.00000001)).expect_err("the wallet is full");
    assert_eq!(refused.message(), "Parameter out of range: a wallet holds at most 1000000000000000 USDT");
}

#[test]
fn a_trade_that_would_pass_a_limit_ends_the_order_and_leaves_the_book_as_it_was() {
    let mut world = world();
    // Each is worth a tenth of the limit: a side may hold what it paid, and four times the next trade.
    let (price, quantity) = (MOST / 10, 100_000_000);
    for _ in 0..20 {
        counterparty(&mut world, OrderSide::Sell, Some(price), quantity).expect("the order is good");
    }
    let mut filled = Decimal::ZERO;
    for _ in 0..20 {
        let (now, resting) = counterparty(&mut world, OrderSide::Buy, Some(price), quantity).expect("the order is good");
        assert_eq!(resting, dec!(0), "what would cross the book does not stay");
        filled += now;
    }
    // All of it is the counterparties' own: their trades with themselves cancel out.
    assert_eq!(filled, Decimal::from(quantity) * dec!(20));
    money_is_conserved(&world.0);

    for _ in 0..20 {
        counterparty(&mut world, OrderSide::Sell, Some(price), quantity).expect("the order is good");
    }
    world.0.set_leverage("alice", SYMBOL, 50).expect("the leverage is good");
    // 10¹⁴ at a leverage of 50 buy a few thousand at this price: far below the limit, so that margin ends it, and no limit.
    assert_eq!(world.refusal("alice", buy(price, quantity)).0, Reason::InsufficientBalance);
    let id = world.place("alice", buy(price, 1_000));
    assert_eq!(world.status("alice", &id), OrderStatus::Filled);
    all_is_sound_for_two(&world);
}

#[test]
fn a_position_of_the_largest_size_can_be_closed_and_not_enlarged() {
    let mut world = world();
    let id = world.place("alice", buy(1, MOST));
    assert_eq!(counterparty(&mut world, OrderSide::Sell, None, MOST), Ok((MOST.into(), dec!(0))));
    assert_eq!(world.status("alice", &id), OrderStatus::Filled);

    // One more on either side would pass the limit of both.
    let more = world.place("alice", buy(1, 1));
    assert_eq!(counterparty(&mut world, OrderSide::Sell, Some(1), 1), Ok((dec!(0), dec!(0))), "it neither traded nor stayed");
    assert_eq!(world.status("alice", &more), OrderStatus::Pending);
    world.0.cancel_order("alice", SYMBOL, by_id(&more)).expect("it is open");

    counterparty(&mut world, OrderSide::Buy, Some(1), MOST).expect("the order is good");
    let closing = world.place("alice", market_sell(MOST));
    assert_eq!((world.status("alice", &closing), world.position("alice")), (OrderStatus::Filled, None));
    all_is_sound_for_two(&world);
}

#[test]
fn a_fill_or_kill_order_near_a_limit_is_killed_and_not_filled_in_part() {
    let mut world = world();
    world.place("alice", buy(1, MOST - 1));
    counterparty(&mut world, OrderSide::Sell, None, MOST - 1).expect("the order is good");
    for _ in 0..2 {
        counterparty(&mut world, OrderSide::Sell, Some(2), 1).expect("the order is good");
    }
    let fill_or_kill = PlaceOrder { time_in_force: TimeInForce::Fok, ..buy(2, 2) };
    let id = world.place("alice", fill_or_kill);
    assert_eq!(world.status("alice", &id), OrderStatus::Canceled);
    let one = world.place("alice", PlaceOrder { time_in_force: TimeInForce::Fok, ..buy(2, 1) });
    assert_eq!(world.status("alice", &one), OrderStatus::Filled, "one more is the largest position");
    all_is_sound_for_two(&world);
}

#[test]
fn funding_that_would_pass_a_limit_is_paid_by_nobody() {
    let mut world = world();
    world.place("alice", buy(1, MOST));
    counterparty(&mut world, OrderSide::Sell, None, MOST).expect("the order is good");
    let before = world.wallet("alice");
    // The position is worth 10²⁴ now, of which the funding would be 0.75 %.
    world.0.set_mark_price(SYMBOL, MOST.into()).expect("the price is good");
    world.0.advance(START.plus(8 * 3_600_000));
    assert_eq!(world.wallet("alice"), before);
    world.0.set_mark_price(SYMBOL, dec!(1)).expect("the price is good");
    world.0.advance(START.plus(16 * 3_600_000));
    assert_ne!(world.wallet("alice"), before, "the next one is paid");
    all_is_sound_for_two(&world);
}

#[test]
fn a_part_of_a_large_position_costs_its_exact_share() {
    let mut world = world();
    world.0.set_leverage("alice", SYMBOL, 50).expect("the leverage is good");
    // 3 × 10¹¹ lots for 10¹⁵ and 1: a third of that has 8 exact places, rounded toward zero.
    world.place("alice", buy(3_333, 300_000_000_000));
    counterparty(&mut world, OrderSide::Sell, None, 300_000_000_000).expect("the order is good");
    let before = world.wallet("alice");
    counterparty(&mut world, OrderSide::Buy, Some(3_334), 100_000_000_001).expect("the order is good");
    world.place("alice", market_sell(100_000_000_001));
    let profit = dec!(100_000_000_001);
    let fee = dec!(3_334) * profit * dec!(0.002);
    assert_eq!(world.wallet("alice") - before, profit - fee);
    all_is_sound_for_two(&world);
}

#[test]
fn counterparties_have_a_hundred_thousand_orders_at_most() {
    let mut world = world();
    for _ in 0..100_000 {
        counterparty(&mut world, OrderSide::Buy, Some(1), 1).expect("there is room");
    }
    let refused = counterparty(&mut world, OrderSide::Buy, Some(1), 1).expect_err("the book is full");
    assert_eq!(refused, "Parameter out of range: counterparties have 100000 orders in the book of XUSDT: cancel them first");
    // What was filled makes room.
    world.place("alice", sell(1, 3));
    counterparty(&mut world, OrderSide::Buy, Some(1), 1).expect("three are gone");
    world.0.cancel_counterparty_orders(SYMBOL).expect("the contract exists");
    counterparty(&mut world, OrderSide::Buy, Some(1), 1).expect("all are gone");
}

fn all_is_sound_for_two(world: &World) {
    all_is_sound(&world.0, &["alice", "bob"]);
}

/// A number that is often at a limit.
fn large() -> impl Strategy<Value = i64> + Clone {
    prop_oneof![
        3 => prop::sample::select(vec![1, 2, 1_000_000, 100_000_000, MOST / 10, MOST - 1, MOST]),
        1 => 1..=MOST,
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
    fn whatever_the_amounts_the_exchange_stays_sound(commands in prop::collection::vec(command(), 1..60)) {
        let mut world = world();
        for command in commands {
            match command {
                Command::Counterparty(side, price, quantity) => drop(counterparty(&mut world, side, price, quantity)),
                Command::User(user, order) => drop(world.0.place_order(user, order)),
                Command::Price(price) => {
                    world.0.set_mark_price(SYMBOL, price.into()).expect("the price is good");
                    world.0.set_index_price(SYMBOL, price.into()).expect("the price is good");
                }
                Command::Hours(hours) => world.0.advance(world.0.now().plus(hours * 3_600_000)),
            }
            all_is_sound_for_two(&world);
        }
    }
}
