//! What the tests of this package share: the vendor's examples, generated values, and a client of a scripted server.
//!
//! The tests use the crates as a trading program would, over real HTTP on the loopback interface, and compare the results with the vendor's
//! documentation. `fixtures/` holds the vendor's examples. The first line of each file names its source.

pub mod fixture;
pub mod valid;

use std::path::{Path, PathBuf};

use sixmm_api::Client;
use venue_spec::{Document, model::Api};
use venue_test_support::{MockResponse, MockServer};

pub use fixture::Fixture;

/// A client of this server with the default settings.
///
/// # Panics
///
/// Panics if the HTTP client cannot be set up on this machine.
#[must_use]
pub fn client_of(server: &MockServer) -> Client {
    Client::builder().base_url(server.url()).build().expect("a client of a server on this machine")
}

/// A server that answers every request with a success around these data, which have to be JSON.
///
/// # Panics
///
/// Panics if the loopback interface has no free port.
pub async fn server_with_data(data: &str) -> MockServer {
    let body = format!(r#"{{"code":0,"message":"success","data":{data},"requestId":"req-12345678"}}"#);
    MockServer::responding(MockResponse::json(200, body)).await
}

/// The folder `tests` of the checkout that the tests run in.
///
/// Cargo sets `CARGO_MANIFEST_DIR` when it runs a test, to the folder of the tested package. The value at compile time may be a folder of
/// another checkout that uses the same target directory.
///
/// # Panics
///
/// Panics if the test does not run in a checkout.
#[must_use]
pub fn folder() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let is_root = |folder: &&Path| folder.join("tests/fixtures").is_dir();
    Path::new(&package).ancestors().find(is_root).expect("a checkout of the project").join("tests")
}

/// The specification that the crates were generated from.
///
/// # Panics
///
/// Panics if the specification has a mistake.
#[must_use]
pub fn specification() -> Api {
    let path = folder().join("../openapi/6mm.yaml");
    let source = std::fs::read_to_string(path).expect("the specification");
    Api::new(&Document::parse("openapi/6mm.yaml", source).expect("a specification without mistakes"))
}

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
