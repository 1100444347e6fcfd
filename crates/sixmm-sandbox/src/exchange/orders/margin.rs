//! Whether the balance suffices for what an order would open.

use rust_decimal::Decimal;

use super::super::Exchange;
use super::super::accounts::rounded_up;
use super::super::market::book_side;
use super::super::reject::{Reason, Reject};
use super::super::terms::{OrderSide, PositionSide};
use crate::engine::{Book, Lots, Ticks};

/// An order, as far as its margin is concerned.
#[derive(Debug, Clone, Copy)]
pub(in crate::exchange) struct Demand {
    pub(in crate::exchange) account: usize,
    pub(in crate::exchange) market: usize,
    pub(in crate::exchange) position_side: PositionSide,
    pub(in crate::exchange) side: OrderSide,
    /// None of an order that takes from the book whatever it costs.
    pub(in crate::exchange) price: Option<Ticks>,
    pub(in crate::exchange) lots: Lots,
}

/// What other orders of the same request need that were accepted before, and are not placed yet. All of them are of one contract.
#[derive(Debug, Default)]
pub(in crate::exchange) struct Beside {
    margin: Decimal,
    /// Lots of orders that may open a position.
    lots: [[u64; 2]; 3],
    pub(in crate::exchange) open_orders: usize,
    pub(in crate::exchange) conditions: usize,
}

impl Exchange {
    /// Whether the balance suffices for what an order would open, its fee included, and for what comes beside it.
    pub(in crate::exchange) fn check_margin(&self, of: &Demand, beside: &mut Beside) -> Result<(), Reject> {
        let before = &mut beside.lots[of.position_side as usize][of.side as usize];
        let tick_lots = self.opening(of, Lots(*before));
        *before += of.lots.0;
        if tick_lots == 0 {
            return Ok(());
        }
        let value = self.markets[of.market].value_of(tick_lots);
        let leverage = self.accounts[of.account].holdings[of.market].leverage;
        let needed = rounded_up(value / Decimal::from(leverage) + value * self.markets[of.market].rules.taker_fee_rate);
        let available = self.accounts[of.account].available(&self.markets, &self.orders) - beside.margin;
        if needed > available {
            let message = format!("the order needs {} and {} is available", needed.normalize(), available.normalize());
            return Err(Reject::new(Reason::InsufficientBalance, message));
        }
        beside.margin += needed;
        Ok(())
    }

    /// Prices in ticks times lots of the position that an order opens, whether it trades at once or stays. `before` close a position before
    /// it does.
    fn opening(&self, of: &Demand, before: Lots) -> u128 {
        let Demand { position_side, side, price, lots, .. } = *of;
        let book = &self.markets[of.market].book;
        let holding = &self.accounts[of.account].holdings[of.market];
        let closable = holding.closable(position_side, side).less(before);
        let best = book.best(book_side(side).opposite());
        let stays = price.map_or(0, |price| {
            let ahead = Lots(holding.pending(position_side, side).lots);
            tick_lots(price, lots.less(closable.less(ahead)))
        });
        if price.is_some_and(|limit| best.is_none_or(|best| !book_side(side).reaches(limit, best))) {
            return stays;
        }
        let closing = lots.min(closable);
        let opened = match price {
            // What comes first out of the book closes, and what comes last opens, at the worse prices of a buyer.
            None => taken(book, side, lots) - taken(book, side, closing),
            // A seller gets the best price of the buyers, which is more than the limit.
            Some(limit) if side == OrderSide::Sell => tick_lots(best.unwrap_or(limit), lots.less(closing)),
            Some(limit) => tick_lots(limit, lots.less(closing)),
        };
        // Orders in the book that were to close what this one closes before them will open instead.
        let opening = |closable: Lots| holding.opening(position_side, side, closable.0, &self.orders);
        let displaced = if closing.is_zero() { 0 } else { opening(closable.less(closing)) - opening(closable) };
        stays.max(opened + displaced)
    }
}

/// What an order without a price would pay or get for lots, as far as the book has them.
fn taken(book: &Book, side: OrderSide, mut lots: Lots) -> u128 {
    let mut sum = 0;
    for (price, quantity) in book.levels(book_side(side.opposite())) {
        if lots.is_zero() {
            break;
        }
        let here = quantity.min(lots);
        sum += tick_lots(price, here);
        lots = lots.less(here);
    }
    sum
}

fn tick_lots(price: Ticks, lots: Lots) -> u128 {
    u128::from(price.0) * u128::from(lots.0)
}
