//! The connections of the streams and their subscriptions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::credentials::Credential;
use super::faults::{Selection, StreamFault, StreamFaults, StreamFrame};
use super::outbox::{Action, Item, Outbox};
use super::settings::StreamSettings;
use super::topic::Topic;
use super::{ack_form, close_codes, messages};
use crate::UnixMillis;
use crate::exchange::Exchange;

/// All connections of the streams. The lock of the exchange's state protects the hub, so a subscription and its snapshot are one step.
pub(crate) struct Hub {
    pub(crate) settings: StreamSettings,
    faults: Arc<StreamFaults>,
    pub(super) connections: BTreeMap<u64, Connection>,
    /// The topics that have a subscriber.
    pub(super) topics: BTreeMap<Topic, TopicState>,
    last_connection: u64,
    /// Connections whose listen key a fault expired.
    pub(super) expired: Vec<u64>,
}

/// A connection. The type has no `Debug`, because it contains a credential.
pub(super) struct Connection {
    pub(super) outbox: Arc<Outbox>,
    pub(super) private: Option<Private>,
    pub(super) topics: BTreeSet<Topic>,
    /// Topics that a fault stalled.
    stalled: BTreeSet<String>,
}

/// The private channel of a connection.
pub(super) struct Private {
    pub(super) user: String,
    pub(super) topic: String,
    pub(super) credential: Credential,
}

/// What was pushed to the subscribers of a topic.
#[derive(Debug, Default)]
pub(super) struct TopicState {
    /// The version of the book after the last depth message.
    pub(super) version: u64,
    /// The last data of a kline or ticker topic.
    pub(super) data: Option<Value>,
    /// The time before which no further change is pushed.
    pub(super) next_push: Option<UnixMillis>,
}

/// A connection of the streams, for tests and the control interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StreamConnection {
    /// Number of the connection, starting at 1, by order of arrival.
    pub number: u64,
    /// Id of the user whose private channel the connection has.
    pub user: Option<String>,
    /// The subscribed topics, sorted.
    pub topics: Vec<String>,
    /// Number of messages that wait for the client to read.
    pub queued: usize,
}

impl Hub {
    pub(crate) fn new(settings: StreamSettings, faults: Arc<StreamFaults>) -> Self {
        let (connections, topics) = (BTreeMap::new(), BTreeMap::new());
        Self { settings, faults, connections, topics, last_connection: 0, expired: Vec::new() }
    }

    /// Whether there is a connection.
    pub(crate) fn is_active(&self) -> bool {
        !self.connections.is_empty()
    }

    pub(crate) fn list(&self) -> Vec<StreamConnection> {
        let connection = |(number, connection): (&u64, &Connection)| StreamConnection {
            number: *number,
            user: connection.private.as_ref().map(|private| private.user.clone()),
            topics: connection.topics.iter().map(Topic::to_string).collect(),
            queued: connection.outbox.length(),
        };
        self.connections.iter().map(connection).collect()
    }

    /// Closes all connections.
    pub(crate) fn close_all(&mut self) {
        for connection in self.connections.values() {
            connection.outbox.close(close_codes::GOING_AWAY, "all connections are closed");
        }
    }

    /// Adds a connection, and acknowledges its authentication.
    pub(super) fn add(&mut self, outbox: Arc<Outbox>, private: Option<Private>, exchange: &mut Exchange) -> u64 {
        self.last_connection += 1;
        let number = self.last_connection;
        let text = private.as_ref().map(|private| messages::authenticated(&private.user));
        self.connections.insert(number, Connection { outbox, private, topics: BTreeSet::new(), stalled: BTreeSet::new() });
        self.update_recording(exchange);
        if let Some(text) = text {
            self.send(number, StreamFrame::Auth, &[], &text.into(), exchange.now());
        }
        number
    }

    /// Removes a connection and its subscriptions.
    pub(super) fn remove(&mut self, number: u64, exchange: &mut Exchange) {
        let topics = self.connections.remove(&number).map(|connection| connection.topics).unwrap_or_default();
        topics.iter().for_each(|topic| self.remove_unused(topic, exchange));
        self.update_recording(exchange);
    }

    /// Removes the subscription of a topic.
    pub(super) fn unsubscribe(&mut self, number: u64, topic: &Topic, exchange: &mut Exchange) {
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.topics.remove(topic);
            connection.stalled.remove(&topic.to_string());
        }
        self.remove_unused(topic, exchange);
        self.update_recording(exchange);
    }

    /// Adds the subscription of a topic, and sends the current state of the topic.
    pub(super) fn subscribe(&mut self, number: u64, topic: Topic, exchange: &mut Exchange) {
        let Some(connection) = self.connections.get_mut(&number) else { return };
        connection.stalled.remove(&topic.to_string());
        // The state of the topic must be that of the last message to the other subscribers, so that the next message continues both.
        if self.topics.contains_key(&topic) {
            self.push_topic(&topic, exchange);
        } else {
            if let Topic::Depth { symbol } = &topic {
                exchange.record_depth(symbol, true).ok();
            }
            self.topics.insert(topic.clone(), TopicState::default());
        }
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.topics.insert(topic.clone());
        }
        self.push_first(number, &topic, exchange);
        self.update_recording(exchange);
    }

    /// Sends a message of a topic to all subscribers.
    pub(super) fn send_to_subscribers(&mut self, topic: &Topic, data: &Value, now: UnixMillis) {
        let name = topic.to_string();
        let text: Arc<str> = messages::public(&name, now, data).into();
        let subscribers: Vec<u64> =
            self.connections.iter().filter(|(_, connection)| connection.topics.contains(topic)).map(|(number, _)| *number).collect();
        for number in subscribers {
            self.send(number, StreamFrame::Data, &[&name], &text, now);
        }
    }

    /// Sends a message of the private channel to all connections of a user.
    pub(super) fn send_to_user(&mut self, user: &str, data: &Value, now: UnixMillis) {
        let of_user = |(number, connection): (&u64, &Connection)| {
            let private = connection.private.as_ref().filter(|private| private.user == user)?;
            Some((*number, private.topic.clone()))
        };
        let connections: Vec<(u64, String)> = self.connections.iter().filter_map(of_user).collect();
        for (number, topic) in connections {
            let text = messages::private(&topic, now, data).into();
            self.send(number, StreamFrame::User, &[&topic], &text, now);
        }
    }

    /// Queues a message for a connection, with the faults that select the message.
    pub(super) fn send(&mut self, number: u64, frame: StreamFrame, topics: &[&str], text: &Arc<str>, now: UnixMillis) {
        let Some(connection) = self.connections.get_mut(&number) else { return };
        let is_push = matches!(frame, StreamFrame::Snapshot | StreamFrame::Data | StreamFrame::User);
        if is_push && topics.iter().any(|topic| connection.stalled.contains(*topic)) {
            return;
        }
        let has_listen_key = connection.private.as_ref().is_some_and(|private| private.credential.listen_key().is_some());
        let selection = Selection { at: now, connection: number, frame, topics, has_listen_key };
        let mut item = Item { action: Action::Text(Arc::clone(text)), due: None };
        let (mut copies, mut is_held_back) = (1, false);
        for fault in self.faults.select(&selection) {
            let text = match &item.action {
                Action::Text(text) | Action::Slow(text, _) => Arc::clone(text),
                _ => break,
            };
            match fault {
                StreamFault::Drop => item.action = Action::Drop,
                StreamFault::HalfOpen => item.action = Action::HalfOpen,
                StreamFault::Close { code } => item.action = Action::Close(code, "closed by a fault"),
                StreamFault::Truncate => item.action = Action::Truncated(text),
                StreamFault::Malformed { form } => item.action = Action::Malformed(text, form),
                StreamFault::SlowBytes { millis } => item.action = Action::Slow(text, Duration::from_millis(millis)),
                StreamFault::AckForm { form } => item.action = Action::Text(ack_form::convert(&text, form).into()),
                StreamFault::Delay { millis } => {
                    let due = item.due.unwrap_or(now).plus(i64::try_from(millis).unwrap_or(i64::MAX));
                    item.due = Some(due);
                }
                StreamFault::Duplicate => copies += 1,
                StreamFault::Reorder => is_held_back = true,
                StreamFault::Lose => return,
                StreamFault::Stall => {
                    connection.stalled.extend(topics.iter().map(|topic| (*topic).to_owned()));
                    return;
                }
                StreamFault::ExpireKey => {
                    self.expired.push(number);
                    return;
                }
            }
        }
        for _ in 1..copies {
            connection.outbox.push(item.clone());
        }
        if is_held_back {
            connection.outbox.hold_back(item);
        } else {
            connection.outbox.push(item);
        }
    }

    fn remove_unused(&mut self, topic: &Topic, exchange: &mut Exchange) {
        if self.connections.values().any(|connection| connection.topics.contains(topic)) {
            return;
        }
        self.topics.remove(topic);
        if let Topic::Depth { symbol } = topic {
            exchange.record_depth(symbol, false).ok();
        }
    }

    /// The engine records events only while a connection needs them.
    fn update_recording(&self, exchange: &mut Exchange) {
        let has_trades = self.topics.keys().any(|topic| matches!(topic, Topic::Trade { .. }));
        let has_private = self.connections.values().any(|connection| connection.private.is_some());
        exchange.record_feed(has_trades || has_private);
    }
}
