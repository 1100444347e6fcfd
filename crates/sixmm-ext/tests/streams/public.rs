//! The public topics: frames, sharing of the connection, back-pressure, losses of trust.

use std::time::Duration;

use sixmm_ext::Client;
use sixmm_ext::streams::{
    DecodeError, DisconnectReason, Event, ResyncReason, StreamDecoder, StreamMessage, StreamSettings, StreamTrade, UnreadableRow,
};
use venue_test_support::{MockStreamServer, yield_until};

use crate::stream_exchange::{StreamExchange, acknowledgement};

const TRADE: &str = r#"[{"id":"7","price":"42000.1","quantity":"0.5"}]"#;

#[tokio::test]
async fn the_requests_have_the_documented_form() {
    let mut exchange = StreamExchange::new().await;
    let trades = exchange.harness.client.streams().trades("BTCUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    assert_eq!(peer.0.target(), "/ws");
    let subscribe = exchange.harness.drive(peer.0.next()).await.expect("a request");
    peer.send(&acknowledgement(&serde_json::from_str(&subscribe).expect("JSON"))).await;
    let ping = exchange.harness.drive(peer.0.next()).await.expect("a ping after the interval");
    let id = |frame: &str| -> i64 { frame.split('"').nth(3).and_then(|id| id.parse().ok()).expect("an id") };
    assert_eq!(subscribe, format!(r#"{{"id":"{}","op":"subscribe","args":["market.trade.BTCUSDT"]}}"#, id(&subscribe)));
    assert_eq!(ping, format!(r#"{{"id":"{}","op":"ping","args":[]}}"#, id(&ping)));
    assert_ne!(id(&subscribe), id(&ping), "each request has an id of its own");
    drop(trades);
}

#[tokio::test]
async fn all_topics_share_one_connection_and_the_last_stream_closes_it() {
    let mut exchange = StreamExchange::new().await;
    let client = exchange.harness.client.clone();
    let mut trades = client.streams().trades("BTCUSDT").subscribe().expect("valid");
    let mut more_trades = exchange.harness.client.streams().trades("BTCUSDT").subscribe().expect("valid");
    let mut klines = client.streams().klines("ETHUSDT", "1m").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    assert_eq!(exchange.acknowledge(&mut peer).await, "subscribe market.trade.BTCUSDT,market.kline.ETHUSDT.1m");
    peer.push("market.trade.BTCUSDT", TRADE).await;
    peer.push("market.kline.ETHUSDT.1m", r#"{"openTime":1,"open":"1","high":"1","low":"1","close":"1"}"#).await;
    for stream in [&mut trades, &mut more_trades] {
        assert_eq!(exchange.names(stream, 3).await, ["Connected", "Subscribed", "Update"]);
    }
    assert!(matches!(exchange.next(&mut klines).await, Event::Update(kline) if kline.symbol == "ETHUSDT"));
    drop(trades);
    drop(klines);
    assert_eq!(exchange.acknowledge(&mut peer).await, "unsubscribe market.kline.ETHUSDT.1m", "another stream reads the trades");
    drop(more_trades);
    assert!(exchange.harness.drive(peer.0.next()).await.is_none_or(|text| text.contains("unsubscribe")), "the connection is closed");
    assert!(exchange.server.try_accept().is_none(), "one connection");
}

#[tokio::test]
async fn each_trade_of_a_message_is_an_event() {
    let mut exchange = StreamExchange::new().await;
    let mut trades = exchange.harness.client.streams().trades("BTCUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    peer.push("market.trade.BTCUSDT", "[]").await;
    peer.push("market.trade.BTCUSDT", r#"[{"id":"1","price":"1","quantity":"1"},{"id":"2","price":"1","quantity":"1"}]"#).await;
    for id in ["1", "2"] {
        assert!(matches!(exchange.next(&mut trades).await, Event::Update(trade) if trade.id.as_deref() == Some(id)));
    }
}

#[tokio::test]
async fn an_invalid_topic_is_an_error_before_a_connection() {
    let mut exchange = StreamExchange::new().await;
    let streams = exchange.harness.client.streams();
    assert!(streams.trades("BTC.USDT").subscribe().expect_err("invalid").is_invalid_topic());
    assert!(streams.klines("BTCUSDT", "").subscribe().expect_err("invalid").is_invalid_topic());
    let error = streams.raw("user.5794").subscribe().expect_err("private").to_string();
    assert!(error.contains("user_events"), "{error}");
    exchange.harness.drive(tokio::task::yield_now()).await;
    assert!(exchange.server.try_accept().is_none());
}

#[tokio::test]
async fn a_message_that_cannot_be_decoded_is_an_event_and_other_topics_continue() {
    let mut exchange = StreamExchange::new().await;
    let streams = exchange.harness.client.streams();
    let mut trades = streams.trades("BTCUSDT").subscribe().expect("valid");
    let mut others = streams.trades("ETHUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    peer.push("market.trade.BTCUSDT", r#"[{"p":"1"}]"#).await;
    peer.push("market.trade.BTCUSDT", TRADE).await;
    peer.push("market.trade.ETHUSDT", TRADE).await;
    let unreadable = exchange.next(&mut trades).await;
    assert!(matches!(&unreadable, Event::Unreadable { raw } if raw.as_str().contains(r#""p":"1""#)), "{unreadable:?}");
    assert!(matches!(exchange.next(&mut trades).await, Event::Update(_)));
    assert!(matches!(exchange.next(&mut others).await, Event::Update(_)));
    assert_eq!(exchange.harness.observer.of("stream public market.trade.BTCUSDT").last().map(String::as_str), Some("Unreadable"));
}

#[derive(Debug)]
struct Panicking;

impl StreamDecoder for Panicking {
    fn trades(&self, _: &StreamMessage<'_>) -> Result<Vec<Result<StreamTrade, UnreadableRow>>, DecodeError> {
        panic!("a panic of the decoder, which the test expects")
    }
}

#[tokio::test]
async fn an_unreadable_row_is_an_event_before_the_rows_that_follow() {
    let mut exchange = StreamExchange::new().await;
    let mut trades = exchange.harness.client.streams().trades("BTCUSDT").subscribe().expect("a topic");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    let rows = r#"[{"price":"1","quantity":"1","time":[]},{"p":"2"},{"price":"3","quantity":"1"}]"#;
    peer.push("market.trade.BTCUSDT", rows).await;
    assert!(matches!(exchange.next(&mut trades).await, Event::Update(trade) if trade.price.to_string() == "1"));
    let Event::Unreadable { raw } = exchange.next(&mut trades).await else { panic!("the second row") };
    assert_eq!(raw.as_str(), r#"{"p":"2"}"#);
    assert!(matches!(exchange.next(&mut trades).await, Event::Update(trade) if trade.price.to_string() == "3"));

    // Nothing of this message can be read.
    peer.push("market.trade.BTCUSDT", r#"[{"p":"4"},{"p":"5"}]"#).await;
    peer.push("market.trade.BTCUSDT", TRADE).await;
    let Event::Unreadable { raw } = exchange.next(&mut trades).await else { panic!("the message") };
    assert!(raw.as_str().contains(r#""data":[{"p":"4"},{"p":"5"}]"#), "{raw}");
    assert!(matches!(exchange.next(&mut trades).await, Event::Update(_)));
}

#[tokio::test]
async fn an_unreadable_ticker_is_an_event_before_the_tickers_of_the_message() {
    let mut exchange = StreamExchange::new().await;
    let mut tickers = exchange.harness.client.streams().tickers().subscribe().expect("a topic");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    peer.push("market.tickers", r#"{"BTCUSDT":{"lastPrice":"1"},"ETHUSDT":{"c":"2"},"SOLUSDT":{"lastPrice":"3"}}"#).await;
    let Event::Unreadable { raw } = exchange.next(&mut tickers).await else { panic!("the second row") };
    assert_eq!(raw.as_str(), r#"{"c":"2"}"#);
    let Event::Update(tickers) = exchange.next(&mut tickers).await else { panic!("the other rows") };
    assert_eq!(tickers.iter().map(|ticker| &*ticker.symbol).collect::<Vec<_>>(), ["BTCUSDT", "SOLUSDT"]);
}

#[tokio::test]
async fn a_panic_of_a_decoder_makes_the_message_unreadable() {
    let mut exchange = StreamExchange::with_settings(StreamSettings::new().decoder(Panicking)).await;
    let mut trades = exchange.harness.client.streams().trades("BTCUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    peer.push("market.trade.BTCUSDT", TRADE).await;
    assert!(matches!(exchange.next(&mut trades).await, Event::Unreadable { .. }));
}

#[tokio::test]
async fn a_slow_subscriber_gets_the_newest_ticker_and_the_number_of_lost_trades() {
    let mut exchange = StreamExchange::new().await;
    let streams = exchange.harness.client.streams();
    let mut ticker = streams.ticker("BTCUSDT").subscribe().expect("valid");
    let mut trades = streams.trades("BTCUSDT").bounded(2).subscribe().expect("valid");
    let mut marker = streams.trades("ETHUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    for number in 1..=5 {
        peer.push("market.ticker.BTCUSDT", &format!(r#"{{"lastPrice":"{number}"}}"#)).await;
        peer.push("market.trade.BTCUSDT", &format!(r#"{{"price":"{number}","quantity":"1"}}"#)).await;
    }
    peer.push("market.trade.ETHUSDT", TRADE).await;
    assert!(matches!(exchange.next(&mut marker).await, Event::Update(_)), "the client has received all messages");
    assert!(matches!(exchange.next(&mut ticker).await, Event::Update(ticker) if ticker.last_price == Some(5.into())));
    assert!(matches!(exchange.next(&mut trades).await, Event::Lagged { skipped: 3 }));
    assert!(matches!(exchange.next(&mut trades).await, Event::Update(trade) if trade.price == 4.into()));
    assert_eq!(
        exchange.harness.observer.of("stream public market.trade.BTCUSDT").last().map(String::as_str),
        Some("Lagged { skipped: 3 }")
    );
}

#[tokio::test]
async fn after_a_loss_of_the_connection_all_topics_are_subscribed_again() {
    let mut exchange = StreamExchange::new().await;
    let streams = exchange.harness.client.streams();
    let mut trades = streams.trades("BTCUSDT").subscribe().expect("valid");
    let tickers = streams.tickers().subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    assert_eq!(exchange.names(&mut trades, 2).await, ["Connected", "Subscribed"]);
    drop(peer);
    assert_eq!(exchange.names(&mut trades, 1).await, ["Disconnected"]);
    let mut peer = exchange.accept().await;
    assert_eq!(exchange.acknowledge(&mut peer).await, "subscribe market.trade.BTCUSDT,market.tickers");
    peer.push("market.trade.BTCUSDT", TRADE).await;
    assert_eq!(exchange.names(&mut trades, 3).await, ["Connected", "Subscribed", "Update"]);
    let reports = exchange.harness.observer.of("stream public -");
    let kinds: Vec<&str> = reports.iter().map(|report| report.split(' ').next().unwrap_or_default()).collect();
    assert_eq!(kinds, ["Connecting", "Connected", "Disconnected", "Connecting", "Connected"]);
    drop(tickers);
}

#[tokio::test]
async fn a_silent_topic_is_reported_although_the_connection_lives() {
    let mut exchange = StreamExchange::new().await;
    let streams = exchange.harness.client.streams();
    let mut trades = streams.trades("BTCUSDT").stale_after(Duration::from_secs(5)).subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    peer.push("market.trade.BTCUSDT", TRADE).await;
    assert!(matches!(exchange.next(&mut trades).await, Event::Update(_)));
    assert!(matches!(exchange.next(&mut trades).await, Event::Stale { .. }));
    assert_eq!(exchange.harness.observer.of("stream public market.trade.BTCUSDT"), ["Subscribed", "Stale"]);
}

#[tokio::test]
async fn a_rejected_topic_is_requested_again_and_the_others_are_not_affected() {
    let mut exchange = StreamExchange::new().await;
    let streams = exchange.harness.client.streams();
    let mut unknown = streams.trades("NOSUCHUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    let request = exchange.request(&mut peer).await;
    let id = &request["id"];
    peer.send(&format!(r#"{{"id":{id},"event":"subscribe","success":false,"data":["market.trade.NOSUCHUSDT"],"code":2002}}"#)).await;
    let rejected = exchange.next(&mut unknown).await;
    assert!(matches!(&rejected, Event::Resync { why: ResyncReason::Rejected(raw) } if raw.as_str().contains("2002")), "{rejected:?}");
    let request = exchange.request(&mut peer).await;
    let id = &request["id"];
    peer.send(&format!(r#"{{"id":{id},"event":"error","message":"busy","code":5003,"success":false}}"#)).await;
    assert!(matches!(exchange.next(&mut unknown).await, Event::Resync { why: ResyncReason::Rejected(_) }));
    assert_eq!(exchange.acknowledge(&mut peer).await, "subscribe market.trade.NOSUCHUSDT");
    assert_eq!(exchange.names(&mut unknown, 1).await, ["Subscribed"]);
}

#[tokio::test]
async fn depth_begins_with_a_snapshot_and_begins_again_after_a_resync() {
    let mut exchange = StreamExchange::new().await;
    let mut depth = exchange.harness.client.streams().depth("BTCUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    for version in [5, 7] {
        peer.push("market.depth.BTCUSDT", &format!(r#"{{"endVersion":"{version}","bids":[["1","2"]],"asks":[]}}"#)).await;
    }
    assert!(matches!(exchange.next(&mut depth).await, Event::Snapshot(depth) if depth.version == Some(5)));
    assert!(matches!(exchange.next(&mut depth).await, Event::Update(depth) if depth.version == Some(7)));
    depth.resync("version 6 is missing");
    let resync = exchange.next(&mut depth).await;
    assert!(matches!(&resync, Event::Resync { why: ResyncReason::Requested(why) } if why == "version 6 is missing"), "{resync:?}");
    assert_eq!(exchange.acknowledge(&mut peer).await, "unsubscribe market.depth.BTCUSDT");
    assert_eq!(exchange.acknowledge(&mut peer).await, "subscribe market.depth.BTCUSDT");
    peer.push("market.depth.BTCUSDT", r#"{"endVersion":9,"bids":[],"asks":[]}"#).await;
    assert!(matches!(exchange.next(&mut depth).await, Event::Snapshot(depth) if depth.version == Some(9)));
    peer.push("market.depth.BTCUSDT", r#"{"type":"snapshot","endVersion":12,"bids":[],"asks":[]}"#).await;
    assert!(matches!(exchange.next(&mut depth).await, Event::Snapshot(_)), "a marker is more certain than the order");
}

#[tokio::test]
async fn a_raw_stream_keeps_the_text() {
    let mut exchange = StreamExchange::new().await;
    let mut raw = exchange.harness.client.streams().raw("market.liquidation.BTCUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    let text = r#"{ "topic": "market.liquidation.BTCUSDT","event": "data","ts": 1772007815000,"data": {"x":1} }"#;
    peer.send(text).await;
    assert!(matches!(exchange.next(&mut raw).await, Event::Update(message) if message.text() == text));
}

#[tokio::test]
async fn closing_ends_all_streams_and_a_later_subscription_connects_again() {
    let mut exchange = StreamExchange::new().await;
    let mut trades = exchange.harness.client.streams().trades("BTCUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    assert_eq!(exchange.names(&mut trades, 2).await, ["Connected", "Subscribed"]);
    exchange.harness.client.streams().close();
    assert_eq!(exchange.names(&mut trades, 1).await, ["Closed"]);
    assert!(exchange.harness.drive(trades.next()).await.is_none());
    assert!(exchange.harness.drive(peer.0.next()).await.is_none());
    let again = exchange.harness.client.streams().trades("BTCUSDT").subscribe().expect("valid");
    let mut peer = exchange.accept().await;
    assert_eq!(exchange.acknowledge(&mut peer).await, "subscribe market.trade.BTCUSDT");
    drop((again, trades));
}

#[tokio::test]
async fn the_address_is_the_path_ws_of_the_base_url() {
    let mut server = MockStreamServer::start().await;
    let client = Client::builder().base_url(format!("http://{}", server.address())).build().expect("valid");
    let trades = client.streams().trades("BTCUSDT").subscribe().expect("valid");
    assert_eq!(server.accept().await.target(), "/ws");
    drop(trades);
}

#[tokio::test]
async fn the_streams_connect_unencrypted_only_to_this_machine() {
    let client = Client::builder().streams(StreamSettings::new().url("ws://192.0.2.1/ws")).build().expect("the scheme is valid");
    let error = client.streams().trades("BTCUSDT").subscribe().expect_err("not encrypted").to_string();
    assert!(error.contains("wss://"), "{error}");
    let error = Client::builder().streams(StreamSettings::new().url("https://ws.6mm.com/ws")).build().expect_err("not a WebSocket");
    assert!(error.to_string().contains("`wss`"), "{error}");
}

#[test]
fn a_subscription_outside_of_a_runtime_is_an_error() {
    let client = Client::builder().build().expect("valid");
    assert!(client.streams().trades("BTCUSDT").subscribe().expect_err("no runtime").to_string().contains("runtime"));
}

#[tokio::test]
async fn a_failure_to_connect_is_an_event_and_no_error() {
    let address = venue_test_support::closed_port().await;
    let client = Client::builder().base_url(format!("http://{address}")).build().expect("valid");
    let mut trades = client.streams().trades("BTCUSDT").subscribe().expect("valid");
    let event = trades.next().await.expect("an event");
    assert!(matches!(event, Event::Disconnected { why: DisconnectReason::ConnectFailed(_) }), "{event:?}");
    let state = trades.state();
    yield_until(|| state.is_some()).await;
}
