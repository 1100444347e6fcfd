//! The parts of an exchange client that no exchange is named in: quotas, retries, clocks, timestamps, signatures, credentials, paging.
//!
//! An exchange's crate defines which operations share a quota and which errors report too many requests, with an [`ExchangePolicy`].
//!
//! | module | contents |
//! | --- | --- |
//! | [`call`] | [`CallRuntime`]: quotas, retries and reports of a client's calls |
//! | [`retry`] | which failures are repeated, after which pause, and how often over all calls of a client |
//! | [`rate`] | quotas per group of operations, which slow down when the exchange reports too many requests, and recover |
//! | [`paging`] | lists as pages and as streams of items: by page number, by cursor, by window of time |
//! | [`rules`] | a symbol's trading rules: rounding to tick and step, and every violation at once |
//! | [`id`] | client order ids: unique over processes, sortable by time, recognisable |
//! | [`clock`] | an estimate of the server's clock, from samples |
//! | [`timestamps`] | strictly increasing timestamps per API key, never too far ahead of the server |
//! | [`mod@hmac`] | HMAC-SHA256 with a prepared key, to hex |
//! | [`credentials`] | API keys from the environment, a file or the operating system's keyring |
//! | [`credential_policy`] | which credentials an operation needs, and an error that lists what is missing |
//!
//! An exchange's crate gives its client the runtime once. Every call of the client then has its own deadline, quota and retries:
//!
//! ```
//! use venue_core::{Client, Envelope, Error, Operation, Response};
//! use venue_runtime::{CallOptions, CallRuntime, ExchangePolicy};
//!
//! fn with_policy(client: &Client, exchange: impl ExchangePolicy + 'static) -> Client {
//!     client.with_policy(CallRuntime::builder(exchange).build())
//! }
//!
//! async fn call<E: Envelope>(
//!     client: &Client,
//!     operation: &'static Operation,
//!     options: &CallOptions,
//! ) -> Result<Response<E>, Error> {
//!     client.call(operation).options(options).send().await
//! }
//! ```

pub mod call;
pub mod clock;
pub mod credential_policy;
pub mod credentials;
mod exchange_policy;
pub mod hmac;
pub mod id;
pub mod paging;
pub mod rate;
pub mod retry;
pub mod rules;
pub mod timestamps;

pub use call::{CallRuntime, CallRuntimeBuilder, Observer};
pub use clock::{ServerClock, SyncError, SyncReason, TimeServer, TimeServerError};
pub use credential_policy::{AvailableCredentials, MissingCredentials};
pub use credentials::{ApiKey, CredentialsError, Names};
pub use exchange_policy::ExchangePolicy;
pub use hmac::{HmacKey, Signature};
pub use id::OrderIds;
pub use paging::{Items, Pages, PartialList};
pub use rate::{Group, GroupQuota, Quotas};
pub use retry::{NoRetry, RetryBudget};
pub use rules::{Rounding, Side, SymbolRules, Violations};
pub use timestamps::{TimestampLimits, Timestamps};

pub use venue_core::{CallOptions, RetryPolicy};
