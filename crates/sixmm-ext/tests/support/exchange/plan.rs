//! What the exchange is told to do with the writes to come, and with the questions after them.

use serde_json::{Value, json};

use super::super::Answer;

/// What the exchange does from now on.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it does with one write after the other; the last one counts for all that follow.
    pub writes: Vec<(Effect, Reply)>,
    /// What it shows to one question after the other; the last one counts for all that follow.
    pub looks: Vec<Look>,
}

impl Plan {
    /// Carries everything out, says so, and shows it.
    pub fn well() -> Self {
        Self { writes: vec![(Effect::Now, Reply::Success)], looks: vec![Look::Truth] }
    }

    /// Treats every write like this, and then shows that.
    pub fn of(effect: Effect, reply: Reply, looks: &[Look]) -> Self {
        Self { writes: vec![(effect, reply)], looks: looks.to_vec() }
    }
}

/// Whether a write takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    None,
    /// Before it is answered.
    Now,
    /// Later, when so many questions have been answered.
    After(usize),
}

/// How a write is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Success,
    /// With HTTP 200, as this exchange does.
    Refusal(i64),
    /// With a code, and a status that is an error.
    RefusalWith(u16, i64),
    /// With words of which the documentation says that the timestamp was refused, and nothing was done.
    OutOfTolerance(u16),
    /// Never.
    Silence,
    /// The connection is closed instead.
    Closed,
    /// The connection is closed within the answer.
    Torn,
    /// A proxy's page.
    Html(u16),
    /// Somewhere else.
    Redirect,
    SuccessWithoutData,
    SuccessUnreadable,
    /// Code 5003 under HTTP 429, with `Retry-After`.
    TooMany,
}

impl Reply {
    /// The answer to a write whose data these are.
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

/// What a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As it is.
    Truth,
    /// As it was before the writes, as a lagging replica would.
    Stale,
    /// A proxy's page.
    Html,
    /// The connection is closed instead.
    Closed,
    /// Data of another shape.
    Strange,
    /// A refusal.
    Refusal(i64),
}
