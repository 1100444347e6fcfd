//! The transport on `tokio-websockets`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_sink::Sink;
use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio_websockets::{ClientBuilder, Limits, Message, WebSocketStream};
use venue_core::http::ByteStreamConnector;
use venue_core::{BoxFuture, Secret};

use super::{Connect, Outgoing, Received, Transport, TransportError};

/// The size of the buffer between the stream of bytes and the WebSocket library in bytes. The library reads at most 8 KiB at a time. If
/// messages arrive without pauses, a larger buffer needs an eighth of the system calls.
const READ_BUFFER: usize = 64 << 10;

/// Connects to a URL with the connector of `venue-core`.
#[derive(Clone, Debug)]
pub struct WebSocketConnect {
    connector: ByteStreamConnector,
    url: String,
    max_message_size: usize,
}

impl WebSocketConnect {
    /// Connects to this `ws://` or `wss://` URL without a query.
    #[must_use]
    pub fn new(connector: ByteStreamConnector, url: String, max_message_size: usize) -> Self {
        Self { connector, url, max_message_size }
    }
}

impl Connect for WebSocketConnect {
    fn connect(&self, query: Option<Secret>) -> BoxFuture<'static, Result<Box<dyn Transport>, TransportError>> {
        let Self { connector, url, max_message_size } = self.clone();
        Box::pin(async move {
            let stream = connector.connect().await.map_err(TransportError::new)?;
            handshake(stream, &url, query.as_ref(), max_message_size).await
        })
    }
}

/// Performs the handshake of WebSocket over a stream of bytes.
///
/// The limit of the message size applies to each frame, too. A larger frame is rejected before its payload is read.
///
/// # Errors
///
/// Returns an error if the query cannot be part of a URL, or the server does not switch to WebSocket.
pub async fn handshake<S>(
    stream: S,
    url: &str,
    query: Option<&Secret>,
    max_message_size: usize,
) -> Result<Box<dyn Transport>, TransportError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let url = match query {
        Some(query) => Secret::from(format!("{url}?{}", query.expose_secret())),
        None => Secret::from(url),
    };
    let builder = ClientBuilder::new()
        .uri(url.expose_secret())
        .map_err(|_| TransportError::new("the address with the credentials is not a valid URL"))?
        .limits(Limits::default().max_payload_len(Some(max_message_size)));
    let stream = BufReader::with_capacity(READ_BUFFER, stream);
    let (stream, _) = builder.connect_on(stream).await.map_err(|error| describe(&error))?;
    Ok(Box::new(stream))
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Transport for WebSocketStream<S> {
    fn poll_receive(&mut self, context: &mut Context<'_>, receive: &mut dyn FnMut(Received<'_>)) -> Poll<Result<(), TransportError>> {
        let Some(message) = ready!(Pin::new(self).poll_next(context)) else {
            receive(Received::End);
            return Poll::Ready(Ok(()));
        };
        let message = message.map_err(|error| describe(&error))?;
        if let Some(text) = message.as_text() {
            receive(Received::Text(text));
        } else if message.is_ping() {
            receive(Received::Ping);
        } else if message.is_pong() {
            receive(Received::Pong);
        } else if let Some((code, reason)) = message.as_close() {
            receive(Received::Close { code: code.into(), reason });
        } else {
            receive(Received::Binary(message.as_payload().len()));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Sink::poll_ready(Pin::new(self), context).map_err(|error| describe(&error))
    }

    fn start_send(&mut self, message: Outgoing) -> Result<(), TransportError> {
        let message = match message {
            Outgoing::Text(text) => Message::text(text),
            Outgoing::Ping => Message::ping(""),
        };
        Sink::start_send(Pin::new(self), message).map_err(|error| describe(&error))
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Sink::poll_flush(Pin::new(self), context).map_err(|error| describe(&error))
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<()> {
        Sink::poll_close(Pin::new(self), context).map(drop)
    }
}

/// The message of the library's error. None of its errors contains a URL.
fn describe(error: &tokio_websockets::Error) -> TransportError {
    TransportError::new(error)
}
