//! Typed calls of the 6MM perpetual-futures exchange's REST API: all 53 operations, generated from a specification that transcribes the
//! vendor's documentation.
//!
//! This crate mirrors the wire. It signs nothing, retries nothing and remembers nothing; an [`Interceptor`] adds credentials.
//!
//! ```
//! use sixmm_api::{Client, requests, types::KlineInterval};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use sixmm_httpmock::MockServerExt;
//! # let server = httpmock::MockServer::start_async().await;
//! # server.klines(|_, then| {
//! #     let candle = sixmm_api::types::Kline::builder().open_time(1780473240000).close_time(1780473299999);
//! #     let candle = candle.open(85_000).high(85_010).low(84_990).close(85_005).build().unwrap();
//! #     then.ok(&sixmm_api::types::Klines::builder().list(vec![candle]).build().unwrap());
//! # });
//! # let client = Client::builder().base_url(server.base_url()).build()?;
//! # if false {
//! let client = Client::new()?;
//! # }
//! let answer = client.send(requests::Klines::new("BTCUSDT", KlineInterval::OneMinute).limit(3)).await?;
//! for candle in answer.into_data()?.list {
//!     println!("{}: {}", candle.open_time, candle.close);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Where things are
//!
//! - [`requests`] has a type for each operation, by section of the documentation, with its credentials, permission, limits and page.
//! - [`Client::send`] sends a request.
//! - [`types`] has the types that requests contain and responses bring.
//! - [`operations`] is a table of all operations: method, path, parameters, credentials, permission, whether it is safe to repeat.
//! - [`streams`] holds the addresses of the WebSocket streams, with their channels. This crate does not connect to them.
//!
//! # What to rely on
//!
//! - **A failure is an `Err`.** A response with a `code` other than 0 is an [`Error`], whatever its HTTP status, which is not documented for
//!   business errors. It has [`code`](Error::code), [`message`](Error::message) and [`request_id`](Error::request_id), and
//!   `types::ErrorCode::from(code)` names the code. An HTML page of a proxy is an error, too, and keeps its status. [`Error::delivery`] says
//!   whether the call may have been executed.
//! - **Bad input is not sent.** Documented limits are checked by [`Client::send`], which reports every [`FieldError`] at once. What is only inferred from
//!   the documentation is marked **Inferred**, with the evidence, and checked only with [`ClientBuilder::check_inferred`].
//! - **New things do not break old programs.** An enum value that the documentation does not list becomes `Unknown` and keeps its text, a
//!   field that it does not list is kept in `extra`, and `null` for a list is an empty list.
//! - **One bad row does not cost a response.** A row that cannot be read is left out of its list and reported with its place, the reason and
//!   its raw JSON ([`Response::unreadable_rows`](venue_core::Response::unreadable_rows)); a documented list that is missing is empty and
//!   reported. Before you conclude anything from what a list does not contain ("no position", "no open order"), ask `is_complete()` of the
//!   list's type or of the response.
//! - **Numbers are exact.** Prices, quantities and amounts are [`Decimal`]s, written without an exponent and never read through a binary
//!   float; times are [`UnixMillis`]. Ids that the documentation calls strings have types of their own; `agentId`, `lastOrderId` and the
//!   three ids that link the orders of a strategy are `i64`. The digits of an
//!   integer may be in quotes, and those of a decimal may be a JSON number.
//! - **Secrets are not printed.** Neither `Debug` nor an error shows a password, a token, a listen key, a URL, a header or a body.
//!
//! # What the documentation leaves out
//!
//! The vendor does not describe the answers of 21 operations. Where it names the fields elsewhere they are typed, optional and marked
//! **Provisional** with the evidence; elsewhere the JSON is kept as it came, and marked **Undocumented**. Nothing here was checked against
//! the exchange itself. Whether a call is safe to repeat is our judgement: the documentation names no such operation.
//!
//! # What holds for the whole API
//!
#![doc = include_str!("generated/about.md")]
//!
//!
//! # Features
//!
//! - `rustls` (default): HTTPS through rustls with ring, and the platform's certificates. Without it, only `http://` to this machine can be
//!   used.
//! - `request-json`: requests are read from JSON, and written as JSON unless they hold a secret.
//! - `response-builders`: builders for received types, for tests and mocks.
//! - `schemars`: a JSON Schema (schemars 1) for every request and every type in [`types`], except the bodies, which requests stand for.

#[rustfmt::skip]
mod generated;

pub use generated::{Client, operations, requests, streams, types};
pub use rust_decimal::Decimal;
/// A request, as a generic function names it. [`PlainRequest`] is every request except an order write.
pub use venue_core::{PlainRequest, Request};

pub use venue_core::{
    Attempt, BoxFuture, BuildError, CallOptions, ClientBuilder, ConversionError, Delivery, Error, ExactDecimal, Extra, FieldError,
    Interceptor, Operation, Parameter, ParameterLocation, ParameterType, Permission, ReadError, Reading, Repeatable, ResponseHead, Retry,
    Secret, SecurityScheme, Undocumented, UnixMillis, UnixSeconds, UnknownValue, Unreadable, Veto, VetoKind,
};

/// How a client connects: roots, pins, a client certificate, the proxy, the connection pool. For [`ClientBuilder::http`].
pub use venue_core::http;

/// The HTTP types that [`Interceptor`] and [`Error`] show. None of reqwest's features is switched on, and no request is sent by it.
pub use venue_core::reqwest;

/// A successful answer: this data, within the envelope.
pub type Response<T> = venue_core::Response<types::Envelope<T>>;
