//! Exact numbers, the cap on levels, and the questions that a book answers.

use rust_decimal::Decimal;
use venue_book::BookSettings;

use crate::support::Machine;

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn book(snapshot: &str) -> Machine {
    let mut machine = Machine::subscribed(BookSettings::new().tick_size(decimal("0.1")).step_size(decimal("0.001")));
    machine.snapshot(snapshot);
    machine
}

#[test]
fn a_price_beyond_the_tick_stays_exact() {
    let mut machine = book("! 1 b42000.1:0.5");
    machine.update("+ 2-2 b42000.15:1.00000001 b42000.10:0.25");
    assert_eq!(machine.content(), "2 b42000.15:1.00000001 b42000.1:0.25");
    machine.update("+ 3-3 b42000.15000:0");
    assert_eq!(machine.content(), "3 b42000.1:0.25");
}

#[test]
fn numbers_that_exceed_integers_stay_exact() {
    let mut machine = book("! 1 b42000.1:0.5 a42000.2:7");
    machine.update("+ 2-2 b0.0000000000000000001:79228162514264337593543950335 a9999999999999999999999:1");
    assert_eq!(
        machine.content(),
        "2 b42000.1:0.5 b0.0000000000000000001:79228162514264337593543950335 a42000.2:7 a9999999999999999999999:1"
    );
    machine.update("+ 3-3 b0.0000000000000000001:0 a42000.20:0");
    assert_eq!(machine.content(), "3 b42000.1:0.5 a9999999999999999999999:1");
    machine.snapshot("! 4 b1.5:2");
    assert_eq!(machine.content(), "4 b1.5:2");
}

#[test]
fn the_extreme_numbers_do_not_overflow() {
    let mut machine = book("! 1 b9223372036854775807:9223372036854775807");
    assert_eq!(machine.content(), "1 b9223372036854775807:9223372036854775807");
    machine.update("+ 2-2 b-9223372036854775808:1 a9223372036854775808:0.1");
    assert_eq!(machine.content(), "2 b9223372036854775807:9223372036854775807 b-9223372036854775808:1 a9223372036854775808:0.1");
    let largest = "b79228162514264337593543950335:79228162514264337593543950335";
    machine.snapshot(&format!("! 3 {largest} b1:79228162514264337593543950335"));
    let bids = machine.state.last_known().bids();
    assert_eq!(bids.quantity_to(decimal("0")), None, "the sum does not fit");
    assert_eq!(bids.market_impact(decimal("2")), None, "the notional does not fit");
    assert_eq!(bids.market_impact(decimal("1")).map(|impact| impact.notional), Some(Decimal::MAX));
}

#[test]
fn levels_of_a_snapshot_in_any_order_are_sorted_and_the_last_of_a_price_counts() {
    let machine = book("! 1 b99:1 b100:2 b98:3 b100:4 b97:0 a103:1 a101:2 a102:3");
    assert_eq!(machine.content(), "1 b100:4 b99:1 b98:3 a101:2 a102:3 a103:1");
}

#[test]
fn negative_prices_are_sorted() {
    let mut machine = book("! 1 b-2:1 b-1:1 a1:1 a-0.5:1");
    assert_eq!(machine.content(), "1 b-1:1 b-2:1 a-0.5:1 a1:1");
    machine.update("+ 2-2 a0:1 b-1:0");
    assert_eq!(machine.content(), "2 b-2:1 a-0.5:1 a0:1 a1:1");
}

#[test]
fn a_quantity_is_summed_up_to_a_price() {
    let machine = book("! 1 b100:1 b99.5:2 b98:4 a101:2 a102:3");
    let view = machine.state.last_known();
    let check = |price: &str, bids: &str, asks: &str| {
        assert_eq!(view.bids().quantity_to(decimal(price)), Some(decimal(bids)), "bids to {price}");
        assert_eq!(view.asks().quantity_to(decimal(price)), Some(decimal(asks)), "asks to {price}");
    };
    check("100.5", "0", "0");
    check("100", "1", "0");
    check("99", "3", "0");
    check("1", "7", "0");
    check("101", "0", "2");
    check("101.99", "0", "2");
    check("200", "0", "5");
    assert_eq!(view.spread(), Some(decimal("1")));
}

#[test]
fn a_quantity_has_a_cost_a_worst_price_and_an_average_price() {
    let machine = book("! 1 b100:1 a100.5:2 a101:3");
    let asks = machine.state.last_known().asks();
    let impact = asks.market_impact(decimal("4")).expect("enough levels");
    assert_eq!((impact.notional, impact.worst_price), (decimal("403"), decimal("101")));
    assert_eq!(impact.average_price(), Some(decimal("100.75")));
    let impact = asks.market_impact(decimal("0.0000001")).expect("enough levels");
    assert_eq!(impact.notional, decimal("0.00001005"));
    assert_eq!(asks.market_impact(decimal("5")).map(|impact| impact.worst_price), Some(decimal("101")));
    for quantity in ["0", "-1", "5.0000001"] {
        assert_eq!(asks.market_impact(decimal(quantity)), None, "{quantity}");
    }
}

#[test]
fn a_capped_side_reports_how_far_it_is_known() {
    let mut machine = Machine::subscribed(BookSettings::new().max_levels(8));
    let levels: Vec<_> = (1..=9).map(|number| format!("a{}:1", 100 + number)).collect();
    machine.snapshot(&format!("! 1 b100:1 {}", levels.join(" ")));
    let asks = machine.state.last_known().asks();
    assert_eq!((asks.len(), asks.known_to()), (7, Some(decimal("108"))));
    assert_eq!(asks.quantity_to(decimal("107.9")), Some(decimal("7")));
    assert_eq!(asks.quantity_to(decimal("108")), None);
    assert_eq!(asks.market_impact(decimal("8")), None);
    machine.update("+ 2-2 a108:5 a120:5 a107.5:1");
    let asks = machine.state.last_known().asks();
    assert_eq!((asks.len(), asks.get(7).map(|level| level.price)), (8, Some(decimal("107.5"))));
    assert_eq!(machine.state.last_known().bids().known_to(), None);
}
