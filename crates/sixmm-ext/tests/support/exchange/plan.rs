//! The plan of the exchange: the effects and responses of the next writes, and the responses to lookups.

use serde_json::{Value, json};

use super::super::MockResponse;

/// The behaviour of the exchange for the next requests.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The effect and the response of each write in order. The last element applies to all further writes.
    pub writes: Vec<(Effect, Reply)>,
    /// The response to each lookup in order. The last element applies to all further lookups.
    pub lookups: Vec<LookupReply>,
}

impl Plan {
    /// Every write is executed and confirmed, and lookups return the current state.
    pub fn normal() -> Self {
        Self { writes: vec![(Effect::Now, Reply::Success)], lookups: vec![LookupReply::Current] }
    }

    /// Every write has this effect and response, and lookups have these responses.
    pub fn of(effect: Effect, reply: Reply, lookups: &[LookupReply]) -> Self {
        Self { writes: vec![(effect, reply)], lookups: lookups.to_vec() }
    }
}

/// Whether a write takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    None,
    /// The write takes effect before the response.
    Now,
    /// The write takes effect after this number of lookups.
    After(usize),
}

/// The response to a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Success,
    /// A rejection with this code and with HTTP 200, as 6MM sends rejections.
    Rejection(i64),
    /// A rejection with this HTTP status and this code.
    RejectionWithStatus(u16, i64),
    /// A rejection with this HTTP status and the documented text for a rejected timestamp. The exchange did not execute the write.
    OutOfTolerance(u16),
    /// No response.
    Silence,
    /// The server closes the connection before the response.
    Closed,
    /// The server closes the connection in the middle of the response.
    Torn,
    /// The HTML page of a proxy, with this status.
    Html(u16),
    /// A redirect.
    Redirect,
    SuccessWithoutData,
    SuccessUnreadable,
    /// HTTP 429 with code 5003 and `Retry-After`.
    TooMany,
}

impl Reply {
    /// Creates the response to a write. A successful response has these data.
    pub fn response(self, data: &Value) -> MockResponse {
        match self {
            Self::Success => MockResponse::ok(data),
            Self::Rejection(code) => MockResponse::refusal(code, "rejected by the test"),
            Self::RejectionWithStatus(status, code) => {
                MockResponse::json(status, &json!({ "code": code, "message": "rejected by the test" }))
            }
            Self::OutOfTolerance(status) => {
                MockResponse::json(status, &json!({ "code": 1003, "message": "Timestamp outside of tolerance window" }))
            }
            Self::Silence => MockResponse::silence(),
            Self::Closed => MockResponse::closed(),
            Self::Torn => MockResponse::ok(data).torn(),
            Self::Html(status) => MockResponse::of_type(status, "text/html", "<html>a gateway</html>"),
            Self::Redirect => MockResponse::of_type(307, "text/html", "").header("Location", "/v1/time"),
            Self::SuccessWithoutData => MockResponse::json(200, &json!({ "code": 0, "message": "success", "requestId": "req-test" })),
            Self::SuccessUnreadable => MockResponse::ok(&json!("what is this")),
            Self::TooMany => {
                MockResponse::json(429, &json!({ "code": 5003, "message": "rejected by the test" })).header("Retry-After", "3")
            }
        }
    }
}

/// The response to a lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupReply {
    /// The current state of the orders.
    Current,
    /// The state of the orders before the writes, as a replica with a delay would report it.
    Stale,
    /// The HTML page of a proxy.
    Html,
    /// The server closes the connection before the response.
    Closed,
    /// A success whose data do not have the documented form.
    UnexpectedData,
    /// A rejection.
    Rejection(i64),
}
