//! The description of a channel of a WebSocket stream, for generated tables.

/// A channel of an exchange's WebSocket stream. The generated crate of an exchange has a table of them, such as `WEBSOCKET_CHANNELS`.
///
/// ```
/// use venue_core::StreamChannel;
///
/// const DEPTH: StreamChannel =
///     StreamChannel::new("market.depth.{symbol}");
/// assert_eq!(
///     DEPTH.topic_of(&["BTCUSDT"]).as_deref(),
///     Some("market.depth.BTCUSDT")
/// );
/// assert_eq!(DEPTH.topic_of(&[]), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamChannel {
    /// The topic with its placeholders, such as `market.depth.{symbol}`.
    pub topic: &'static str,
    /// Whether the channel needs a connection with credentials.
    pub is_private: bool,
    /// Whether the server subscribes a connection with credentials by itself, so that a program sends no request.
    pub is_subscribed_by_server: bool,
    /// The field with the version, if the channel sends a snapshot and then increments.
    pub version_field: Option<&'static str>,
}

impl StreamChannel {
    /// A public channel to which a program subscribes, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(topic: &'static str) -> Self {
        Self { topic, is_private: false, is_subscribed_by_server: false, version_field: None }
    }

    /// The same channel as a private one, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn private(mut self) -> Self {
        self.is_private = true;
        self
    }

    /// The same channel, subscribed by the server, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn subscribed_by_server(mut self) -> Self {
        self.is_subscribed_by_server = true;
        self
    }

    /// The same channel with a version field, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn version_field(mut self, field: &'static str) -> Self {
        self.version_field = Some(field);
        self
    }

    /// The topic with `values` in the place of the placeholders, in order. Returns `None` if the number of values is not the number of
    /// placeholders, or if a value is empty.
    #[must_use]
    pub fn topic_of(&self, values: &[&str]) -> Option<String> {
        if values.iter().any(|value| value.is_empty()) {
            return None;
        }
        let mut values = values.iter();
        let mut parts = self.topic.split('{');
        let mut topic = parts.next()?.to_owned();
        for part in parts {
            let (_, rest) = part.split_once('}')?;
            topic.push_str(values.next()?);
            topic.push_str(rest);
        }
        values.next().is_none().then_some(topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(topic: &'static str, values: &[&str], expected: Option<&str>) {
        assert_eq!(StreamChannel::new(topic).topic_of(values).as_deref(), expected);
    }

    #[test]
    fn each_placeholder_has_one_value() {
        check("kline.{symbol}.{interval}", &["BTCUSDT", "1m"], Some("kline.BTCUSDT.1m"));
        check("{channel}:{symbol}", &["ticker", "BTC_USDT"], Some("ticker:BTC_USDT"));
        check("tickers", &[], Some("tickers"));
    }

    #[test]
    fn another_number_of_values_has_no_topic() {
        check("kline.{symbol}.{interval}", &["BTCUSDT"], None);
        check("kline.{symbol}", &["BTCUSDT", "1m"], None);
        check("tickers", &["BTCUSDT"], None);
    }

    #[test]
    fn an_empty_value_has_no_topic() {
        check("kline.{symbol}.{interval}", &["", "1m"], None);
        check("kline.{symbol}", &["", "1m"], None);
    }
}
