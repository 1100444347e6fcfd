//! The texts that the server sends, with the white space of the documentation's examples.
//!
//! <https://docs.6mm.com/developer-api/websocket/connection-subscription-and-heartbeat>,
//! <https://docs.6mm.com/developer-api/websocket/private-user-channel>

use serde_json::Value;

use crate::UnixMillis;

/// A positive acknowledgement of a request. The documentation shows only the acknowledgement of a subscription.
pub(super) fn acknowledgement(id: &str, operation: &str, topics: &[&str]) -> String {
    format!(r#"{{"id": {},"event": "{operation}","success": true,"data": {}}}"#, json(id), json(topics))
}

/// A negative acknowledgement of a request. Its form is the sandbox's choice. `id` is `None` if the request has no valid id.
pub(super) fn rejection(id: Option<&str>, operation: &str, topics: &[&str], message: &str) -> String {
    let (id, operation, topics, message) = (json(&id), json(operation), json(topics), json(message));
    format!(r#"{{"id": {id},"event": {operation},"success": false,"data": {topics},"code": 2002,"message": {message}}}"#)
}

/// The acknowledgement of an authenticated connection.
pub(super) fn authenticated(user: &str) -> String {
    format!(r#"{{ "event": "auth", "success": true, "data": {} }}"#, json(user))
}

/// The message to a connection with invalid credentials. Its form is the sandbox's choice.
pub(super) fn authentication_failed(message: &str) -> String {
    format!(r#"{{ "event": "auth", "success": false, "message": {} }}"#, json(message))
}

/// A message of a public topic.
pub(super) fn public(topic: &str, time: UnixMillis, data: &Value) -> String {
    format!(r#"{{"topic": {},"event": "data","ts": {},"data": {data}}}"#, json(topic), time.as_millis())
}

/// A message of the private channel.
pub(super) fn private(topic: &str, time: UnixMillis, data: &Value) -> String {
    format!(r#"{{"topic": {},"ts": {},"data": {data}}}"#, json(topic), time.as_millis())
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("serialising strings cannot fail")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_texts_are_those_of_the_documentation() {
        assert_eq!(
            acknowledgement("1772007814666", "subscribe", &["market.depth.BTCUSDT"]),
            r#"{"id": "1772007814666","event": "subscribe","success": true,"data": ["market.depth.BTCUSDT"]}"#
        );
        assert_eq!(authenticated("1188041528"), r#"{ "event": "auth", "success": true, "data": "1188041528" }"#);
        assert_eq!(
            public("market.depth.BTCUSDT", UnixMillis::new(1_772_007_815_000), &json!({})),
            r#"{"topic": "market.depth.BTCUSDT","event": "data","ts": 1772007815000,"data": {}}"#
        );
        assert_eq!(
            private("user.5794", UnixMillis::new(1_771_047_000_000), &json!({})),
            r#"{"topic": "user.5794","ts": 1771047000000,"data": {}}"#
        );
    }
}
