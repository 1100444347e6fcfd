//! The outputs of the state machine.

use crate::{Event, RawText};

/// An output of [`State::step`](super::State::step): an action on the network, or an event of a topic. The outputs of a step are executed in
/// their order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Open a connection, then report [`Input::Opened`](super::Input::Opened) or [`Input::Lost`](super::Input::Lost).
    Connect {
        /// The number of the connection.
        connection: u64,
    },
    /// Close the connection, or stop opening it. Nothing more is reported about this connection.
    Disconnect {
        /// The number of the connection.
        connection: u64,
    },
    /// Send the login message that the endpoint provided.
    SendLogin,
    /// Send a text message.
    SendText(String),
    /// Send a ping frame of WebSocket.
    SendPing,
    /// Report an event to all subscribers of a topic.
    Event {
        /// The topic.
        topic: TopicKey,
        /// The event.
        event: Event,
    },
    /// Log a message that could not be read. It is also reported to the topics that it may belong to.
    Unreadable(RawText),
    /// The state machine ended. It has no further outputs.
    Finished,
}

/// The index of a topic in a [`State`](super::State), from [`State::topic_key`](super::State::topic_key). Valid until the topic is
/// unsubscribed or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicKey(pub(super) usize);

impl TopicKey {
    /// The index. Small indexes are used first.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0
    }
}
