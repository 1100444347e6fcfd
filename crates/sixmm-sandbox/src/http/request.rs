//! A received request: raw bytes, credentials and request id.

use std::net::IpAddr;

use axum::body::Bytes;
use axum::http::HeaderName;
use axum::http::header::{AUTHORIZATION, COOKIE as COOKIES};
use axum::http::request::Parts;

use crate::auth::{Credentials, SESSION_COOKIE};
use crate::request_id::RequestId;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A request with its complete body.
pub(super) struct RawRequest {
    pub(super) number: u64,
    pub(super) id: RequestId,
    pub(super) from: IpAddr,
    pub(super) head: Parts,
    pub(super) body: Bytes,
}

impl RawRequest {
    /// The raw query, or an empty string.
    pub(super) fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    /// The credentials of the request.
    pub(super) fn credentials(&self) -> Credentials<'_> {
        let text = |name: HeaderName| self.head.headers.get(name)?.to_str().ok();
        Credentials {
            // A request whose header is not ASCII text must be rejected, and not be handled as a request without the header. The value is
            // therefore replaced by an empty text, which matches no API key.
            api_key: self.head.headers.get(API_KEY).map(|value| value.to_str().unwrap_or_default()),
            token: text(AUTHORIZATION).and_then(bearer_token),
            cookie: self.cookie(),
            query: self.query(),
            body: &self.body,
            from: self.from,
        }
    }

    /// The value of the session cookie.
    fn cookie(&self) -> Option<&str> {
        let headers = self.head.headers.get_all(COOKIES).into_iter().filter_map(|header| header.to_str().ok());
        let mut pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find_map(|(name, value)| (name == SESSION_COOKIE).then_some(value))
    }
}

/// The token of a header `Authorization`. The scheme is case-insensitive and is followed by spaces (RFC 9110, section 11.4).
fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_start_matches(' '))
}
