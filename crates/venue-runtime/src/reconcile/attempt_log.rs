//! When the requests of an order write were sent, and when their signatures expire.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use venue_core::UnixMillis;

use crate::ServerClock;

/// No value has been recorded yet.
const NONE: i64 = i64::MIN;

/// A log of the requests that were sent for one order write: its attempts and, if the write is a cancellation, its repetitions.
///
/// The call that sends the requests shares the log with the write, so that the log survives if the future of the call is dropped.
#[derive(Debug)]
pub struct AttemptLog {
    sent_at: AtomicI64,
    timestamp: AtomicI64,
    window: Duration,
}

impl AttemptLog {
    /// Creates an empty log. `window` is the exchange's signature window: the exchange rejects a request whose timestamp differs from its
    /// clock by more than this duration.
    #[must_use]
    pub fn new(window: Duration) -> Self {
        Self { sent_at: AtomicI64::new(NONE), timestamp: AtomicI64::new(NONE), window }
    }

    /// A log that continues the log of a saved write.
    #[must_use]
    pub fn resumed(window: Duration, sent_at: Option<UnixMillis>, timestamp: Option<UnixMillis>) -> Self {
        let log = Self::new(window);
        log.sent_at.store(sent_at.map_or(NONE, UnixMillis::as_millis), Ordering::Relaxed);
        log.timestamp.store(timestamp.map_or(NONE, UnixMillis::as_millis), Ordering::Relaxed);
        log
    }

    /// Records that a request is sent at the time `now`. `timestamp` is the timestamp that was signed. `None` for an unsigned request.
    pub fn record(&self, now: UnixMillis, timestamp: Option<UnixMillis>) {
        self.sent_at.store(now.as_millis(), Ordering::Relaxed);
        if let Some(timestamp) = timestamp {
            self.timestamp.fetch_max(timestamp.as_millis(), Ordering::Relaxed);
        }
    }

    /// When the last request was sent, as a time on the exchange's clock. The time is the estimate at the moment of sending. `None` if no
    /// request was sent.
    #[must_use]
    pub fn sent_at(&self) -> Option<UnixMillis> {
        recorded(&self.sent_at)
    }

    /// The largest timestamp that was signed. `None` if no request was signed.
    #[must_use]
    pub fn last_timestamp(&self) -> Option<UnixMillis> {
        recorded(&self.timestamp)
    }

    /// The time on the exchange's clock after which the exchange rejects every request of this log, because the signatures are too old. The
    /// time is the sum of the largest signed timestamp, the signature window and the error of the clock estimate. `None` if no request was
    /// signed, or if the exchange's clock was never read.
    ///
    /// For example, a timestamp of 1,000,000 ms, a window of 10 s and an error of 30 ms result in 1,010,030 ms.
    #[must_use]
    pub fn expires_at(&self, clock: &ServerClock) -> Option<UnixMillis> {
        let margin = self.window.saturating_add(clock.uncertainty()?).as_millis();
        let timestamp = self.last_timestamp()?.as_millis();
        Some(UnixMillis::new(timestamp.saturating_add(i64::try_from(margin).unwrap_or(i64::MAX))))
    }

    /// The duration until [`expires_at`](Self::expires_at). Zero if that time has passed, `None` if there is no such time.
    #[must_use]
    pub fn until_expiry(&self, clock: &ServerClock) -> Option<Duration> {
        let left = self.expires_at(clock)?.as_millis().saturating_sub(clock.now().as_millis());
        // The exchange still accepts a request in the millisecond of the expiry.
        Some(u64::try_from(left).map_or(Duration::ZERO, |left| Duration::from_millis(left.saturating_add(1))))
    }
}

fn recorded(millis: &AtomicI64) -> Option<UnixMillis> {
    Some(millis.load(Ordering::Relaxed)).filter(|millis| *millis != NONE).map(UnixMillis::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(10);

    fn times(log: &AttemptLog) -> (Option<i64>, Option<i64>) {
        (log.sent_at().map(UnixMillis::as_millis), log.last_timestamp().map(UnixMillis::as_millis))
    }

    #[test]
    fn the_last_send_time_and_the_largest_timestamp_are_kept() {
        let log = AttemptLog::new(WINDOW);
        assert_eq!(times(&log), (None, None));
        log.record(UnixMillis::new(100), Some(UnixMillis::new(90)));
        log.record(UnixMillis::new(200), Some(UnixMillis::new(80)));
        log.record(UnixMillis::new(300), None);
        assert_eq!(times(&log), (Some(300), Some(90)));
    }

    #[test]
    fn a_resumed_log_continues_the_saved_one() {
        let log = AttemptLog::resumed(WINDOW, Some(UnixMillis::new(100)), Some(UnixMillis::new(90)));
        log.record(UnixMillis::new(200), Some(UnixMillis::new(80)));
        assert_eq!(times(&log), (Some(200), Some(90)));
    }

    #[test]
    fn the_expiry_is_unknown_while_the_exchanges_clock_is() {
        let log = AttemptLog::resumed(WINDOW, None, Some(UnixMillis::new(90)));
        assert_eq!(log.until_expiry(&ServerClock::system()), None);
    }
}
