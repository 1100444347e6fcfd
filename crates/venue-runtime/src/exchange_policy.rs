//! What the runtime has to know about an exchange.

use std::fmt;

use venue_core::{Error, Operation};

use crate::QuotaGroup;

/// What the runtime has to know about an exchange, and cannot see in an HTTP response.
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
    /// The group of operations that share a quota with this operation.
    fn group(&self, operation: &Operation) -> QuotaGroup;

    /// Whether the exchange rejected the request because of too many requests, with a code of its own. HTTP 429 is always recognised.
    fn is_rate_limited(&self, error: &Error) -> bool {
        let _ = error;
        false
    }

    /// Whether the failure of the last attempt may pass without a change of the request, such as "service unavailable" under HTTP 200. Failed
    /// and broken connections, timeouts, HTTP 5xx and rate limits are always recognised.
    ///
    /// Whether the request may be sent again is a separate question: see [`crate::retry`].
    fn is_transient(&self, error: &Error) -> bool {
        let _ = error;
        false
    }

    /// Whether this response certifies that the exchange did not execute the request, and asks for it later: for example a documented "too
    /// many requests" code in a response that contains nothing else ([`Error::is_bare_refusal`]).
    ///
    /// An operation that must not be repeated ([`Repeatable::Once`](venue_core::Repeatable::Once)) is sent again only after such a response,
    /// or after an attempt that was not sent. The method is called for rate-limited and transient errors only, and never for HTTP 5xx or
    /// another response after which the request may have been executed. `false` by default.
    fn is_resendable(&self, error: &Error) -> bool {
        let _ = error;
        false
    }
}
