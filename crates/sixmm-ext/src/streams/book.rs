//! `OrderBook`: the order book of a contract, and its settings.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use sixmm_api::Decimal;
use venue_book::{Book, BookEvent, BookSettings, BookStatus, Continuity, DepthDecoder, LastKnownBook, LiveBook, NotLive};
use venue_core::panics::contain_panic;
use venue_stream::{Protocol, RawText};

use super::connections::{Connection, StreamConnections};
use super::{ConnectionKind, DecodeError, Depth, DepthMessages, StreamError, topics};
use crate::client_inner::ClientInner;

/// The settings of an order book before it is opened. [`subscribe`](Self::subscribe) opens the book.
///
/// **6MM documents no rule that relates the versions of two depth messages.** Without a rule, a missing message cannot be noticed, so
/// [`OrderBook::live`] returns [`NotLive::UnverifiedContinuity`] until a program sets [`continuity`](Self::continuity).
#[must_use = "the topic is not subscribed until `subscribe()`"]
pub struct SubscribeBook {
    client: ClientInner,
    connections: Arc<StreamConnections>,
    topic: Result<String, StreamError>,
    settings: BookSettings,
}

impl SubscribeBook {
    pub(super) fn new(client: ClientInner, connections: Arc<StreamConnections>, symbol: &str) -> Self {
        Self { client, connections, topic: topics::depth(symbol), settings: BookSettings::new() }
    }

    /// Verifies the versions of all messages by this rule, so that the book can be live. Set a rule that you have verified with messages of
    /// the exchange: see [`BookSettings::continuity`] and [`VersionRule`](super::VersionRule).
    ///
    /// A rule that is wrong makes the book subscribe again a few times, and then [`BookEvent::Unverified`].
    pub fn continuity(self, rule: impl Continuity + 'static) -> Self {
        self.change(|settings| settings.continuity(rule))
    }

    /// Sets the number of increments that have to satisfy the rule before the book is live for the first time: see
    /// [`BookSettings::confirmations`]. 3 by default.
    pub fn confirmations(self, increments: u32) -> Self {
        self.change(|settings| settings.confirmations(increments))
    }

    /// Limits the number of levels of each side: see [`BookSettings::max_levels`]. 10,000 by default.
    pub fn max_levels(self, levels: usize) -> Self {
        self.change(|settings| settings.max_levels(levels))
    }

    /// Limits the number of new subscriptions that the book requests in any 60 seconds, and in succession without a confirmation of the rule:
    /// see [`BookSettings::max_resyncs_per_minute`]. 5 by default.
    pub fn max_resyncs_per_minute(self, resyncs: usize) -> Self {
        self.change(|settings| settings.max_resyncs_per_minute(resyncs))
    }

    /// Sets the contract's tick size and step size, which make the first messages faster: see [`BookSettings::tick_size`].
    pub fn sizes(self, tick_size: Decimal, step_size: Decimal) -> Self {
        self.change(|settings| settings.tick_size(tick_size).step_size(step_size))
    }

    /// The book is no longer live if the topic is silent for this time. No limit by default, because a quiet market is silent, too.
    pub fn stale_after(self, limit: Duration) -> Self {
        self.change(|settings| settings.stale_after(limit))
    }

    /// Subscribes the topic again whenever it is silent for the limit of [`stale_after`](Self::stale_after).
    pub fn resubscribe_when_stale(self) -> Self {
        self.change(BookSettings::resubscribe_when_stale)
    }

    /// Replaces all settings. The clock is always that of the client.
    pub fn settings(self, settings: BookSettings) -> Self {
        self.change(|_| settings)
    }

    /// Opens the book, and the public connection if this is its first stream. Must be called in a tokio runtime, which runs the connection
    /// and the task of the book.
    ///
    /// # Errors
    ///
    /// If the symbol is invalid, the client already has an open book of this contract ([`StreamError::is_duplicate_book`]), there is no tokio
    /// runtime, the address or a setting of the connection is invalid, or the recording cannot be opened. Nothing is sent then. Later
    /// failures are [`BookEvent`]s.
    pub fn subscribe(self) -> Result<OrderBook, StreamError> {
        let Self { client, connections, topic, settings } = self;
        let topic = topic?;
        let connection = connections.get(&client, ConnectionKind::Public)?;
        connections.books.open(&topic, connection, |connection| {
            let decoder = Arc::new(ReportingDecoder {
                messages: DepthMessages::new(Arc::clone(connections.decoder())),
                topic: topic.clone(),
                connection: Arc::clone(connection),
            });
            let settings = settings.time(Arc::clone(client.time()));
            Book::subscribe(&connection.stream, &topic, decoder, settings).map_err(StreamError::book)
        })
    }

    fn change(self, change: impl FnOnce(BookSettings) -> BookSettings) -> Self {
        Self { settings: change(self.settings), ..self }
    }
}

impl fmt::Debug for SubscribeBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscribeBook").field("topic", &self.topic).field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The order book of a contract, which a task keeps up to date. A clone is a handle of the same book.
///
/// [`live`](Self::live) returns the content only while it is known to equal the exchange's book at its version.
/// [`last_known`](Self::last_known) always returns the content, which may be wrong or old. The module `venue_book` documents
/// [when a book is live](venue_book#when-a-book-is-live).
///
/// A client has at most one open book of a contract, because each further subscription of a depth topic causes a new snapshot for all
/// subscribers. Share the book by cloning its handle. Dropping the last handle unsubscribes the topic.
#[derive(Clone, Debug)]
pub struct OrderBook {
    // Dropped before the connection, so that the topic is unsubscribed first.
    book: Book,
    opened: Arc<OpenedBook>,
}

impl OrderBook {
    /// The topic, such as `market.depth.BTCUSDT`.
    #[must_use]
    pub fn topic(&self) -> &str {
        self.book.topic()
    }

    /// The content, if it is known to equal the exchange's book at its version: see [`Book::live`].
    ///
    /// The result locks the book: drop it soon. Messages wait until no such result is left. [`LastKnownBook::status`] reads content and trust
    /// with one lock.
    ///
    /// # Errors
    ///
    /// If the book is not live, with the reason. Without a continuity rule, the reason is [`NotLive::UnverifiedContinuity`].
    pub fn live(&self) -> Result<LiveBook<'_>, NotLive> {
        self.book.live()
    }

    /// The last content, which may be wrong or old. The result locks the book: see [`live`](Self::live).
    #[must_use]
    pub fn last_known(&self) -> LastKnownBook<'_> {
        self.book.last_known()
    }

    /// The trust in the book, its version, age and rule.
    #[must_use]
    pub fn status(&self) -> BookStatus {
        self.book.status()
    }

    /// Waits for the next event that this handle has not returned: see [`Book::changed`]. Events of one kind are merged while the program
    /// does not wait, and a loss of trust is returned first. Several losses are then one event with the last reason.
    pub async fn changed(&mut self) -> BookEvent {
        self.book.changed().await
    }

    /// The events as a stream, which ends after [`BookEvent::Closed`]. Events are merged: see [`changed`](Self::changed).
    pub fn into_events(self) -> impl Stream<Item = BookEvent> + Send + Unpin + 'static {
        let Self { book, opened } = self;
        book.into_events().inspect(move |_| _ = &opened)
    }

    /// Verifies an unverified book again with its continuity rule: see [`BookEvent::Unverified`]. Has no effect without a rule.
    pub fn verify_again(&self) {
        self.book.verify_again();
    }
}

/// The books of a client that have a handle, by topic.
#[derive(Debug, Default)]
pub(super) struct OpenBooks(Mutex<BTreeMap<String, Weak<OpenedBook>>>);

/// What all handles of a book share. Keeps the connection open.
#[derive(Debug)]
struct OpenedBook {
    connection: Arc<Connection>,
}

impl OpenBooks {
    /// Opens a book of a topic, unless there is a book of the topic that is not closed.
    fn open(
        &self,
        topic: &str,
        connection: Arc<Connection>,
        open: impl FnOnce(&Arc<Connection>) -> Result<Book, StreamError>,
    ) -> Result<OrderBook, StreamError> {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = books.get(topic).and_then(Weak::upgrade);
        if opened.is_some_and(|opened| !opened.connection.stream.is_closed()) {
            return Err(StreamError::duplicate_book(topic));
        }
        let book = open(&connection)?;
        let opened = Arc::new(OpenedBook { connection });
        books.retain(|_, opened| opened.strong_count() > 0);
        books.insert(topic.to_owned(), Arc::downgrade(&opened));
        Ok(OrderBook { book, opened })
    }
}

/// Decodes depth messages, and reports those that cannot be decoded.
#[derive(Debug)]
struct ReportingDecoder {
    messages: DepthMessages,
    topic: String,
    connection: Arc<Connection>,
}

impl DepthDecoder for ReportingDecoder {
    fn decode(&self, message: &str, depth: &mut Depth) -> Result<(), DecodeError> {
        let decoded = contain_panic(|| self.messages.decode(message, depth));
        let Err(error) = decoded.unwrap_or_else(|_| Err(DecodeError::new("the decoder panicked"))) else { return Ok(()) };
        // The error of a JSON reader repeats a part of the text.
        let mut text = error.to_string();
        self.connection.protocol.redact(&mut text);
        self.connection.reports.undecodable(&self.topic, &RawText::new(&text));
        Err(DecodeError::new(text))
    }
}
