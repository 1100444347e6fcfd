//! A request as it came: raw bytes, and the headers that matter.

use std::net::IpAddr;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, COOKIE as COOKIES};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use crate::auth::{COOKIE, Credentials};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A request whose body was read.
pub(super) struct RawRequest {
    pub(super) number: u64,
    pub(super) id: String,
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
            token: text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")),
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

/// The id that the client gave, or one that follows from the request's number.
pub(super) fn id(headers: &HeaderMap, number: u64) -> String {
    match headers.get(REQUEST_ID) {
        Some(id) => String::from_utf8_lossy(id.as_bytes()).into_owned(),
        None => format!("req-{number:08x}"),
    }
}
