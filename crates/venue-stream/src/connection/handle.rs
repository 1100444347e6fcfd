//! The handle of a connection.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::core::Shared;
use super::{StreamConnectionBuilder, Subscription};
use crate::state::Input;
use crate::{Buffering, Protocol, ResyncReason, TopicSettings};

/// A connection to the streams of an exchange, which all subscriptions share. A clone is a handle of the same connection.
///
/// The connection is opened with the first subscription, and replaced whenever it is lost. It ends when all handles and all subscriptions
/// are dropped, or with [`close`](Self::close).
#[derive(Clone)]
pub struct StreamConnection(Arc<Guard>);

impl StreamConnection {
    /// Starts to build a connection to this `wss://` URL, or to a `ws://` URL of this machine.
    pub fn builder(protocol: impl Protocol + 'static, url: impl Into<String>) -> StreamConnectionBuilder {
        StreamConnectionBuilder::new(Arc::new(protocol), url.into())
    }

    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self(Arc::new(Guard(shared)))
    }

    /// Subscribes to a topic. Subscribers of the same topic share one subscription at the server, and each has its own buffer.
    ///
    /// Dropping the last [`Subscription`] of a topic unsubscribes it. After [`close`](Self::close), the stream contains only
    /// [`Event::Closed`](crate::Event::Closed).
    #[must_use = "the topic is unsubscribed when the subscription is dropped"]
    pub fn subscribe(&self, topic: &str, settings: TopicSettings, buffering: Buffering) -> Subscription {
        let subscriber = self.shared().change(|core, now| core.subscribe(now, topic, settings, buffering));
        Subscription::new(self.clone(), topic.into(), subscriber)
    }

    /// Subscribes a topic again, because its data contain an error such as a gap in the version numbers.
    ///
    /// All subscribers of the topic get [`Event::Resync`](crate::Event::Resync) with this explanation. Other topics are not affected. Has
    /// no effect while the topic is being subscribed anyway. Repeated calls are delayed: see
    /// [`Settings::resubscribe`](crate::Settings::resubscribe).
    pub fn resync(&self, topic: &str, explanation: impl Into<String>) {
        let why = ResyncReason::Requested(explanation.into());
        self.shared().change(|core, now| core.step(now, Input::Resync { topic, why }));
    }

    /// Replaces the connection by a new one, for example because there are new credentials. Has no effect if no connection is open.
    pub fn reconnect(&self) {
        self.shared().change(|core, now| core.step(now, Input::Reconnect));
    }

    /// Closes the connection for good. All streams end with [`Event::Closed`](crate::Event::Closed).
    pub fn close(&self) {
        self.shared().change(|core, now| core.step(now, Input::Close));
    }

    /// Whether the connection is open and authenticated at this moment.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.shared().lock().state.is_open()
    }

    /// Whether the connection is closed for good: by [`close`](Self::close), because of credentials that will never be available, after the
    /// limit of attempts, or because its runtime ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared().lock().state.is_closed()
    }

    /// The last measured time between a ping and the exchange's own reply to it.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        self.shared().lock().state.round_trip()
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.0.0
    }
}

impl fmt::Debug for StreamConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StreamConnection").field(&self.shared().lock().state).finish()
    }
}

/// Closes the connection when the last handle and the last subscription are dropped.
struct Guard(Arc<Shared>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.change(|core, now| core.step(now, Input::Close));
    }
}
