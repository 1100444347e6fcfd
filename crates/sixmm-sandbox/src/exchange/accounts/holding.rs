//! The state of an account in one contract: settings, positions and open orders.

use std::collections::BTreeSet;

use super::super::config::SymbolRules;
use super::super::enums::{MarginMode, OrderSide, PositionSide};
use super::super::positions::OpenPosition;
use crate::engine::{Lots, Ticks};

/// The state of an account in one contract.
#[derive(Debug, Clone)]
pub(in crate::exchange) struct Holding {
    pub(in crate::exchange) leverage: i64,
    pub(in crate::exchange) margin_mode: MarginMode,
    positions: [Option<OpenPosition>; 3],
    pending: [[PendingTotals; 2]; 3],
    /// Ids of the open orders, oldest first.
    pub(in crate::exchange) open: BTreeSet<u64>,
    /// Ids of the open orders that can only reduce a position.
    pub(in crate::exchange) reduce_only: Vec<u64>,
    /// Ids of the condition orders that wait for their trigger.
    pub(in crate::exchange) conditions: BTreeSet<u64>,
}

/// The total of the open orders on one side that can open a position.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::exchange) struct PendingTotals {
    pub(in crate::exchange) lots: u64,
    /// Sum of price in ticks times quantity in lots.
    pub(in crate::exchange) tick_lots: u128,
}

impl Holding {
    pub(in crate::exchange) fn new(rules: &SymbolRules) -> Self {
        Self {
            leverage: rules.default_leverage,
            margin_mode: rules.default_margin_mode,
            positions: [None, None, None],
            pending: Default::default(),
            open: BTreeSet::new(),
            reduce_only: Vec::new(),
            conditions: BTreeSet::new(),
        }
    }

    pub(in crate::exchange) fn position(&self, side: PositionSide) -> Option<&OpenPosition> {
        self.positions[side as usize].as_ref()
    }

    pub(in crate::exchange) fn position_mut(&mut self, side: PositionSide) -> &mut Option<OpenPosition> {
        &mut self.positions[side as usize]
    }

    /// The open positions with their sides.
    pub(in crate::exchange) fn positions(&self) -> impl Iterator<Item = (PositionSide, &OpenPosition)> {
        PositionSide::ALL.iter().filter_map(|side| Some((*side, self.position(*side)?)))
    }

    /// Size of a position in lots, negative for a short position.
    pub(in crate::exchange) fn size(&self, side: PositionSide) -> i64 {
        self.position(side).map_or(0, |position| position.lots)
    }

    /// Number of lots of a position that an order on this side can close: all of them if the order is opposite to the position, otherwise
    /// 0. Further lots of the order open a position.
    pub(in crate::exchange) fn closable(&self, position: PositionSide, side: OrderSide) -> Lots {
        closable(self.size(position), side)
    }

    pub(in crate::exchange) fn pending(&self, position: PositionSide, side: OrderSide) -> PendingTotals {
        self.pending[position as usize][side as usize]
    }

    /// Adds the open lots of an order.
    pub(in crate::exchange) fn add_pending(&mut self, position: PositionSide, side: OrderSide, price: Ticks, lots: Lots) {
        let pending = &mut self.pending[position as usize][side as usize];
        pending.lots += lots.0;
        pending.tick_lots += u128::from(price.0) * u128::from(lots.0);
    }

    /// Subtracts lots of an open order that were filled or cancelled.
    pub(in crate::exchange) fn subtract_pending(&mut self, position: PositionSide, side: OrderSide, price: Ticks, lots: Lots) {
        let pending = &mut self.pending[position as usize][side as usize];
        pending.lots -= lots.0;
        pending.tick_lots -= u128::from(price.0) * u128::from(lots.0);
    }
}

/// Lots of a position of this size that an order on this side would close.
pub(in crate::exchange) fn closable(size: i64, side: OrderSide) -> Lots {
    let against = match side {
        OrderSide::Buy => size < 0,
        OrderSide::Sell => size > 0,
    };
    Lots(if against { size.unsigned_abs() } else { 0 })
}
