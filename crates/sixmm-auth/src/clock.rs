//! The exchange's clock, asked through the API when that is due.
//!
//! Reading it is a task of its own, one at a time, so that a call that is dropped does not cut it off. Calls wait for it for a part of their
//! time only, and once one of them has waited in vain, none waits until the clock has been read again: they go by the estimate as it is.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sixmm_api::{Attempt, BoxFuture, Client, UnixMillis, requests};
use tokio::sync::watch;
use venue_core::{Moment, time::timeout};
use venue_runtime::{Reason, ServerClock, SyncError, TimeServer, clock::BoxError};

/// After a synchronisation that failed, the next one begins no earlier.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A call waits for the server's clock for this part of its remaining time at most.
const PART_OF_THE_CALL: u32 = 4;

/// How long a call that has so much time left may wait for the server's clock. Without a limit, the clock's own patience is the limit.
pub(crate) fn clock_limit(attempt: Attempt) -> Duration {
    attempt.time_left.map_or(Duration::MAX, |left| left / PART_OF_THE_CALL)
}

/// The server's clock, and the client without credentials that asks for it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ApiClock {
    shared: Arc<Shared>,
}

struct Shared {
    plain: Client,
    estimate: Arc<ServerClock>,
    past: Mutex<Past>,
    /// Held while a refused timestamp is dealt with: one synchronisation serves all calls that were refused together.
    correction: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Past {
    /// When a synchronisation that a refused timestamp asked for ended well.
    corrected: Option<Moment>,
    /// When a synchronisation failed, or a call waited for one in vain, on the monotonic clock; forgotten when one succeeds.
    failed: Option<(Duration, SyncError)>,
    /// The synchronisation that is under way.
    running: Option<watch::Receiver<Option<Synced>>>,
}

/// How a synchronisation ended.
type Synced = Result<(), SyncError>;

impl ApiClock {
    pub(crate) fn new(plain: Client, estimate: Arc<ServerClock>) -> Self {
        let (past, correction) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { shared: Arc::new(Shared { plain, estimate, past, correction }) }
    }

    pub(crate) fn estimate(&self) -> &ServerClock {
        &self.shared.estimate
    }

    pub(crate) fn monotonic(&self) -> Duration {
        self.estimate().time().monotonic()
    }

    pub(crate) fn server_time(&self) -> UnixMillis {
        self.estimate().now()
    }

    /// Reads the server's clock now.
    pub(crate) async fn sync(&self) -> Result<(), SyncError> {
        self.sync_within(Duration::MAX).await
    }

    /// Reads the server's clock now, and waits for that for so long. It goes on if the wait ends first.
    async fn sync_within(&self, limit: Duration) -> Result<(), SyncError> {
        let mut running = self.start();
        let outcome = async move { running.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone()) };
        match self.within(limit, outcome).await {
            Some(outcome) => outcome.unwrap_or_else(|| Err(SyncError::cut_off())),
            None if self.is_ready() => Ok(()),
            None => {
                let error = SyncError::cut_off();
                let failed_at = self.monotonic();
                self.past().failed = Some((failed_at, error.clone()));
                Err(error)
            }
        }
    }

    /// Whether there is nothing to wait for before a timestamp can be taken.
    pub(crate) fn is_ready(&self) -> bool {
        self.estimate().needs_sync().is_none()
    }

    /// Synchronises if that is due. It waits for that, within `limit`, only if the estimate is in doubt and the last synchronisation did not
    /// fail; otherwise the synchronisation goes on aside.
    pub(crate) async fn ready(&self, limit: Duration) -> Result<(), SyncError> {
        let Some(reason) = self.estimate().needs_sync() else { return Ok(()) };
        let failed = self.past().failed.clone();
        if reason != Reason::Aged && failed.is_none() {
            return self.sync_within(limit).await;
        }
        if !self.failed_just_now() {
            self.start();
        }
        failed.filter(|_| reason != Reason::Aged).map_or(Ok(()), |(_, error)| Err(error))
    }

    /// The server refused a timestamp. Whether it is worth another attempt: once for a call.
    pub(crate) async fn refused(&self, attempt: Attempt) -> bool {
        let limit = clock_limit(attempt);
        let Some(_turn) = self.within(limit, self.shared.correction.lock()).await else { return false };
        let corrected = self.past().corrected;
        if corrected > Some(attempt.began) {
            // It may have been taken before the correction.
            return attempt.number == 1;
        }
        self.estimate().mark_refused();
        // With a clock that was corrected for this call, or during it: the next call synchronises first.
        if corrected > Some(attempt.call_began) || self.failed_just_now() || self.sync_within(limit).await.is_err() {
            return false;
        }
        self.past().corrected = Some(Moment::now());
        true
    }

    /// The synchronisation that is under way, or one that begins now.
    fn start(&self) -> watch::Receiver<Option<Synced>> {
        let mut past = self.past();
        if let Some(running) = &past.running {
            return running.clone();
        }
        let (ended, running) = watch::channel(None);
        past.running = Some(running.clone());
        drop(past);
        // Dropped with its runtime, too.
        let task = Running(self.clone());
        tokio::spawn(async move {
            let clock = &task.0;
            let outcome = clock.estimate().sync(&ApiTime(&clock.shared.plain)).await;
            let failed_at = clock.monotonic();
            clock.past().failed = outcome.clone().err().map(|error| (failed_at, error));
            drop(task);
            ended.send_replace(Some(outcome));
        });
        running
    }

    fn failed_just_now(&self) -> bool {
        let now = self.monotonic();
        self.past().failed.as_ref().is_some_and(|(at, _)| now.saturating_sub(*at) < RETRY_AFTER)
    }

    /// The output of `work`, unless it takes longer than `limit`.
    async fn within<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        timeout(&**self.estimate().time(), limit, work).await
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.shared.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ApiClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.estimate().fmt(f)
    }
}

/// Another synchronisation may begin once this is dropped.
struct Running(ApiClock);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.past().running = None;
    }
}

/// Asks `GET /v1/time` of a client without credentials.
struct ApiTime<'a>(&'a Client);

impl TimeServer for ApiTime<'_> {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, BoxError>> {
        Box::pin(async { Ok(self.0.send(requests::ServerTime::new()).await?.into_data()?.timestamp_ms) })
    }
}
