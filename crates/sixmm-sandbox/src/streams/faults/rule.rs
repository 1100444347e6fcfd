//! Fault rules of streams: the fault, and which messages it applies to.

use serde::{Deserialize, Serialize};

use super::StreamFault;
use crate::faults::InvalidFaultRule;

/// A rule that injects a fault into the messages of streams that it selects.
///
/// JSON for the control interface: `{"topics": ["market.depth."], "frames": ["data"], "skip": 2, "probability": 0.5, "count": 3,
/// "fault": {"kind": "lose"}}`. All fields except `fault` are optional.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StreamFaultRule {
    /// Topics that the rule applies to. A name that ends with a period selects all topics that begin with the name. An acknowledgement is
    /// selected if one of its topics is. An empty list means all messages, including those without a topic.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// Kinds of messages that the rule applies to. An empty list means acknowledgements for [`StreamFault::AckForm`], and snapshots, data
    /// and private messages for any other fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<StreamFrame>,
    /// Number of matching messages that the rule does not select at first.
    #[serde(default)]
    pub skip: u32,
    /// Probability from 0 to 1 that the rule selects a matching message. The random numbers are derived from the seed of the local
    /// exchange.
    #[serde(default = "always")]
    pub probability: f64,
    /// Maximum number of hits, at least 1. `None` is unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The fault to inject.
    pub fault: StreamFault,
}

/// The kind of a message that the server sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StreamFrame {
    /// An acknowledgement of a request, positive or negative.
    Ack,
    /// The acknowledgement of the authentication.
    Auth,
    /// A snapshot of a book.
    Snapshot,
    /// Any other message of a public topic.
    Data,
    /// A message of the private channel.
    User,
}

fn always() -> f64 {
    1.0
}

/// Maximum number of topics of a rule.
const MAX_TOPICS: usize = 100;
const MAX_TOPIC_BYTES: usize = 100;

impl StreamFaultRule {
    /// A rule that injects this fault into every message.
    pub fn new(fault: StreamFault) -> Self {
        Self { topics: Vec::new(), frames: Vec::new(), skip: 0, probability: always(), count: None, fault }
    }

    /// Limits the rule to these topics, or to the topics that begin with a name that ends with a period.
    #[must_use]
    pub fn on_topics<T: Into<String>>(mut self, topics: impl IntoIterator<Item = T>) -> Self {
        self.topics = topics.into_iter().map(Into::into).collect();
        self
    }

    /// Limits the rule to these kinds of messages.
    #[must_use]
    pub fn on_frames(mut self, frames: impl IntoIterator<Item = StreamFrame>) -> Self {
        self.frames = frames.into_iter().collect();
        self
    }

    /// Lets this number of matching messages pass before the rule selects a message.
    #[must_use]
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// Limits the number of hits, at least 1.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Sets the probability that a message is selected, from 0 to 1.
    #[must_use]
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = probability;
        self
    }

    pub(super) fn selects(&self, frame: StreamFrame, topics: &[&str]) -> bool {
        let of_kind = match (self.frames.is_empty(), self.fault) {
            (false, _) => self.frames.contains(&frame),
            (true, StreamFault::AckForm { .. }) => frame == StreamFrame::Ack,
            (true, _) => matches!(frame, StreamFrame::Snapshot | StreamFrame::Data | StreamFrame::User),
        };
        let is_selected = |topic: &&str| self.topics.iter().any(|name| topic == name || (name.ends_with('.') && topic.starts_with(name)));
        of_kind && (self.topics.is_empty() || topics.iter().any(is_selected))
    }

    pub(super) fn check(&self) -> Result<(), InvalidFaultRule> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(InvalidFaultRule::new(format!("`probability` is {}: it must be 0 to 1", self.probability)));
        }
        if self.count == Some(0) {
            return Err(InvalidFaultRule::new("`count` is 0: it must be 1 or more, or left out".to_owned()));
        }
        if self.topics.len() > MAX_TOPICS || self.topics.iter().any(|topic| topic.len() > MAX_TOPIC_BYTES) {
            return Err(InvalidFaultRule::new(format!("`topics` must have at most {MAX_TOPICS} names of at most {MAX_TOPIC_BYTES} bytes")));
        }
        match self.fault {
            StreamFault::Close { code } if !(1000..=4999).contains(&code) || matches!(code, 1004..=1006 | 1015) => {
                Err(InvalidFaultRule::new(format!("`code` is {code}: it must be a close code that can be sent, 1000 to 4999")))
            }
            _ => Ok(()),
        }
    }
}
