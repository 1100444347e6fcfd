//! The headers of KEYED and SIGNED requests.
//!
//! Documentation: <https://developer-pro.bitmart.com/en/spot/#signature>

use std::time::Duration;

use bitmart_api::{Secret, UnixMillis, Veto};
use venue_core::reqwest::header::{HeaderName, HeaderValue};
use venue_core::reqwest::{Request, Url};
use venue_runtime::{ApiKey, HmacKey, Signature, TimestampLimits, Timestamps, redact};

const KEY_HEADER: HeaderName = HeaderName::from_static("x-bm-key");
const TIMESTAMP_HEADER: HeaderName = HeaderName::from_static("x-bm-timestamp");
const SIGNATURE_HEADER: HeaderName = HeaderName::from_static("x-bm-sign");

/// The number of hexadecimal digits in a signature.
const SIGNATURE_LENGTH: usize = 64;

/// The server rejects a timestamp that is 1 second or more ahead of its clock. A burst may use half of that. The rest is for the error of the
/// clock's estimate. The widest window for an old timestamp is a minute, and a request is in flight for at most 15 seconds by default.
const LIMITS: TimestampLimits = TimestampLimits { max_lead: Duration::from_millis(500), tolerance: Duration::from_secs(75) };

/// An API key that adds headers to requests: its prepared header, its prepared secret and memo, and its timestamps.
#[derive(Debug)]
pub(crate) struct Signer {
    key: ApiKey,
    header: HeaderValue,
    secret: MemoSigner,
    timestamps: Timestamps,
}

impl Signer {
    /// A signer for the exchange with this base URL. The hosts of an exchange share the sequence of timestamps of a key.
    pub(crate) fn new(key: &ApiKey, base_url: &Url) -> Self {
        let timestamps = Timestamps::for_key(&base_url.origin().ascii_serialization(), key.id(), LIMITS);
        Self { key: key.clone(), header: key.id_header(), secret: MemoSigner::new(key), timestamps }
    }

    /// The timestamps of the key, no two of which are equal.
    pub(crate) fn timestamps(&self) -> &Timestamps {
        &self.timestamps
    }

    /// Redacts the access key, the secret, the memo and everything that has the form of a signature.
    pub(crate) fn redact(&self, text: &mut String) {
        redact::long_runs(text, SIGNATURE_LENGTH, |character| character.is_ascii_hexdigit());
        self.key.redact(text);
    }

    /// Adds the header of a KEYED request.
    pub(crate) fn add_key(&self, request: &mut Request) {
        request.headers_mut().insert(KEY_HEADER, self.header.clone());
    }

    /// Adds the three headers of a SIGNED request. The signature covers the body as it is sent.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is a stream, whose bytes are not known before it is sent. The generated requests never have such a body.
    pub(crate) fn sign(&self, request: &mut Request, timestamp: UnixMillis) -> Result<(), Veto> {
        let body = match request.body() {
            Some(body) => body.as_bytes().ok_or_else(|| Veto::new("a streamed body cannot be signed: send it from memory"))?,
            None => &[],
        };
        let timestamp = timestamp.as_millis().to_string();
        let signature = self.secret.sign(&timestamp, body).header();
        let headers = request.headers_mut();
        headers.insert(TIMESTAMP_HEADER, HeaderValue::try_from(timestamp).expect("decimal digits"));
        headers.insert(SIGNATURE_HEADER, signature);
        self.add_key(request);
        Ok(())
    }
}

/// The secret and the memo of a key, which sign `timestamp#memo#payload`.
#[derive(Debug)]
pub(crate) struct MemoSigner {
    secret: HmacKey,
    memo: Secret,
}

impl MemoSigner {
    /// A key without a memo has the empty memo. Such a key signs no request, because it is only selected for KEYED operations.
    pub(crate) fn new(key: &ApiKey) -> Self {
        Self { secret: HmacKey::from(key.secret()), memo: key.memo().cloned().unwrap_or_else(|| Secret::from("")) }
    }

    pub(crate) fn sign(&self, timestamp: &str, payload: &[u8]) -> Signature {
        self.secret.sign(&[timestamp.as_bytes(), b"#", self.memo.expose_secret().as_bytes(), b"#", payload])
    }
}

#[cfg(test)]
mod tests {
    use venue_core::reqwest::Method;

    use super::*;

    /// The example of the documentation.
    fn signed(body: &str) -> Request {
        let key =
            ApiKey::new("80618e45710812162b04892c7ee5ead4a3cc3e56", "6c6c98544461bbe71db2bca4c6d7fd0021e0ba9efc215f9c6ad41852df9d9df9");
        let key = key.and_then(|key| key.with_memo("test001")).expect("a key");
        let mut request = Request::new(Method::POST, "https://api-cloud.bitmart.com/spot/v1/test-post".parse().expect("a URL"));
        *request.body_mut() = Some(body.to_owned().into());
        Signer::new(&key, request.url()).sign(&mut request, UnixMillis::new(1_589_793_796_145)).expect("a body in memory");
        request
    }

    #[test]
    fn the_documented_example_has_the_documented_signature() {
        let request = signed(r#"{"symbol":"BTC_USDT","price":"8600","count":"100"}"#);
        let headers = request.headers();
        assert_eq!(headers["x-bm-sign"], "c31dc326bf87f38bfb49a3f8494961abfa291bd549d0d98d9578e87516cee46d");
        assert_eq!(headers["x-bm-timestamp"], "1589793796145");
        assert_eq!(headers["x-bm-key"], "80618e45710812162b04892c7ee5ead4a3cc3e56");
    }

    #[test]
    fn a_changed_byte_of_the_body_changes_the_signature() {
        let body = r#"{"symbol":"BTC_USDT","price":"8600","count":"100"}"#;
        let signature = |body: &str| signed(body).headers()["x-bm-sign"].clone();
        for index in 0..body.len() {
            let mut changed = body.as_bytes().to_vec();
            changed[index] ^= 1;
            assert_ne!(signature(&String::from_utf8(changed).expect("ASCII")), signature(body), "byte {index}");
        }
        assert_ne!(signature(&format!("{body} ")), signature(body));
    }

    #[test]
    fn the_headers_that_authorise_a_request_are_marked_as_sensitive() {
        let request = signed("{}");
        assert!(request.headers()["x-bm-key"].is_sensitive() && request.headers()["x-bm-sign"].is_sensitive());
    }
}
