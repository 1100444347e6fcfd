//! The response that a [`MockServer`](crate::MockServer) sends.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// Keeps responses back until a test opens the gate. Clones share their state.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// A gate that is shut.
    #[must_use]
    pub fn shut() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets all responses pass from now on.
    pub fn open(&self) {
        self.0.add_permits(Semaphore::MAX_PERMITS / 2);
    }

    async fn pass(&self) {
        drop(self.0.acquire().await.expect("the semaphore is never closed"));
    }
}

/// A JSON document as the body of a response.
pub trait JsonBody {
    /// The text of the document.
    fn into_text(self) -> String;
}

impl JsonBody for &Value {
    fn into_text(self) -> String {
        self.to_string()
    }
}

impl JsonBody for &str {
    fn into_text(self) -> String {
        self.to_owned()
    }
}

impl JsonBody for &String {
    fn into_text(self) -> String {
        self.clone()
    }
}

impl JsonBody for String {
    fn into_text(self) -> String {
        self
    }
}

/// A scripted response of a mock server, and what the server does with the connection afterwards.
///
/// By default, the server sends the whole response at once and then reads the next request of the same connection.
#[derive(Clone, Debug)]
pub struct MockResponse {
    content: Content,
    is_truncated: bool,
    then: Then,
    gate: Option<Gate>,
    delay: Duration,
}

#[derive(Clone, Debug)]
enum Content {
    /// The server adds `Content-Length`.
    Http {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    Raw(Vec<u8>),
}

/// What the server does after the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    ReadNext,
    Close,
    /// Keeps the connection open, and neither reads nor writes.
    Stall,
}

impl MockResponse {
    /// Status 200, and the envelope of a success around these data, which have to be JSON.
    #[must_use]
    pub fn ok(data: impl JsonBody) -> Self {
        let data = data.into_text();
        Self::json(200, format!(r#"{{"code":0,"message":"success","data":{data},"requestId":"req-test"}}"#))
    }

    /// Status 200, and the envelope of a rejection with this error code.
    #[must_use]
    pub fn refusal(code: i64, message: &str) -> Self {
        Self::json(200, serde_json::json!({ "code": code, "message": message, "requestId": "req-test" }).to_string())
    }

    /// This status and JSON body.
    #[must_use]
    pub fn json(status: u16, body: impl JsonBody) -> Self {
        Self::of_type(status, "application/json", body.into_text())
    }

    /// This status, media type and body.
    #[must_use]
    pub fn of_type(status: u16, media_type: &str, body: impl AsRef<[u8]>) -> Self {
        Self::status(status, body).header("Content-Type", media_type)
    }

    /// This status and body without a media type.
    #[must_use]
    pub fn status(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::new(Content::Http { status, headers: Vec::new(), body: body.as_ref().to_vec() }, Then::ReadNext)
    }

    /// These bytes, whether they are HTTP or not. Then the server closes the connection.
    #[must_use]
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(Content::Raw(bytes.into()), Then::Close)
    }

    /// A response with a status line, these header lines (each with its line end) and a body. The server adds no header, and closes the
    /// connection after the response.
    #[must_use]
    pub fn head(status: u16, header_lines: &str, body: &[u8]) -> Self {
        Self::raw([format!("HTTP/1.1 {status} .\r\n{header_lines}\r\n").as_bytes(), body].concat())
    }

    /// No response: the server keeps the connection open and sends nothing.
    #[must_use]
    pub fn silence() -> Self {
        Self::raw(Vec::new()).stalling()
    }

    /// No response: the server closes the connection.
    #[must_use]
    pub fn closed() -> Self {
        Self::raw(Vec::new())
    }

    fn new(content: Content, then: Then) -> Self {
        Self { content, is_truncated: false, then, gate: None, delay: Duration::ZERO }
    }

    /// Adds a header.
    ///
    /// # Panics
    ///
    /// Panics if the response consists of raw bytes.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let Content::Http { headers, .. } = &mut self.content else { panic!("raw bytes have no headers") };
        headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same response, after which the server closes the connection.
    #[must_use]
    pub fn closing(self) -> Self {
        Self { then: Then::Close, ..self }
    }

    /// The same response, after which the server reads the next request of the connection.
    #[must_use]
    pub fn keeping(self) -> Self {
        Self { then: Then::ReadNext, ..self }
    }

    /// Changes the response: after sending it, the server keeps the connection open, but reads and sends nothing more.
    #[must_use]
    pub fn stalling(self) -> Self {
        Self { then: Then::Stall, ..self }
    }

    /// The head and the first half of the body. Then the server closes the connection.
    #[must_use]
    pub fn torn(self) -> Self {
        Self { is_truncated: true, then: Then::Close, ..self }
    }

    /// Changes the response: the server sends only the head and the first half of the body, and keeps the connection open.
    #[must_use]
    pub fn dripping(self) -> Self {
        Self { is_truncated: true, then: Then::Stall, ..self }
    }

    /// The same response, which the server sends after the gate is opened.
    #[must_use]
    pub fn held_by(self, gate: &Gate) -> Self {
        Self { gate: Some(gate.clone()), ..self }
    }

    /// The same response, sent after this delay in the time of the server's runtime.
    #[must_use]
    pub fn delayed(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Sends the response. `false` if the server is to close the connection.
    pub(crate) async fn send(&self, stream: &mut TcpStream) -> bool {
        if let Some(gate) = &self.gate {
            gate.pass().await;
        }
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        // Tests also use clients that close the connection before the response.
        let is_written = stream.write_all(&self.bytes()).await.is_ok();
        match self.then {
            Then::ReadNext => is_written,
            Then::Close => {
                let _ = stream.shutdown().await;
                false
            }
            Then::Stall => pending().await,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match &self.content {
            Content::Raw(bytes) => bytes.clone(),
            Content::Http { status, headers, body } => {
                let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
                let head = format!("HTTP/1.1 {status} .\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
                let sent = if self.is_truncated { &body[..body.len() / 2] } else { body };
                [head.as_bytes(), sent].concat()
            }
        }
    }
}
