//! An estimate of the server's clock.
//!
//! A sample is one request for the server's time. The estimate assumes that the server read its clock half-way between request and
//! response, so the error of a sample is at most half of its round trip. The estimate is based on the sample with the smallest error. The
//! error of an old sample grows with its age, because the local clock and the server's clock may drift apart.
//!
//! The estimate uses the *monotonic* clock of this machine, so that setting the wall clock does not change the estimate. If the wall clock
//! and the monotonic clock have advanced by different amounts, either the wall clock was set, or the machine was suspended and the
//! monotonic clock stopped. The program cannot distinguish these two cases, so the estimate is in doubt ([`SyncReason::Jumped`]).
//!
//! # Synchronisation
//!
//! [`ClockSync`] synchronises the estimate when a synchronisation is due. At most one synchronisation runs at a time. It is a separate
//! task, so it continues if a call is dropped. A call waits for the synchronisation for at most a quarter of its remaining time. After a
//! call has waited in vain, further calls do not wait but use the present estimate, until the clock has been read.
//!
//! # Example
//!
//! The request of a sample is sent when the monotonic clock shows 100.000 s, and the response with the server's time *T* arrives at
//! 100.080 s. The round trip is 80 ms, so the estimate is that the server's clock showed *T* at 100.040 s. Its error is at most
//! 40 ms + 1 ms, because the server rounds its time down to milliseconds.
//!
//! Ten minutes later, with a drift of up to 100 ppm, the clocks may have drifted apart by 60 ms, so the error is at most 101 ms. A new
//! sample with a round trip of 240 ms has an error of up to 121 ms. The old sample is kept, provided that the two estimates differ by at
//! most 101 ms + 121 ms. If they differ by more, one of the clocks jumped, and the new sample replaces the old sample.

mod clock_sync;
mod sample;
mod sync;
mod time_query;

use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use venue_core::{SystemTime, TimeSource, UnixMillis};

use sample::{Reading, Sample};

pub use clock_sync::ClockSync;
pub use sync::{BoxError, SyncError, TimeServer, TimeServerError};
pub use time_query::TimeQuery;

/// An estimate of one server's clock. All clients that sign requests for this server share the estimate.
///
/// The estimate does not query the server by itself: before a program signs, it checks [`needs_sync`](Self::needs_sync) and calls
/// [`sync`](Self::sync). [`ClockSync`] does both for the calls of a client.
pub struct ServerClock {
    time: Arc<dyn TimeSource>,
    settings: Settings,
    /// The server's time minus the monotonic clock, in microseconds. Reading the estimate needs only this number and the monotonic clock.
    offset_micros: AtomicI64,
    state: Mutex<State>,
    /// Held during a synchronisation.
    sync_lock: tokio::sync::Mutex<()>,
}

/// `ServerClock::offset_micros` before the first synchronisation.
const NEVER_SYNCED: i64 = i64::MIN;

#[derive(Clone, Copy)]
struct Settings {
    samples: NonZeroU32,
    sync_timeout: Duration,
    max_age: Duration,
    drift_ppm: u32,
    jump_tolerance: Duration,
}

#[derive(Default)]
struct State {
    best: Option<BestSample>,
    /// The server rejected a timestamp since the last synchronisation.
    is_rejected: bool,
    /// How many synchronisations have ended, and the result of the last one.
    ended: u64,
    outcome: Option<Result<(), SyncError>>,
}

struct BestSample {
    sample: Sample,
    /// When the last synchronisation ended. The sample may be that of an earlier synchronisation.
    synced: Reading,
}

/// Why a new synchronisation is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyncReason {
    /// The server's clock was never read.
    NeverSynced,
    /// The server rejected a timestamp.
    Rejected,
    /// The wall clock and the monotonic clock have advanced by different amounts, because the machine was suspended or its wall clock was
    /// set.
    Jumped,
    /// The last synchronisation is older than [`max_age`](ServerClock::max_age).
    Aged,
}

impl fmt::Display for SyncReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeverSynced => "the server's clock was never read",
            Self::Rejected => "the server rejected a timestamp",
            Self::Jumped => "this machine was suspended, or its clock was set",
            Self::Aged => "the last synchronisation is too old",
        })
    }
}

impl ServerClock {
    /// An estimate on these clocks, before the first synchronisation.
    #[must_use]
    pub fn new(time: Arc<dyn TimeSource>) -> Self {
        let settings = Settings {
            samples: NonZeroU32::MIN.saturating_add(4),
            sync_timeout: Duration::from_secs(5),
            max_age: Duration::from_secs(600),
            drift_ppm: 100,
            jump_tolerance: Duration::from_millis(250),
        };
        let (state, sync_lock) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { time, settings, offset_micros: AtomicI64::new(NEVER_SYNCED), state, sync_lock }
    }

    /// An estimate on the operating system's clocks, before the first synchronisation.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Arc::new(SystemTime))
    }

    /// How many samples a synchronisation takes, one after another. 5 by default.
    #[must_use]
    pub fn samples(mut self, samples: NonZeroU32) -> Self {
        self.settings.samples = samples;
        self
    }

    /// Sets how long a synchronisation may take. 5 seconds by default. A sample that is not complete after this time counts as failed. The
    /// synchronisation succeeds if at least one earlier sample succeeded.
    #[must_use]
    pub fn sync_timeout(mut self, timeout: Duration) -> Self {
        self.settings.sync_timeout = timeout;
        self
    }

    /// The age at which a synchronisation is repeated. 10 minutes by default.
    #[must_use]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.settings.max_age = max_age;
        self
    }

    /// Sets how fast the local clock and the server's clock may drift apart, in parts per million. 100 by default, which is more than a
    /// quartz clock drifts.
    #[must_use]
    pub fn drift_ppm(mut self, drift_ppm: u32) -> Self {
        self.settings.drift_ppm = drift_ppm;
        self
    }

    /// Sets how far the wall clock and the monotonic clock may differ, in addition to drift, before the difference counts as a jump. 250 ms
    /// by default.
    #[must_use]
    pub fn jump_tolerance(mut self, tolerance: Duration) -> Self {
        self.settings.jump_tolerance = tolerance;
        self
    }

    /// The estimate of the server's time. Before the first synchronisation, the estimate is this machine's wall clock, which can jump.
    /// Afterwards, the estimate goes back only if a synchronisation corrects it.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        match self.offset_micros.load(Ordering::Acquire) {
            NEVER_SYNCED => self.time.wall(),
            offset => UnixMillis::new(offset.saturating_add(sample::micros(self.time.monotonic())).div_euclid(1000)),
        }
    }

    /// The largest possible error of [`now`](Self::now). It is the sum of half the round trip of the best sample, the drift since then, and
    /// one millisecond, because the server rounds its time down. `None` before the first synchronisation.
    #[must_use]
    pub fn uncertainty(&self) -> Option<Duration> {
        let now = Reading::of(&*self.time);
        Some(self.state().best.as_ref()?.sample.uncertainty(now, self.settings.drift_ppm))
    }

    /// The round trip of the best sample. `None` before the first synchronisation.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        Some(self.state().best.as_ref()?.sample.round_trip())
    }

    /// How many milliseconds the server's clock is ahead of this machine's wall clock. Negative if the server's clock is behind. Zero
    /// before the first synchronisation.
    #[must_use]
    pub fn offset_millis(&self) -> i64 {
        if self.is_synced() { self.now().as_millis().saturating_sub(self.time.wall().as_millis()) } else { 0 }
    }

    /// Whether a synchronisation has ever succeeded.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.offset_micros.load(Ordering::Acquire) != NEVER_SYNCED
    }

    /// Why a synchronisation is due. `None` if none is due.
    #[must_use]
    pub fn needs_sync(&self) -> Option<SyncReason> {
        let now = Reading::of(&*self.time);
        let state = self.state();
        let Some(best) = &state.best else { return Some(SyncReason::NeverSynced) };
        if state.is_rejected {
            Some(SyncReason::Rejected)
        } else if best.synced.jumped(now, self.settings.jump_tolerance, self.settings.drift_ppm) {
            Some(SyncReason::Jumped)
        } else if best.synced.elapsed(now) >= self.settings.max_age {
            Some(SyncReason::Aged)
        } else {
            None
        }
    }

    /// Records that the server rejected a request because its timestamp was too old or too far in the future. The estimate is in doubt
    /// until the next synchronisation.
    ///
    /// A rejection that arrives after a synchronisation may concern a timestamp that was taken before the synchronisation. The caller must
    /// not report such a rejection. An [`Ordinal`](venue_core::Ordinal) shows whether the attempt started before the synchronisation.
    pub fn mark_rejected(&self) {
        self.state().is_rejected = true;
    }

    /// The clocks that the estimate runs on.
    #[must_use]
    pub fn time(&self) -> &Arc<dyn TimeSource> {
        &self.time
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ServerClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerClock")
            .field("offset_millis", &self.offset_millis())
            .field("uncertainty", &self.uncertainty())
            .field("needs_sync", &self.needs_sync())
            .finish_non_exhaustive()
    }
}
