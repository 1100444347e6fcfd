//! Streams, and how they are read.

use serde_json::Value;

use super::json::{entries, optional_text, text};

/// An address to which a program connects to be told of what happens.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Its name in `x-venue-streams`.
    pub name: String,
    /// The address, without credentials.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Its page of the documentation.
    pub documentation: String,
    /// The query parameters of the address, any one of which opens the private channels, each with where it comes from.
    pub authentication: Vec<(String, String)>,
    /// What it tells, in the order of the documentation.
    pub channels: Vec<Channel>,
}

/// A kind of messages of a stream.
#[derive(Debug, Clone)]
pub struct Channel {
    /// The topic, with `{…}` where something is filled in.
    pub topic: String,
    /// Whether only its owner may listen, with credentials.
    pub private: bool,
    /// What it tells.
    pub description: String,
    /// Its page of the documentation.
    pub documentation: String,
    /// What the documentation does not say of it.
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
