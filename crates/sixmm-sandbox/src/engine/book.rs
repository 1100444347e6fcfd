//! The order book: orders in a slab, linked into one queue per price.

use std::num::NonZeroU64;

use rustc_hash::{FxHashMap, FxHashSet};
use slab::Slab;

use super::levels::Levels;
use super::units::{Lots, Side, Ticks};

/// An order in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookOrder {
    /// Id, which is not 0 and is unique in the book.
    pub id: u64,
    /// Owner of the order. The book returns this value unchanged.
    pub owner: u32,
    /// Side.
    pub side: Side,
    /// Price.
    pub price: Ticks,
    /// Open quantity, which is not 0.
    pub remaining: Lots,
}

/// A fill of an order in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookFill {
    /// The order in the book.
    pub maker_id: u64,
    /// Owner of the order in the book.
    pub maker_owner: u32,
    /// Price of the order in the book, which is the price of the trade.
    pub price: Ticks,
    /// Filled quantity.
    pub quantity: Lots,
    /// Remaining quantity of the order in the book. If it is zero, the order was removed.
    pub maker_remaining: Lots,
}

/// Orders in price-time priority. The book never crosses: the best bid is always below the best ask.
#[derive(Debug, Clone)]
pub struct Book {
    nodes: Slab<Node>,
    queues: Slab<Queue>,
    bids: Levels,
    asks: Levels,
    index: FxHashMap<u64, u32>,
    version: u64,
    /// The levels that changed since they were last taken, or `None` if nothing takes them.
    changed_levels: Option<FxHashSet<(Side, Ticks)>>,
}

/// Marks a missing slot.
const NONE: u32 = u32::MAX;

/// An order in the book. It is a node of a doubly linked list, the queue of the orders at its price. The id is a `NonZeroU64`, so the slab
/// can mark an empty entry with the value 0, and an entry takes only 32 bytes.
#[derive(Debug, Clone, Copy)]
struct Node {
    id: NonZeroU64,
    remaining: Lots,
    owner: u32,
    queue: u32,
    previous: u32,
    next: u32,
}

/// The orders at one price, oldest first.
#[derive(Debug, Clone, Copy)]
struct Queue {
    side: Side,
    price: Ticks,
    total: Lots,
    first: u32,
    last: u32,
}

impl Default for Book {
    fn default() -> Self {
        Self::new()
    }
}

impl Book {
    /// A book without orders.
    pub fn new() -> Self {
        Self {
            nodes: Slab::new(),
            queues: Slab::new(),
            bids: Levels::new(Side::Buy),
            asks: Levels::new(Side::Sell),
            index: FxHashMap::default(),
            version: 0,
            changed_levels: None,
        }
    }

    /// Number of orders in the book.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the book has no orders.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A counter that increases with each change of the book.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Starts or stops recording which levels change.
    pub(crate) fn record_changed_levels(&mut self, record: bool) {
        self.changed_levels = record.then(FxHashSet::default);
    }

    /// Returns the levels that changed since the last call, each with its total quantity now, which is zero for a removed level. The levels
    /// are sorted by side and price.
    pub(crate) fn take_changed_levels(&mut self) -> Vec<(Side, Ticks, Lots)> {
        let changed = self.changed_levels.as_mut().map(std::mem::take).unwrap_or_default();
        let mut levels: Vec<_> = changed.into_iter().map(|(side, price)| (side, price, self.total(side, price))).collect();
        levels.sort_unstable_by_key(|(side, price, _)| (*side == Side::Sell, *price));
        levels
    }

    /// The total quantity at a price.
    fn total(&self, side: Side, price: Ticks) -> Lots {
        self.side(side).find(price).map_or(Lots::ZERO, |queue| self.queues[queue as usize].total)
    }

    fn record_change(&mut self, side: Side, price: Ticks) {
        if let Some(changed) = &mut self.changed_levels {
            changed.insert((side, price));
        }
    }

    /// The best price of a side.
    pub fn best(&self, side: Side) -> Option<Ticks> {
        self.side(side).best().map(|queue| self.queues[queue as usize].price)
    }

    /// The prices of a side with the total quantity at each price, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (Ticks, Lots)> + '_ {
        self.side(side).iter().map(|queue| {
            let queue = &self.queues[queue as usize];
            (queue.price, queue.total)
        })
    }

    /// The orders of a side in the order in which they trade.
    pub fn orders(&self, side: Side) -> impl Iterator<Item = BookOrder> + '_ {
        self.side(side).iter().flat_map(move |queue| {
            let first = self.queues[queue as usize].first;
            std::iter::successors(self.node(first), |node| self.node(node.next)).map(|node| self.order(node))
        })
    }

    /// An order in the book.
    pub fn get(&self, id: u64) -> Option<BookOrder> {
        self.index.get(&id).map(|&slot| self.order(&self.nodes[slot as usize]))
    }

    /// Adds an order to the end of the queue at its price.
    ///
    /// # Panics
    ///
    /// Panics if the order would cross the book, its quantity is 0, or its id is 0 or already in the book. The caller must prevent these
    /// cases, because they would break the invariants of the book.
    pub fn rest(&mut self, order: BookOrder) {
        let BookOrder { id, owner, side, price, remaining } = order;
        let id = NonZeroU64::new(id).expect("an id is not 0");
        assert!(!remaining.is_zero(), "order {id} has no open quantity");
        if let Some(best) = self.best(side.opposite()) {
            assert!(!side.reaches(price, best), "order {id} would cross the book: call `take` first");
        }
        let levels = match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        let empty = Queue { side, price, total: Lots::ZERO, first: NONE, last: NONE };
        let queue = levels.find_or_insert(price, || slot(self.queues.insert(empty)));
        let of = &mut self.queues[queue as usize];
        let previous = of.last;
        let node = slot(self.nodes.insert(Node { id, remaining, owner, queue, previous, next: NONE }));
        of.total.0 += remaining.0;
        of.last = node;
        if previous == NONE {
            of.first = node;
        } else {
            self.nodes[previous as usize].next = node;
        }
        let before = self.index.insert(id.get(), node);
        assert!(before.is_none(), "order {id} is already in the book");
        self.version += 1;
        self.record_change(side, price);
    }

    /// The fill that [`take`](Self::take) would make, without changing the book.
    pub fn next_fill(&self, side: Side, limit: Option<Ticks>, quantity: Lots) -> Option<BookFill> {
        let queue = &self.queues[self.side(side.opposite()).best()? as usize];
        if quantity.is_zero() || limit.is_some_and(|limit| !side.reaches(limit, queue.price)) {
            return None;
        }
        let maker = &self.nodes[queue.first as usize];
        let filled = quantity.min(maker.remaining);
        let maker_remaining = maker.remaining.less(filled);
        Some(BookFill { maker_id: maker.id.get(), maker_owner: maker.owner, price: queue.price, quantity: filled, maker_remaining })
    }

    /// Executes the next fill of a taker order: trades up to `quantity` with the first order on the side opposite to the taker's `side`.
    /// Returns `None` if there is no such order or its price is worse than the taker's `limit`. Without a limit, every price is accepted.
    pub fn take(&mut self, side: Side, limit: Option<Ticks>, quantity: Lots) -> Option<BookFill> {
        let best = self.side(side.opposite()).best()?;
        let queue = &mut self.queues[best as usize];
        let price = queue.price;
        if quantity.is_zero() || limit.is_some_and(|limit| !side.reaches(limit, price)) {
            return None;
        }
        let slot = queue.first;
        let maker = &mut self.nodes[slot as usize];
        let filled = quantity.min(maker.remaining);
        maker.remaining.0 -= filled.0;
        queue.total.0 -= filled.0;
        let maker = *maker;
        if maker.remaining.is_zero() {
            self.remove(slot);
        }
        self.version += 1;
        self.record_change(side.opposite(), price);
        Some(BookFill { maker_id: maker.id.get(), maker_owner: maker.owner, price, quantity: filled, maker_remaining: maker.remaining })
    }

    /// Removes an order from the book, or returns `None` if the order is not in the book.
    pub fn cancel(&mut self, id: u64) -> Option<BookOrder> {
        let slot = *self.index.get(&id)?;
        let order = self.order(&self.nodes[slot as usize]);
        self.queues[self.nodes[slot as usize].queue as usize].total.0 -= order.remaining.0;
        self.remove(slot);
        self.version += 1;
        self.record_change(order.side, order.price);
        Some(order)
    }

    /// Reduces the open quantity of an order to `remaining`. The order keeps its place in the queue. Returns false, and changes nothing, if
    /// the order is not in the book, `remaining` is zero, or `remaining` is not less than the open quantity.
    pub fn reduce(&mut self, id: u64, remaining: Lots) -> bool {
        let Some(&slot) = self.index.get(&id) else { return false };
        let node = &mut self.nodes[slot as usize];
        if remaining.is_zero() || node.remaining <= remaining {
            return false;
        }
        let queue = &mut self.queues[node.queue as usize];
        queue.total.0 -= node.remaining.0 - remaining.0;
        node.remaining = remaining;
        self.version += 1;
        let (side, price) = (queue.side, queue.price);
        self.record_change(side, price);
        true
    }

    fn side(&self, side: Side) -> &Levels {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    fn node(&self, slot: u32) -> Option<&Node> {
        self.nodes.get(slot as usize)
    }

    fn order(&self, node: &Node) -> BookOrder {
        let Queue { side, price, .. } = self.queues[node.queue as usize];
        BookOrder { id: node.id.get(), owner: node.owner, side, price, remaining: node.remaining }
    }

    /// Removes an order from the queue at its price. The caller must have subtracted the order's quantity from the total of the queue.
    fn remove(&mut self, slot: u32) {
        let Node { id, queue, previous, next, .. } = self.nodes.remove(slot as usize);
        let of = &mut self.queues[queue as usize];
        if previous == NONE {
            of.first = next;
        } else {
            self.nodes[previous as usize].next = next;
        }
        if next == NONE {
            of.last = previous;
        } else {
            self.nodes[next as usize].previous = previous;
        }
        if of.first == NONE {
            let Queue { side, price, .. } = self.queues.remove(queue as usize);
            match side {
                Side::Buy => self.bids.remove(price),
                Side::Sell => self.asks.remove(price),
            }
        }
        self.index.remove(&id.get());
    }
}

/// A slab slot as `u32`, which halves the size of the links.
fn slot(slot: usize) -> u32 {
    let slot = u32::try_from(slot).unwrap_or(NONE);
    assert!(slot != NONE, "a book holds fewer than 2^32 orders");
    slot
}
