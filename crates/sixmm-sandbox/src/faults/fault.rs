//! The kinds of faults, with their parameters.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

/// A fault that the sandbox injects into a request or its response.
///
/// # Order of several faults
///
/// If several rules select the same request, their faults apply in the order of this list. Faults of the same list item apply in the order
/// in which their rules were added.
///
/// 1. [`Delay`](Self::Delay): all of these faults, one after the other.
/// 2. [`DropBefore`](Self::DropBefore), [`HangBefore`](Self::HangBefore), [`RateLimit`](Self::RateLimit),
///    [`ErrorBefore`](Self::ErrorBefore), [`HtmlBefore`](Self::HtmlBefore): only the first of these faults. It ends the request, so no
///    fault of a later list item applies.
/// 3. [`ClockSkew`](Self::ClockSkew): all of these faults. The clock is changed by their sum.
/// 4. [`DelayResponse`](Self::DelayResponse): all of these faults, one after the other.
/// 5. [`DropAfter`](Self::DropAfter), [`HangAfter`](Self::HangAfter), [`ErrorAfter`](Self::ErrorAfter), [`HtmlAfter`](Self::HtmlAfter):
///    only the first of these faults. It replaces the response, so no fault of a later list item applies.
/// 6. [`UnknownEnums`](Self::UnknownEnums), [`ExtraFields`](Self::ExtraFields), [`MissingFields`](Self::MissingFields),
///    [`NullLists`](Self::NullLists): all of these faults.
/// 7. [`TruncateBody`](Self::TruncateBody). If there is none, the first [`SlowBytes`](Self::SlowBytes).
///
/// A fault without an effect is not a [`Hit`](crate::Hit) and does not count towards the [`count`](crate::FaultRule::count) of its rule. A
/// fault has no effect if, for example, an earlier fault ended the request, a `NullLists` fault finds no list in the response, or a
/// `ClockSkew` fault applies to a request that does not read the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind",
    expecting = "an object with its kind, such as {\"kind\": \"dropAfter\"}"
)]
#[non_exhaustive]
pub enum Fault {
    /// Delays the execution of the request. The request is executed even if the client closes the connection during the delay. The delay is
    /// in real time, even with a [manual clock](crate::Clock::manual).
    ///
    /// JSON: `{"kind": "delay", "millis": 250}`.
    Delay {
        /// The delay in milliseconds.
        millis: u64,
    },
    /// Delays the response, after the request was executed. The delay is in real time, even with a [manual clock](crate::Clock::manual).
    ///
    /// JSON: `{"kind": "delayResponse", "millis": 250}`.
    DelayResponse {
        /// The delay in milliseconds.
        millis: u64,
    },
    /// Closes the connection without a response and without executing the request.
    ///
    /// JSON: `{"kind": "dropBefore"}`.
    #[serde(deserialize_with = "no_parameters")]
    DropBefore,
    /// Closes the connection without a response, after the request was executed.
    ///
    /// JSON: `{"kind": "dropAfter"}`.
    #[serde(deserialize_with = "no_parameters")]
    DropAfter,
    /// Sends no response and does not execute the request, as if the network had lost the request. The connection stays open until the
    /// client closes it.
    ///
    /// JSON: `{"kind": "hangBefore"}`.
    #[serde(deserialize_with = "no_parameters")]
    HangBefore,
    /// Sends no response, after the request was executed. The connection stays open until the client closes it.
    ///
    /// JSON: `{"kind": "hangAfter"}`.
    #[serde(deserialize_with = "no_parameters")]
    HangAfter,
    /// Rejects the request for exceeding a rate limit: the response is HTTP 429 with code 5003, and the request is not executed.
    ///
    /// JSON: `{"kind": "rateLimit", "retryAfter": 2}`.
    RateLimit {
        /// Seconds for the header `Retry-After`. Without a value, the header is not sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
    /// Responds with a server error (HTTP 5xx with an envelope) and does not execute the request. The code is 5002 for status 503, and 5001
    /// for any other status.
    ///
    /// JSON: `{"kind": "errorBefore", "status": 503}`.
    ErrorBefore {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// Responds with a server error (HTTP 5xx with an envelope), although the request was executed. The code is 5002 for status 503, and
    /// 5001 for any other status.
    ///
    /// JSON: `{"kind": "errorAfter", "status": 500}`.
    ErrorAfter {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// Responds with HTTP 403 or 5xx and an HTML page, as a proxy does, and does not execute the request.
    ///
    /// JSON: `{"kind": "htmlBefore", "status": 502}`.
    HtmlBefore {
        /// The HTTP status, 403 or 500 to 599.
        status: u16,
    },
    /// Responds with HTTP 403 or 5xx and an HTML page, as a proxy does, although the request was executed.
    ///
    /// JSON: `{"kind": "htmlAfter", "status": 504}`.
    HtmlAfter {
        /// The HTTP status, 403 or 500 to 599.
        status: u16,
    },
    /// Truncates the response: sends the first half of the body and then closes the connection. The request was executed.
    ///
    /// JSON: `{"kind": "truncateBody"}`.
    #[serde(deserialize_with = "no_parameters")]
    TruncateBody,
    /// Slows down the response: sends the body one byte at a time, with a pause before each byte. The pauses are in real time, even with a
    /// [manual clock](crate::Clock::manual). The request was executed.
    ///
    /// JSON: `{"kind": "slowBytes", "millis": 10}`.
    SlowBytes {
        /// The pause before each byte, in milliseconds.
        millis: u64,
    },
    /// Changes the time of the local exchange's clock for this request. The skew affects the response of `server_time` and the check of
    /// signed timestamps.
    ///
    /// Replay protection stores the signature of the request until its timestamp is too old for the clock, both without a skew and with the
    /// skew of this request. A later `ClockSkew` fault that sets the clock back further can therefore make the local exchange accept a
    /// replay.
    ///
    /// JSON: `{"kind": "clockSkew", "millis": -15000}`.
    ClockSkew {
        /// Milliseconds that are added to the time of the clock. With a negative number, the clock is behind.
        millis: i64,
    },
    /// Replaces every enum value in the data of the response by an undocumented value.
    ///
    /// JSON: `{"kind": "unknownEnums"}`.
    #[serde(deserialize_with = "no_parameters")]
    UnknownEnums,
    /// Adds an undocumented field to every object in the data of the response.
    ///
    /// JSON: `{"kind": "extraFields"}`.
    #[serde(deserialize_with = "no_parameters")]
    ExtraFields,
    /// Removes fields from the data of the response.
    ///
    /// JSON: `{"kind": "missingFields", "fields": ["orderId"]}`.
    MissingFields {
        /// Names of the fields that are removed from all objects of the data. If the list is empty, one top-level field is removed, which
        /// is chosen at random by the seed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<String>,
    },
    /// Replaces every list in the data of the response by `null`.
    ///
    /// JSON: `{"kind": "nullLists"}`.
    #[serde(deserialize_with = "no_parameters")]
    NullLists,
}

/// Deserialises a fault without parameters, and rejects unknown fields in its JSON. This function is needed because serde ignores
/// `deny_unknown_fields` for an enum variant without fields.
pub(crate) fn no_parameters<'de, D: Deserializer<'de>>(rest: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Empty {}

    Empty::deserialize(rest).map(|Empty {}| ())
}

impl Fault {
    /// The delay of the fault, or zero for a fault without a delay.
    pub(crate) fn pause(&self) -> Duration {
        match self {
            Self::Delay { millis } | Self::DelayResponse { millis } | Self::SlowBytes { millis } => Duration::from_millis(*millis),
            _ => Duration::ZERO,
        }
    }
}
