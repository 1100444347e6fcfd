//! Reading of a book.

use std::fmt;

use rust_decimal::Decimal;

use crate::levels::{BookSide, Levels};
use crate::number::{exact_product, exact_sum};

/// The content of a book at one moment. All numbers are exact.
#[derive(Clone, Copy)]
pub struct BookView<'a> {
    levels: &'a Levels,
    version: Option<u64>,
}

impl<'a> BookView<'a> {
    pub(crate) fn new(levels: &'a Levels, version: Option<u64>) -> Self {
        Self { levels, version }
    }

    /// The version of the content, if the messages contain versions.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.version
    }

    /// The orders to buy.
    #[must_use]
    pub fn bids(&self) -> SideView<'a> {
        self.side(BookSide::Bids)
    }

    /// The orders to sell.
    #[must_use]
    pub fn asks(&self) -> SideView<'a> {
        self.side(BookSide::Asks)
    }

    /// The orders of one side.
    #[must_use]
    pub fn side(&self, side: BookSide) -> SideView<'a> {
        SideView { levels: self.levels, side }
    }

    /// The level with the highest price to buy.
    #[must_use]
    #[inline]
    pub fn best_bid(&self) -> Option<PriceLevel> {
        self.bids().best()
    }

    /// The level with the lowest price to sell.
    #[must_use]
    #[inline]
    pub fn best_ask(&self) -> Option<PriceLevel> {
        self.asks().best()
    }

    /// The best ask minus the best bid, if both sides have levels.
    #[must_use]
    pub fn spread(&self) -> Option<Decimal> {
        exact_sum(self.best_ask()?.price, -self.best_bid()?.price)
    }
}

impl fmt::Debug for BookView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BookView")
            .field("version", &self.version)
            .field("best_bid", &self.best_bid())
            .field("best_ask", &self.best_ask())
            .field("bids", &self.bids().len())
            .field("asks", &self.asks().len())
            .finish()
    }
}

/// The levels of one side of a book, from the best price to the worst.
#[derive(Clone, Copy)]
pub struct SideView<'a> {
    levels: &'a Levels,
    side: BookSide,
}

impl<'a> SideView<'a> {
    /// The level with the best price.
    #[must_use]
    #[inline]
    pub fn best(&self) -> Option<PriceLevel> {
        self.get(0)
    }

    /// The level at this place. The best level has the place 0.
    #[must_use]
    #[inline]
    pub fn get(&self, place: usize) -> Option<PriceLevel> {
        self.levels.get(self.side, place).map(|(price, quantity)| PriceLevel { price, quantity })
    }

    /// All levels, beginning with the best price.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = PriceLevel> + 'a {
        let (levels, side) = (self.levels, self.side);
        (0..levels.len(side)).map(move |place| {
            let (price, quantity) = levels.get(side, place).unwrap_or_default();
            PriceLevel { price, quantity }
        })
    }

    /// The number of levels.
    #[must_use]
    pub fn len(&self) -> usize {
        self.levels.len(self.side)
    }

    /// Whether the side has no levels.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The price up to which levels were removed by the [cap](crate::BookSettings::max_levels). Levels with this price or a worse one are
    /// not known. `None` if the side is complete.
    #[must_use]
    pub fn known_to(&self) -> Option<Decimal> {
        self.levels.horizon(self.side)
    }

    /// The sum of the quantities whose price is `price` or better.
    ///
    /// Returns `None` if the sum includes levels that the cap removed, or if a [`Decimal`] cannot represent it.
    ///
    /// Example: with asks of 2 at 100 and 3 at 101, the quantity up to 100.5 is 2.
    #[must_use]
    pub fn quantity_to(&self, price: Decimal) -> Option<Decimal> {
        // Levels with the price of the horizon or a worse one are not known.
        if self.known_to().is_some_and(|horizon| !self.is_better(price, horizon)) {
            return None;
        }
        let included = self.iter().take_while(|level| level.price == price || self.is_better(level.price, price));
        included.map(|level| level.quantity).try_fold(Decimal::ZERO, exact_sum)
    }

    fn is_better(&self, price: Decimal, other: Decimal) -> bool {
        match self.side {
            BookSide::Bids => price > other,
            BookSide::Asks => price < other,
        }
    }

    /// The cost and the prices of an order of this quantity that would be executed immediately against this side: an order to buy against the
    /// asks, and an order to sell against the bids. Fees are not included.
    ///
    /// Returns `None` if the quantity is not positive, if the known levels have less quantity, or if a [`Decimal`] cannot represent the
    /// notional exactly.
    ///
    /// Example: with asks of 2 at 100 and 3 at 101, buying 4 costs 2 ⋅ 100 + 2 ⋅ 101 = 402, so the average price is 100.5, and the worst
    /// price is 101.
    #[must_use]
    pub fn market_impact(&self, quantity: Decimal) -> Option<MarketImpact> {
        let (mut missing, mut notional) = (quantity, Decimal::ZERO);
        if quantity <= Decimal::ZERO {
            return None;
        }
        for level in self.iter() {
            let taken = missing.min(level.quantity);
            notional = exact_sum(notional, exact_product(level.price, taken)?)?;
            missing = exact_sum(missing, -taken)?;
            if missing.is_zero() {
                return Some(MarketImpact { quantity, notional, worst_price: level.price });
            }
        }
        None
    }
}

impl fmt::Debug for SideView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|level| (level.price, level.quantity))).finish()
    }
}

/// A price, and the total quantity of the orders at this price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceLevel {
    /// The price.
    pub price: Decimal,
    /// The total quantity.
    pub quantity: Decimal,
}

/// The cost and the prices of an order that would be executed immediately against one side of a book: see
/// [`SideView::market_impact`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MarketImpact {
    /// The quantity of the order.
    pub quantity: Decimal,
    /// The exact sum of price ⋅ quantity.
    pub notional: Decimal,
    /// The price of the worst level that the order would reach.
    pub worst_price: Decimal,
}

impl MarketImpact {
    /// The notional divided by the quantity. The quotient is the only number of this crate that can be rounded, to about 28 digits.
    ///
    /// Returns `None` if a [`Decimal`] cannot represent the quotient.
    #[must_use]
    pub fn average_price(&self) -> Option<Decimal> {
        self.notional.checked_div(self.quantity)
    }
}
