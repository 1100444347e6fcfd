//! Reports about a connection, for metrics and logs.

use std::fmt;

use crate::{DisconnectReason, Event, RawText};

/// Receives reports about a connection. All methods do nothing by default.
///
/// The methods are called in the order of the reported events, by the thread that caused the event. They must not block. A panic is caught.
pub trait StreamObserver: fmt::Debug + Send + Sync {
    /// An attempt to connect begins.
    fn on_connecting(&self, connection: u64) {
        let _ = connection;
    }

    /// The connection is open, and authenticated if it needs authentication.
    fn on_connected(&self, connection: u64) {
        let _ = connection;
    }

    /// The connection was lost, or an attempt to connect failed. `why` is `None` if the program closed the connection.
    fn on_disconnected(&self, connection: u64, why: Option<&DisconnectReason>) {
        let _ = (connection, why);
    }

    /// A topic had an event other than a message. The event is reported once, even if the topic has several subscribers. Messages that a
    /// subscriber misses because it is slow are not reported here: only its own stream contains [`Event::Lagged`] for them.
    fn on_topic_event(&self, topic: &str, event: &Event) {
        let _ = (topic, event);
    }

    /// A message could not be read.
    fn on_unreadable(&self, raw: &RawText) {
        let _ = raw;
    }
}
