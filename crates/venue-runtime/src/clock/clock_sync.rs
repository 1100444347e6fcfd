//! Synchronises the estimate of the server's clock when that is due.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use venue_core::time::timeout;
use venue_core::{Attempt, Error, Ordinal, Retry, UnixMillis};

use super::{ServerClock, SyncError, SyncReason, TimeServer};

/// The time from a failed synchronisation to the next one.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The divisor of a call's remaining time that limits the wait for the server's clock: a call waits for at most a quarter of the time until
/// its deadline.
const PARTS_OF_THE_CALL: u32 = 4;

/// Keeps the estimate of a server's clock synchronised: see [the module](super#synchronisation). Cloning is cheap, and clones share all
/// state.
#[derive(Clone)]
pub struct ClockSync {
    shared: Arc<Shared>,
}

struct Shared {
    server: Box<dyn TimeServer>,
    estimate: Arc<ServerClock>,
    history: Mutex<SyncHistory>,
    /// The lock of the task that handles a rejected timestamp. Because of the lock, calls whose timestamps are rejected at the same time
    /// share one synchronisation.
    correction: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct SyncHistory {
    /// When the last synchronisation after a rejected timestamp succeeded.
    corrected: Option<Ordinal>,
    /// The time (on the monotonic clock) and the error of the last failure, which is a failed synchronisation or a wait for a
    /// synchronisation that exceeded its limit. `None` after a synchronisation has succeeded.
    failed: Option<(Duration, SyncError)>,
    /// The synchronisation in progress.
    running: Option<watch::Receiver<Option<Synced>>>,
}

/// How a synchronisation ended.
type Synced = Result<(), SyncError>;

impl ClockSync {
    /// Synchronises this estimate with the clock of this server. Sends no request.
    #[must_use]
    pub fn new(server: impl TimeServer + 'static, estimate: Arc<ServerClock>) -> Self {
        let (history, correction) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { shared: Arc::new(Shared { server: Box::new(server), estimate, history, correction }) }
    }

    /// How long the call of this attempt may wait for the server's clock: a quarter of its remaining time. A call without a deadline waits
    /// until the synchronisation's own timeout.
    #[must_use]
    pub fn wait_limit(attempt: Attempt) -> Duration {
        attempt.time_left.map_or(Duration::MAX, |left| left / PARTS_OF_THE_CALL)
    }

    /// The estimate of the server's clock.
    #[must_use]
    pub fn estimate(&self) -> &ServerClock {
        &self.shared.estimate
    }

    /// The present time of this machine's monotonic clock.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        self.estimate().time().monotonic()
    }

    /// The present time of the server's clock, as the estimate has it.
    #[must_use]
    pub fn server_time(&self) -> UnixMillis {
        self.estimate().now()
    }

    /// Reads the server's clock now.
    ///
    /// # Errors
    ///
    /// Returns an error if every attempt to read the server's time failed. The estimate does not change.
    pub async fn sync(&self) -> Result<(), SyncError> {
        self.sync_within(Duration::MAX).await
    }

    /// Starts a synchronisation, unless one is running, and waits for its result for at most `limit`. After this limit, the synchronisation
    /// continues in the background.
    async fn sync_within(&self, limit: Duration) -> Result<(), SyncError> {
        let mut running = self.sync_in_background();
        let outcome = async move { running.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone()) };
        match self.within(limit, outcome).await {
            Some(outcome) => outcome.unwrap_or_else(|| Err(SyncError::timed_out())),
            None if self.is_ready() => Ok(()),
            None => {
                let error = SyncError::timed_out();
                let failed_at = self.monotonic();
                self.history().failed = Some((failed_at, error.clone()));
                Err(error)
            }
        }
    }

    /// Whether a timestamp can be taken without waiting for a synchronisation.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.estimate().needs_sync().is_none()
    }

    /// Synchronises the estimate if a synchronisation is due. If the estimate is in doubt and the last synchronisation did not fail, the
    /// caller waits for the synchronisation, for at most `limit`. Otherwise the synchronisation runs in the background.
    ///
    /// # Errors
    ///
    /// Returns an error if the estimate is in doubt, and this synchronisation or the previous one failed. The present estimate can still be
    /// used.
    pub async fn ensure_synced(&self, limit: Duration) -> Result<(), SyncError> {
        let Some(reason) = self.estimate().needs_sync() else { return Ok(()) };
        let failed = self.history().failed.clone();
        if reason != SyncReason::Aged && failed.is_none() {
            return self.sync_within(limit).await;
        }
        if !self.failed_just_now() {
            self.sync_in_background();
        }
        failed.filter(|_| reason != SyncReason::Aged).map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Decides whether an attempt is repeated after the exchange rejected its timestamp with this error. The attempt is repeated if the
    /// clock was corrected ([`timestamp_rejected`](Self::timestamp_rejected)) and repeating is harmless: the operation is repeatable, or the
    /// response contains only the rejection and no earlier attempt of the call may have been executed. A response with a server error
    /// (HTTP 5xx) leaves open whether the request was executed, so its attempt is never repeated.
    pub async fn retry_rejected_timestamp(&self, error: &Error, attempt: Attempt) -> Retry {
        let is_uncertain = error.status().is_some_and(|status| status.is_server_error());
        let is_rejected = !error.may_have_been_executed() && error.is_bare_refusal();
        let is_harmless = !is_uncertain && (attempt.operation.repeatable.is_repeatable() || is_rejected);
        if is_harmless && self.timestamp_rejected(attempt).await { Retry::Yes } else { Retry::No }
    }

    /// Handles a rejected timestamp: synchronises the clock, unless the clock was already corrected after the start of the attempt. Returns
    /// whether the call should make another attempt, which is the case at most once for a call.
    pub async fn timestamp_rejected(&self, attempt: Attempt) -> bool {
        let limit = Self::wait_limit(attempt);
        let Some(_lock) = self.within(limit, self.shared.correction.lock()).await else { return false };
        let corrected = self.history().corrected;
        if corrected > Some(attempt.started) {
            // The timestamp may have been taken before the correction.
            return attempt.number == 1;
        }
        self.estimate().mark_rejected();
        // The clock was already corrected during this call, so it is not synchronised again now. The next call synchronises first.
        if corrected > Some(attempt.call_started) || self.failed_just_now() || self.sync_within(limit).await.is_err() {
            return false;
        }
        self.history().corrected = Some(Ordinal::next());
        true
    }

    /// Returns the synchronisation in progress, or starts one in the background.
    fn sync_in_background(&self) -> watch::Receiver<Option<Synced>> {
        let mut history = self.history();
        if let Some(running) = &history.running {
            return running.clone();
        }
        let (ended, running) = watch::channel(None);
        history.running = Some(running.clone());
        drop(history);
        // The guard is also dropped if the runtime ends.
        let task = InFlight(self.clone());
        tokio::spawn(async move {
            let clock = &task.0;
            let outcome = clock.estimate().sync(&*clock.shared.server).await;
            let failed_at = clock.monotonic();
            clock.history().failed = outcome.clone().err().map(|error| (failed_at, error));
            drop(task);
            ended.send_replace(Some(outcome));
        });
        running
    }

    fn failed_just_now(&self) -> bool {
        let now = self.monotonic();
        self.history().failed.as_ref().is_some_and(|(at, _)| now.saturating_sub(*at) < RETRY_AFTER)
    }

    /// The output of `work`, unless it takes longer than `limit`.
    async fn within<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        timeout(&**self.estimate().time(), limit, work).await
    }

    fn history(&self) -> MutexGuard<'_, SyncHistory> {
        self.shared.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ClockSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.estimate().fmt(f)
    }
}

/// The synchronisation in progress. Another one may start once this guard is dropped.
struct InFlight(ClockSync);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.history().running = None;
    }
}
