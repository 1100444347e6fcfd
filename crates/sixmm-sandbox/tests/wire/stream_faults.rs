//! The faults of streams, each as a client sees it.

use std::time::Duration;

use rust_decimal::{Decimal, dec};
use serde_json::{Value, json};
use sixmm_sandbox::exchange::{OrderSide, PlaceOrder};
use sixmm_sandbox::{AckForm, MalformedForm, Sandbox, StreamFault, StreamFaultRule, StreamFrame, StreamSettings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::stream_client::{Closed, StreamClient};
use super::stream_private::listen_key;
use super::streams::{ask, place};
use super::support::{START, builder, start};

const DEPTH: &str = "market.depth.BTCUSDT";

fn add(sandbox: &Sandbox, rule: StreamFaultRule) {
    sandbox.stream_faults().add(rule).expect("a valid rule");
}

fn depth_updates(fault: StreamFault) -> StreamFaultRule {
    StreamFaultRule::new(fault).on_topics([DEPTH]).on_frames([StreamFrame::Data]).times(1)
}

/// Subscribes to depth and skips the snapshot.
async fn depth_client(sandbox: &Sandbox) -> StreamClient {
    let mut client = StreamClient::public(sandbox).await;
    client.subscribe(&[DEPTH]).await;
    client.data(DEPTH).await;
    client
}

fn sell(sandbox: &Sandbox, price: i64) {
    ask(sandbox, Decimal::from(price), dec!(0.1));
}

/// The version that a depth message ends with.
async fn version(client: &mut StreamClient) -> u64 {
    client.data(DEPTH).await["endVersion"].as_u64().expect("a version")
}

#[tokio::test]
async fn a_dropped_connection_ends_without_a_close_frame() {
    let sandbox = start().await;
    let mut client = depth_client(&sandbox).await;
    add(&sandbox, depth_updates(StreamFault::Drop));
    sell(&sandbox, 85_000);
    client.assert_closed(None).await;
    let hits = sandbox.stream_faults().hits();
    let expected = json!([
        { "at": START, "connection": 1, "frame": "data", "topic": DEPTH, "rule": 1, "fault": { "kind": "drop" } }
    ]);
    assert_eq!(serde_json::to_value(hits).expect("JSON"), expected);
    assert!(sandbox.stream_faults().rules().is_empty());
}

#[tokio::test]
async fn a_connection_can_be_closed_with_a_code() {
    let sandbox = start().await;
    let mut client = depth_client(&sandbox).await;
    add(&sandbox, depth_updates(StreamFault::Close { code: 1012 }));
    sell(&sandbox, 85_000);
    client.assert_closed(Some(1012)).await;
}

#[tokio::test]
async fn a_lost_increment_leaves_a_gap() {
    let sandbox = start().await;
    let mut client = depth_client(&sandbox).await;
    add(&sandbox, depth_updates(StreamFault::Lose).after(1));
    for price in [85_000, 85_001, 85_002] {
        sell(&sandbox, price);
    }
    let first = version(&mut client).await;
    let third = client.data(DEPTH).await;
    assert_eq!((&third["startVersion"], &third["endVersion"]), (&json!(first + 2), &json!(first + 2)));
}

#[tokio::test]
async fn a_lost_private_message_is_missing() {
    let sandbox = start().await;
    add(&sandbox, StreamFaultRule::new(StreamFault::Lose).on_frames([StreamFrame::User]).times(1));
    let mut client = StreamClient::connect(&sandbox, &format!("?listenKey={}", listen_key(&sandbox).await)).await;
    client.text().await;
    place(&sandbox, "alice", PlaceOrder::limit("BTCUSDT", OrderSide::Buy, dec!(85000), dec!(0.2)));
    assert_eq!(client.data("user.5794").await["orderStatus"], "PENDING");
}

#[tokio::test]
async fn a_stalled_topic_is_silent_until_its_next_subscription_while_others_live() {
    let sandbox = start().await;
    let mut client = depth_client(&sandbox).await;
    client.subscribe(&["market.ticker.BTCUSDT"]).await;
    client.data("market.ticker.BTCUSDT").await;
    add(&sandbox, depth_updates(StreamFault::Stall));
    sell(&sandbox, 85_000);
    client.data("market.ticker.BTCUSDT").await;
    sell(&sandbox, 84_999);
    client.data("market.ticker.BTCUSDT").await;
    client.assert_no_message().await;
    assert_eq!(sandbox.stream_faults().hits().len(), 1);
    client.subscribe(&[DEPTH]).await;
    assert_eq!(client.data(DEPTH).await["type"], "snapshot");
    sell(&sandbox, 84_998);
    assert_eq!(client.data(DEPTH).await["type"], "update");
}

#[tokio::test]
async fn a_delay_follows_the_clock_of_the_exchange() {
    let sandbox = start().await;
    let mut client = depth_client(&sandbox).await;
    add(&sandbox, depth_updates(StreamFault::Delay { millis: 250 }));
    sell(&sandbox, 85_000);
    // A ping waits behind the delayed message.
    let ping = client.request("ping", &[]).await;
    while sandbox.stream_connections()[0].queued < 2 {
        tokio::task::yield_now().await;
    }
    sandbox.advance(Duration::from_millis(249));
    assert_eq!(sandbox.stream_connections()[0].queued, 2);
    sandbox.advance(Duration::from_millis(1));
    assert_eq!(client.json().await["ts"], json!(START));
    assert_eq!(client.json().await["id"], json!(ping));
}

#[tokio::test]
async fn a_message_can_be_sent_twice() {
    let sandbox = start().await;
    let mut client = depth_client(&sandbox).await;
    add(&sandbox, depth_updates(StreamFault::Duplicate));
    sell(&sandbox, 85_000);
    let first = client.text().await;
    assert_eq!(client.text().await, first);
    client.assert_no_message().await;
}

#[tokio::test]
async fn a_snapshot_can_follow_the_first_increment() {
    let sandbox = start().await;
    add(&sandbox, StreamFaultRule::new(StreamFault::Reorder).on_frames([StreamFrame::Snapshot]).times(1));
    let mut client = StreamClient::public(&sandbox).await;
    client.subscribe(&[DEPTH]).await;
    sell(&sandbox, 85_000);
    assert_eq!(client.data(DEPTH).await["type"], "update");
    assert_eq!(client.data(DEPTH).await["type"], "snapshot");
}

#[tokio::test]
async fn a_snapshot_can_be_missing_or_precede_its_acknowledgement() {
    let sandbox = start().await;
    add(&sandbox, StreamFaultRule::new(StreamFault::Lose).on_frames([StreamFrame::Snapshot]).times(1));
    let mut client = StreamClient::public(&sandbox).await;
    client.subscribe(&[DEPTH]).await;
    client.assert_no_message().await;
    add(&sandbox, StreamFaultRule::new(StreamFault::Reorder).on_topics(["market.depth."]).on_frames([StreamFrame::Ack]).times(1));
    let id = client.request("subscribe", &[DEPTH]).await;
    assert_eq!(client.data(DEPTH).await["type"], "snapshot");
    assert_eq!(client.json().await["id"], json!(id));
}

#[tokio::test]
async fn acknowledgements_can_have_another_form_or_be_missing() {
    let sandbox = start().await;
    let topic = "market.trade.BTCUSDT";
    for (form, expected) in [
        (AckForm::NumericId, json!({ "id": 1, "event": "subscribe", "success": true, "data": [topic] })),
        (AckForm::WithoutId, json!({ "event": "subscribe", "success": true, "data": [topic] })),
        (AckForm::WithoutData, json!({ "id": "1", "event": "subscribe", "success": true })),
        (AckForm::Result, json!({ "id": "1", "result": "success" })),
    ] {
        add(&sandbox, StreamFaultRule::new(StreamFault::AckForm { form }).times(1));
        let mut client = StreamClient::public(&sandbox).await;
        client.request("subscribe", &[topic]).await;
        assert_eq!(client.json().await, expected);
    }
    add(&sandbox, StreamFaultRule::new(StreamFault::Lose).on_frames([StreamFrame::Ack]).times(1));
    let mut client = StreamClient::public(&sandbox).await;
    client.request("subscribe", &[topic]).await;
    client.assert_no_message().await;
}

#[tokio::test(start_paused = true)]
async fn slow_bytes_form_a_complete_message() {
    let sandbox = start().await;
    let mut client = depth_client(&sandbox).await;
    add(&sandbox, depth_updates(StreamFault::SlowBytes { millis: 10 }));
    sell(&sandbox, 85_000);
    let start = tokio::time::Instant::now();
    let text = client.text().await;
    assert!(text.contains("85000"));
    assert!(start.elapsed() >= Duration::from_millis(10 * text.len() as u64));
    client.assert_no_message().await;
}

#[tokio::test]
async fn truncated_and_malformed_frames_are_not_read_as_messages() {
    for (fault, is_text) in [
        (StreamFault::Truncate, false),
        (StreamFault::Malformed { form: MalformedForm::Utf8 }, false),
        (StreamFault::Malformed { form: MalformedForm::Opcode }, false),
        (StreamFault::Malformed { form: MalformedForm::Masked }, false),
        (StreamFault::Malformed { form: MalformedForm::Json }, true),
    ] {
        let sandbox = start().await;
        let mut client = depth_client(&sandbox).await;
        add(&sandbox, depth_updates(fault));
        sell(&sandbox, 85_000);
        match client.next().await {
            Ok(text) => assert!(is_text && serde_json::from_str::<Value>(&text).is_err(), "{fault:?}: {text}"),
            Err(end) => assert!(!is_text && end == Closed(None), "{fault:?}: {end:?}"),
        }
    }
}

#[tokio::test]
async fn a_listen_key_can_expire_early() {
    let sandbox = start().await;
    let key = listen_key(&sandbox).await;
    add(&sandbox, StreamFaultRule::new(StreamFault::ExpireKey).times(1));
    let mut public = depth_client(&sandbox).await;
    let mut client = StreamClient::connect(&sandbox, &format!("?listenKey={key}")).await;
    client.text().await;
    place(&sandbox, "alice", PlaceOrder::limit("BTCUSDT", OrderSide::Buy, dec!(85000), dec!(0.2)));
    while client.next().await != Err(Closed(Some(4001))) {}
    // The public connection has no key, so its messages are no hits.
    version(&mut public).await;
    let mut again = StreamClient::connect(&sandbox, &format!("?listenKey={key}")).await;
    assert_eq!(again.json().await["success"], json!(false));
    again.assert_closed(Some(4001)).await;
    assert_ne!(listen_key(&sandbox).await, key);
}

/// The bytes of a masked text frame with the mask 0.
fn client_frame(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 126).expect("a short text");
    [&[0x81, 0x80 | length, 0, 0, 0, 0], text.as_bytes()].concat()
}

#[tokio::test]
async fn a_half_open_connection_sends_no_more_bytes_and_no_close_frame() {
    let sandbox = start().await;
    add(&sandbox, StreamFaultRule::new(StreamFault::HalfOpen).on_frames([StreamFrame::Ack]).after(1).times(1));
    let mut socket = TcpStream::connect(sandbox.address()).await.expect("the exchange listens");
    let head = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.write_all(head.as_bytes()).await.expect("the exchange reads");
    for id in ["1", "2", "3"] {
        let request = client_frame(&json!({ "id": id, "op": "ping", "args": [] }).to_string());
        socket.write_all(&request).await.expect("the exchange reads");
    }
    // The server reads until the client ends the connection. All bytes that the server sent are then known.
    socket.shutdown().await.expect("an open socket");
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).await.expect("the server closes the socket");
    let text = String::from_utf8_lossy(&bytes);
    let (_, frames) = text.split_once("\r\n\r\n").expect("a head");
    assert!(frames.ends_with(r#"{"id": "1","event": "ping","success": true,"data": []}"#), "{frames}");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed() {
    let settings = StreamSettings::new().max_queued_messages(10);
    let sandbox = builder().streams(settings).start().await.expect("a port is free");
    let mut client = depth_client(&sandbox).await;
    // No task of the server runs between these orders, so the messages wait in the queue.
    for price in 0..11 {
        sell(&sandbox, 85_000 + price);
    }
    client.assert_closed(Some(4008)).await;
    drop(client);
    while !sandbox.stream_connections().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_same_seed_selects_the_same_messages() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let sandbox = start().await;
        let mut client = depth_client(&sandbox).await;
        add(&sandbox, StreamFaultRule::new(StreamFault::Lose).on_topics([DEPTH]).with_probability(0.5));
        let mut versions = Vec::new();
        for price in 0..20 {
            sell(&sandbox, 85_000 + price);
        }
        let last = sandbox.stream_faults().hits().len();
        for _ in last..20 {
            versions.push(version(&mut client).await);
        }
        client.assert_no_message().await;
        runs.push(versions);
    }
    assert_eq!(runs[0], runs[1]);
    assert!((1..20).contains(&runs[0].len()), "{runs:?}");
}

#[tokio::test]
async fn an_invalid_rule_is_rejected() {
    let sandbox = start().await;
    let rule = || StreamFaultRule::new(StreamFault::Drop);
    for (rule, message) in [
        (rule().with_probability(2.0), "`probability` is 2: it must be 0 to 1"),
        (rule().times(0), "`count` is 0: it must be 1 or more, or left out"),
        (StreamFaultRule::new(StreamFault::Close { code: 1006 }), "`code` is 1006: it must be a close code that can be sent, 1000 to 4999"),
        (rule().on_topics(["x".repeat(101)]), "`topics` must have at most 100 names of at most 100 bytes"),
    ] {
        assert_eq!(sandbox.stream_faults().add(rule).expect_err("invalid").to_string(), message);
    }
}
