//! One side of a book: levels that are sorted by price, with the best price at the end.

use rust_decimal::Decimal;

/// The levels of one side, sorted by a key that grows towards the best price, so the best level is the last one.
///
/// Most changes concern prices near the best one. At the end of the vector, a search needs few comparisons and an insertion moves few
/// levels.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Side<K> {
    levels: Vec<(K, K)>,
    /// The best key that the cap on levels removed. Levels with this key or a worse one are not known.
    horizon: Option<K>,
}

impl<K> Default for Side<K> {
    fn default() -> Self {
        Self { levels: Vec::new(), horizon: None }
    }
}

/// The key of a level: a price, or a negative price.
pub(crate) trait Key: Copy + Ord {
    /// The number of units from a key to a greater one, if keys are integers and the number fits.
    fn distance(self, greater: Self) -> Option<u32>;
}

impl Key for i64 {
    #[inline]
    fn distance(self, greater: Self) -> Option<u32> {
        u32::try_from(greater.checked_sub(self)?).ok()
    }
}

impl Key for Decimal {
    #[inline]
    fn distance(self, _: Self) -> Option<u32> {
        None
    }
}

impl<K: Key> Side<K> {
    pub(crate) fn clear(&mut self) {
        self.levels.clear();
        self.horizon = None;
    }

    /// The levels, with the best one at the end.
    pub(crate) fn levels(&self) -> &[(K, K)] {
        &self.levels
    }

    pub(crate) fn horizon(&self) -> Option<K> {
        self.horizon
    }

    #[inline]
    pub(crate) fn best_key(&self) -> Option<K> {
        self.levels.last().map(|(key, _)| *key)
    }

    /// Whether the cap on levels removed levels and the others are gone, so the best price is not known.
    pub(crate) fn is_depleted(&self) -> bool {
        self.levels.is_empty() && self.horizon.is_some()
    }

    /// Appends a level of a snapshot. Call [`sort`](Self::sort) after the last level if this method ever returned `false`.
    #[inline]
    pub(crate) fn push(&mut self, key: K, quantity: K) -> bool {
        let is_sorted = self.best_key().is_none_or(|best| key > best);
        self.levels.push((key, quantity));
        is_sorted
    }

    /// Sorts the levels of a snapshot. Of several levels with one price, the one that was pushed first stays.
    pub(crate) fn sort(&mut self) {
        self.levels.sort_by_key(|(key, _)| *key);
        self.levels.dedup_by_key(|(key, _)| *key);
    }

    /// Sets the quantity of a level, or removes the level if there is no quantity.
    ///
    /// `hint` is the position that the method returned for the previous level of the same message. Messages list their levels from the best
    /// to the worst, so the next level is usually found right below the previous one.
    #[inline]
    pub(crate) fn set(&mut self, key: K, quantity: Option<K>, hint: usize) -> usize {
        if self.horizon.is_some_and(|horizon| key <= horizon) {
            return hint;
        }
        let position = self.regular_position(key).unwrap_or_else(|| match self.levels.get(hint) {
            Some((above, _)) if *above > key => self.position_before(key, hint),
            _ => self.levels.partition_point(|(present, _)| *present < key),
        });
        match (self.levels.get_mut(position), quantity) {
            (Some((present, old)), Some(new)) if *present == key => *old = new,
            (Some((present, _)), None) if *present == key => drop(self.levels.remove(position)),
            (_, Some(new)) => self.levels.insert(position, (key, new)),
            (_, None) => {}
        }
        position
    }

    /// The position of a key, if the levels between the key and the best level have the distance of the two best levels, as they often have
    /// if there is a level at each tick.
    ///
    /// Example: with the best keys 100 at position 9 and 95 at position 8, the key 85 is at position 6 if 90 is a level too.
    #[inline]
    fn regular_position(&self, key: K) -> Option<usize> {
        let [.., (second, _), (best, _)] = &*self.levels else { return None };
        let steps = key.distance(*best)?.checked_div(second.distance(*best)?)? as usize;
        let position = (self.levels.len() - 1).checked_sub(steps)?;
        (self.levels[position].0 == key).then_some(position)
    }

    /// The first position whose key is at least `key`. All keys from `end` on have to be greater. Searches from `end` with growing steps,
    /// and then bisects the last step.
    #[inline(never)]
    fn position_before(&self, key: K, end: usize) -> usize {
        let levels = self.levels.get(..end).unwrap_or(&self.levels);
        let (mut upper, mut step) = (levels.len(), 1);
        let lower = loop {
            let Some(probe) = levels.len().checked_sub(step) else { break 0 };
            if levels[probe].0 < key {
                break probe + 1;
            }
            upper = probe;
            step *= 2;
        };
        lower + levels[lower..upper].partition_point(|(present, _)| *present < key)
    }

    /// Removes the worst levels if there are more than `max`.
    ///
    /// An eighth more than necessary is removed, so that the next levels do not each move the whole side.
    #[inline]
    pub(crate) fn truncate(&mut self, max: usize) {
        if self.levels.len() > max {
            let removed = self.levels.len() - (max - max / 8);
            self.horizon = self.levels.drain(..removed).next_back().map(|(key, _)| key).max(self.horizon);
        }
    }

    /// Converts keys and quantities. Returns `None` if one cannot be converted.
    pub(crate) fn try_map<T: Key>(&self, key: impl Fn(K) -> Option<T>, quantity: impl Fn(K) -> Option<T>) -> Option<Side<T>> {
        let levels: Option<Vec<_>> = self.levels.iter().map(|(k, q)| Some((key(*k)?, quantity(*q)?))).collect();
        let horizon = match self.horizon {
            Some(horizon) => Some(key(horizon)?),
            None => None,
        };
        Some(Side { levels: levels?, horizon })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(levels: &[(i64, i64)]) -> Side<i64> {
        let mut side = Side::default();
        for (key, quantity) in levels {
            side.push(*key, *quantity);
        }
        side
    }

    #[test]
    fn a_level_is_inserted_changed_and_removed_in_order() {
        let mut side = side(&[(1, 10), (3, 30)]);
        side.set(2, Some(20), usize::MAX);
        side.set(4, Some(40), usize::MAX);
        side.set(1, None, usize::MAX);
        side.set(3, Some(31), usize::MAX);
        side.set(7, None, usize::MAX);
        assert_eq!(side.levels(), [(2, 20), (3, 31), (4, 40)]);
    }

    #[test]
    fn a_position_is_found_from_any_end_and_hint() {
        let side = side(&(0..40).map(|number| (number * 2, 1)).collect::<Vec<_>>());
        for key in -1..81 {
            let expected = side.levels().partition_point(|(present, _)| *present < key);
            assert!(side.regular_position(key).is_none_or(|position| position == expected && side.levels()[position].0 == key), "{key}");
            assert_eq!(side.regular_position(key).is_some(), (0..80).contains(&key) && key % 2 == 0, "{key}");
            for end in expected..=40 {
                assert_eq!(side.position_before(key, end), expected, "{key} before {end}");
            }
        }
    }

    #[test]
    fn levels_beyond_the_cap_are_not_known_afterwards() {
        let mut side = side(&(0..17).map(|number| (number, 1)).collect::<Vec<_>>());
        side.truncate(16);
        assert_eq!((side.levels().len(), side.horizon()), (14, Some(2)));
        side.set(2, Some(9), usize::MAX);
        side.set(1, Some(9), usize::MAX);
        assert_eq!(side.levels().len(), 14);
        for key in 3..17 {
            side.set(key, None, usize::MAX);
        }
        assert!(side.is_depleted());
    }

    #[test]
    fn a_cap_of_one_level_keeps_the_best_one() {
        let mut side = side(&[(1, 1), (2, 1)]);
        side.truncate(1);
        assert_eq!((side.levels(), side.horizon()), (&[(2, 1)][..], Some(1)));
    }
}
