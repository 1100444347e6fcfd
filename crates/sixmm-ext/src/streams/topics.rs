//! The names of topics.

use super::StreamError;

/// The name under which this crate subscribes to the private channel. The exchange's name is `user.` and a number that no page documents.
pub(super) const USER: &str = "user";
/// The beginning of each depth topic.
const DEPTH: &str = "market.depth.";
pub(super) const TICKERS: &str = "market.tickers";

/// The largest length of a topic, in bytes. Longer than every topic of an exchange.
const MAX_LENGTH: usize = 200;

pub(super) fn trades(symbol: &str) -> Result<String, StreamError> {
    Ok(format!("market.trade.{}", checked_symbol(symbol)?))
}

pub(super) fn klines(symbol: &str, interval: &str) -> Result<String, StreamError> {
    Ok(format!("market.kline.{}.{}", checked_symbol(symbol)?, checked_interval(interval)?))
}

pub(super) fn ticker(symbol: &str) -> Result<String, StreamError> {
    Ok(format!("market.ticker.{}", checked_symbol(symbol)?))
}

pub(super) fn depth(symbol: &str) -> Result<String, StreamError> {
    Ok(format!("{DEPTH}{}", checked_symbol(symbol)?))
}

/// Whether this is a topic that begins with a snapshot.
pub(super) fn has_snapshot(topic: &str) -> bool {
    topic.starts_with(DEPTH)
}

/// Whether this is a topic of the private channel.
pub(super) fn is_private(topic: &str) -> bool {
    topic == USER || topic.starts_with("user.")
}

pub(super) fn raw(topic: &str) -> Result<String, StreamError> {
    if is_private(topic) {
        return Err(StreamError::topic("the exchange subscribes the private channel itself: use `user_events()`"));
    }
    if topic.is_empty() || topic.len() > MAX_LENGTH {
        return Err(StreamError::topic(format_args!("a topic has 1 to {MAX_LENGTH} bytes")));
    }
    if topic.chars().any(|character| character.is_whitespace() || character.is_control()) {
        return Err(StreamError::topic("a topic contains no white space and no control characters"));
    }
    Ok(topic.to_owned())
}

fn checked_symbol(symbol: &str) -> Result<&str, StreamError> {
    if symbol.is_empty() || symbol.len() > MAX_LENGTH / 2 {
        return Err(StreamError::topic(format_args!("a symbol has 1 to {} bytes", MAX_LENGTH / 2)));
    }
    if !symbol.chars().all(char::is_alphanumeric) {
        return Err(StreamError::topic("a symbol has only letters and digits, without a separator, such as `BTCUSDT`"));
    }
    // The exchange may accept a topic that does not exist, and send nothing.
    if symbol.chars().any(char::is_lowercase) {
        return Err(StreamError::topic("a symbol is in upper case, such as `BTCUSDT`"));
    }
    Ok(symbol)
}

fn checked_interval(interval: &str) -> Result<&str, StreamError> {
    let is_valid = !interval.is_empty() && interval.len() <= 20 && interval.chars().all(|character| character.is_ascii_alphanumeric());
    if is_valid { Ok(interval) } else { Err(StreamError::topic("an interval has 1 to 20 letters and digits, such as `1m`")) }
}

#[cfg(test)]
mod tests {
    use sixmm_api::streams::WEBSOCKET_CHANNELS;

    use super::*;

    #[test]
    fn each_documented_channel_has_a_method() {
        let topics = [
            depth("BTCUSDT").expect("valid"),
            trades("BTCUSDT").expect("valid"),
            klines("BTCUSDT", "1m").expect("valid"),
            ticker("BTCUSDT").expect("valid"),
            TICKERS.to_owned(),
        ];
        let documented: Vec<String> = WEBSOCKET_CHANNELS
            .iter()
            .filter(|channel| !channel.is_private)
            .map(|channel| {
                let values: &[&str] = match channel.topic.matches('{').count() {
                    0 => &[],
                    1 => &["BTCUSDT"],
                    _ => &["BTCUSDT", "1m"],
                };
                channel.topic_of(values).expect("values for all placeholders")
            })
            .collect();
        assert_eq!(topics.as_slice(), documented);
        for channel in WEBSOCKET_CHANNELS {
            assert_eq!(has_snapshot(channel.topic), channel.version_field.is_some());
            assert_eq!(is_private(channel.topic), channel.is_private);
        }
    }

    #[test]
    fn parts_that_would_change_the_topic_are_rejected() {
        for symbol in ["", "BTC.USDT", "BTC USDT", " BTCUSDT", "BTCUSDT\n", "BTC-USDT", "btcusdt", "BTCUSDT\"", "*", &"A".repeat(101)] {
            assert!(trades(symbol).is_err_and(|error| error.is_invalid_topic()), "{symbol:?}");
        }
        for interval in ["", "1m.1m", "1 m", "1m\"", &"1".repeat(21)] {
            assert!(klines("BTCUSDT", interval).is_err(), "{interval:?}");
        }
        for topic in ["", "market.trade BTC", "market\u{7}", "user", "user.5794", &"a".repeat(201)] {
            assert!(raw(topic).is_err(), "{topic:?}");
        }
        assert_eq!(raw("market.liquidation.BTCUSDT").ok().as_deref(), Some("market.liquidation.BTCUSDT"));
        assert!(klines("BTCUSDT", "1M").is_ok());
    }
}
