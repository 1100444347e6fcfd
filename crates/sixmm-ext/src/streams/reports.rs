//! Reports of the connections to the client's observer and to `tracing`.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use venue_runtime::CallRuntime;
use venue_runtime::call::{StreamChange, StreamReport};
use venue_stream::{DisconnectReason, Event, RawText, StreamObserver};

use super::ConnectionKind;

/// Reports a connection to the client's observer and to `tracing`. A clone reports the same connection.
#[derive(Clone)]
pub(super) struct Reports {
    kind: ConnectionKind,
    runtime: Arc<CallRuntime>,
    last_connected: Arc<AtomicU64>,
}

impl Reports {
    pub(super) fn new(kind: ConnectionKind, runtime: Arc<CallRuntime>) -> Self {
        Self { kind, runtime, last_connected: Arc::default() }
    }

    /// The number of the last attempt to connect that succeeded, including the authentication. 0 if there was none.
    pub(super) fn last_connected(&self) -> u64 {
        self.last_connected.load(Ordering::SeqCst)
    }

    pub(super) fn lagged(&self, topic: &str, skipped: u64) {
        tracing::warn!(stream = %self.kind, topic, skipped, "a subscriber was too slow: messages were dropped");
        self.report(Some(topic), StreamChange::Lagged { skipped });
    }

    /// A decoder could not read a message, or a row of a message.
    pub(super) fn undecodable(&self, topic: &str, error: &RawText) {
        tracing::warn!(stream = %self.kind, topic, %error, "a message of a stream could not be decoded");
        self.report(Some(topic), StreamChange::Unreadable);
    }

    fn report(&self, topic: Option<&str>, change: StreamChange<'_>) {
        self.runtime.report_stream(&StreamReport::new(self.kind.name(), topic, change));
    }
}

impl StreamObserver for Reports {
    fn on_connecting(&self, connection: u64) {
        self.report(None, StreamChange::Connecting { connection });
    }

    fn on_connected(&self, connection: u64) {
        self.last_connected.store(connection, Ordering::SeqCst);
        tracing::info!(stream = %self.kind, connection, "connected");
        self.report(None, StreamChange::Connected { connection });
    }

    fn on_disconnected(&self, connection: u64, why: Option<&DisconnectReason>) {
        let why = why.map(ToString::to_string);
        match &why {
            Some(why) => tracing::warn!(stream = %self.kind, connection, why, "disconnected"),
            None => tracing::info!(stream = %self.kind, connection, "closed"),
        }
        self.report(None, StreamChange::Disconnected { connection, why: why.as_deref() });
    }

    fn on_topic_event(&self, topic: &str, event: &Event) {
        match event {
            Event::Subscribed => {
                tracing::debug!(stream = %self.kind, topic, "subscribed");
                self.report(Some(topic), StreamChange::Subscribed);
            }
            Event::Stale { .. } => {
                tracing::warn!(stream = %self.kind, topic, "a topic is silent for longer than its limit");
                self.report(Some(topic), StreamChange::Stale);
            }
            Event::Resync { why } => {
                tracing::warn!(stream = %self.kind, topic, %why, "a topic is subscribed again");
                self.report(Some(topic), StreamChange::Resync { why: &why.to_string() });
            }
            Event::Unreadable { .. } => self.report(Some(topic), StreamChange::Unreadable),
            Event::Closed => self.report(Some(topic), StreamChange::Closed),
            // Connections are reported once, not for each topic.
            _ => {}
        }
    }
}

impl fmt::Debug for Reports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reports").field("kind", &self.kind).finish_non_exhaustive()
    }
}
