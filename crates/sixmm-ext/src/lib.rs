//! The client of the 6MM perpetual-futures exchange for trading programs: typed results, orders that are never sent twice, retries, quotas,
//! lists of any length.
//!
//! ```no_run
//! use sixmm_ext::{Client, Order, Outcome};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?; // `SIXMM_API_KEY` and `SIXMM_API_SECRET`
//! let order = Order::buy("BTCUSDT", "0.1").limit("85000").maker_only();
//! match client.orders().place(order).send().await {
//!     Outcome::Accepted(placed) => println!("placed: {}", placed.order_id),
//!     Outcome::Rejected(error) => println!("nothing happened: {error}"),
//!     Outcome::Unknown(unresolved) => println!("it may stand: {unresolved}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # From nothing to the first order
//!
//! **1. A client.** [`Client::builder`] has everything in one place: credentials, timeouts, retries, quotas, metrics, TLS, a proxy. What
//! you do not set has a default that its method names. Without a key it reads market data.
//!
//! ```no_run
//! # async fn guide() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use sixmm_ext::{Client, api_key_from_file, permission};
//!
//! let client = Client::builder()
//!     .api_key(api_key_from_file("6mm.env")?) // of mode 600, or it is rejected; see also `api_key_from_mounted_secret`
//!     .permissions(&[permission::READ, permission::TRADE])
//!     .timeout(Duration::from_secs(10))
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! **2. A look at the market.** The groups of the documentation are methods of the client: [`market`](Client::market),
//! [`account`](Client::account), [`orders`](Client::orders), [`positions`](Client::positions), [`api_keys`](Client::api_keys),
//! [`session`](Client::session). What a call cannot do without is an argument; what can be left out is a method of what is returned; `send()`
//! gives the data, `reply()` the data and the request's id.
//!
//! ```no_run
//! # async fn guide(client: sixmm_ext::Client) -> Result<(), sixmm_ext::Error> {
//! use sixmm_ext::types::KlineInterval;
//!
//! let candles = client.market().klines("BTCUSDT", KlineInterval::OneHour).limit(24).send().await?.list;
//! # Ok(())
//! # }
//! ```
//!
//! **3. The contract's rules.** Prices are multiples of a tick, quantities of a step. Once [`Market::rules`] has been called, every order is
//! checked by them before it is sent, and they round for you, in the direction that you say.
//!
//! ```no_run
//! # async fn guide(client: sixmm_ext::Client, wished: sixmm_ext::Decimal) -> Result<(), Box<dyn std::error::Error>> {
//! use sixmm_ext::{Order, Rounding};
//!
//! let rules = client.market().rules("BTCUSDT").await?;
//! let order = Order::buy("BTCUSDT", "0.1").limit(rules.round_price(wished, Rounding::Down)?);
//! # Ok(())
//! # }
//! ```
//!
//! **4. The order.** Orders are values ([`Order`], [`ConditionOrder`], [`Strategy`]), and placing one returns an [`Outcome`]: accepted, rejected,
//! or unknown. Handle all three. [`Place::client_order_id`] tells the order's id before it is sent: a bot that may crash notes it down first.
//!
//! **5. What became of it.** There are no streams yet: a bot asks. What the documentation leaves out of an order is an `Option`. A stop that
//! closes the whole position closes what there is when it is triggered, however much was filled. The documentation
//! does not say that it ends with the position: cancel it when you are out, or it may close the next one.
//!
//! ```no_run
//! # async fn guide(client: sixmm_ext::Client, placed: sixmm_ext::Placed) -> Result<(), Box<dyn std::error::Error>> {
//! use sixmm_ext::{Order, Outcome, types::OrderStatus};
//!
//! let order = client.orders().get("BTCUSDT", &placed).send().await?;
//! if order.status == Some(OrderStatus::Filled) {
//!     println!("filled at {:?}", order.avg_filled_price);
//!     let stop = Order::close_long("BTCUSDT").stop("80000");
//!     if let Outcome::Unknown(unresolved) = client.orders().place_condition(stop).send().await {
//!         println!("a stop may stand: {unresolved}");
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **6. Out again.** [`Orders::cancel`], [`Orders::cancel_all`] with [`until_none_open`](CancelAll::until_none_open), [`Order::close_long`].
//! A cancellation whose answer is lost is sent again until a lookup shows the order final.
//! Cancellations have a reserve of the quotas, so that a bot that has used them up can still get out.
//!
//! # What can go wrong
//!
//! | what you see | what it means | what to do |
//! | --- | --- | --- |
//! | [`Outcome::Rejected`], [`is_invalid_request`](Error::is_invalid_request) | the order is wrong; [`faults`](Error::faults) has every reason | mend it |
//! | [`is_insufficient_balance`](Error::is_insufficient_balance) | margin is missing | smaller, or cancel something |
//! | [`is_too_late`](Error::is_too_late) | it was filled or cancelled before | look at the order |
//! | [`is_rate_limited`](Error::is_rate_limited) | too many requests; the client has slowed down already | send less |
//! | [`is_auth`](Error::is_auth), [`is_permission`](Error::is_permission) | the credentials are wrong, or not for this | see the predicate |
//! | [`is_timeout`](Error::is_timeout), [`is_connect`](Error::is_connect) of a read | the network | wait; it was retried already |
//! | [`Outcome::Unknown`] | the answer was lost, and lookups did not help | **do not place it again**: [`ask_again`](Unresolved::ask_again), [`cancel`](Unresolved::cancel) it, or [`save`](Unresolved::save) it for later |
//! | a future that was dropped | nothing is known of what it was doing | find the order by its `clientOrderId` |
//!
//! Every error names its operation, its request id and what to do; none prints a secret.
//!
//! # What is promised
//!
//! - **An order is placed or amended at most once.** It is sent again only if the request certainly never left, or if the whole answer is one
//!   of three refusals that come before the exchange acts: too many requests (5003), an expired token (1002), a refused timestamp. After
//!   anything uncertain (a timeout, a dropped connection, a 5xx, an undocumented code, a contradictory answer) the client looks the order up
//!   and never sends it again by itself.
//! - **A cancellation gets out.** It is sent again, with a new signature, after each lookup that does not show the order final, until the time
//!   of the call ends.
//! - **An order write returns in time**: within the call's timeout plus the patience of [`Resolution`], whatever the exchange does.
//! - **Reads and changes that leave the same state** are repeated when it helps: with growing random pauses, within the call's time, as
//!   `Retry-After` says, out of a budget that an outage exhausts. Each attempt is signed anew. See [`retry`](venue_runtime::retry).
//! - **Quotas** keep each group of operations below a rate of your choice ([`rates`]). The exchange publishes no limits.
//! - **Lists** are read page by page or item by item, without trusting totals: see [`Trades::items`](call::Trades::items) and
//!   [`Klines::items`](call::Klines::items).
//! - **Money is exact**: [`Decimal`], never a binary float.
//!
//! # What is not known
//!
//! Nothing here was checked against the exchange itself. What its documentation leaves out is marked **Provisional**, **Inferred** or
//! **Undocumented** where you meet it: the fields of orders in answers, how the orders of a strategy are linked, the results of batches, what
//! cancellations answer. This client enforces some inferred rules that [`sixmm_api`] only checks on request: its orders, amendments and
//! cancellations always name a contract, and a condition order always has its trigger price or its callback rate.
//!
//! # In production
//!
//! The exchange [recommends](https://docs.6mm.com/developer-api/integration-recommendations), besides what this client does by itself:
//!
//! - Keep secrets on a server: not in a browser, a mobile or a desktop program, not in source code. Use a key of its own for development,
//!   staging and production, each with the least permissions and, if the outbound addresses are stable, with an IP whitelist. If a key has
//!   leaked, disable or delete it at once, look through the logs, then replace it.
//! - Load the rules of a contract ([`Market::rules`]) before the first order, so that tick size, step size, minimum notional and maximum
//!   quantity are checked before an order is sent. Without them an order goes out unchecked.
//! - Log the request id, the `clientOrderId`, the HTTP status, the code, the latency and the number of attempts of each call, without
//!   secrets; store the value of an enum as it was received, beside the text that is displayed.
//! - Raise an alert when credentials or signatures are refused, when the rate limit is hit, and when reconciliation finds a difference. An
//!   [`Observer`] is the place for the first two.
//! - Keep the machine's clock in step, although timestamps follow the server's.
//! - Try out timeouts, duplicate requests and the rotation of keys before production. The exchange documents no test environment.
//!
//! # Watching it
//!
//! Each call is a `tracing` span named `call`, with `operation`, `attempts`, `request_id` and `elapsed_ms`. [`ClientBuilder::observer`] takes an
//! [`Observer`] for metrics: attempts, waits, slowdowns, calls.
//!
//! # Features
//!
//! - `rustls` (default): HTTPS through rustls with ring, and the platform's certificates.
//! - `keyring`: API keys from a credential store.

pub mod call;
mod client;
mod error;
mod groups;
mod listen_key;
mod orders;
pub mod rates;
mod symbols;

pub use client::{BuildError, Client, ClientBuilder};
pub use error::Error;
pub use groups::{Account, ApiKeys, Market, Positions};
pub use listen_key::{ListenKey, ListenKeyGuard, ListenKeys};
pub use orders::{
    Amend, AmendBatch, AmendItem, Amended, Cancel, CancelAll, CancelBatch, CancelCondition, Cancelled, CancelledCondition, ConditionOrder,
    ConfirmedBy, Difference, Draft, DrivenOn, Evidence, LegOrder, LoadError, Order, OrderRef, Orders, Outcome, Place, PlaceBatch,
    PlaceCondition, PlaceStrategy, Placed, PlacedCondition, PlacedStrategy, Resolution, Strategy, Subject, Unresolved,
};
pub use symbols::SymbolRules;

pub use sixmm_api::Client as ExchangeClient;
pub use sixmm_api::{
    Attempt, BoxFuture, Decimal, Delivery, ExactDecimal, Fault, Interceptor, Operation, Permission, Refusal, Secret, UnixMillis,
    Unreadable, requests, reqwest, types,
};
#[cfg(feature = "keyring")]
pub use sixmm_auth::api_key_from_keyring;
pub use sixmm_auth::{
    ApiKey, CredentialsError, ServerClock, Session, SessionError, SyncError, api_key_from_env, api_key_from_file,
    api_key_from_mounted_secret, permission, permissions_of,
};
pub use venue_core::http;
pub use venue_core::{SystemTime, TimeSource};
pub use venue_runtime::call::{AttemptReport, CallReport, Next, SlowDownReport, WaitFor, WaitReport};
pub use venue_runtime::paging::{Items, Pages, PartialList};
pub use venue_runtime::rules::{Rounding, RoundingError, Side, Violation, Violations};
pub use venue_runtime::{CallOptions, GiveUp, Group, GroupQuota, Observer, OutOfTime, Quotas, RetryBudget, RetryPolicy};
