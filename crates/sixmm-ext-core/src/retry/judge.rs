//! Whether a failure may pass by itself, and whether a second time can do harm.

use std::fmt;

use reqwest::StatusCode;
use sixmm_core::{Error, reqwest};

use crate::{Exchange, RetryPolicy};

/// Why a failed attempt was not followed by another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUp {
    /// It would fail again: the failure is not one that passes by itself.
    NotTransient,
    /// The call may have been carried out, and its operation must not be repeated.
    NotRepeatable,
    /// The policy's attempts were made.
    NoAttemptLeft,
    /// The pause would have been longer than the time that the call has left.
    NoTimeLeft,
    /// The client's budget for retries is used up: much is failing at the moment.
    NoBudgetLeft,
}

impl fmt::Display for GiveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotTransient => "it would fail again",
            Self::NotRepeatable => "it may have been carried out, and must not be repeated",
            Self::NoAttemptLeft => "no attempt is left",
            Self::NoTimeLeft => "no time is left",
            Self::NoBudgetLeft => "the client's budget for retries is used up",
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
    // `delivery` is the worst of all attempts: what an earlier one may have done counts, too.
    if !error.operation().repeatable.is_repeatable() && error.may_have_been_carried_out() {
        return Err(GiveUp::NotRepeatable);
    }
    if attempt >= policy.max_attempts() {
        return Err(GiveUp::NoAttemptLeft);
    }
    Ok(())
}

fn is_transient(error: &Error, exchange: &dyn Exchange) -> bool {
    error.is_connect()
        || error.is_timeout()
        || error.is_interrupted()
        || error.status().is_some_and(|status| status.is_server_error())
        || exchange.is_transient(error)
}
