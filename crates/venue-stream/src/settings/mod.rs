//! The settings of a connection and of its topics.

mod backoff;
mod heartbeat;
mod topic;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use backoff::{Backoff, Reconnect};
pub use heartbeat::Heartbeat;
pub use topic::{Buffering, TopicSettings};

/// The settings of a connection. The defaults suit an exchange that documents no limits.
///
/// ```
/// use std::time::Duration;
/// use venue_stream::{Heartbeat, Settings};
///
/// let settings = Settings::new()
///     .heartbeat(Heartbeat::new(Duration::from_secs(10), Duration::from_secs(5)))
///     .request_interval(Duration::from_millis(200));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct Settings {
    pub(crate) connect_timeout: Duration,
    pub(crate) authentication_timeout: Option<Duration>,
    pub(crate) ack_timeout: Duration,
    pub(crate) heartbeat: Heartbeat,
    pub(crate) reconnect: Reconnect,
    pub(crate) resubscribe: Backoff,
    pub(crate) request_interval: Duration,
    pub(crate) write_timeout: Duration,
    pub(crate) max_message_size: usize,
}

impl Settings {
    /// Creates the default settings.
    pub fn new() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            authentication_timeout: None,
            ack_timeout: Duration::from_secs(10),
            heartbeat: Heartbeat::default(),
            reconnect: Reconnect::new(),
            resubscribe: Backoff::new(Duration::from_millis(250), Duration::from_secs(30)),
            request_interval: Duration::from_millis(100),
            write_timeout: Duration::from_secs(10),
            max_message_size: 4 << 20,
        }
    }

    /// Limits the time for an attempt to connect, including the credentials, name resolution, a proxy, TLS and the WebSocket
    /// handshake. 10 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Waits for the server to confirm the authentication before topics are subscribed, and reconnects after this time without a
    /// confirmation. By default, the connection needs no authentication.
    pub fn authentication(mut self, timeout: Duration) -> Self {
        self.authentication_timeout = Some(timeout);
        self
    }

    /// Limits the time in which the server has to acknowledge a subscribe or unsubscribe request. 10 seconds by default.
    ///
    /// A topic without an acknowledgement is subscribed again after a pause. If the server has sent no frame at all since the request, the
    /// connection is replaced.
    pub fn ack_timeout(mut self, timeout: Duration) -> Self {
        self.ack_timeout = timeout;
        self
    }

    /// Sets how the connection checks that the server is alive.
    pub fn heartbeat(mut self, heartbeat: Heartbeat) -> Self {
        self.heartbeat = heartbeat;
        self
    }

    /// Sets the pauses and limits of the attempts to reconnect.
    pub fn reconnect(mut self, reconnect: Reconnect) -> Self {
        self.reconnect = reconnect;
        self
    }

    /// Sets the pauses between repeated subscriptions of one topic on the same connection. 250 ms at first and 30 s at most by default. The
    /// pause starts at the first value again after the topic's data have been continuous for [`Reconnect::stable_after`].
    pub fn resubscribe(mut self, backoff: Backoff) -> Self {
        self.resubscribe = backoff;
        self
    }

    /// Sets the shortest time between two requests to subscribe or unsubscribe. 100 ms by default, which is at most 10 requests in a
    /// second.
    pub fn request_interval(mut self, interval: Duration) -> Self {
        self.request_interval = interval;
        self
    }

    /// Limits the time in which the server has to accept the bytes of a request. The connection is replaced after this time. 10 seconds by
    /// default.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.write_timeout = timeout;
        self
    }

    /// Sets the size of the largest message that is received, in bytes, after its frames were put together. The limit also applies to each
    /// frame, and a larger frame is rejected before its payload is read. A larger message ends the connection. 4 MiB by default.
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.max_message_size = bytes;
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}
