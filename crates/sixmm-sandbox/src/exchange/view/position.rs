//! Positions and their settings.

use rust_decimal::Decimal;

use crate::UnixMillis;
use crate::exchange::ids::PositionId;
use crate::exchange::terms::{CloseTriggerMode, MarginMode, PositionSide};

/// An open position.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// Id, the same as in the history once it is closed.
    pub position_id: PositionId,
    /// Contract.
    pub symbol: String,
    /// Margin mode.
    pub margin_mode: MarginMode,
    /// Which position it is.
    pub position_side: PositionSide,
    /// Leverage.
    pub leverage: i64,
    /// Size; negative for a short one. The sign is this sandbox's choice.
    pub quantity: Decimal,
    /// Average price at which it was opened, to 8 places.
    pub entry_price: Decimal,
    /// Price at which closing it as a taker would pay back what it cost, fees and funding included; to 8 places.
    pub break_even_price: Decimal,
    /// Estimate of the price at which other exchanges would liquidate it; none if it has enough margin for any price. Nothing is
    /// liquidated here.
    pub liq_price: Option<Decimal>,
    /// Maintenance margin divided by the margin that stands for the position; 1 is where it would be liquidated. To 8 places.
    pub margin_ratio: Decimal,
    /// Initial margin that it uses.
    pub margin: Decimal,
    /// Profit at the mark price.
    pub unrealized_pnl: Decimal,
    /// Unrealized profit divided by the margin; to 8 places.
    pub roe: Decimal,
    /// What the next funding would bring at the present rate; negative if it costs. The sign is this sandbox's choice.
    pub next_funding_fee: Decimal,
    /// What funding has brought so far; negative if it cost. The sign is this sandbox's choice.
    pub funding_fee_accum: Decimal,
    /// Trigger price of the newest take profit that waits.
    pub tp_price: Option<Decimal>,
    /// Trigger price of the newest stop loss that waits.
    pub sl_price: Option<Decimal>,
}

/// A position that was closed.
#[derive(Debug, Clone, PartialEq)]
pub struct ClosedPosition {
    /// Id.
    pub position_id: PositionId,
    /// Contract.
    pub symbol: String,
    /// Which position it was: `LONG` or `SHORT`, also for the one of a contract, since the sign is gone.
    pub position_side: PositionSide,
    /// Leverage when it was closed.
    pub leverage: i64,
    /// Largest size that it had.
    pub max_quantity: Decimal,
    /// Size that was closed over its life.
    pub close_quantity: Decimal,
    /// Average price of what opened it, to 8 places.
    pub entry_price: Decimal,
    /// Average price of what closed it, to 8 places.
    pub close_price: Decimal,
    /// Profit that was realized, before fees and funding.
    pub pnl: Decimal,
    /// `pnl / (entryPrice × maxQuantity / leverage)`, to 8 places.
    pub roe: Decimal,
    /// Margin mode when it was closed.
    pub margin_mode: MarginMode,
    /// What closed it.
    pub trigger_mode: CloseTriggerMode,
    /// What funding brought; negative if it cost.
    pub funding_fee_accum: Decimal,
    /// When it was opened.
    pub opened_at: UnixMillis,
    /// When it was closed.
    pub closed_at: UnixMillis,
}

/// The leverage that was set.
#[derive(Debug, Clone, PartialEq)]
pub struct LeverageSetting {
    /// Contract.
    pub symbol: String,
    /// Leverage that holds now.
    pub leverage: i64,
    /// When the exchange answered.
    pub timestamp: UnixMillis,
}

/// Margin mode and leverage of a contract.
#[derive(Debug, Clone, PartialEq)]
pub struct PositionSettings {
    /// Contract.
    pub symbol: String,
    /// Margin mode.
    pub margin_mode: MarginMode,
    /// Leverage.
    pub leverage: i64,
}
