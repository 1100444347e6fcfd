//! Asking the server.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use venue_core::{BoxFuture, UnixMillis};

use super::sample::{Reading, Sample};
use super::{Kept, ServerClock};
use venue_core::time::timeout;

/// Any error, of whoever implements [`TimeServer`].
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A server that can be asked for its time. Implemented by the crate that knows the exchange's endpoint.
pub trait TimeServer: Send + Sync {
    /// One question, one answer. It must not be repeated on failure, and must not itself wait for the [`ServerClock`] that asks. It is dropped
    /// when the synchronisation's patience is over.
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, BoxError>>;
}

/// No sample of the server's clock could be taken.
#[derive(Clone, Debug)]
pub struct SyncError {
    samples: u32,
    last: Arc<dyn StdError + Send + Sync>,
}

impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.samples {
            0 => f.write_str("the server's clock was not read in time; is the exchange reachable?"),
            1 => f.write_str("the server's clock could not be read, in one attempt; is the exchange reachable?"),
            samples => write!(f, "the server's clock could not be read, in {samples} attempts; is the exchange reachable?"),
        }
    }
}

impl StdError for SyncError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.last)
    }
}

impl SyncError {
    /// The answer did not come in the time that the caller had for it.
    #[must_use]
    pub fn cut_off() -> Self {
        Self { samples: 0, last: Arc::new(CutOff) }
    }
}

impl ServerClock {
    /// Takes several samples of the server's clock, and keeps the best that is known. It takes no longer than the clock's
    /// [patience](Self::with_patience), whatever the server does.
    ///
    /// There is one synchronisation at a time: who calls while one is under way waits, and gets its result. If the future that does the
    /// work is dropped, the next one that waits does it.
    ///
    /// # Errors
    ///
    /// If no sample succeeded. The estimate stays what it was.
    pub async fn sync(&self, server: &dyn TimeServer) -> Result<(), SyncError> {
        self.sync_within(server, Duration::MAX).await
    }

    /// The same, within `limit` if that is less than the clock's patience, the wait for another synchronisation included.
    ///
    /// # Errors
    ///
    /// If no sample succeeded in that time. The estimate stays what it was; a synchronisation by another caller that is under way goes on.
    pub async fn sync_within(&self, server: &dyn TimeServer, limit: Duration) -> Result<(), SyncError> {
        let ends = self.time.monotonic().saturating_add(limit.min(self.settings.patience));
        let ended_before = self.state().ended;
        let Some(_turn) = self.until(ends, self.turn.lock()).await else { return Err(SyncError::cut_off()) };
        {
            let state = self.state();
            if let Some(outcome) = &state.outcome
                && state.ended != ended_before
            {
                return outcome.clone();
            }
        }
        let outcome = self.measure(server, ends).await.map(|sample| self.keep(sample));
        let mut state = self.state();
        state.ended += 1;
        state.outcome = Some(outcome.clone());
        outcome
    }

    async fn measure(&self, server: &dyn TimeServer, ends: Duration) -> Result<Sample, SyncError> {
        let mut best: Option<Sample> = None;
        let mut failed: Option<Arc<dyn StdError + Send + Sync>> = None;
        let mut samples = 0;
        while samples < self.settings.samples.get() {
            samples += 1;
            let asked = Reading::of(&*self.time);
            let answer = self.until(ends, server.server_time()).await;
            let answered = Reading::of(&*self.time);
            match answer {
                // The monotonic clock may have stood still meanwhile: the round trip would look shorter than it was.
                Some(Ok(_)) if asked.jumped(answered, self.settings.jump_tolerance, self.settings.drift_ppm) => {
                    failed = Some(Arc::new(JumpedMeanwhile));
                }
                Some(Ok(server_time)) => {
                    let sample = Sample::new(server_time, asked, answered);
                    best = best.filter(|best| best.round_trip() <= sample.round_trip()).or(Some(sample));
                }
                Some(Err(error)) => failed = Some(error.into()),
                None => failed = Some(Arc::new(CutOff)),
            }
            if self.time.monotonic() >= ends {
                break;
            }
        }
        best.ok_or_else(|| SyncError { samples, last: failed.unwrap_or_else(|| Arc::new(JumpedMeanwhile)) })
    }

    /// The output of `work`, unless the monotonic clock gets to `ends` first. What is ready at once is in time.
    async fn until<T>(&self, ends: Duration, work: impl Future<Output = T>) -> Option<T> {
        timeout(&*self.time, ends.saturating_sub(self.time.monotonic()), work).await
    }

    fn keep(&self, fresh: Sample) {
        let now = Reading::of(&*self.time);
        let drift = self.settings.drift_ppm;
        let mut state = self.state();
        let old = state.kept.take().filter(|old| {
            // A suspect sample must not win by its short round trip, nor one that the fresh one disproves.
            !state.refused
                && !old.synced.jumped(now, self.settings.jump_tolerance, drift)
                && old.sample.agrees_with(&fresh, now, drift)
                && old.sample.uncertainty(now, drift) < fresh.uncertainty(now, drift)
        });
        let sample = old.map_or(fresh, |old| old.sample);
        self.base.store(sample.base(), Ordering::Release);
        state.kept = Some(Kept { sample, synced: now });
        state.refused = false;
        state.generation += 1;
    }
}

/// Why a sample was thrown away.
#[derive(Debug)]
struct JumpedMeanwhile;

impl fmt::Display for JumpedMeanwhile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this machine slept, or its clock was set, while it waited for the answer")
    }
}

impl StdError for JumpedMeanwhile {}

/// Why a sample, or the wait for another synchronisation, ended without one.
#[derive(Debug)]
struct CutOff;

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer did not come in the time that is allowed for it")
    }
}

impl StdError for CutOff {}
