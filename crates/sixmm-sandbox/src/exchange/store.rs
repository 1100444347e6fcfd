//! Permanent storage of orders, condition orders and strategies by id.

use std::ops::{Index, IndexMut};

use rustc_hash::FxHashMap;

/// Stores records by id. The records are in a vector, and a hash map maps each id to an index of the vector. When the hash map grows, it
/// moves only its small entries and not the records.
#[derive(Debug, Clone)]
pub(super) struct Store<T> {
    index: FxHashMap<u64, usize>,
    records: Vec<T>,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { index: FxHashMap::default(), records: Vec::new() }
    }
}

impl<T> Store<T> {
    pub(super) fn get(&self, id: u64) -> Option<&T> {
        self.index.get(&id).map(|position| &self.records[*position])
    }

    /// Adds a record under a new id.
    pub(super) fn add(&mut self, id: u64, record: T) {
        self.index.insert(id, self.records.len());
        self.records.push(record);
    }

    /// Ids of all records.
    #[cfg(test)]
    pub(super) fn ids(&self) -> impl Iterator<Item = u64> + '_ {
        self.index.keys().copied()
    }
}

/// Access to a record that is known to exist. Panics if no record has the id.
impl<T> Index<u64> for Store<T> {
    type Output = T;

    fn index(&self, id: u64) -> &T {
        &self.records[self.index[&id]]
    }
}

impl<T> IndexMut<u64> for Store<T> {
    fn index_mut(&mut self, id: u64) -> &mut T {
        &mut self.records[self.index[&id]]
    }
}
