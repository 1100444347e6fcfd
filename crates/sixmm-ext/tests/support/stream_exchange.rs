//! A scripted exchange with REST and streams, for the tests of the streams.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

use serde_json::{Value, json};
use sixmm_ext::ClientBuilder;
use sixmm_ext::streams::{Event, StreamSettings, TopicStream};
use venue_test_support::{MockStreamServer, StreamPeer};

use crate::support::{Harness, LISTEN_KEY, MockResponse, RecordedRequest, START};

/// The keys that the exchange creates, in this order. The first is the key of the documentation.
pub const KEYS: [&str; 3] = ["f57cb61ef604ce76be09e753a5dbdd8c", "0be1c9d2a8114f0f8b6f7c2d9e3a4b5c", "9a7d3c5be2f14860a1b2c3d4e5f60718"];

/// The acknowledgement of the authentication, byte for byte as it is documented.
pub const AUTHENTICATED: &str = r#"{ "event": "auth", "success": true, "data": "1188041528" }"#;

/// A scripted exchange on two ports: one for REST, one for the streams.
pub struct StreamExchange {
    pub harness: Harness,
    pub server: MockStreamServer,
}

impl StreamExchange {
    /// Starts an exchange that creates, renews and closes listen keys.
    pub async fn new() -> Self {
        Self::with(listen_keys, |client| client, StreamSettings::new()).await
    }

    pub async fn with_settings(settings: StreamSettings) -> Self {
        Self::with(listen_keys, |client| client, settings).await
    }

    pub async fn with(
        script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static,
        configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
        settings: StreamSettings,
    ) -> Self {
        let server = MockStreamServer::start().await;
        let settings = settings.url(server.url());
        let harness = Harness::with(script, |client| configure(client.streams(settings))).await;
        Self { harness, server }
    }

    /// The next connection of the client.
    pub async fn accept(&mut self) -> Peer {
        Peer(self.harness.drive(self.server.accept()).await)
    }

    /// The next connection of the client, which is authenticated.
    pub async fn accept_private(&mut self) -> Peer {
        let mut peer = self.accept().await;
        peer.send(AUTHENTICATED).await;
        peer
    }

    /// The next request of the client other than a ping, as JSON.
    pub async fn request(&self, peer: &mut Peer) -> Value {
        self.harness.drive(peer.request()).await.expect("a request")
    }

    /// Accepts the next request of the client. Returns `op` and the topics, such as `subscribe market.tickers`.
    pub async fn acknowledge(&self, peer: &mut Peer) -> String {
        let request = self.request(peer).await;
        peer.send(&acknowledgement(&request)).await;
        printed(&request)
    }

    /// The next event that is not `Connected` or `Subscribed`.
    pub async fn next<T: std::fmt::Debug>(&self, stream: &mut TopicStream<T>) -> Event<T> {
        loop {
            match self.harness.drive(stream.next()).await.expect("an event") {
                Event::Connected { .. } | Event::Subscribed => {}
                event => return event,
            }
        }
    }

    /// The names of the next events, such as `Connected`.
    pub async fn names<T: std::fmt::Debug>(&self, stream: &mut TopicStream<T>, count: usize) -> Vec<String> {
        let mut names = Vec::new();
        for _ in 0..count {
            let event = self.harness.drive(stream.next()).await.expect("an event");
            let printed = format!("{event:?}");
            names.push(printed.split(['(', ' ']).next().unwrap_or_default().to_owned());
        }
        names
    }

    /// The requests of listen keys so far, each as method and key.
    pub fn key_requests(&self) -> Vec<String> {
        self.harness.server.seen_at(LISTEN_KEY).iter().map(|request| format!("{} {}", request.method, key_of(request))).collect()
    }
}

/// The server's side of a connection.
pub struct Peer(pub StreamPeer);

impl Peer {
    pub async fn send(&mut self, text: &str) {
        self.0.send(text).await;
    }

    /// Sends a public message.
    pub async fn push(&mut self, topic: &str, data: &str) {
        self.0.send(&format!(r#"{{"topic":"{topic}","event":"data","ts":1772007815000,"data":{data}}}"#)).await;
    }

    /// The next request of the client other than a ping. `None` at the end of the connection.
    pub async fn request(&mut self) -> Option<Value> {
        loop {
            let text = self.0.next().await?;
            let request: Value = serde_json::from_str(&text).expect("JSON");
            if request["op"] != "ping" {
                return Some(request);
            }
        }
    }

    /// The listen key of the connection's URL.
    pub fn listen_key(&self) -> &str {
        self.0.target().strip_prefix("/ws?listenKey=").expect("a listen key")
    }
}

/// The acknowledgement of a request, as it is documented.
pub fn acknowledgement(request: &Value) -> String {
    json!({ "id": request["id"], "event": request["op"], "success": true, "data": request["args"] }).to_string()
}

pub fn printed(request: &Value) -> String {
    let topics: Vec<_> = request["args"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    format!("{} {}", request["op"].as_str().expect("a text"), topics.join(","))
}

/// Creates the keys of [`KEYS`], which expire after an hour, and accepts all other requests.
pub fn listen_keys(request: &RecordedRequest) -> MockResponse {
    match &*request.method {
        "POST" if request.path == LISTEN_KEY => {
            MockResponse::ok(&json!({ "listenKey": KEYS[request.earlier.min(2)], "expireAt": START + 3_600_000 }))
        }
        _ => MockResponse::ok(&json!({})),
    }
}

fn key_of(request: &RecordedRequest) -> String {
    let body = serde_json::from_slice::<Value>(&request.body).ok();
    body.and_then(|body| Some(body.get("listenKey")?.as_str()?.to_owned())).unwrap_or_default()
}
