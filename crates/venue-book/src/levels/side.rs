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

/// The number of the best levels whose density is measured. It fits into the bits of a density before the binary point.
const DENSITY_LEVELS: usize = 256;
/// The number of bits of a density after the binary point.
const DENSITY_BITS: u32 = 24;
/// The number of levels around an expected position that are compared with a key.
const WINDOW: usize = 4;

/// The search for the levels of a message.
#[derive(Debug)]
pub(crate) struct Search {
    /// The number of levels in a unit near the best level, as a fraction with [`DENSITY_BITS`] bits. `None` if keys are decimals.
    density: Option<u32>,
    /// The position of the previous level of the message. Messages list their levels from the best to the worst, so a level that is not at
    /// its expected position is usually found below the previous one.
    previous: usize,
}

/// The key of a level: a price, or a negative price.
pub(crate) trait Key: Copy + Ord {
    /// The number of units from this key to another one, if keys are integers and the number fits.
    fn units_to(self, other: Self) -> Option<i32>;
}

impl Key for i64 {
    #[inline]
    fn units_to(self, other: Self) -> Option<i32> {
        i32::try_from(other.checked_sub(self)?).ok()
    }
}

impl Key for Decimal {
    #[inline]
    fn units_to(self, _: Self) -> Option<i32> {
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

    /// Starts the search for the levels of a message, and measures the density of the levels near the best one for it.
    #[inline]
    pub(crate) fn search(&self) -> Search {
        let measured = self.levels.len().saturating_sub(DENSITY_LEVELS)..self.levels.len();
        let density = match self.levels.get(measured.clone()) {
            Some([(first, _), .., (best, _)]) => {
                let levels = u32::try_from(measured.len() - 1).ok();
                let units = first.units_to(*best).and_then(|units| u32::try_from(units).ok());
                levels.zip(units).and_then(|(levels, units)| (levels << DENSITY_BITS).checked_div(units))
            }
            _ => None,
        };
        Search { density, previous: usize::MAX }
    }

    /// Sets the quantity of a level, or removes the level if there is no quantity. `search` is the search of the message that contains the
    /// level.
    #[inline]
    pub(crate) fn set(&mut self, key: K, quantity: Option<K>, search: &mut Search) {
        if self.horizon.is_some_and(|horizon| key <= horizon) {
            return;
        }
        let position = self.estimated_position(key, search.density).unwrap_or_else(|| match self.levels.get(search.previous) {
            Some((above, _)) if *above > key => self.position_before(key, search.previous),
            _ => self.levels.partition_point(|(present, _)| *present < key),
        });
        match (self.levels.get_mut(position), quantity) {
            (Some((present, old)), Some(new)) if *present == key => *old = new,
            (Some((present, _)), None) if *present == key => drop(self.levels.remove(position)),
            (_, Some(new)) => self.levels.insert(position, (key, new)),
            (_, None) => {}
        }
        search.previous = position;
    }

    /// The first position whose key is at least `key`, if the density of the levels leads to it.
    ///
    /// The distance from the best key gives a first estimate, which is exact if the levels have equal distances. The distance from the key at
    /// that position gives a second estimate, and the levels around it are compared with the key without a branch for each of them.
    ///
    /// Example: the best key is 100 at position 9, and the density is a level in two units. The key 86 is first expected at position 2. If the
    /// key at position 2 is 89, the second estimate is position 0.
    #[inline]
    fn estimated_position(&self, key: K, density: Option<u32>) -> Option<usize> {
        let density = i64::from(density?);
        let last = i64::try_from(self.levels.len()).ok()? - 1;
        let from = |position: usize| {
            let (present, _) = self.levels[position];
            let levels = (i64::from(key.units_to(present)?) * density + (1 << (DENSITY_BITS - 1))) >> DENSITY_BITS;
            Some((position as i64 - levels).clamp(0, last) as usize)
        };
        let first = from(self.levels.len().checked_sub(1)?)?;
        if self.levels[first].0 == key {
            return Some(first);
        }
        let start = from(first)?.saturating_sub(WINDOW / 2).min(self.levels.len().checked_sub(WINDOW)?);
        let window: &[(K, K); WINDOW] = self.levels[start..].first_chunk()?;
        let less = window.iter().map(|(present, _)| usize::from(*present < key)).sum::<usize>();
        // If all keys of the window are on one side of the key, the position may be beyond the window.
        let is_found = (less > 0 || start == 0) && (less < WINDOW || start + WINDOW == self.levels.len());
        is_found.then_some(start + less)
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
    use proptest::prelude::*;

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
        side.set(2, Some(20), &mut side.search());
        side.set(4, Some(40), &mut side.search());
        side.set(1, None, &mut side.search());
        side.set(3, Some(31), &mut side.search());
        side.set(7, None, &mut side.search());
        assert_eq!(side.levels(), [(2, 20), (3, 31), (4, 40)]);
    }

    #[test]
    fn a_position_is_found_from_any_end() {
        let side = side(&(0..40).map(|number| (number * 2, 1)).collect::<Vec<_>>());
        for key in -1..81 {
            let expected = side.levels().partition_point(|(present, _)| *present < key);
            for end in expected..=40 {
                assert_eq!(side.position_before(key, end), expected, "{key} before {end}");
            }
        }
    }

    #[test]
    fn equal_distances_lead_to_each_position() {
        for (levels, distance) in [(2, 1), (3, 7), (40, 2), (300, 3), (300, 1_000_000)] {
            let side = side(&(0..levels).map(|number| (number * distance, 1)).collect::<Vec<_>>());
            for number in (levels - 256).max(0)..levels {
                let found = side.estimated_position(number * distance, side.search().density);
                assert_eq!(found, usize::try_from(number).ok(), "{number} of {levels} at a distance of {distance}");
            }
        }
    }

    proptest! {
        #[test]
        fn an_estimated_position_is_the_position(
            distances in prop::collection::vec(prop_oneof![1..6_i64, 1..1_000_i64, any::<i64>().prop_map(|distance| distance.max(1))], 0..600),
            worst in prop_oneof![Just(i64::MIN + 1), -10_000..10_000_i64],
            keys in prop::collection::vec(any::<(prop::sample::Index, i8)>(), 1..50),
            extremes in prop::collection::vec(any::<i64>(), 0..5),
        ) {
            let levels = distances.iter().scan(worst, |key, distance| {
                *key = key.checked_add(*distance)?;
                Some((*key, 1))
            });
            let side = side(&levels.collect::<Vec<_>>());
            let near = keys.iter().filter_map(|(index, distance)| {
                let (key, _) = side.levels().get(index.index(side.levels().len().max(1)))?;
                key.checked_add((*distance).into())
            });
            for key in near.chain(extremes) {
                let expected = side.levels().partition_point(|(present, _)| *present < key);
                let found = side.estimated_position(key, side.search().density);
                prop_assert!(found.is_none_or(|found| found == expected), "{key}: {found:?}, not {expected}");
            }
        }
    }

    #[test]
    fn most_positions_among_irregular_levels_are_estimated() {
        let mut random = fastrand::Rng::with_seed(1);
        let side = side(&(0..500).map(|number| (number * 3 + random.i64(0..3), 1)).collect::<Vec<_>>());
        let density = side.search().density;
        let estimated = (0..1_500).filter(|key| side.estimated_position(*key, density).is_some()).count();
        assert!(estimated > 1_400, "{estimated}");
    }

    #[test]
    fn levels_beyond_the_cap_are_not_known_afterwards() {
        let mut side = side(&(0..17).map(|number| (number, 1)).collect::<Vec<_>>());
        side.truncate(16);
        assert_eq!((side.levels().len(), side.horizon()), (14, Some(2)));
        side.set(2, Some(9), &mut side.search());
        side.set(1, Some(9), &mut side.search());
        assert_eq!(side.levels().len(), 14);
        for key in 3..17 {
            side.set(key, None, &mut side.search());
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
