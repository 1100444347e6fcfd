//! The events of a book for any number of readers, with limited memory.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use venue_core::BoxFuture;

use super::Book;
use crate::{BookEvent, LossReason};

/// The numbers of the events so far.
#[derive(Debug, Default)]
pub(super) struct Counters {
    changes: u64,
    losses: u64,
    last_loss: Option<LossReason>,
    unverified: u64,
    returns: u64,
    is_live: bool,
    is_closed: bool,
}

impl Counters {
    pub(super) fn count(&mut self, event: BookEvent) {
        match event {
            BookEvent::Live => {
                self.returns += 1;
                self.is_live = true;
            }
            BookEvent::Changed => self.changes += 1,
            BookEvent::Lost(reason) => {
                self.losses += 1;
                self.last_loss = Some(reason);
                self.is_live = false;
            }
            BookEvent::Unverified => {
                self.unverified += 1;
                self.is_live = false;
            }
            BookEvent::Closed => {
                self.is_closed = true;
                self.is_live = false;
            }
        }
    }
}

/// The numbers of the events that a handle has returned.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    changes: u64,
    losses: u64,
    unverified: u64,
    returns: u64,
}

impl Seen {
    /// The next event for this handle: see [`Book::changed`].
    pub(super) fn next(&mut self, counters: &Counters) -> Option<BookEvent> {
        if let Some(reason) = counters.last_loss.clone().filter(|_| counters.losses != self.losses) {
            self.losses = counters.losses;
            return Some(BookEvent::Lost(reason));
        }
        if counters.unverified != self.unverified {
            self.unverified = counters.unverified;
            return Some(BookEvent::Unverified);
        }
        if counters.is_closed {
            return Some(BookEvent::Closed);
        }
        if counters.is_live && counters.returns != self.returns {
            self.returns = counters.returns;
            return Some(BookEvent::Live);
        }
        if counters.changes != self.changes {
            self.changes = counters.changes;
            return Some(BookEvent::Changed);
        }
        None
    }
}

/// The events of a book as a [`Stream`]: see [`Book::into_events`].
#[must_use = "streams do nothing unless they are polled"]
pub struct BookEvents {
    book: Option<Book>,
    waiting: Option<BoxFuture<'static, (Book, BookEvent)>>,
}

impl BookEvents {
    pub(super) fn new(book: Book) -> Self {
        Self { book: Some(book), waiting: None }
    }
}

impl Stream for BookEvents {
    type Item = BookEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<BookEvent>> {
        if let Some(mut book) = self.book.take() {
            self.waiting = Some(Box::pin(async move {
                let event = book.changed().await;
                (book, event)
            }));
        }
        let Some(waiting) = &mut self.waiting else { return Poll::Ready(None) };
        let Poll::Ready((book, event)) = waiting.as_mut().poll(context) else { return Poll::Pending };
        self.waiting = None;
        self.book = Some(book).filter(|_| event != BookEvent::Closed);
        Poll::Ready(Some(event))
    }
}

impl fmt::Debug for BookEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BookEvents").field("book", &self.book).finish_non_exhaustive()
    }
}
