//! What a client for any exchange stands on. Nothing here knows an exchange: which operations share a quota, and which refusals mean "too
//! many requests", is told by the crate that does, through [`Exchange`].
//!
//! | module | holds |
//! | --- | --- |
//! | [`call`] | what happens around one call: its deadline, its quota, its attempts, what is told about it |
//! | [`retry`] | which failures are tried again, after how long, and how often over the whole client |
//! | [`rate`] | quotas per group of operations, which slow down when the exchange says so, and recover |
//! | [`paging`] | lists as pages and as streams of items: by page number, by cursor, by window of time |
//! | [`reconcile`] | the outcome of an order write whose response was lost |
//! | [`rules`] | a symbol's trading rules: rounding to tick and step, and every violation at once |
//! | [`id`] | client order ids: unique over processes, sortable by time, recognisable |
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
pub mod clock;
pub mod credentials;
pub mod hmac;
pub mod id;
pub mod paging;
pub mod rate;
pub mod reconcile;
pub mod requirements;
pub mod retry;
pub mod rules;
pub mod timestamps;

pub use call::{CallContext, CallOptions, Exchange, Observer, OutOfTime, Runtime, RuntimeBuilder};
pub use clock::{Reason, ServerClock, SyncError, TimeServer};
pub use credentials::{ApiKey, CredentialsError, Names};
pub use hmac::{HmacKey, Signature};
pub use id::OrderIds;
pub use paging::{Items, Pages, PartialList};
pub use rate::{Group, GroupQuota, Quotas};
pub use requirements::{Access, Refused};
pub use retry::{GiveUp, RetryBudget, RetryPolicy};
pub use rules::{Rounding, Side, SymbolRules, Violations};
pub use timestamps::{Limits, Timestamps};
