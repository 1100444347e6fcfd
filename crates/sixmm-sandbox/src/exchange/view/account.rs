//! Balances, movements of funds and statistics.

use std::fmt;

use rust_decimal::Decimal;

use crate::UnixMillis;
use crate::exchange::ids::{FillId, PositionId};
use crate::exchange::terms::ChangeType;

/// Balance and margin of an asset.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetBalance {
    /// The user's id.
    pub user_id: String,
    /// Asset: `USDT`.
    pub asset_type: &'static str,
    /// Balance of the wallet, frozen and used margin included; profits that are not realized are not.
    pub wallet_balance: Decimal,
    /// Margin that pending orders hold back.
    pub frozen_margin: Decimal,
    /// Margin that positions use.
    pub used_margin: Decimal,
}

/// A movement of funds.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountChangeLog {
    /// Asset: `USDT`.
    pub asset_type: &'static str,
    /// What was added; negative for what was taken.
    pub amount: Decimal,
    /// Wallet balance before.
    pub wallet_balance_before: Decimal,
    /// Wallet balance after.
    pub wallet_balance_after: Decimal,
    /// Frozen margin before. A movement of the wallet freezes nothing: it is the same after.
    pub frozen_balance_before: Decimal,
    /// Frozen margin after.
    pub frozen_balance_after: Decimal,
    /// Kind of movement.
    pub change_type: ChangeType,
    /// The fill, for a profit or a fee; the position, for funding; none for a transfer.
    pub reference_id: Option<Reference>,
    /// When.
    pub created_at: UnixMillis,
}

/// What a movement of funds belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// A fill.
    Fill(FillId),
    /// A position.
    Position(PositionId),
}

/// The id.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fill(id) => id.fmt(f),
            Self::Position(id) => id.fmt(f),
        }
    }
}

/// Volume and fees of the last 30 days, of which today is the last.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeStats {
    /// Value of the fills.
    pub volume_30d: Decimal,
    /// Fees that were charged.
    pub fee_total_30d: Decimal,
}

/// Balance and profit of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct BalancePoint {
    /// First day of the period, as `2026-11-21`. The format is this sandbox's choice.
    pub date: String,
    /// Wallet balance at the end of the period, or now.
    pub balance: Decimal,
    /// Profit realized in the period, before fees.
    pub pnl: Decimal,
}

/// Figures of the account. Profits are before fees.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetOverviewSummary {
    /// Profit realized today.
    pub today_pnl: Decimal,
    /// Value of today's fills.
    pub today_volume: Decimal,
    /// Value of all fills.
    pub total_volume: Decimal,
    /// Profit realized so far.
    pub total_pnl: Decimal,
    /// Largest fall of the wallet balance from a peak in 30 days, by the hour; transfers left aside.
    pub max_drawdown_30d: Decimal,
    /// The same, divided by the balance at the peak; from 0 to 1, to 8 places.
    pub max_drawdown_30d_rate: Decimal,
    /// Funds transferred in.
    pub transfer_in: Decimal,
    /// Funds transferred out.
    pub transfer_out: Decimal,
}

/// A snapshot of the account. Profits are before fees.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetTrendPoint {
    /// End of the hour or day that it stands for; now, for the last one.
    pub snapshot_time: UnixMillis,
    /// Wallet balance.
    pub balance: Decimal,
    /// Profit realized in the hour or day.
    pub pnl: Decimal,
    /// The same, divided by the balance before; to 8 places.
    pub pnl_rate: Decimal,
    /// Profit realized so far.
    pub total_pnl: Decimal,
}

/// The profit ranking: users with fills in the window, the most profitable first.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaderboard {
    /// The ranks.
    pub list: Vec<LeaderboardEntry>,
    /// The asking user's rank; 0 for nobody's.
    pub my_rank: i64,
}

/// A rank.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaderboardEntry {
    /// Place, from 1.
    pub rank: i64,
    /// The user's id.
    pub user_id: String,
    /// The user's name, masked but for its first two characters.
    pub trader: String,
    /// Value of the fills in the window.
    pub volume: Decimal,
    /// Profit realized in the window.
    pub pnl_amount: Decimal,
    /// The same, divided by the balance at the start of the window and the transfers since; to 8 places.
    pub pnl_pct: Decimal,
}
