//! Candlesticks of every documented interval.

use super::super::calendar;
use super::super::command::TimeRange;
use super::super::reject::Reject;
use super::super::terms::{KlineInterval, KlinePriceType};
use super::super::view::Kline;
use super::Market;
use super::candles::MINUTE_MS;
use crate::UnixMillis;

/// Documented.
const LIMIT_DEFAULT: i64 = 500;
/// Documented.
const LIMIT_MOST: i64 = 1_000;

impl Market {
    /// Candlesticks, the oldest first; the last one may still be open. With a start, the first ones from there on; without one, the last
    /// ones.
    pub(in crate::exchange) fn klines(
        &self,
        interval: KlineInterval,
        price_type: Option<KlinePriceType>,
        time: TimeRange,
        limit: Option<i64>,
        now: UnixMillis,
    ) -> Result<Vec<Kline>, Reject> {
        let limit = limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MOST).contains(&limit) {
            return Err(Reject::out_of_range(format_args!("limit must be from 1 to {LIMIT_MOST}")));
        }
        let candles = match price_type {
            None => &self.trade_candles,
            Some(KlinePriceType::MarkPrice) => &self.mark_candles,
            Some(KlinePriceType::IndexPrice) => &self.index_candles,
        };
        let Some(first) = candles.first() else { return Ok(Vec::new()) };
        let last_time = time.end.map_or(now, |end| end.min(now));
        // Whatever was asked for, no time beyond the exchange's own is reckoned with.
        if last_time.as_millis() < begin(interval, first) || time.start.is_some_and(|start| start > last_time) {
            return Ok(Vec::new());
        }
        let mut starts = Vec::new();
        if let Some(from) = time.start {
            let mut start = begin(interval, from.as_millis().max(first));
            if start < from.as_millis() {
                start = end(interval, start);
            }
            while start <= last_time.as_millis() && (starts.len() as i64) < limit {
                starts.push(start);
                start = end(interval, start);
            }
        } else {
            let mut start = begin(interval, last_time.as_millis());
            while start >= begin(interval, first) && (starts.len() as i64) < limit {
                starts.push(start);
                start = begin(interval, start - 1);
            }
            starts.reverse();
        }
        let kline = |start: i64| {
            let close = end(interval, start);
            let candle = candles.over(start, close)?;
            Some(Kline {
                open_time: UnixMillis::new(start),
                open: self.price(candle.open),
                high: self.price(candle.high),
                low: self.price(candle.low),
                close: self.price(candle.close),
                volume: price_type.is_none().then(|| self.quantity(candle.volume)),
                close_time: UnixMillis::new(close - 1),
            })
        };
        Ok(starts.into_iter().filter_map(kline).collect())
    }
}

/// The minutes of an interval; a month has no fixed number.
const fn minutes(interval: KlineInterval) -> Option<i64> {
    match interval {
        KlineInterval::OneMinute => Some(1),
        KlineInterval::FiveMinutes => Some(5),
        KlineInterval::FifteenMinutes => Some(15),
        KlineInterval::ThirtyMinutes => Some(30),
        KlineInterval::OneHour => Some(60),
        KlineInterval::FourHours => Some(4 * 60),
        KlineInterval::OneDay => Some(24 * 60),
        KlineInterval::OneWeek | KlineInterval::OneMonth => None,
    }
}

/// When the candlestick begins that a time belongs to.
fn begin(interval: KlineInterval, time: i64) -> i64 {
    match minutes(interval) {
        Some(minutes) => time.div_euclid(minutes * MINUTE_MS) * minutes * MINUTE_MS,
        None if interval == KlineInterval::OneWeek => calendar::week(time),
        None => calendar::month(time),
    }
}

/// When the candlestick after the one that begins at `start` begins.
fn end(interval: KlineInterval, start: i64) -> i64 {
    match minutes(interval) {
        Some(minutes) => start + minutes * MINUTE_MS,
        None if interval == KlineInterval::OneWeek => start + calendar::WEEK_MS,
        None => calendar::next_month(start),
    }
}
