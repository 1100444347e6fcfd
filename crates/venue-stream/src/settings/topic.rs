//! The settings of a topic and of a subscriber's buffer.

use std::num::NonZeroUsize;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The settings of a topic. All subscribers of a topic share them: the first subscriber's settings apply, except that the shortest
/// staleness limit of all subscribers is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct TopicSettings {
    pub(crate) stale_after: Option<Duration>,
    pub(crate) resubscribes_when_stale: bool,
    /// The time for the snapshot, if the topic has snapshots.
    pub(crate) snapshot_timeout: Option<Duration>,
}

impl TopicSettings {
    /// A topic whose messages are independent of each other, without a staleness limit.
    pub const fn new() -> Self {
        Self { stale_after: None, resubscribes_when_stale: false, snapshot_timeout: None }
    }

    /// Reports [`Event::Stale`](crate::Event::Stale) if the topic is silent for this time after its acknowledgement or its last message.
    ///
    /// A quiet market is silent, too: choose a limit that the topic exceeds only in case of a fault.
    pub const fn stale_after(mut self, limit: Duration) -> Self {
        self.stale_after = Some(limit);
        self
    }

    /// Subscribes the topic again whenever it is stale. By default, staleness is only reported.
    pub const fn resubscribe_when_stale(mut self) -> Self {
        self.resubscribes_when_stale = true;
        self
    }

    /// The server sends a snapshot after the acknowledgement, and updates after the snapshot. If no snapshot arrives within this time after
    /// the acknowledgement, the topic is subscribed again.
    pub const fn snapshot_then_updates(mut self, snapshot_timeout: Duration) -> Self {
        self.snapshot_timeout = Some(snapshot_timeout);
        self
    }

    pub(crate) fn has_snapshots(&self) -> bool {
        self.snapshot_timeout.is_some()
    }
}

/// What happens to the messages of a subscriber that reads more slowly than the server sends. The memory of the buffer is limited in each
/// case, and the connection never waits for a subscriber.
///
/// The limits apply to messages. Of the other events, the buffer keeps at most one of each kind between two messages. A later
/// [`Disconnected`](crate::Event::Disconnected) replaces the events of the connection that it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Buffering {
    /// Keeps only the newest message. This suits topics whose messages each contain the complete state, such as a ticker.
    Conflate,
    /// Keeps the newest messages, and reports the number of dropped older messages with [`Event::Lagged`](crate::Event::Lagged) before the
    /// next message. This suits topics in which a recent message is worth more than an old one, such as trades.
    Bounded {
        /// The largest number of messages.
        messages: NonZeroUsize,
        /// The largest sum of the lengths of the texts.
        bytes: usize,
    },
    /// Keeps the oldest messages without a gap up to the limit, and drops the messages beyond it. `Lagged` then follows the kept messages.
    /// The subscriber has to reconcile its state after `Lagged`, for example with a query over HTTP. This suits private events.
    Lossless {
        /// The largest number of messages.
        messages: NonZeroUsize,
        /// The largest sum of the lengths of the texts.
        bytes: usize,
    },
}

impl Buffering {
    /// The limit of the bytes in [`bounded`](Self::bounded) and [`lossless`](Self::lossless): 4 MiB.
    pub const DEFAULT_BYTES: usize = 4 << 20;

    /// Keeps this number of the newest messages, and at most 4 MiB of text. 0 counts as 1.
    #[must_use]
    pub const fn bounded(messages: usize) -> Self {
        Self::Bounded { messages: at_least_one(messages), bytes: Self::DEFAULT_BYTES }
    }

    /// Keeps up to this number of messages without a gap, and at most 4 MiB of text. 0 counts as 1.
    #[must_use]
    pub const fn lossless(messages: usize) -> Self {
        Self::Lossless { messages: at_least_one(messages), bytes: Self::DEFAULT_BYTES }
    }
}

const fn at_least_one(messages: usize) -> NonZeroUsize {
    match NonZeroUsize::new(messages) {
        Some(messages) => messages,
        None => NonZeroUsize::MIN,
    }
}
