//! Stalled connections and incomplete requests.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use sixmm_sandbox::Operation;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::support::{START, builder, get, key, parse, post, start};

/// Longer than any connection may stall, in virtual time.
const LONG: Duration = Duration::from_secs(3600);

/// Sends bytes and returns all received bytes until the connection is closed, with the elapsed time.
async fn answer_to(bytes: &[u8], address: SocketAddr) -> (Vec<u8>, Duration) {
    let began = Instant::now();
    let mut stream = TcpStream::connect(address).await.expect("the exchange listens");
    stream.write_all(bytes).await.expect("the exchange reads");
    let mut answer = Vec::new();
    timeout(LONG, stream.read_to_end(&mut answer)).await.expect("the connection is closed within an hour").ok();
    (answer, began.elapsed())
}

/// Sends bytes and closes the client's side of the connection.
async fn answer_to_cut(bytes: &[u8], address: SocketAddr) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.expect("the exchange listens");
    stream.write_all(bytes).await.expect("the exchange reads");
    stream.shutdown().await.expect("the connection is open");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    answer
}

#[tokio::test(start_paused = true)]
async fn a_connection_with_an_incomplete_head_is_closed() {
    let sandbox = builder().control_port(0).start().await.expect("ports are free");
    let control = sandbox.control_address().expect("a control port");
    for address in [sandbox.address(), control] {
        for begun in ["", "G", "GET /v1/time HTTP/1.1\r\n", "GET /v1/time HTTP/1.1\r\nHost: 127.0.0.1\r\n"] {
            let (_, after) = answer_to(begun.as_bytes(), address).await;
            assert!((75..77).contains(&after.as_secs()), "{begun:?}: {after:?}");
        }
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_closed() {
    let sandbox = start().await;
    let (answer, after) = answer_to(b"GET /v1/time HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", sandbox.address()).await;
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
    assert!((75..77).contains(&after.as_secs()), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn a_request_with_an_incomplete_body_is_answered_with_408() {
    let sandbox = builder().control_port(0).start().await.expect("ports are free");
    let login = "POST /v1/public/user/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n";
    for begun in ["Content-Length: 100\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"us"] {
        let (answer, after) = answer_to(format!("{login}{begun}").as_bytes(), sandbox.address()).await;
        let expected = (408, 2002, "Invalid parameter value: body did not arrive within 75 seconds".to_owned());
        assert_eq!((parse(&answer).summary(), after.as_secs()), (expected, 75), "{begun:?}");
    }
    let fault =
        "POST /faults HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{";
    let (answer, _) = answer_to(fault.as_bytes(), sandbox.control_address().expect("a control port")).await;
    assert_eq!(parse(&answer).json(), json!({ "error": "the body did not arrive within 75 seconds" }));
}

#[tokio::test]
async fn a_truncated_or_malformed_body_is_rejected_with_400() {
    let sandbox = start().await;
    for (path, rest) in [
        ("public/user/login", "Content-Length: 100\r\n\r\n{\"username\":"),
        ("private/order/place", "Content-Length: 9\r\n\r\n"),
        ("public/user/login", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        ("private/order/cancel", "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n"),
        ("private/order/place", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"us"),
    ] {
        let request = format!("POST /v1/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{rest}");
        let answer = parse(&answer_to_cut(request.as_bytes(), sandbox.address()).await);
        let expected = (400, 2002, "Invalid parameter value: body is incomplete, or its chunks are malformed".to_owned());
        assert_eq!(answer.summary(), expected, "{rest:?}");
    }
    let operations: Vec<Operation> = sandbox.requests().into_iter().map(|request| request.operation).collect();
    assert_eq!(operations.len(), 5, "each request is logged: {operations:?}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_rejected_with_413_in_both_framings() {
    let sandbox = start().await;
    let body = "x".repeat((1 << 20) + 1);
    let size = body.len();
    for framed in
        [format!("Content-Length: {size}\r\n\r\n{body}"), format!("Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n")]
    {
        let request = format!("POST /v1/public/user/login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{framed}");
        let (answer, _) = answer_to(request.as_bytes(), sandbox.address()).await;
        assert_eq!(parse(&answer).status, 413);
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_rejected_with_431() {
    let sandbox = start().await;
    for header in ["X-Request-ID", "Cookie"] {
        let answer = get("/v1/time").header(header, "x".repeat(383_000)).raw(sandbox.address()).await;
        assert!(answer.is_empty() || parse(&answer).status == 431, "{header}");
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn the_log_truncates_a_long_request_id() {
    let sandbox = start().await;
    let long = "r".repeat(30_000);
    let answer = get("/v1/time").header("X-Request-ID", &long).send(&sandbox).await;
    assert_eq!(answer.json()["requestId"], long, "the response contains it completely");
    get("/v1/private/user/info").header("X-Request-ID", &long).send(&sandbox).await;
    get("/v1/time").header("X-Request-ID", "short").send(&sandbox).await;
    let lengths: Vec<usize> = sandbox.requests().iter().map(|request| request.request_id.len()).collect();
    assert_eq!(lengths, [512, 512, 5]);
}

#[tokio::test]
async fn a_client_order_id_that_is_too_long_is_rejected_and_truncated_in_the_log() {
    let sandbox = start().await;
    let key = key(&sandbox, "alice");
    let order =
        |id: &str| json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "80000", "quantity": "0.1", "clientOrderId": id });
    let long = "c".repeat(900_000);
    let message = "Parameter out of range: clientOrderId has 900000 characters: at most 128 are allowed";
    let placed = post("/v1/private/order/place", order(&long)).signed(&key, START).send(&sandbox).await;
    assert_eq!(placed.summary(), (200, 2003, message.to_owned()));
    let batch = post("/v1/private/order/batch-place", json!({ "orders": [order(&long), order("short")] }));
    let results = batch.signed(&key, START).send(&sandbox).await.data();
    assert_eq!((&results["successCount"], &results["results"][0]["code"]), (&json!(1), &json!(2003)));
    let lengths: Vec<Vec<usize>> =
        sandbox.requests().iter().map(|request| request.client_order_ids.iter().map(String::len).collect()).collect();
    assert_eq!(lengths, [vec![512], vec![512, 5]]);
}

#[tokio::test]
async fn the_longest_client_order_id_is_accepted_and_logged_completely() {
    let sandbox = start().await;
    let key = key(&sandbox, "alice");
    let id = "\u{1F980}".repeat(128);
    let order = json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "80000", "quantity": "0.1", "clientOrderId": id });
    let placed = post("/v1/private/order/place", order).signed(&key, START).send(&sandbox).await.data();
    assert_eq!(placed["clientOrderId"], id);
    assert_eq!(sandbox.requests()[0].client_order_ids, [id]);
}

#[tokio::test]
async fn the_log_keeps_a_hundred_client_order_ids_of_a_request() {
    let sandbox = start().await;
    let key = key(&sandbox, "alice");
    // None of the orders can be filled.
    let orders: Vec<_> = (0..5_000)
        .map(|nth| json!({ "symbol": "BTCUSDT", "type": "MARKET", "side": "BUY", "quantity": "0.1", "clientOrderId": nth.to_string() }))
        .collect();
    post("/v1/private/order/batch-place", json!({ "orders": orders })).signed(&key, START).send(&sandbox).await.data();
    let received = sandbox.requests();
    assert_eq!(received[0].client_order_ids.len(), 100);
    assert_eq!(received[0].client_order_ids[99], "99");
}
