//! Which failures are tried again, after how long, and how often over the whole client.
//!
//! A failed attempt is followed by another one if all of this holds:
//!
//! 1. **It may pass by itself**: no connection, a connection that broke, a timeout, HTTP 408, 425, 429 or 5xx, or what the
//!    [`Exchange`](crate::Exchange) calls rate limited or transient. Not: an invalid request, an interceptor's refusal, any other refusal of
//!    the API, an answer that cannot be read.
//! 2. **A second time can do no harm**: the operation is safe or idempotent ([`Repeatable`](venue_core::Repeatable)); or each attempt so far
//!    either never left ([`Delivery::NotSent`](venue_core::Delivery::NotSent)), or was refused in a way that
//!    [`Exchange::is_resendable`](crate::Exchange::is_resendable) vouches for. After any other answer an order is not sent again: not after a
//!    bare HTTP 429, and not after a refusal that happens to come with HTTP 429.
//! 3. **The policy has an attempt left** ([`RetryPolicy`]).
//! 4. **There is time for it**: the pause, the server's `Retry-After` and the wait for the quota end before the call's time does.
//! 5. **The client's budget pays for it** ([`RetryBudget`]): an outage is not answered with a storm. The error says so if it does not
//!    ([`Error::no_retry_reason`](venue_core::Error::no_retry_reason)).
//!
//! The pause is random between zero and a limit that doubles with each attempt; `Retry-After` outranks it if it is longer. `Retry-After` is a
//! date or a number of seconds, rounded up to whole seconds; `2.5`, `2s` and `1e9` are read, although RFC 9110 does not allow them. Any other
//! value counts as 5 seconds, because a server that sends one wants a pause. A pause beyond the call's time ends the call.

mod after;
mod budget;
mod judge;
mod policy;

pub use budget::RetryBudget;
pub use judge::{GiveUp, is_retryable};
pub use policy::RetryPolicy;

pub(crate) use after::retry_after;
pub(crate) use judge::{NO_BUDGET_LEFT, is_rate_limited, judge};
