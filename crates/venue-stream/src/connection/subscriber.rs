//! The unread events of one subscriber, and its waker.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::buffer::Buffer;
use crate::{Buffering, Event};

#[derive(Debug)]
pub(super) struct Subscriber(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    buffer: Buffer,
    waker: Option<Waker>,
    /// No further events follow those in the buffer.
    is_closed: bool,
}

impl Subscriber {
    pub(super) fn new(buffering: Buffering) -> Self {
        Self(Mutex::new(Inner { buffer: Buffer::new(buffering), waker: None, is_closed: false }))
    }

    /// Adds an event. Returns the waker of the subscriber if the subscriber waits.
    pub(super) fn push(&self, event: Event) -> Option<Waker> {
        self.push_all(event, || None)
    }

    /// Adds an event and the events after it, with one lock.
    pub(super) fn push_all(&self, first: Event, mut next: impl FnMut() -> Option<Event>) -> Option<Waker> {
        let mut inner = self.lock();
        let mut event = Some(first);
        while let Some(pushed) = event {
            if !inner.is_closed {
                inner.is_closed = matches!(pushed, Event::Closed);
                inner.buffer.push(pushed);
            }
            event = next();
        }
        inner.waker.take()
    }

    /// Returns the next event. Takes further events in advance, so that not every event needs the lock.
    pub(super) fn poll_next(&self, taken: &mut VecDeque<Event>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut inner = self.lock();
        if let Some(event) = inner.buffer.take(taken) {
            return Poll::Ready(Some(event));
        }
        if inner.is_closed {
            return Poll::Ready(None);
        }
        match &mut inner.waker {
            Some(waker) => waker.clone_from(context.waker()),
            None => inner.waker = Some(context.waker().clone()),
        }
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
