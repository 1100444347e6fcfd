//! The model of streams.

use serde_json::Value;

use super::inferences::Inferences;
use super::json::{entries, list, optional_text, reference, text};

/// A WebSocket address that pushes messages.
#[derive(Debug, Clone)]
pub struct Stream {
    /// The name of the stream in `x-venue-streams`.
    pub name: String,
    /// The address, without credentials.
    pub url: String,
    /// The description of the stream.
    pub description: String,
    /// The URL of the stream's documentation.
    pub documentation: String,
    /// Query parameters that authenticate a connection, each with the source of its value. Any one of them is sufficient.
    pub authentication: Vec<(String, String)>,
    /// The query parameter that the documentation recommends among those of `authentication`.
    pub preferred: Option<String>,
    /// The message that authenticates an open connection, in a sentence.
    pub login: Option<String>,
    /// The field that contains the id of a request, in the request and in its acknowledgement. Every request has its own id.
    pub correlation: Option<String>,
    /// The messages that a program sends, in the order of the file.
    pub requests: Vec<StreamRequest>,
    /// The messages that a program receives, in the order of the file.
    pub messages: Vec<Message>,
    /// The request that checks whether the connection is alive.
    pub heartbeat: Option<Heartbeat>,
    /// The channels of the stream, in the order of the file.
    pub channels: Vec<Channel>,
}

/// A message that a program sends.
#[derive(Debug, Clone)]
pub struct StreamRequest {
    /// The name of the request in `requests`.
    pub name: String,
    /// The JSON object that is sent. The text `{id}` is a placeholder for the id of the request, and `{topics}` for the
    /// list of topics.
    pub frame: Value,
    /// The description of the request.
    pub description: Option<String>,
    /// The URL of the request's documentation.
    pub documentation: Option<String>,
    /// The name of the [`Message`] that acknowledges the request.
    pub acknowledgement: Option<String>,
    /// What the exchange's documentation leaves open about the request.
    pub undocumented: Option<String>,
    /// What is inferred about the request or its acknowledgement.
    pub inferred: Inferences,
}

/// A message that a program receives.
#[derive(Debug, Clone)]
pub struct Message {
    /// The name of the message in `messages`.
    pub name: String,
    /// The schema of the message.
    pub schema: String,
    /// The fields by which a program recognises the message, each with the allowed values. All conditions must hold. A value that ends in
    /// `*` matches all texts with this beginning.
    pub conditions: Vec<(String, Vec<String>)>,
}

/// A request that checks whether the connection is alive.
#[derive(Debug, Clone)]
pub struct Heartbeat {
    /// The name of the request.
    pub request: String,
    /// The documented interval in seconds.
    pub seconds: Option<i64>,
    /// The description of the heartbeat.
    pub description: Option<String>,
    /// The URL of the heartbeat's documentation.
    pub documentation: Option<String>,
    /// What the exchange's documentation leaves open about the heartbeat.
    pub undocumented: Option<String>,
}

/// A channel of a stream.
#[derive(Debug, Clone)]
pub struct Channel {
    /// The topic. A placeholder is written `{name}`.
    pub topic: String,
    /// Whether the channel needs an authenticated connection.
    pub private: bool,
    /// The description of the channel's messages.
    pub description: String,
    /// The URL of the channel's documentation.
    pub documentation: String,
    /// The placeholders of the topic, in the order of the file. Empty if the file does not describe them.
    pub parameters: Vec<TopicParameter>,
    /// The name of the [`Message`] that the channel sends.
    pub message: Option<String>,
    /// The name of the [`Message`] after which the server has subscribed the connection without a request. `None` if a program has to
    /// subscribe.
    pub subscribed_by_server: Option<String>,
    /// The version of a channel that sends a snapshot and then increments.
    pub snapshot: Option<Snapshot>,
    /// What the exchange's documentation leaves open about the channel.
    pub undocumented: Option<String>,
}

/// A placeholder of a topic.
#[derive(Debug, Clone)]
pub struct TopicParameter {
    /// The name of the placeholder.
    pub name: String,
    /// The operation and the field of its response that contains the values.
    pub source: Option<(String, String)>,
    /// What the exchange's documentation leaves open about the values.
    pub undocumented: Option<String>,
}

/// The version of a channel that sends a snapshot and then increments.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The field with the version.
    pub version: String,
    /// What the exchange's documentation leaves open about the version.
    pub undocumented: Option<String>,
}

pub(super) fn stream(name: &str, stream: &Value) -> Stream {
    Stream {
        name: name.to_owned(),
        url: text(stream, "url"),
        description: text(stream, "description"),
        documentation: text(&stream["externalDocs"], "url"),
        authentication: entries(&stream["authentication"])
            .map(|(name, origin)| (name.clone(), origin.as_str().unwrap_or_default().to_owned()))
            .collect(),
        preferred: optional_text(stream, "preferred"),
        login: optional_text(stream, "login"),
        correlation: optional_text(stream, "correlation"),
        requests: entries(&stream["requests"]).map(|(name, request)| self::request(name, request)).collect(),
        messages: entries(&stream["messages"]).map(|(name, message)| self::message(name, message)).collect(),
        heartbeat: stream.get("heartbeat").map(heartbeat),
        channels: entries(&stream["channels"]).map(|(topic, channel)| self::channel(topic, channel)).collect(),
    }
}

fn channel(topic: &str, channel: &Value) -> Channel {
    Channel {
        topic: topic.to_owned(),
        private: channel["access"] == "private",
        description: text(channel, "description"),
        documentation: text(&channel["externalDocs"], "url"),
        parameters: entries(&channel["parameters"]).map(|(name, parameter)| self::parameter(name, parameter)).collect(),
        message: optional_text(channel, "message"),
        subscribed_by_server: optional_text(channel, "subscribedByServer"),
        snapshot: channel
            .get("snapshot")
            .map(|snapshot| Snapshot { version: text(snapshot, "version"), undocumented: optional_text(snapshot, "x-undocumented") }),
        undocumented: optional_text(channel, "x-undocumented"),
    }
}

fn parameter(name: &str, parameter: &Value) -> TopicParameter {
    TopicParameter {
        name: name.to_owned(),
        source: optional_text(parameter, "operation").zip(optional_text(parameter, "field")),
        undocumented: optional_text(parameter, "x-undocumented"),
    }
}

fn request(name: &str, request: &Value) -> StreamRequest {
    StreamRequest {
        name: name.to_owned(),
        frame: request["frame"].clone(),
        description: optional_text(request, "description"),
        documentation: optional_text(&request["externalDocs"], "url"),
        acknowledgement: optional_text(request, "acknowledgement"),
        undocumented: optional_text(request, "x-undocumented"),
        inferred: Inferences::read(request),
    }
}

fn message(name: &str, message: &Value) -> Message {
    let values =
        |values: &Value| list(values).iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
    Message {
        name: name.to_owned(),
        schema: reference(&message["schema"]).unwrap_or_default(),
        conditions: entries(&message["match"]).map(|(field, expected)| (field.clone(), values(expected))).collect(),
    }
}

fn heartbeat(heartbeat: &Value) -> Heartbeat {
    Heartbeat {
        request: text(heartbeat, "request"),
        seconds: heartbeat["seconds"].as_i64(),
        description: optional_text(heartbeat, "description"),
        documentation: optional_text(&heartbeat["externalDocs"], "url"),
        undocumented: optional_text(heartbeat, "x-undocumented"),
    }
}
