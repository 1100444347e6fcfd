//! What positions and orders hold back of the wallet.
//!
//! A position uses its entry value divided by the leverage. An open order freezes the same for what it would open: orders against a
//! position are taken to close it first, in the order in which they came. Orders that may only reduce freeze nothing. Margins are rounded
//! up to 8 places.

use rust_decimal::{Decimal, RoundingStrategy};

use super::super::market::Market;
use super::super::orders::Orders;
use super::super::terms::{MarginMode, OrderSide, PositionSide};
use super::{Account, Holding};

const PLACES: u32 = 8;

/// Rounds a margin up.
pub(in crate::exchange) fn rounded_up(margin: Decimal) -> Decimal {
    margin.round_dp_with_strategy(PLACES, RoundingStrategy::AwayFromZero)
}

impl Holding {
    /// What the open orders freeze.
    pub(in crate::exchange) fn frozen(&self, market: &Market, orders: &Orders) -> Decimal {
        let mut total = Decimal::ZERO;
        for &position in PositionSide::ALL {
            for &side in OrderSide::ALL {
                let opening = self.opening(position, side, self.closable(position, side).0, orders);
                if opening != 0 {
                    total += rounded_up(market.value_of(opening) / Decimal::from(self.leverage));
                }
            }
        }
        total
    }

    /// Prices in ticks times lots of what the open orders on a side would open, if they first closed so many lots.
    pub(in crate::exchange) fn opening(&self, position: PositionSide, side: OrderSide, closable: u64, orders: &Orders) -> u128 {
        let pending = self.pending(position, side);
        if closable == 0 {
            pending.tick_lots
        } else if closable >= pending.lots {
            0
        } else {
            self.beyond(position, side, closable, orders)
        }
    }

    /// What the open orders on a side are worth after the first `closable` lots of them.
    fn beyond(&self, position: PositionSide, side: OrderSide, mut closable: u64, orders: &Orders) -> u128 {
        let mut opening = 0;
        for id in &self.open {
            let order = &orders[*id];
            if order.position_side != position || order.side != side || order.reduces() {
                continue;
            }
            let remaining = order.remaining().0;
            let closing = closable.min(remaining);
            closable -= closing;
            opening += u128::from(order.price.map_or(0, |price| price.0)) * u128::from(remaining - closing);
        }
        opening
    }

    /// What the positions use.
    pub(in crate::exchange) fn used(&self) -> Decimal {
        self.positions().map(|(_, position)| position.margin(self.leverage)).sum()
    }

    /// Profit of the positions at the mark price.
    pub(in crate::exchange) fn unrealized(&self, market: &Market) -> Decimal {
        self.positions().map(|(_, position)| position.unrealized(market)).sum()
    }
}

impl Account {
    /// What all open orders freeze.
    pub(in crate::exchange) fn frozen(&self, markets: &[Market], orders: &Orders) -> Decimal {
        self.holdings.iter().zip(markets).map(|(holding, market)| holding.frozen(market, orders)).sum()
    }

    /// What all positions use.
    pub(in crate::exchange) fn used(&self) -> Decimal {
        self.holdings.iter().map(Holding::used).sum()
    }

    /// What new orders may freeze: the wallet without what is frozen and used, and without the losses of cross positions at the mark
    /// price. Their profits do not count before they are realized.
    pub(in crate::exchange) fn available(&self, markets: &[Market], orders: &Orders) -> Decimal {
        let cross = self.holdings.iter().zip(markets).filter(|(holding, _)| holding.margin_mode == MarginMode::Cross);
        let unrealized: Decimal = cross.map(|(holding, market)| holding.unrealized(market)).sum();
        self.wallet - self.frozen(markets, orders) - self.used() + unrealized.min(Decimal::ZERO)
    }
}
