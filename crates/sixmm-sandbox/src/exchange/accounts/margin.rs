//! Margin of positions and open orders.
//!
//! The used margin of a position is its entry value divided by the leverage. The frozen margin of an open order is the value of the part
//! that would open a position, divided by the leverage. Open orders that are opposite to a position are assumed to close it, the oldest
//! order first. Only their lots beyond the size of the position would open a position. Reduce-only orders freeze no margin. Each margin is
//! rounded up to 8 decimal places.

use rust_decimal::Decimal;

use super::super::enums::{MarginMode, OrderSide, PositionSide};
use super::super::market::Market;
use super::super::money::round_margin_up;
use super::super::orders::Orders;
use super::{Account, Holding};

impl Holding {
    /// Margin that the open orders freeze.
    pub(in crate::exchange) fn frozen(&self, market: &Market, orders: &Orders) -> Decimal {
        let mut total = Decimal::ZERO;
        for &position in PositionSide::ALL {
            for &side in OrderSide::ALL {
                let opening = self.opening(position, side, self.closable(position, side).0, orders);
                if opening != 0 {
                    total += round_margin_up(market.value_of(opening) / Decimal::from(self.leverage));
                }
            }
        }
        total
    }

    /// Value, as ticks times lots, of the part of the open orders on one side that would open a position. The first `closable` lots, from
    /// the oldest order on, do not count, because they would close the existing position.
    pub(in crate::exchange) fn opening(&self, position: PositionSide, side: OrderSide, closable: u64, orders: &Orders) -> u128 {
        let pending = self.pending(position, side);
        if closable == 0 {
            pending.tick_lots
        } else if closable >= pending.lots {
            0
        } else {
            self.opening_after(position, side, closable, orders)
        }
    }

    /// Value, as ticks times lots, of the open orders on one side that can open a position. The first `closable` lots, from the oldest
    /// order on, do not count.
    fn opening_after(&self, position: PositionSide, side: OrderSide, mut closable: u64, orders: &Orders) -> u128 {
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

    /// Margin that the positions use.
    pub(in crate::exchange) fn used(&self) -> Decimal {
        self.positions().map(|(_, position)| position.margin(self.leverage)).sum()
    }

    /// Unrealized profit of the positions at the mark price.
    pub(in crate::exchange) fn unrealized_pnl(&self, market: &Market) -> Decimal {
        self.positions().map(|(_, position)| position.unrealized_pnl(market)).sum()
    }
}

impl Account {
    /// Margin that all open orders freeze.
    pub(in crate::exchange) fn frozen(&self, markets: &[Market], orders: &Orders) -> Decimal {
        self.holdings.iter().zip(markets).map(|(holding, market)| holding.frozen(market, orders)).sum()
    }

    /// Margin that all positions use.
    pub(in crate::exchange) fn used(&self) -> Decimal {
        self.holdings.iter().map(Holding::used).sum()
    }

    /// Margin that is available for new orders: the wallet balance minus frozen and used margin, minus the total unrealized loss of the
    /// cross positions at the mark price. If the cross positions have a total profit, nothing is added.
    pub(in crate::exchange) fn available(&self, markets: &[Market], orders: &Orders) -> Decimal {
        let cross = self.holdings.iter().zip(markets).filter(|(holding, _)| holding.margin_mode == MarginMode::Cross);
        let unrealized_pnl: Decimal = cross.map(|(holding, market)| holding.unrealized_pnl(market)).sum();
        self.wallet - self.frozen(markets, orders) - self.used() + unrealized_pnl.min(Decimal::ZERO)
    }
}
