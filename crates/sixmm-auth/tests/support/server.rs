//! The raw server: HTTP/1.1 over TCP, just enough of it.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};
use venue_core::{ManualTime, TimeSource as _};

/// A request, as its bytes came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    /// Raw, without the `?`.
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// How many requests with this method and path came before it.
    pub earlier: usize,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    pub fn timestamp(&self) -> i64 {
        self.parameter("timestamp").expect("a timestamp").parse().expect("a number")
    }

    pub fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }
}

/// Holds answers back until it is opened.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    pub fn shut() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    pub fn open(&self) {
        self.0.add_permits(Semaphore::MAX_PERMITS / 2);
    }

    async fn pass(&self) {
        drop(self.0.acquire().await.expect("never closed"));
    }
}

/// What the server does with a request.
#[derive(Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    gate: Option<Gate>,
    end: End,
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Complete,
    /// Nothing comes.
    Silent,
    /// The connection is closed instead.
    Closed,
    /// The connection is closed within the body.
    Torn,
    /// Half of the body comes, and then nothing.
    Dripping,
}

impl Answer {
    pub fn ok(data: &Value) -> Self {
        Self::json(200, &json!({ "code": 0, "message": "success", "data": data, "requestId": "req-test" }))
    }

    pub fn refusal(code: i64, message: &str) -> Self {
        Self::json(200, &json!({ "code": code, "message": message, "requestId": "req-test" }))
    }

    pub fn json(status: u16, body: &Value) -> Self {
        Self::of_type(status, "application/json", &body.to_string())
    }

    pub fn of_type(status: u16, media_type: &str, body: &str) -> Self {
        let headers = vec![(String::from("Content-Type"), String::from(media_type))];
        Self { status, headers, body: body.into(), gate: None, end: End::Complete }
    }

    pub fn silence() -> Self {
        Self { end: End::Silent, ..Self::of_type(200, "text/plain", "") }
    }

    pub fn closed() -> Self {
        Self { end: End::Closed, ..Self::of_type(200, "text/plain", "") }
    }

    pub fn torn(self) -> Self {
        Self { end: End::Torn, ..self }
    }

    pub fn dripping(self) -> Self {
        Self { end: End::Dripping, ..self }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn held_by(self, gate: &Gate) -> Self {
        Self { gate: Some(gate.clone()), ..self }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} .\r\nContent-Length: {}\r\n", self.status, self.body.len());
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let body = if matches!(self.end, End::Torn | End::Dripping) { &self.body[..self.body.len() / 2] } else { &self.body };
        [format!("{head}\r\n").as_bytes(), body].concat()
    }
}

type Script = dyn Fn(&Seen) -> Answer + Send + Sync;

/// A server on this machine.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

struct Shared {
    time: ManualTime,
    ahead: AtomicI64,
    seen: Mutex<Vec<Seen>>,
    script: Box<Script>,
    time_script: Mutex<Option<Box<Script>>>,
}

impl Server {
    pub async fn start(time: ManualTime, script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            time,
            ahead: AtomicI64::new(0),
            seen: Mutex::default(),
            script: Box::new(script),
            time_script: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
        Self { address, shared, accepting }
    }

    /// Closes all connections, and the port.
    pub fn stop(&self) {
        self.accepting.abort();
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets the server's clock ahead of the test's time, by milliseconds.
    pub fn be_ahead(&self, milliseconds: i64) {
        self.shared.ahead.store(milliseconds, Ordering::SeqCst);
    }

    /// From now on, this answers `GET /v1/time`.
    pub fn set_time_script(&self, script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) {
        *self.shared.time_script.lock().expect("no panic") = Some(Box::new(script));
    }

    pub fn now(&self) -> i64 {
        self.shared.now()
    }

    /// All requests so far, without those for the time.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().expect("no panic").iter().filter(|seen| seen.path != "/v1/time").cloned().collect()
    }

    pub fn seen_at(&self, path: &str) -> Vec<Seen> {
        self.shared.seen.lock().expect("no panic").iter().filter(|seen| seen.path == path).cloned().collect()
    }

    /// Waits for that many requests at a path.
    pub async fn until_seen(&self, path: &str, count: usize) {
        super::until(|| self.seen_at(path).len() >= count).await;
    }
}

impl Shared {
    fn now(&self) -> i64 {
        self.time.wall().as_millis() + self.ahead.load(Ordering::SeqCst)
    }

    fn note(&self, mut request: Seen) -> Seen {
        let mut seen = self.seen.lock().expect("no panic");
        request.earlier = seen.iter().filter(|seen| seen.path == request.path && seen.method == request.method).count();
        seen.push(request.clone());
        request
    }

    fn answer(&self, seen: &Seen) -> Answer {
        if seen.path == "/v1/time" {
            if let Some(script) = &*self.time_script.lock().expect("no panic") {
                return script(seen);
            }
            let now = self.now();
            return Answer::ok(&json!({ "timestamp": now / 1000, "timestampMs": now, "iso": "", "timezone": "UTC" }));
        }
        (self.script)(seen)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this task, and the connections with it.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut buffer = Vec::new();
    while let Some(request) = read(&mut stream, &mut buffer).await {
        let seen = shared.note(request);
        let answer = shared.answer(&seen);
        if let Some(gate) = &answer.gate {
            gate.pass().await;
        }
        match answer.end {
            End::Complete => {}
            End::Silent => pending().await,
            End::Closed => return,
            End::Torn => {
                let _ = stream.write_all(&answer.bytes()).await;
                return;
            }
            End::Dripping => {
                let _ = stream.write_all(&answer.bytes()).await;
                pending().await
            }
        }
        if stream.write_all(&answer.bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Seen> {
    let end = loop {
        match buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            Some(end) => break end,
            None if stream.read_buf(buffer).await.ok()? == 0 => return None,
            None => {}
        }
    };
    let head = String::from_utf8(buffer[..end].to_vec()).expect("ASCII");
    let mut lines = head.lines();
    let mut start = lines.next().expect("a request line").split(' ');
    let (method, target) = (start.next().expect("a method"), start.next().expect("a target"));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let mut seen =
        Seen { method: method.into(), path: path.into(), query: query.into(), headers: headers.collect(), body: Vec::new(), earlier: 0 };
    let length = seen.header("content-length").map_or(0, |length| length.parse().expect("a length"));
    while buffer.len() < end + 4 + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    seen.body = buffer[end + 4..end + 4 + length].to_vec();
    buffer.drain(..end + 4 + length);
    Some(seen)
}
