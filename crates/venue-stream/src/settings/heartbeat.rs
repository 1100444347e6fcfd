//! How a connection checks that the server is alive.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Pings and the conclusions from missing replies.
///
/// As soon as the connection is open, it sends a ping frame of WebSocket. At each interval, it sends the exchange's own ping, if there is
/// one, and a ping frame. Every inbound frame counts as a sign of life, including control frames.
///
/// The connection is replaced if no frame arrives within the reply timeout after a ping, but only if the server has replied to a ping on
/// this connection before. Otherwise, a server that does not reply to pings would lose all its clients whenever its market is quiet.
///
/// Example with an interval of 15 s and a reply timeout of 10 s: the server replies to the first ping frame and sends nothing from 20 s on.
/// The ping of 30 s stays without a reply, so the connection is replaced at 40 s.
///
/// A ping without a reply does not end a connection on which other frames arrive, because a busy server may reply late. If the server
/// receives nothing from this side but still sends data, confirmed topics continue, and subscribe requests and resynchronizations run into
/// their acknowledgement timeout ([`Event::Resync`](crate::Event::Resync)) until TCP ends the connection.
///
/// The connections of `venue-core` also have the timeouts of TCP: on Linux, a connection ends if the other side does not confirm the bytes of
/// a ping within 30 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct Heartbeat {
    pub(crate) interval: Duration,
    pub(crate) reply_timeout: Duration,
    pub(crate) silence_limit: Option<Duration>,
}

impl Heartbeat {
    /// Sends a ping at each interval (at least 1 ms), and waits for a sign of life for the reply timeout.
    pub const fn new(interval: Duration, reply_timeout: Duration) -> Self {
        Self { interval, reply_timeout, silence_limit: None }
    }

    /// Also replaces the connection if no frame at all has arrived for this time, even if the server has never replied to a ping. Set this
    /// limit only for an exchange whose connections are never silent for so long.
    pub const fn silence_limit(mut self, limit: Duration) -> Self {
        self.silence_limit = Some(limit);
        self
    }
}

/// A ping every 15 seconds, with a reply timeout of 10 seconds.
impl Default for Heartbeat {
    fn default() -> Self {
        Self::new(Duration::from_secs(15), Duration::from_secs(10))
    }
}
