//! Signing with an API key: HMAC-SHA256 over the bytes of the query and the body.
//!
//! Documentation: <https://docs.6mm.com/developer-api/request-signing>

use std::fmt;
use std::time::Duration;

use sixmm_api::UnixMillis;
use venue_core::reqwest::header::{HeaderName, HeaderValue};
use venue_core::reqwest::{Request, Url};
use venue_runtime::{ApiKey, HmacKey, TimestampLimits, Timestamps, redact};

const KEY_HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// The limits of timestamps. The exchange's server rejects a timestamp that differs from its clock by more than 10 seconds. In a burst of
/// requests, timestamps are at most 5 seconds ahead (`max_lead`). The other 5 seconds allow for the error of the clock estimate. The
/// `tolerance` of 20 seconds is the 10 seconds of the server plus 10 seconds in which a request may be in flight.
const LIMITS: TimestampLimits = TimestampLimits { max_lead: Duration::from_secs(5), tolerance: Duration::from_secs(20) };

/// Signs requests with an API key. Stores the key's id as a header value, the HMAC state that is prepared from the secret, and the sequence
/// of timestamps.
pub(crate) struct Signer {
    header: HeaderValue,
    secret: HmacKey,
    timestamps: Timestamps,
}

impl Signer {
    /// Creates a signer for this server. A key has a separate sequence of timestamps for each server, because each server remembers the
    /// signatures that it has received.
    pub(crate) fn new(key: &ApiKey, server: &Url) -> Self {
        let timestamps = Timestamps::for_key(&server.origin().ascii_serialization(), key.id(), LIMITS);
        let mut header = HeaderValue::try_from(key.id()).expect("the id of an `ApiKey` is visible ASCII");
        header.set_sensitive(true);
        Self { header, secret: HmacKey::from(key.secret()), timestamps }
    }

    /// The timestamps of the key, no two of which are equal.
    pub(crate) fn timestamps(&self) -> &Timestamps {
        &self.timestamps
    }

    pub(crate) fn redact(&self, text: &mut String) {
        redact::value(text, self.header.to_str().unwrap_or_default());
    }

    /// Signs a request: appends `timestamp` to the query, signs query and body, and appends `signature`. The query is signed exactly as it
    /// is in the URL, because the server verifies the signature over the bytes that it receives.
    pub(crate) fn sign(&self, request: &mut Request, timestamp: UnixMillis) -> Result<(), BodyNotInMemory> {
        request.url_mut().query_pairs_mut().append_pair("timestamp", &timestamp.as_millis().to_string());
        let body = match request.body() {
            Some(body) => body.as_bytes().ok_or(BodyNotInMemory)?,
            None => &[],
        };
        let query = request.url().query().unwrap_or_default();
        let signature = self.secret.sign(&[query.as_bytes(), body]);
        request.url_mut().query_pairs_mut().append_pair("signature", signature.as_str());
        request.headers_mut().insert(KEY_HEADER, self.header.clone());
        Ok(())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer([redacted])")
    }
}

/// The error for a request with a streamed body. The request cannot be signed, because the bytes of the body are not known before they are
/// sent. Generated requests never have a streamed body.
#[derive(Debug)]
pub(crate) struct BodyNotInMemory;

impl fmt::Display for BodyNotInMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a streamed body cannot be signed: send it from memory")
    }
}

impl std::error::Error for BodyNotInMemory {}

#[cfg(test)]
mod tests {
    use venue_core::reqwest::{Body, Method};

    use super::*;

    #[test]
    fn the_query_of_an_earlier_interceptor_is_signed_byte_for_byte() {
        let key = ApiKey::new("key", "9f1c2e7ab04d4c55a8e1d7f36b20c94e").expect("a key");
        let url = "https://api.6mm.com/v1/private/order?symbol=BTCUSDT&clientOrderId=a+b%2Fc%2Bd%26e%3Df%25g";
        let mut request = Request::new(Method::GET, url.parse().expect("a URL"));
        Signer::new(&key, request.url()).sign(&mut request, UnixMillis::new(1_772_710_377_808)).expect("no body");
        assert_eq!(
            request.url().as_str(),
            format!("{url}&timestamp=1772710377808&signature=26913a74eb0abdcde1bc80cbf47b5756dcec55c4abc67f34ca0f4fe3743538dd")
        );
        assert!(request.headers()["x-api-key"].is_sensitive());
        assert_eq!(request.body().and_then(Body::as_bytes), None);
    }
}
