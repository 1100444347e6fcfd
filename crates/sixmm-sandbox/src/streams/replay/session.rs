//! One connection of a replay: acknowledges the requests of the client, and sends the recorded messages of the subscribed topics.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ReplayPace;
use super::recording::{NO_TOPIC, RecordedConnection, RecordedMessage};
use crate::UnixMillis;
use crate::clock::{self, Clock};
use crate::streams::connection::Session;
use crate::streams::messages;
use crate::streams::outbox::{Action, Item, Outbox};
use crate::streams::request::{Operation, Request};

pub(super) struct ReplaySession {
    outbox: Arc<Outbox>,
    clock: Clock,
    pace: ReplayPace,
    recorded: RecordedConnection,
    /// The clock's time of the first message, once a topic is subscribed.
    start: Option<UnixMillis>,
    /// The messages of the subscribed topics.
    subscribed: BTreeMap<String, Vec<RecordedMessage>>,
}

impl ReplaySession {
    /// Begins the replay of a connection. With `is_private`, the recorded private messages are sent.
    pub(super) fn new(outbox: Arc<Outbox>, clock: Clock, pace: ReplayPace, recorded: RecordedConnection, is_private: bool) -> Self {
        let mut session = Self { outbox, clock, pace, recorded, start: None, subscribed: BTreeMap::new() };
        let private: Vec<String> = session.recorded.topics.keys().filter(|topic| topic.starts_with("user.")).cloned().collect();
        if is_private {
            if let Some(text) = session.recorded.authenticated.take() {
                session.send(text);
            }
            private.iter().for_each(|topic| session.subscribe(topic));
        } else {
            session.recorded.topics.retain(|topic, _| !private.contains(topic));
        }
        session
    }

    fn send(&self, text: Arc<str>) {
        self.outbox.push(Item { action: Action::Text(text), due: None });
    }

    /// Schedules the messages of a topic that were not sent yet.
    fn subscribe(&mut self, topic: &str) {
        let Some(messages) = self.recorded.topics.remove(topic) else { return };
        if self.start.is_none() {
            self.start = Some(self.clock.now());
            self.subscribe(NO_TOPIC);
            if let (ReplayPace::Recorded, Some(ended)) = (self.pace, self.recorded.ended) {
                self.outbox.schedule(self.due(ended), u64::MAX, Action::Drop);
            }
        }
        for message in &messages {
            self.outbox.schedule(self.due(message.time), message.number, Action::Text(Arc::clone(&message.text)));
        }
        self.subscribed.insert(topic.to_owned(), messages);
        if self.pace == ReplayPace::Fast && self.recorded.topics.is_empty() && self.recorded.ended.is_some() {
            self.outbox.schedule(UnixMillis::EARLIEST, u64::MAX, Action::Drop);
        }
        self.outbox.wake();
    }

    fn unsubscribe(&mut self, topic: &str) {
        let Some(mut messages) = self.subscribed.remove(topic) else { return };
        let unsent = self.outbox.unschedule(&messages.iter().map(|message| message.number).collect::<BTreeSet<_>>());
        messages.retain(|message| unsent.contains(&message.number));
        self.recorded.topics.insert(topic.to_owned(), messages);
    }

    /// The time at which a message is sent.
    fn due(&self, recorded: std::time::Duration) -> UnixMillis {
        match (self.pace, self.start, self.recorded.first) {
            (ReplayPace::Recorded, Some(start), Some(first)) => start.plus(clock::millis(recorded.saturating_sub(first))),
            _ => UnixMillis::EARLIEST,
        }
    }
}

impl Session for ReplaySession {
    fn receive(&mut self, text: &str) {
        let Request { id, operation, topics } = match Request::parse(text) {
            Ok(request) => request,
            Err(invalid) => return self.send(invalid.rejection().into()),
        };
        let names: Vec<&str> = topics.iter().map(String::as_str).collect();
        self.send(messages::acknowledgement(&id, operation.name(), &names).into());
        for topic in names {
            match operation {
                Operation::Subscribe => self.subscribe(topic),
                Operation::Unsubscribe => self.unsubscribe(topic),
                Operation::Ping => {}
            }
        }
    }
}
