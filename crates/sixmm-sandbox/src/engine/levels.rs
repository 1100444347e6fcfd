//! The price levels of one side of the book, in a vector that is sorted from the worst price to the best. Most levels are inserted and
//! removed near the best price, which is near the end of the vector, so few elements are moved.

use super::units::{Side, Ticks};

/// Price levels, each with the slot of its queue.
#[derive(Debug, Clone)]
pub(super) struct Levels {
    side: Side,
    /// Sorted by key in ascending order, from the worst price to the best.
    sorted: Vec<(u64, u32)>,
}

impl Levels {
    pub(super) fn new(side: Side) -> Self {
        Self { side, sorted: Vec::new() }
    }

    /// A sort key that is greater for a better price.
    fn key(&self, price: Ticks) -> u64 {
        match self.side {
            Side::Buy => price.0,
            Side::Sell => !price.0,
        }
    }

    fn search(&self, key: u64) -> Result<usize, usize> {
        // Most orders are near the best price, so the best price is compared before the binary search.
        match self.sorted.last() {
            None => Err(0),
            Some(&(best, _)) if key > best => Err(self.sorted.len()),
            Some(&(best, _)) if key == best => Ok(self.sorted.len() - 1),
            Some(_) => self.sorted.binary_search_by_key(&key, |&(other, _)| other),
        }
    }

    /// Returns the slot of the queue at `price`. If there is no queue at this price, calls the closure `make`, which adds a queue and
    /// returns its slot.
    pub(super) fn find_or_insert(&mut self, price: Ticks, make: impl FnOnce() -> u32) -> u32 {
        let key = self.key(price);
        match self.search(key) {
            Ok(at) => self.sorted[at].1,
            Err(at) => {
                let slot = make();
                self.sorted.insert(at, (key, slot));
                slot
            }
        }
    }

    pub(super) fn remove(&mut self, price: Ticks) {
        if let Ok(at) = self.search(self.key(price)) {
            self.sorted.remove(at);
        }
    }

    /// The slot of the queue at `price`.
    pub(super) fn find(&self, price: Ticks) -> Option<u32> {
        self.search(self.key(price)).ok().map(|at| self.sorted[at].1)
    }

    /// The slot at the best price.
    pub(super) fn best(&self) -> Option<u32> {
        self.sorted.last().map(|&(_, slot)| slot)
    }

    /// The slots from the best price to the worst.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.sorted.iter().rev().map(|&(_, slot)| slot)
    }
}
