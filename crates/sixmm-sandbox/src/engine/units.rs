//! Units of the order book.

/// A price as a multiple of the contract's tick size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticks(pub u64);

/// A quantity as a multiple of the contract's step size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lots(pub u64);

impl Lots {
    /// No quantity.
    pub const ZERO: Self = Self(0);

    /// Whether there is no quantity.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This quantity minus `other`, or zero if `other` is larger.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// The largest price in ticks and the largest quantity in lots of a contract. With this limit, the product of price and quantity and all
/// amounts of money that are computed from the product are exact.
pub(crate) const MAX_UNITS: u64 = 1_000_000_000_000;

/// Side of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Buyers, whose best price is the highest.
    Buy,
    /// Sellers, whose best price is the lowest.
    Sell,
}

impl Side {
    /// The other side.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// Whether an order on this side with this limit price trades with a resting order at `price`.
    pub fn reaches(self, limit: Ticks, price: Ticks) -> bool {
        match self {
            Self::Buy => price <= limit,
            Self::Sell => price >= limit,
        }
    }
}
