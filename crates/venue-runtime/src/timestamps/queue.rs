//! Who waits for a timestamp.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Mutex, MutexGuard};

/// Lets one at a time wait for the clock, in the order in which they came. If all of them slept, each millisecond would wake them all.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: AtomicUsize,
    turn: Mutex<()>,
}

/// Gives way to the next in line when dropped, waiting or not.
pub(super) struct Reservation<'a> {
    _turn: MutexGuard<'a, ()>,
    _waiting: Waiting<'a>,
}

struct Waiting<'a>(&'a AtomicUsize);

impl Queue {
    /// Whether nobody waits, so that nobody is overtaken.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.load(Ordering::Acquire) == 0
    }

    pub(super) async fn wait_for_turn(&self) -> Reservation<'_> {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let waiting = Waiting(&self.waiting);
        Reservation { _turn: self.turn.lock().await, _waiting: waiting }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
