//! A client of the 6MM perpetual-futures exchange for trading programs: typed results, orders that are never placed twice, retries, quotas, and
//! lists of any length.
//!
//! ```no_run
//! use sixmm_ext::{Client, NewOrder, Outcome};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?; // `SIXMM_API_KEY` and `SIXMM_API_SECRET`
//! let order = NewOrder::buy("BTCUSDT", "0.1").limit("85000").maker_only();
//! match client.orders().place(order).send().await {
//!     Outcome::Accepted(placed) => println!("placed: {}", placed.order_id),
//!     Outcome::Rejected(error) => println!("nothing happened: {error}"),
//!     Outcome::Unknown(unresolved) => println!("unknown: {unresolved}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # From nothing to the first order
//!
//! **1. A client.** [`Client::builder`] has all settings: credentials, timeouts, retries, quotas, metrics, TLS, a proxy. Each method of the
//! builder documents its default. Without an API key, the client can only read market data.
//!
//! ```no_run
//! # async fn guide() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use sixmm_ext::Client;
//! use sixmm_ext::credentials::{api_key_from_file, permission};
//!
//! let key = api_key_from_file("6mm.env")?; // a file of mode 600
//! let client = Client::builder()
//!     .api_key(key)
//!     .permissions(&[permission::READ, permission::TRADE])
//!     .timeout(Duration::from_secs(10))
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! **2. The market.** The client has a method for each group of the exchange's documentation: [`market`](Client::market),
//! [`account`](Client::account), [`orders`](Client::orders), [`positions`](Client::positions), [`api_keys`](Client::api_keys),
//! [`session`](Client::session). The methods of a group return calls. Required parameters are arguments, optional parameters are methods of
//! the call. `send()` returns the data of the response, and `send_with_metadata()` returns the data and the request id.
//!
//! ```no_run
//! # async fn guide(client: sixmm_ext::Client) -> Result<(), sixmm_ext::Error> {
//! use sixmm_ext::types::KlineInterval;
//!
//! let hours = client.market().klines("BTCUSDT", KlineInterval::OneHour);
//! let candles = hours.limit(24).send().await?.list;
//! # Ok(())
//! # }
//! ```
//!
//! **3. The contract's rules.** A price must be a multiple of the contract's tick size, and a quantity a multiple of its step size.
//! [`Market::rules`] loads these rules. [`SymbolRules::round_price`](rules::SymbolRules::round_price) rounds a price in the direction that you choose. With
//! [`ClientBuilder::check_orders`], the client checks every order that can increase a position by the loaded rules before it sends the
//! order.
//!
//! ```no_run
//! # use sixmm_ext::{Client, Decimal};
//! # async fn guide(
//! #     client: Client,
//! #     price: Decimal,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! use sixmm_ext::NewOrder;
//! use sixmm_ext::rules::Rounding;
//!
//! let rules = client.market().rules("BTCUSDT").await?;
//! let price = rules.round_price(price, Rounding::Down)?;
//! let order = NewOrder::buy("BTCUSDT", "0.1").limit(price);
//! # Ok(())
//! # }
//! ```
//!
//! **4. The order.** An order that has not been placed is a value ([`NewOrder`], [`NewConditionOrder`], [`NewStrategy`]). Placing the order
//! returns an [`Outcome`]: accepted, rejected or unknown. Handle all three. [`Place::client_order_id`](orders::Place::client_order_id) returns the order's id before the
//! order is sent, so that a bot can store the id first and find the order after a crash.
//!
//! **5. The order's state.** A bot queries the state of its orders. With the feature `streams`, `Client::streams().user()` keeps the state of
//! orders, fills, positions and balance, and reports changes as they happen. A message of the stream can be lost, so the query decides. Fields of an order that the documentation does not promise are `Option`s.
//!
//! A stop that closes the whole position closes the position as it is when the stop is triggered, however much of the entry order was
//! filled. The documentation does not say whether the exchange cancels such a stop when the position is closed. Cancel the stop yourself
//! when the position is closed, because the stop may otherwise close the next position.
//!
//! ```no_run
//! # use sixmm_ext::{Client, orders::Placed};
//! # async fn guide(
//! #     client: Client,
//! #     placed: Placed,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! use sixmm_ext::{NewOrder, Outcome, types::OrderStatus};
//!
//! let order = client.orders().get("BTCUSDT", &placed).send().await?;
//! if order.status == Some(OrderStatus::Filled) {
//!     println!("filled at {:?}", order.avg_filled_price);
//!     let stop = NewOrder::close_long("BTCUSDT").stop("80000");
//!     let outcome = client.orders().place_condition(stop).send().await;
//!     if let Outcome::Unknown(unresolved) = outcome {
//!         println!("the stop may be open: {unresolved}");
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **6. Closing.** [`Orders::cancel`] cancels one order, [`Orders::cancel_all`] with [`until_none_open`](orders::CancelAll::until_none_open)
//! cancels all orders, and an order of [`NewOrder::close_long`] closes a position. If the response to a cancellation is lost, the client
//! sends the cancellation again until a lookup shows that the order is final. Cancellations have a quota with a reserve, so that a bot that
//! has exhausted its other quotas can still cancel.
//!
#![cfg_attr(feature = "streams", doc = include_str!("streams/guide.md"))]
//! # Modules
//!
//! The root contains what most bots use: the client, orders that have not been placed, outcomes, errors and amounts.
//!
//! | module | contents |
//! | --- | --- |
//! | [`types`] | the exchange's types: orders, positions, candles, enums |
//! | [`requests`] | a request for each operation, for [`Client::send`] |
//! | [`orders`] | placements, amendments and cancellations, their results, and the ids of orders |
//! | [`call`] | the calls that the methods of the groups return |
//! | [`paging`] | lists over several pages |
//! | [`rules`] | the trading rules of a contract, and rounding |
//! | [`listen_key`] | the key of the private stream, which is renewed in the background |
//! | `streams` | trades, candlesticks, tickers, depth and private events as they happen (feature `streams`) |
//! | [`credentials`] | API keys, secrets and permissions |
//! | [`errors`] | the parts of an [`Error`] |
//! | [`quotas`] | the request rates of the groups of operations |
//! | [`observer`], [`interceptor`], [`time`], [`http`] | metrics, changes of each attempt, clocks, connections |
//!
//! # What can go wrong
//!
//! | what you see | what it means | what to do |
//! | --- | --- | --- |
//! | [`Outcome::Rejected`], [`is_invalid_request`](Error::is_invalid_request) | the order is invalid; [`field_errors`](Error::field_errors) has every reason | fix the order |
//! | [`is_insufficient_balance`](Error::is_insufficient_balance) | the margin is too small | lower the quantity, or cancel an order |
//! | [`is_too_late`](Error::is_too_late) | the order is already filled, cancelled or rejected | query the order |
//! | [`is_rate_limited`](Error::is_rate_limited) | too many requests; the client has already slowed down | send fewer requests |
//! | [`is_auth`](Error::is_auth), [`is_permission`](Error::is_permission) | the credentials are wrong, or do not allow the operation | see the predicate |
//! | [`is_timeout`](Error::is_timeout), [`is_connect`](Error::is_connect) of a read | the network failed | wait; the client has already retried |
//! | [`Outcome::Unknown`] | the response was lost, and lookups did not show the outcome | **do not place the order again**: [`reconcile`](venue_runtime::reconcile::Unresolved::reconcile), [`cancel`](venue_runtime::reconcile::Unresolved::cancel) it, or [`save`](venue_runtime::reconcile::Unresolved::save) it for later |
//! | the future of a placement was dropped | the order may have been placed | query the order by its `clientOrderId` |
//!
//! Every error contains the operation, the request id if a response arrived, and what to do. No error prints a secret.
//!
//! # Guarantees
//!
//! - **An order is placed or amended at most once.** The client sends the request again only if the request certainly was not sent, or if
//!   the response contains nothing but one of three rejections that precede the execution: too many requests (5003), an expired token
//!   (1002), a rejected timestamp. If the outcome is uncertain (after a timeout, a dropped connection, HTTP 5xx, an undocumented code or a
//!   contradictory response), the client looks the order up and never sends the request again by itself.
//! - **A cancellation is repeated.** If the response is lost, the client looks the order up. After each lookup that does not show that the
//!   order is final, the client sends the cancellation again with a new signature, until the timeout of [`ReconcilePolicy`].
//! - **A placement, an amendment or a cancellation returns in time**: within the call's timeout plus the timeout of [`ReconcilePolicy`].
//! - **Reads and idempotent changes are repeated** after transient failures, as far as the call's timeout and the retry budget allow. The
//!   pauses between the attempts grow, are random, and respect `Retry-After`. Each attempt has a new signature. See
//!   [`retry`](venue_runtime::retry).
//! - **Quotas** keep the request rate of each group of operations below a limit of your choice ([`quotas`]). The exchange publishes
//!   no limits.
//! - **Lists** are read page by page or item by item. The client does not rely on the totals that the exchange reports: see
//!   the methods `pages` and `items` of a [`Call`](call::Call) of a list.
//! - **Money is exact**: [`Decimal`], never a binary float.
//!
//! # What is not known
//!
//! No part of this crate was tested against the exchange itself. The exchange's documentation leaves out the fields of orders in responses,
//! the links between the orders of a strategy, the results of batches, the responses to cancellations, and the content of all messages of the
//! streams. Such items are marked **Provisional**, **Inferred** or **Undocumented**.
//!
//! This client always enforces some inferred rules that [`sixmm_api`] checks only on request: an order, an amendment or a cancellation of
//! one order must name a contract, and a condition order must have a trigger price or a callback rate.
//!
//! # In production
//!
//! In addition to the measures that this client takes by itself, the exchange
//! [recommends](https://docs.6mm.com/developer-api/integration-recommendations):
//!
//! - Keep secrets on a server: not in a browser, a mobile or a desktop program, not in source code. Use a key of its own for development,
//!   staging and production, each with the least permissions and, if the outbound addresses are stable, with an IP whitelist. If a key has
//!   leaked, disable or delete it at once, look through the logs, then replace it.
//! - Give each process a key of its own. Two processes that share a key can send requests with the same signature, and the exchange rejects
//!   the second one as a repetition ([`Error::is_duplicate`]).
//! - Switch on [`ClientBuilder::check_orders`] and load the rules of a contract ([`Market::rules`]) before the first order, so that tick size, step size,
//!   minimum notional and maximum quantity are checked before an order is sent.
//! - Log the request id, the `clientOrderId`, the HTTP status, the code, the latency and the number of attempts of each call, without
//!   secrets; store the value of an enum as it was received, beside the text that is displayed.
//! - Raise an alert when credentials or signatures are rejected, when the rate limit is reached, and when reconciliation finds a difference. An
//!   [`Observer`](observer::Observer) reports the first two.
//! - Synchronise the machine's clock, even though the timestamps of requests follow the server's clock.
//! - Try out timeouts, duplicate requests and the rotation of keys before production. The exchange documents no test environment.
//!
//! # Observability
//!
//! Each call is a `tracing` span named `call`, with the fields `operation`, `attempts`, `request_id` and `elapsed_ms`.
//! [`ClientBuilder::observer`] takes an [`Observer`](observer::Observer) for metrics: attempts, waits, slowdowns, calls, changes of streams.
//!
//! # Features
//!
//! - `rustls` (default): HTTPS through rustls with ring, and the platform's certificates.
//! - `streams`: WebSocket streams.
//! - `keyring`: API keys from a credential store.
//! - `request-json`: requests can be read from JSON. Requests without a secret can also be written as JSON. Orders that have not been placed
//!   and results of order writes have a JSON form without this feature.

pub mod call;
mod client;
mod client_inner;
mod error;
#[rustfmt::skip]
mod generated;
mod groups;
pub mod listen_key;
pub mod orders;
mod policy;
pub mod quotas;
mod rules_cache;
mod send_log;
mod session;
mod side_rounding;
#[cfg(feature = "streams")]
pub mod streams;

pub use client::{BuildError, Client, ClientBuilder};
pub use error::Error;
pub use groups::{Account, ApiKeys, Market, Positions};
pub use orders::{NewConditionOrder, NewOrder, NewStrategy, Orders, Outcome, ReconcilePolicy, Unresolved};
pub use session::Session;

pub use sixmm_api::types::{ConditionOrder, Order};
pub use sixmm_api::{BoxFuture, Decimal, ExactDecimal, UnixMillis, requests, reqwest, rust_decimal, types};
pub use venue_core::http;
pub use venue_runtime::{CallOptions, RetryBudget, RetryPolicy};

/// API keys, secrets and permissions.
pub mod credentials {
    pub use sixmm_api::{Permission, Secret};
    #[cfg(feature = "keyring")]
    pub use sixmm_auth::api_key_from_keyring;
    pub use sixmm_auth::{
        ApiKey, CredentialsError, api_key_from_env, api_key_from_file, api_key_from_mounted_secret, permission, permissions_of,
    };
}

/// The parts of an [`Error`]: the faults of an invalid request, the values that could not be read, and whether the exchange may have
/// executed the request.
pub mod errors {
    pub use sixmm_api::{Delivery, FieldError, Unreadable};
    pub use venue_core::{FieldErrorKind, ValidationErrors};
}

/// Interceptors, which receive each attempt before it is signed: see [`ClientBuilder::interceptor`].
pub mod interceptor {
    pub use sixmm_api::{Attempt, Interceptor, Operation, ResponseHead, Retry, Veto, VetoKind};
}

/// Reports of attempts, waits, slowdowns, calls and streams, for metrics: see [`ClientBuilder::observer`].
pub mod observer {
    pub use venue_runtime::call::{AttemptReport, CallReport, Followup, SlowDownReport, StreamChange, StreamReport, WaitFor, WaitReport};
    pub use venue_runtime::{NoRetry, Observer};
}

/// Lists over several pages: the results of `pages` and `items` of a [`Call`](call::Call).
pub mod paging {
    pub use venue_runtime::paging::{Items, Pages, PartialList};
}

/// The trading rules of a contract, and rounding to its tick size and step size: see [`Market::rules`].
pub mod rules {
    pub use crate::rules_cache::SymbolRules;
    pub use crate::side_rounding::SideRounding;
    pub use venue_runtime::trading_rules::{Rounding, RoundingError};
}

/// The clocks of a client: see [`ClientBuilder::time`] and [`Client::clock`].
pub mod time {
    pub use sixmm_auth::ServerClock;
    pub use venue_core::{SystemTime, TimeSource};
}
