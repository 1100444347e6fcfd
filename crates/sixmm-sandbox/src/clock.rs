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
    SimulatedReal(Arc<AtomicI64>),
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
    /// - When a client synchronises its clock, it reads the time of this clock and then adds the real time that passes. After 10 seconds of
    ///   real time without an advance of this clock, the exchange rejects the client's signatures, because their timestamps are outside of
    ///   the window. The client must then synchronise again. The same happens as soon as a test advances this clock by more than 10
    ///   seconds. `sixmm_ext` synchronises after such a rejection and retries once.
    /// - Timeouts, retry delays and token lifetimes in the client use real time, too. A test that must not wait for them sets
    ///   `sixmm_ext::ClientBuilder::time` to a time source that advances together with this clock.
    ///
    /// All delays inside of the exchange use this clock. For example, an accepted cancel-all takes effect only after the clock has advanced
    /// by [`Config::cancel_all_delay_ms`](crate::exchange::Config::cancel_all_delay_ms), or at once if the delay is 0. Three faults are
    /// exceptions, because their delays are in real time: [`Delay`](crate::Fault::Delay), [`DelayResponse`](crate::Fault::DelayResponse)
    /// and [`SlowBytes`](crate::Fault::SlowBytes).
    pub fn manual(start: UnixMillis) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.as_millis()))))
    }

    /// A clock that the exchange treats as the system clock, although a test sets its time through `millis`.
    #[cfg(test)]
    pub(crate) fn simulated_real(millis: Arc<AtomicI64>) -> Self {
        Self(Source::SimulatedReal(millis))
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
            Source::SimulatedReal(millis) => UnixMillis::new(millis.load(Ordering::SeqCst)),
        }
    }

    /// Whether the clock advances without [`Sandbox::advance`](crate::Sandbox::advance).
    pub fn is_real(&self) -> bool {
        !matches!(self.0, Source::Manual(_))
    }

    /// Advances a manual clock, at most to [`UnixMillis::LATEST`]. Does nothing for the system clock.
    pub(crate) fn advance(&self, by: Duration) {
        if let Source::Manual(millis) = &self.0 {
            let later = |now: i64| Some(now.saturating_add(self::millis(by)).min(UnixMillis::LATEST.as_millis()));
            millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later).ok();
        }
    }
}

/// The exchange's clock with the skew that faults add for one request. Records whether the request read the time, because a
/// [`ClockSkew`](crate::Fault::ClockSkew) fault only counts as a hit if it did.
#[derive(Debug)]
pub(crate) struct SkewedClock<'a> {
    clock: &'a Clock,
    skew_ms: i64,
    was_read: Cell<bool>,
}

impl<'a> SkewedClock<'a> {
    pub(crate) fn new(clock: &'a Clock, skew_ms: i64) -> Self {
        Self { clock, skew_ms, was_read: Cell::new(false) }
    }

    /// The skewed time.
    pub(crate) fn now(&self) -> UnixMillis {
        self.was_read.set(true);
        self.clock.now().plus(self.skew_ms)
    }

    /// Whether the request read the time.
    pub(crate) fn was_read(&self) -> bool {
        self.was_read.get()
    }
}

/// Whole milliseconds of a duration, saturating at `i64::MAX`.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
