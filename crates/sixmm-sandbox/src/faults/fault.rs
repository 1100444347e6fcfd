//! The kinds of faults, with their parameters.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

/// A fault that the sandbox injects into a request or its response.
///
/// # Order of several faults
///
/// Several rules can select the same request. Their faults apply in the order of this list. Faults with the same number apply in the order
/// in which their rules were added.
///
/// 1. [`Delay`](Self::Delay): all of these faults, one after the other.
/// 2. [`DropBefore`](Self::DropBefore), [`HangBefore`](Self::HangBefore), [`RateLimit`](Self::RateLimit),
///    [`ErrorBefore`](Self::ErrorBefore), [`HtmlBefore`](Self::HtmlBefore): only the first one. It ends the request, so no fault with a
///    higher number applies.
/// 3. [`ClockSkew`](Self::ClockSkew): all of these faults. The clock is changed by their sum.
/// 4. [`DelayResponse`](Self::DelayResponse): all of these faults, one after the other.
/// 5. [`DropAfter`](Self::DropAfter), [`HangAfter`](Self::HangAfter), [`ErrorAfter`](Self::ErrorAfter), [`HtmlAfter`](Self::HtmlAfter):
///    only the first one. It replaces the response, so no fault with a higher number applies.
/// 6. [`UnknownEnums`](Self::UnknownEnums), [`ExtraFields`](Self::ExtraFields), [`MissingFields`](Self::MissingFields),
///    [`NullLists`](Self::NullLists): all of these faults.
/// 7. [`TruncateBody`](Self::TruncateBody). If there is none, the first [`SlowBytes`](Self::SlowBytes).
///
/// A fault without an effect is not a [`Hit`](crate::Hit) and does not count towards the [`count`](crate::FaultRule::count) of its rule.
/// Examples are a fault that is invisible because another fault ended the request, a change of JSON data in a response that contains no
/// such data, and a clock skew for a request that does not read the clock.
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
    /// The request is executed after a delay, even if the client closes the connection meanwhile. The delay is real time, even with a
    /// [manual clock](crate::Clock::manual).
    ///
    /// JSON: `{"kind": "delay", "millis": 250}`.
    Delay {
        /// The delay in milliseconds.
        millis: u64,
    },
    /// The request is executed, and the response is delayed. The delay is real time, even with a [manual clock](crate::Clock::manual).
    ///
    /// JSON: `{"kind": "delayResponse", "millis": 250}`.
    DelayResponse {
        /// The delay in milliseconds.
        millis: u64,
    },
    /// The connection is closed without a response. The request is not executed.
    ///
    /// JSON: `{"kind": "dropBefore"}`.
    #[serde(deserialize_with = "no_parameters")]
    DropBefore,
    /// The connection is closed without a response. The request was executed.
    ///
    /// JSON: `{"kind": "dropAfter"}`.
    #[serde(deserialize_with = "no_parameters")]
    DropAfter,
    /// No response is sent, and the connection stays open until the client closes it. The request is not executed, as if the network had
    /// lost it.
    ///
    /// JSON: `{"kind": "hangBefore"}`.
    #[serde(deserialize_with = "no_parameters")]
    HangBefore,
    /// No response is sent, and the connection stays open until the client closes it. The request was executed.
    ///
    /// JSON: `{"kind": "hangAfter"}`.
    #[serde(deserialize_with = "no_parameters")]
    HangAfter,
    /// The response is HTTP 429 with code 5003. The request is not executed.
    ///
    /// JSON: `{"kind": "rateLimit", "retryAfter": 2}`.
    RateLimit {
        /// Seconds for the header `Retry-After`. Without a value, the header is not sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
    /// The response is HTTP 5xx with an envelope. The code is 5002 for status 503, and 5001 for any other status. The request is not
    /// executed.
    ///
    /// JSON: `{"kind": "errorBefore", "status": 503}`.
    ErrorBefore {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// As [`ErrorBefore`](Self::ErrorBefore), but the request was executed.
    ///
    /// JSON: `{"kind": "errorAfter", "status": 500}`.
    ErrorAfter {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// The response is HTTP 5xx with an HTML page, as from a proxy. The request is not executed.
    ///
    /// JSON: `{"kind": "htmlBefore", "status": 502}`.
    HtmlBefore {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// As [`HtmlBefore`](Self::HtmlBefore), but the request was executed.
    ///
    /// JSON: `{"kind": "htmlAfter", "status": 504}`.
    HtmlAfter {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// Only the first half of the response body is sent, then the connection is closed. The request was executed.
    ///
    /// JSON: `{"kind": "truncateBody"}`.
    #[serde(deserialize_with = "no_parameters")]
    TruncateBody,
    /// The response body is sent one byte at a time, with a pause between two bytes. The pauses are in real time, even with a [manual
    /// clock](crate::Clock::manual). The request was executed.
    ///
    /// JSON: `{"kind": "slowBytes", "millis": 10}`.
    SlowBytes {
        /// The pause before each byte, in milliseconds.
        millis: u64,
    },
    /// The exchange's clock is ahead or behind for this request, which changes the response of `server_time` and the check of signed
    /// timestamps. Replay protection remembers a signature as long as the exchange's clock or the skewed clock could accept its timestamp.
    /// A later `ClockSkew` fault that sets the clock back further can make the exchange accept the signature again.
    ///
    /// JSON: `{"kind": "clockSkew", "millis": -15000}`.
    ClockSkew {
        /// Number of milliseconds by which the exchange's clock is ahead. If it is negative, the clock is behind.
        millis: i64,
    },
    /// Every enum in the data of the response has an undocumented value.
    ///
    /// JSON: `{"kind": "unknownEnums"}`.
    #[serde(deserialize_with = "no_parameters")]
    UnknownEnums,
    /// Every object in the data of the response has an additional, undocumented field.
    ///
    /// JSON: `{"kind": "extraFields"}`.
    #[serde(deserialize_with = "no_parameters")]
    ExtraFields,
    /// Fields are removed from the data of the response.
    ///
    /// JSON: `{"kind": "missingFields", "fields": ["orderId"]}`.
    MissingFields {
        /// Names of the removed fields, at any depth. If the list is empty, one random top-level field is removed. The choice depends on
        /// the seed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<String>,
    },
    /// Every list in the data of the response is `null`.
    ///
    /// JSON: `{"kind": "nullLists"}`.
    #[serde(deserialize_with = "no_parameters")]
    NullLists,
}

/// Rejects unknown fields in the JSON of a fault without parameters, because serde ignores `deny_unknown_fields` for a variant without
/// fields.
fn no_parameters<'de, D: Deserializer<'de>>(rest: D) -> Result<(), D::Error> {
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
