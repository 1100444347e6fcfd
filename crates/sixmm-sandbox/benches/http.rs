//! Orders over HTTP: the exchange compared with axum handlers that read and write the same JSON and do nothing else.
//! `cargo bench -p sixmm-sandbox --bench http`.
//!
//! The requests are signed beforehand, so the client's cost is the same for all servers. The client only waits, by polling. If the client
//! slept instead, its core would halt, and a virtual machine takes up to 60 µs to wake a halted core. An order would then take 85 µs and
//! the handler 24 µs, and a handler that is only 4 µs slower would take 65 µs.
//!
//! `http_order` is the median time of an order on one connection, including the client and the kernel. `http_16_connections` is the total
//! time of all orders divided by their number, with 16 concurrent orders, which keeps the server fully busy. `handler` reads and writes
//! JSON as values. `typed` has types for the request and the response, which is the minimum work of any server. On two quiet cores of a
//! virtual machine:
//!
//! | | exchange | `handler` | `typed` |
//! | --- | --- | --- | --- |
//! | one connection | 33 to 37 µs | 1.10 to 1.16 times | 1.20 to 1.24 times |
//! | 16 connections | 61,000 to 70,000 orders a second | 1.13 to 1.20 times | 1.35 to 1.43 times |
//!
//! `cargo xtask bench --sandbox` checks the ratios.

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
/// Orders one after the other, on one connection.
const SEQUENTIAL: usize = 1_000;
/// Concurrent orders, each on its own connection.
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
        let measure = |server: &ServerThread| measure(server.address, &sequential, &parallel);
        let others = handlers.each_ref().map(|(_, server)| measure(server));
        let ours = measure(&exchange);
        for ((one, sixteen), other) in rounds.iter_mut().zip(others) {
            one.add(ours.p50, other.p50);
            sixteen.add(ours.concurrent, other.concurrent);
        }
    }
    report(&handlers.map(|(name, _)| name).into_iter().zip(rounds).collect::<Vec<_>>());
}

/// A server on a separate thread, so that the client does not share its runtime.
struct ServerThread {
    address: SocketAddr,
    _running: oneshot::Sender<()>,
}

fn spawn_server<T: Send + 'static>(
    start: impl AsyncFnOnce() -> (SocketAddr, T) + Send + 'static,
    notify: impl FnOnce(&T) + Send + 'static,
) -> ServerThread {
    let (ready, address) = std::sync::mpsc::channel();
    let (running, stopped) = oneshot::channel::<()>();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let (address, server) = start().await;
            notify(&server);
            ready.send(address).expect("the benchmark waits for it");
            stopped.await.ok();
        });
    });
    ServerThread { address: address.recv().expect("the server starts"), _running: running }
}

fn exchange() -> (ServerThread, [ApiKey; 2]) {
    let (notify, keys) = std::sync::mpsc::channel();
    let start = async || {
        let user = |name: &str| User::new(name).balance(Decimal::from(1_000_000_000));
        let clock = Clock::manual(UnixMillis::new(START));
        let sandbox = Sandbox::builder()
            .clock(clock)
            .user(user("alice"))
            .user(user("bob"))
            .keep_requests(10_000)
            .start()
            .await
            .expect("a port is free");
        (sandbox.address(), sandbox)
    };
    let running = spawn_server(start, move |sandbox: &Sandbox| {
        let key = |user: &str| sandbox.api_key(user, Permissions::TRADE).expect("the user exists");
        notify.send([key("alice"), key("bob")]).expect("the benchmark waits for it");
    });
    (running, keys.recv().expect("the exchange starts"))
}

/// A server without an exchange.
fn handler(response: MethodRouter) -> ServerThread {
    let start = async || {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("a socket"));
        let router = Router::new().route(PATH, response);
        tokio::spawn(async move { axum::serve(listener, router).await });
        (address, ())
    };
    spawn_server(start, |()| {})
}

/// Reads arbitrary JSON, as the exchange does.
async fn with_values(Json(order): Json<Value>) -> Json<Value> {
    let data = json!({
        "orderId": "2022543809547603968", "clientOrderId": order["clientOrderId"], "status": "FILLED", "timestamp": START,
    });
    Json(json!({ "code": 0, "message": "success", "data": data, "requestId": "req-00000001" }))
}

/// Reads and writes known types, which is the minimum work of any server.
async fn with_types(Json(order): Json<Order>) -> Json<Envelope> {
    let placed = Placed { order_id: "2022543809547603968", client_order_id: order.client_order_id, status: "FILLED", timestamp: START };
    Json(Envelope { code: 0, message: "success", data: placed, request_id: "req-00000001" })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "the fields are deserialised but not used")]
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

/// Orders of two users that trade with each other. Each second order rests in the book and is filled by the next one.
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

/// Nanoseconds per order.
struct Measured {
    p50: f64,
    concurrent: f64,
}

fn measure(address: SocketAddr, sequential: &[Vec<u8>], parallel: &[Vec<u8>]) -> Measured {
    let mut connection = Connection::open(address);
    let one = |request: &Vec<u8>| {
        let before = Instant::now();
        connection.send(request);
        while !connection.is_complete() {
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
            !connection.is_complete() || requests.next().inspect(|next| connection.send(next)).is_some()
        });
        thread::yield_now();
    }
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let concurrent = nanoseconds(before.elapsed()) / parallel.len() as f64;
    Measured { p50: nanoseconds(times[times.len() / 2]), concurrent }
}

/// A persistent connection with one request in flight at a time.
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

    /// Whether the complete response has arrived. Panics if the response is not a success.
    fn is_complete(&mut self) -> bool {
        match self.stream.read(&mut self.buffer[self.filled..]) {
            Ok(0) => panic!("the server closed the connection"),
            Ok(read) => self.filled += read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) => panic!("the server does not answer: {error}"),
        }
        let response = &self.buffer[..self.filled];
        let Some(head) = response.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
        let length = std::str::from_utf8(&response[..head])
            .expect("a head is text")
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ").map(|length| length.parse::<usize>().expect("a number")));
        if self.filled < head + 4 + length.expect("an answer has a length") {
            return false;
        }
        let body = &response[head + 4..];
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
