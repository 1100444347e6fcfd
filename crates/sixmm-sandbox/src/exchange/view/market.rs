//! Contracts, prices, books and candlesticks.

use rust_decimal::Decimal;

use crate::UnixMillis;
use crate::exchange::ids::TradeId;
use crate::exchange::terms::{MarginMode, OrderSide};

/// A contract and its trading rules.
#[derive(Debug, Clone, PartialEq)]
pub struct SymbolInfo {
    /// Name.
    pub symbol: String,
    /// Asset that is traded.
    pub base_asset: String,
    /// Asset that prices are in.
    pub quote_asset: String,
    /// Smallest quantity of an order.
    pub min_quantity: Decimal,
    /// Smallest value of an order.
    pub min_notional: Decimal,
    /// Step of the price.
    pub tick_size: Decimal,
    /// Step of the quantity.
    pub step_size: Decimal,
    /// Decimal places of the price.
    pub price_precision: u32,
    /// Largest quantity of a limit order.
    pub max_limit_order_qty: Decimal,
    /// Largest quantity of a market order.
    pub max_market_order_qty: Decimal,
    /// Most orders that a user may have open in the contract.
    pub max_open_orders: usize,
    /// Leverage until the user sets another.
    pub default_leverage: i64,
    /// Margin mode until the user sets another.
    pub default_margin_mode: MarginMode,
    /// The tiers of leverage: here a single one.
    pub leverage_tiers: Vec<LeverageTier>,
}

/// A tier of leverage. The documentation gives no fields: these are this sandbox's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct LeverageTier {
    /// Number, from 1.
    pub tier: i64,
    /// Largest leverage.
    pub max_leverage: i64,
    /// Maintenance margin as a ratio of the position's value.
    pub maintenance_margin_rate: Decimal,
}

/// A tier of fees. The documentation gives no fields: these are this sandbox's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct FeeTier {
    /// Number, from 0.
    pub level: i64,
    /// Fee of a maker as a ratio of the value.
    pub maker_fee_rate: Decimal,
    /// Fee of a taker as a ratio of the value.
    pub taker_fee_rate: Decimal,
}

/// How the funding rate of a contract is set up. The documentation gives no fields: these are this sandbox's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct FundingRateConfig {
    /// Contract.
    pub symbol: String,
    /// Hours between fundings.
    pub funding_interval_hours: i64,
    /// Rate when mark and index price are equal.
    pub interest_rate: Decimal,
    /// Largest rate; the smallest is its negative.
    pub max_funding_rate: Decimal,
}

/// A funding rate. The documentation gives no fields: these are this sandbox's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct FundingRate {
    /// Contract.
    pub symbol: String,
    /// Rate: longs pay it to shorts, if it is positive.
    pub funding_rate: Decimal,
    /// When it is paid, or was.
    pub funding_time: UnixMillis,
    /// Mark price that it was computed from.
    pub mark_price: Decimal,
    /// Index price that it was computed from.
    pub index_price: Decimal,
}

/// A candlestick.
#[derive(Debug, Clone, PartialEq)]
pub struct Kline {
    /// When it opened.
    pub open_time: UnixMillis,
    /// First price.
    pub open: Decimal,
    /// Highest price.
    pub high: Decimal,
    /// Lowest price.
    pub low: Decimal,
    /// Last price.
    pub close: Decimal,
    /// Traded quantity; none for index and mark prices, which are not traded.
    pub volume: Option<Decimal>,
    /// Last millisecond that it stands for.
    pub close_time: UnixMillis,
}

/// Summary of a contract, over the last 24 hours.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticker {
    /// Contract.
    pub symbol: String,
    /// Price of the last trade, or the first index price before there was any.
    pub last_price: Decimal,
    /// Mark price.
    pub mark_price: Decimal,
    /// Index price.
    pub index_price: Decimal,
    /// Best price to sell at.
    pub best_bid: Option<DepthLevel>,
    /// Best price to buy at.
    pub best_ask: Option<DepthLevel>,
    /// First price of the 24 hours.
    pub open_24h: Decimal,
    /// Highest price of the 24 hours.
    pub high_24h: Decimal,
    /// Lowest price of the 24 hours.
    pub low_24h: Decimal,
    /// Quantity traded in the 24 hours.
    pub volume_24h: Decimal,
    /// Funding rate as it stands now.
    pub funding_rate: Decimal,
    /// When it is paid.
    pub next_funding_time: UnixMillis,
}

/// The book of a contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Depth {
    /// Grows with every change of the book.
    pub version: u64,
    /// Buyers, the highest price first.
    pub bids: Vec<DepthLevel>,
    /// Sellers, the lowest price first.
    pub asks: Vec<DepthLevel>,
}

/// The orders at a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepthLevel {
    /// Price.
    pub price: Decimal,
    /// Open quantity of all orders at the price.
    pub quantity: Decimal,
}

/// A trade, as everybody sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicTrade {
    /// Id.
    pub trade_id: TradeId,
    /// Price.
    pub price: Decimal,
    /// Quantity.
    pub quantity: Decimal,
    /// Side of the taker.
    pub side: OrderSide,
    /// When.
    pub time: UnixMillis,
}

/// What became at once of an order of somebody who is no user.
#[derive(Debug, Clone, PartialEq)]
pub struct CounterpartyOrder {
    /// Quantity that was filled.
    pub filled_quantity: Decimal,
    /// Average price of what was filled, to 8 places; none if nothing was.
    pub avg_filled_price: Option<Decimal>,
    /// Quantity that stays in the book. Of a market order nothing does.
    pub resting_quantity: Decimal,
}
