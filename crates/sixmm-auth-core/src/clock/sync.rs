//! Asking the server.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use sixmm_core::{BoxFuture, UnixMillis};

use super::sample::{Reading, Sample};
use super::{Kept, ServerClock};

/// Any error, of whoever implements [`TimeServer`].
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A server that can be asked for its time. Implemented by the crate that knows the exchange's endpoint.
pub trait TimeServer: Send + Sync {
    /// One question, one answer. It must end by itself (a timeout), must not be repeated on failure, and must not itself wait for the
    /// [`ServerClock`] that asks.
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
        write!(f, "the server's clock could not be read, in {} attempts; is the exchange reachable?", self.samples)
    }
}

impl StdError for SyncError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.last)
    }
}

impl ServerClock {
    /// Takes several samples of the server's clock, and keeps the best that is known.
    ///
    /// There is one synchronisation at a time: who calls while one is under way waits, and gets its result. If the future that does the
    /// work is dropped, the next one that waits does it.
    ///
    /// # Errors
    ///
    /// If no sample succeeded. The estimate stays what it was.
    pub async fn sync(&self, server: &dyn TimeServer) -> Result<(), SyncError> {
        let ended_before = self.state().ended;
        let _turn = self.turn.lock().await;
        {
            let state = self.state();
            if let Some(outcome) = &state.outcome
                && state.ended != ended_before
            {
                return outcome.clone();
            }
        }
        let outcome = self.measure(server).await.map(|sample| self.keep(sample));
        let mut state = self.state();
        state.ended += 1;
        state.outcome = Some(outcome.clone());
        outcome
    }

    async fn measure(&self, server: &dyn TimeServer) -> Result<Sample, SyncError> {
        let begun = Reading::of(&*self.time);
        let mut best: Option<Sample> = None;
        let mut failed: Option<Arc<dyn StdError + Send + Sync>> = None;
        let mut samples = 0;
        while samples < self.settings.samples.get() {
            samples += 1;
            let asked = Reading::of(&*self.time);
            let answer = server.server_time().await;
            let answered = Reading::of(&*self.time);
            match answer {
                // The monotonic clock may have stood still meanwhile: the round trip would look shorter than it was.
                Ok(_) if asked.jumped(answered, self.settings.jump_tolerance, self.settings.drift_ppm) => {
                    failed = Some(Arc::new(JumpedMeanwhile));
                }
                Ok(server_time) => {
                    let sample = Sample::new(server_time, asked, answered);
                    best = best.filter(|best| best.round_trip() <= sample.round_trip()).or(Some(sample));
                }
                Err(error) => failed = Some(error.into()),
            }
            if begun.elapsed(answered) >= self.settings.patience {
                break;
            }
        }
        best.ok_or_else(|| SyncError { samples, last: failed.unwrap_or_else(|| Arc::new(JumpedMeanwhile)) })
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
