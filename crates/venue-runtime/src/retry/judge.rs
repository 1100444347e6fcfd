//! Whether a failure may pass by itself, and whether a second time can do harm.

use std::fmt;

use reqwest::StatusCode;
use venue_core::{Delivery, Error, reqwest};

use crate::{Exchange, RetryPolicy};

/// Why a failed attempt was not followed by another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUp {
    /// It would fail again: the failure is not one that passes by itself.
    NotTransient,
    /// Its operation must not be repeated, and the answer does not certify that nothing was done.
    NotRepeatable,
    /// The policy's attempts were made.
    NoAttemptLeft,
    /// The pause would have been longer than the time that the call has left.
    NoTimeLeft,
    /// The client's budget for retries is used up: much is failing at the moment.
    NoBudgetLeft,
}

/// What the error of a call says that the budget kept from another attempt.
pub(crate) const NO_BUDGET_LEFT: &str = "the client's retry budget is exhausted, because many of its calls are failing";

impl fmt::Display for GiveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotTransient => "it would fail again",
            Self::NotRepeatable => "it must not be repeated, and the answer does not certify that nothing was done",
            Self::NoAttemptLeft => "no attempt is left",
            Self::NoTimeLeft => "no time is left",
            Self::NoBudgetLeft => NO_BUDGET_LEFT,
        })
    }
}

/// Whether the exchange said "too many requests".
pub(crate) fn is_rate_limited(error: &Error, exchange: &dyn Exchange) -> bool {
    error.status() == Some(StatusCode::TOO_MANY_REQUESTS) || exchange.is_rate_limited(error)
}

/// Whether the same call may succeed a little later, and a second time can do no harm: conditions 1 and 2 of [`crate::retry`].
#[must_use]
pub fn is_retryable(error: &Error, exchange: &dyn Exchange) -> bool {
    judge(error, 0, RetryPolicy::new(), exchange).is_ok()
}

/// Whether another attempt is worth making, and harmless, as far as the failure alone tells.
pub(crate) fn judge(error: &Error, attempt: u32, policy: RetryPolicy, exchange: &dyn Exchange) -> Result<(), GiveUp> {
    if !(is_rate_limited(error, exchange) || is_transient(error, exchange)) {
        return Err(GiveUp::NotTransient);
    }
    if !error.operation().repeatable.is_repeatable() && !is_certainly_not_executed(error, exchange) {
        return Err(GiveUp::NotRepeatable);
    }
    if attempt >= policy.max_attempts() {
        return Err(GiveUp::NoAttemptLeft);
    }
    Ok(())
}

/// Whether no attempt so far can have been executed, as far as is certain: the delivery is the worst of all attempts, and the last one never left
/// or was answered with a refusal that the exchange's crate vouches for.
fn is_certainly_not_executed(error: &Error, exchange: &dyn Exchange) -> bool {
    !error.may_have_been_carried_out() && (error.last_attempt_delivery() == Delivery::NotSent || exchange.is_resendable(error))
}

fn is_transient(error: &Error, exchange: &dyn Exchange) -> bool {
    error.is_connect()
        || error.is_timeout()
        || error.is_interrupted()
        || error.status().is_some_and(is_transient_status)
        || exchange.is_transient(error)
}

/// 408 and 425 ask for the same request again (RFC 9110, RFC 8470).
fn is_transient_status(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY)
}
