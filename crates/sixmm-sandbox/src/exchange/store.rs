//! Where orders, condition orders and strategies are kept: by their ids, and for good.

use std::ops::{Index, IndexMut};

use rustc_hash::FxHashMap;

/// Records by id. They stand apart from the index, which is small and can grow without moving them.
#[derive(Debug, Clone)]
pub(super) struct Store<T> {
    places: FxHashMap<u64, usize>,
    records: Vec<T>,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { places: FxHashMap::default(), records: Vec::new() }
    }
}

impl<T> Store<T> {
    pub(super) fn get(&self, id: u64) -> Option<&T> {
        self.places.get(&id).map(|place| &self.records[*place])
    }

    /// Keeps a record under an id that is new.
    pub(super) fn add(&mut self, id: u64, record: T) {
        self.places.insert(id, self.records.len());
        self.records.push(record);
    }

    /// The ids of all records.
    #[cfg(test)]
    pub(super) fn ids(&self) -> impl Iterator<Item = u64> + '_ {
        self.places.keys().copied()
    }
}

/// A record that is known to exist: ids come from where the record was added.
impl<T> Index<u64> for Store<T> {
    type Output = T;

    fn index(&self, id: u64) -> &T {
        &self.records[self.places[&id]]
    }
}

impl<T> IndexMut<u64> for Store<T> {
    fn index_mut(&mut self, id: u64) -> &mut T {
        &mut self.records[self.places[&id]]
    }
}
