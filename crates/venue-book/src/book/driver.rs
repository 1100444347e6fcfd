//! The task that applies the events of the subscription.

use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;
use venue_stream::{Event, Subscription};

use super::Shared;
use crate::LossReason;
use crate::state::{Output, State};

/// The largest number of events that are applied without giving way to readers and to other tasks.
const BATCH: usize = 64;

/// Applies the events of a subscription to the state, until the topic is closed.
pub(super) struct Driver {
    shared: Arc<Shared>,
    subscription: Subscription,
}

impl Driver {
    pub(super) fn new(shared: Arc<Shared>, subscription: Subscription) -> Self {
        Self { shared, subscription }
    }

    /// Applies the events that are ready, and at most one batch.
    fn apply_batch(&mut self, context: &mut Context<'_>) -> Batch {
        let Self { shared, subscription } = self;
        let mut batch = Batch::Full;
        let resync = change(shared, |state, outputs| {
            for _ in 0..BATCH {
                match Pin::new(&mut *subscription).poll_next(context) {
                    Poll::Ready(Some(event)) => {
                        state.step(shared.now(), &event, outputs);
                        if event == Event::Closed {
                            batch = Batch::Closed;
                            return;
                        }
                    }
                    Poll::Ready(None) => {
                        batch = Batch::Closed;
                        return;
                    }
                    Poll::Pending => {
                        batch = Batch::Waiting;
                        return;
                    }
                }
            }
        });
        if let Some(reason) = resync {
            subscription.resync(reason.to_string());
        }
        batch
    }
}

impl Drop for Driver {
    /// Closes the book, also if the task panicked or its runtime shuts down. Otherwise a book without updates would remain live.
    fn drop(&mut self) {
        change(&self.shared, |state, outputs| state.step(self.shared.now(), &Event::Closed, outputs));
    }
}

/// Why a batch ended.
enum Batch {
    Full,
    Waiting,
    Closed,
}

impl Future for Driver {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.apply_batch(context) {
            Batch::Closed => Poll::Ready(()),
            Batch::Waiting => Poll::Pending,
            Batch::Full => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

/// Changes the state, and counts the events for all readers. Returns the reason for a new subscription, which the caller has to request.
///
/// The events are counted while the state is locked, so that a reader never sees a content whose loss it could not learn.
pub(super) fn change(shared: &Shared, change: impl FnOnce(&mut State, &mut Vec<Output>)) -> Option<LossReason> {
    let (mut outputs, mut resync) = (Vec::new(), None);
    let mut state = shared.state.write().unwrap_or_else(PoisonError::into_inner);
    change(&mut state, &mut outputs);
    if outputs.is_empty() {
        return None;
    }
    let mut counters = shared.counters();
    for output in outputs {
        match output {
            Output::Event(event) => counters.count(event),
            Output::Resync(reason) => resync = Some(reason),
        }
    }
    drop(counters);
    drop(state);
    shared.changed.notify_waiters();
    resync
}
