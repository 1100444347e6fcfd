//! The table of all topics.

use std::collections::HashMap;
use std::sync::Arc;

use super::topic::Topic;

/// The topics by index and by name. Iteration is in the order of the indexes, so that the same inputs always give the same outputs.
#[derive(Clone, Debug, Default)]
pub(super) struct Topics {
    entries: Vec<Option<Topic>>,
    by_name: HashMap<Arc<str>, usize>,
    /// The topic of the last lookup. Messages of one topic often follow each other.
    last: usize,
}

impl Topics {
    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Adds a topic at the lowest free index.
    pub(super) fn insert(&mut self, topic: Topic) -> usize {
        let index = self.entries.iter().position(Option::is_none).unwrap_or(self.entries.len());
        self.by_name.insert(Arc::clone(&topic.name), index);
        if index == self.entries.len() {
            self.entries.push(Some(topic));
        } else {
            self.entries[index] = Some(topic);
        }
        index
    }

    pub(super) fn remove(&mut self, index: usize) {
        if let Some(topic) = self.entries.get_mut(index).and_then(Option::take) {
            self.by_name.remove(&topic.name);
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The same as [`find`](Self::find), faster for the topic of the last lookup.
    #[inline]
    pub(super) fn find_again(&mut self, name: &str) -> Option<usize> {
        if let Some(Some(topic)) = self.entries.get(self.last)
            && &*topic.name == name
        {
            return Some(self.last);
        }
        self.last = self.find(name)?;
        Some(self.last)
    }

    pub(super) fn get(&self, index: usize) -> Option<&Topic> {
        self.entries.get(index)?.as_ref()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut Topic> {
        self.entries.get_mut(index)?.as_mut()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Topic)> {
        self.entries.iter().enumerate().filter_map(|(index, topic)| Some((index, topic.as_ref()?)))
    }

    /// The number of indexes that were ever used. Indexes below it can be passed to [`get`](Self::get).
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}
