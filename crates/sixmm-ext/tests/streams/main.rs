//! The streams, over WebSocket connections to a scripted server on the loopback interface.

#[path = "../support/mod.rs"]
mod support;

#[path = "../support/stream_exchange.rs"]
mod stream_exchange;

mod books;
mod decoding;
mod examples;
mod private;
mod public;
mod recording;
