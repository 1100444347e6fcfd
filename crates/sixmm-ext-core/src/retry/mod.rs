//! Which failures are tried again, after how long, and how often over the whole client.
//!
//! A failed attempt is followed by another one if all of this holds:
//!
//! 1. **It may pass by itself**: no connection, a connection that broke, a timeout, HTTP 5xx, HTTP 429, or what the
//!    [`Exchange`](crate::Exchange) calls rate limited or transient. Not: an invalid request, an interceptor's refusal, any other refusal of
//!    the API, an answer that cannot be read.
//! 2. **A second time can do no harm**: the operation is safe or idempotent ([`Repeatable`](sixmm_core::Repeatable)); or no attempt so far
//!    can have been carried out ([`Delivery`](sixmm_core::Delivery)): none reached the API, or the API turned it away. An order that may
//!    have arrived is never sent again, whatever the last error was.
//! 3. **The policy has an attempt left** ([`RetryPolicy`]).
//! 4. **There is time for it**: the pause, the server's `Retry-After` and the wait for the quota end before the call's time does.
//! 5. **The client's budget pays for it** ([`RetryBudget`]): an outage is not answered with a storm.
//!
//! The pause is random between zero and a limit that doubles with each attempt; `Retry-After` outranks it if it is longer.

mod after;
mod budget;
mod judge;
mod policy;

pub use budget::RetryBudget;
pub use judge::{GiveUp, is_retryable};
pub use policy::RetryPolicy;

pub(crate) use after::retry_after;
pub(crate) use judge::{is_rate_limited, judge};
