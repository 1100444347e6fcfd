//! The transport: an open WebSocket, behind a trait.
//!
//! The trait keeps the WebSocket library out of the rest of the crate. A test can implement the trait to run without the library or without
//! a network.

mod websocket;

use std::fmt;
use std::task::{Context, Poll};

use venue_core::{BoxFuture, Secret};

pub use websocket::WebSocketConnect;
#[cfg(feature = "test-util")]
pub use websocket::handshake;

/// Opens WebSocket connections.
pub trait Connect: fmt::Debug + Send + Sync {
    /// Opens a connection to the URL of the connector, with this query if there is one.
    fn connect(&self, query: Option<Secret>) -> BoxFuture<'static, Result<Box<dyn Transport>, TransportError>>;
}

/// An open WebSocket. The methods have the contracts of [`futures_core::Stream`] and [`futures_sink::Sink`].
pub trait Transport: Send {
    /// Receives the next message or control frame, and passes it to a function. The transport replies to pings by itself.
    fn poll_receive(&mut self, context: &mut Context<'_>, receive: &mut dyn FnMut(Received<'_>)) -> Poll<Result<(), TransportError>>;

    /// Completes when the transport accepts a message.
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>>;

    /// Accepts a message after [`poll_ready`](Self::poll_ready) has completed.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is closed.
    fn start_send(&mut self, message: Outgoing) -> Result<(), TransportError>;

    /// Completes when all accepted messages and all replies to pings are written.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>>;

    /// Sends a close frame, waits for the server's close frame, and closes the connection.
    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<()>;
}

/// What a transport receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received<'a> {
    /// A text message.
    Text(&'a str),
    /// A binary message of this length in bytes.
    Binary(usize),
    /// A ping frame.
    Ping,
    /// A pong frame.
    Pong,
    /// A close frame.
    Close {
        /// The status code, or 1005 if there is none.
        code: u16,
        /// The text.
        reason: &'a str,
    },
    /// The end of the connection.
    End,
}

/// What a transport sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// A text message.
    Text(String),
    /// A ping frame without a payload.
    Ping,
}

/// Why a transport failed. The message contains neither the URL nor the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportError(String);

impl TransportError {
    /// Creates an error with this message.
    #[must_use]
    pub fn new(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TransportError {}
