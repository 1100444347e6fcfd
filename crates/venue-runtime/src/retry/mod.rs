//! Which failed attempts are repeated, after which pause, and how often over all calls of a client.
//!
//! A failed attempt is followed by another one if all of these conditions hold:
//!
//! 1. **The failure is transient**: no connection, a broken connection, a timeout, HTTP 408, 425, 429 or 5xx, or an error that the
//!    [`ExchangePolicy`](crate::ExchangePolicy) classifies as rate limited or transient. An invalid request, a veto, any other rejection
//!    and a response that cannot be read are not transient.
//! 2. **Repeating is harmless**: the operation is safe or idempotent ([`Repeatable`](venue_core::Repeatable)), or it is certain that no
//!    attempt was executed. It is certain if each attempt so far was either not sent ([`Delivery::NotSent`](venue_core::Delivery::NotSent))
//!    or rejected with a response that [`ExchangePolicy::is_resendable`](crate::ExchangePolicy::is_resendable) accepts. For example, an
//!    order is not sent again after an HTTP 429 without an envelope, or after an HTTP 429 with a code that `is_resendable` does not accept.
//! 3. **The retry policy has an attempt left** ([`RetryPolicy`](venue_core::RetryPolicy)).
//! 4. **The deadline allows it**: the pause, the server's `Retry-After` and the wait for the quota end before the call's deadline.
//! 5. **The client's retry budget allows it** ([`RetryBudget`]). The budget keeps the client from adding load during an outage. If the
//!    budget is exhausted, the error reports this ([`Error::no_retry_reason`](venue_core::Error::no_retry_reason)).
//!
//! After a rate-limit response, a call at an exchange that [bans persistent
//! callers](crate::ExchangePolicy::bans_persistent_callers) always ends, and so does a call after a
//! [ban](crate::ExchangePolicy::is_banned) at any exchange.
//!
//! The pause is random between zero and a limit that doubles with each attempt. If the server's `Retry-After` is longer, the pause is the
//! `Retry-After`. If the pause would end after the call's deadline, the call ends immediately.
//!
//! `Retry-After` is a date or a number of seconds, rounded up to whole seconds. RFC 9110 allows only whole seconds, but `2.5`, `2s` and
//! `1e9` are accepted too, because servers send them. Any other value counts as 5 seconds, because a server that sends the header asks for
//! a pause.

mod budget;
mod classify;
mod pause;
mod retry_after;

pub use budget::RetryBudget;
pub use classify::{NoRetry, is_rate_limited_or_banned, is_retryable};
pub use retry_after::seconds_header;

pub(crate) use classify::{BAN_RISK, BANNED, BUDGET_EXHAUSTED, classify, is_banned, is_rate_limited};
pub(crate) use pause::random_pause;
pub(crate) use retry_after::retry_after;
