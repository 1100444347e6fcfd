//! What a command brings about that must be followed up once the books are at rest again.

use super::terms::{DrivenOn, PositionSide};

/// Something that others wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// Something happened to an order of a strategy.
    SubOrder { link: Link, what: DrivenOn },
    /// A position was closed or turned.
    PositionClosed { account: usize, market: usize, position_side: PositionSide },
}

/// An order's place in a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) strategy: u64,
    /// Place among the orders of the strategy, from 0.
    pub(super) sub_order: usize,
}
