//! Check of the margin that an order requires.

use rust_decimal::Decimal;

use super::super::Exchange;
use super::super::enums::{OrderSide, PositionSide};
use super::super::market::book_side;
use super::super::money::round_margin_up;
use super::super::reject::{Reason, Reject};
use crate::engine::{Book, Lots, Ticks};

/// The properties of an order that determine its required margin.
#[derive(Debug, Clone, Copy)]
pub(in crate::exchange) struct MarginRequest {
    pub(in crate::exchange) account: usize,
    pub(in crate::exchange) market: usize,
    pub(in crate::exchange) position_side: PositionSide,
    pub(in crate::exchange) side: OrderSide,
    /// `None` for a market order.
    pub(in crate::exchange) price: Option<Ticks>,
    pub(in crate::exchange) lots: Lots,
}

/// The reservations of a request with several orders: the margin, the lots and the number of those orders that were accepted but are not
/// placed yet. The next order of the request is checked against what the reservations leave. All orders of the request are in one contract.
#[derive(Debug, Default)]
pub(in crate::exchange) struct BatchReservations {
    margin: Decimal,
    /// Lots of orders that may open a position.
    lots: [[u64; 2]; 3],
    pub(in crate::exchange) open_orders: usize,
    pub(in crate::exchange) conditions: usize,
}

impl Exchange {
    /// Checks that the available balance covers the margin and the fee that an order requires, in addition to the `reservations` of earlier
    /// orders. If the balance is sufficient, adds the order to `reservations`.
    pub(in crate::exchange) fn check_margin(&self, of: &MarginRequest, reservations: &mut BatchReservations) -> Result<(), Reject> {
        let reserved = &mut reservations.lots[of.position_side as usize][of.side as usize];
        let tick_lots = self.opening_value(of, Lots(*reserved));
        *reserved += of.lots.0;
        if tick_lots == 0 {
            return Ok(());
        }
        let value = self.markets[of.market].value_of(tick_lots);
        let leverage = self.accounts[of.account].holdings[of.market].leverage;
        let needed = round_margin_up(value / Decimal::from(leverage) + value * self.markets[of.market].rules.taker_fee_rate);
        let available = self.accounts[of.account].available(&self.markets, &self.orders) - reservations.margin;
        if needed > available {
            let message = format!("the order requires {}, but only {} is available", needed.normalize(), available.normalize());
            return Err(Reject::new(Reason::InsufficientBalance, message));
        }
        reservations.margin += needed;
        Ok(())
    }

    /// The value (ticks × lots) for which a new order requires margin. Only the opening part of the order requires margin, which is the
    /// part that does not close the position. Its value is computed for two cases, and the larger value is used: the complete order rests
    /// in the book at its limit price, or the order trades at once at the prices of the book.
    ///
    /// `reserved` is the number of lots of the position that earlier orders of the same request close, so this order cannot close them.
    fn opening_value(&self, of: &MarginRequest, reserved: Lots) -> u128 {
        let MarginRequest { position_side, side, price, lots, .. } = *of;
        let book = &self.markets[of.market].book;
        let holding = &self.accounts[of.account].holdings[of.market];
        let closable = holding.closable(position_side, side).less(reserved);
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
            // The first lots that a market order takes from the book close the position. The last lots open a position, at worse prices.
            None => market_order_value(book, side, lots) - market_order_value(book, side, closing),
            // A sell order trades at the best bid, which is above its limit.
            Some(limit) if side == OrderSide::Sell => tick_lots(best.unwrap_or(limit), lots.less(closing)),
            Some(limit) => tick_lots(limit, lots.less(closing)),
        };
        // If this order closes lots of the position that resting orders would have closed, the resting orders will open a position instead.
        let opening = |closable: Lots| holding.opening(position_side, side, closable.0, &self.orders);
        let displaced = if closing.is_zero() { 0 } else { opening(closable.less(closing)) - opening(closable) };
        stays.max(opened + displaced)
    }
}

/// Value, as ticks times lots, of a market order, as far as the book has enough quantity.
fn market_order_value(book: &Book, side: OrderSide, mut lots: Lots) -> u128 {
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
