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

    /// A manual clock, which shows `start` until [`Sandbox::advance`](crate::Sandbox::advance) advances it. `start` must be between
    /// [`UnixMillis::EARLIEST`] and [`UnixMillis::LATEST`].
    ///
    /// While a manual clock is stopped, the clock of the client continues to run. This has two effects:
    ///
    /// - The local exchange rejects a signature whose timestamp differs from the manual clock by more than 10 seconds. A client reads the
    ///   manual clock when it synchronises, and then adds the real time that passes. The difference becomes too large after 10 seconds of
    ///   real time, or when a test advances the manual clock by more than 10 seconds. The client must then synchronise again. `sixmm_ext`
    ///   does this after the rejection, and retries the call once.
    /// - Timeouts, retry delays and token lifetimes in the client use real time, too. A test that must not wait for them sets
    ///   `sixmm_ext::ClientBuilder::time` to a time source that advances together with the manual clock.
    ///
    /// All delays inside of the local exchange use the manual clock. For example, an accepted cancel-all takes effect only after the clock
    /// has advanced by [`Config::cancel_all_delay_ms`](crate::exchange::Config::cancel_all_delay_ms), or at once if the delay is 0. Four
    /// faults are exceptions, because their delays are in real time: [`Delay`](crate::Fault::Delay),
    /// [`DelayResponse`](crate::Fault::DelayResponse), [`SlowBytes`](crate::Fault::SlowBytes), and
    /// [`SlowBytes`](crate::StreamFault::SlowBytes) of streams.
    pub fn manual(start: UnixMillis) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.as_millis()))))
    }

    /// A fake system clock for tests: the local exchange handles this clock as it handles the system clock, but its time is the value of
    /// `millis`, which the test sets.
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

/// The clock of the local exchange as one request sees it: the exchange's time plus the skew of the [`ClockSkew`](crate::Fault::ClockSkew)
/// faults. Also records whether the request read the time, because the faults count as hits only in this case.
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

/// The duration from `now` to a later time, or zero if the time has passed.
pub(crate) fn until(now: UnixMillis, later: UnixMillis) -> Duration {
    Duration::from_millis(u64::try_from(later.as_millis().saturating_sub(now.as_millis())).unwrap_or(0))
}

/// Whole milliseconds of a duration, saturating at `i64::MAX`.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
