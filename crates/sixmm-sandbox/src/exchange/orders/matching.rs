//! Matching: an order meets the book, and what remains of it stays or goes.

use rustc_hash::FxHashMap;

use super::super::Exchange;
use super::super::accounts::{Holding, closable};
use super::super::event::Event;
use super::super::limits::{Party, Taker};
use super::super::market::book_side;
use super::super::positions::signed;
use super::super::terms::{DrivenOn, OrderStatus, PositionSide};
use crate::engine::{BookOrder, Lots, Ticks};

impl Exchange {
    /// Fills an order from the book as far as the limit lets it. An order that may only reduce stops when the position is gone.
    pub(super) fn take(&mut self, id: u64, limit: Option<Ticks>) {
        loop {
            let order = &self.orders[id];
            let (account, market, side) = (order.account, order.market, book_side(order.side));
            let mut lots = order.remaining();
            if order.reduces() {
                lots = lots.min(self.accounts[account].holdings[market].closable(order.position_side, order.side));
            }
            let taker = Taker { party: Party { account, position_side: order.position_side, side: order.side }, side, limit };
            let Some(fill) = self.take_fill(market, taker, lots) else { break };
            self.trade(market, account, Some(id), side, fill);
        }
    }

    /// Puts what remains of an order into the book. One that may only reduce is cut to the position first. One that would still trade is
    /// cancelled: a limit ended it.
    pub(super) fn rest(&mut self, id: u64, price: Ticks) {
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
            self.finish_unfilled(id);
            return;
        }
        let book_order = BookOrder { id, owner: owner(account), side: book_side(side), price, remaining };
        self.markets[market].book.rest(book_order);
        holding.open.insert(id);
        if reduces {
            holding.reducing.push(id);
        } else {
            holding.add_pending(position, side, price, remaining);
        }
        let order = &mut self.orders[id];
        order.total = Lots(order.filled.0 + remaining.0);
        order.status = if order.filled.is_zero() { OrderStatus::Pending } else { OrderStatus::PartiallyFilled };
        order.updated_at = self.now;
    }

    /// Takes an open order out of the book. Its state is the caller's to set.
    pub(super) fn pull(&mut self, id: u64) {
        let order = &self.orders[id];
        if let Some(resting) = self.markets[order.market].book.cancel(id) {
            let holding = &mut self.accounts[order.account].holdings[order.market];
            if order.reduces() {
                holding.reducing.retain(|other| *other != id);
            } else {
                holding.take_pending(order.position_side, order.side, resting.price, resting.remaining);
            }
            holding.open.remove(&id);
        }
    }

    /// Ends an order that is not filled completely, and is not in the book.
    pub(super) fn finish_unfilled(&mut self, id: u64) {
        let order = &self.orders[id];
        if order.status != OrderStatus::Filled {
            let untouched = order.filled.is_zero();
            self.finish(id, if untouched { OrderStatus::Canceled } else { OrderStatus::PartiallyFilledCanceled });
        }
    }

    /// Gives an order its last state.
    pub(super) fn finish(&mut self, id: u64, status: OrderStatus) {
        let order = &mut self.orders[id];
        order.status = status;
        order.updated_at = self.now;
        if let Some(link) = order.link {
            let what = if status == OrderStatus::Filled { DrivenOn::Filled } else { DrivenOn::Canceled };
            self.events.push_back(Event::SubOrder { link, what });
        }
    }

    /// Cuts the open orders of an account that may only reduce to what is left of the position.
    pub(super) fn cut_reducing(&mut self, account: usize, market: usize) {
        let holding = &self.accounts[account].holdings[market];
        let too_large = |id: &u64| self.orders[*id].remaining() > self.closable_by(holding, *id);
        let cut: Vec<u64> = holding.reducing.iter().copied().filter(too_large).collect();
        for id in cut {
            let left = self.closable_by(&self.accounts[account].holdings[market], id);
            if left.is_zero() {
                self.pull(id);
                self.finish_unfilled(id);
            } else if self.markets[market].book.reduce(id, left) {
                let order = &mut self.orders[id];
                order.total = Lots(order.filled.0 + left.0);
                order.updated_at = self.now;
            }
        }
    }

    fn closable_by(&self, holding: &Holding, id: u64) -> Lots {
        let order = &self.orders[id];
        holding.closable(order.position_side, order.side)
    }

    /// Whether an order can be filled completely at its price as the book stands. Orders that may only reduce count as far as there will be
    /// a position to reduce when their turn comes. Nobody may come near a limit by it: the order would end there.
    pub(super) fn can_fill(&self, id: u64) -> bool {
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
                *size += signed(maker.side, lots);
            }
            tick_lots += u128::from(resting.price.0) * u128::from(lots.0);
            let maker = self.party_of(resting.id, resting.owner, resting.side);
            if !parties.contains(&maker) {
                parties.push(maker);
            }
            *self.size_in(&mut sizes, taker.account, taker.market, taker.position_side) += signed(taker.side, lots);
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

/// How the book names an account.
pub(in crate::exchange) fn owner(account: usize) -> u32 {
    u32::try_from(account).expect("there are fewer than 2^32 accounts")
}
