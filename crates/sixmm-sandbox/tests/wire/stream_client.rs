//! A client of the streams that only knows frames and JSON.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use sixmm_sandbox::Sandbox;
use tokio::net::TcpStream;
use tokio_websockets::{ClientBuilder, Message, WebSocketStream};

pub(crate) struct StreamClient {
    socket: WebSocketStream<TcpStream>,
    last_id: u64,
}

/// The end of a connection: the code of the close frame, or `None` without a close frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closed(pub(crate) Option<u16>);

impl StreamClient {
    /// Connects with a query, which may be empty.
    pub(crate) async fn connect(sandbox: &Sandbox, query: &str) -> Self {
        Self::connect_to(sandbox.address(), query).await
    }

    pub(crate) async fn connect_to(address: SocketAddr, query: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        let uri = format!("ws://{address}/ws{query}");
        let builder = ClientBuilder::new().uri(&uri).expect("a valid URL");
        let (socket, _) = builder.connect_on(stream).await.expect("the exchange accepts WebSocket connections");
        Self { socket, last_id: 0 }
    }

    pub(crate) async fn public(sandbox: &Sandbox) -> Self {
        Self::connect(sandbox, "").await
    }

    pub(crate) async fn send(&mut self, text: impl Into<String>) {
        self.socket.send(Message::text(text.into())).await.expect("the exchange reads");
    }

    /// Sends a request and returns its id.
    pub(crate) async fn request(&mut self, op: &str, args: &[&str]) -> String {
        self.last_id += 1;
        let id = self.last_id.to_string();
        self.send(json!({ "id": id, "op": op, "args": args }).to_string()).await;
        id
    }

    /// Subscribes to topics, and checks the acknowledgement.
    pub(crate) async fn subscribe(&mut self, topics: &[&str]) {
        let id = self.request("subscribe", topics).await;
        assert_eq!(self.json().await, json!({ "id": id, "event": "subscribe", "success": true, "data": topics }));
    }

    /// The next message, or how the connection ended.
    pub(crate) async fn next(&mut self) -> Result<String, Closed> {
        loop {
            match self.socket.next().await {
                Some(Ok(message)) if message.is_close() => return Err(Closed(message.as_close().map(|(code, _)| code.into()))),
                Some(Ok(message)) => match message.as_text() {
                    Some(text) => return Ok(text.to_owned()),
                    None => assert!(message.is_ping() || message.is_pong(), "{message:?}"),
                },
                Some(Err(_)) | None => return Err(Closed(None)),
            }
        }
    }

    pub(crate) async fn text(&mut self) -> String {
        self.next().await.expect("the connection is open")
    }

    pub(crate) async fn json(&mut self) -> Value {
        let text = self.text().await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The data of the next message, which must have this topic.
    pub(crate) async fn data(&mut self, topic: &str) -> Value {
        let message = self.json().await;
        assert_eq!(message["topic"], topic, "{message}");
        message["data"].clone()
    }

    /// Checks that the server has sent no further message: the next message is the acknowledgement of a ping.
    pub(crate) async fn assert_no_message(&mut self) {
        let id = self.request("ping", &[]).await;
        assert_eq!(self.text().await, format!(r#"{{"id": "{id}","event": "ping","success": true,"data": []}}"#));
    }

    /// Checks that the connection ends, and with which code.
    pub(crate) async fn assert_closed(&mut self, code: Option<u16>) {
        assert_eq!(self.next().await, Err(Closed(code)));
    }
}
