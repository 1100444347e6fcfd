//! The inputs of the state machine.

use crate::{DisconnectReason, ResyncReason, TopicSettings};

/// An input of [`State::step`](super::State::step).
///
/// Inputs about a connection contain its number, so that a late input of an earlier connection has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input<'a> {
    /// The program subscribes to a topic. If the topic is subscribed already, another subscriber joins.
    Subscribe {
        /// The topic.
        topic: &'a str,
        /// The settings of the subscriber.
        settings: TopicSettings,
    },
    /// The last subscriber of a topic left.
    Unsubscribe {
        /// The topic.
        topic: &'a str,
    },
    /// A subscriber found an error in the data of a topic.
    Resync {
        /// The topic.
        topic: &'a str,
        /// The reason, for the event.
        why: ResyncReason,
    },
    /// The transport is open.
    Opened {
        /// The number of the connection.
        connection: u64,
        /// Whether the endpoint provided a login message, which is to be sent first.
        has_login: bool,
    },
    /// A text message arrived.
    Text {
        /// The number of the connection.
        connection: u64,
        /// The complete text.
        text: &'a str,
    },
    /// A binary message arrived. No protocol of this crate reads binary messages.
    Binary {
        /// The number of the connection.
        connection: u64,
        /// The length of the message in bytes.
        length: usize,
    },
    /// A ping frame or a pong frame of WebSocket arrived.
    Control {
        /// The number of the connection.
        connection: u64,
        /// Whether the frame is a pong.
        is_pong: bool,
    },
    /// Connecting failed, or the connection ended.
    Lost {
        /// The number of the connection.
        connection: u64,
        /// The reason.
        why: DisconnectReason,
    },
    /// The program requests a new connection, for example with new credentials.
    Reconnect,
    /// Time has passed. Required whenever [`State::next_deadline`](super::State::next_deadline) is reached.
    Tick,
    /// The program closes the connection for good.
    Close,
}

impl Input<'_> {
    /// The connection that a frame arrived on, if the input is a frame.
    pub(super) fn frame_of(&self) -> Option<u64> {
        match self {
            Self::Text { connection, .. } | Self::Binary { connection, .. } | Self::Control { connection, .. } => Some(*connection),
            _ => None,
        }
    }
}
