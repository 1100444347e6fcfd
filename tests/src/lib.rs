//! What the tests share: a server that shows the bytes it was sent, a client for it, a time that costs nothing, and the vendor's examples.
//!
//! The tests use the crates as a trading program would, over real HTTP on the loopback interface, and compare with what the vendor
//! documents. `fixtures/` holds the vendor's examples; what is not the vendor's says so in its first line.

pub mod fixture;
pub mod server;
pub mod valid;
pub mod virtual_time;

use sixmm_api::Client;
use venue_spec::{Document, model::Api};

pub use fixture::Fixture;
pub use server::{Answer, Received, Server};

/// A client of this server, set up like any other.
///
/// # Panics
///
/// If the HTTP client cannot be set up on this machine.
#[must_use]
pub fn client_of(server: &Server) -> Client {
    Client::builder().base_url(server.url()).build().expect("a client of a server on this machine")
}

/// Runs a future on this thread alone, for tests that send a request for each of many generated cases.
///
/// # Panics
///
/// If no runtime can be set up on this machine.
#[must_use]
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// The specification that the crates were generated from.
///
/// # Panics
///
/// If there is a mistake in it.
#[must_use]
pub fn specification() -> Api {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/6mm.yaml");
    let source = std::fs::read_to_string(path).expect("the specification");
    Api::new(&Document::parse("openapi/6mm.yaml", source).expect("a specification without mistakes"))
}

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
