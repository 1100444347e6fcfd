//! Orders through real HTTP: the whole exchange against axum handlers that read the same JSON and answer the same JSON, and do nothing in
//! between. `cargo bench -p sixmm-sandbox --bench http`.
//!
//! Signed requests are made beforehand, so that the client costs the same on all sides: what is timed is a client that does nothing but
//! wait. It waits by asking again and again. A client that sleeps lets its core halt, and a virtual machine wakes a halted core up to 60 µs
//! later: an order then takes 85 µs against the handler's 24 µs, and the handler itself 65 µs if it is made 4 µs slower.
//!
//! `http_order` is the median time of an order on one connection, the client's own part and the kernel's included; `http_16_connections` the
//! time of all of them divided by their number, with as many orders under way at once: with that, the server has all to do. Beside a
//! `handler` that reads and answers JSON as values, there is one that knows its `typed` request and answer: no server could do less. On two
//! quiet cores of a virtual machine:
//!
//! | | exchange | `handler` | `typed` |
//! | --- | --- | --- | --- |
//! | one connection | 33 to 37 µs | 1.10 to 1.16 times | 1.20 to 1.24 times |
//! | 16 connections | 61,000 to 70,000 orders a second | 1.13 to 1.20 times | 1.35 to 1.43 times |
//!
//! `cargo xtask bench --sandbox` judges the ratios.

#[path = "rounds/mod.rs"]
mod rounds;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use axum::routing::{MethodRouter, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use hmac::{Hmac, KeyInit, Mac};
use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;
use sixmm_sandbox::{ApiKey, Clock, Permissions, Sandbox, UnixMillis, User};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use rounds::{Figures, ROUNDS, Rounds, nanoseconds};

const START: i64 = 1_772_710_377_808;
const PATH: &str = "/v1/private/order/place";
/// One after the other, on one connection.
const SEQUENTIAL: usize = 1_000;
/// At once, on as many connections.
const CONNECTIONS: usize = 16;
const PER_CONNECTION: usize = 100;

fn main() {
    let orders = ROUNDS * (SEQUENTIAL + CONNECTIONS * PER_CONNECTION);
    let (exchange, keys) = exchange();
    let handlers = [("handler", handler(post(with_values))), ("typed", handler(post(with_types)))];
    let mut requests = requests(&keys, orders);
    let mut rounds: [(Rounds, Rounds); 2] = Default::default();
    for _ in 0..ROUNDS {
        let sequential: Vec<Vec<u8>> = requests.by_ref().take(SEQUENTIAL).collect();
        let parallel: Vec<Vec<u8>> = requests.by_ref().take(CONNECTIONS * PER_CONNECTION).collect();
        let measure = |server: &Running| measure(server.address, &sequential, &parallel);
        let others = handlers.each_ref().map(|(_, server)| measure(server));
        let ours = measure(&exchange);
        for ((one, sixteen), other) in rounds.iter_mut().zip(others) {
            one.add(ours.p50, other.p50);
            sixteen.add(ours.at_once, other.at_once);
        }
    }
    report(&handlers.map(|(name, _)| name).into_iter().zip(rounds).collect::<Vec<_>>());
}

/// A server on a thread of its own, so that the client does not share its runtime.
struct Running {
    address: SocketAddr,
    _running: oneshot::Sender<()>,
}

fn on_a_thread<T: Send + 'static>(
    start: impl AsyncFnOnce() -> (SocketAddr, T) + Send + 'static,
    tell: impl FnOnce(&T) + Send + 'static,
) -> Running {
    let (ready, address) = std::sync::mpsc::channel();
    let (running, stopped) = oneshot::channel::<()>();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let (address, server) = start().await;
            tell(&server);
            ready.send(address).expect("the benchmark waits for it");
            stopped.await.ok();
        });
    });
    Running { address: address.recv().expect("the server starts"), _running: running }
}

fn exchange() -> (Running, [ApiKey; 2]) {
    let (tell, keys) = std::sync::mpsc::channel();
    let start = async || {
        let user = |name: &str| User::new(name).balance(Decimal::from(1_000_000_000));
        let clock = Clock::manual(UnixMillis::new(START));
        let sandbox =
            Sandbox::builder().clock(clock).user(user("alice")).user(user("bob")).keep_requests(10_000).start().await.expect("a free port");
        (sandbox.address(), sandbox)
    };
    let running = on_a_thread(start, move |sandbox: &Sandbox| {
        let key = |user: &str| sandbox.api_key(user, Permissions::TRADE).expect("the user exists");
        tell.send([key("alice"), key("bob")]).expect("the benchmark waits for it");
    });
    (running, keys.recv().expect("the exchange starts"))
}

/// A server that does nothing else.
fn handler(answer: MethodRouter) -> Running {
    let start = async || {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it listens");
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("a socket"));
        let router = Router::new().route(PATH, answer);
        tokio::spawn(async move { axum::serve(listener, router).await });
        (address, ())
    };
    on_a_thread(start, |()| {})
}

/// Reads whatever comes, as the exchange has to.
async fn with_values(Json(order): Json<Value>) -> Json<Value> {
    let data = json!({
        "orderId": "2022543809547603968", "clientOrderId": order["clientOrderId"], "status": "FILLED", "timestamp": START,
    });
    Json(json!({ "code": 0, "message": "success", "data": data, "requestId": "req-00000001" }))
}

/// Knows what will come and what to answer: a server cannot do less.
async fn with_types(Json(order): Json<Order>) -> Json<Envelope> {
    let placed = Placed { order_id: "2022543809547603968", client_order_id: order.client_order_id, status: "FILLED", timestamp: START };
    Json(Envelope { code: 0, message: "success", data: placed, request_id: "req-00000001" })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is read, and nothing is done with it")]
struct Order {
    symbol: String,
    r#type: String,
    side: String,
    price: String,
    quantity: String,
    time_in_force: String,
    client_order_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    code: i64,
    message: &'static str,
    data: Placed,
    request_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Placed {
    order_id: &'static str,
    client_order_id: String,
    status: &'static str,
    timestamp: i64,
}

/// Orders of two users that trade with each other: every second one stands in the book, and the next one fills it.
fn requests(keys: &[ApiKey; 2], count: usize) -> impl Iterator<Item = Vec<u8>> {
    let keys: Vec<(String, Hmac<Sha256>)> = keys
        .iter()
        .map(|key| (key.api_key.clone(), Hmac::new_from_slice(key.api_secret.expose_secret().as_bytes()).expect("any length")))
        .collect();
    (0..count).map(move |number| {
        let (side, (api_key, signs)) = if number % 2 == 0 { ("BUY", &keys[0]) } else { ("SELL", &keys[1]) };
        let body = json!({
            "symbol": "BTCUSDT", "type": "LIMIT", "side": side, "price": "85000", "quantity": "0.001", "timeInForce": "GTC",
            "clientOrderId": format!("bench-{number}"),
        })
        .to_string();
        let query = format!("timestamp={START}");
        let mut mac = signs.clone();
        mac.update(query.as_bytes());
        mac.update(body.as_bytes());
        let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let length = body.len();
        format!(
            "POST {PATH}?{query}&signature={signature} HTTP/1.1\r\nHost: sandbox\r\nX-API-KEY: {api_key}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    })
}

/// Nanoseconds an order.
struct Measured {
    p50: f64,
    at_once: f64,
}

fn measure(address: SocketAddr, sequential: &[Vec<u8>], parallel: &[Vec<u8>]) -> Measured {
    let mut connection = Connection::open(address);
    let one = |request: &Vec<u8>| {
        let before = Instant::now();
        connection.send(request);
        while !connection.is_answered() {
            thread::yield_now();
        }
        before.elapsed()
    };
    let mut times: Vec<Duration> = sequential.iter().map(one).collect();
    times.sort_unstable();

    let mut connections: Vec<_> = parallel.chunks(PER_CONNECTION).map(|requests| (Connection::open(address), requests.iter())).collect();
    let before = Instant::now();
    for (connection, requests) in &mut connections {
        connection.send(requests.next().expect("a connection has requests"));
    }
    while !connections.is_empty() {
        connections.retain_mut(|(connection, requests)| {
            !connection.is_answered() || requests.next().inspect(|next| connection.send(next)).is_some()
        });
        thread::yield_now();
    }
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let at_once = nanoseconds(before.elapsed()) / parallel.len() as f64;
    Measured { p50: nanoseconds(times[times.len() / 2]), at_once }
}

/// A connection that stays open, with one request under way at a time.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Connection {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        stream.set_nonblocking(true).expect("a socket");
        Self { stream, buffer: vec![0; 4096], filled: 0 }
    }

    fn send(&mut self, request: &[u8]) {
        self.filled = 0;
        let written = self.stream.write(request).expect("the server reads");
        assert_eq!(written, request.len(), "a request fits into the socket's buffer");
    }

    /// Whether the whole answer has come, which must be a success.
    fn is_answered(&mut self) -> bool {
        match self.stream.read(&mut self.buffer[self.filled..]) {
            Ok(0) => panic!("the server closed the connection"),
            Ok(read) => self.filled += read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) => panic!("the server does not answer: {error}"),
        }
        let answer = &self.buffer[..self.filled];
        let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
        let length = std::str::from_utf8(&answer[..head])
            .expect("a head is text")
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ").map(|length| length.parse::<usize>().expect("a number")));
        if self.filled < head + 4 + length.expect("an answer has a length") {
            return false;
        }
        let body = &answer[head + 4..];
        assert!(body.starts_with(br#"{"code":0,"#), "{}", String::from_utf8_lossy(body));
        true
    }
}

fn report(compared: &[(&'static str, (Rounds, Rounds))]) {
    println!("orders over HTTP, median of {ROUNDS} rounds");
    println!("{:<34}{:>12}{:>12}{:>8}", "", "exchange", "other", "ratio");
    let mut figures = Figures::new();
    for (name, (one, sixteen)) in compared {
        let label = format!("one connection, p50: {name}");
        println!("{label:<34}{:>9.1} µs{:>9.1} µs{:>8.2}", one.ours() / 1e3, one.other() / 1e3, one.ratio());
        let label = format!("{CONNECTIONS} connections: {name}");
        println!("{label:<34}{:>10.0}/s{:>10.0}/s{:>8.2}", 1e9 / sixteen.ours(), 1e9 / sixteen.other(), sixteen.ratio());
        for (benchmark, rounds) in [("http_order", one), ("http_16_connections", sixteen)] {
            figures.entry(benchmark).or_default().extend(rounds.figures(name));
        }
    }
    rounds::save("http", &figures);
}
