//! What the runtime has to know about an exchange.

use std::fmt;
use std::time::Duration;

use venue_core::reqwest::StatusCode;
use venue_core::reqwest::header::HeaderMap;
use venue_core::{Error, Operation};

use crate::QuotaGroup;

/// Describes an exchange to the runtime: which operations share a quota, and which error codes mean a rate limit, a transient failure or a
/// request that was not executed.
///
/// ```
/// use venue_core::{Error, Operation};
/// use venue_runtime::{ExchangePolicy, QuotaGroup};
///
/// #[derive(Debug)]
/// struct Example;
///
/// impl ExchangePolicy for Example {
///     fn group(&self, operation: &Operation) -> QuotaGroup {
///         QuotaGroup(operation.section)
///     }
///
///     fn is_rate_limited(&self, error: &Error) -> bool {
///         error.code() == Some(30007)
///     }
/// }
/// ```
pub trait ExchangePolicy: fmt::Debug + Send + Sync {
    /// The group of operations that share a quota with this operation. The method is not called for an operation with a
    /// [documented quota](crate::Quotas::documented).
    fn group(&self, operation: &Operation) -> QuotaGroup;

    /// The table of the exchange's operations. Their documented rate limits are the quotas of a client for which no quotas are set. Empty
    /// by default.
    fn operations(&self) -> &[&'static Operation] {
        &[]
    }

    /// Whether the code in the response means that the exchange rejected the request because of too many requests. HTTP 429 is always
    /// recognised, without this method.
    fn is_rate_limited(&self, error: &Error) -> bool {
        let _ = error;
        false
    }

    /// Whether the exchange bans the caller for some time, because the caller has continued to send too many requests. `error` is `None`
    /// when only the head of the response has arrived. `false` by default.
    ///
    /// After such a response, the client sends no request of any operation for 60 seconds, and does not repeat the call.
    fn is_banned(&self, status: StatusCode, error: Option<&Error>) -> bool {
        let _ = (status, error);
        false
    }

    /// Whether the same request may succeed later, for example because the response means "service unavailable" under HTTP 200. Failed and
    /// broken connections, timeouts, HTTP 5xx and rate limits are always recognised, without this method.
    ///
    /// A transient failure does not mean that sending the request again is safe: see [`crate::retry`].
    fn is_transient(&self, error: &Error) -> bool {
        let _ = error;
        false
    }

    /// Whether this response proves that the exchange did not execute the request, so that the client can safely send the request again. An
    /// example is a response with a documented "too many requests" code and no other content ([`Error::is_bare_refusal`]). `false` by
    /// default.
    ///
    /// An operation that must not be repeated ([`Repeatable::Once`](venue_core::Repeatable::Once)) is sent again only after such a
    /// response, or if the previous attempt failed before the request left the client. The method is called only for rate-limited and
    /// transient errors. It is never called for HTTP 5xx or for any other response that leaves open whether the request was executed.
    fn is_resendable(&self, error: &Error) -> bool {
        let _ = error;
        false
    }

    /// Whether the exchange bans a caller that continues to send after a rate-limit response. If so, the client never repeats a call after
    /// such a response, and a response that asks for no pause stops the operation's quota for the period of the operation's documented rate
    /// limit, or for 60 seconds if no limit is documented. `false` by default.
    fn bans_persistent_callers(&self) -> bool {
        false
    }

    /// The pause that the headers of a rate-limit response ask for, at an exchange that reports the pause in a header of its own. An example
    /// is a header with the seconds until the end of the current window. A longer `Retry-After` header takes precedence. `None` by default.
    ///
    /// The pause stops the quota of the group, and precedes the next attempt of the call.
    fn rate_limit_pause(&self, headers: &HeaderMap) -> Option<Duration> {
        let _ = headers;
        None
    }
}
