//! The unread events of one subscriber, and its waker.

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
        let mut inner = self.lock();
        if inner.is_closed {
            return None;
        }
        inner.is_closed = matches!(event, Event::Closed);
        inner.buffer.push(event);
        inner.waker.take()
    }

    pub(super) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut inner = self.lock();
        if let Some(event) = inner.buffer.pop() {
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
