//! Fault rules: the fault, and which requests it applies to.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use crate::spec::Operation;

/// A fault, and the requests that it applies to.
///
/// JSON for the control interface: `{"operations": ["place_order"], "probability": 0.5, "count": 3, "fault": {"kind": "dropAfter"}}`. All
/// fields except `fault` are optional.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Rule {
    /// Operations that the rule applies to. An empty list means all operations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<Operation>,
    /// Probability from 0 to 1 that a request is selected. The random numbers are derived from the exchange's seed.
    #[serde(default = "always")]
    pub probability: f64,
    /// Maximum number of hits, at least 1. `None` is unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The fault to inject.
    pub fault: Fault,
}

/// Limits for the fields of [`Fault::MissingFields`], because each logged hit contains their names: the number of names, and the bytes of a
/// name.
const MOST_FIELDS: usize = 100;
const LONGEST_FIELD: usize = 100;

fn always() -> f64 {
    1.0
}

/// A fault of a request or of its response.
///
/// # Order of several faults
///
/// Several rules can select one request. Their faults apply in this order, and within one step in the order in which the rules were added:
///
/// 1. [`Delay`](Self::Delay): all of them, one after the other.
/// 2. [`DropBefore`](Self::DropBefore), [`HangBefore`](Self::HangBefore), [`RateLimit`](Self::RateLimit),
///    [`ErrorBefore`](Self::ErrorBefore), [`HtmlBefore`](Self::HtmlBefore): only the first one. It ends the request, so no later step
///    applies.
/// 3. [`ClockSkew`](Self::ClockSkew): the sum of all of them.
/// 4. [`DelayAnswer`](Self::DelayAnswer): all of them, one after the other.
/// 5. [`DropAfter`](Self::DropAfter), [`HangAfter`](Self::HangAfter), [`ErrorAfter`](Self::ErrorAfter), [`HtmlAfter`](Self::HtmlAfter):
///    only the first one. It replaces the response, so no later step applies.
/// 6. [`UnknownEnums`](Self::UnknownEnums), [`ExtraFields`](Self::ExtraFields), [`MissingFields`](Self::MissingFields),
///    [`NullLists`](Self::NullLists): all of them.
/// 7. [`TruncateBody`](Self::TruncateBody), or otherwise the first [`SlowBytes`](Self::SlowBytes).
///
/// A fault without an effect is not a [`Hit`](crate::Hit) and does not count towards the [`count`](Rule::count) of its rule. Examples are a
/// fault that another fault hides, a change of data in a response that has no such data, and a clock skew for a request that does not read
/// the clock.
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
    /// The request waits before it is executed. It is executed even if the client closes the connection meanwhile. The delay is real time,
    /// even with a [manual clock](crate::Clock::manual).
    ///
    /// JSON: `{"kind": "delay", "millis": 250}`.
    Delay {
        /// The delay in milliseconds.
        millis: u64,
    },
    /// The request is executed, and the response is delayed. The delay is real time, even with a [manual clock](crate::Clock::manual).
    ///
    /// JSON: `{"kind": "delayAnswer", "millis": 250}`.
    DelayAnswer {
        /// The delay in milliseconds.
        millis: u64,
    },
    /// The connection is closed without a response. The request is not executed.
    ///
    /// JSON: `{"kind": "dropBefore"}`.
    #[serde(deserialize_with = "nothing_more")]
    DropBefore,
    /// The connection is closed without a response. The request was executed.
    ///
    /// JSON: `{"kind": "dropAfter"}`.
    #[serde(deserialize_with = "nothing_more")]
    DropAfter,
    /// No response is sent, and the connection stays open until the client closes it. The request is not executed, as if the network had
    /// lost it.
    ///
    /// JSON: `{"kind": "hangBefore"}`.
    #[serde(deserialize_with = "nothing_more")]
    HangBefore,
    /// No response is sent, and the connection stays open until the client closes it. The request was executed.
    ///
    /// JSON: `{"kind": "hangAfter"}`.
    #[serde(deserialize_with = "nothing_more")]
    HangAfter,
    /// HTTP 429 with code 5003. The request is not executed.
    ///
    /// JSON: `{"kind": "rateLimit", "retryAfter": 2}`.
    RateLimit {
        /// Seconds for the header `Retry-After`. Without a value, the header is not sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
    /// HTTP 5xx with an envelope: code 5002 for status 503, code 5001 for any other status. The request is not executed.
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
    /// HTTP 5xx with the HTML page of a proxy. The request is not executed.
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
    #[serde(deserialize_with = "nothing_more")]
    TruncateBody,
    /// The response body is sent one byte at a time. The pauses are real time, even with a [manual clock](crate::Clock::manual). The
    /// request was executed.
    ///
    /// JSON: `{"kind": "slowBytes", "millis": 10}`.
    SlowBytes {
        /// The pause before each byte, in milliseconds.
        millis: u64,
    },
    /// The exchange's clock is skewed for this request, which affects `server_time` and the window of signatures. Replay protection
    /// remembers a signature as long as the skewed clock could accept its timestamp. A later fault that sets the clock back further can
    /// make the exchange accept the signature again.
    ///
    /// JSON: `{"kind": "clockSkew", "millis": -15000}`.
    ClockSkew {
        /// How far the exchange's clock is ahead, in milliseconds. A negative value means that the clock is behind.
        millis: i64,
    },
    /// Every enum in the data of the response has an undocumented value.
    ///
    /// JSON: `{"kind": "unknownEnums"}`.
    #[serde(deserialize_with = "nothing_more")]
    UnknownEnums,
    /// Every object in the data of the response has an additional, undocumented field.
    ///
    /// JSON: `{"kind": "extraFields"}`.
    #[serde(deserialize_with = "nothing_more")]
    ExtraFields,
    /// Fields are removed from the data of the response.
    ///
    /// JSON: `{"kind": "missingFields", "fields": ["orderId"]}`.
    MissingFields {
        /// Names of the removed fields, at any depth. If the list is empty, one top-level field is removed, which the seed selects.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<String>,
    },
    /// Every list in the data of the response is `null`.
    ///
    /// JSON: `{"kind": "nullLists"}`.
    #[serde(deserialize_with = "nothing_more")]
    NullLists,
}

/// Rejects additional fields of a fault without parameters. Serde ignores `deny_unknown_fields` for such a variant.
fn nothing_more<'de, D: Deserializer<'de>>(rest: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    Nothing::deserialize(rest).map(|Nothing {}| ())
}

impl Rule {
    /// A rule that injects this fault into every request.
    pub fn new(fault: Fault) -> Self {
        Self { operations: Vec::new(), probability: always(), count: None, fault }
    }

    /// Limits the rule to these operations.
    #[must_use]
    pub fn on(mut self, operations: impl IntoIterator<Item = Operation>) -> Self {
        self.operations = operations.into_iter().collect();
        self
    }

    /// Limits the number of hits, at least 1.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Sets the probability that a request is selected, from 0 to 1.
    #[must_use]
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = probability;
        self
    }

    pub(super) fn check(&self) -> Result<(), InvalidRule> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(InvalidRule(format!("`probability` is {}: it must be 0 to 1", self.probability)));
        }
        if self.count == Some(0) {
            return Err(InvalidRule("`count` is 0: it must be 1 or more, or left out".to_owned()));
        }
        match &self.fault {
            Fault::ErrorBefore { status } | Fault::ErrorAfter { status } | Fault::HtmlBefore { status } | Fault::HtmlAfter { status }
                if !(500..=599).contains(status) =>
            {
                Err(InvalidRule(format!("`status` is {status}: it must be 500 to 599")))
            }
            Fault::MissingFields { fields } if fields.len() > MOST_FIELDS => {
                Err(InvalidRule(format!("`fields` has {} names: at most {MOST_FIELDS} are allowed", fields.len())))
            }
            Fault::MissingFields { fields } if fields.iter().any(|name| name.len() > LONGEST_FIELD) => {
                Err(InvalidRule(format!("`fields` has a name of more than {LONGEST_FIELD} bytes: no documented field name is this long")))
            }
            _ => Ok(()),
        }
    }
}

impl Fault {
    /// The delay of the fault, or zero for a fault without a delay.
    pub(crate) fn pause(&self) -> Duration {
        match self {
            Self::Delay { millis } | Self::DelayAnswer { millis } | Self::SlowBytes { millis } => Duration::from_millis(*millis),
            _ => Duration::ZERO,
        }
    }
}

/// Id of a fault rule, unique within an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(u64);

impl RuleId {
    pub(crate) const fn new(id: u64) -> Self {
        Self(id)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Error for a fault rule with an invalid parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRule(String);

impl fmt::Display for InvalidRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidRule {}
