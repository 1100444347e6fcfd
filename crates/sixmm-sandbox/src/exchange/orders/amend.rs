//! Amending the price or the total quantity of open orders.

use super::super::Exchange;
use super::super::command::AmendOrder;
use super::super::ids;
use super::super::market::book_side;
use super::super::reject::{Reason, Reject};
use super::margin::{BatchReservations, MarginRequest};
use super::validation::{check_notional, check_price, check_quantity};
use crate::engine::{Lots, Ticks};

impl Exchange {
    /// Changes the price or the total quantity of an open order. The order keeps its id. [`AmendOrder`] documents whether it keeps its
    /// place in the queue.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#amend-order>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist (2002), the contract has no such order of the user (3003), the order is
    /// not open (3005), neither price nor quantity is given (2001), price or quantity violates the rules of the contract (2002, 2003), the
    /// new total is not larger than the filled quantity (2003), a maker-only order would be a taker (2002), or the balance is insufficient
    /// (3001). The order is then unchanged.
    pub fn amend_order(&mut self, user: &str, symbol: &str, amend: AmendOrder) -> Result<(), Reject> {
        let account = self.account(user)?;
        let market = self.market(symbol)?;
        let id = ids::number(&amend.order_id);
        let order = self.orders.get(id).filter(|order| order.account == account && order.market == market);
        let order = order.ok_or_else(Reject::order_not_found)?;
        let Some(old_price) = order.price.filter(|_| order.status.is_open()) else {
            let message = format!("its status is {}, so it cannot be amended either", order.status);
            return Err(Reject::new(Reason::OrderNotCancelable, message));
        };
        if amend.price.is_none() && amend.quantity.is_none() {
            return Err(Reject::missing("price or quantity"));
        }
        let of = &self.markets[market];
        let price = amend.price.map_or(Ok(old_price), |price| check_price("price", price, of))?;
        let mut total = amend.quantity.map_or(Ok(order.total), |quantity| check_quantity(quantity, order.order_type, of))?;
        if total <= order.filled {
            let (total, filled) = (of.quantity(total), of.quantity(order.filled));
            let message = format!("quantity {total} is the new total, which must be larger than the filled quantity {filled}");
            return Err(Reject::out_of_range(message));
        }
        if order.reduces() {
            let closable = self.accounts[account].holdings[market].closable(order.position_side, order.side);
            total = total.min(Lots(order.filled.0 + closable.0));
        } else {
            check_notional(total, price, of)?;
        }
        self.apply_amendment(id, old_price, price, total)?;
        self.run_to_quiescence();
        Ok(())
    }

    /// Amends several orders of one contract, from the first to the last in the list. Each amendment succeeds or fails independently of the
    /// others.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#batch-amend-orders>
    pub fn batch_amend_orders(&mut self, user: &str, symbol: &str, orders: Vec<AmendOrder>) -> Vec<Result<(), Reject>> {
        orders.into_iter().map(|order| self.amend_order(user, symbol, order)).collect()
    }

    fn apply_amendment(&mut self, id: u64, old_price: Ticks, price: Ticks, total: Lots) -> Result<(), Reject> {
        let order = &self.orders[id];
        let (account, market, side, position) = (order.account, order.market, order.side, order.position_side);
        let (old, new) = (order.remaining(), total.less(order.filled));
        if price == old_price && new == old {
            return Ok(());
        }
        let holding = &mut self.accounts[account].holdings[market];
        if price == old_price && new < old {
            self.markets[market].book.reduce(id, new);
            if !order.reduces() {
                holding.subtract_pending(position, side, price, old.less(new));
            }
            let order = &mut self.orders[id];
            order.total = total;
            order.updated_at = self.now;
            self.feed_order(id, None);
            return Ok(());
        }
        let book = &self.markets[market].book;
        if order.maker_only && book.best(book_side(side).opposite()).is_some_and(|best| book_side(side).reaches(price, best)) {
            return Err(Reject::invalid("price: the order is makerOnly, but would be a taker at this price"));
        }
        if !order.reduces() {
            // Margin is checked without the margin that the order freezes now.
            holding.subtract_pending(position, side, old_price, old);
            holding.open.remove(&id);
            let request = MarginRequest { account, market, position_side: position, side, price: Some(price), lots: new };
            let enough = self.check_margin(&request, &mut BatchReservations::default());
            let holding = &mut self.accounts[account].holdings[market];
            holding.add_pending(position, side, old_price, old);
            holding.open.insert(id);
            enough?;
        }
        self.remove_from_book(id);
        let order = &mut self.orders[id];
        order.price = Some(price);
        order.total = total;
        order.updated_at = self.now;
        self.fill_from_book(id, Some(price));
        self.rest_in_book(id, price);
        Ok(())
    }
}
