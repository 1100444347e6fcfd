//! Trading rules: an order passes if and only if it keeps every rule, and rounding keeps its direction.

use proptest::prelude::*;
use rust_decimal::Decimal;
use venue_core::FieldErrorKind;
use venue_runtime::{Rounding, SymbolRules};

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn rules(tick_size: &str, step_size: &str) -> SymbolRules {
    SymbolRules::new(decimal(tick_size), decimal(step_size)).expect("sizes above zero")
}

/// Rules similar to those of BTCUSDT.
fn usual() -> SymbolRules {
    rules("0.1", "0.001")
        .with_min_quantity(decimal("0.002"))
        .with_max_limit_quantity(decimal("100"))
        .with_max_market_quantity(decimal("20"))
        .with_min_notional(decimal("5"))
        .with_max_open_orders(200)
        .with_max_leverage(decimal("125"))
}

#[test]
fn a_maximum_of_zero_or_less_is_no_limit() {
    for zero in ["0", "0.000", "-1"] {
        let rules = usual().with_max_limit_quantity(decimal(zero)).with_max_market_quantity(decimal(zero)).with_max_leverage(decimal(zero));
        assert_eq!((rules.max_limit_quantity(), rules.max_market_quantity(), rules.max_leverage()), (None, None, None));
        assert!(rules.check_limit(decimal("1"), decimal("1000")).is_ok() && rules.check_market(decimal("1000"), None).is_ok());
        assert!(rules.check_leverage(decimal("1000")).is_ok());
    }
    assert!(usual().with_max_open_orders(0).check_open_orders(1000).is_ok());
}

#[test]
fn rules_without_limits_still_have_tick_size_and_step_size() {
    let rules = usual().without_limits();
    assert!(rules.check_limit(decimal("0.1"), decimal("0.001")).is_ok() && rules.check_market(decimal("1000"), None).is_ok());
    assert!(rules.check_limit(decimal("0.15"), decimal("0.001")).is_err() && rules.check_market(decimal("0.0015"), None).is_err());
}

fn rounded(tick: &str, price: &str, rounding: Rounding) -> String {
    rules(tick, "1").round_price(decimal(price), rounding).map_or_else(|error| error.to_string(), |price| price.to_string())
}

#[test]
fn a_price_is_rounded_to_the_tick_in_the_direction_that_was_chosen() {
    let all = |tick, price| [Rounding::Down, Rounding::Up, Rounding::Nearest].map(|rounding| rounded(tick, price, rounding));
    assert_eq!(all("0.1", "85000.17"), ["85000.1", "85000.2", "85000.2"]);
    assert_eq!(all("0.5", "85000.25"), ["85000", "85000.5", "85000.5"]);
    assert_eq!(all("0.25", "0.3"), ["0.25", "0.5", "0.25"]);
    assert_eq!(all("10", "85004.99"), ["85000", "85010", "85000"]);
    assert_eq!(all("0.1", "85000.10"), ["85000.1", "85000.1", "85000.1"]);
    assert_eq!(all("0.03", "0.01"), ["0", "0.03", "0"]);
}

#[test]
fn passive_and_aggressive_depend_on_the_side() {
    let both = |roundings: [Rounding; 2]| roundings.map(|rounding| rounded("0.1", "85000.17", rounding));
    assert_eq!(both([Rounding::PASSIVE_BUY, Rounding::AGGRESSIVE_BUY]), ["85000.1", "85000.2"]);
    assert_eq!(both([Rounding::PASSIVE_SELL, Rounding::AGGRESSIVE_SELL]), ["85000.2", "85000.1"]);
}

#[test]
fn a_rounding_error_contains_the_reason() {
    assert_eq!(rounded("0.1", "-1", Rounding::Down), "the price -1 is negative");
    assert_eq!(
        rounded("0.0000000000000000000000000001", "79228162514264337593543950335", Rounding::Down),
        "the price 79228162514264337593543950335 cannot be rounded to a multiple of 0.0000000000000000000000000001: it has too many digits"
    );
    assert_eq!(
        rounded("2", "79228162514264337593543950335", Rounding::Up),
        "the price 79228162514264337593543950335 cannot be rounded to a multiple of 2: it has too many digits"
    );
}

#[test]
fn a_tick_size_or_step_size_must_be_positive() {
    let refused = |tick, step| SymbolRules::new(decimal(tick), decimal(step)).map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(refused("0", "1"), Err(String::from("the tick size is 0: it must be above zero")));
    assert_eq!(refused("1", "-0.1"), Err(String::from("the step size is -0.1: it must be above zero")));
}

#[test]
fn an_error_contains_the_field_the_value_and_the_limit_of_every_violated_rule() {
    let limit = |price, quantity| usual().check_limit(decimal(price), decimal(quantity)).map_err(|errors| errors.to_string());
    assert_eq!(limit("85000.1", "0.002"), Ok(()));
    insta::assert_snapshot!(
        [
            limit("85000.15", "0.0015").expect_err("three rules"),
            limit("0.1", "0.002").expect_err("the notional"),
            limit("0", "-1").expect_err("signs"),
            limit("85000", "100.001").expect_err("the maximum"),
            usual().check_market(decimal("20.001"), None).expect_err("the market's maximum").to_string(),
            usual().check_market(decimal("0.002"), Some(decimal("2000"))).expect_err("the notional").to_string(),
            usual().check_price(decimal("-0.1")).expect_err("a sign").to_string(),
            usual().check_open_orders(201).expect_err("too many").to_string(),
            usual().check_leverage(decimal("126")).expect_err("too high").to_string(),
            usual().check_leverage(decimal("0")).expect_err("too low").to_string(),
        ]
        .join("\n")
    );
}

#[test]
fn limits_are_inclusive() {
    assert_eq!(usual().check_limit(decimal("2500"), decimal("0.002")), Ok(()));
    assert_eq!(usual().check_limit(decimal("1"), decimal("100.000")), Ok(()));
    assert_eq!(usual().check_market(decimal("20"), Some(decimal("0.25"))), Ok(()));
    assert_eq!(usual().check_open_orders(200), Ok(()));
    assert_eq!(usual().check_leverage(decimal("125")), Ok(()));
}

#[test]
fn a_limit_that_is_not_set_is_not_checked() {
    let rules = rules("0.1", "0.001");
    assert_eq!(rules.check_limit(decimal("0.1"), decimal("0.001")), Ok(()));
    assert_eq!(rules.check_market(decimal("1000000"), None), Ok(()));
    assert_eq!(rules.check_open_orders(u64::MAX), Ok(()));
    assert_eq!(rules.check_leverage(decimal("1000")), Ok(()));
}

#[test]
fn an_error_has_the_field_and_the_kind_of_the_violated_rule() {
    let errors = usual().check_limit(decimal("85000.15"), decimal("0.001")).expect_err("two rules");
    let fields: Vec<_> = errors.as_slice().iter().map(|error| (error.field(), error.kind().clone())).collect();
    let (price, quantity) = (decimal("85000.15"), decimal("0.001"));
    assert_eq!(
        fields,
        [
            ("price", FieldErrorKind::NotMultipleOfTick { value: price, tick_size: decimal("0.1") }),
            ("quantity", FieldErrorKind::BelowMinimum { value: quantity, minimum: decimal("0.002") }),
        ]
    );
}

/// Tick sizes and step sizes as exchanges have them: from 0.00000001 to 1000.
fn sizes() -> impl Strategy<Value = Decimal> {
    (1_i64..1000, 0_u32..9).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

/// Prices and quantities with more decimal places than tick sizes have.
fn values() -> impl Strategy<Value = Decimal> {
    (0_i64..1_000_000_000_000_000, 0_u32..13).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn roundings() -> impl Strategy<Value = Rounding> {
    prop_oneof![Just(Rounding::Down), Just(Rounding::Up), Just(Rounding::Nearest)]
}

/// A reference for the crate's own computation: rounds the quotient and multiplies it by the size.
fn is_multiple(value: Decimal, size: Decimal) -> bool {
    let times = (value / size).round();
    times * size == value
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_rounded_value_is_a_multiple_less_than_a_step_away_in_its_direction(value in values(), size in sizes(), rounding in roundings()) {
        let rules = SymbolRules::new(size, size).expect("above zero");
        let rounded = rules.round_price(value, rounding).expect("not too many digits");
        prop_assert_eq!(rules.round_quantity(value, rounding), Ok(rounded));
        prop_assert!(is_multiple(rounded, size), "{} is no multiple", rounded);
        let distance = (rounded - value).abs();
        match rounding {
            Rounding::Down => prop_assert!(rounded <= value && distance < size),
            Rounding::Up => prop_assert!(rounded >= value && distance < size),
            Rounding::Nearest => prop_assert!(distance * Decimal::TWO <= size),
        }
        prop_assert_eq!(rules.round_price(rounded, rounding), Ok(rounded), "rounding again changes nothing");
        prop_assert_eq!(rules.check_price(rounded).is_ok(), rounded > Decimal::ZERO);
    }

    #[test]
    fn a_passive_price_is_never_worse_than_the_limit(price in values(), tick in sizes()) {
        let rules = SymbolRules::new(tick, Decimal::ONE).expect("above zero");
        let rounded = |rounding| rules.round_price(price, rounding).expect("not too many digits");
        prop_assert!(rounded(Rounding::PASSIVE_BUY) <= price);
        prop_assert!(rounded(Rounding::PASSIVE_SELL) >= price);
        prop_assert!(rounded(Rounding::AGGRESSIVE_BUY) >= price);
        prop_assert!(rounded(Rounding::AGGRESSIVE_SELL) <= price);
    }

    /// Values near the limits, so that about half of the orders pass.
    #[test]
    fn an_order_passes_if_and_only_if_it_keeps_every_rule(
        (price, price_scale) in (-5_i64..400, 0_u32..3),
        (quantity, quantity_scale) in (-5_i64..400, 0_u32..3),
        tick in (1_i64..60, 0_u32..3),
        step in (1_i64..60, 0_u32..3),
        limits in (0_i64..100, 20_i64..400, 20_i64..400, 0_i64..400),
    ) {
        let (price, quantity) = (Decimal::new(price, price_scale), Decimal::new(quantity, quantity_scale));
        let (tick, step) = (Decimal::new(tick.0, tick.1), Decimal::new(step.0, step.1));
        let (minimum, limit_maximum, market_maximum, notional) =
            (Decimal::new(limits.0, 1), Decimal::new(limits.1, 1), Decimal::new(limits.2, 1), Decimal::new(limits.3, 1));
        let rules = SymbolRules::new(tick, step)
            .expect("above zero")
            .with_min_quantity(minimum)
            .with_max_limit_quantity(limit_maximum)
            .with_max_market_quantity(market_maximum)
            .with_min_notional(notional);
        let zero = Decimal::ZERO;
        let is_allowed = |maximum| quantity > zero && is_multiple(quantity, step) && quantity >= minimum && quantity <= maximum;
        let is_large_enough = price * quantity >= notional;
        let is_on_tick = price > zero && is_multiple(price, tick);
        prop_assert_eq!(rules.check_limit(price, quantity).is_ok(), is_on_tick && is_allowed(limit_maximum) && is_large_enough);
        prop_assert_eq!(rules.check_market(quantity, None).is_ok(), is_allowed(market_maximum));
        prop_assert_eq!(rules.check_market(quantity, Some(price)).is_ok(), is_allowed(market_maximum) && is_large_enough);
        prop_assert_eq!(rules.check_price(price).is_ok(), is_on_tick);
    }

    #[test]
    fn rounding_of_any_decimal_does_not_panic_and_keeps_its_direction(
        (digits, scale) in (0_i128..79_228_162_514_264_337_593_543_950_335, 0_u32..29),
        (size, size_scale) in (1_i128..79_228_162_514_264_337_593_543_950_335, 0_u32..29),
        rounding in roundings(),
    ) {
        let (value, size) = (Decimal::from_i128_with_scale(digits, scale), Decimal::from_i128_with_scale(size, size_scale));
        let rules = SymbolRules::new(size, size).expect("above zero");
        if let Ok(rounded) = rules.round_price(value, rounding) {
            let is_in_direction = match rounding {
                Rounding::Down => rounded <= value,
                Rounding::Up => rounded >= value,
                Rounding::Nearest => true,
            };
            prop_assert!(is_in_direction);
            prop_assert_eq!(rules.round_price(rounded, rounding), Ok(rounded));
        }
    }
}
