//! `Reservation`: the right to send one request at a later time.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use super::bucket::Bucket;

/// The right to send one request at the time at which the bucket admits it. A reservation that is dropped before [`commit`](Self::commit)
/// is released for other callers.
#[derive(Debug)]
pub(crate) struct Reservation<'a> {
    bucket: &'a Bucket,
    /// The id in the wait queue of the bucket. `None` if the request may be sent at once.
    waiter: Option<u64>,
}

impl<'a> Reservation<'a> {
    pub(super) fn new(bucket: &'a Bucket, waiter: Option<u64>) -> Self {
        Self { bucket, waiter }
    }

    /// The wait until the request is admitted. Call this method again after the wait and after a [change](Self::changed), because
    /// throttling makes the wait longer and the release of another reservation makes it shorter.
    pub(crate) fn wait(&self, now: Duration) -> Duration {
        self.waiter.map_or(Duration::ZERO, |id| self.bucket.wait_of(id, now))
    }

    /// Waits until the admission time changes.
    pub(crate) async fn changed(&self) {
        poll_fn(|context| match self.waiter {
            Some(id) if self.bucket.take_change(id, context.waker()) => Poll::Ready(()),
            _ => Poll::Pending,
        })
        .await;
    }

    /// Marks the reservation as used. Call it when the request is admitted and about to be sent.
    pub(crate) fn commit(mut self) {
        if let Some(id) = self.waiter.take() {
            self.bucket.commit(id);
        }
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.waiter {
            self.bucket.release(id);
        }
    }
}
