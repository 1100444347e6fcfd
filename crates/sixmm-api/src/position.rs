//! The signed size of a position.

use rust_decimal::Decimal;

use crate::types::{Position, PositionSide};

impl Position {
    /// The size of the position with its direction as the sign: above zero for a long position, below zero for a short position, in the base
    /// asset.
    ///
    /// In hedge mode, [`position_side`](Self::position_side) determines the sign. If the exchange reports the side `BOTH` or an undocumented
    /// side, the sign is that of [`quantity`](Self::quantity).
    ///
    /// **Inferred:** The quantity of a short position with the side `BOTH` is negative. The documentation does not say so.
    #[must_use]
    pub fn signed_quantity(&self) -> Decimal {
        match self.position_side {
            PositionSide::Long => self.quantity.abs(),
            // Unlike negation, subtraction turns 0 into 0 and not into -0.
            PositionSide::Short => Decimal::ZERO - self.quantity.abs(),
            _ => self.quantity,
        }
    }
}
