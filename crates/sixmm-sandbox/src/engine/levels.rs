//! The prices of one side, sorted so that the best one is last: orders come and go near the best price, where little has to move.

use super::units::{Side, Ticks};

/// Prices with the slot of the queue at each.
#[derive(Debug, Clone)]
pub(super) struct Levels {
    side: Side,
    /// Ascending by key: from the worst price to the best.
    sorted: Vec<(u64, u32)>,
}

impl Levels {
    pub(super) fn new(side: Side) -> Self {
        Self { side, sorted: Vec::new() }
    }

    /// The better a price is, the greater its key.
    fn key(&self, price: Ticks) -> u64 {
        match self.side {
            Side::Buy => price.0,
            Side::Sell => !price.0,
        }
    }

    fn search(&self, key: u64) -> Result<usize, usize> {
        // Most orders are near the best price: look there before searching everywhere.
        match self.sorted.last() {
            None => Err(0),
            Some(&(best, _)) if key > best => Err(self.sorted.len()),
            Some(&(best, _)) if key == best => Ok(self.sorted.len() - 1),
            Some(_) => self.sorted.binary_search_by_key(&key, |&(other, _)| other),
        }
    }

    /// The slot at a price; where there is none, the one that `make` gives.
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

    /// The slot at the best price.
    pub(super) fn best(&self) -> Option<u32> {
        self.sorted.last().map(|&(_, slot)| slot)
    }

    /// The slots from the best price to the worst.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.sorted.iter().rev().map(|&(_, slot)| slot)
    }
}
