//! The REST API of the 6MM perpetual-futures exchange: typed calls, generated from its OpenAPI specification.

#[rustfmt::skip]
mod generated;

pub use generated::{Client, builder, operations, types};
pub use sixmm_core::{
    Attempt, BoxFuture, BuildError, ClientBuilder, Delivery, Error, Extra, Fault, Interceptor, Operation, Permission, Refusal, Repeatable,
    Secret, SecurityScheme, Undocumented, UnixMillis, UnixSeconds, UnknownValue, Verdict,
};

/// A successful answer: this data, within the envelope.
pub type Response<T> = sixmm_core::Response<types::Envelope<T>>;
