//! Extreme times as parameters and as the time of the exchange.

use proptest::prelude::*;
use rust_decimal::dec;

use super::super::{
    BalancePeriod, ConditionFilter, Config, KlineInterval, KlinePriceType, LeaderboardPeriod, OrderFilter, TimeRange, TrendRange,
};
use super::*;
use crate::UnixMillis;

const DAY_MS: i64 = 86_400_000;

/// A random time, often near a limit.
fn any_time() -> impl Strategy<Value = i64> + Clone {
    let ends = [i64::MIN, 0, START.as_millis(), UnixMillis::LATEST.as_millis(), 253_402_300_799_999, i64::MAX];
    prop_oneof![
        1 => any::<i64>(),
        2 => (prop::sample::select(ends.to_vec()), -100_000..100_000_i64).prop_map(|(end, by)| end.saturating_add(by)),
        2 => (prop::sample::select(ends.to_vec()), any::<i32>()).prop_map(|(end, by)| end.saturating_add(i64::from(by) * 1000)),
    ]
}

fn one_contract() -> Config {
    Config::new().symbols(vec![rules()])
}

/// Sends all queries that have a time parameter or depend on the time.
fn query_everything(exchange: &Exchange, time: TimeRange) {
    let page = PageRequest::default();
    for interval in KlineInterval::ALL {
        for price_type in [None, Some(KlinePriceType::MarkPrice), Some(KlinePriceType::IndexPrice)] {
            let klines = exchange.klines(SYMBOL, *interval, price_type, time, None).expect("the request is valid");
            assert!(klines.len() <= 500 && klines.is_sorted_by_key(|kline| kline.open_time));
        }
    }
    for period in BalancePeriod::ALL {
        exchange.balance_history("alice", *period, Some(1000)).expect("the request is valid");
    }
    for range in TrendRange::ALL {
        exchange.asset_overview_trend("alice", *range).expect("the request is valid");
    }
    for period in LeaderboardPeriod::ALL {
        exchange.leaderboard(*period, Some("alice"));
    }
    exchange.ticker(SYMBOL).expect("the contract exists");
    exchange.funding_rate_history(SYMBOL, time, page).expect("the request is valid");
    exchange.current_funding_rates(None, page).expect("the request is valid");
    exchange.trades("alice", &TradeFilter { time, ..TradeFilter::default() }, page).expect("the request is valid");
    exchange.order_history("alice", &OrderFilter { time, ..OrderFilter::default() }, page).expect("the request is valid");
    exchange.condition_order_history("alice", &ConditionFilter { time, ..ConditionFilter::default() }, page).expect("the request is valid");
    exchange.account_change_logs("alice", None, None, time, page).expect("the request is valid");
    exchange.position_history("alice", None, None, time, page).expect("the request is valid");
    exchange.volume_stats("alice").expect("the user exists");
    exchange.asset_overview_summary("alice").expect("the user exists");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_time_parameter_makes_the_exchange_panic(
        start in any_time(),
        warm_up in prop_oneof![3 => 0..1_000_i64, 1 => any_time()],
        cancel_all in prop_oneof![0..1_000_i64, any_time()],
        moments in prop::collection::vec(any_time(), 1..3),
        (from, to) in (prop::option::of(any_time()), prop::option::of(any_time())),
    ) {
        let config = one_contract().start(UnixMillis::new(start)).warm_up_ms(warm_up).cancel_all_delay_ms(cancel_all);
        let Ok(mut exchange) = Exchange::new(config) else { return Ok(()) };
        for name in ["alice", "bob"] {
            exchange.add_user(name, name, dec!(10000)).expect("the names differ");
        }
        for moment in moments {
            exchange.place_order("bob", sell(100, 1)).expect("the order is valid");
            exchange.place_order("alice", market_buy(1)).expect("the order is valid");
            // Three fundings per day are recorded for each position, over up to a hundred years. To save time, a position stays open in
            // only one of five cases.
            if moment % 5 != 0 {
                exchange.place_order("bob", buy(100, 1)).expect("the order is valid");
                exchange.place_order("alice", market_sell(1)).expect("the order is valid");
            }
            exchange.place_order("bob", buy(90, 1)).expect("the order is valid");
            exchange.cancel_all_orders("bob", None, super::super::CancelType::AllNormal).expect("the request is valid");
            let before = exchange.now();
            exchange.advance(UnixMillis::new(moment));
            prop_assert_eq!(exchange.now(), before.max(UnixMillis::new(moment)).min(UnixMillis::LATEST));
            query_everything(&exchange, TimeRange { start: from.map(UnixMillis::new), end: to.map(UnixMillis::new) });
        }
    }
}

#[test]
fn a_start_time_out_of_range_is_rejected_with_the_limits() {
    let error = |config: Config| Exchange::new(config).expect_err("it is out of range").to_string();
    let late = error(Config::new().start(UnixMillis::LATEST.plus(1)));
    assert_eq!(late, "`start` is 3471292800001: it must be 0 to 3471292800000 milliseconds, which is 2080-01-01");
    assert!(error(Config::new().start(UnixMillis::new(-1))).contains("`start` is -1"));
    assert!(error(Config::new().warm_up_ms(1000).start(UnixMillis::new(999))).contains("must be 1000 to"));
    assert_eq!(error(Config::new().warm_up_ms(DAY_MS + 1)), "`warm_up_ms` is 86400001: it must be 0 to 86400000, which is one day");
    assert!(error(Config::new().cancel_all_delay_ms(-1)).starts_with("`cancel_all_delay_ms` is -1"));
}

#[test]
fn the_ids_of_the_latest_time_fit_into_63_bits() {
    let mut exchange = Exchange::new(one_contract().start(UnixMillis::LATEST)).expect("the latest time is one");
    exchange.add_user("alice", "alice", dec!(10000)).expect("the name is new");
    let id = exchange.place_order("alice", buy(90, 1)).expect("the order is valid").order_id.to_string();
    assert!(id.len() == 19 && id.parse::<i64>().is_ok(), "{id}");
}

#[test]
fn a_moving_market_simulates_only_the_last_day_of_a_pause() {
    let mut exchange = Exchange::new(one_contract().start(START).moving()).expect("the configuration is valid");
    let end = START.plus(400 * DAY_MS);
    exchange.advance(START.plus(60_000));
    exchange.advance(end);
    let volume = |from: UnixMillis, limit| -> Decimal {
        let time = TimeRange { start: Some(from), end: None };
        let klines = exchange.klines(SYMBOL, KlineInterval::OneHour, None, time, Some(limit)).expect("the request is valid");
        klines.into_iter().filter_map(|kline| kline.volume).sum()
    };
    assert_eq!(volume(START.plus(3_600_000), 1000), dec!(0));
    assert_eq!(volume(end.plus(-2 * DAY_MS), 24), dec!(0));
    assert!(volume(end.plus(-DAY_MS), 24) > dec!(0));
    let fundings = exchange.funding_rate_history(SYMBOL, TimeRange::default(), PageRequest::default()).expect("the page is valid");
    assert_eq!(fundings.total, 400 * 3, "funding is paid for the complete time");
}

#[test]
fn steps_keep_their_schedule_after_a_pause() {
    let steps = |first: i64| {
        let mut exchange = Exchange::new(one_contract().start(START).moving()).expect("the configuration is valid");
        exchange.advance(START.plus(first));
        exchange.next_event_time()
    };
    assert_eq!(steps(10 * DAY_MS + 300), Some(START.plus(10 * DAY_MS + 1000)));
    assert_eq!(steps(300), Some(START.plus(1000)));
}

#[test]
fn an_advance_over_the_complete_range_simulates_one_day() {
    let mut exchange = Exchange::new(one_contract().start(UnixMillis::EARLIEST).moving()).expect("the configuration is valid");
    for name in ["alice", "bob"] {
        exchange.add_user(name, name, dec!(10000)).expect("the names differ");
    }
    exchange.place_order("bob", sell(100, 1)).expect("the order is valid");
    exchange.place_order("alice", market_buy(1)).expect("the order is valid");
    exchange.advance(UnixMillis::new(i64::MAX));
    assert_eq!(exchange.now(), UnixMillis::LATEST);
    // A day has 86 400 steps with about 50 changes of the book each. If the simulation were not limited to a day, three years would cause a
    // thousand times as many changes.
    let changes = exchange.depth(SYMBOL, 1).expect("the contract exists").version;
    assert!((1_000_000..10_000_000).contains(&changes), "{changes}");
}
