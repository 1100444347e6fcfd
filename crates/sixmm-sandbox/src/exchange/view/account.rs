//! Responses with balances, wallet changes and statistics.

use std::fmt;

use rust_decimal::Decimal;

use crate::UnixMillis;
use crate::exchange::enums::ChangeType;
use crate::exchange::ids::{FillId, PositionId};

/// Balance and margin of an asset.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetBalance {
    /// The user's id.
    pub user_id: String,
    /// Asset: `USDT`.
    pub asset_type: &'static str,
    /// Wallet balance, including frozen and used margin, without unrealized profit.
    pub wallet_balance: Decimal,
    /// Margin that open orders freeze.
    pub frozen_margin: Decimal,
    /// Margin that positions use.
    pub used_margin: Decimal,
}

/// A wallet change.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountChangeLog {
    /// Asset: `USDT`.
    pub asset_type: &'static str,
    /// Amount added to the wallet, negative for a deduction.
    pub amount: Decimal,
    /// Wallet balance before.
    pub wallet_balance_before: Decimal,
    /// Wallet balance after.
    pub wallet_balance_after: Decimal,
    /// Frozen margin before the wallet change. The frozen margin after the change is the same, because a wallet change does not freeze or
    /// release margin.
    pub frozen_balance_before: Decimal,
    /// Frozen margin after.
    pub frozen_balance_after: Decimal,
    /// Kind of the change.
    pub change_type: ChangeType,
    /// The fill for a profit or a fee, the position for funding, `None` for a transfer.
    pub reference_id: Option<Reference>,
    /// Time of the change.
    pub created_at: UnixMillis,
}

/// The entity that caused a wallet change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// A fill.
    Fill(FillId),
    /// A position.
    Position(PositionId),
}

/// Writes the id.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fill(id) => id.fmt(f),
            Self::Position(id) => id.fmt(f),
        }
    }
}

/// Volume and fees of the last 30 days, including today.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeStats {
    /// Total value of the fills.
    pub volume_30d: Decimal,
    /// Total of the charged fees.
    pub fee_total_30d: Decimal,
}

/// Balance and profit of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct BalancePoint {
    /// First day of the period, such as `2026-11-21`. The format is the sandbox's choice.
    pub date: String,
    /// Wallet balance at the end of the period, or now for the current period.
    pub balance: Decimal,
    /// Profit realized in the period, before fees.
    pub pnl: Decimal,
}

/// Summary of an account. Profits are before fees.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetOverviewSummary {
    /// Profit realized today.
    pub today_pnl: Decimal,
    /// Total value of today's fills.
    pub today_volume: Decimal,
    /// Total value of all fills.
    pub total_volume: Decimal,
    /// Total realized profit.
    pub total_pnl: Decimal,
    /// Maximum drawdown of the last 30 days: the largest drop of the wallet balance from an earlier peak, with a resolution of one hour.
    /// Transfers do not count.
    pub max_drawdown_30d: Decimal,
    /// Maximum drawdown of the last 30 days, divided by the balance at the peak before the drop: a ratio from 0 to 1 with 8 decimal places.
    pub max_drawdown_30d_rate: Decimal,
    /// Funds transferred in.
    pub transfer_in: Decimal,
    /// Funds transferred out.
    pub transfer_out: Decimal,
}

/// A snapshot of the account. Profits are before fees.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetTrendPoint {
    /// End of the hour or day of this point, or now for the last point.
    pub snapshot_time: UnixMillis,
    /// Wallet balance.
    pub balance: Decimal,
    /// Profit realized in the hour or day.
    pub pnl: Decimal,
    /// Profit divided by the balance at the start of the hour or day, with 8 decimal places.
    pub pnl_rate: Decimal,
    /// Realized profit since the account was opened.
    pub total_pnl: Decimal,
}

/// The profit ranking of users with fills in the period, most profitable first.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaderboard {
    /// The ranks.
    pub list: Vec<LeaderboardEntry>,
    /// Rank of the user who sent the request, or 0 without a rank.
    pub my_rank: i64,
}

/// An entry of the ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaderboardEntry {
    /// Rank, starting at 1.
    pub rank: i64,
    /// The user's id.
    pub user_id: String,
    /// The user's name, of which all but the first two characters are masked.
    pub trader: String,
    /// Total value of the fills in the period.
    pub volume: Decimal,
    /// Profit realized in the period.
    pub pnl_amount: Decimal,
    /// Profit divided by the sum of the balance at the start of the period and later transfers, with 8 decimal places.
    pub pnl_pct: Decimal,
}
