//! `Book`: the handle of a book that its own task keeps up to date.

mod driver;
mod events;
mod guard;
mod shared;

use std::fmt;
use std::sync::Arc;

use tokio::task::AbortHandle;
use venue_stream::{Buffering, StreamConnection};

use crate::state::State;
use crate::{BookEvent, BookSettings, BookStatus, DepthDecoder, NotLive};
use driver::Driver;
pub use events::BookEvents;
use events::Seen;
pub use guard::{LastKnownBook, LiveBook};
use shared::Shared;

/// An order book that its own task keeps up to date. A clone is a handle of the same book.
///
/// The content can be read in two ways. [`live`](Self::live) returns it only while it is known to equal the exchange's book at its version.
/// [`last_known`](Self::last_known) always returns it, and the type of the result states that it may be wrong or old.
///
/// Dropping the last handle ends the subscription.
///
/// ```
/// use std::sync::Arc;
/// use venue_book::{Book, BookEvent, BookSettings, DepthDecoder};
/// use venue_book::{Error, VersionRule};
/// use venue_stream::StreamConnection;
///
/// async fn print_prices(
///     connection: &StreamConnection,
///     decoder: Arc<dyn DepthDecoder>,
/// ) -> Result<(), Error> {
///     let settings =
///         BookSettings::new().continuity(VersionRule::FirstFollowsPrevious);
///     let mut book =
///         Book::subscribe(connection, "depth.BTCUSDT", decoder, settings)?;
///     loop {
///         match book.changed().await {
///             BookEvent::Closed => return Ok(()),
///             BookEvent::Lost(reason) => println!("careful: {reason}"),
///             _ => {}
///         }
///         match book.live() {
///             Ok(live) => println!("{:?}", live.best_bid()),
///             Err(not_live) => println!("not live: {not_live}"),
///         };
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Book {
    inner: Arc<Inner>,
    seen: Seen,
}

/// What all handles of a book share.
struct Inner {
    topic: Arc<str>,
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The task owns the subscription.
        self.task.abort();
    }
}

impl Book {
    /// Subscribes to a topic, and starts a task that keeps the book up to date.
    ///
    /// All readers of a topic should share one book. A second subscription of the topic makes the connection subscribe it again for both,
    /// because the server sends a snapshot only once.
    ///
    /// # Errors
    ///
    /// If the caller is not in a tokio runtime.
    pub fn subscribe(
        connection: &StreamConnection,
        topic: &str,
        decoder: Arc<dyn DepthDecoder>,
        settings: BookSettings,
    ) -> Result<Self, Error> {
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| Error(()))?;
        let (topic_settings, buffering) = (settings.topic, Buffering::lossless(settings.max_messages));
        let time = Arc::clone(&settings.time);
        let state = State::new(decoder, settings);
        let subscription = connection.subscribe(topic, topic_settings, buffering);
        let shared = Arc::new(Shared::new(state, time));
        let task = runtime.spawn(Driver::new(Arc::clone(&shared), subscription)).abort_handle();
        let inner = Inner { topic: topic.into(), shared, task };
        Ok(Self { inner: Arc::new(inner), seen: Seen::default() })
    }

    /// The topic.
    #[must_use]
    pub fn topic(&self) -> &str {
        &self.inner.topic
    }

    /// The content, if it is known to equal the exchange's book at its version.
    ///
    /// The result locks the book, so that the content does not change while it is read: drop it soon. Messages wait until no such result is
    /// left, and more than [`BookSettings::max_messages`] waiting messages are a loss of trust. Other books and the connection do not wait. The
    /// result cannot be kept over an `.await` in a spawned task.
    ///
    /// # Errors
    ///
    /// If the book is not live, with the reason.
    pub fn live(&self) -> Result<LiveBook<'_>, NotLive> {
        LiveBook::new(self.inner.shared.read())
    }

    /// The last content, which may be wrong or old: see [`LastKnownBook::status`]. The result locks the book: see [`live`](Self::live).
    #[must_use]
    pub fn last_known(&self) -> LastKnownBook<'_> {
        LastKnownBook::new(self.inner.shared.read())
    }

    /// The trust in the book, its version, age and rule.
    #[must_use]
    pub fn status(&self) -> BookStatus {
        self.inner.shared.read().status()
    }

    /// Waits for the next event that this handle has not returned. Returns [`BookEvent::Closed`] at once, and again, after the end.
    ///
    /// Events of one kind are merged while the caller does not wait. A loss of trust is returned first, then the return of trust if the book
    /// is live at this moment, then the change of the content. Several losses are one event, with the last reason. So the memory is limited, and no
    /// reader continues without having learned of a loss.
    ///
    /// The method can be cancelled without losing an event.
    pub async fn changed(&mut self) -> BookEvent {
        loop {
            // Created before the counters are read, so that a change after the reading wakes it.
            let changed = self.inner.shared.changed.notified();
            let event = self.seen.next(&self.inner.shared.counters());
            if let Some(event) = event {
                return event;
            }
            changed.await;
        }
    }

    /// The events as a stream, which ends after [`BookEvent::Closed`]. Events are merged: see [`changed`](Self::changed).
    pub fn into_events(self) -> BookEvents {
        BookEvents::new(self)
    }

    /// Verifies an unverified book again with its continuity rule: see [`BookEvent::Unverified`]. The task of the book does so before it
    /// applies the next message. Has no effect without a rule.
    pub fn verify_again(&self) {
        self.inner.shared.verify_again();
    }
}

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Book").field("topic", &self.topic()).field("status", &self.status()).finish_non_exhaustive()
    }
}

/// There is no tokio runtime for the task of a book.
#[derive(Debug)]
pub struct Error(());

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no tokio runtime: subscribe to the book inside of a runtime, which runs its task")
    }
}

impl std::error::Error for Error {}
