//! Orders of the counterparty, an internal account that trades with users on behalf of a test or of a moving market.

use rust_decimal::Decimal;

use super::Exchange;
use super::enums::{OrderSide, PositionSide};
use super::market::book_side;
use super::money_limits::{MAX_COUNTERPARTY_ORDERS, Party, Taker};
use super::orders::{book_owner, check_max_money, check_price};
use super::positions::average_price;
use super::reject::Reject;
use super::view::CounterpartyOrder;
use crate::engine::{BookOrder, Lots, Ticks};

/// Index of the account that trades with resting orders.
pub(super) const COUNTERPARTY: usize = 1;

/// Result of an order of an internal account.
#[derive(Default)]
pub(super) struct InternalOrder {
    /// Id of the order if it rests in the book.
    pub(super) id: Option<u64>,
    filled: Lots,
    /// Sum of price in ticks times quantity in lots of the fills.
    tick_lots: u128,
}

impl Exchange {
    /// Places an order of the counterparty, which is an internal account, so that a test can fill the book and make trades in a market that
    /// does not move by itself. An order with a price is a limit order that is good till cancelled. An order without a price is a market
    /// order. Returns how much of the order was filled and how much rests in the book.
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist, the price is not a multiple of the tick size from 1 to 10¹² ticks, the quantity is
    /// not a multiple of the step size from 1 to 10¹² steps, the price times the quantity is above the [money
    /// limit](Exchange#modelled-behaviour), or 100,000 counterparty orders are in the book.
    pub fn counterparty_order(
        &mut self,
        symbol: &str,
        side: OrderSide,
        price: Option<Decimal>,
        quantity: Decimal,
    ) -> Result<CounterpartyOrder, Reject> {
        let market = self.market(symbol)?;
        let of = &self.markets[market];
        let price = price.map(|price| check_price("price", price, of)).transpose()?;
        let lots = of.lots(quantity).ok_or_else(|| {
            let step = of.rules.step_size.normalize();
            Reject::invalid(format_args!("quantity {quantity} must be a multiple of the step size {step} of {symbol}, 1 to 10¹² of them"))
        })?;
        if let Some(price) = price {
            check_max_money(price, lots, of)?;
        }
        self.check_counterparty_orders(market)?;
        let placed = self.place_internal_order(COUNTERPARTY, market, side, price, lots);
        let of = &mut self.markets[market];
        of.counterparty_orders.extend(placed.id);
        // The remaining quantity is in the book only if the order rests there. It was cancelled if a money limit stopped the matching.
        let resting = if placed.id.is_some() { lots.less(placed.filled) } else { Lots::ZERO };
        let result = CounterpartyOrder {
            filled_quantity: of.quantity(placed.filled),
            avg_filled_price: (!placed.filled.is_zero()).then(|| average_price(of.value_of(placed.tick_lots), placed.filled, of)),
            resting_quantity: of.quantity(resting),
        };
        self.run_to_quiescence();
        Ok(result)
    }

    /// Cancels the [counterparty orders](Self::counterparty_order) in the book.
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist.
    pub fn cancel_counterparty_orders(&mut self, symbol: &str) -> Result<(), Reject> {
        let market = self.market(symbol)?;
        let of = &mut self.markets[market];
        for id in std::mem::take(&mut of.counterparty_orders) {
            of.book.cancel(id);
        }
        Ok(())
    }

    /// Checks that the book has room for another counterparty order.
    fn check_counterparty_orders(&mut self, market: usize) -> Result<(), Reject> {
        let of = &mut self.markets[market];
        if of.counterparty_orders.len() >= MAX_COUNTERPARTY_ORDERS {
            let book = &of.book;
            of.counterparty_orders.retain(|id| book.get(*id).is_some());
        }
        if of.counterparty_orders.len() >= MAX_COUNTERPARTY_ORDERS {
            let symbol = &of.rules.symbol;
            let message =
                format!("the book of {symbol} has {MAX_COUNTERPARTY_ORDERS} counterparty orders, which is the maximum: cancel them first");
            return Err(Reject::out_of_range(message));
        }
        Ok(())
    }

    /// Places an order of an internal account.
    pub(super) fn place_internal_order(
        &mut self,
        account: usize,
        market: usize,
        side: OrderSide,
        price: Option<Ticks>,
        lots: Lots,
    ) -> InternalOrder {
        let book_side = book_side(side);
        let mut order = InternalOrder::default();
        let mut remaining = lots;
        let taker = Taker { party: Party { account, position_side: PositionSide::Both, side }, side: book_side, limit: price };
        while let Some(fill) = self.take_fill(market, taker, remaining) {
            remaining = remaining.less(fill.quantity);
            order.tick_lots += u128::from(fill.price.0) * u128::from(fill.quantity.0);
            self.execute_trade(market, account, None, book_side, fill);
        }
        order.filled = lots.less(remaining);
        let best = self.markets[market].book.best(book_side.opposite());
        let crosses = |price| best.is_some_and(|best| book_side.reaches(price, best));
        // If the rest of the order still crosses the book, matching stopped because of a money limit. The rest is then cancelled instead of
        // added to the book.
        if let Some(price) = price.filter(|price| !remaining.is_zero() && !crosses(*price)) {
            let id = self.ids.next(self.now);
            self.markets[market].book.rest(BookOrder { id, owner: book_owner(account), side: book_side, price, remaining });
            order.id = Some(id);
        }
        order
    }
}
