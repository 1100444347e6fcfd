//! An HTTP client that only uses sockets, and the exchange that most tests start.

use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::Sha256;
use sixmm_sandbox::{ApiKey, Builder, Clock, Permissions, Sandbox, UnixMillis, User};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The start time of all tests: the time of the documentation's signed examples.
pub(crate) const START: i64 = 1_772_710_377_808;

/// An exchange with `alice` and `bob`, a manual clock at [`START`], and a still market.
pub(crate) fn builder() -> Builder {
    let clock = Clock::manual(UnixMillis::new(START));
    Sandbox::builder().seed(7).clock(clock).user(User::new("alice")).user(User::new("bob"))
}

pub(crate) async fn start() -> Sandbox {
    builder().start().await.expect("a port is free")
}

/// A response with its raw head and body.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// HTTP status, code and message of an error.
    pub(crate) fn summary(&self) -> (u16, i64, String) {
        let envelope = self.json();
        let message = envelope["message"].as_str().expect("every envelope has a message");
        (self.status, envelope["code"].as_i64().expect("every envelope has a code"), message.to_owned())
    }

    pub(crate) fn code(&self) -> i64 {
        self.summary().1
    }

    /// The data of a success.
    pub(crate) fn data(&self) -> Value {
        let envelope = self.json();
        assert_eq!(envelope["code"], 0, "{envelope}");
        envelope["data"].clone()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find_map(|(found, value)| found.eq_ignore_ascii_case(name).then_some(value))
    }

    /// `name=value` of the cookie that the response sets.
    pub(crate) fn cookie(&self) -> String {
        let cookie = self.header("set-cookie").expect("a cookie is set");
        cookie.split(';').next().expect("a cookie has a value").to_owned()
    }
}

/// A request before it is serialised.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

pub(crate) fn get(target: &str) -> Call {
    Call { method: "GET", target: target.to_owned(), headers: Vec::new(), body: String::new() }
}

pub(crate) fn post(target: &str, body: Value) -> Call {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    Call { method: "POST", body, ..get(target) }
}

impl Call {
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    /// Signs the request for a timestamp, as documented.
    pub(crate) fn signed(self, key: &ApiKey, timestamp: i64) -> Self {
        let query = self.target.split_once('?').map(|(_, query)| format!("{query}&")).unwrap_or_default();
        let query = format!("{query}timestamp={timestamp}");
        let signature = sign(key.api_secret.expose_secret(), &format!("{query}{}", self.body));
        let path = self.target.split('?').next().expect("a target has a path").to_owned();
        Self { target: format!("{path}?{query}&signature={signature}"), ..self }.header("X-API-KEY", &key.api_key)
    }

    /// The bytes of the request. The server closes the connection after the response, which marks its end.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        if !self.body.is_empty() {
            text += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", self.body.len());
        }
        (text + "\r\n" + &self.body).into_bytes()
    }

    /// Sends the request and returns all received bytes until the connection is closed.
    pub(crate) async fn raw(&self, address: SocketAddr) -> Vec<u8> {
        let mut stream = TcpStream::connect(address).await.expect("the exchange listens");
        stream.write_all(&self.bytes()).await.expect("the exchange reads");
        let mut bytes = Vec::new();
        // A dropped connection may end with an error, after which the received bytes are still valid.
        stream.read_to_end(&mut bytes).await.ok();
        bytes
    }

    pub(crate) async fn send(&self, sandbox: &Sandbox) -> Answer {
        parse(&self.raw(sandbox.address()).await)
    }
}

pub(crate) fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head");
    let head = String::from_utf8(bytes[..end].to_vec()).expect("a head is text");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a head has a status");
    Answer { status, head, body: bytes[end + 4..].to_vec() }
}

pub(crate) fn sign(secret: &str, payload: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(payload.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Creates an API key that can read and trade.
pub(crate) fn key(sandbox: &Sandbox, user: &str) -> ApiKey {
    sandbox.api_key(user, Permissions::READ_AND_TRADE).expect("the user exists")
}

/// Logs `alice` in and returns the response.
pub(crate) async fn login(sandbox: &Sandbox) -> Answer {
    let answer = post("/v1/public/user/login", json!({ "username": "alice", "password": "password" })).send(sandbox).await;
    assert_eq!(answer.code(), 0);
    answer
}

/// The access token of a response that opens or refreshes a session.
pub(crate) fn token(answer: &Answer) -> String {
    answer.data()["accessToken"].as_str().expect("a session has a token").to_owned()
}
