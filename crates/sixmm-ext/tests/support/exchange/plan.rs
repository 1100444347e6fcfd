//! The plan of the exchange: the effects and responses of the next writes, and the responses to lookups.

use serde_json::{Value, json};

use super::super::Answer;

/// The behaviour of the exchange from now on.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The effect and the response of each write in order. The last element applies to all further writes.
    pub writes: Vec<(Effect, Reply)>,
    /// The response to each lookup in order. The last element applies to all further lookups.
    pub looks: Vec<Look>,
}

impl Plan {
    /// Every write is executed and confirmed, and lookups show the true state.
    pub fn well() -> Self {
        Self { writes: vec![(Effect::Now, Reply::Success)], looks: vec![Look::Truth] }
    }

    /// Every write has this effect and response, and lookups have these responses.
    pub fn of(effect: Effect, reply: Reply, looks: &[Look]) -> Self {
        Self { writes: vec![(effect, reply)], looks: looks.to_vec() }
    }
}

/// Whether a write takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    None,
    /// Before the response.
    Now,
    /// After this number of lookups.
    After(usize),
}

/// The response to a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Success,
    /// With HTTP 200, as 6MM sends rejections.
    Refusal(i64),
    /// With an error status and a code.
    RefusalWith(u16, i64),
    /// With the documented text for a rejected timestamp, after which the exchange did not execute the write.
    OutOfTolerance(u16),
    /// No response.
    Silence,
    /// The server closes the connection before the response.
    Closed,
    /// The server closes the connection within the response.
    Torn,
    /// A proxy's page.
    Html(u16),
    /// A redirect.
    Redirect,
    SuccessWithoutData,
    SuccessUnreadable,
    /// Code 5003 under HTTP 429, with `Retry-After`.
    TooMany,
}

impl Reply {
    /// The response to a write with these data.
    pub fn answer(self, data: &Value) -> Answer {
        match self {
            Self::Success => Answer::ok(data),
            Self::Refusal(code) => Answer::refusal(code, "said the test"),
            Self::RefusalWith(status, code) => Answer::json(status, &json!({ "code": code, "message": "said the test" })),
            Self::OutOfTolerance(status) => {
                Answer::json(status, &json!({ "code": 1003, "message": "Timestamp outside of tolerance window" }))
            }
            Self::Silence => Answer::silence(),
            Self::Closed => Answer::closed(),
            Self::Torn => Answer::ok(data).torn(),
            Self::Html(status) => Answer::of_type(status, "text/html", "<html>a gateway</html>"),
            Self::Redirect => Answer::of_type(307, "text/html", "").header("Location", "/v1/time"),
            Self::SuccessWithoutData => Answer::json(200, &json!({ "code": 0, "message": "success", "requestId": "req-test" })),
            Self::SuccessUnreadable => Answer::ok(&json!("what is this")),
            Self::TooMany => Answer::json(429, &json!({ "code": 5003, "message": "said the test" })).header("Retry-After", "3"),
        }
    }
}

/// The response to a lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The true state.
    Truth,
    /// The state before the writes, as a lagging replica would show it.
    Stale,
    /// A proxy's page.
    Html,
    /// The server closes the connection before the response.
    Closed,
    /// Data of another shape.
    Strange,
    /// A rejection.
    Refusal(i64),
}
