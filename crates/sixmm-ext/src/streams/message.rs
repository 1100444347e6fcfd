//! `StreamMessage`: the envelope of a message.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;
use sixmm_api::UnixMillis;

use super::{DecodeError, json};

/// A message of a topic: the documented envelope, and the undocumented data as raw JSON.
///
/// ```
/// use sixmm_ext::streams::StreamMessage;
///
/// let text = r#"{"topic":"market.kline.BTCUSDT.1m","event":"data",
///                "ts":1772007815000,"data":{"open":"1"}}"#;
/// let message = StreamMessage::parse(text)?;
/// assert_eq!(message.symbol(), Some("BTCUSDT"));
/// assert_eq!(message.interval(), Some("1m"));
/// assert_eq!(message.data(), r#"{"open":"1"}"#);
/// # Ok::<(), sixmm_ext::streams::DecodeError>(())
/// ```
///
/// Documentation: <https://docs.6mm.com/developer-api/websocket/public-market-channels#push-format>
#[derive(Clone)]
pub struct StreamMessage<'a> {
    topic: Cow<'a, str>,
    timestamp: Option<UnixMillis>,
    data: &'a str,
}

impl<'a> StreamMessage<'a> {
    /// Reads the envelope of a message.
    ///
    /// # Errors
    ///
    /// If the text is not a JSON object with a `topic`.
    pub fn parse(text: &'a str) -> Result<Self, DecodeError> {
        let Envelope { topic, ts, data, .. } = Envelope::parse(text)?;
        let topic = topic.ok_or_else(|| DecodeError::new("a message without a topic"))?;
        Ok(Self { topic, timestamp: ts.and_then(json::time), data: data.unwrap_or("null") })
    }

    /// The topic, such as `market.trade.BTCUSDT`. The topic of private messages is `user.` and a number.
    #[must_use]
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// The contract of the topic, such as `BTCUSDT`. `None` for topics of all contracts and for private messages.
    #[must_use]
    pub fn symbol(&self) -> Option<&str> {
        self.topic.strip_prefix("market.")?.split('.').nth(1)
    }

    /// The interval of a candlestick topic, such as `1m`.
    #[must_use]
    pub fn interval(&self) -> Option<&str> {
        self.topic.strip_prefix("market.kline.")?.split('.').nth(1)
    }

    /// The time of the message by the exchange's clock (`ts`). `None` if the message contains no integer.
    #[must_use]
    pub fn timestamp(&self) -> Option<UnixMillis> {
        self.timestamp
    }

    /// The raw JSON of `data`, or `null` if the message has no data. No page documents the content.
    #[must_use]
    pub fn data(&self) -> &'a str {
        self.data
    }

    /// Reads the data with serde. A decimal that is a JSON number is read exactly only as [`RawValue`].
    ///
    /// # Errors
    ///
    /// If the data do not have this type.
    pub fn read<T: Deserialize<'a>>(&self) -> Result<T, DecodeError> {
        serde_json::from_str(self.data).map_err(DecodeError::new)
    }
}

/// Prints only the length of the data, because private messages contain the user's balances.
impl fmt::Debug for StreamMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamMessage")
            .field("topic", &self.topic)
            .field("timestamp", &self.timestamp)
            .field("data", &format_args!("{} bytes", self.data.len()))
            .finish()
    }
}

/// All fields of incoming messages that are documented. The values are raw JSON, because the forms of some messages are not documented.
#[derive(Default)]
pub(super) struct Envelope<'a> {
    pub(super) topic: Option<Cow<'a, str>>,
    pub(super) event: Option<Cow<'a, str>>,
    pub(super) id: Option<&'a str>,
    pub(super) success: Option<&'a str>,
    pub(super) ts: Option<&'a str>,
    pub(super) data: Option<&'a str>,
}

impl<'a> Envelope<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, DecodeError> {
        let Raw { topic, event, id, success, ts, data } = serde_json::from_str(text).map_err(DecodeError::new)?;
        let text = |name: &str, value: Option<&'a RawValue>| match value {
            Some(value) if value.get().starts_with('"') => Ok(json::text(value.get())),
            Some(_) => Err(DecodeError::new(format_args!("`{name}` is not a text"))),
            None => Ok(None),
        };
        let json = |value: Option<&'a RawValue>| value.map(RawValue::get);
        Ok(Self {
            topic: text("topic", topic)?,
            event: text("event", event)?,
            id: json(id),
            success: json(success),
            ts: json(ts),
            data: json(data),
        })
    }
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    topic: Option<&'a RawValue>,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    success: Option<&'a RawValue>,
    #[serde(borrow)]
    ts: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}
