//! Names and descriptions at the edge of what the checks of a specification accept, generated as the crates of an exchange are.
//!
//! No program uses this crate: it is compiled, linted and documented with the workspace, and that is its test.

// The mocks name the crate of the client, which is this one.
extern crate self as edge_cases;

#[rustfmt::skip]
#[expect(clippy::should_implement_trait, reason = "a field may be called `add`")]
mod generated;
#[rustfmt::skip]
#[expect(
    clippy::should_implement_trait,
    clippy::unwrap_used,
    clippy::to_string_in_format_args,
    reason = "a parameter may be called `add`; the rest is how progenitor matches a path with a parameter"
)]
pub mod mocks;

pub use generated::{Client, operations, requests, streams, types};
pub use venue_core::{BuildError, ClientBuilder, Error, ExactDecimal, Secret};

/// A successful answer: this data, within the envelope.
pub type Response<T> = venue_core::Response<types::Envelope<T>>;
