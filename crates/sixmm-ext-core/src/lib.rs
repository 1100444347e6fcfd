//! What a client for any exchange stands on. Nothing here knows an exchange: which operations share a quota, and which refusals mean "too
//! many requests", is told by the crate that does, through [`Exchange`].
//!
//! | module | holds |
//! | --- | --- |
//! | [`call`] | what happens around one call: its deadline, its quota, its attempts, what is told about it |
//! | [`retry`] | which failures are tried again, after how long, and how often over the whole client |
//! | [`rate`] | quotas per group of operations, which slow down when the exchange says so, and recover |
//! | [`paging`] | lists as pages and as streams of items: by page number, by cursor, by window of time |
//! | [`rules`] | a symbol's trading rules: rounding to tick and step, and every violation at once |
//! | [`id`] | client order ids: unique over processes, sortable by time, recognisable |
//!
//! An exchange's crate makes each of its calls like this:
//!
//! ```
//! use std::sync::Arc;
//! use sixmm_core::{Client, Envelope, Error, Operation, Response};
//! use sixmm_ext_core::{CallOptions, Runtime};
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
pub mod id;
pub mod paging;
pub mod rate;
pub mod retry;
pub mod rules;

pub use call::{CallContext, CallOptions, Exchange, Observer, OutOfTime, Runtime, RuntimeBuilder};
pub use id::OrderIds;
pub use paging::{Items, Pages, PartialList};
pub use rate::{Group, GroupQuota, Quotas};
pub use retry::{GiveUp, RetryBudget, RetryPolicy};
pub use rules::{Rounding, Side, SymbolRules, Violations};
