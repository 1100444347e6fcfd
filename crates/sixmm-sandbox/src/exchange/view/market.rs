//! Responses with contracts, prices, books and candlesticks.

use rust_decimal::Decimal;

use crate::UnixMillis;
use crate::exchange::enums::{MarginMode, OrderSide};
use crate::exchange::ids::TradeId;

/// A contract and its trading rules.
#[derive(Debug, Clone, PartialEq)]
pub struct SymbolInfo {
    /// Symbol.
    pub symbol: String,
    /// Base asset.
    pub base_asset: String,
    /// Quote asset.
    pub quote_asset: String,
    /// Minimum quantity of an order.
    pub min_quantity: Decimal,
    /// Minimum notional of an order.
    pub min_notional: Decimal,
    /// Tick size, the step of prices.
    pub tick_size: Decimal,
    /// Step size, the step of quantities.
    pub step_size: Decimal,
    /// Decimal places of the price.
    pub price_precision: u32,
    /// Maximum quantity of a limit order.
    pub max_limit_order_qty: Decimal,
    /// Maximum quantity of a market order.
    pub max_market_order_qty: Decimal,
    /// Maximum number of open orders of a user in the contract.
    pub max_open_orders: usize,
    /// Leverage until the user sets another value.
    pub default_leverage: i64,
    /// Margin mode until the user sets another mode.
    pub default_margin_mode: MarginMode,
    /// Leverage tiers. The sandbox has one.
    pub leverage_tiers: Vec<LeverageTier>,
}

/// A leverage tier. The documentation defines no fields, so the fields are the sandbox's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct LeverageTier {
    /// Number of the tier, starting at 1.
    pub tier: i64,
    /// Maximum leverage.
    pub max_leverage: i64,
    /// Maintenance margin as a ratio of the notional of a position.
    pub maintenance_margin_rate: Decimal,
}

/// A fee tier. The documentation defines no fields, so the fields are the sandbox's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct FeeTier {
    /// Number of the tier, starting at 0.
    pub level: i64,
    /// Maker fee as a ratio of the notional.
    pub maker_fee_rate: Decimal,
    /// Taker fee as a ratio of the notional.
    pub taker_fee_rate: Decimal,
}

/// Funding parameters of a contract. The documentation defines no fields, so the fields are the sandbox's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct FundingRateConfig {
    /// Contract.
    pub symbol: String,
    /// Hours between fundings.
    pub funding_interval_hours: i64,
    /// Funding rate when mark price and index price are equal.
    pub interest_rate: Decimal,
    /// Maximum rate. The minimum is its negative.
    pub max_funding_rate: Decimal,
}

/// A funding rate. The documentation defines no fields, so the fields are the sandbox's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct FundingRate {
    /// Contract.
    pub symbol: String,
    /// Rate. A positive rate is paid by long positions to short positions.
    pub funding_rate: Decimal,
    /// Time of the payment, past or next.
    pub funding_time: UnixMillis,
    /// Mark price from which the rate was computed.
    pub mark_price: Decimal,
    /// Index price from which the rate was computed.
    pub index_price: Decimal,
}

/// A candlestick.
#[derive(Debug, Clone, PartialEq)]
pub struct Kline {
    /// Start of the interval.
    pub open_time: UnixMillis,
    /// Open price.
    pub open: Decimal,
    /// High price.
    pub high: Decimal,
    /// Low price.
    pub low: Decimal,
    /// Close price.
    pub close: Decimal,
    /// Traded quantity, or `None` for index and mark prices.
    pub volume: Option<Decimal>,
    /// Last millisecond of the interval.
    pub close_time: UnixMillis,
}

/// Summary of a contract, over the last 24 hours.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticker {
    /// Contract.
    pub symbol: String,
    /// Price of the last trade, or the index price before the first trade.
    pub last_price: Decimal,
    /// Mark price.
    pub mark_price: Decimal,
    /// Index price.
    pub index_price: Decimal,
    /// Best bid.
    pub best_bid: Option<DepthLevel>,
    /// Best ask.
    pub best_ask: Option<DepthLevel>,
    /// Price at the start of the 24 hours.
    pub open_24h: Decimal,
    /// Highest price of the 24 hours.
    pub high_24h: Decimal,
    /// Lowest price of the 24 hours.
    pub low_24h: Decimal,
    /// Quantity traded in the 24 hours.
    pub volume_24h: Decimal,
    /// Current funding rate.
    pub funding_rate: Decimal,
    /// Time of the next funding.
    pub next_funding_time: UnixMillis,
}

/// The order book of a contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Depth {
    /// A counter that increases with each change of the book.
    pub version: u64,
    /// Bids, highest price first.
    pub bids: Vec<DepthLevel>,
    /// Asks, lowest price first.
    pub asks: Vec<DepthLevel>,
}

/// The total quantity at one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepthLevel {
    /// Price.
    pub price: Decimal,
    /// Open quantity of all orders at the price.
    pub quantity: Decimal,
}

/// A public trade.
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
    /// Time of the trade.
    pub time: UnixMillis,
}

/// The immediate result of a counterparty order.
#[derive(Debug, Clone, PartialEq)]
pub struct CounterpartyOrder {
    /// Quantity that was filled.
    pub filled_quantity: Decimal,
    /// Average price of the filled quantity, with 8 decimal places, or `None` if nothing was filled.
    pub avg_filled_price: Option<Decimal>,
    /// Quantity that rests in the book, which is 0 for a market order.
    pub resting_quantity: Decimal,
}
