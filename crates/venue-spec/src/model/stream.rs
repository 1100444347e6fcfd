//! The model of streams.

use serde_json::Value;

use super::json::{entries, optional_text, text};

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
    /// The message that authenticates an open connection, in a sentence.
    pub login: Option<String>,
    /// The channels of the stream, in the order of the file.
    pub channels: Vec<Channel>,
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
    /// What the exchange's documentation leaves open about the channel.
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
        login: optional_text(stream, "login"),
        channels: entries(&stream["channels"]).map(|(topic, channel)| self::channel(topic, channel)).collect(),
    }
}

fn channel(topic: &str, channel: &Value) -> Channel {
    Channel {
        topic: topic.to_owned(),
        private: channel["access"] == "private",
        description: text(channel, "description"),
        documentation: text(&channel["externalDocs"], "url"),
        undocumented: optional_text(channel, "x-undocumented"),
    }
}
