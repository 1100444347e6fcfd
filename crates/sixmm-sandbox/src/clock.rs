//! The exchange's clock: the system clock, or a manual clock that a test advances.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::UnixMillis;

/// The source of the exchange's time. Clones share the same time.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    Real,
    Manual(Arc<AtomicI64>),
    /// A clock that a test sets, but that the exchange treats as the system clock.
    #[cfg(test)]
    OfTest(Arc<AtomicI64>),
}

impl Clock {
    /// The system clock. The market advances automatically as time passes.
    pub fn real() -> Self {
        Self(Source::Real)
    }

    /// A clock that stays at `start` until [`Sandbox::advance`](crate::Sandbox::advance) moves it. The time of an exchange is between
    /// [`UnixMillis::EARLIEST`] and [`UnixMillis::LATEST`].
    ///
    /// A client has its own clock, which keeps running while this clock is stopped:
    ///
    /// - A client that synchronises learns the time of this clock and adds the real time that passes afterwards. After 10 seconds of real
    ///   time, its signatures are outside of the exchange's window and are rejected until the client synchronises again. The same happens
    ///   at once if this clock moves by more than 10 seconds. `sixmm_ext` then synchronises and retries once.
    /// - The client's own waits (timeouts, retry delays, token lifetimes) use real time, too. A test that wants to avoid them gives the
    ///   client a time source that advances together with this clock: `sixmm_ext::ClientBuilder::time`.
    ///
    /// Everything inside of the exchange waits for this clock. For example, an accepted cancel-all takes effect only after the clock has
    /// advanced by [`Config::cancel_all_delay_ms`](crate::exchange::Config::cancel_all_delay_ms), or at once if the delay is 0. Three
    /// faults are exceptions and wait in real time: [`Delay`](crate::Fault::Delay), [`DelayAnswer`](crate::Fault::DelayAnswer) and
    /// [`SlowBytes`](crate::Fault::SlowBytes).
    pub fn manual(start: UnixMillis) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.as_millis()))))
    }

    /// A clock that the exchange treats as the system clock, and that a test sets through `millis`.
    #[cfg(test)]
    pub(crate) fn of_test(millis: Arc<AtomicI64>) -> Self {
        Self(Source::OfTest(millis))
    }

    /// The current time.
    pub fn now(&self) -> UnixMillis {
        match &self.0 {
            Source::Real => {
                let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                UnixMillis::new(millis(since_1970))
            }
            Source::Manual(millis) => UnixMillis::new(millis.load(Ordering::SeqCst)),
            #[cfg(test)]
            Source::OfTest(millis) => UnixMillis::new(millis.load(Ordering::SeqCst)),
        }
    }

    /// Whether the clock advances without [`Sandbox::advance`](crate::Sandbox::advance).
    pub fn is_real(&self) -> bool {
        !matches!(self.0, Source::Manual(_))
    }

    /// Advances a manual clock, at most to the latest time. Does nothing for the system clock.
    pub(crate) fn advance(&self, by: Duration) {
        if let Source::Manual(millis) = &self.0 {
            let later = |now: i64| Some(now.saturating_add(self::millis(by)).min(UnixMillis::LATEST.as_millis()));
            millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later).ok();
        }
    }
}

/// The clock that one request sees, including the skew of a fault. Records whether the request read the time, because only then the fault
/// had an effect.
#[derive(Debug)]
pub(crate) struct ShownClock<'a> {
    clock: &'a Clock,
    skew_ms: i64,
    seen: Cell<bool>,
}

impl<'a> ShownClock<'a> {
    pub(crate) fn new(clock: &'a Clock, skew_ms: i64) -> Self {
        Self { clock, skew_ms, seen: Cell::new(false) }
    }

    /// The skewed time.
    pub(crate) fn now(&self) -> UnixMillis {
        self.seen.set(true);
        self.clock.now().plus(self.skew_ms)
    }

    /// Whether the request read the time.
    pub(crate) fn was_seen(&self) -> bool {
        self.seen.get()
    }
}

/// Whole milliseconds of a duration, saturating at `i64::MAX`.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
