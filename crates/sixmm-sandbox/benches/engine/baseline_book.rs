//! A straightforward order book, as the baseline for the engine's book.

use std::collections::{BTreeMap, HashMap, VecDeque};

use sixmm_sandbox::engine::{Book, BookOrder, Side, Ticks};

/// The operations of a book that the benchmark uses.
pub(crate) trait Engine: Clone {
    /// Returns the traded quantity.
    fn place(&mut self, order: BookOrder) -> u64;
    fn cancel(&mut self, id: u64) -> bool;
}

impl Engine for Book {
    fn place(&mut self, mut order: BookOrder) -> u64 {
        let mut traded = 0;
        while let Some(fill) = self.take(order.side, Some(order.price), order.remaining) {
            order.remaining = order.remaining.less(fill.quantity);
            traded += fill.quantity.0;
        }
        if !order.remaining.is_zero() {
            self.rest(order);
        }
        traded
    }

    fn cancel(&mut self, id: u64) -> bool {
        Self::cancel(self, id).is_some()
    }
}

/// The baseline: a queue at each price, prices in a sorted map, and a hash map from ids to prices, all from the standard library.
#[derive(Clone, Default)]
pub(crate) struct BaselineBook {
    bids: BTreeMap<u64, VecDeque<BookOrder>>,
    asks: BTreeMap<u64, VecDeque<BookOrder>>,
    index: HashMap<u64, (Side, u64)>,
}

impl BaselineBook {
    fn side(&mut self, side: Side) -> &mut BTreeMap<u64, VecDeque<BookOrder>> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}

impl Engine for BaselineBook {
    fn place(&mut self, mut order: BookOrder) -> u64 {
        let mut traded = 0;
        while !order.remaining.is_zero() {
            let best = match order.side {
                Side::Buy => self.asks.first_entry(),
                Side::Sell => self.bids.last_entry(),
            };
            let Some(mut best) = best.filter(|best| order.side.reaches(order.price, Ticks(*best.key()))) else { break };
            let Some(maker) = best.get_mut().front_mut() else { break };
            let filled = order.remaining.min(maker.remaining);
            maker.remaining = maker.remaining.less(filled);
            order.remaining = order.remaining.less(filled);
            traded += filled.0;
            if maker.remaining.is_zero() {
                let id = maker.id;
                best.get_mut().pop_front();
                if best.get().is_empty() {
                    best.remove();
                }
                self.index.remove(&id);
            }
        }
        if !order.remaining.is_zero() {
            self.index.insert(order.id, (order.side, order.price.0));
            self.side(order.side).entry(order.price.0).or_default().push_back(order);
        }
        traded
    }

    fn cancel(&mut self, id: u64) -> bool {
        let Some((side, price)) = self.index.remove(&id) else { return false };
        let levels = self.side(side);
        if let Some(queue) = levels.get_mut(&price) {
            queue.retain(|order| order.id != id);
            if queue.is_empty() {
                levels.remove(&price);
            }
        }
        true
    }
}
