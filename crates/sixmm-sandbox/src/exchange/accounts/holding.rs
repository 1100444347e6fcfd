//! What an account has in one contract: settings, positions and open orders.

use std::collections::BTreeSet;

use super::super::config::SymbolRules;
use super::super::positions::OpenPosition;
use super::super::terms::{MarginMode, OrderSide, PositionSide};
use crate::engine::{Lots, Ticks};

/// An account's side of one contract.
#[derive(Debug, Clone)]
pub(in crate::exchange) struct Holding {
    pub(in crate::exchange) leverage: i64,
    pub(in crate::exchange) margin_mode: MarginMode,
    positions: [Option<OpenPosition>; 3],
    pending: [[Pending; 2]; 3],
    /// The open orders, the oldest first.
    pub(in crate::exchange) open: BTreeSet<u64>,
    /// Those of them that may only reduce.
    pub(in crate::exchange) reducing: Vec<u64>,
    /// Condition orders that wait.
    pub(in crate::exchange) conditions: BTreeSet<u64>,
}

/// The sum of the open orders on a side that may open a position.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::exchange) struct Pending {
    pub(in crate::exchange) lots: u64,
    /// Prices in ticks times lots.
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
            reducing: Vec::new(),
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

    /// Size of a position: negative for a short one.
    pub(in crate::exchange) fn size(&self, side: PositionSide) -> i64 {
        self.position(side).map_or(0, |position| position.lots)
    }

    /// How much an order on this side would close before it opened anything.
    pub(in crate::exchange) fn closable(&self, position: PositionSide, side: OrderSide) -> Lots {
        closable(self.size(position), side)
    }

    pub(in crate::exchange) fn pending(&self, position: PositionSide, side: OrderSide) -> Pending {
        self.pending[position as usize][side as usize]
    }

    /// Counts lots of an open order.
    pub(in crate::exchange) fn add_pending(&mut self, position: PositionSide, side: OrderSide, price: Ticks, lots: Lots) {
        let pending = &mut self.pending[position as usize][side as usize];
        pending.lots += lots.0;
        pending.tick_lots += u128::from(price.0) * u128::from(lots.0);
    }

    /// Counts lots no more that were filled or cancelled.
    pub(in crate::exchange) fn take_pending(&mut self, position: PositionSide, side: OrderSide, price: Ticks, lots: Lots) {
        let pending = &mut self.pending[position as usize][side as usize];
        pending.lots -= lots.0;
        pending.tick_lots -= u128::from(price.0) * u128::from(lots.0);
    }
}

/// How much of a position of this size an order on this side closes.
pub(in crate::exchange) fn closable(size: i64, side: OrderSide) -> Lots {
    let against = match side {
        OrderSide::Buy => size < 0,
        OrderSide::Sell => size > 0,
    };
    Lots(if against { size.unsigned_abs() } else { 0 })
}
