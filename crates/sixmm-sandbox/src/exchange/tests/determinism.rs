//! The same configuration and the same commands give the same state.

use proptest::prelude::*;
use rust_decimal::dec;

use super::super::{Config, Exchange};
use super::TestVenue;
use super::random_commands::{commands, execute};

fn run(seed: u64, commands: &[super::random_commands::Command]) -> Exchange {
    let mut venue = TestVenue::with(Config::new().moving().seed(seed));
    venue.0.add_user("carol", "carol", dec!(1000)).expect("the name is new");
    for command in commands {
        execute(&mut venue.0, command.clone().within_seconds());
        venue.0.advance(venue.0.now().plus(1_500));
    }
    venue.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_same_seed_and_commands_give_the_same_state(commands in commands(30), seed: u64) {
        // Compares the complete state, including the links within the book.
        prop_assert_eq!(format!("{:?}", run(seed, &commands)), format!("{:?}", run(seed, &commands)));
    }
}

#[test]
fn another_seed_gives_another_market() {
    let prices = |seed| {
        let mut venue = TestVenue::with(Config::new().moving().seed(seed));
        venue.0.advance(venue.0.now().plus(600_000));
        venue.0.public_trades(super::SYMBOL, 100).expect("the contract exists").into_iter().map(|trade| trade.quantity).collect::<Vec<_>>()
    };
    assert_eq!(prices(1), prices(1));
    assert_ne!(prices(1), prices(2));
}

#[test]
fn one_long_advance_equals_many_short_ones() {
    let mut long = TestVenue::with(Config::new().moving());
    let mut short = TestVenue::with(Config::new().moving());
    let end = long.0.now().plus(120_000);
    long.0.advance(end);
    while short.0.now() < end {
        short.0.advance(short.0.now().plus(333).min(end));
    }
    assert_eq!(format!("{:?}", long.0), format!("{:?}", short.0));
}
