//! Servers, clocks and log capture for the tests of all crates. A published crate depends on this crate only in its tests.
//!
//! | item | purpose |
//! | --- | --- |
//! | [`MockServer`] | an HTTP server on the loopback interface that records requests byte for byte and sends scripted responses |
//! | [`MockStreamServer`] | a WebSocket server on the loopback interface whose connections a test scripts |
//! | [`MockExchange`] | a [`MockServer`] with an endpoint that reports the time of a `ManualTime` |
//! | [`drive`] | advances a `ManualTime` whenever a future waits for the time |
//! | [`virtual_time`] | a runtime and a clock whose time advances when all tasks wait |
//! | [`log_capture`] | collects everything that a process logs |
//! | [`find_secret`] | searches printed text for a secret, also in encoded forms |

#[cfg(feature = "virtual-time")]
mod exchange;
#[cfg(feature = "log-capture")]
pub mod log_capture;
mod request;
mod response;
mod secret_search;
mod server;
#[cfg(feature = "websocket")]
mod stream_server;
#[cfg(feature = "virtual-time")]
mod time;
#[cfg(feature = "virtual-time")]
pub mod virtual_time;

#[cfg(feature = "virtual-time")]
pub use exchange::{ClockEndpoint, MockExchange};
pub use request::RecordedRequest;
pub use response::{Gate, JsonBody, MockResponse};
pub use secret_search::{contains_signature, find_secret};
pub use server::{MockServer, closed_port, runtime, yield_until};
#[cfg(feature = "websocket")]
pub use stream_server::{MockStreamServer, StreamPeer};
#[cfg(feature = "virtual-time")]
pub use time::{drive, drive_after};
