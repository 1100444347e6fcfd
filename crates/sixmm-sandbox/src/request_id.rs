//! The id of a request, and its truncation for the request log.

use std::fmt;

use axum::http::{HeaderMap, HeaderName};
use serde::{Serialize, Serializer};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Maximum number of bytes of an `X-Request-ID` or a `clientOrderId` in the request log. The longest `clientOrderId` has 128 characters,
/// and therefore at most this number of bytes.
const MAX_LOGGED_TEXT_BYTES: usize = 512;

/// The id of a request: the header `X-Request-ID`, or, if the client sent none, an id that is generated from the number of the request.
#[derive(Debug, Clone)]
pub(crate) enum RequestId {
    FromClient(String),
    Generated(u64),
}

impl RequestId {
    pub(crate) fn new(headers: &HeaderMap, number: u64) -> Self {
        match headers.get(REQUEST_ID) {
            Some(id) => Self::FromClient(String::from_utf8_lossy(id.as_bytes()).into_owned()),
            None => Self::Generated(number),
        }
    }

    /// The id as it is logged.
    pub(crate) fn logged(&self) -> Self {
        match self {
            Self::FromClient(id) => Self::FromClient(truncate(id).to_owned()),
            Self::Generated(number) => Self::Generated(*number),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FromClient(id) => f.write_str(id),
            Self::Generated(number) => write!(f, "req-{number:08x}"),
        }
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The first 512 bytes of a text, without an incomplete character at the end.
pub(crate) fn truncate(text: &str) -> &str {
    let mut end = text.len().min(MAX_LOGGED_TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_truncated_between_characters() {
        assert_eq!(truncate("short"), "short");
        assert_eq!(truncate(&"x".repeat(513)), "x".repeat(512));
        // Byte 512 is within the 171st character of three bytes.
        assert_eq!(truncate(&"€".repeat(200)), "€".repeat(170));
    }
}
