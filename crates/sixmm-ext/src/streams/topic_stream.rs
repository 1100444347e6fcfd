//! `TopicStream`: the decoded events of a topic.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::Stream;
use venue_core::panics::contain_panic;
use venue_stream::state::SubscriptionState;
use venue_stream::{Event, Message, Protocol, RawText, Subscription};

use super::connections::Connection;
use super::subscribe::{Decode, Decoded};
use super::{DecodeError, StreamDecoder};

/// The events of a topic, as a [`Stream`]. The stream ends after [`Event::Closed`].
///
/// Dropping the last stream of a topic unsubscribes the topic, and dropping the last stream of a connection closes the connection. To read
/// the stream, call [`next`](Self::next) or the methods of the crates `futures-util` and `tokio-stream`.
pub struct TopicStream<T> {
    // Dropped before the connection, so that the topic is unsubscribed first.
    subscription: Subscription,
    connection: Arc<Connection>,
    decoder: Arc<dyn StreamDecoder>,
    decode: Decode<T>,
    /// The decoded events and unreadable rows that were not read yet. They come from one message.
    events: Decoded<T>,
}

impl<T> TopicStream<T> {
    pub(super) fn new(subscription: Subscription, connection: Arc<Connection>, decoder: Arc<dyn StreamDecoder>, decode: Decode<T>) -> Self {
        Self { subscription, connection, decoder, decode, events: Decoded::new() }
    }

    /// Waits for the next event. Returns `None` after [`Event::Closed`].
    ///
    /// A future that is dropped before it is ready loses no event.
    pub async fn next(&mut self) -> Option<Event<T>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The topic. The topic of private events is `user`.
    #[must_use]
    pub fn topic(&self) -> &str {
        self.subscription.topic()
    }

    /// Subscribes the topic again, because its data contain an error such as a gap. All streams of the topic get [`Event::Resync`] with
    /// this explanation. Other topics are not affected. Repeated calls are delayed.
    pub fn resync(&self, explanation: impl Into<String>) {
        self.subscription.resync(explanation);
    }

    /// The state of the topic's subscription. `None` after the topic was closed.
    #[must_use]
    pub fn state(&self) -> Option<SubscriptionState> {
        self.subscription.state()
    }

    /// The last measured time between a ping and the exchange's acknowledgement of the ping.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        self.connection.stream.round_trip()
    }

    /// Decodes an event into `self.events`.
    fn decode(&mut self, event: Event<Message>) {
        let text = match &event {
            Event::Snapshot(message) | Event::Update(message) => message.clone(),
            Event::Lagged { skipped } => {
                self.connection.reports.lagged(self.subscription.topic(), *skipped);
                return self.events.push_back(Ok(Event::Lagged { skipped: *skipped }));
            }
            _ => return self.events.push_back(Ok(without_datum(event))),
        };
        let (decode, decoder, events) = (self.decode, &*self.decoder, &mut self.events);
        let result = contain_panic(|| decode(decoder, event, events)).unwrap_or_else(|_| Err(DecodeError::new("the decoder panicked")));
        if let Err(error) = result {
            self.events.clear();
            let event = self.unreadable(text.text(), &error);
            self.events.push_back(Ok(event));
        }
    }

    /// Reports a message or a row that cannot be read.
    fn unreadable(&self, text: &str, error: &DecodeError) -> Event<T> {
        // The error of a JSON reader repeats a part of the text.
        self.connection.reports.undecodable(self.subscription.topic(), &self.redacted(&error.to_string()));
        Event::Unreadable { raw: self.redacted(text) }
    }

    fn redacted(&self, text: &str) -> RawText {
        let mut text = text.to_owned();
        self.connection.protocol.redact(&mut text);
        RawText::new(&text)
    }
}

impl<T> Stream for TopicStream<T> {
    type Item = Event<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event<T>>> {
        let stream = self.get_mut();
        loop {
            if let Some(event) = stream.events.pop_front() {
                return Poll::Ready(Some(event.unwrap_or_else(|row| stream.unreadable(row.raw.as_str(), &row.error))));
            }
            match ready!(Pin::new(&mut stream.subscription).poll_next(context)) {
                // A message without data, such as an empty list of trades, has no event.
                Some(event) => stream.decode(event),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// No part of the stream is pinned.
impl<T> Unpin for TopicStream<T> {}

impl<T> fmt::Debug for TopicStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicStream").field("topic", &self.topic()).field("state", &self.state()).finish_non_exhaustive()
    }
}

/// Changes the type of an event that is not a datum.
fn without_datum<T>(event: Event<Message>) -> Event<T> {
    event.decode(|message| Err(RawText::new(message.text())))
}
