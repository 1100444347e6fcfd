//! The words of the specification language that only a second exchange needs, generated as the crates of an exchange are.
//!
//! No program uses this crate. It is compiled, linted and documented with the workspace, and its tests call the generated code.
//!
//! A client cannot send the request of a removed operation, because its type does not implement `Request`:
//!
//! ```
//! # async fn example(client: &second_exchange::Client) {
//! let request = second_exchange::requests::Trades::new();
//! # let _ =
//! client.send(request).await;
//! # }
//! ```
//!
//! ```compile_fail,E0277
//! # async fn example(client: &second_exchange::Client) {
//! let request = second_exchange::requests::CancelOrder::new("7");
//! # let _ =
//! client.send(request).await;
//! # }
//! ```

// The mocks name the crate of the client, which is this one.
extern crate self as second_exchange;

#[rustfmt::skip]
mod generated;
#[rustfmt::skip]
pub mod mocks;

pub use generated::{Client, operations, requests, streams, types};
pub use venue_core::{BuildError, ClientBuilder, Error, ExactDecimal, Secret, UnixMillis};
