//! A recording is served to a client that subscribes as usual.

use std::borrow::Cow;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt as _;
use rust_decimal::dec;
use serde_json::{Value, json};
use sixmm_sandbox::exchange::{OrderSide, PlaceOrder};
use sixmm_sandbox::{Clock, InvalidRecording, ReplayPace, StreamReplay, UnixMillis};
use venue_stream::{Ack, AckOutcome, Buffering, Event, Inbound, Protocol, PushKind, Request, RequestId, StreamConnection, TopicSettings};

use super::stream_client::StreamClient;
use super::streams::{ask, place};
use super::support::start;

/// Two connections: the first has public and private messages and is lost, the second has one message.
const RECORDING: &str = r#"venue-stream recording 1
settings {}
seed 7
first-request 1
0.000000000 0 subscribe {} market.trade.BTCUSDT
0.000000000 1 connect
0.100000000 1 opened
0.100000000 1 > {"id":"1","op":"subscribe","args":["market.trade.BTCUSDT"]}
0.200000000 1 < {"id":"1","event":"subscribe","success":true,"data":["market.trade.BTCUSDT"]}
0.200000000 1 < { "event": "auth", "success": true, "data": "1188041528" }
1.000000000 1 < {"topic":"market.trade.BTCUSDT","event":"data","ts":1,"data":[1]}
1.500000000 1 < {"topic":"market.tickers","event":"data","ts":2,"data":[2]}
1.600000000 1 < {"topic":"user.5794","ts":3,"data":{}}
1.700000000 1 < {"topic":"market.trade
2.000000000 1 < {"topic":"market.trade.BTCUSDT","event":"data","ts":4,"data":["\\n"]}
2.500000000 1 lost "closed"
3.000000000 2 connect
3.100000000 2 opened
3.200000000 2 < {"topic":"market.trade.BTCUSDT","event":"data","ts":5,"data":[5]}
"#;

async fn replay(pace: ReplayPace) -> StreamReplay {
    let clock = Clock::manual(UnixMillis::new(1_772_710_377_808));
    StreamReplay::start(RECORDING.as_bytes(), pace, clock, 0).await.expect("a valid recording")
}

#[tokio::test]
async fn a_fast_replay_sends_the_messages_of_subscribed_topics_in_their_order() {
    let replay = replay(ReplayPace::Fast).await;
    let mut client = StreamClient::connect_to(replay.address(), "?listenKey=x").await;
    assert_eq!(client.text().await, r#"{ "event": "auth", "success": true, "data": "1188041528" }"#);
    assert_eq!(client.json().await["ts"], 3);
    assert_eq!(client.text().await, r#"{"topic":"market.trade"#);
    client.subscribe(&["market.trade.BTCUSDT", "market.tickers"]).await;
    for ts in [1, 2, 4] {
        assert_eq!(client.json().await["ts"], ts);
    }
    // The recorded connection was lost.
    client.assert_closed(None).await;
    let mut client = StreamClient::connect_to(replay.address(), "").await;
    client.subscribe(&["market.trade.BTCUSDT"]).await;
    assert_eq!(client.json().await["ts"], 5);
    client.assert_no_message().await;
    // There is no third recorded connection.
    let mut client = StreamClient::connect_to(replay.address(), "").await;
    client.subscribe(&["market.trade.BTCUSDT"]).await;
    client.assert_no_message().await;
}

#[tokio::test]
async fn a_replay_at_the_recorded_pace_follows_the_clock() {
    let replay = replay(ReplayPace::Recorded).await;
    let mut client = StreamClient::connect_to(replay.address(), "").await;
    client.subscribe(&["market.trade.BTCUSDT"]).await;
    // The first message is sent at once, and the malformed one 0.7 seconds later.
    assert_eq!(client.json().await["ts"], 1);
    replay.advance(Duration::from_millis(699));
    client.assert_no_message().await;
    replay.advance(Duration::from_millis(1));
    assert_eq!(client.text().await, r#"{"topic":"market.trade"#);
    client.request("unsubscribe", &["market.trade.BTCUSDT"]).await;
    client.json().await;
    replay.advance(Duration::from_millis(300));
    client.assert_no_message().await;
    // The message that was not sent yet is sent after the next subscription.
    client.subscribe(&["market.trade.BTCUSDT"]).await;
    assert_eq!(client.json().await["data"], json!(["\n"]));
    replay.advance(Duration::from_millis(500));
    client.assert_closed(None).await;
}

#[tokio::test]
async fn an_invalid_recording_is_rejected_with_its_line() {
    for (text, expected) in [
        ("", "line 1 of the recording: expected `venue-stream recording 1`"),
        ("x\n", "line 1 of the recording: expected `venue-stream recording 1`"),
        ("venue-stream recording 1\n2\n3\n4\nx 1 opened\n", "line 5 of the recording: expected a time"),
        ("venue-stream recording 1\n2\n3\n4\n0.000000000 x opened\n", "line 5 of the recording: expected a connection number"),
        ("venue-stream recording 1\n2\n3\n4\n0.000000000 1\n", "line 5 of the recording: expected an entry"),
    ] {
        let clock = Clock::manual(UnixMillis::new(0));
        let error = StreamReplay::start(text.as_bytes(), ReplayPace::Fast, clock, 0).await.expect_err("invalid");
        let source = error.get_ref().and_then(|error| error.downcast_ref::<InvalidRecording>()).expect("a recording's error");
        assert_eq!(source.to_string(), expected);
    }
}

/// The messages of the exchange for `venue-stream`.
#[derive(Debug)]
struct Json;

impl Protocol for Json {
    fn encode(&self, id: RequestId, request: Request<'_>) -> Option<String> {
        let (op, args) = match request {
            Request::Subscribe { topics } => ("subscribe", topics),
            Request::Unsubscribe { topics } => ("unsubscribe", topics),
            _ => ("ping", &[][..]),
        };
        Some(json!({ "id": id.to_string(), "op": op, "args": args }).to_string())
    }

    fn classify<'a>(&self, text: &'a str) -> Inbound<'a> {
        let message: Value = serde_json::from_str(text).unwrap_or_default();
        let id = message["id"].as_str().and_then(|id| id.parse().ok()).map(RequestId::new);
        match (message["topic"].as_str(), id) {
            (Some(topic), _) => Inbound::Push { topic: Cow::Owned(topic.to_owned()), kind: PushKind::Unmarked },
            (None, Some(_)) if message["event"] == "ping" => Inbound::Pong { id },
            (None, Some(id)) => Inbound::Ack(Ack::of(id, AckOutcome::Accepted)),
            (None, None) => Inbound::Unreadable { topic: None },
        }
    }
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Connects to a URL, subscribes to the trades, and calls `act` after the subscription. Returns the first `count` messages.
async fn trades(url: String, sink: Sink, count: usize, act: impl FnOnce()) -> Vec<String> {
    let connection = StreamConnection::builder(Json, url).record(sink).build().expect("valid settings");
    let mut trades = connection.subscribe("market.trade.BTCUSDT", TopicSettings::new(), Buffering::lossless(100));
    let (mut texts, mut act) = (Vec::new(), Some(act));
    while texts.len() < count {
        match trades.next().await.expect("the stream has not ended") {
            Event::Subscribed => act.take().expect("one subscription")(),
            Event::Update(message) => texts.push(message.text().to_owned()),
            _ => {}
        }
    }
    texts
}

#[tokio::test]
async fn a_recording_of_venue_stream_is_replayed_to_the_same_client() {
    let sandbox = start().await;
    let sink = Sink::default();
    let act = || {
        for step in 0..10 {
            ask(&sandbox, dec!(85000), dec!(0.1));
            place(&sandbox, "alice", PlaceOrder::limit("BTCUSDT", OrderSide::Buy, dec!(85000), dec!(0.1)));
            sandbox.advance(Duration::from_millis(step));
        }
    };
    let recorded = trades(sandbox.stream_url(), sink.clone(), 10, act).await;
    let recording = sink.0.lock().expect("no panic").clone();
    let replay = StreamReplay::start(recording.as_slice(), ReplayPace::Fast, Clock::real(), 0).await.expect("a valid recording");
    assert_eq!(trades(replay.url(), Sink::default(), 10, || {}).await, recorded);
}
