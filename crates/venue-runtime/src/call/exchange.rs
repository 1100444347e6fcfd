//! What an exchange's crate has to say.

use std::fmt;

use venue_core::{Error, Operation};

use crate::QuotaGroup;

/// What the runtime has to know of an exchange, and cannot see from outside.
///
/// ```
/// use venue_core::{Error, Operation};
/// use venue_runtime::{Exchange, QuotaGroup};
///
/// #[derive(Debug)]
/// struct Example;
///
/// impl Exchange for Example {
///     fn group(&self, operation: &Operation) -> QuotaGroup {
///         QuotaGroup(operation.section)
///     }
///
///     fn is_rate_limited(&self, error: &Error) -> bool {
///         error.code() == Some(30007)
///     }
/// }
/// ```
pub trait Exchange: fmt::Debug + Send + Sync {
    /// The operations that share a quota with this one.
    fn group(&self, operation: &Operation) -> QuotaGroup;

    /// Whether the exchange says "too many requests" in a way of its own. HTTP 429 need not be told.
    fn is_rate_limited(&self, error: &Error) -> bool {
        let _ = error;
        false
    }

    /// Whether this refusal may pass by itself, such as "service unavailable" with HTTP 200. Connections that fail or break, timeouts,
    /// HTTP 5xx and rate limits need not be told.
    ///
    /// It looks at the last attempt's answer. Whether the call may then be sent again is not asked here: see [`crate::retry`].
    fn is_transient(&self, error: &Error) -> bool {
        let _ = error;
        false
    }

    /// Whether this answer, as a whole, certifies that the request was not executed and asks for it later: such as a documented "too many
    /// requests" code and nothing else ([`Error::is_bare_refusal`]). An operation that must not be repeated
    /// ([`Repeatable::Once`](venue_core::Repeatable::Once)) is sent again only after such an answer, or after an attempt that never left.
    ///
    /// It is asked about answers that are rate limited or transient, and never about HTTP 5xx or another answer after which the request may
    /// have been executed. The default is `false`.
    fn is_resendable(&self, error: &Error) -> bool {
        let _ = error;
        false
    }
}
