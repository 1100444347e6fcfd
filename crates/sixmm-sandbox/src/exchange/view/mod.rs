//! What the exchange tells: the documented answers, typed. Field for field the schemas of the specification, with Rust's spelling.

mod account;
mod market;
mod order;
mod position;

pub use account::{
    AccountChangeLog, AssetBalance, AssetOverviewSummary, AssetTrendPoint, BalancePoint, Leaderboard, LeaderboardEntry, Reference,
    VolumeStats,
};
pub use market::{
    CounterpartyOrder, Depth, DepthLevel, FeeTier, FundingRate, FundingRateConfig, Kline, LeverageTier, PublicTrade, SymbolInfo, Ticker,
};
pub use order::{
    ConditionOrder, Order, PlacedConditionOrder, PlacedOrder, PlacedStrategyOrder, StrategyOrder, StrategySubOrderState, Trade,
};
pub use position::{ClosedPosition, LeverageSetting, Position, PositionSettings};

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The entries of this page.
    pub list: Vec<T>,
    /// Entries on all pages.
    pub total: usize,
}
