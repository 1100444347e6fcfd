//! The stream of a subscriber's events.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::StreamConnection;
use super::subscriber::Subscriber;
use crate::Event;
use crate::state::SubscriptionState;

/// The events of a topic for one subscriber. The stream ends after [`Event::Closed`].
///
/// Unread events stay in a buffer, whose size [`Buffering`](crate::Buffering) limits. Dropping a `Subscription` discards its unread events,
/// and unsubscribes the topic if it was the topic's last subscription.
pub struct Subscription {
    connection: StreamConnection,
    topic: Arc<str>,
    subscriber: Arc<Subscriber>,
    /// Events that were taken out of the buffer in advance.
    taken: VecDeque<Event>,
}

impl Subscription {
    pub(super) fn new(connection: StreamConnection, topic: Arc<str>, subscriber: Arc<Subscriber>) -> Self {
        Self { connection, topic, subscriber, taken: VecDeque::new() }
    }

    /// The topic.
    #[must_use]
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// The connection that the subscription belongs to.
    #[must_use]
    pub fn connection(&self) -> &StreamConnection {
        &self.connection
    }

    /// Subscribes the topic again: see [`StreamConnection::resync`].
    pub fn resync(&self, explanation: impl Into<String>) {
        self.connection.resync(&self.topic, explanation);
    }

    /// The state of the topic's subscription at the server. `None` after the topic was closed.
    #[must_use]
    pub fn state(&self) -> Option<SubscriptionState> {
        let core = self.connection.shared().lock();
        core.state.subscription_state(core.state.topic_key(&self.topic)?)
    }
}

impl Stream for Subscription {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let subscription = self.get_mut();
        match subscription.taken.pop_front() {
            Some(event) => Poll::Ready(Some(event)),
            None => subscription.subscriber.poll_next(&mut subscription.taken, context),
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.connection.shared().change(|core, now| core.leave(now, &self.topic, &self.subscriber));
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("topic", &self.topic).field("state", &self.state()).finish_non_exhaustive()
    }
}
