//! Account statistics, which are computed from the hourly totals of the history.

use rust_decimal::Decimal;

use super::super::Exchange;
use super::super::calendar::{self, DAY_MS, HOUR_MS};
use super::super::enums::{BalancePeriod, LeaderboardPeriod, TrendRange};
use super::super::money::PLACES;
use super::super::reject::Reject;
use super::super::view::{AssetOverviewSummary, AssetTrendPoint, BalancePoint, Leaderboard, LeaderboardEntry, VolumeStats};
use super::history::{AccountHistory, HourlyTotals};
use crate::UnixMillis;

/// Default number of points of the balance history. Documented.
const DEFAULT_HISTORY_POINTS: i64 = 30;
/// Maximum number of points of the balance history. The sandbox's choice.
const MAX_HISTORY_POINTS: i64 = 1_000;

impl AccountHistory {
    fn sum(&self, from: i64, to: i64, of: fn(&HourlyTotals) -> Decimal) -> Decimal {
        if from >= to { Decimal::ZERO } else { self.hours.range(from..to).map(|(_, hour)| of(hour)).sum() }
    }

    /// The wallet balance at a time, with a resolution of one hour.
    fn balance_before(&self, time: i64) -> Decimal {
        self.hours.range(..time).next_back().map_or(Decimal::ZERO, |(_, hour)| hour.balance)
    }

    fn first_hour(&self) -> Option<i64> {
        self.hours.first_key_value().map(|(start, _)| *start)
    }

    /// The largest drop from a peak since a time, and this peak. Transfers shift the peak.
    fn max_drawdown(&self, from: i64) -> (Decimal, Decimal) {
        let mut peak = self.balance_before(from);
        let mut largest = (Decimal::ZERO, Decimal::ONE);
        for hour in self.hours.range(from..).map(|(_, hour)| hour) {
            peak = (peak + hour.transfer_in - hour.transfer_out).max(hour.balance);
            if peak - hour.balance > largest.0 {
                largest = (peak - hour.balance, peak);
            }
        }
        largest
    }
}

fn ratio(part: Decimal, total: Decimal) -> Decimal {
    if total <= Decimal::ZERO { Decimal::ZERO } else { part.checked_div(total).unwrap_or_default().round_dp(PLACES) }
}

/// Start of the first day of a window of `days` days that ends today.
fn days_back(now: UnixMillis, days: i64) -> i64 {
    calendar::day(now.as_millis()) - (days - 1) * DAY_MS
}

impl Exchange {
    /// Returns the user's trading volume and fees of the last 30 days.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#30-day-volume-statistics>
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist.
    pub fn volume_stats(&self, user: &str) -> Result<VolumeStats, Reject> {
        let history = self.history(user)?;
        let from = days_back(self.now, 30);
        Ok(VolumeStats {
            volume_30d: history.sum(from, i64::MAX, |hour| hour.volume),
            fee_total_30d: history.sum(from, i64::MAX, |hour| hour.fees),
        })
    }

    /// Returns the user's balance and profit of each day, week or month since the account was opened, oldest first.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#balance-history>
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist, or the limit is not from 1 to 1000.
    pub fn balance_history(&self, user: &str, period: BalancePeriod, limit: Option<i64>) -> Result<Vec<BalancePoint>, Reject> {
        let history = self.history(user)?;
        let limit = limit.unwrap_or(DEFAULT_HISTORY_POINTS);
        if !(1..=MAX_HISTORY_POINTS).contains(&limit) {
            return Err(Reject::out_of_range(format_args!("limit must be from 1 to {MAX_HISTORY_POINTS}")));
        }
        let begin = match period {
            BalancePeriod::OneDay => calendar::day,
            BalancePeriod::OneWeek => calendar::week,
            BalancePeriod::OneMonth => calendar::month,
        };
        let Some(first) = history.first_hour() else { return Ok(Vec::new()) };
        let (mut start, mut end) = (begin(self.now.as_millis()), i64::MAX);
        let mut points = Vec::new();
        while end > first && (points.len() as i64) < limit {
            let balance = history.balance_before(end);
            points.push(BalancePoint { date: calendar::day_text(start), balance, pnl: history.sum(start, end, |hour| hour.realized) });
            (start, end) = (begin(start - 1), start);
        }
        points.reverse();
        Ok(points)
    }

    /// Returns a summary of the account, which is the response to both `trade_overview` and `asset_overview_summary`.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#asset-overview-summary>
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist.
    pub fn asset_overview_summary(&self, user: &str) -> Result<AssetOverviewSummary, Reject> {
        let history = self.history(user)?;
        let today = calendar::day(self.now.as_millis());
        let (drawdown, peak) = history.max_drawdown(days_back(self.now, 30));
        let total = |of| history.sum(i64::MIN, i64::MAX, of);
        Ok(AssetOverviewSummary {
            today_pnl: history.sum(today, i64::MAX, |hour| hour.realized),
            today_volume: history.sum(today, i64::MAX, |hour| hour.volume),
            total_volume: total(|hour| hour.volume),
            total_pnl: total(|hour| hour.realized),
            max_drawdown_30d: drawdown,
            max_drawdown_30d_rate: ratio(drawdown, peak).min(Decimal::ONE),
            transfer_in: total(|hour| hour.transfer_in),
            transfer_out: total(|hour| hour.transfer_out),
        })
    }

    /// Returns snapshots of the account over the period `range`, which ends now, oldest first. There are no snapshots from before the
    /// account was opened. The snapshots are hourly for a range of one day, and daily for longer ranges.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#asset-overview-trend>
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist.
    pub fn asset_overview_trend(&self, user: &str, range: TrendRange) -> Result<Vec<AssetTrendPoint>, Reject> {
        let history = self.history(user)?;
        let (step, steps) = match range {
            TrendRange::OneDay => (HOUR_MS, 24),
            TrendRange::OneWeek => (DAY_MS, 7),
            TrendRange::OneMonth => (DAY_MS, 30),
            TrendRange::ThreeMonths => (DAY_MS, 90),
            TrendRange::SixMonths => (DAY_MS, 180),
            TrendRange::OneYear => (DAY_MS, 365),
        };
        let Some(first) = history.first_hour() else { return Ok(Vec::new()) };
        let newest = self.now.as_millis().div_euclid(step) * step;
        let oldest = (newest - (steps - 1) * step).max(first.div_euclid(step) * step);
        let point = |at: i64| {
            let (start, end) = (oldest + at * step, oldest + (at + 1) * step);
            let pnl = history.sum(start, end, |hour| hour.realized);
            AssetTrendPoint {
                snapshot_time: UnixMillis::new(end.min(self.now.as_millis())),
                balance: history.balance_before(end),
                pnl,
                pnl_rate: ratio(pnl, history.balance_before(start)),
                total_pnl: history.sum(i64::MIN, end, |hour| hour.realized),
            }
        };
        Ok((0..=(newest - oldest) / step).map(point).collect())
    }

    /// Returns the profit ranking of the users who traded in the period. Internal accounts are not ranked.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/public-endpoints#pnl-leaderboard>
    pub fn leaderboard(&self, period: LeaderboardPeriod, user: Option<&str>) -> Leaderboard {
        let from = days_back(
            self.now,
            match period {
                LeaderboardPeriod::SevenDays => 7,
                LeaderboardPeriod::ThirtyDays => 30,
                LeaderboardPeriod::NinetyDays => 90,
            },
        );
        let entries = self.accounts.iter().filter(|account| !account.is_internal).map(|account| {
            let history = &account.history;
            let pnl_amount = history.sum(from, i64::MAX, |hour| hour.realized);
            let transfers = history.sum(from, i64::MAX, |hour| hour.transfer_in - hour.transfer_out);
            LeaderboardEntry {
                rank: 0,
                user_id: account.user_id.clone(),
                trader: masked(&account.name),
                volume: history.sum(from, i64::MAX, |hour| hour.volume),
                pnl_amount,
                pnl_pct: ratio(pnl_amount, history.balance_before(from) + transfers),
            }
        });
        let mut list: Vec<LeaderboardEntry> = entries.filter(|entry| !entry.volume.is_zero()).collect();
        list.sort_by_key(|entry| std::cmp::Reverse(entry.pnl_amount));
        for (entry, rank) in list.iter_mut().zip(1..) {
            entry.rank = rank;
        }
        let my_rank = list.iter().find(|entry| Some(entry.user_id.as_str()) == user).map_or(0, |entry| entry.rank);
        Leaderboard { list, my_rank }
    }

    fn history(&self, user: &str) -> Result<&AccountHistory, Reject> {
        Ok(&self.accounts[self.account(user)?].history)
    }
}

fn masked(name: &str) -> String {
    name.chars().take(2).chain("***".chars()).collect()
}
