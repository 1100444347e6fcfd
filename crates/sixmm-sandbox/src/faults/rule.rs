//! What may be asked for: a fault, and when it strikes.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use crate::spec::Operation;

/// When a fault strikes.
///
/// As JSON, for the control interface: `{"operations": ["place_order"], "probability": 0.5, "count": 3, "fault": {"kind": "dropAfter"}}`.
/// All but `fault` may be left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Rule {
    /// Which operations; all of them when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<Operation>,
    /// How likely, from 0 to 1; drawn from the exchange's seed.
    #[serde(default = "always")]
    pub probability: f64,
    /// How often at most, 1 or more; without an end when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// What happens.
    pub fault: Fault,
}

/// The most names that a rule leaves out of answers, and the longest of them in bytes: each hit on record holds them.
const MOST_FIELDS: usize = 100;
const LONGEST_FIELD: usize = 100;

fn always() -> f64 {
    1.0
}

/// What happens to a request, or to its answer.
///
/// # When several are due
///
/// Several rules can hit one request. It meets their faults in this order, and in each line those first whose rules came first:
///
/// 1. [`Delay`](Self::Delay): all of them, one after the other.
/// 2. [`DropBefore`](Self::DropBefore), [`HangBefore`](Self::HangBefore), [`RateLimit`](Self::RateLimit),
///    [`ErrorBefore`](Self::ErrorBefore), [`HtmlBefore`](Self::HtmlBefore): the first one. It ends the request, and nothing that follows here is due any more.
/// 3. [`ClockSkew`](Self::ClockSkew): the sum of them.
/// 4. [`DelayAnswer`](Self::DelayAnswer): all of them.
/// 5. [`DropAfter`](Self::DropAfter), [`HangAfter`](Self::HangAfter), [`ErrorAfter`](Self::ErrorAfter),
///    [`HtmlAfter`](Self::HtmlAfter): the first one, in place of the answer, of which nothing is seen then.
/// 6. [`UnknownEnums`](Self::UnknownEnums), [`ExtraFields`](Self::ExtraFields), [`MissingFields`](Self::MissingFields),
///    [`NullLists`](Self::NullLists): all of them.
/// 7. [`TruncateBody`](Self::TruncateBody); or else the first [`SlowBytes`](Self::SlowBytes).
///
/// A fault that has no effect is no [`Hit`](crate::Hit), and is not counted against its rule's [`count`](Rule::count): one that another
/// fault hides, a change of data in an answer that has nothing of the kind, a wrong clock that the request has nothing to do with.
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
    /// The request waits before it is looked at. It is looked at even if the client has given up by then. It waits in real time, even if the
    /// exchange's [clock](crate::Clock::manual) stands still.
    ///
    /// As JSON: `{"kind": "delay", "millis": 250}`.
    Delay {
        /// How long, in milliseconds.
        millis: u64,
    },
    /// The request takes effect, and the answer waits: in real time, even if the exchange's [clock](crate::Clock::manual) stands still.
    ///
    /// As JSON: `{"kind": "delayAnswer", "millis": 250}`.
    DelayAnswer {
        /// How long, in milliseconds.
        millis: u64,
    },
    /// The connection closes without an answer. The request has no effect.
    ///
    /// As JSON: `{"kind": "dropBefore"}`.
    #[serde(deserialize_with = "nothing_more")]
    DropBefore,
    /// The connection closes without an answer. The request took effect.
    ///
    /// As JSON: `{"kind": "dropAfter"}`.
    #[serde(deserialize_with = "nothing_more")]
    DropAfter,
    /// The request is never answered, and the connection stays open until the client closes it. The request has no effect, as if it had
    /// been lost on the way.
    ///
    /// As JSON: `{"kind": "hangBefore"}`.
    #[serde(deserialize_with = "nothing_more")]
    HangBefore,
    /// The request is never answered, and the connection stays open until the client closes it. The request took effect. For a query, this
    /// is a lookup that hangs.
    ///
    /// As JSON: `{"kind": "hangAfter"}`.
    #[serde(deserialize_with = "nothing_more")]
    HangAfter,
    /// HTTP 429 with code 5003. The request has no effect.
    ///
    /// As JSON: `{"kind": "rateLimit", "retryAfter": 2}`.
    RateLimit {
        /// The header `Retry-After`, in seconds; absent when left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
    /// HTTP 5xx with an envelope: code 5002 with status 503, code 5001 with any other. The request has no effect.
    ///
    /// As JSON: `{"kind": "errorBefore", "status": 503}`.
    ErrorBefore {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// The same, but the request took effect.
    ///
    /// As JSON: `{"kind": "errorAfter", "status": 500}`.
    ErrorAfter {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// HTTP 5xx with a proxy's HTML page. The request has no effect.
    ///
    /// As JSON: `{"kind": "htmlBefore", "status": 502}`.
    HtmlBefore {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// The same, but the request took effect.
    ///
    /// As JSON: `{"kind": "htmlAfter", "status": 504}`.
    HtmlAfter {
        /// The HTTP status, 500 to 599.
        status: u16,
    },
    /// The first half of the answer's body comes, and then the connection closes. The request took effect.
    ///
    /// As JSON: `{"kind": "truncateBody"}`.
    #[serde(deserialize_with = "nothing_more")]
    TruncateBody,
    /// The answer's body comes a byte at a time: in real time, even if the exchange's [clock](crate::Clock::manual) stands still. The
    /// request took effect.
    ///
    /// As JSON: `{"kind": "slowBytes", "millis": 10}`.
    SlowBytes {
        /// How long before each byte, in milliseconds.
        millis: u64,
    },
    /// For this request the exchange's clock is wrong: for `server_time`, and for the tolerance of signatures. A signature is remembered as long
    /// as it could pass by that clock; one that is set back further later on lets it pass once more.
    ///
    /// As JSON: `{"kind": "clockSkew", "millis": -15000}`.
    ClockSkew {
        /// How far ahead the exchange is, in milliseconds; negative when it is behind.
        millis: i64,
    },
    /// Every enum in the answer's data has a value that nobody has heard of.
    ///
    /// As JSON: `{"kind": "unknownEnums"}`.
    #[serde(deserialize_with = "nothing_more")]
    UnknownEnums,
    /// Every object in the answer's data has a field that nobody has heard of.
    ///
    /// As JSON: `{"kind": "extraFields"}`.
    #[serde(deserialize_with = "nothing_more")]
    ExtraFields,
    /// Fields are left out of the answer's data.
    ///
    /// As JSON: `{"kind": "missingFields", "fields": ["orderId"]}`.
    MissingFields {
        /// Which, at any depth; when empty, one of the outermost that the seed chooses.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<String>,
    },
    /// Every list in the answer's data is `null`.
    ///
    /// As JSON: `{"kind": "nullLists"}`.
    #[serde(deserialize_with = "nothing_more")]
    NullLists,
}

/// Reads what stands beside the kind of a fault that takes nothing: of such a variant serde itself would pass over any field.
fn nothing_more<'de, D: Deserializer<'de>>(rest: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    Nothing::deserialize(rest).map(|Nothing {}| ())
}

impl Rule {
    /// This fault for every request, whatever it asks for.
    pub fn new(fault: Fault) -> Self {
        Self { operations: Vec::new(), probability: always(), count: None, fault }
    }

    /// Only for these operations.
    #[must_use]
    pub fn on(mut self, operations: impl IntoIterator<Item = Operation>) -> Self {
        self.operations = operations.into_iter().collect();
        self
    }

    /// Only so often at most, once or more.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Only so likely, from 0 to 1.
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
                Err(InvalidRule(format!("`fields` has a name of more than {LONGEST_FIELD} bytes: no documented field is as long")))
            }
            _ => Ok(()),
        }
    }
}

impl Fault {
    /// The time that the fault takes, if it does.
    pub(crate) fn pause(&self) -> Duration {
        match self {
            Self::Delay { millis } | Self::DelayAnswer { millis } | Self::SlowBytes { millis } => Duration::from_millis(*millis),
            _ => Duration::ZERO,
        }
    }
}

/// A rule in force.
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

/// A rule asks for what cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRule(String);

impl fmt::Display for InvalidRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidRule {}
