//! Whether an order can be paid for: what it opens is what costs.

use rust_decimal::dec;

use super::super::MarginMode;
use super::*;

/// The whole state: what is refused must not change a thing in it.
fn state(world: &World) -> String {
    format!("{:?}", world.0)
}

/// Refused for want of money, and nothing happened.
fn cannot_pay(world: &mut World, order: PlaceOrder) -> String {
    let before = state(world);
    let (reason, message) = world.refusal("alice", order);
    assert_eq!(reason, Reason::InsufficientBalance);
    assert_eq!(state(world), before, "a refusal changes nothing");
    message
}

/// Alice has bought or sold at 100, and may spend so much.
fn alice_holds(side: OrderSide, quantity: i64, available: Decimal) -> World {
    let mut world = World::new();
    world.place("bob", PlaceOrder::limit(SYMBOL, side.opposite(), 100, quantity));
    world.place("alice", PlaceOrder::market(SYMBOL, side, quantity));
    let asset = world.0.asset("alice").expect("alice exists");
    let spare = asset.wallet_balance - asset.used_margin - available;
    world.0.withdraw("alice", spare).expect("it is neither used nor frozen");
    world
}

#[test]
fn a_market_buy_that_turns_a_short_position_pays_for_what_comes_last_out_of_the_book() {
    // The first 10 lots close at 100; the other 10 open at 200: margin 200 and a fee of 4.
    let turns = |available| {
        let mut world = alice_holds(OrderSide::Sell, 10, available);
        for price in [100, 200] {
            world.0.counterparty_order(SYMBOL, OrderSide::Sell, Some(price.into()), dec!(10)).expect("the order is good");
        }
        world
    };
    let mut world = turns(dec!(203));
    assert_eq!(cannot_pay(&mut world, market_buy(20)), "Insufficient balance: the order needs 204 and 203 is available");
    turns(dec!(204)).place("alice", market_buy(20));
}

#[test]
fn a_market_sell_that_turns_a_long_position_pays_for_what_it_opens_alone() {
    // The lot that closes gets 200, and is not paid for; the ten that open get 100 each: margin 100 and a fee of 2.
    let turns = |available| {
        let mut world = alice_holds(OrderSide::Buy, 1, available);
        for (price, quantity) in [(200, dec!(1)), (100, dec!(10))] {
            world.0.counterparty_order(SYMBOL, OrderSide::Buy, Some(price.into()), quantity).expect("the order is good");
        }
        world
    };
    let mut world = turns(dec!(101));
    assert_eq!(cannot_pay(&mut world, market_sell(11)), "Insufficient balance: the order needs 102 and 101 is available");
    turns(dec!(102)).place("alice", market_sell(11));
}

#[test]
fn an_order_that_takes_the_position_from_those_in_the_book_pays_for_what_they_open_instead() {
    // The order at 300 was to close the position and freezes nothing. Once another one has closed it, it opens: margin 300 and a fee of 6.
    for order in [market_sell(10), sell(100, 10)] {
        let mut world = alice_holds(OrderSide::Buy, 10, dec!(305));
        world.place("alice", sell(300, 10));
        world.0.counterparty_order(SYMBOL, OrderSide::Buy, Some(dec!(100)), dec!(10)).expect("the order is good");
        assert_eq!(cannot_pay(&mut world, order), "Insufficient balance: the order needs 306 and 305 is available");
        world.place("alice", PlaceOrder { reduce_only: true, ..market_sell(10) });
    }
}

#[test]
fn a_position_can_always_be_closed() {
    let mut world = alice_holds(OrderSide::Buy, 10, dec!(0));
    world.0.set_mark_price(SYMBOL, dec!(50)).expect("the price is good");
    world.place("bob", buy(50, 10));
    world.place("alice", market_sell(10));
    assert_eq!(world.position("alice"), None);
}

#[test]
fn a_loss_beyond_the_margin_of_an_isolated_position_leaves_what_another_contract_can_open() {
    for (mode, available) in [(MarginMode::Isolated, dec!(8980)), (MarginMode::Cross, dec!(3980))] {
        let mut world = World::new();
        let in_y = |order: PlaceOrder| PlaceOrder { symbol: "YUSDT".to_owned(), ..order };
        world.0.set_margin_mode("alice", "YUSDT", mode).expect("nothing is open");
        world.place("bob", in_y(sell(100, 100)));
        // 10 000 - 20 of fees - 1000 of margin. The loss is 5000.
        world.place("alice", in_y(market_buy(100)));
        world.0.set_mark_price("YUSDT", dec!(50)).expect("the price is good");
        // Each lot at 100 needs a margin of 10 and a fee of 0.2.
        let lots = (available / dec!(10.2)).floor().try_into().expect("a small number");
        let message = cannot_pay(&mut world, buy(100, lots + 1));
        assert!(message.ends_with(&format!("and {available} is available")), "{mode:?}: {message}");
        world.place("alice", buy(100, lots));
    }
}
