//! BitMart.

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
