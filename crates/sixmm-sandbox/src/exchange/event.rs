//! Events of a command that are processed after its matching is complete.

use super::enums::{DrivenOn, PositionSide};

/// An event that strategies or condition orders react to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// An event of a strategy's order.
    SubOrder { sub_order: SubOrderRef, event: DrivenOn },
    /// A position was closed or reversed.
    PositionClosed { account: usize, market: usize, position_side: PositionSide },
}

/// Identifies an order of a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SubOrderRef {
    pub(super) strategy: u64,
    /// Index among the orders of the strategy, starting at 0.
    pub(super) index: usize,
}
