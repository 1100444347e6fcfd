//! The task that applies the events of the subscription.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use venue_stream::{Event, Subscription};

use super::shared::Shared;

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
    fn apply_batch(&mut self, task: &Waker) -> Batch {
        let Self { shared, subscription } = self;
        let mut batch = Batch::Full;
        let mut context = Context::from_waker(task);
        let changed = shared.try_change(task, |state, outputs| {
            for _ in 0..BATCH {
                match Pin::new(&mut *subscription).poll_next(&mut context) {
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
        match changed {
            Some(Some(reason)) => subscription.resync(reason.to_string()),
            Some(None) => {}
            // The last reader wakes the task. The events stay in the buffer of the subscription.
            None => batch = Batch::Waiting,
        }
        batch
    }
}

impl Drop for Driver {
    /// Closes the book, also if the task panicked or its runtime shuts down.
    fn drop(&mut self) {
        self.shared.end();
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
        match self.apply_batch(context.waker()) {
            Batch::Closed => Poll::Ready(()),
            Batch::Waiting => Poll::Pending,
            Batch::Full => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}
