//! Random messages: a book beside a naive book of sorted maps, and a live book beside the exchange's true book.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use rust_decimal::Decimal;
use venue_book::{BookSettings, SideView, VersionRule};

use crate::support::Machine;

/// Texts of prices and quantities, many of them odd.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (0_u32..60).prop_map(|tick| format!("{}.{}", 100 + tick / 10, tick % 10)),
        2 => (0_u32..60).prop_map(|tick| format!("{}.{}000", 100 + tick / 10, tick % 10)),
        1 => (1_u64..1_000, 0_u32..28).prop_map(|(mantissa, scale)| Decimal::new(mantissa.try_into().unwrap(), scale).to_string()),
        1 => any::<i64>().prop_map(|number| number.unsigned_abs().to_string()),
        1 => any::<u64>().prop_map(|number| format!("{}.{}", number % 1_000, number)),
        1 => (any::<u32>(), any::<u32>(), any::<u32>(), 0_u32..29)
            .prop_map(|(low, middle, high, scale)| Decimal::from_parts(low, middle, high, false, scale).to_string()),
        1 => (-9_i32..9).prop_map(|exponent| format!("3e{exponent}")),
    ]
}

/// A level: whether it is a bid, its price, and its quantity.
fn level() -> impl Strategy<Value = (bool, String, String)> {
    (any::<bool>(), number(), prop_oneof![Just("0".to_owned()), Just("0.000".to_owned()), number(), number()])
}

/// A level of a book that is rarely crossed.
fn uncrossed_level() -> impl Strategy<Value = (bool, String, String)> {
    let usual = (any::<bool>(), 0_u32..60, 0_u32..200).prop_map(|(is_bid, distance, quantity)| {
        let tick = if is_bid { 1_000 - distance } else { 1_001 + distance };
        (is_bid, format!("{}.{}", tick / 10, tick % 10), (quantity / 4).to_string())
    });
    prop_oneof![100 => usual, 1 => level()]
}

type Levels = BTreeMap<Decimal, Decimal>;

/// The straightforward book.
#[derive(Clone, Debug, Default)]
struct Naive {
    bids: Levels,
    asks: Levels,
}

impl Naive {
    fn apply(&mut self, is_snapshot: bool, levels: &[(bool, String, String)]) {
        if is_snapshot {
            *self = Self::default();
        }
        for (is_bid, price, quantity) in levels {
            let side = if *is_bid { &mut self.bids } else { &mut self.asks };
            let (price, quantity) = (parse(price), parse(quantity));
            if !quantity.is_zero() {
                side.insert(price, quantity);
            } else if !is_snapshot {
                side.remove(&price);
            }
        }
    }
}

fn parse(text: &str) -> Decimal {
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).expect("a number")
}

fn text(is_snapshot: bool, versions: &str, levels: &[(bool, String, String)]) -> String {
    let mut text = format!("{} {versions}", if is_snapshot { '!' } else { '+' });
    for (is_bid, price, quantity) in levels {
        write!(text, " {}{price}:{quantity}", if *is_bid { 'b' } else { 'a' }).expect("a text");
    }
    text
}

/// The side equals the naive side up to the price that the cap leaves.
fn check_side(side: SideView<'_>, naive: &[(Decimal, Decimal)], max_levels: usize, is_better: impl Fn(Decimal, Decimal) -> bool) {
    let known: Vec<_> = naive.iter().copied().filter(|(price, _)| side.known_to().is_none_or(|limit| is_better(*price, limit))).collect();
    let levels: Vec<_> = side.iter().map(|level| (level.price, level.quantity)).collect();
    assert_eq!(levels, known);
    assert!(side.len() <= max_levels);
    assert!(side.known_to().is_some() || naive.len() <= max_levels);
    let mut sum = Some(Decimal::ZERO);
    for (price, quantity) in &known {
        sum = sum.and_then(|sum| sum.checked_add(*quantity));
        if let (Some(sum), Some(quantity)) = (sum, side.quantity_to(*price)) {
            assert_eq!(sum, quantity, "the quantity to {price}");
        }
    }
}

proptest! {
    #[test]
    fn an_unverified_book_equals_a_naive_book(
        messages in prop::collection::vec((prop::bool::weighted(0.1), prop::collection::vec(level(), 0..12)), 1..30),
        max_levels in 1_usize..40,
        tick_size in prop::option::of(0_u32..4),
    ) {
        let mut settings = BookSettings::new().max_levels(max_levels).max_resyncs_per_minute(0);
        if let Some(scale) = tick_size {
            settings = settings.tick_size(Decimal::new(1, scale));
        }
        let mut machine = Machine::subscribed(settings);
        let mut naive = Naive::default();
        for (number, (is_snapshot, levels)) in messages.iter().enumerate() {
            let is_snapshot = *is_snapshot || number == 0;
            let text = text(is_snapshot, &number.to_string(), levels);
            if is_snapshot { machine.snapshot(&text) } else { machine.update(&text) };
            naive.apply(is_snapshot, levels);
            let book = machine.state.last_known();
            let bids: Vec<_> = naive.bids.iter().rev().map(|(price, quantity)| (*price, *quantity)).collect();
            let asks: Vec<_> = naive.asks.iter().map(|(price, quantity)| (*price, *quantity)).collect();
            check_side(book.bids(), &bids, max_levels, |price, limit| price > limit);
            check_side(book.asks(), &asks, max_levels, |price, limit| price < limit);
        }
    }

    #[test]
    fn a_live_book_equals_the_true_book_of_its_version(
        rule in prop_oneof![
            Just(VersionRule::FirstFollowsPrevious), Just(VersionRule::FirstEqualsPrevious), Just(VersionRule::Contiguous)
        ],
        changes in prop::collection::vec(prop::collection::vec(uncrossed_level(), 0..4), 1..60),
        faults in prop::collection::vec((0_u32..100, any::<prop::sample::Index>()), 60),
        confirmations in 0_u32..4,
    ) {
        // Each message has one version, or two if the rule permits it.
        let mut messages = vec![text(true, "0", &[])];
        let (mut book, mut history, mut previous) = (Naive::default(), vec![Naive::default()], 0);
        for (index, levels) in changes.iter().enumerate() {
            book.apply(false, levels);
            let span = if rule != VersionRule::Contiguous && index % 3 == 0 { 2 } else { 1 };
            history.extend((0..span).map(|_| book.clone()));
            let last = previous + span;
            let versions = match rule {
                VersionRule::FirstFollowsPrevious => format!("{}-{last}", previous + 1),
                VersionRule::FirstEqualsPrevious => format!("{previous}-{last}"),
                _ => last.to_string(),
            };
            messages.push(text(false, &versions, levels));
            previous = last;
        }
        let mut machine = Machine::subscribed(BookSettings::new().continuity(rule).confirmations(confirmations).max_resyncs_per_minute(1_000));
        let mut outputs: Vec<String> = Vec::new();
        for (index, text) in messages.iter().enumerate() {
            let (fault, other) = faults[index % faults.len()];
            let printed = match fault {
                // Lost, repeated, late, unreadable, stale, and a new subscription with the present book.
                0..10 if index > 0 => Vec::new(),
                10..20 => [machine.update(text), machine.update(text)].concat(),
                20..30 => [machine.update(&messages[other.index(index + 1)]), machine.update(text)].concat(),
                30..35 => machine.unreadable(),
                35..40 => [machine.stale(), machine.update(text)].concat(),
                40..45 => [machine.update("garbage"), machine.update(text)].concat(),
                45..55 => {
                    let printed = machine.resubscribe();
                    let versions = messages[index].split(' ').nth(1).expect("versions");
                    let version: usize = versions.rsplit('-').next().and_then(|last| last.parse().ok()).expect("a version");
                    let truth = &history[version];
                    let levels = |is_bid: bool, side: &Levels| -> Vec<_> {
                        side.iter().map(|(price, quantity)| (is_bid, price.to_string(), quantity.to_string())).collect()
                    };
                    let all = [levels(true, &truth.bids), levels(false, &truth.asks)].concat();
                    [printed, machine.snapshot(&self::text(true, &version.to_string(), &all))].concat()
                }
                _ => machine.update(text),
            };
            outputs.extend(printed);
            // The events report the trust: the last one of `live` and `lost` determines whether the book may be live.
            let last = outputs.iter().rev().find(|output| *output == "live" || output.starts_with("lost"));
            assert_eq!(machine.state.live().is_ok(), last.is_some_and(|output| output == "live"), "{outputs:?}");
            let Ok(live) = machine.state.live() else { continue };
            let truth = &history[usize::try_from(live.version().expect("a version")).expect("a small number")];
            let bids: Vec<_> = live.bids().iter().map(|level| (level.price, level.quantity)).collect();
            let asks: Vec<_> = live.asks().iter().map(|level| (level.price, level.quantity)).collect();
            assert!(bids.iter().map(|(price, quantity)| (price, quantity)).eq(truth.bids.iter().rev()), "{bids:?} {truth:?}");
            assert!(asks.iter().map(|(price, quantity)| (price, quantity)).eq(truth.asks.iter()), "{asks:?} {truth:?}");
            // A crossed book is never live.
            assert!(bids.first().zip(asks.first()).is_none_or(|(bid, ask)| bid.0 < ask.0));
        }
    }
}
