//! One-minute candlesticks, from which longer candlesticks are aggregated.

use crate::UnixMillis;
use crate::engine::{Lots, Ticks};

pub(super) const MINUTE_MS: i64 = 60_000;

/// The minutes with at least one price, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Candles(Vec<Candle>);

/// Open, high, low and close price, and the traded volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candle {
    pub(super) start: i64,
    pub(super) open: Ticks,
    pub(super) high: Ticks,
    pub(super) low: Ticks,
    pub(super) close: Ticks,
    pub(super) volume: Lots,
}

impl Candle {
    /// A candlestick without trades, whose prices are all the previous close.
    fn flat(start: i64, price: Ticks) -> Self {
        Self { start, open: price, high: price, low: price, close: price, volume: Lots::ZERO }
    }
}

impl Candles {
    pub(super) fn add(&mut self, now: UnixMillis, price: Ticks, volume: Lots) {
        let start = now.as_millis().div_euclid(MINUTE_MS) * MINUTE_MS;
        match self.0.last_mut() {
            Some(candle) if candle.start == start => {
                candle.high = candle.high.max(price);
                candle.low = candle.low.min(price);
                candle.close = price;
                candle.volume.0 = candle.volume.0.saturating_add(volume.0);
            }
            _ => self.0.push(Candle { volume, ..Candle::flat(start, price) }),
        }
    }

    /// Start of the first candlestick.
    pub(super) fn first(&self) -> Option<i64> {
        self.0.first().map(|candle| candle.start)
    }

    /// Returns one candlestick for the period `start..end` (half-open, in Unix milliseconds), aggregated from its one-minute candlesticks.
    /// If the period has none, all prices of the returned candlestick are the last close before `start`. Returns `None` if there was no
    /// price before `end`.
    pub(super) fn aggregate(&self, start: i64, end: i64) -> Option<Candle> {
        let from = self.0.partition_point(|candle| candle.start < start);
        let to = self.0.partition_point(|candle| candle.start < end);
        let within = &self.0[from..to];
        let Some((first, last)) = within.first().zip(within.last()) else {
            let before = self.0[..from].last()?;
            return Some(Candle::flat(start, before.close));
        };
        Some(Candle {
            start,
            open: first.open,
            high: within.iter().map(|candle| candle.high).max().unwrap_or(first.high),
            low: within.iter().map(|candle| candle.low).min().unwrap_or(first.low),
            close: last.close,
            volume: Lots(within.iter().fold(0, |sum, candle| sum.saturating_add(candle.volume.0))),
        })
    }
}
