//! Requests of the client: subscribe, unsubscribe and ping.
//!
//! <https://docs.6mm.com/developer-api/websocket/connection-subscription-and-heartbeat>

use serde_json::Value;

use super::faults::StreamFrame;
use super::outbox::{Action, Item};
use super::settings::Rejection;
use super::topic::Topic;
use super::{close_codes, messages};
use crate::state::LockedState;

/// A well-formed request.
pub(super) struct Request {
    pub(super) id: String,
    pub(super) operation: Operation,
    pub(super) topics: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Subscribe,
    Unsubscribe,
    Ping,
}

impl Operation {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Ping => "ping",
        }
    }
}

/// Why a text is not a request, with the fields that could be read.
pub(super) struct InvalidRequest {
    id: Option<String>,
    operation: String,
    message: &'static str,
}

impl InvalidRequest {
    /// The negative acknowledgement.
    pub(super) fn rejection(&self) -> String {
        messages::rejection(self.id.as_deref(), &self.operation, &[], self.message)
    }
}

impl Request {
    pub(super) fn parse(text: &str) -> Result<Self, InvalidRequest> {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let id = value["id"].as_str().map(str::to_owned);
        let name = value["op"].as_str();
        let invalid = |message| {
            let operation = name.unwrap_or("error").to_owned();
            Err(InvalidRequest { id: id.clone(), operation, message })
        };
        if !value.is_object() {
            return invalid("a request must be a JSON object");
        }
        let operation = match name {
            Some("subscribe") => Operation::Subscribe,
            Some("unsubscribe") => Operation::Unsubscribe,
            Some("ping") => Operation::Ping,
            _ => return invalid("op must be subscribe, unsubscribe or ping"),
        };
        let Some(id) = id.clone() else { return invalid("id must be a string") };
        let topics = match &value["args"] {
            Value::Array(topics) => topics.iter().map(|topic| topic.as_str().map(str::to_owned)).collect(),
            Value::Null if operation == Operation::Ping => Some(Vec::new()),
            _ => None,
        };
        match topics {
            Some(topics) if operation == Operation::Ping || !topics.is_empty() => Ok(Self { id, operation, topics }),
            _ => invalid("args must be a list of topics"),
        }
    }
}

impl LockedState {
    /// Executes a request of a connection. The existing topics of a request are subscribed even if other topics do not exist.
    pub(super) fn receive_stream_request(&mut self, number: u64, text: &str) {
        let Request { id, operation, topics } = match Request::parse(text) {
            Ok(request) => request,
            Err(invalid) => return self.reject(number, &invalid.rejection(), &[]),
        };
        if operation == Operation::Ping {
            return self.acknowledge(number, &messages::acknowledgement(&id, operation.name(), &[]), &[]);
        }
        let parsed: Vec<(&str, Option<Topic>)> = topics.iter().map(|topic| (topic.as_str(), Topic::parse(topic, &self.exchange))).collect();
        let known: Vec<&str> = parsed.iter().filter(|(_, topic)| topic.is_some()).map(|(name, _)| *name).collect();
        let unknown: Vec<&str> = parsed.iter().filter(|(_, topic)| topic.is_none()).map(|(name, _)| *name).collect();
        if !known.is_empty() {
            self.acknowledge(number, &messages::acknowledgement(&id, operation.name(), &known), &known);
        }
        if !unknown.is_empty() {
            let is_private = unknown.iter().any(|name| name.starts_with("user."));
            let message = if is_private { "the server subscribes the private channel" } else { "unknown topic" };
            self.reject(number, &messages::rejection(Some(&id), operation.name(), &unknown, message), &unknown);
        }
        let Self { exchange, streams, .. } = self;
        for topic in parsed.into_iter().filter_map(|(_, topic)| topic) {
            match operation {
                Operation::Subscribe => streams.subscribe(number, topic, exchange),
                _ => streams.unsubscribe(number, &topic, exchange),
            }
        }
    }

    fn acknowledge(&mut self, number: u64, text: &str, topics: &[&str]) {
        let now = self.exchange.now();
        self.streams.send(number, StreamFrame::Ack, topics, &text.into(), now);
    }

    fn reject(&mut self, number: u64, text: &str, topics: &[&str]) {
        match self.streams.settings.rejection {
            Rejection::Acknowledge => self.acknowledge(number, text, topics),
            Rejection::Ignore => {}
            Rejection::Close => {
                if let Some(connection) = self.streams.connections.get(&number) {
                    let action = Action::Close(close_codes::REJECTED, "the request was rejected");
                    connection.outbox.push(Item { action, due: None });
                }
            }
        }
    }
}
