//! Matching of an order with the book, and the transitions of its status.

use rustc_hash::FxHashMap;

use super::super::Exchange;
use super::super::accounts::{Holding, closable};
use super::super::enums::{DrivenOn, OrderStatus, PositionSide};
use super::super::event::Event;
use super::super::market::book_side;
use super::super::money_limits::{Party, Taker};
use super::super::positions::signed_lots;
use crate::engine::{BookOrder, Lots, Ticks};

impl Exchange {
    /// Matches an order with the orders in the book whose prices are within `limit`. The matching of a reduce-only order stops when the
    /// position is closed.
    pub(super) fn fill_from_book(&mut self, id: u64, limit: Option<Ticks>) {
        loop {
            let order = &self.orders[id];
            let (account, market, side) = (order.account, order.market, book_side(order.side));
            let mut lots = order.remaining();
            if order.reduces() {
                lots = lots.min(self.accounts[account].holdings[market].closable(order.position_side, order.side));
            }
            let taker = Taker { party: Party { account, position_side: order.position_side, side: order.side }, side, limit };
            let Some(fill) = self.take_fill(market, taker, lots) else { break };
            self.execute_trade(market, account, Some(id), side, fill);
        }
    }

    /// Adds the remaining quantity of an order to the book. A reduce-only order is first limited to the size of the position.
    ///
    /// If the rest of the order still crosses the book, matching stopped because of the money limit. The rest is then cancelled instead of
    /// added to the book.
    pub(super) fn rest_in_book(&mut self, id: u64, price: Ticks) {
        let order = &self.orders[id];
        let (account, market, side, position) = (order.account, order.market, order.side, order.position_side);
        let holding = &mut self.accounts[account].holdings[market];
        let reduces = order.reduces();
        let mut remaining = order.remaining();
        if reduces {
            remaining = remaining.min(holding.closable(position, side));
        }
        let best = self.markets[market].book.best(book_side(side).opposite());
        if remaining.is_zero() || best.is_some_and(|best| book_side(side).reaches(price, best)) {
            self.cancel_remainder(id);
            return;
        }
        let book_order = BookOrder { id, owner: book_owner(account), side: book_side(side), price, remaining };
        self.markets[market].book.rest(book_order);
        holding.open.insert(id);
        if reduces {
            holding.reduce_only.push(id);
        } else {
            holding.add_pending(position, side, price, remaining);
        }
        let order = &mut self.orders[id];
        order.total = Lots(order.filled.0 + remaining.0);
        order.status = if order.filled.is_zero() { OrderStatus::Pending } else { OrderStatus::PartiallyFilled };
        order.updated_at = self.now;
        self.feed_order(id, None);
    }

    /// Removes an open order from the book. The caller sets its status.
    pub(super) fn remove_from_book(&mut self, id: u64) {
        let order = &self.orders[id];
        if let Some(resting) = self.markets[order.market].book.cancel(id) {
            let holding = &mut self.accounts[order.account].holdings[order.market];
            if order.reduces() {
                holding.reduce_only.retain(|other| *other != id);
            } else {
                holding.subtract_pending(order.position_side, order.side, resting.price, resting.remaining);
            }
            holding.open.remove(&id);
        }
    }

    /// Cancels an order that is not completely filled and not in the book.
    pub(super) fn cancel_remainder(&mut self, id: u64) {
        let order = &self.orders[id];
        if order.status != OrderStatus::Filled {
            let untouched = order.filled.is_zero();
            self.finalize(id, if untouched { OrderStatus::Canceled } else { OrderStatus::PartiallyFilledCanceled });
        }
    }

    /// Sets the final status of an order.
    pub(super) fn finalize(&mut self, id: u64, status: OrderStatus) {
        let order = &mut self.orders[id];
        order.status = status;
        order.updated_at = self.now;
        if let Some(sub_order) = order.sub_order {
            let event = if status == OrderStatus::Filled { DrivenOn::Filled } else { DrivenOn::Canceled };
            self.events.push_back(Event::SubOrder { sub_order, event });
        }
        // The feed of a filled order contains the fill, which the caller knows.
        if status != OrderStatus::Filled {
            self.feed_order(id, None);
        }
    }

    /// Limits the open reduce-only orders of an account to the size of the position.
    pub(super) fn shrink_reduce_only_orders(&mut self, account: usize, market: usize) {
        let holding = &self.accounts[account].holdings[market];
        let too_large = |id: &u64| self.orders[*id].remaining() > self.closable_by(holding, *id);
        let cut: Vec<u64> = holding.reduce_only.iter().copied().filter(too_large).collect();
        for id in cut {
            let left = self.closable_by(&self.accounts[account].holdings[market], id);
            if left.is_zero() {
                self.remove_from_book(id);
                self.cancel_remainder(id);
            } else if self.markets[market].book.reduce(id, left) {
                let order = &mut self.orders[id];
                order.total = Lots(order.filled.0 + left.0);
                order.updated_at = self.now;
                self.feed_order(id, None);
            }
        }
    }

    fn closable_by(&self, holding: &Holding, id: u64) -> Lots {
        let order = &self.orders[id];
        holding.closable(order.position_side, order.side)
    }

    /// Whether a fill-or-kill order can be filled completely at its price with the current book. Returns false if a trade could exceed a
    /// money limit.
    ///
    /// A reduce-only order in the book counts only up to the size that its position will have when the matching reaches the reduce-only
    /// order.
    pub(super) fn can_fill_completely(&self, id: u64) -> bool {
        let taker = &self.orders[id];
        let side = book_side(taker.side);
        let mut sizes: FxHashMap<(usize, PositionSide), i64> = FxHashMap::default();
        let mut missing = taker.remaining();
        let mut tick_lots = 0;
        let mut parties = vec![Party { account: taker.account, position_side: taker.position_side, side: taker.side }];
        for resting in self.markets[taker.market].book.orders(side.opposite()) {
            if missing.is_zero() || taker.price.is_some_and(|limit| !side.reaches(limit, resting.price)) {
                break;
            }
            let mut lots = resting.remaining.min(missing);
            if let Some(maker) = self.orders.get(resting.id) {
                let size = self.size_in(&mut sizes, maker.account, taker.market, maker.position_side);
                if maker.reduces() {
                    lots = lots.min(closable(*size, maker.side));
                }
                *size += signed_lots(maker.side, lots);
            }
            tick_lots += u128::from(resting.price.0) * u128::from(lots.0);
            let maker = self.party_of(resting.id, resting.owner, resting.side);
            if !parties.contains(&maker) {
                parties.push(maker);
            }
            *self.size_in(&mut sizes, taker.account, taker.market, taker.position_side) += signed_lots(taker.side, lots);
            missing = missing.less(lots);
        }
        let value = self.markets[taker.market].value_of(tick_lots);
        missing.is_zero() && parties.into_iter().all(|party| self.has_room(party, taker.market, taker.remaining(), value))
    }

    fn size_in<'a>(
        &self,
        sizes: &'a mut FxHashMap<(usize, PositionSide), i64>,
        account: usize,
        market: usize,
        position: PositionSide,
    ) -> &'a mut i64 {
        sizes.entry((account, position)).or_insert_with(|| self.accounts[account].holdings[market].size(position))
    }
}

/// The owner id of an account in the book.
pub(in crate::exchange) fn book_owner(account: usize) -> u32 {
    u32::try_from(account).expect("there are fewer than 2^32 accounts")
}
