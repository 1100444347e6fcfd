//! Candlesticks of the documented intervals.

use super::super::calendar;
use super::super::command::TimeRange;
use super::super::enums::{KlineInterval, KlinePriceType};
use super::super::reject::Reject;
use super::super::view::Kline;
use super::Market;
use super::candles::MINUTE_MS;
use crate::UnixMillis;

/// Default number of candlesticks. Documented.
const DEFAULT_LIMIT: i64 = 500;
/// Maximum number of candlesticks. Documented.
const MAX_LIMIT: i64 = 1_000;

impl Market {
    /// Returns at most `limit` candlesticks, oldest first. With a start time, these are the first candlesticks that open at or after the
    /// start time. Without a start time, these are the most recent candlesticks. The last candlestick may be incomplete, because its
    /// interval has not ended.
    pub(in crate::exchange) fn klines(
        &self,
        interval: KlineInterval,
        price_type: Option<KlinePriceType>,
        time: TimeRange,
        limit: Option<i64>,
        now: UnixMillis,
    ) -> Result<Vec<Kline>, Reject> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Reject::out_of_range(format_args!("limit must be from 1 to {MAX_LIMIT}")));
        }
        let candles = match price_type {
            None => &self.trade_candles,
            Some(KlinePriceType::MarkPrice) => &self.mark_candles,
            Some(KlinePriceType::IndexPrice) => &self.index_candles,
        };
        let Some(first) = candles.first() else { return Ok(Vec::new()) };
        let last_time = time.end.map_or(now, |end| end.min(now));
        // The loops below visit each interval of the requested period. The period is therefore limited to the times for which the local
        // exchange has candlesticks.
        if last_time.as_millis() < interval_start(interval, first) || time.start.is_some_and(|start| start > last_time) {
            return Ok(Vec::new());
        }
        let mut starts = Vec::new();
        if let Some(from) = time.start {
            let mut start = interval_start(interval, from.as_millis().max(first));
            if start < from.as_millis() {
                start = interval_end(interval, start);
            }
            while start <= last_time.as_millis() && (starts.len() as i64) < limit {
                starts.push(start);
                start = interval_end(interval, start);
            }
        } else {
            let mut start = interval_start(interval, last_time.as_millis());
            while start >= interval_start(interval, first) && (starts.len() as i64) < limit {
                starts.push(start);
                start = interval_start(interval, start - 1);
            }
            starts.reverse();
        }
        let kline = |start: i64| {
            let close = interval_end(interval, start);
            let candle = candles.aggregate(start, close)?;
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

/// Minutes of an interval, or `None` for weeks and months, which start at calendar dates.
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

/// Start of the candlestick that contains `time`.
fn interval_start(interval: KlineInterval, time: i64) -> i64 {
    match minutes(interval) {
        Some(minutes) => time.div_euclid(minutes * MINUTE_MS) * minutes * MINUTE_MS,
        None if interval == KlineInterval::OneWeek => calendar::week(time),
        None => calendar::month(time),
    }
}

/// End of the candlestick that starts at `start`. It is the start of the next candlestick.
fn interval_end(interval: KlineInterval, start: i64) -> i64 {
    match minutes(interval) {
        Some(minutes) => start + minutes * MINUTE_MS,
        None if interval == KlineInterval::OneWeek => start + calendar::WEEK_MS,
        None => calendar::next_month(start),
    }
}
