//! The same configuration and the same commands give the same exchange.

use proptest::prelude::*;
use rust_decimal::dec;

use super::super::{Config, Exchange};
use super::World;
use super::random::{carry_out, commands};

fn run(seed: u64, commands: &[super::random::Command]) -> Exchange {
    let mut world = World::with(Config::new().moving().seed(seed));
    world.0.add_user("carol", "carol", dec!(1000)).expect("the name is new");
    for command in commands {
        carry_out(&mut world.0, command.clone().within_seconds());
        world.0.advance(world.0.now().plus(1_500));
    }
    world.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_same_seed_and_commands_give_the_same_state(commands in commands(30), seed: u64) {
        // The whole state, down to the links of the book.
        prop_assert_eq!(format!("{:?}", run(seed, &commands)), format!("{:?}", run(seed, &commands)));
    }
}

#[test]
fn another_seed_gives_another_market() {
    let prices = |seed| {
        let mut world = World::with(Config::new().moving().seed(seed));
        world.0.advance(world.0.now().plus(600_000));
        world.0.public_trades(super::SYMBOL, 100).expect("the contract exists").into_iter().map(|trade| trade.quantity).collect::<Vec<_>>()
    };
    assert_eq!(prices(1), prices(1));
    assert_ne!(prices(1), prices(2));
}

#[test]
fn one_long_advance_is_many_short_ones() {
    let mut long = World::with(Config::new().moving());
    let mut short = World::with(Config::new().moving());
    let end = long.0.now().plus(120_000);
    long.0.advance(end);
    while short.0.now() < end {
        short.0.advance(short.0.now().plus(333).min(end));
    }
    assert_eq!(format!("{:?}", long.0), format!("{:?}", short.0));
}
