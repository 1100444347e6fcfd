//! Synchronisation: reading the server's clock.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use venue_core::time::timeout;
use venue_core::{BoxFuture, Error, UnixMillis, Veto, VetoKind};

use super::sample::{Reading, Sample};
use super::{BestSample, ServerClock};
use crate::ExchangePolicy;
use crate::retry::is_rate_limited_or_banned;

/// Any error of an implementation of [`TimeServer`].
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A server whose clock can be read. The crate that knows the exchange's endpoint for the server's time implements this trait.
pub trait TimeServer: Send + Sync {
    /// Reads the server's clock with one request. The implementation must not repeat a failed request, and must not wait for a quota or for
    /// the [`ServerClock`] that calls it. [`TimeQuery`](super::TimeQuery) meets these
    /// conditions. The future is dropped when the timeout of the synchronisation is exceeded.
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, TimeServerError>>;
}

/// Why a server's clock could not be read.
#[derive(Debug)]
pub enum TimeServerError {
    /// The call of the exchange's endpoint failed.
    Call(Error),
    /// The exchange rejected the call because of too many requests, or because it bans the caller. The synchronisation takes no further
    /// sample.
    RateLimited(Error),
    /// Any other error.
    Other(BoxError),
}

impl TimeServerError {
    /// The error of a failed call: [`RateLimited`](Self::RateLimited) if the exchange reported too many requests or a ban, and otherwise
    /// [`Call`](Self::Call).
    #[must_use]
    pub fn of_call(error: Error, exchange: &dyn ExchangePolicy) -> Self {
        if is_rate_limited_or_banned(&error, exchange) { Self::RateLimited(error) } else { Self::Call(error) }
    }
}

impl From<Error> for TimeServerError {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<BoxError> for TimeServerError {
    fn from(error: BoxError) -> Self {
        Self::Other(error)
    }
}

/// The server's clock could not be read, because every sample failed.
#[derive(Clone, Debug)]
pub struct SyncError {
    samples: u32,
    last: SampleFailure,
}

/// Why a sample failed.
#[derive(Clone, Debug)]
enum SampleFailure {
    Call(Arc<Error>),
    Other(Arc<dyn StdError + Send + Sync>),
    JumpDuringSample(JumpDuringSample),
    TimedOut(TimedOut),
}

impl From<TimeServerError> for SampleFailure {
    fn from(error: TimeServerError) -> Self {
        match error {
            TimeServerError::Call(error) | TimeServerError::RateLimited(error) => Self::Call(Arc::new(error)),
            TimeServerError::Other(error) => Self::Other(error.into()),
        }
    }
}

impl SyncError {
    /// The server's clock was not read in the time that the caller had for it.
    #[must_use]
    pub fn timed_out() -> Self {
        Self { samples: 0, last: SampleFailure::TimedOut(TimedOut) }
    }

    /// The error of the last sample's call, if a call failed.
    #[must_use]
    pub fn failed_call(&self) -> Option<&Arc<Error>> {
        match &self.last {
            SampleFailure::Call(error) => Some(error),
            _ => None,
        }
    }
}

/// A call without the server's clock is not sent if no timestamp can be issued.
impl From<SyncError> for Veto {
    fn from(error: SyncError) -> Self {
        let failed_call = error.failed_call().cloned();
        Self::of_kind(VetoKind::ClockUnknown, error).caused_by(failed_call)
    }
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
        Some(match &self.last {
            SampleFailure::Call(error) => &**error,
            SampleFailure::Other(error) => &**error,
            SampleFailure::JumpDuringSample(error) => error,
            SampleFailure::TimedOut(error) => error,
        })
    }
}

impl ServerClock {
    /// Takes several samples of the server's clock. Of these samples and the previous sample, the sample with the smallest error becomes
    /// the basis of the estimate. A synchronisation takes at most the clock's [`sync_timeout`](Self::sync_timeout), and ends at once after
    /// [`TimeServerError::RateLimited`].
    ///
    /// Only one synchronisation runs at a time. A caller that arrives during a synchronisation waits for it and gets the same result. If
    /// the future that takes the samples is dropped, the next waiting caller takes the samples instead.
    ///
    /// # Errors
    ///
    /// Returns an error if no sample succeeded. The estimate does not change.
    pub async fn sync(&self, server: &dyn TimeServer) -> Result<(), SyncError> {
        self.sync_within(server, Duration::MAX).await
    }

    /// Takes samples of the server's clock like [`sync`](Self::sync), but returns after at most `limit`, or after the clock's timeout if
    /// that is shorter. This limit includes the wait for another caller's synchronisation.
    ///
    /// # Errors
    ///
    /// Returns an error if no sample succeeded within this time. The estimate does not change, and another caller's synchronisation
    /// continues.
    pub async fn sync_within(&self, server: &dyn TimeServer, limit: Duration) -> Result<(), SyncError> {
        let ends = self.time.monotonic().saturating_add(limit.min(self.settings.sync_timeout));
        let ended_before = self.state().ended;
        let Some(_lock) = self.until(ends, self.sync_lock.lock()).await else { return Err(SyncError::timed_out()) };
        {
            let state = self.state();
            if let Some(outcome) = &state.outcome
                && state.ended != ended_before
            {
                return outcome.clone();
            }
        }
        let outcome = self.measure(server, ends).await.map(|sample| self.keep_best(sample));
        let mut state = self.state();
        state.ended += 1;
        state.outcome = Some(outcome.clone());
        outcome
    }

    /// Takes the samples of a synchronisation, and returns the one with the shortest round trip.
    async fn measure(&self, server: &dyn TimeServer, ends: Duration) -> Result<Sample, SyncError> {
        let mut best: Option<Sample> = None;
        let mut failed = None;
        let mut samples = 0;
        while samples < self.settings.samples.get() {
            samples += 1;
            let sent = Reading::of(&*self.time);
            let response = self.until(ends, server.server_time()).await;
            let received = Reading::of(&*self.time);
            match response {
                // Discard the sample. The monotonic clock may have stopped during the request, so the measured round trip may be too short.
                Some(Ok(_)) if sent.jumped(received, self.settings.jump_tolerance, self.settings.drift_ppm) => {
                    failed = Some(SampleFailure::JumpDuringSample(JumpDuringSample));
                }
                Some(Ok(server_time)) => {
                    let sample = Sample::new(server_time, sent, received);
                    best = best.filter(|best| best.round_trip() <= sample.round_trip()).or(Some(sample));
                }
                Some(Err(error @ TimeServerError::RateLimited(_))) => {
                    failed = Some(error.into());
                    break;
                }
                Some(Err(error)) => failed = Some(error.into()),
                None => failed = Some(SampleFailure::TimedOut(TimedOut)),
            }
            if self.time.monotonic() >= ends {
                break;
            }
        }
        best.ok_or_else(|| SyncError { samples, last: failed.unwrap_or(SampleFailure::JumpDuringSample(JumpDuringSample)) })
    }

    /// Waits for the future `work` until the monotonic clock reaches `ends`. Returns `None` if `work` is not complete then. If `work`
    /// completes at its first poll, its output is returned even if the clock is already past `ends`.
    async fn until<T>(&self, ends: Duration, work: impl Future<Output = T>) -> Option<T> {
        timeout(&*self.time, ends.saturating_sub(self.time.monotonic()), work).await
    }

    /// Keeps the better of the new sample and the previous best one.
    fn keep_best(&self, fresh: Sample) {
        let now = Reading::of(&*self.time);
        let drift = self.settings.drift_ppm;
        let mut state = self.state();
        let old = state.best.take().filter(|old| {
            // The old sample is dropped if it is in doubt or if the new sample contradicts it, however short its round trip was.
            !state.is_rejected
                && !old.synced.jumped(now, self.settings.jump_tolerance, drift)
                && old.sample.agrees_with(&fresh, now, drift)
                && old.sample.uncertainty(now, drift) < fresh.uncertainty(now, drift)
        });
        let sample = old.map_or(fresh, |old| old.sample);
        self.offset_micros.store(sample.offset_micros(), Ordering::Release);
        state.best = Some(BestSample { sample, synced: now });
        state.is_rejected = false;
    }
}

/// Why a complete sample was discarded.
#[derive(Clone, Copy, Debug)]
struct JumpDuringSample;

impl fmt::Display for JumpDuringSample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this machine was suspended, or its clock was set, while it waited for the response")
    }
}

impl StdError for JumpDuringSample {}

/// Why a sample, or the wait for another caller's synchronisation, ended without a result.
#[derive(Clone, Copy, Debug)]
struct TimedOut;

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the response did not arrive in the time that is allowed for it")
    }
}

impl StdError for TimedOut {}
