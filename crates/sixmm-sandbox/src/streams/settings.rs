//! The choices of the streams where the documentation is silent.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How the streams behave where the vendor's documentation does not define the behaviour: the form of payloads, the meaning of versions, and
/// how often changes are pushed. The crate documentation describes the forms.
///
/// JSON for the control interface: `{"payload": "objects", "versionRule": "previous", "pushIntervalMillis": 100}`. A field that is missing
/// keeps its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StreamSettings {
    /// The form of `data` in pushed messages.
    pub payload: PayloadForm,
    /// The meaning of `startVersion` in depth messages.
    pub version_rule: VersionRule,
    /// How a request that cannot be executed is answered.
    pub rejection: Rejection,
    /// Shortest time between two messages of a depth, kline or ticker topic, in milliseconds of the exchange's clock. Changes within this
    /// time are pushed together. 0 pushes each change.
    pub push_interval_millis: u64,
    /// Maximum number of messages that wait for a connection whose client does not read. The next message closes the connection with the
    /// code 4008.
    pub max_queued_messages: usize,
}

/// The form of `data` in pushed messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PayloadForm {
    /// Levels are pairs, versions are numbers, and depth messages contain a `type`.
    #[default]
    Arrays,
    /// Levels are objects, versions are strings, and a depth message does not reveal whether it is a snapshot.
    Objects,
}

/// The meaning of `startVersion` in depth messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum VersionRule {
    /// `startVersion` is the first version that the message contains: the `endVersion` of the previous message plus 1.
    #[default]
    Next,
    /// `startVersion` is the `endVersion` of the previous message.
    Previous,
}

/// How a request that cannot be executed is answered, for example the subscription of an unknown topic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rejection {
    /// With an acknowledgement whose `success` is false.
    #[default]
    Acknowledge,
    /// Not at all.
    Ignore,
    /// The server closes the connection with the code 4000.
    Close,
}

impl Default for StreamSettings {
    fn default() -> Self {
        Self {
            payload: PayloadForm::default(),
            version_rule: VersionRule::default(),
            rejection: Rejection::default(),
            push_interval_millis: 0,
            max_queued_messages: 10_000,
        }
    }
}

impl StreamSettings {
    /// The default settings: payload form `arrays`, version rule `next`, negative acknowledgements, and a push for each change.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the form of `data` in pushed messages.
    #[must_use]
    pub fn payload(mut self, payload: PayloadForm) -> Self {
        self.payload = payload;
        self
    }

    /// Sets the meaning of `startVersion` in depth messages.
    #[must_use]
    pub fn version_rule(mut self, version_rule: VersionRule) -> Self {
        self.version_rule = version_rule;
        self
    }

    /// Sets how a request that cannot be executed is answered.
    #[must_use]
    pub fn rejection(mut self, rejection: Rejection) -> Self {
        self.rejection = rejection;
        self
    }

    /// Sets the shortest time between two messages of a depth, kline or ticker topic, in whole milliseconds of the exchange's clock.
    #[must_use]
    pub fn push_interval(mut self, interval: Duration) -> Self {
        self.push_interval_millis = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// Sets the maximum number of messages that wait for a connection, at least 1.
    #[must_use]
    pub fn max_queued_messages(mut self, max: usize) -> Self {
        self.max_queued_messages = max.max(1);
        self
    }
}

/// Changes of the settings. A missing field changes nothing.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct StreamSettingsChange {
    payload: Option<PayloadForm>,
    version_rule: Option<VersionRule>,
    rejection: Option<Rejection>,
    push_interval_millis: Option<u64>,
    max_queued_messages: Option<usize>,
}

impl StreamSettingsChange {
    pub(crate) fn apply(self, to: StreamSettings) -> StreamSettings {
        StreamSettings {
            payload: self.payload.unwrap_or(to.payload),
            version_rule: self.version_rule.unwrap_or(to.version_rule),
            rejection: self.rejection.unwrap_or(to.rejection),
            push_interval_millis: self.push_interval_millis.unwrap_or(to.push_interval_millis),
            max_queued_messages: self.max_queued_messages.unwrap_or(to.max_queued_messages).max(1),
        }
    }
}
