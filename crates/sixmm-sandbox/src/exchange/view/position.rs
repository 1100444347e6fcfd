//! Responses with positions and their settings.

use rust_decimal::Decimal;

use crate::UnixMillis;
use crate::exchange::enums::{CloseTriggerMode, MarginMode, PositionSide};
use crate::exchange::ids::PositionId;

/// An open position.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// Id, which stays the same in the history after the position is closed.
    pub position_id: PositionId,
    /// Contract.
    pub symbol: String,
    /// Margin mode.
    pub margin_mode: MarginMode,
    /// Position side.
    pub position_side: PositionSide,
    /// Leverage.
    pub leverage: i64,
    /// Size, negative for a short position. The sign is the sandbox's choice.
    pub quantity: Decimal,
    /// Average entry price, with 8 decimal places.
    pub entry_price: Decimal,
    /// Break-even price with 8 decimal places: if the position were closed as a taker at this price, its total result would be 0. The
    /// result includes all fees, all funding, and the profit that was already realized.
    pub break_even_price: Decimal,
    /// Estimated liquidation price, or `None` if the margin covers every price. The sandbox does not liquidate positions.
    pub liq_price: Option<Decimal>,
    /// Margin ratio: the maintenance margin divided by the collateral of the position, with 8 decimal places. On an exchange with
    /// liquidation, a ratio of 1 leads to a liquidation. The sandbox does not liquidate positions.
    pub margin_ratio: Decimal,
    /// Initial margin of the position.
    pub margin: Decimal,
    /// Unrealized profit at the mark price.
    pub unrealized_pnl: Decimal,
    /// Unrealized profit divided by the margin, with 8 decimal places.
    pub roe: Decimal,
    /// Amount of the next funding of the position at the current rate, negative if the user would pay. The vendor does not document the
    /// sign, so the sign is the sandbox's choice.
    pub next_funding_fee: Decimal,
    /// Sum of the funding amounts of the position so far. Amounts that the user paid are negative. The vendor does not document the sign,
    /// so the sign is the sandbox's choice.
    pub funding_fee_accum: Decimal,
    /// Trigger price of the newest waiting take profit.
    pub tp_price: Option<Decimal>,
    /// Trigger price of the newest waiting stop loss.
    pub sl_price: Option<Decimal>,
}

/// A closed position.
#[derive(Debug, Clone, PartialEq)]
pub struct ClosedPosition {
    /// Id.
    pub position_id: PositionId,
    /// Contract.
    pub symbol: String,
    /// Direction of the position. A position with side `BOTH` is also reported as `LONG` or `SHORT`, because the field `quantity` has no
    /// sign.
    pub position_side: PositionSide,
    /// Leverage when the position was closed.
    pub leverage: i64,
    /// Maximum size of the position.
    pub max_quantity: Decimal,
    /// Total closed quantity.
    pub close_quantity: Decimal,
    /// Average entry price, with 8 decimal places.
    pub entry_price: Decimal,
    /// Average close price, with 8 decimal places.
    pub close_price: Decimal,
    /// Realized profit before fees and funding.
    pub pnl: Decimal,
    /// `pnl / (entryPrice × maxQuantity / leverage)`, with 8 decimal places.
    pub roe: Decimal,
    /// Margin mode when the position was closed.
    pub margin_mode: MarginMode,
    /// Cause of the closing.
    pub trigger_mode: CloseTriggerMode,
    /// Sum of all funding, negative for payments by the user.
    pub funding_fee_accum: Decimal,
    /// Opening time.
    pub opened_at: UnixMillis,
    /// Closing time.
    pub closed_at: UnixMillis,
}

/// Result of setting the leverage.
#[derive(Debug, Clone, PartialEq)]
pub struct LeverageSetting {
    /// Contract.
    pub symbol: String,
    /// The new leverage.
    pub leverage: i64,
    /// Time of the response.
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
