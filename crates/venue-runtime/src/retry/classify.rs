//! Whether a failure is transient, and whether repeating the request is harmless.

use std::fmt;

use reqwest::StatusCode;
use venue_core::{Delivery, Error, RetryPolicy, reqwest};

use crate::ExchangePolicy;

/// Why a failed attempt was not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoRetry {
    /// The failure is not transient: another attempt would fail as well.
    NotTransient,
    /// The operation must not be executed twice, and one of the attempts may have been executed.
    NotRepeatable,
    /// The call has made all attempts that its retry policy allows.
    AttemptsExhausted,
    /// The pause or the wait for the quota would end after the call's deadline.
    DeadlineTooClose,
    /// The client's retry budget is exhausted, because many of its calls are failing.
    BudgetExhausted,
    /// The exchange reported too many requests, and [bans callers that continue](ExchangePolicy::bans_persistent_callers).
    BanRisk,
    /// The exchange [bans the caller](ExchangePolicy::is_banned) for some time.
    Banned,
}

/// The reason that the error of a call reports if the budget allowed no further attempt.
pub(crate) const BUDGET_EXHAUSTED: &str = "the client's retry budget is exhausted, because many of its calls are failing";

/// The reason that the error of a call reports after a rate-limit response of an exchange that bans persistent callers.
pub(crate) const BAN_RISK: &str = "the exchange reported too many requests, and bans callers that continue";

/// The reason that the error of a call reports after a ban.
pub(crate) const BANNED: &str = "the exchange bans this caller for some time, because too many requests were sent";

impl fmt::Display for NoRetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotTransient => "the failure is not transient",
            Self::NotRepeatable => "the operation must not be repeated, and the response does not certify that it was not executed",
            Self::AttemptsExhausted => "all attempts of the retry policy were made",
            Self::DeadlineTooClose => "the call's deadline is too close",
            Self::BudgetExhausted => BUDGET_EXHAUSTED,
            Self::BanRisk => BAN_RISK,
            Self::Banned => BANNED,
        })
    }
}

/// Whether the exchange reported too many requests.
pub(crate) fn is_rate_limited(error: &Error, exchange: &dyn ExchangePolicy) -> bool {
    error.status() == Some(StatusCode::TOO_MANY_REQUESTS) || exchange.is_rate_limited(error)
}

/// Whether the exchange rejected a request because of too many requests, or because it bans the caller.
#[must_use]
pub fn is_rate_limited_or_banned(error: &Error, exchange: &dyn ExchangePolicy) -> bool {
    is_rate_limited(error, exchange) || is_banned(error, exchange)
}

/// Whether the exchange bans the caller.
pub(crate) fn is_banned(error: &Error, exchange: &dyn ExchangePolicy) -> bool {
    error.status().is_some_and(|status| exchange.is_banned(status, Some(error)))
}

/// Whether the failure is transient and sending the same request again is harmless (conditions 1 and 2 of [`crate::retry`]).
#[must_use]
pub fn is_retryable(error: &Error, exchange: &dyn ExchangePolicy) -> bool {
    classify(error, 0, RetryPolicy::new(), exchange).is_ok()
}

/// Checks conditions 1 to 3 of [`crate::retry`].
pub(crate) fn classify(error: &Error, attempt: u32, policy: RetryPolicy, exchange: &dyn ExchangePolicy) -> Result<(), NoRetry> {
    if is_banned(error, exchange) {
        return Err(NoRetry::Banned);
    }
    if exchange.bans_persistent_callers() && is_rate_limited(error, exchange) {
        return Err(NoRetry::BanRisk);
    }
    if !(is_rate_limited(error, exchange) || is_transient(error, exchange)) {
        return Err(NoRetry::NotTransient);
    }
    if !error.operation().repeatable.is_repeatable() && !is_certainly_not_executed(error, exchange) {
        return Err(NoRetry::NotRepeatable);
    }
    if attempt >= policy.max_attempts.max(1) {
        return Err(NoRetry::AttemptsExhausted);
    }
    Ok(())
}

/// Whether it is certain that the exchange executed no attempt of the call. This requires two conditions. First, [`Error::delivery`], which
/// covers all attempts, does not report a possible execution. Second, the last attempt was either not sent, or rejected with a response
/// that [`ExchangePolicy::is_resendable`] accepts.
fn is_certainly_not_executed(error: &Error, exchange: &dyn ExchangePolicy) -> bool {
    !error.may_have_been_executed() && (error.last_attempt_delivery() == Delivery::NotSent || exchange.is_resendable(error))
}

fn is_transient(error: &Error, exchange: &dyn ExchangePolicy) -> bool {
    error.is_connect_error()
        || error.is_timeout()
        || error.is_interrupted()
        || error.status().is_some_and(is_transient_status)
        || exchange.is_transient(error)
}

/// 408 and 425 ask for the same request again (RFC 9110, RFC 8470).
fn is_transient_status(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY)
}
