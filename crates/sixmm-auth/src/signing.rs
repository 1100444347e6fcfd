//! An API key's signature: HMAC-SHA256 over the query and the body, as they go out.
//!
//! Documentation: <https://docs.6mm.com/developer-api/request-signing>

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use sixmm_api::UnixMillis;
use venue_core::reqwest::header::{HeaderName, HeaderValue};
use venue_core::reqwest::{Request, Url};
use venue_core::time::timeout;
use venue_runtime::{ApiKey, HmacKey, SyncError, TimestampLimits, Timestamps};

use crate::clock::ApiClock;
use crate::redact;

const KEY_HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// The server refuses a timestamp that is off by more than 10 seconds. Half of it may be used up by a burst; the rest is for the way to the
/// server and for what is not known of its clock.
const LIMITS: TimestampLimits = TimestampLimits { max_lead: Duration::from_secs(5), tolerance: Duration::from_secs(20) };

/// Whoever waits for a timestamp looks this often whether the clock is in doubt.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What signs: the key's public half as a header, its secret half prepared, and its timestamps.
pub(crate) struct Signer {
    header: HeaderValue,
    secret: HmacKey,
    timestamps: Timestamps,
}

impl Signer {
    /// Who has seen which signature is a matter of the server, so a key has timestamps of its own for each of them.
    pub(crate) fn new(key: &ApiKey, server: &Url) -> Self {
        let timestamps = Timestamps::for_key(&server.origin().ascii_serialization(), key.id(), LIMITS);
        let mut header = HeaderValue::try_from(key.id()).expect("the id of an `ApiKey` is visible ASCII");
        header.set_sensitive(true);
        Self { header, secret: HmacKey::from(key.secret()), timestamps }
    }

    /// A timestamp that no other request has; waits while a burst has used up the lead, and for the server's clock within `limit`.
    ///
    /// A clock that cannot be read is no reason not to try: the estimate may be good, and the server is the judge. It is one if there is
    /// no timestamp without it.
    pub(crate) async fn timestamp(&self, clock: &ApiClock, limit: Duration) -> Result<UnixMillis, SyncError> {
        // If it failed, that is noticed below, should there be no timestamp.
        let _ = clock.ready(limit).await;
        let mut next = pin!(self.timestamps.next(clock.estimate()));
        loop {
            if let Some(timestamp) = timeout(&**clock.estimate().time(), LOOK_AGAIN, next.as_mut()).await {
                return Ok(timestamp);
            }
            clock.ready(limit).await?;
        }
    }

    /// The same, if there is nothing to wait for.
    pub(crate) fn timestamp_now(&self, clock: &ApiClock) -> Option<UnixMillis> {
        if !clock.is_ready() {
            return None;
        }
        match pin!(self.timestamps.next(clock.estimate())).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(timestamp) => Some(timestamp),
            Poll::Pending => None,
        }
    }

    pub(crate) fn redact(&self, text: &mut String) {
        redact::value(text, self.header.to_str().unwrap_or_default());
    }

    /// Appends `timestamp` and `signature` to the query. The server takes both from the raw bytes and reorders nothing, so the signature is
    /// made over the very text that stands in the URL, and comes last.
    pub(crate) fn sign(&self, request: &mut Request, timestamp: UnixMillis) -> Result<(), BodyNotInMemory> {
        request.url_mut().query_pairs_mut().append_pair("timestamp", &timestamp.to_string());
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

/// A body that is streamed cannot be signed before it is sent. The generated calls never have one.
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
    fn what_an_earlier_interceptor_put_into_the_query_is_signed_as_it_stands() {
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
