//! A request that a [`MockServer`](crate::MockServer) received.

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// A request as the server received it.
#[derive(Clone, Debug, Default)]
pub struct RecordedRequest {
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query in its percent-encoding, without the `?`. Empty if the request has none.
    pub query: String,
    /// The headers, in the order in which the client sent them. Each header is a name in lower case and a value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How many requests with the same method and path the server received before this request.
    pub earlier: usize,
    /// The bytes of the request, exactly as the client sent them.
    pub bytes: Vec<u8>,
}

impl RecordedRequest {
    /// Parses the request at the beginning of `bytes`. The bytes of the next request may follow. Returns `None` if a part of the request is
    /// still missing.
    ///
    /// # Panics
    ///
    /// Panics if the head of the request is not text, or is not HTTP.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let head_length = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let head = std::str::from_utf8(&bytes[..head_length]).expect("a head in ASCII");
        let mut lines = head.lines();
        let mut request_line = lines.next().expect("a request line").split(' ');
        let (method, target) = (request_line.next().expect("a method"), request_line.next().expect("a target"));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = lines.filter_map(|line| line.split_once(": "));
        let mut request = Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
            ..Self::default()
        };
        let body_length = request.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        bytes[head_length..].get(..body_length)?.clone_into(&mut request.body);
        bytes[..head_length + body_length].clone_into(&mut request.bytes);
        Some(request)
    }

    /// Reads the next request of a connection. Returns `None` if the client closed the connection.
    ///
    /// `buffer` keeps the bytes that the client sent after this request, for the next call.
    pub async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Self> {
        loop {
            if let Some(request) = Self::parse(buffer) {
                buffer.drain(..request.bytes.len());
                return Some(request);
            }
            if stream.read_buf(buffer).await.ok()? == 0 {
                return None;
            }
        }
    }

    /// The bytes of the request as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The first line: method, target and protocol.
    #[must_use]
    pub fn request_line(&self) -> String {
        self.text().lines().next().unwrap_or_default().to_owned()
    }

    /// The path and the query, as they are in the request line.
    #[must_use]
    pub fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// The value of the header with this name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// The headers in alphabetical order.
    #[must_use]
    pub fn sorted_headers(&self) -> Vec<(String, String)> {
        let mut headers = self.headers.clone();
        headers.sort();
        headers
    }

    /// The value of a query parameter, in its percent-encoding.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The query parameter `timestamp`, in milliseconds since 1970.
    ///
    /// # Panics
    ///
    /// Panics if the request has no timestamp.
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        self.parameter("timestamp").expect("a timestamp").parse().expect("a number")
    }
}
