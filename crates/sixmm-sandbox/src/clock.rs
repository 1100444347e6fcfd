//! The time of the exchange: the machine's, or one that stands still until it is told to go on.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::UnixMillis;

/// Where the exchange takes its time from. Clones share one time.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    Real,
    Manual(Arc<AtomicI64>),
    /// What counts as the machine's, and is a test's.
    #[cfg(test)]
    OfTest(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock. The market moves by itself as time passes.
    pub fn real() -> Self {
        Self(Source::Real)
    }

    /// A clock that stands at `start` until [`Sandbox::advance`](crate::Sandbox::advance) moves it. An exchange takes times from
    /// [`UnixMillis::EARLIEST`] to [`UnixMillis::LATEST`].
    ///
    /// A client has a clock of its own, which goes on while this one stands still:
    ///
    /// - When it synchronises it learns this clock's time, and reckons on from there. After 10 seconds of real time its signatures are
    ///   outside of the exchange's window, and refused, until it has synchronised again; so they are at once if this clock is moved by more
    ///   than that. `sixmm_ext` synchronises when it is refused for that, and tries once more.
    /// - What it waits for by itself (timeouts, pauses before it tries again, the life of its tokens) is real time too. A test that wants
    ///   none of it gives the client a time that the test moves together with this one: `sixmm_ext::ClientBuilder::time`.
    ///
    /// Of the exchange, all that waits waits for this clock: a cancel-all that was accepted takes effect only when the clock has moved by
    /// [`Config::cancel_all_delay_ms`](crate::exchange::Config::cancel_all_delay_ms), or at once if that is 0. Apart from three faults, which
    /// wait in real time: [`Delay`](crate::Fault::Delay), [`DelayAnswer`](crate::Fault::DelayAnswer) and
    /// [`SlowBytes`](crate::Fault::SlowBytes).
    pub fn manual(start: UnixMillis) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.as_millis()))))
    }

    /// One that goes on by itself, as far as the exchange can tell.
    #[cfg(test)]
    pub(crate) fn of_test(millis: Arc<AtomicI64>) -> Self {
        Self(Source::OfTest(millis))
    }

    /// The time.
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

    /// Whether the clock moves by itself.
    pub fn is_real(&self) -> bool {
        !matches!(self.0, Source::Manual(_))
    }

    /// Moves a manual clock forward, to the latest time at most. A real one moves by itself: nothing happens.
    pub(crate) fn advance(&self, by: Duration) {
        if let Source::Manual(millis) = &self.0 {
            let later = |now: i64| Some(now.saturating_add(self::millis(by)).min(UnixMillis::LATEST.as_millis()));
            millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later).ok();
        }
    }
}

/// The clock as one request sees it, which may be wrong. Notes whether the request had to do with it.
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

    /// The time that it shows.
    pub(crate) fn now(&self) -> UnixMillis {
        self.seen.set(true);
        self.clock.now().plus(self.skew_ms)
    }

    /// Whether it was looked at.
    pub(crate) fn was_seen(&self) -> bool {
        self.seen.get()
    }
}

/// Whole milliseconds; at most the end of time.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
