//! A request as it came: raw bytes, and the headers that matter.

use std::fmt;
use std::net::IpAddr;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, COOKIE as COOKIES};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use serde::{Serialize, Serializer};

use super::received::cut;
use crate::auth::{COOKIE, Credentials};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The id that the client gave, or one that follows from the request's number.
#[derive(Debug, Clone)]
pub(super) enum RequestId {
    Given(String),
    Made(u64),
}

impl RequestId {
    pub(super) fn new(headers: &HeaderMap, number: u64) -> Self {
        match headers.get(REQUEST_ID) {
            Some(id) => Self::Given(String::from_utf8_lossy(id.as_bytes()).into_owned()),
            None => Self::Made(number),
        }
    }

    /// The id as the record keeps it.
    pub(super) fn on_record(&self) -> Self {
        match self {
            Self::Given(id) => Self::Given(cut(id).to_owned()),
            Self::Made(number) => Self::Made(*number),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(id) => f.write_str(id),
            Self::Made(number) => write!(f, "req-{number:08x}"),
        }
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A request whose body was read.
pub(super) struct RawRequest {
    pub(super) number: u64,
    pub(super) id: RequestId,
    pub(super) from: IpAddr,
    pub(super) head: Parts,
    pub(super) body: Bytes,
}

impl RawRequest {
    /// The query as it came; empty without one.
    pub(super) fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    /// What tells who sends it.
    pub(super) fn credentials(&self) -> Credentials<'_> {
        let text = |name: HeaderName| self.head.headers.get(name)?.to_str().ok();
        Credentials {
            // One that is no text is nobody's, as the empty one is: it must not count as absent.
            api_key: self.head.headers.get(API_KEY).map(|value| value.to_str().unwrap_or_default()),
            token: text(AUTHORIZATION).and_then(bearer_token),
            cookie: self.cookie(),
            query: self.query(),
            body: &self.body,
            from: self.from,
        }
    }

    /// The value of the session's cookie.
    fn cookie(&self) -> Option<&str> {
        let headers = self.head.headers.get_all(COOKIES).into_iter().filter_map(|header| header.to_str().ok());
        let mut pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find_map(|(name, value)| (name == COOKIE).then_some(value))
    }
}

/// The token of a header `Authorization`. The name of the scheme is case-insensitive, and spaces follow it (RFC 9110, section 11.4).
fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_start_matches(' '))
}
