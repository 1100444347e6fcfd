//! The events of a subscription.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use venue_core::EscapedText;

use crate::{DisconnectReason, MonotonicTime, ResyncReason};

/// An event of one subscribed topic: a datum, or a change of the trust in the data.
///
/// The order of the events is a contract: every loss of trust is reported before the next datum. Data can be trusted between
/// [`Subscribed`](Self::Subscribed) and the next loss of trust.
///
/// | event | conclusion |
/// | --- | --- |
/// | `Connected` | the connection is open and authenticated; the topic is not subscribed yet |
/// | `Subscribed` | the server acknowledged the subscription; data follow |
/// | `Snapshot` | a complete state, which replaces all earlier data of the topic |
/// | `Update` | a message that continues the earlier data |
/// | `Stale` | loss of trust: the topic was silent for its limit; the next datum ends this state |
/// | `Resync` | loss of trust: earlier data are not continued; `Subscribed` follows, and a snapshot if the topic has one |
/// | `Lagged` | loss of trust: messages are missing between the previous and the next datum |
/// | `Unreadable` | loss of trust: a message that may have belonged to the topic could not be read |
/// | `Disconnected` | loss of trust: `Connected` and `Subscribed` come before the next datum |
/// | `Closed` | the last event of the subscription |
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<T = Message> {
    /// The connection is open, and authenticated if the connection needs authentication.
    Connected {
        /// The number of the connection. Each attempt to connect has the next number, and the first attempt has the number 1.
        connection: u64,
    },
    /// The server acknowledged the subscription of the topic.
    Subscribed,
    /// A message that contains the complete state of the topic.
    Snapshot(T),
    /// A message of the topic.
    Update(T),
    /// No message of the topic arrived within the staleness limit. The connection itself may be alive.
    Stale {
        /// The time of the topic's last message or of its acknowledgement, whichever is later.
        since: MonotonicTime,
    },
    /// The topic is being subscribed again on the same connection. Other topics are not affected.
    Resync {
        /// The reason of the new subscription.
        why: ResyncReason,
    },
    /// The subscriber was too slow for its buffer, so messages were dropped.
    Lagged {
        /// The number of messages that were dropped.
        skipped: u64,
    },
    /// A message could not be read.
    Unreadable {
        /// The text of the message, shortened and redacted.
        raw: RawText,
    },
    /// The connection was lost, or an attempt to connect failed. The next attempt follows after a pause.
    Disconnected {
        /// The reason of the loss.
        why: DisconnectReason,
    },
    /// The connection was closed by the program, or will not be opened again. The stream ends after this event.
    Closed,
}

impl<T> Event<T> {
    /// Whether the event is a datum: [`Snapshot`](Self::Snapshot) or [`Update`](Self::Update).
    #[must_use]
    pub fn is_datum(&self) -> bool {
        matches!(self, Self::Snapshot(_) | Self::Update(_))
    }

    /// Whether the subscriber must no longer trust the data that it received before.
    #[must_use]
    pub fn is_loss_of_trust(&self) -> bool {
        match self {
            Self::Stale { .. } | Self::Resync { .. } | Self::Lagged { .. } | Self::Unreadable { .. } => true,
            Self::Disconnected { .. } | Self::Closed => true,
            Self::Connected { .. } | Self::Subscribed | Self::Snapshot(_) | Self::Update(_) => false,
        }
    }

    /// Decodes the datum. Returns [`Event::Unreadable`] with the raw text of the error if decoding fails, so that an undecodable message is
    /// never skipped silently. Other events are returned unchanged.
    pub fn decode<U>(self, decode: impl FnOnce(T) -> Result<U, RawText>) -> Event<U> {
        let (datum, as_event): (T, fn(U) -> Event<U>) = match self {
            Self::Snapshot(datum) => (datum, Event::Snapshot),
            Self::Update(datum) => (datum, Event::Update),
            Self::Connected { connection } => return Event::Connected { connection },
            Self::Subscribed => return Event::Subscribed,
            Self::Stale { since } => return Event::Stale { since },
            Self::Resync { why } => return Event::Resync { why },
            Self::Lagged { skipped } => return Event::Lagged { skipped },
            Self::Unreadable { raw } => return Event::Unreadable { raw },
            Self::Disconnected { why } => return Event::Disconnected { why },
            Self::Closed => return Event::Closed,
        };
        decode(datum).map_or_else(|raw| Event::Unreadable { raw }, as_event)
    }
}

/// A message of a topic, as the server sent it. A clone shares the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    text: Arc<String>,
    received: MonotonicTime,
}

impl Message {
    /// Creates a message, for example for a test of a decoder.
    #[must_use]
    pub fn new(text: impl Into<String>, received: MonotonicTime) -> Self {
        Self::shared(Arc::new(text.into()), received)
    }

    pub(crate) fn shared(text: Arc<String>, received: MonotonicTime) -> Self {
        Self { text, received }
    }

    /// The complete text of the message. The text is not redacted.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// When this program received the message.
    #[must_use]
    pub fn received(&self) -> MonotonicTime {
        self.received
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} at {})", EscapedText::new(&self.text), self.received)
    }
}

/// The beginning of a text that the server sent, redacted: at most [`RawText::MAX_BYTES`] bytes. A clone shares the text.
///
/// `Display` and `Debug` escape control characters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct RawText(Arc<str>);

impl RawText {
    /// The largest number of bytes that are kept of a text.
    pub const MAX_BYTES: usize = 1024;

    /// Keeps the beginning of a text. The caller has to redact the text before.
    #[must_use]
    pub fn new(redacted: &str) -> Self {
        Self(beginning(redacted, Self::MAX_BYTES).into())
    }

    /// The text, with control characters as the server sent them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for RawText {
    fn from(redacted: String) -> Self {
        Self::new(&redacted)
    }
}

impl From<RawText> for String {
    fn from(raw: RawText) -> Self {
        raw.0.as_ref().to_owned()
    }
}

impl fmt::Display for RawText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        EscapedText::new(&self.0).with_limit(Self::MAX_BYTES).fmt(f)
    }
}

impl fmt::Debug for RawText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The longest beginning of a text that has at most this number of bytes.
pub(crate) fn beginning(text: &str, max_bytes: usize) -> &str {
    let mut end = max_bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
