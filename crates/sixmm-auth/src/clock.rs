//! The exchange's clock, asked through the API when that is due.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sixmm_api::{Attempt, BoxFuture, Client, UnixMillis};
use sixmm_auth_core::clock::BoxError;
use sixmm_auth_core::{Reason, ServerClock, SyncError, TimeServer};
use sixmm_core::Moment;

/// After a synchronisation that failed, the next one is tried no earlier, lest every call waits for it.
const RETRY_AFTER: Duration = Duration::from_secs(5);

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
    is_renewing: AtomicBool,
}

#[derive(Default)]
struct Past {
    /// When a synchronisation that a refused timestamp asked for ended well.
    corrected: Option<Moment>,
    /// On the monotonic clock.
    failed: Option<(Duration, SyncError)>,
}

impl ApiClock {
    pub(crate) fn new(plain: Client, estimate: Arc<ServerClock>) -> Self {
        let (past, correction, is_renewing) = (Mutex::default(), tokio::sync::Mutex::default(), AtomicBool::new(false));
        Self { shared: Arc::new(Shared { plain, estimate, past, correction, is_renewing }) }
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
        let outcome = self.estimate().sync(&ApiTime(&self.shared.plain)).await;
        let failed_at = self.monotonic();
        self.past().failed = outcome.clone().err().map(|error| (failed_at, error));
        outcome
    }

    /// Whether there is nothing to wait for before a timestamp can be taken.
    pub(crate) fn is_ready(&self) -> bool {
        self.estimate().needs_sync().is_none()
    }

    /// Synchronises if that is due: now if the estimate is in doubt, aside if it is merely old.
    pub(crate) async fn ready(&self) -> Result<(), SyncError> {
        let Some(reason) = self.estimate().needs_sync() else { return Ok(()) };
        let failed = self.failed_just_now();
        match (reason, failed) {
            (Reason::Aged, Some(_)) => Ok(()),
            (Reason::Aged, None) => {
                self.sync_aside();
                Ok(())
            }
            (_, Some(error)) => Err(error),
            (_, None) => self.sync().await,
        }
    }

    /// The server refused a timestamp. Whether it is worth another attempt: once for a call.
    pub(crate) async fn refused(&self, attempt: Attempt) -> bool {
        let _turn = self.shared.correction.lock().await;
        let corrected = self.past().corrected;
        if corrected > Some(attempt.began) {
            // It may have been taken before the correction.
            return attempt.number == 1;
        }
        self.estimate().mark_refused();
        // With a clock that was corrected for this call, or during it: the next call synchronises first.
        if corrected > Some(attempt.call_began) || self.failed_just_now().is_some() || self.sync().await.is_err() {
            return false;
        }
        self.past().corrected = Some(Moment::now());
        true
    }

    fn sync_aside(&self) {
        if self.shared.is_renewing.swap(true, Ordering::AcqRel) {
            return;
        }
        let renewing = Renewing(self.clone());
        tokio::spawn(async move {
            // It failed: that is noted, and the estimate stays as it was.
            let _ = renewing.0.sync().await;
        });
    }

    fn failed_just_now(&self) -> Option<SyncError> {
        let now = self.monotonic();
        self.past().failed.as_ref().filter(|(at, _)| now.saturating_sub(*at) < RETRY_AFTER).map(|(_, error)| error.clone())
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

/// Says that it is over when dropped, with the runtime, too.
struct Renewing(ApiClock);

impl Drop for Renewing {
    fn drop(&mut self) {
        self.0.shared.is_renewing.store(false, Ordering::Release);
    }
}

/// Asks `GET /v1/time` of a client without credentials.
struct ApiTime<'a>(&'a Client);

impl TimeServer for ApiTime<'_> {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, BoxError>> {
        Box::pin(async { Ok(self.0.server_time().send().await?.into_data()?.timestamp_ms) })
    }
}
