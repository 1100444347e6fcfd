//! Orders through real HTTP: the whole exchange against an axum handler that reads the same JSON and answers the same JSON, and does
//! nothing in between. `cargo bench -p sixmm-sandbox --bench http`.
//!
//! Signed requests are made beforehand, so that the client costs the same on both sides: what is timed is a client that does nothing but
//! wait.
//!
//! `http_order` is the median time of an order on one connection; `http_16_connections` the time of all of them divided by their number,
//! with as many orders under way at once. `cargo xtask bench` judges the ratios, and does not pass on a quiet machine yet:
//!
//! | two cores of a virtual machine | one connection | sixteen connections |
//! | --- | --- | --- |
//! | quiet | 85 µs, 3.6 times | 45,000 orders a second, 1.60 times |
//! | quiet, but kept from halting | 30 µs, 1.29 times | 32,000 orders a second, 1.32 times |
//! | busy | 29 µs, 1.21 to 1.23 times | 22,000 to 24,000 orders a second, 1.23 to 1.33 times |
//!
//! On one connection a core of a quiet virtual machine halts while it waits for the exchange, and not while it waits for the shorter handler:
//! that is what the 3.6 measures. The 1.60 is real: 22 µs of the server's core for each order, against 14 µs.

#[path = "rounds/mod.rs"]
mod rounds;

use std::net::SocketAddr;
use std::thread;
use std::time::Instant;

use axum::routing::post;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use hmac::{Hmac, KeyInit, Mac};
use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::Sha256;
use sixmm_sandbox::{ApiKey, Clock, Permissions, Sandbox, UnixMillis, User};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

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
    let handler = handler();
    let mut requests = requests(&keys, orders);
    let client = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (mut one, mut sixteen) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        let sequential: Vec<Vec<u8>> = requests.by_ref().take(SEQUENTIAL).collect();
        let parallel: Vec<Vec<u8>> = requests.by_ref().take(CONNECTIONS * PER_CONNECTION).collect();
        let [handler, exchange] = [&handler, &exchange].map(|server| measure(&client, server.address, &sequential, &parallel));
        one.add(exchange.p50, handler.p50);
        sixteen.add(exchange.at_once, handler.at_once);
    }
    report(&one, &sixteen);
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

fn handler() -> Running {
    let start = async || {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it listens");
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("a socket"));
        let answer = async |Json(order): Json<Value>| {
            let data = json!({
                "orderId": "2022543809547603968", "clientOrderId": order["clientOrderId"], "status": "FILLED", "timestamp": START,
            });
            Json(json!({ "code": 0, "message": "success", "data": data, "requestId": "req-00000001" }))
        };
        let router = Router::new().route(PATH, post(answer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (address, ())
    };
    on_a_thread(start, |()| {})
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

fn measure(client: &Runtime, address: SocketAddr, sequential: &[Vec<u8>], parallel: &[Vec<u8>]) -> Measured {
    client.block_on(async {
        let mut connection = Connection::open(address).await;
        let mut times = Vec::with_capacity(sequential.len());
        for request in sequential {
            let before = Instant::now();
            connection.send(request).await;
            times.push(before.elapsed());
        }
        times.sort_unstable();
        let mut connections = JoinSet::new();
        let before = Instant::now();
        for requests in parallel.chunks(PER_CONNECTION) {
            let requests = requests.to_vec();
            connections.spawn(async move {
                let mut connection = Connection::open(address).await;
                for request in &requests {
                    connection.send(request).await;
                }
            });
        }
        connections.join_all().await;
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        let at_once = nanoseconds(before.elapsed()) / parallel.len() as f64;
        Measured { p50: nanoseconds(times[times.len() / 2]), at_once }
    })
}

/// A connection that stays open.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, buffer: vec![0; 4096] }
    }

    /// Sends a request and reads the whole answer, which must be a success.
    async fn send(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.expect("the server reads");
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await.expect("the server answers");
            assert_ne!(read, 0, "the server closed the connection");
            filled += read;
            let answer = &self.buffer[..filled];
            let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let length = std::str::from_utf8(&answer[..head])
                .expect("a head is text")
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ").map(|length| length.parse::<usize>().expect("a number")));
            if filled == head + 4 + length.expect("an answer has a length") {
                let body = &answer[head + 4..];
                assert!(body.starts_with(br#"{"code":0,"#), "{}", String::from_utf8_lossy(body));
                return;
            }
        }
    }
}

fn report(one: &Rounds, sixteen: &Rounds) {
    println!("orders over HTTP, median of {ROUNDS} rounds");
    println!("{:<24}{:>12}{:>12}{:>8}", "", "exchange", "handler", "ratio");
    println!("{:<24}{:>9.1} µs{:>9.1} µs{:>8.2}", "p50, one connection", one.ours() / 1e3, one.other() / 1e3, one.ratio());
    let per_second = (1e9 / sixteen.ours(), 1e9 / sixteen.other());
    println!("{:<24}{:>10.0}/s{:>10.0}/s{:>8.2}", format!("{CONNECTIONS} connections"), per_second.0, per_second.1, sixteen.ratio());
    rounds::save("http", &Figures::from([("http_order", one.figures("handler")), ("http_16_connections", sixteen.figures("handler"))]));
}
