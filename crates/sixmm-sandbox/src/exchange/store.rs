//! Where orders, condition orders and strategies are kept: by their ids, and for good.

use std::ops::{Index, IndexMut};

use rustc_hash::FxHashMap;

/// Records by id.
#[derive(Debug, Clone)]
pub(super) struct Store<T>(FxHashMap<u64, T>);

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<T> Store<T> {
    pub(super) fn get(&self, id: u64) -> Option<&T> {
        self.0.get(&id)
    }

    pub(super) fn add(&mut self, id: u64, record: T) {
        self.0.insert(id, record);
    }

    /// The ids of all records.
    #[cfg(test)]
    pub(super) fn ids(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.keys().copied()
    }
}

/// A record that is known to exist: ids come from where the record was added.
impl<T> Index<u64> for Store<T> {
    type Output = T;

    fn index(&self, id: u64) -> &T {
        &self.0[&id]
    }
}

impl<T> IndexMut<u64> for Store<T> {
    fn index_mut(&mut self, id: u64) -> &mut T {
        self.0.get_mut(&id).expect("the record was added before its id was handed out")
    }
}
