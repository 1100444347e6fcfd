//! The parts of an exchange client that name no exchange: quotas, retries, clocks, timestamps, signatures, credentials, sessions, paging.
//!
//! An exchange's crate implements [`ExchangePolicy`], which defines the operations that share a quota and the errors that report too many
//! requests.
//!
//! | module | contents |
//! | --- | --- |
//! | [`call`] | [`CallRuntime`]: quotas, retries and reports of a client's calls |
//! | [`retry`] | which failed attempts are repeated, after which pause, and how often over all calls of a client |
//! | [`quota`] | quotas per group of operations, throttled after a rate-limit response |
//! | [`paging`] | lists as pages and as streams of items: by page number, by cursor, by time window |
//! | [`reconcile`] | the outcome of an order write whose response was lost |
//! | [`user_state`] | orders, fills, positions and balance from REST rows and the messages of a private stream |
//! | [`trading_rules`] | the trading rules of a symbol: rounding to tick size and step size, checking orders |
//! | [`client_order_id`] | a generator of client order ids: unique, sortable by time, with a prefix |
//! | [`clock`] | an estimate of the server's clock, from samples, and its synchronisation |
//! | [`timestamps`] | strictly increasing timestamps per API key, never too far ahead of the server |
//! | [`mod@hmac`] | HMAC-SHA256 with a prepared key, in hexadecimal digits |
//! | [`credentials`] | API keys from the environment, a file or the operating system's keyring |
//! | [`session`] | an access token that is renewed before it expires, and its cookies |
//! | [`redact`] | removes secrets from the texts of a server |
//! | [`credential_policy`] | which credentials an operation needs, and an error that lists what is missing |
//!
//! An exchange's crate passes a [`CallRuntime`] to its client once. Every call of the client then has a deadline, a quota and retries:
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
pub mod client_order_id;
pub mod clock;
pub mod credential_policy;
pub mod credentials;
mod exchange_policy;
pub mod hmac;
pub mod paging;
pub mod quota;
pub mod reconcile;
pub mod redact;
pub mod retry;
pub mod session;
pub mod timestamps;
pub mod trading_rules;
pub mod user_state;

pub use call::{CallRuntime, CallRuntimeBuilder, Observer};
pub use client_order_id::ClientOrderIds;
pub use clock::{ClockSync, ServerClock, SyncError, SyncReason, TimeQuery, TimeServer, TimeServerError};
pub use credential_policy::{AvailableCredentials, MissingCredentials};
pub use credentials::{ApiKey, CredentialsError, VariableNames};
pub use exchange_policy::ExchangePolicy;
pub use hmac::{HmacKey, Signature};
pub use paging::{Items, Pages, PartialList};
pub use quota::{Quota, QuotaGroup, Quotas};
pub use retry::{NoRetry, RetryBudget};
pub use session::{SessionError, TokenServer, TokenSession};
pub use timestamps::{TimestampLimits, Timestamps};
pub use trading_rules::{Rounding, SymbolRules};

pub use venue_core::{CallOptions, RetryPolicy};
