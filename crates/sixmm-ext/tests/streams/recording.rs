//! Recordings of a client's connections.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use sixmm_ext::streams::recording::Replay;
use sixmm_ext::streams::{ConnectionKind, Event, StreamProtocol, StreamSettings};

use crate::stream_exchange::{KEYS, StreamExchange};

/// A recording in memory.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("UTF-8")
    }
}

/// Records the connection of this kind only.
fn recorded(kind: ConnectionKind, sink: &Sink) -> StreamSettings {
    let sink = sink.clone();
    StreamSettings::new().record(move |connection| if connection == kind { Ok(Box::new(sink.clone())) } else { Ok(Box::new(io::sink())) })
}

#[tokio::test]
async fn a_recording_of_public_topics_can_be_replayed() {
    let sink = Sink::default();
    let mut exchange = StreamExchange::with_settings(recorded(ConnectionKind::Public, &sink)).await;
    let mut trades = exchange.harness.client.streams().trades("BTCUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    peer.push("market.trade.BTCUSDT", r#"{"price":"1","quantity":"2"}"#).await;
    assert!(matches!(exchange.next(&mut trades).await, Event::Update(_)));
    exchange.harness.client.streams().close();
    assert_eq!(exchange.names(&mut trades, 1).await, ["Closed"]);
    let text = sink.text();
    let replay = Replay::new(StreamProtocol::new(), text.as_bytes()).expect("a recording");
    let replayed: Vec<String> = replay.map(|replayed| format!("{:?}", replayed.expect("the same events").event)).collect();
    let kinds: Vec<&str> = replayed.iter().map(|event| event.split(['(', ' ']).next().unwrap_or_default()).collect();
    assert_eq!(kinds, ["Connected", "Subscribed", "Update", "Closed"]);
}

#[tokio::test]
async fn a_recording_of_the_private_connection_contains_no_listen_key() {
    let sink = Sink::default();
    let mut exchange = StreamExchange::with_settings(recorded(ConnectionKind::Private, &sink)).await;
    let mut events = exchange.harness.client.streams().user_events().subscribe().expect("credentials");
    let mut peer = exchange.accept_private().await;
    peer.send(&format!(r#"{{"topic":"user.1","ts":1,"data":{{"listenKey":"{}"}}}}"#, KEYS[0])).await;
    assert!(matches!(exchange.next(&mut events).await, Event::Update(_)));
    let text = sink.text();
    assert!(text.contains(r#""listenKey":"[redacted]""#) && !text.contains(KEYS[0]), "{text}");
}

#[tokio::test]
async fn a_recording_that_cannot_be_opened_is_an_error() {
    let settings = StreamSettings::new().record(|_| Err(io::Error::other("the disk is full")));
    let exchange = StreamExchange::with_settings(settings).await;
    let error = exchange.harness.client.streams().trades("BTCUSDT").subscribe().expect_err("no recording").to_string();
    assert!(error.contains("the disk is full"), "{error}");
}
