//! An estimate of the server's clock.
//!
//! A sample asks the server for its time and assumes that it looked at its clock half-way between question and answer: wrong by half the
//! round trip at most, however unevenly the way there and the way back share it. Of several samples the one that is known best is kept;
//! that of an old one grows by what the two clocks may have drifted apart since.
//!
//! The estimate runs on the *monotonic* clock, so that it goes on evenly when the wall clock is set. When the two no longer agree, either
//! the wall clock was set, or the machine slept and the monotonic clock stood still. Which one it was cannot be told, hence
//! [`Reason::Jumped`].

mod sample;
mod sync;

use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use venue_core::UnixMillis;

use sample::{Reading, Sample};
use venue_core::{SystemTime, TimeSource};

pub use sync::{BoxError, SyncError, TimeServer};

/// An estimate of one server's clock, shared by all who sign for it.
///
/// It never asks the server by itself: whoever is about to sign looks at [`needs_sync`](Self::needs_sync) and calls
/// [`sync`](Self::sync).
pub struct ServerClock {
    time: Arc<dyn TimeSource>,
    settings: Settings,
    /// The server's time, in microseconds, when the monotonic clock stood at zero: all that reading the estimate needs.
    base: AtomicI64,
    state: Mutex<State>,
    turn: tokio::sync::Mutex<()>,
}

/// `ServerClock::base` before the first synchronisation.
const NEVER_SYNCED: i64 = i64::MIN;

#[derive(Clone, Copy)]
struct Settings {
    samples: NonZeroU32,
    patience: Duration,
    max_age: Duration,
    drift_ppm: u32,
    jump_tolerance: Duration,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    refused: bool,
    /// Of synchronisations that succeeded.
    generation: u64,
    /// Of synchronisations that ended, and how the last one did.
    ended: u64,
    outcome: Option<Result<(), SyncError>>,
}

struct Kept {
    sample: Sample,
    /// When the last synchronisation ended; the sample may be an earlier one's.
    synced: Reading,
}

/// Why a new synchronisation is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The server was never asked.
    NeverSynced,
    /// The server refused a timestamp.
    Refused,
    /// The wall clock and the monotonic clock no longer agree: the machine slept, or its clock was set.
    Jumped,
    /// The last synchronisation is too long ago.
    Aged,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeverSynced => "the server was never asked for its time",
            Self::Refused => "the server refused a timestamp",
            Self::Jumped => "this machine slept, or its clock was set",
            Self::Aged => "the last synchronisation is too long ago",
        })
    }
}

impl ServerClock {
    /// Not yet synchronised.
    #[must_use]
    pub fn new(time: Arc<dyn TimeSource>) -> Self {
        let settings = Settings {
            samples: NonZeroU32::MIN.saturating_add(4),
            patience: Duration::from_secs(5),
            max_age: Duration::from_secs(600),
            drift_ppm: 100,
            jump_tolerance: Duration::from_millis(250),
        };
        Self { time, settings, base: AtomicI64::new(NEVER_SYNCED), state: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// On the operating system's clocks, not yet synchronised.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Arc::new(SystemTime))
    }

    /// How many samples a synchronisation takes, one after another. 5 by default.
    #[must_use]
    pub fn with_samples(mut self, samples: NonZeroU32) -> Self {
        self.settings.samples = samples;
        self
    }

    /// How long a synchronisation takes at most. 5 seconds by default. A sample that is under way then is cut off, and counts as failed; the
    /// synchronisation succeeds if an earlier sample did.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.settings.patience = patience;
        self
    }

    /// After which time to synchronise again. 10 minutes by default.
    #[must_use]
    pub fn with_max_age(mut self, max_age: Duration) -> Self {
        self.settings.max_age = max_age;
        self
    }

    /// By how much the two clocks drift apart at most, in millionths. 100 by default, which is generous for quartz.
    #[must_use]
    pub fn with_drift_ppm(mut self, drift_ppm: u32) -> Self {
        self.settings.drift_ppm = drift_ppm;
        self
    }

    /// By how much wall clock and monotonic clock may come apart, beside drift, before it counts as a jump. 250 ms by default.
    #[must_use]
    pub fn with_jump_tolerance(mut self, tolerance: Duration) -> Self {
        self.settings.jump_tolerance = tolerance;
        self
    }

    /// The server's time, as far as is known. Before the first synchronisation it is this machine's wall clock, with all its jumps;
    /// afterwards it goes back only when a synchronisation moves it.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        match self.base.load(Ordering::Acquire) {
            NEVER_SYNCED => self.time.wall(),
            base => UnixMillis::new(base.saturating_add(sample::micros(self.time.monotonic())).div_euclid(1000)),
        }
    }

    /// How far [`now`](Self::now) may be from the server's clock: half the round trip of the sample that it rests on, what may have
    /// drifted since, and the millisecond to which the server cuts its answer. `None` before the first synchronisation.
    #[must_use]
    pub fn uncertainty(&self) -> Option<Duration> {
        let now = Reading::of(&*self.time);
        Some(self.state().kept.as_ref()?.sample.uncertainty(now, self.settings.drift_ppm))
    }

    /// The round trip of the sample that the estimate rests on. `None` before the first synchronisation.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        Some(self.state().kept.as_ref()?.sample.round_trip())
    }

    /// By how many milliseconds the server's clock is ahead of this machine's wall clock; negative if behind, zero before the first
    /// synchronisation.
    #[must_use]
    pub fn offset_millis(&self) -> i64 {
        if self.is_synced() { self.now().as_millis().saturating_sub(self.time.wall().as_millis()) } else { 0 }
    }

    /// Whether a synchronisation ever succeeded.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.base.load(Ordering::Acquire) != NEVER_SYNCED
    }

    /// Why a synchronisation is due; `None` if none is.
    #[must_use]
    pub fn needs_sync(&self) -> Option<Reason> {
        let now = Reading::of(&*self.time);
        let state = self.state();
        let Some(kept) = &state.kept else { return Some(Reason::NeverSynced) };
        if state.refused {
            Some(Reason::Refused)
        } else if kept.synced.jumped(now, self.settings.jump_tolerance, self.settings.drift_ppm) {
            Some(Reason::Jumped)
        } else if kept.synced.elapsed(now) >= self.settings.max_age {
            Some(Reason::Aged)
        } else {
            None
        }
    }

    /// How many synchronisations have succeeded. Note it when signing, for [`mark_refused_in`](Self::mark_refused_in).
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.state().generation
    }

    /// The server said that a timestamp is out of its tolerance: what is known of its clock is no longer believed.
    ///
    /// If many calls are under way, use [`mark_refused_in`](Self::mark_refused_in): the refusals that arrive after the synchronisation
    /// that the first one caused say nothing about the new estimate.
    pub fn mark_refused(&self) {
        self.state().refused = true;
    }

    /// The same, of a timestamp that was taken in this [`generation`](Self::generation). Nothing happens if a synchronisation has
    /// succeeded since.
    pub fn mark_refused_in(&self, generation: u64) {
        let mut state = self.state();
        state.refused |= state.generation == generation;
    }

    /// What it reads the time from, and sleeps by.
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
