//! What a client for any exchange stands on. Nothing here knows an exchange: which operations share a quota, and which refusals mean "too
//! many requests", is told by the crate that does, through [`Exchange`].
//!
//! | module | holds |
//! | --- | --- |
//! | [`call`] | what happens around one call: its deadline, its quota, its attempts, what is told about it |
//! | [`retry`] | which failures are tried again, after how long, and how often over the whole client |
//! | [`quota`] | quotas per group of operations, throttled after a rate-limit response |
//! | [`paging`] | lists as pages and as streams of items: by page number, by cursor, by time window |
//! | [`reconcile`] | the outcome of an order write whose response was lost |
//! | [`trading_rules`] | the trading rules of a symbol: rounding to tick size and step size, checking orders |
//! | [`client_order_id`] | a generator of client order ids: unique, sortable by time, with a prefix |
//! | [`clock`] | an estimate of the server's clock, from samples of it |
//! | [`timestamps`] | strictly increasing timestamps per API key, never too far ahead of the server |
//! | [`mod@hmac`] | HMAC-SHA256 with a prepared key, to hex |
//! | [`credentials`] | API keys, from the environment, a file or the operating system's keyring |
//! | [`requirements`] | which credentials an operation needs, and a refusal that says what is missing |
//!
//! An exchange's crate makes each of its calls like this:
//!
//! ```
//! use std::sync::Arc;
//! use venue_core::{Client, Envelope, Error, Operation, Response};
//! use venue_runtime::{CallOptions, Runtime};
//!
//! async fn call<E: Envelope>(
//!     client: &Client,
//!     runtime: &Arc<Runtime>,
//!     operation: &'static Operation,
//!     options: &CallOptions,
//! ) -> Result<Response<E>, Error> {
//!     let call = runtime.call(options);
//!     // In the middle: whatever signs. It is asked anew for each attempt, after the attempt has waited for its turn.
//!     let client = client.with_interceptors(call.around(client.interceptors()));
//!     call.run(operation, client.call(operation).send()).await
//! }
//! ```

pub mod call;
pub mod client_order_id;
pub mod clock;
pub mod credentials;
pub mod hmac;
pub mod paging;
pub mod quota;
pub mod reconcile;
pub mod requirements;
pub mod retry;
pub mod timestamps;
pub mod trading_rules;

pub use call::{CallContext, CallOptions, Exchange, Observer, OutOfTime, Runtime, RuntimeBuilder};
pub use client_order_id::ClientOrderIds;
pub use clock::{Reason, ServerClock, SyncError, TimeServer};
pub use credentials::{ApiKey, CredentialsError, VariableNames};
pub use hmac::{HmacKey, Signature};
pub use paging::{Items, Pages, PartialList};
pub use quota::{Quota, QuotaGroup, Quotas};
pub use requirements::{Access, Refused};
pub use retry::{GiveUp, RetryBudget, RetryPolicy};
pub use timestamps::{Limits, Timestamps};
pub use trading_rules::{Rounding, SymbolRules};
