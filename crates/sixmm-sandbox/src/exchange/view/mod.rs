//! The documented responses with typed fields, which correspond to the schemas of the specification.

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
    /// Number of entries on all pages.
    pub total: usize,
}
