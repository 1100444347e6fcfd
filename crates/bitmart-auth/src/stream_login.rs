//! The signature of the message that logs in at a private WebSocket stream.

use bitmart_api::UnixMillis;
use venue_runtime::{ApiKey, Signature};

use crate::signing::MemoSigner;

/// The text in the place of a body.
const PAYLOAD: &[u8] = b"bitmart.WebSocket";

/// The signature of the login message of a private stream: of `timestamp#memo#bitmart.WebSocket`. `None` if the key has no memo.
///
/// The message of the spot stream is `{"op":"login","args":[KEY,TIMESTAMP,SIGNATURE]}`, that of the futures stream
/// `{"action":"access","args":[KEY,TIMESTAMP,SIGNATURE,"web"]}`. All arguments are texts. The server accepts a timestamp for a minute.
///
/// Documentation: <https://developer-pro.bitmart.com/en/spot/#login>
#[must_use]
pub fn stream_login_signature(key: &ApiKey, timestamp: UnixMillis) -> Option<Signature> {
    key.memo().is_some().then(|| MemoSigner::new(key).sign(&timestamp.as_millis().to_string(), PAYLOAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_example_has_the_documented_signature() {
        let key = ApiKey::new("key", "6c6c98544461bbe71db2bca4c6d7fd0021e0ba9efc215f9c6ad41852df9d9df9").expect("a key");
        let timestamp = UnixMillis::new(1_589_267_764_859);
        assert!(stream_login_signature(&key, timestamp).is_none(), "a signature needs the memo");
        let key = key.with_memo("test001").expect("a memo");
        let signature = stream_login_signature(&key, timestamp).expect("the key has a memo");
        assert_eq!(signature.as_str(), "3ceeb7e1b8cb165a975e28a2e2dfaca4d30b358873c0351c1a071d8c83314556");
        assert_eq!(format!("{signature:?}"), "Signature([redacted])");
    }
}
