//! Balances, wallet changes and statistics.

use rust_decimal::dec;

use super::super::{BalancePeriod, ChangeType, LeaderboardPeriod, Reference, TimeRange, TrendRange};
use super::*;

const DAY_MS: i64 = 86_400_000;

/// Alice buys at 100 and sells at `price`, both times with Bob.
fn round_trip(venue: &mut TestVenue, price: i64) {
    venue.place("bob", sell(100, 10));
    venue.place("alice", market_buy(10));
    venue.place("bob", buy(price, 10));
    venue.place("alice", market_sell(10));
}

#[test]
fn each_wallet_change_is_logged_with_its_cause() {
    let mut venue = TestVenue::new();
    round_trip(&mut venue, 110);
    let log =
        venue.0.account_change_logs("alice", Some("USDT"), None, TimeRange::default(), PageRequest::default()).expect("the page is valid");
    let shown: Vec<(ChangeType, Decimal, Decimal)> =
        log.list.iter().rev().map(|change| (change.change_type, change.amount, change.wallet_balance_after)).collect();
    assert_eq!(
        shown,
        [
            (ChangeType::TransferIn, dec!(10000), dec!(10000)),
            (ChangeType::HandlingFee, dec!(-2), dec!(9998)),
            (ChangeType::RealizedPnl, dec!(100), dec!(10098)),
            (ChangeType::HandlingFee, dec!(-2.2), dec!(10095.8)),
        ]
    );
    assert_eq!(log.list[3].reference_id, None);
    assert_eq!(log.list[0].reference_id, log.list[1].reference_id);
    let fees = venue.0.account_change_logs("alice", None, Some("HANDLING_FEE"), TimeRange::default(), PageRequest::default());
    assert_eq!(fees.expect("the page is valid").total, 2);
    let others = venue.0.account_change_logs("alice", Some("BTC"), None, TimeRange::default(), PageRequest::default());
    assert_eq!(others.expect("the page is valid").total, 0);
}

#[test]
fn statistics_sum_up_the_history_and_days_start_at_midnight() {
    let mut venue = TestVenue::new();
    round_trip(&mut venue, 110);
    venue.0.advance(START.plus(DAY_MS));
    round_trip(&mut venue, 90);
    venue.0.withdraw("alice", dec!(1000)).expect("the amount is available");
    let summary = venue.0.asset_overview_summary("alice").expect("alice exists");
    assert_eq!((summary.today_pnl, summary.total_pnl), (dec!(-100), dec!(0)));
    assert_eq!((summary.today_volume, summary.total_volume), (dec!(1900), dec!(4000)));
    assert_eq!((summary.transfer_in, summary.transfer_out), (dec!(10000), dec!(1000)));
    // A drop of 100 plus 3.8 in fees from 10 095.8. The withdrawal does not count as a loss.
    assert_eq!(summary.max_drawdown_30d, dec!(103.8));
    assert_eq!(summary.max_drawdown_30d_rate, (dec!(103.8) / dec!(9095.8)).round_dp(8));
    let stats = venue.0.volume_stats("alice").expect("alice exists");
    assert_eq!((stats.volume_30d, stats.fee_total_30d), (dec!(4000), dec!(8)));
    venue.0.advance(START.plus(31 * DAY_MS));
    assert_eq!(venue.0.volume_stats("alice").expect("alice exists").volume_30d, dec!(0));
}

#[test]
fn the_balance_history_has_a_point_for_each_period_since_the_account_was_opened() {
    let mut venue = TestVenue::new();
    round_trip(&mut venue, 110);
    venue.0.advance(START.plus(2 * DAY_MS));
    round_trip(&mut venue, 90);
    let points = |period, limit| {
        let points = venue.0.balance_history("alice", period, limit).expect("the limit is valid");
        points.into_iter().map(|point| (point.date, point.balance, point.pnl)).collect::<Vec<_>>()
    };
    let day = |date: &str, balance, pnl| (date.to_owned(), balance, pnl);
    assert_eq!(
        points(BalancePeriod::OneDay, None),
        [
            day("2026-11-21", dec!(10095.8), dec!(100)),
            day("2026-11-22", dec!(10095.8), dec!(0)),
            day("2026-11-23", dec!(9992.0), dec!(-100)),
        ]
    );
    assert_eq!(points(BalancePeriod::OneDay, Some(1)), [day("2026-11-23", dec!(9992.0), dec!(-100))]);
    assert_eq!(
        points(BalancePeriod::OneWeek, None),
        [day("2026-11-16", dec!(10095.8), dec!(100)), day("2026-11-23", dec!(9992.0), dec!(-100))]
    );
    assert_eq!(points(BalancePeriod::OneMonth, None), [day("2026-11-01", dec!(9992.0), dec!(0))]);
    assert_eq!(venue.0.balance_history("alice", BalancePeriod::OneDay, Some(0)).expect_err("too few").code(), 2003);
}

#[test]
fn the_trend_is_hourly_for_a_day_and_daily_for_longer_ranges() {
    let mut venue = TestVenue::new();
    venue.0.advance(START.plus(2 * 3_600_000));
    round_trip(&mut venue, 110);
    venue.0.advance(START.plus(3 * 3_600_000 + 1));
    let trend = venue.0.asset_overview_trend("alice", TrendRange::OneDay).expect("alice exists");
    let profits: Vec<Decimal> = trend.iter().map(|point| point.pnl).collect();
    assert_eq!(profits, [dec!(0), dec!(0), dec!(100), dec!(0)]);
    assert_eq!(trend[2].pnl_rate, dec!(0.01));
    assert_eq!(trend[3].snapshot_time, venue.0.now());
    let days = venue.0.asset_overview_trend("alice", TrendRange::OneYear).expect("alice exists");
    assert_eq!(days.iter().map(|point| point.total_pnl).collect::<Vec<_>>(), [dec!(100)]);
}

#[test]
fn the_ranking_contains_users_with_trades_and_masks_their_names() {
    let mut venue = TestVenue::new();
    venue.0.add_user("carol", "carol", dec!(1)).expect("the name is new");
    round_trip(&mut venue, 110);
    let ranking = venue.0.leaderboard(LeaderboardPeriod::SevenDays, Some("bob"));
    let shown: Vec<_> = ranking.list.iter().map(|entry| (entry.rank, entry.trader.as_str(), entry.pnl_amount, entry.pnl_pct)).collect();
    assert_eq!(shown, [(1, "al***", dec!(100), dec!(0.01)), (2, "bo***", dec!(-100), dec!(-0.01))]);
    assert_eq!(ranking.my_rank, 2);
    assert_eq!(venue.0.leaderboard(LeaderboardPeriod::SevenDays, Some("carol")).my_rank, 0);
    venue.0.advance(START.plus(7 * DAY_MS));
    assert!(venue.0.leaderboard(LeaderboardPeriod::SevenDays, None).list.is_empty());
    assert_eq!(venue.0.leaderboard(LeaderboardPeriod::NinetyDays, None).list.len(), 2);
}

#[test]
fn only_the_available_balance_can_be_withdrawn() {
    let mut venue = TestVenue::new();
    venue.place("alice", buy(90, 100));
    assert_eq!(venue.0.withdraw("alice", dec!(9100.01)).expect_err("900 is frozen").code(), 3001);
    venue.0.withdraw("alice", dec!(9100)).expect("the amount is available");
    assert_eq!(venue.0.deposit("alice", dec!(-1)).expect_err("it is negative").code(), 2003);
    assert_eq!(venue.0.deposit("unknown", dec!(1)).expect_err("there is no such user").code(), 2002);
}

#[test]
fn favorites_are_replaced_completely_and_must_be_contracts() {
    let mut venue = TestVenue::new();
    venue.0.save_favorite_symbols("alice", vec![SYMBOL.to_owned(), "YUSDT".to_owned()]).expect("they are contracts");
    assert!(venue.0.save_favorite_symbols("alice", vec!["ZUSDT".to_owned()]).is_err());
    assert_eq!(venue.0.favorite_symbols("alice").expect("alice exists"), [SYMBOL, "YUSDT"]);
    venue.0.save_favorite_symbols("alice", Vec::new()).expect("an empty list is valid");
    assert!(venue.0.favorite_symbols("alice").expect("alice exists").is_empty());
}

#[test]
fn funding_is_logged_with_its_position() {
    let mut venue = TestVenue::new();
    for (symbol, quantity) in [(SYMBOL, 10), ("YUSDT", 20)] {
        venue.place("bob", PlaceOrder { symbol: symbol.to_owned(), ..sell(100, quantity) });
        venue.place("alice", PlaceOrder { symbol: symbol.to_owned(), ..market_buy(quantity) });
    }
    venue.0.advance(START.plus(DAY_MS / 3));
    let page = PageRequest::default();
    for user in ["alice", "bob"] {
        let log = venue.0.account_change_logs(user, None, Some("FUNDING_FEE"), TimeRange::default(), page).expect("the page is valid").list;
        let logged: Vec<_> = log.iter().rev().map(|change| (change.reference_id, change.amount)).collect();
        let positions = venue.0.positions(user, None).expect("no symbol is given");
        let of = |position: &Position| (Some(Reference::Position(position.position_id)), position.funding_fee_accum);
        assert_eq!(logged, positions.iter().map(of).collect::<Vec<_>>());
        assert_eq!(logged.iter().map(|(_, amount)| amount.abs()).collect::<Vec<_>>(), [dec!(0.1), dec!(0.2)]);
    }
}
