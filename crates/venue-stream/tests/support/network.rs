//! A network in memory, with both WebSocket libraries on the client's side and a scripted server on the other.

#![allow(dead_code, reason = "each test program uses a part of the support")]

use std::fmt;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_websockets::{Message, ServerBuilder, WebSocketStream};
use venue_core::{BoxFuture, Secret};
use venue_stream::transport::{Connect, Outgoing, Received, Transport, TransportError, handshake};

const URL: &str = "ws://exchange.invalid/ws";

/// The WebSocket library of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    TokioWebsockets,
    Tungstenite,
}

impl Library {
    pub(crate) const BOTH: [Self; 2] = [Self::TokioWebsockets, Self::Tungstenite];

    /// Performs the handshake of a client.
    pub(crate) async fn handshake<S>(
        self,
        stream: S,
        url: &str,
        query: Option<Secret>,
        max_message_size: usize,
    ) -> Result<Box<dyn Transport>, TransportError>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        match self {
            Self::TokioWebsockets => handshake(stream, url, query.as_ref(), max_message_size).await,
            Self::Tungstenite => {
                let url = query.map_or_else(|| url.to_owned(), |query| format!("{url}?{}", query.expose_secret()));
                let config = WebSocketConfig::default().max_message_size(Some(max_message_size)).max_frame_size(Some(max_message_size));
                let connected = tokio_tungstenite::client_async_with_config(url, stream, Some(config)).await;
                let (stream, _) = connected.map_err(TransportError::new)?;
                Ok(Box::new(Tungstenite(stream)))
            }
        }
    }
}

/// The second implementation of the transport.
struct Tungstenite<S>(tokio_tungstenite::WebSocketStream<S>);

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Transport for Tungstenite<S> {
    fn poll_receive(&mut self, context: &mut Context<'_>, receive: &mut dyn FnMut(Received<'_>)) -> Poll<Result<(), TransportError>> {
        let Some(message) = ready!(Pin::new(&mut self.0).poll_next(context)) else {
            receive(Received::End);
            return Poll::Ready(Ok(()));
        };
        match message.map_err(TransportError::new)? {
            tungstenite::Message::Text(text) => receive(Received::Text(text.as_str())),
            tungstenite::Message::Binary(bytes) => receive(Received::Binary(bytes.len())),
            tungstenite::Message::Ping(_) => receive(Received::Ping),
            tungstenite::Message::Pong(_) => receive(Received::Pong),
            tungstenite::Message::Close(None) => receive(Received::Close { code: 1005, reason: "" }),
            tungstenite::Message::Close(Some(frame)) => {
                receive(Received::Close { code: frame.code.into(), reason: frame.reason.as_str() });
            }
            tungstenite::Message::Frame(_) => {}
        }
        Poll::Ready(Ok(()))
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Pin::new(&mut self.0).poll_ready(context).map_err(TransportError::new)
    }

    fn start_send(&mut self, message: Outgoing) -> Result<(), TransportError> {
        let message = match message {
            Outgoing::Text(text) => tungstenite::Message::text(text),
            Outgoing::Ping => tungstenite::Message::Ping(Vec::new().into()),
        };
        Pin::new(&mut self.0).start_send(message).map_err(TransportError::new)
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Pin::new(&mut self.0).poll_flush(context).map_err(TransportError::new)
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll_close(context).map(drop)
    }
}

/// Connects to a [`Server`] through a pipe in memory.
pub(crate) struct MemoryNetwork {
    library: Library,
    max_message_size: usize,
    /// The number of bytes that each direction of a connection buffers.
    capacity: usize,
    server: mpsc::UnboundedSender<DuplexStream>,
    /// The attempts that are refused from now on.
    pub(crate) refused: Mutex<usize>,
}

impl MemoryNetwork {
    pub(crate) fn new(library: Library) -> (Self, Server) {
        Self::with_capacity(library, 1 << 16)
    }

    pub(crate) fn with_capacity(library: Library, capacity: usize) -> (Self, Server) {
        let (server, connections) = mpsc::unbounded_channel();
        let network = Self { library, max_message_size: 1 << 16, capacity, server, refused: Mutex::new(0) };
        (network, Server { connections })
    }
}

impl Connect for MemoryNetwork {
    fn connect(&self, query: Option<Secret>) -> BoxFuture<'static, Result<Box<dyn Transport>, TransportError>> {
        let mut refused = self.refused.lock().expect("no test panics while it holds the lock");
        if *refused > 0 {
            *refused -= 1;
            return Box::pin(async { Err(TransportError::new("connection refused")) });
        }
        let (client, server) = duplex(self.capacity);
        let is_listening = self.server.send(server).is_ok();
        let (library, max) = (self.library, self.max_message_size);
        Box::pin(async move {
            if !is_listening {
                return Err(TransportError::new("no server listens"));
            }
            library.handshake(client, URL, query, max).await
        })
    }
}

impl fmt::Debug for MemoryNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryNetwork({:?})", self.library)
    }
}

/// The side of the server.
pub(crate) struct Server {
    connections: mpsc::UnboundedReceiver<DuplexStream>,
}

impl Server {
    /// Accepts a connection, and returns the query of its URL, too.
    pub(crate) async fn accept(&mut self) -> (Peer, Option<String>) {
        let stream = self.connections.recv().await.expect("the client connects");
        let (request, stream) = ServerBuilder::new().accept(stream).await.expect("a handshake");
        (Peer(stream), request.uri().query().map(str::to_owned))
    }

    pub(crate) async fn accept_raw(&mut self) -> DuplexStream {
        self.connections.recv().await.expect("the client connects")
    }
}

/// An open connection of the server.
pub(crate) struct Peer(pub(crate) WebSocketStream<DuplexStream>);

impl Peer {
    pub(crate) async fn send(&mut self, text: &str) {
        self.0.send(Message::text(text.to_owned())).await.expect("the client is connected");
    }

    /// The next text, or `None` at the end of the connection. Pings are answered by the library.
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            let message = self.0.next().await?.ok()?;
            if let Some(text) = message.as_text() {
                return Some(text.to_owned());
            }
            if message.is_close() {
                return Some("close".to_owned());
            }
        }
    }

    /// Waits for a request that begins with this word, accepts it, and returns it.
    pub(crate) async fn accept(&mut self, word: &str) -> String {
        let text = self.next().await.expect("a request");
        let mut parts = text.split(' ');
        assert_eq!(parts.next(), Some(word), "{text}");
        let id = parts.next().expect("an id").to_owned();
        self.send(&format!("ok {id}")).await;
        text
    }

    pub(crate) fn into_raw(self) -> DuplexStream {
        self.0.into_inner()
    }
}
