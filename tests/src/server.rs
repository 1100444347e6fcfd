//! A server on this machine that keeps the bytes of every request, and answers with the bytes it was given.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does once it has read a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Sends these bytes and closes the connection.
    Closing(Vec<u8>),
    /// Sends these bytes and waits for the next request on the same connection.
    Keeping(Vec<u8>),
    /// Sends these bytes, keeps the connection open and says no more.
    Stalling(Vec<u8>),
}

impl Answer {
    /// Closes the connection without a word.
    #[must_use]
    pub fn nothing() -> Self {
        Self::Closing(Vec::new())
    }

    /// Keeps the connection open and never answers.
    #[must_use]
    pub fn silence() -> Self {
        Self::Stalling(Vec::new())
    }

    /// A complete HTTP answer with this status and JSON body.
    #[must_use]
    pub fn json(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::of_type(status, "application/json", body)
    }

    /// A complete HTTP answer with this status, media type and body.
    #[must_use]
    pub fn of_type(status: u16, media_type: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        Self::head(status, &format!("Content-Type: {media_type}\r\nContent-Length: {}\r\n", body.len()), body)
    }

    /// An HTTP answer with these header lines (each with its line end) and these bytes after them.
    #[must_use]
    pub fn head(status: u16, header_lines: &str, body: &[u8]) -> Self {
        let mut bytes = format!("HTTP/1.1 {status} .\r\n{header_lines}\r\n").into_bytes();
        bytes.extend_from_slice(body);
        Self::Closing(bytes)
    }

    /// The same answer, on a connection that stays open for the next request.
    #[must_use]
    pub fn keeping(self) -> Self {
        Self::Keeping(self.into_bytes())
    }

    /// The same bytes, after which nothing comes.
    #[must_use]
    pub fn stalling(self) -> Self {
        Self::Stalling(self.into_bytes())
    }

    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Closing(bytes) | Self::Keeping(bytes) | Self::Stalling(bytes) => bytes,
        }
    }
}

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Received {
    bytes: Vec<u8>,
}

impl Received {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Method, path with query, and protocol.
    #[must_use]
    pub fn request_line(&self) -> String {
        self.text().lines().next().unwrap_or_default().to_owned()
    }

    /// The query, as it stands in the request line.
    #[must_use]
    pub fn query(&self) -> Option<String> {
        let line = self.request_line();
        let target = line.split(' ').nth(1)?;
        target.split_once('?').map(|(_, query)| query.to_owned())
    }

    /// Header names, in lower case as HTTP allows, and values, in the order of their names.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        let text = self.text();
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let mut headers: Vec<_> = lines.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        headers.sort();
        headers
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers().into_iter().find_map(|(candidate, value)| (candidate == name).then_some(value))
    }

    /// What follows the headers.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        end_of_head(&self.bytes).map_or(&[], |end| &self.bytes[end..])
    }

    fn is_complete(&self) -> bool {
        end_of_head(&self.bytes).is_some() && self.body().len() >= self.announced_length()
    }

    fn announced_length(&self) -> usize {
        self.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)
    }
}

/// The server. It lives as long as the runtime that started it.
#[derive(Clone, Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    usual: Answer,
    next: VecDeque<Answer>,
    connections: usize,
    received: Vec<Received>,
}

impl Server {
    /// Starts one that gives every request this answer.
    ///
    /// # Panics
    ///
    /// If the loopback interface has no port left.
    pub async fn start(usual: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on this machine");
        let address = listener.local_addr().expect("the address that was bound");
        let shared = Shared { usual, next: VecDeque::new(), connections: 0, received: Vec::new() };
        let server = Self { address, shared: Arc::new(Mutex::new(shared)) };
        tokio::spawn(server.clone().accept(listener));
        server
    }

    /// Starts one that reports success around these data, whatever it is asked.
    pub async fn succeeding(data: &str) -> Self {
        Self::start(Answer::json(200, format!(r#"{{"code":0,"message":"success","data":{data},"requestId":"req-12345678"}}"#))).await
    }

    /// What the server says from now on.
    pub fn answer(&self, usual: Answer) {
        self.shared().usual = usual;
    }

    /// What the server says to the next request, after those that wait already.
    pub fn answer_once(&self, answer: Answer) {
        self.shared().next.push_back(answer);
    }

    /// The base URL of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the `Host` header says of the server.
    #[must_use]
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// How many connections were made so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared().connections
    }

    /// Every request so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared().received.clone()
    }

    /// The only request since the last time that somebody asked.
    ///
    /// # Panics
    ///
    /// If there was none, or more than one.
    #[must_use]
    pub fn take_only(&self) -> Received {
        let received = std::mem::take(&mut self.shared().received);
        assert_eq!(received.len(), 1, "exactly one request was expected");
        received.into_iter().next().unwrap_or_default()
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().expect("no test panics while it holds the lock")
    }

    async fn accept(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            self.shared().connections += 1;
            tokio::spawn(self.clone().serve(stream));
        }
    }

    async fn serve(self, mut stream: TcpStream) {
        while let Some(request) = read(&mut stream).await {
            let answer = {
                let mut shared = self.shared();
                shared.received.push(request);
                shared.next.pop_front().unwrap_or_else(|| shared.usual.clone())
            };
            let (keeps, stalls) = (matches!(answer, Answer::Keeping(_)), matches!(answer, Answer::Stalling(_)));
            // A client that has gone away is that test's business.
            let _ = stream.write_all(&answer.into_bytes()).await;
            if stalls {
                std::future::pending::<()>().await;
            }
            if !keeps {
                let _ = stream.shutdown().await;
                return;
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut request = Received::default();
    let mut buffer = [0; 4096];
    while !request.is_complete() {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => request.bytes.extend_from_slice(&buffer[..count]),
        }
    }
    Some(request)
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}
