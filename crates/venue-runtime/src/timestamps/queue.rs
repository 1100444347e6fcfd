//! The callers that wait for a timestamp, in their order.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Mutex, MutexGuard};

/// Queues the callers that wait for the clock, in the order of arrival. Only the first caller sleeps until the clock advances, because
/// otherwise every millisecond of the clock would wake all callers.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: AtomicUsize,
    first: Mutex<()>,
}

/// The first position of the queue. When it is dropped, the next caller gets the position.
pub(super) struct FirstPosition<'a> {
    _first: MutexGuard<'a, ()>,
    _waiting: WaitingCaller<'a>,
}

struct WaitingCaller<'a>(&'a AtomicUsize);

impl Queue {
    /// Whether no caller waits, so that a new caller overtakes none.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.load(Ordering::Acquire) == 0
    }

    pub(super) async fn wait_for_first_position(&self) -> FirstPosition<'_> {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let waiting = WaitingCaller(&self.waiting);
        FirstPosition { _first: self.first.lock().await, _waiting: waiting }
    }
}

impl Drop for WaitingCaller<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
