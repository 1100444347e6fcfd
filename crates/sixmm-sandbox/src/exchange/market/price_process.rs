//! Simulation of a moving market: a random walk of the index price, and the orders of the internal market maker and counterparty.
//!
//! All computations use integers, so that the same seed gives the same prices on each machine.

use oorandom::Rand64;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::enums::OrderSide;
use super::Market;
use crate::UnixMillis;
use crate::engine::{Lots, MAX_UNITS, Ticks};

/// Time between two steps of a moving market.
pub(in crate::exchange) const STEP_MS: i64 = 1_000;

/// Number of quoted prices on each side.
const QUOTE_LEVELS: u64 = 12;
/// Average notional of the quote at the best price, in USDT. Quotes further away are larger.
const QUOTE_NOTIONAL: u64 = 15_000;
/// Resolution of the simulated index price, in parts per tick. The resolution must be finer than a tick, because one step of the simulation
/// can change the price by a fraction of a tick.
const PARTS_PER_TICK: i128 = 1 << 20;

/// The simulated price of a market, and the state of the simulation.
#[derive(Debug, Clone)]
pub(in crate::exchange) struct PriceProcess {
    random: Rand64,
    /// The price that the simulated price reverts to, in parts of a tick.
    mean: i128,
    /// The simulated price, in parts of a tick.
    index: i128,
    pub(in crate::exchange) next: UnixMillis,
    /// Ids of the market maker's orders.
    pub(in crate::exchange) quotes: Vec<u64>,
    /// Average quantity of the quote at the best price.
    level_lots: u64,
}

/// The result of one simulation step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::exchange) struct Step {
    pub(in crate::exchange) index: Ticks,
    /// New quotes, each with price and quantity.
    pub(in crate::exchange) bids: Vec<(Ticks, Lots)>,
    pub(in crate::exchange) asks: Vec<(Ticks, Lots)>,
    /// Market orders of the counterparty.
    pub(in crate::exchange) takers: Vec<(OrderSide, Lots)>,
}

impl PriceProcess {
    pub(in crate::exchange) fn new(market: &Market, seed: u64, now: UnixMillis) -> Self {
        let index = i128::from(market.index().0) * PARTS_PER_TICK;
        Self {
            random: Rand64::new(u128::from(seed)),
            mean: index,
            index,
            next: now.plus(STEP_MS),
            quotes: Vec::new(),
            level_lots: lots_worth(market, QUOTE_NOTIONAL),
        }
    }

    /// Skips the steps before `time`. Later steps keep their schedule.
    pub(in crate::exchange) fn skip_until(&mut self, time: UnixMillis) {
        let missed = time.as_millis().saturating_sub(self.next.as_millis());
        if missed > 0 {
            self.next = self.next.plus((missed + STEP_MS - 1) / STEP_MS * STEP_MS);
        }
    }

    pub(in crate::exchange) fn step(&mut self) -> Step {
        // `shock` is approximately normally distributed, because it is the sum of four uniformly distributed numbers. Its standard
        // deviation is 1155, which corresponds to a price change of 1.2 basis points.
        let shock: i128 = (0..4).map(|_| i128::from(self.random.rand_range(0..2_001)) - 1_000).sum();
        let random_move = self.index * shock / 10_000_000;
        let mean_reversion = (self.mean - self.index) / 5_000;
        self.index = (self.index + random_move + mean_reversion).clamp(PARTS_PER_TICK, i128::from(MAX_UNITS / 2) * PARTS_PER_TICK);
        let index = u64::try_from(self.index / PARTS_PER_TICK).unwrap_or(1);
        // The distance from the index price to the best quote, and from each quote to the next, is half a basis point.
        let gap = (index / 20_000).max(1);
        let mut bids = Vec::new();
        let mut asks = Vec::new();
        for level in 0..QUOTE_LEVELS {
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
        let average = self.level_lots * (level + 2) / 2;
        Lots(self.random.rand_range(average / 2..average + 1).max(1))
    }
}

/// The number of lots with a notional of `usdt`, at least one.
fn lots_worth(market: &Market, usdt: u64) -> u64 {
    let lot = market.value(market.index(), Lots(1));
    (Decimal::from(usdt) / lot).to_u64().unwrap_or(MAX_UNITS).clamp(1, MAX_UNITS / QUOTE_LEVELS)
}
