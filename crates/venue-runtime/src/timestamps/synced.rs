//! Timestamps by a clock that is synchronised when that is due.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use venue_core::UnixMillis;
use venue_core::time::timeout;

use super::Timestamps;
use crate::{ClockSync, SyncError};

/// How often a caller that waits for a timestamp checks whether the clock is in doubt.
const CHECK_CLOCK_EVERY: Duration = Duration::from_secs(2);

impl Timestamps {
    /// Synchronises the clock if a synchronisation is due, and then returns the next timestamp like [`next`](Self::next). Waits for the
    /// synchronisation for at most `limit`. While a burst has exhausted the lead, waits without a limit.
    ///
    /// A failed synchronisation is not fatal, because the present estimate may still be correct.
    ///
    /// # Errors
    ///
    /// Returns an error if no timestamp can be issued without a synchronisation, and the synchronisation failed.
    pub async fn next_synced(&self, clock: &ClockSync, limit: Duration) -> Result<UnixMillis, SyncError> {
        // A failure is reported below if no timestamp can be issued.
        let _ = clock.ensure_synced(limit).await;
        let mut next = pin!(self.next(clock.estimate()));
        loop {
            if let Some(timestamp) = timeout(&**clock.estimate().time(), CHECK_CLOCK_EVERY, next.as_mut()).await {
                return Ok(timestamp);
            }
            clock.ensure_synced(limit).await?;
        }
    }

    /// The next timestamp, if the caller does not have to wait for it or for the server's clock.
    #[must_use]
    pub fn try_next_synced(&self, clock: &ClockSync) -> Option<UnixMillis> {
        if !clock.is_ready() {
            return None;
        }
        match pin!(self.next(clock.estimate())).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(timestamp) => Some(timestamp),
            Poll::Pending => None,
        }
    }
}
