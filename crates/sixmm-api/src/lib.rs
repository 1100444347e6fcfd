//! Typed calls of the 6MM perpetual-futures exchange's REST API: all 53 operations, generated from a specification that transcribes the
//! vendor's documentation.
//!
//! This crate sends exactly the requests that the documentation describes, without signatures and retries. An [`Interceptor`] can add
//! credentials to them.
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
//! let response = client.send(requests::Klines::new("BTCUSDT", KlineInterval::OneMinute).limit(3)).await?;
//! for candle in response.into_data()?.list {
//!     println!("{}: {}", candle.open_time, candle.close);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Where things are
//!
//! - [`requests`] contains a request type for each operation, by section of the documentation. The rustdoc of each type lists its
//!   credentials, permission, limits and documentation page.
//! - [`Client::send`] sends a request.
//! - [`types`] contains the types of the values in requests and responses.
//! - [`operations`] is a table of all operations, with their method, path, parameters, credentials and permission, and whether a request is
//!   safe to repeat.
//! - [`streams`] contains the addresses and the channels of the WebSocket streams. This crate does not connect to them.
//!
//! # What to rely on
//!
//! - **A failure is an `Err`.** A response with a `code` other than 0 is an [`Error`], whatever its HTTP status is, because the status of
//!   business errors is not documented. The error has a [`code`](Error::code), a [`message`](Error::message) and a
//!   [`request_id`](Error::request_id), and `types::ErrorCode::from(code)` names the code. An HTML page of a proxy is also an error, with
//!   its HTTP status. [`Error::delivery`] reports whether the request may have been executed.
//! - **Invalid requests are not sent.** [`Client::send`] checks the documented limits, and reports every [`FieldError`] at once. Limits
//!   that are only inferred from the documentation are marked **Inferred**, with the evidence. They are checked only with
//!   [`ClientBuilder::check_inferred`].
//! - **Additions to the API do not break programs.** An enum value that the documentation does not list becomes `Unknown` and keeps its
//!   text. An undocumented field is kept in `extra`. `null` instead of a list is an empty list.
//! - **An unreadable row does not make the response unreadable.** The list leaves the row out, and
//!   [`Response::unreadable_rows`](venue_core::Response::unreadable_rows) returns its path, the reason and its raw JSON. A documented list
//!   that is missing is empty, and [`Response::missing_lists`](venue_core::Response::missing_lists) names it. Before you conclude from a
//!   list that there is no position or no open order, check `is_complete()` of the list's type or of the response.
//! - **Numbers are exact.** Prices, quantities and amounts are [`Decimal`]s, which are written without an exponent and never read through a
//!   binary float. Times are [`UnixMillis`]. Ids that are strings in the documentation have types of their own. `agentId`, `lastOrderId`
//!   and the three ids that link the orders of a strategy are `i64`. In a response, an integer may be in quotes, and a decimal may be a
//!   JSON number.
//! - **Secrets are not printed.** `Debug` and the messages of errors never contain a password, a token, a listen key, a URL, a header or a
//!   body.
//!
//! # What the documentation leaves out
//!
//! The vendor does not describe the responses of 21 operations. If the documentation names their fields elsewhere, the fields are typed and
//! optional, and marked **Provisional** with the evidence. Otherwise the JSON is kept unchanged and marked **Undocumented**.
//!
//! This crate was not checked against the exchange itself. The documentation does not mention which requests are safe to repeat, so the
//! specification of this crate decides that.
//!
//! # Conventions of the API
//!
#![doc = include_str!("generated/about.md")]
//!
//!
//! # Features
//!
//! - `rustls` (default): HTTPS through rustls with ring, and the platform's certificates. Without this feature, the client can only use
//!   `http://` to this machine.
//! - `request-json`: requests can be read from JSON. Requests without a secret can also be written as JSON.
//! - `response-builders`: builders for received types, for tests and mocks.
//! - `schemars`: a JSON Schema (schemars 1) for every request and every type in [`types`]. Bodies of requests have no schema of their own,
//!   because the schema of the request contains their fields.

#[rustfmt::skip]
mod generated;
mod position;

pub use generated::{Client, operations, requests, streams, types};
pub use rust_decimal::Decimal;

/// The crate of [`Decimal`], for example for `rust_decimal::prelude::ToPrimitive::to_f64`.
pub use rust_decimal;

/// Traits for functions that are generic over requests. Every request type implements [`Request`]. Every request type except those that
/// place, amend or cancel orders also implements [`PlainRequest`].
pub use venue_core::{PlainRequest, Request};

pub use venue_core::{
    Attempt, BoxFuture, BuildError, CallOptions, ClientBuilder, ConversionError, Delivery, Error, ExactDecimal, Extra, FieldError,
    Interceptor, Operation, Parameter, ParameterLocation, ParameterType, Permission, ReadError, Reading, Repeatable, ResponseHead, Retry,
    Secret, SecurityScheme, Undocumented, UnixMillis, UnixSeconds, UnknownValue, Unreadable, Veto, VetoKind,
};

/// Settings of a client's connections, for [`ClientBuilder::http`]: root certificates, pins, a client certificate, the proxy and the
/// connection pool.
pub use venue_core::http;

/// The crate of the HTTP types (requests, URLs, headers) that [`Interceptor`] and [`Error`] use. All features of reqwest are off, and no
/// request is sent with reqwest's client.
pub use venue_core::reqwest;

/// A response with these data in the envelope.
pub type Response<T> = venue_core::Response<types::Envelope<T>>;
