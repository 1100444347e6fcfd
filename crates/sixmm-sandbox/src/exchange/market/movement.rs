//! A market that moves by itself: a price that wanders, someone who quotes around it, and someone who trades with whoever quotes.
//!
//! Whole numbers alone, so that the same seed gives the same market on every machine.

use oorandom::Rand64;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::terms::OrderSide;
use super::{MOST, Market};
use crate::UnixMillis;
use crate::engine::{Lots, Ticks};

/// How often the market moves.
pub(in crate::exchange) const STEP_MS: i64 = 1_000;

/// Prices that are quoted on each side.
const LEVELS: u64 = 12;
/// What is quoted at the best price, in USDT; further away it is more.
const LEVEL_NOTIONAL: u64 = 15_000;
/// The index price is kept to this many parts of a tick, so that it can wander by less than one.
const PARTS: i128 = 1 << 20;

/// The process that moves a price, with what it needs from one step to the next.
#[derive(Debug, Clone)]
pub(in crate::exchange) struct Movement {
    random: Rand64,
    /// Where the price is drawn back to, in parts of a tick.
    home: i128,
    /// Where it is.
    index: i128,
    pub(in crate::exchange) next: UnixMillis,
    /// The orders that quote, by their ids.
    pub(in crate::exchange) quotes: Vec<u64>,
    /// What is quoted at the best price.
    level_lots: u64,
}

/// What happens in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::exchange) struct Step {
    pub(in crate::exchange) index: Ticks,
    /// New quotes: price and quantity.
    pub(in crate::exchange) bids: Vec<(Ticks, Lots)>,
    pub(in crate::exchange) asks: Vec<(Ticks, Lots)>,
    /// Orders that take.
    pub(in crate::exchange) takers: Vec<(OrderSide, Lots)>,
}

impl Movement {
    pub(in crate::exchange) fn new(market: &Market, seed: u64, now: UnixMillis) -> Self {
        let index = i128::from(market.index().0) * PARTS;
        Self {
            random: Rand64::new(u128::from(seed)),
            home: index,
            index,
            next: now.plus(STEP_MS),
            quotes: Vec::new(),
            level_lots: lots_worth(market, LEVEL_NOTIONAL),
        }
    }

    /// Leaves out the steps before a time. Those after it come when they would have come.
    pub(in crate::exchange) fn stand_still_until(&mut self, time: UnixMillis) {
        let missed = time.as_millis().saturating_sub(self.next.as_millis());
        if missed > 0 {
            self.next = self.next.plus((missed + STEP_MS - 1) / STEP_MS * STEP_MS);
        }
    }

    pub(in crate::exchange) fn step(&mut self) -> Step {
        // The sum of four uniform numbers is close to a normal one: here with a deviation of about 1155, which moves the price by 1.2
        // basis points.
        let shock: i128 = (0..4).map(|_| i128::from(self.random.rand_range(0..2_001)) - 1_000).sum();
        let wander = self.index * shock / 10_000_000;
        let pull = (self.home - self.index) / 5_000;
        self.index = (self.index + wander + pull).clamp(PARTS, i128::from(MOST / 2) * PARTS);
        let index = u64::try_from(self.index / PARTS).unwrap_or(1);
        // Half a basis point to either side, and as much between prices.
        let gap = (index / 20_000).max(1);
        let mut bids = Vec::new();
        let mut asks = Vec::new();
        for level in 0..LEVELS {
            let distance = (level + 1) * gap;
            bids.push((Ticks(index.saturating_sub(distance).max(1)), self.size(level)));
            asks.push((Ticks(index + distance), self.size(level)));
        }
        let mut takers = Vec::new();
        for _ in 0..self.random.rand_range(0..4) {
            let side = if self.random.rand_range(0..2) == 0 { OrderSide::Buy } else { OrderSide::Sell };
            takers.push((side, Lots(self.random.rand_range(1..self.level_lots.max(2)))));
        }
        Step { index: Ticks(index), bids, asks, takers }
    }

    fn size(&mut self, level: u64) -> Lots {
        let usual = self.level_lots * (level + 2) / 2;
        Lots(self.random.rand_range(usual / 2..usual + 1).max(1))
    }
}

/// How many lots this many USDT buy; at least one.
fn lots_worth(market: &Market, usdt: u64) -> u64 {
    let lot = market.value(market.index(), Lots(1));
    (Decimal::from(usdt) / lot).to_u64().unwrap_or(MOST).clamp(1, MOST / LEVELS)
}
