//! Positions, and how fills change them.

mod queries;
mod settings;

use rust_decimal::Decimal;

use super::Exchange;
use super::enums::{CloseTriggerMode, OrderSide, PositionSide};
use super::event::Event;
use super::ids::PositionId;
use super::market::Market;
use super::money::{PLACES, pro_rata, round_margin_up};
use super::orders::Origin;
use super::view::ClosedPosition;
use crate::UnixMillis;
use crate::engine::{Lots, Ticks};

/// An open position. It stores the entry value instead of the average price, so that no money is lost to rounding.
#[derive(Debug, Clone)]
pub(super) struct OpenPosition {
    pub(super) id: u64,
    /// Size in lots, negative for a short position, never 0.
    pub(super) lots: i64,
    /// Entry value of the current size.
    pub(super) entry_value: Decimal,
    pub(super) realized: Decimal,
    pub(super) fees: Decimal,
    pub(super) funding: Decimal,
    max_lots: u64,
    opened: Traded,
    closed: Traded,
    opened_at: UnixMillis,
}

/// Total lots and their value.
#[derive(Debug, Clone, Copy, Default)]
struct Traded {
    lots: u64,
    value: Decimal,
}

impl Traded {
    fn add(&mut self, lots: Lots, value: Decimal) {
        self.lots = self.lots.saturating_add(lots.0);
        self.value += value;
    }

    fn average_price(&self, market: &Market) -> Decimal {
        average_price(self.value, Lots(self.lots), market)
    }
}

/// Average price of lots with a total value.
pub(super) fn average_price(value: Decimal, lots: Lots, market: &Market) -> Decimal {
    if lots.is_zero() { Decimal::ZERO } else { (value / market.quantity(lots)).round_dp(PLACES) }
}

impl OpenPosition {
    fn new(id: u64, opened_at: UnixMillis) -> Self {
        Self {
            id,
            lots: 0,
            entry_value: Decimal::ZERO,
            realized: Decimal::ZERO,
            fees: Decimal::ZERO,
            funding: Decimal::ZERO,
            max_lots: 0,
            opened: Traded::default(),
            closed: Traded::default(),
            opened_at,
        }
    }

    pub(super) fn is_long(&self) -> bool {
        self.lots > 0
    }

    /// Absolute size.
    pub(super) fn size(&self) -> Lots {
        Lots(self.lots.unsigned_abs())
    }

    /// Initial margin of the position.
    pub(super) fn margin(&self, leverage: i64) -> Decimal {
        round_margin_up(self.entry_value / Decimal::from(leverage))
    }

    /// Unrealized profit at the mark price.
    pub(super) fn unrealized_pnl(&self, market: &Market) -> Decimal {
        self.profit(market.value(market.mark(), self.size()), self.entry_value)
    }

    /// Profit of a position with value `entry` that is closed for `close`.
    fn profit(&self, close: Decimal, entry: Decimal) -> Decimal {
        if self.is_long() { close - entry } else { entry - close }
    }

    fn open(&mut self, side: OrderSide, lots: Lots, value: Decimal) {
        self.lots += signed_lots(side, lots);
        self.entry_value += value;
        self.opened.add(lots, value);
        self.max_lots = self.max_lots.max(self.lots.unsigned_abs());
    }

    /// Closes a part of the position or all of it, and returns the realized profit.
    fn close(&mut self, side: OrderSide, lots: Lots, value: Decimal) -> Decimal {
        let entry = if lots == self.size() { self.entry_value } else { pro_rata(self.entry_value, lots, self.size()) };
        let realized = self.profit(value, entry);
        self.entry_value -= entry;
        self.lots += signed_lots(side, lots);
        self.closed.add(lots, value);
        self.realized += realized;
        realized
    }
}

/// Lots with the sign of their effect on a position.
pub(super) fn signed_lots(side: OrderSide, lots: Lots) -> i64 {
    let lots = i64::try_from(lots.0).unwrap_or(i64::MAX);
    match side {
        OrderSide::Buy => lots,
        OrderSide::Sell => -lots,
    }
}

/// A fill that changes a position.
#[derive(Debug, Clone, Copy)]
pub(super) struct PositionFill {
    pub(super) position_side: PositionSide,
    pub(super) side: OrderSide,
    pub(super) price: Ticks,
    pub(super) lots: Lots,
    pub(super) fee_rate: Decimal,
    pub(super) origin: Origin,
}

impl Exchange {
    /// Applies a fill to a position and returns the realized profit. If the fill is opposite to the position and larger, it closes the
    /// position and opens an opposite position with the excess.
    pub(super) fn apply_fill(&mut self, account: usize, market: usize, fill: PositionFill) -> Decimal {
        let PositionFill { position_side, side, price, lots, fee_rate, origin } = fill;
        let of = &self.markets[market];
        let holding = &mut self.accounts[account].holdings[market];
        let closing = holding.closable(position_side, side).min(lots);
        let opening = lots.less(closing);
        let leverage = holding.leverage;
        let margin_mode = holding.margin_mode;
        let slot = holding.position_mut(position_side);
        let mut realized = Decimal::ZERO;
        let mut closed = None;
        if let Some(position) = slot.as_mut().filter(|_| !closing.is_zero()) {
            let was_long = position.is_long();
            let value = of.value(price, closing);
            position.fees += value * fee_rate;
            realized = position.close(side, closing, value);
            if position.lots == 0 {
                let entry_price = position.opened.average_price(of);
                let max = of.quantity(Lots(position.max_lots));
                let equity = entry_price * max / Decimal::from(leverage);
                closed = Some(ClosedPosition {
                    position_id: PositionId(position.id),
                    symbol: of.rules.symbol.clone(),
                    position_side: if was_long { PositionSide::Long } else { PositionSide::Short },
                    leverage,
                    max_quantity: max,
                    close_quantity: of.quantity(Lots(position.closed.lots)),
                    entry_price,
                    close_price: position.closed.average_price(of),
                    pnl: position.realized,
                    roe: position.realized.checked_div(equity).unwrap_or_default().round_dp(PLACES),
                    margin_mode,
                    trigger_mode: match origin {
                        Origin::Manual => CloseTriggerMode::Manual,
                        Origin::TakeProfit => CloseTriggerMode::TakeProfit,
                        Origin::StopLoss => CloseTriggerMode::StopLoss,
                    },
                    funding_fee_accum: position.funding,
                    opened_at: position.opened_at,
                    closed_at: self.now,
                });
                *slot = None;
            }
        }
        if !opening.is_zero() {
            let value = of.value(price, opening);
            let position = slot.get_or_insert_with(|| OpenPosition::new(self.ids.next(self.now), self.now));
            position.fees += value * fee_rate;
            position.open(side, opening, value);
        }
        if let Some(closed) = closed.filter(|_| !self.accounts[account].is_internal) {
            self.accounts[account].history.closed_positions.push(closed);
            self.events.push_back(Event::PositionClosed { account, market, position_side });
        }
        realized
    }
}
