//! `Subscribe`: a stream that has not been opened yet.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use venue_stream::{Buffering, Event, Message, TopicSettings};

use super::connections::StreamConnections;
use super::{ConnectionKind, DecodeError, StreamDecoder, StreamError, TopicStream, UnreadableRow};
use crate::client_inner::ClientInner;

/// The events and the unreadable rows of a message, in the order of the message.
pub(super) type Decoded<T> = VecDeque<Result<Event<T>, UnreadableRow>>;

/// Decodes a message. An error means that nothing of the message can be read.
pub(super) type Decode<T> = fn(&dyn StreamDecoder, Event<Message>, &mut Decoded<T>) -> Result<(), DecodeError>;

/// The settings of a stream before it is opened. [`subscribe`](Self::subscribe) opens the stream.
///
/// Subscribers of the same topic share one subscription at the exchange. Each subscriber has its own buffer. The shortest of the staleness
/// limits applies to all.
#[must_use = "the topic is not subscribed until `subscribe()`"]
pub struct Subscribe<T> {
    pub(super) client: ClientInner,
    pub(super) connections: Arc<StreamConnections>,
    pub(super) kind: ConnectionKind,
    pub(super) topic: Result<String, StreamError>,
    pub(super) settings: TopicSettings,
    pub(super) buffering: Buffering,
    pub(super) decode: Decode<T>,
}

impl<T> Subscribe<T> {
    /// Reports [`Event::Stale`] if the topic is silent for this time. There is no limit by default, because a quiet market is silent, too,
    /// and the documentation states no interval of messages.
    ///
    /// A connection that is alive does not prove that the exchange still sends the topic. Choose a limit for each topic that a program
    /// depends on.
    pub fn stale_after(mut self, limit: Duration) -> Self {
        self.settings = self.settings.stale_after(limit);
        self
    }

    /// Subscribes the topic again whenever it is silent for the limit of [`stale_after`](Self::stale_after). The stream then reports
    /// [`Event::Resync`] in the place of [`Event::Stale`].
    pub fn resubscribe_when_stale(mut self) -> Self {
        self.settings = self.settings.resubscribe_when_stale();
        self
    }

    /// Keeps only the newest message for a slow subscriber. The default of tickers.
    ///
    /// Not suitable for depth messages, trades and private events, each of which counts.
    pub fn conflate(self) -> Self {
        self.buffering(Buffering::Conflate)
    }

    /// Keeps this number of the newest messages for a slow subscriber, and reports [`Event::Lagged`] for older ones. The default of trades,
    /// depth and raw topics is 4,096, and of candlesticks 1,024.
    pub fn bounded(self, messages: usize) -> Self {
        self.buffering(Buffering::bounded(messages))
    }

    /// Keeps this number of messages without a gap, drops the messages beyond it, and then reports [`Event::Lagged`]. The default of
    /// private events is 16,384.
    pub fn lossless(self, messages: usize) -> Self {
        self.buffering(Buffering::lossless(messages))
    }

    /// Sets what happens to the messages of a slow subscriber.
    pub fn buffering(mut self, buffering: Buffering) -> Self {
        self.buffering = buffering;
        self
    }

    /// Opens the stream, and the connection if this is its first stream. Must be called in a tokio runtime, which runs the connection.
    ///
    /// # Errors
    ///
    /// If the topic is invalid, the client has no credentials for the private channel, there is no tokio runtime for a new connection, the
    /// address or a setting of the connection is invalid, or the recording cannot be opened. Nothing is sent then. Later failures are [`Event`]s.
    pub fn subscribe(self) -> Result<TopicStream<T>, StreamError> {
        let Self { client, connections, kind, topic, settings, buffering, decode } = self;
        let topic = topic?;
        let connection = connections.get(&client, kind)?;
        let subscription = connection.stream.subscribe(&topic, settings, buffering);
        Ok(TopicStream::new(subscription, connection, Arc::clone(connections.decoder()), decode))
    }
}

impl<T> fmt::Debug for Subscribe<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscribe")
            .field("topic", &self.topic)
            .field("settings", &self.settings)
            .field("buffering", &self.buffering)
            .finish_non_exhaustive()
    }
}
