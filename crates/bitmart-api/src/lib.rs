//! Typed calls of BitMart's private REST API: the 75 operations of the vendor's list of permissions and the server's clock, generated from a
//! specification that transcribes the vendor's documentation.
//!
//! **BitMart is closing**, see [End of the exchange](#end-of-the-exchange). Until it closes, a program can use this crate to read accounts,
//! orders and records. After that, this crate shows what the generator makes of an exchange with several servers, three spellings of
//! success, lists as data, and times and ids in several forms.
//!
//! This crate sends exactly the requests that the documentation describes, without signatures and retries. An [`Interceptor`] can add
//! credentials to them.
//!
//! ```
//! use bitmart_api::{Client, requests};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use bitmart_httpmock::MockServerExt;
//! # let server = httpmock::MockServer::start_async().await;
//! # server.system_time(|_, then| {
//! #     let time = bitmart_api::types::SystemTime::builder().server_time(1527777538000);
//! #     then.ok(&time.build().unwrap());
//! # });
//! # let client = Client::builder().base_url(server.base_url()).build()?;
//! # if false {
//! let client = Client::new()?;
//! # }
//! let response = client.send(requests::SystemTime::new()).await?;
//! println!("{}", response.into_data()?.server_time);
//! # Ok(())
//! # }
//! ```
//!
//! # Where things are
//!
//! - [`requests`] contains a request type for each operation, by section of the documentation. The rustdoc of each type lists its server,
//!   credentials, permission, rate limit, limits and documentation page.
//! - [`Client::send`] sends a request to the server of its operation. [`ClientBuilder::server`] replaces one server of
//!   [`Client::SERVERS`], and [`ClientBuilder::base_url`] replaces all of them.
//! - [`types`] contains the types of the values in requests and responses.
//! - [`operations`] is a table of all operations, with their method, server, path, parameters, credentials, permission and rate limit, and
//!   whether a request is safe to repeat.
//! - [`streams`] contains the addresses and the channels of the WebSocket streams. This crate does not connect to them.
//!
//! # What to rely on
//!
//! - **A failure is an `Err`.** A response with a `code` other than 1000 is an [`Error`], whatever its HTTP status is. Some operations
//!   report a failure inside of their data although the code is 1000. Such a response is an error for which
//!   [`Error::is_unmet_condition`] is `true`. A part of the request may then have been executed, and [`Error::body`] contains the response.
//! - **A write must not be repeated.** Every operation that places, cancels, transfers, borrows or withdraws is
//!   [`Repeatable::Once`], and no retry policy sends it again if the first request may have been executed. This applies above all to
//!   [`requests::Withdraw`]: a second request sends the funds a second time, so look for the withdrawal with
//!   [`requests::DepositWithdrawHistory`] first.
//! - **Removed operations cannot be sent.** BitMart has removed five operations. Their request types are deprecated, name the successor, and
//!   do not implement [`Request`].
//! - **Invalid requests are not sent.** [`Client::send`] checks the documented limits, and reports every [`FieldError`] at once. Limits
//!   that are only inferred from the documentation are marked **Inferred**, with the evidence. They are checked only with
//!   [`ClientBuilder::check_inferred`].
//! - **Additions to the API do not break programs.** An enum value that the documentation does not list becomes `Unknown` and keeps its
//!   text. An undocumented field is kept in `extra`. `null` instead of a list is an empty list.
//! - **An unreadable row does not make the response unreadable.** A [`List`], or a list in an object, leaves the row out and records it.
//!   Before you conclude from a list that there is no position or no open order, check `is_complete()` of the list or of the response.
//! - **Numbers are exact.** Prices, quantities and amounts are [`Decimal`]s, which are never read through a binary float. Times are
//!   [`UnixMillis`] or [`UnixSeconds`], also where the exchange sends them as texts. Ids have types of their own, also where the exchange
//!   sends them as integers.
//! - **Secrets are not printed.** `Debug` and the messages of errors never contain a secret, a URL, a header or a body.
//!
//! This crate was not checked against the exchange itself. The documentation does not mention which requests are safe to repeat, so the
//! specification of this crate decides that.
//!
//! # What holds for the whole API
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

pub use generated::{Client, operations, requests, streams, types};
pub use rust_decimal::Decimal;
/// The traits of request types, for generic functions. All requests implement [`Request`], and all requests except order writes implement
/// [`PlainRequest`].
pub use venue_core::{PlainRequest, Request};

pub use venue_core::{
    Attempt, BoxFuture, BuildError, CallOptions, ClientBuilder, ConversionError, Delivery, Error, ExactDecimal, ExpectedValue, Extra,
    FieldError, Interceptor, List, Operation, Parameter, ParameterLocation, ParameterType, Permission, RateLimit, RateLimitScope,
    ReadError, Reading, Repeatable, ResponseHead, Retry, Secret, SecurityScheme, SuccessCondition, Undocumented, UnixMillis, UnixSeconds,
    UnknownValue, Unreadable, Veto, VetoKind,
};

/// Settings of a client's connections, for [`ClientBuilder::http`]: root certificates, pins, a client certificate, the proxy and the
/// connection pool.
pub use venue_core::http;

/// The HTTP types in the interfaces of [`Interceptor`] and [`Error`]. This crate uses only the types of reqwest, with no feature enabled,
/// and sends no request with reqwest.
pub use venue_core::reqwest;

/// A successful answer: this data, within the envelope.
pub type Response<T> = venue_core::Response<types::Envelope<T>>;
