//! The scripted WebSocket server.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_websockets::{CloseCode, Message, ServerBuilder, WebSocketStream};

/// A WebSocket server on the loopback interface. The test accepts each connection, and decides what the server sends. The server ends when
/// the value is dropped.
pub struct MockStreamServer {
    address: SocketAddr,
    connections: mpsc::UnboundedReceiver<StreamPeer>,
    accepting: AbortHandle,
}

impl MockStreamServer {
    /// Starts the server.
    ///
    /// # Panics
    ///
    /// Panics if the loopback interface has no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port of the loopback interface");
        let address = listener.local_addr().expect("the address that was bound");
        let (sender, connections) = mpsc::unbounded_channel();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).expect("an option of every TCP socket");
                let sender = sender.clone();
                tokio::spawn(async move {
                    if let Ok((request, stream)) = ServerBuilder::new().accept(stream).await {
                        let target = request.uri().path_and_query().map_or(String::new(), ToString::to_string);
                        // The test may have ended.
                        let _ = sender.send(StreamPeer { target, stream });
                    }
                });
            }
        });
        Self { address, connections, accepting: accepting.abort_handle() }
    }

    /// The address of the server, such as `127.0.0.1:49152`.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of the server with the path `/ws`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ws://{}/ws", self.address)
    }

    /// Waits for the next connection, after its handshake.
    ///
    /// # Panics
    ///
    /// Panics if the server has ended.
    pub async fn accept(&mut self) -> StreamPeer {
        self.connections.recv().await.expect("the server runs")
    }

    /// The next connection that has completed its handshake, if there is one.
    pub fn try_accept(&mut self) -> Option<StreamPeer> {
        self.connections.try_recv().ok()
    }
}

impl Drop for MockStreamServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl fmt::Debug for MockStreamServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockStreamServer").field("address", &self.address).finish_non_exhaustive()
    }
}

/// A connection of a [`MockStreamServer`]. Dropping the value ends the connection without a close frame.
pub struct StreamPeer {
    target: String,
    stream: WebSocketStream<TcpStream>,
}

impl StreamPeer {
    /// The path and the query of the client's request, such as `/ws?listenKey=…`.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Sends a text message.
    ///
    /// # Panics
    ///
    /// Panics if the client has closed the connection.
    pub async fn send(&mut self, text: &str) {
        self.stream.send(Message::text(text.to_owned())).await.expect("the client is connected");
    }

    /// The next text message. `None` if the client closes or drops the connection. Ping frames are replied to.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            let message = self.stream.next().await?.ok()?;
            if let Some(text) = message.as_text() {
                return Some(text.to_owned());
            }
            if message.is_close() {
                return None;
            }
        }
    }

    /// Sends a close frame.
    ///
    /// # Panics
    ///
    /// Panics if the code is not a code that a server may send, or the client has closed the connection.
    pub async fn close(&mut self, code: u16, reason: &str) {
        let code = CloseCode::try_from(code).expect("a close code");
        self.stream.send(Message::close(Some(code), reason)).await.expect("the client is connected");
    }
}

impl fmt::Debug for StreamPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The query may contain a secret.
        f.write_str("StreamPeer")
    }
}
