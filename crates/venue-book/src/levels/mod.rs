//! Both sides of a book, in integer units as long as these are exact.

mod side;

use rust_decimal::Decimal;

use crate::depth::{Depth, Level};
use crate::number::Number;
use side::{Key, Side};

/// Bids or asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BookSide {
    /// The orders to buy. The best price is the highest one.
    Bids,
    /// The orders to sell. The best price is the lowest one.
    Asks,
}

/// The levels of both sides.
///
/// Prices and quantities are integers, in units of `10^-scale`. A number with more decimals raises the scale of all numbers. If the numbers
/// then do not fit into an `i64`, both sides use decimals until the next snapshot. No number is ever rounded.
///
/// Example: at a price scale of 1, the price 42000.1 is 420001. The price 42000.15 raises the scale to 2, and 42000.1 becomes 4200010.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    /// The scales of the known tick and step sizes.
    least: Scales,
    max_levels: usize,
    sides: Sides,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Scales {
    price: u8,
    quantity: u8,
}

#[derive(Clone, Debug, PartialEq)]
enum Sides {
    Units(Scales, Pair<i64>),
    Decimals(Pair<Decimal>),
}

/// The keys of bids are prices. The keys of asks are negative prices, so that a greater key is a better price on both sides.
#[derive(Clone, Debug, PartialEq)]
struct Pair<K> {
    bids: Side<K>,
    asks: Side<K>,
}

impl<K> Default for Pair<K> {
    fn default() -> Self {
        Self { bids: Side::default(), asks: Side::default() }
    }
}

/// The largest scale of units: 10¹⁸ is the largest power of ten in an `i64`.
const MAX_SCALE: u32 = 18;

impl Levels {
    /// Creates an empty book. The tick and step sizes are the usual units of prices and quantities, and other numbers are permitted.
    pub(crate) fn new(tick_size: Option<Decimal>, step_size: Option<Decimal>, max_levels: usize) -> Self {
        let scale = |size: Option<Decimal>| {
            let scale = size.map_or(0, |size| Number::from(size).needed_scale().min(MAX_SCALE));
            u8::try_from(scale).unwrap_or_default()
        };
        let least = Scales { price: scale(tick_size), quantity: scale(step_size) };
        Self { least, max_levels: max_levels.max(1), sides: Sides::Units(least, Pair::default()) }
    }

    /// Replaces all levels.
    pub(crate) fn replace(&mut self, depth: &Depth) {
        let (bids, asks) = (depth.bid_levels(), depth.ask_levels());
        let replaced = match &mut self.sides {
            Sides::Units(scales, pair) => pair.replace_units(*scales, bids, asks),
            Sides::Decimals(_) => false,
        };
        if !replaced {
            self.replace_slowly(bids, asks);
        }
        self.truncate();
    }

    /// Determines the scales from all levels.
    #[cold]
    fn replace_slowly(&mut self, bids: &[Level], asks: &[Level]) {
        let scale = |least: u8, number: fn(&Level) -> Number| {
            let scales = bids.iter().chain(asks).map(|level| number(level).needed_scale());
            scales.max().unwrap_or_default().max(u32::from(least))
        };
        let scales = (scale(self.least.price, |level| level.price), scale(self.least.quantity, |level| level.quantity));
        if let (Ok(price), Ok(quantity)) = (u8::try_from(scales.0), u8::try_from(scales.1)) {
            let (scales, mut pair) = (Scales { price, quantity }, Pair::default());
            if pair.replace_units(scales, bids, asks) {
                self.sides = Sides::Units(scales, pair);
                return;
            }
        }
        let mut pair = Pair::default();
        pair.bids.replace(bids, |level| Some(level.price.to_decimal()), |level| Some(level.quantity.to_decimal()));
        pair.asks.replace(asks, |level| Some(-level.price.to_decimal()), |level| Some(level.quantity.to_decimal()));
        self.sides = Sides::Decimals(pair);
    }

    /// Applies the levels of an increment.
    pub(crate) fn apply(&mut self, depth: &Depth) {
        self.apply_side(BookSide::Bids, depth.bid_levels());
        self.apply_side(BookSide::Asks, depth.ask_levels());
        self.truncate();
    }

    /// Whether applying the levels of an increment changes nothing.
    pub(crate) fn is_unchanged_by(&self, depth: &Depth) -> bool {
        if depth.is_empty() {
            return true;
        }
        let mut applied = self.clone();
        applied.apply(depth);
        applied.sides == self.sides
    }

    fn apply_side(&mut self, side: BookSide, mut levels: &[Level]) {
        loop {
            let applied = match &mut self.sides {
                Sides::Units(scales, pair) => pair.side_mut(side).apply_units(*scales, side, levels),
                Sides::Decimals(pair) => {
                    pair.side_mut(side).apply_decimals(side, levels);
                    levels.len()
                }
            };
            let Some(rest) = levels.get(applied..).filter(|rest| !rest.is_empty()) else { return };
            levels = rest;
            self.widen(levels[0]);
        }
    }

    /// Raises the scales so that they fit a level, or changes to decimals.
    #[cold]
    fn widen(&mut self, level: Level) {
        let Sides::Units(old, pair) = &self.sides else { return };
        let widened = |old: u8, number: Number| Some(old.max(u8::try_from(number.needed_scale()).ok()?));
        let units = widened(old.price, level.price).zip(widened(old.quantity, level.quantity)).and_then(|(price, quantity)| {
            let new = Scales { price, quantity };
            level.to_units(new, BookSide::Bids)?;
            Some(Sides::Units(new, pair.rescaled(*old, new)?))
        });
        self.sides = units.unwrap_or_else(|| Sides::Decimals(pair.to_decimals(*old)));
    }

    fn truncate(&mut self) {
        match &mut self.sides {
            Sides::Units(_, pair) => pair.truncate(self.max_levels),
            Sides::Decimals(pair) => pair.truncate(self.max_levels),
        }
    }

    /// Whether the best bid is at least the best ask. No exchange lets such orders rest beside each other.
    #[inline]
    pub(crate) fn is_crossed(&self) -> bool {
        match &self.sides {
            Sides::Units(_, Pair { bids, asks }) => bids.best_key().zip(asks.best_key()).is_some_and(|(bid, ask)| bid >= -ask),
            Sides::Decimals(Pair { bids, asks }) => bids.best_key().zip(asks.best_key()).is_some_and(|(bid, ask)| bid >= -ask),
        }
    }

    /// Whether the cap on levels left a side without a known best price.
    #[inline]
    pub(crate) fn is_depleted(&self) -> bool {
        match &self.sides {
            Sides::Units(_, Pair { bids, asks }) => bids.is_depleted() || asks.is_depleted(),
            Sides::Decimals(Pair { bids, asks }) => bids.is_depleted() || asks.is_depleted(),
        }
    }

    pub(crate) fn len(&self, side: BookSide) -> usize {
        match &self.sides {
            Sides::Units(_, pair) => pair.side(side).levels().len(),
            Sides::Decimals(pair) => pair.side(side).levels().len(),
        }
    }

    /// The level at this place. The best level has the place 0.
    #[inline]
    pub(crate) fn get(&self, side: BookSide, place: usize) -> Option<(Decimal, Decimal)> {
        match &self.sides {
            Sides::Units(scales, pair) => {
                let levels = pair.side(side).levels();
                let (key, quantity) = levels.get(levels.len().checked_sub(place)?.checked_sub(1)?)?;
                let price = if side == BookSide::Bids { *key } else { -*key };
                Some((Decimal::new(price, scales.price.into()), Decimal::new(*quantity, scales.quantity.into())))
            }
            Sides::Decimals(pair) => {
                let levels = pair.side(side).levels();
                let (key, quantity) = levels.get(levels.len().checked_sub(place)?.checked_sub(1)?)?;
                Some((if side == BookSide::Bids { *key } else { -*key }, *quantity))
            }
        }
    }

    /// The best price that the cap on levels removed.
    pub(crate) fn horizon(&self, side: BookSide) -> Option<Decimal> {
        let key = match &self.sides {
            Sides::Units(scales, pair) => Decimal::new(pair.side(side).horizon()?, scales.price.into()),
            Sides::Decimals(pair) => pair.side(side).horizon()?,
        };
        Some(if side == BookSide::Bids { key } else { -key })
    }
}

impl<K: Key> Pair<K> {
    #[inline]
    fn side(&self, side: BookSide) -> &Side<K> {
        match side {
            BookSide::Bids => &self.bids,
            BookSide::Asks => &self.asks,
        }
    }

    #[inline]
    fn side_mut(&mut self, side: BookSide) -> &mut Side<K> {
        match side {
            BookSide::Bids => &mut self.bids,
            BookSide::Asks => &mut self.asks,
        }
    }

    fn truncate(&mut self, max: usize) {
        self.bids.truncate(max);
        self.asks.truncate(max);
    }
}

impl Pair<i64> {
    /// Replaces all levels. Returns `false` if a number does not fit, and the levels are then incomplete.
    fn replace_units(&mut self, scales: Scales, bids: &[Level], asks: &[Level]) -> bool {
        let price = |side| move |level: &Level| signed(level.price.to_units(scales.price)?, side);
        let quantity = |level: &Level| level.quantity.to_units(scales.quantity);
        self.bids.replace(bids, price(BookSide::Bids), quantity) && self.asks.replace(asks, price(BookSide::Asks), quantity)
    }

    fn rescaled(&self, old: Scales, new: Scales) -> Option<Self> {
        let factor = |old: u8, new: u8| 10_i64.checked_pow(u32::from(new.checked_sub(old)?));
        let (price, quantity) = (factor(old.price, new.price)?, factor(old.quantity, new.quantity)?);
        let rescaled = |side: &Side<i64>| side.try_map(|key| key.checked_mul(price), |number| number.checked_mul(quantity));
        Some(Self { bids: rescaled(&self.bids)?, asks: rescaled(&self.asks)? })
    }

    fn to_decimals(&self, scales: Scales) -> Pair<Decimal> {
        let decimal = |scale: u8| move |number: i64| Some(Decimal::new(number, scale.into()));
        let converted = |side: &Side<i64>| side.try_map(decimal(scales.price), decimal(scales.quantity)).unwrap_or_default();
        Pair { bids: converted(&self.bids), asks: converted(&self.asks) }
    }
}

impl<K: Key> Side<K> {
    /// Replaces all levels by those of a snapshot. Returns `false` if a number cannot be converted.
    fn replace(&mut self, levels: &[Level], key: impl Fn(&Level) -> Option<K>, quantity: impl Fn(&Level) -> Option<K>) -> bool {
        self.clear();
        let mut is_sorted = true;
        // From the worst level to the best one, which has to be the last.
        for level in levels.iter().rev() {
            if level.quantity.is_zero() {
                continue;
            }
            let (Some(key), Some(quantity)) = (key(level), quantity(level)) else { return false };
            is_sorted &= self.push(key, quantity);
        }
        if !is_sorted {
            self.sort();
        }
        true
    }
}

impl Side<i64> {
    /// Applies levels until one does not fit. Returns the number of the levels that were applied.
    #[inline]
    fn apply_units(&mut self, scales: Scales, side: BookSide, levels: &[Level]) -> usize {
        let mut search = self.search();
        for (index, level) in levels.iter().enumerate() {
            if level.quantity.is_zero() {
                // A price that does not fit is not in the book.
                if let Some(key) = level.price.to_units(scales.price).and_then(|price| signed(price, side)) {
                    self.set(key, None, &mut search);
                }
                continue;
            }
            let Some((key, quantity)) = level.to_units(scales, side) else { return index };
            self.set(key, Some(quantity), &mut search);
        }
        levels.len()
    }
}

impl Side<Decimal> {
    fn apply_decimals(&mut self, side: BookSide, levels: &[Level]) {
        let mut search = self.search();
        for level in levels {
            let price = level.price.to_decimal();
            let quantity = Some(level.quantity.to_decimal()).filter(|quantity| !quantity.is_zero());
            self.set(if side == BookSide::Bids { price } else { -price }, quantity, &mut search);
        }
    }
}

impl Level {
    #[inline]
    fn to_units(self, scales: Scales, side: BookSide) -> Option<(i64, i64)> {
        Some((signed(self.price.to_units(scales.price)?, side)?, self.quantity.to_units(scales.quantity)?))
    }
}

/// The key of a price. The smallest `i64` has no key on either side, because it has no negative.
#[inline]
fn signed(price: i64, side: BookSide) -> Option<i64> {
    let negative = price.checked_neg()?;
    Some(if side == BookSide::Bids { price } else { negative })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_integers_until_they_overflow_and_again_from_the_next_snapshot() {
        let mut levels = Levels::new(None, None, 10);
        let mut check = |is_snapshot: bool, price: &str, expected: Option<Scales>| {
            let mut depth = Depth::new();
            depth.push_bid(price, "0.5").expect("a level");
            if is_snapshot {
                levels.replace(&depth)
            } else {
                levels.apply(&depth)
            }
            let scales = match levels.sides {
                Sides::Units(scales, _) => Some(scales),
                Sides::Decimals(_) => None,
            };
            assert_eq!(scales, expected, "{price}");
        };
        check(true, "42000", Some(Scales { price: 0, quantity: 1 }));
        check(false, "42000.1", Some(Scales { price: 1, quantity: 1 }));
        check(false, "42000.1500", Some(Scales { price: 2, quantity: 1 }));
        check(false, "42000.00000000000001", Some(Scales { price: 14, quantity: 1 }));
        check(false, "42000.000000000000001", None);
        check(false, "42000.1", None);
        check(true, "42000.15", Some(Scales { price: 2, quantity: 1 }));
    }
}
