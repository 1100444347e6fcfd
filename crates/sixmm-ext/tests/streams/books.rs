//! Order books: the decoder of the settings, and messages that cannot be decoded.

use sixmm_ext::streams::{
    BookEvent, DecodeError, Depth, Event, LossReason, OrderBook, StreamDecoder, StreamMessage, StreamSettings, VersionRule,
};

use crate::stream_exchange::{Peer, StreamExchange};

const TOPIC: &str = "market.depth.BTCUSDT";

/// Versions are in `v`, and there is one bid with the price `p`. Panics at the version 99.
#[derive(Debug)]
struct OneBid;

impl StreamDecoder for OneBid {
    fn depth(&self, message: &StreamMessage<'_>, depth: &mut Depth) -> Result<(), DecodeError> {
        #[derive(serde::Deserialize)]
        struct Data<'a> {
            v: u64,
            p: &'a str,
        }
        let Data { v, p } = message.read()?;
        assert_ne!(v, 99, "a panic of the decoder, which the test expects");
        (depth.version, depth.is_snapshot) = (Some(v), Some(v == 1));
        Ok(depth.push_bid(p, "2")?)
    }
}

/// A connection with a book.
async fn open(exchange: &mut StreamExchange) -> (OrderBook, Peer) {
    let settings = exchange.harness.client.streams().book("BTCUSDT").continuity(VersionRule::Contiguous).confirmations(0);
    let book = settings.subscribe().expect("valid settings");
    let mut peer = exchange.accept().await;
    assert_eq!(exchange.acknowledge(&mut peer).await, format!("subscribe {TOPIC}"));
    (book, peer)
}

#[tokio::test]
async fn a_book_uses_the_decoder_of_the_settings() {
    let mut exchange = StreamExchange::with_settings(StreamSettings::new().decoder(OneBid)).await;
    let (mut book, mut peer) = open(&mut exchange).await;
    peer.push(TOPIC, r#"{"v":1,"p":"42000.1"}"#).await;
    assert_eq!(exchange.harness.drive(book.changed()).await, BookEvent::Live);
    let best = book.live().expect("live").best_bid().expect("a bid");
    assert_eq!((best.price.to_string(), best.quantity.to_string()), ("42000.1".to_owned(), "2".to_owned()));
}

#[tokio::test]
async fn a_panic_of_the_decoder_subscribes_the_book_again() {
    let mut exchange = StreamExchange::with_settings(StreamSettings::new().decoder(OneBid)).await;
    let (mut book, mut peer) = open(&mut exchange).await;
    peer.push(TOPIC, r#"{"v":99,"p":"1"}"#).await;
    assert_eq!(exchange.harness.drive(book.changed()).await, BookEvent::Lost(LossReason::Undecodable("the decoder panicked".into())));
    assert_eq!(exchange.acknowledge(&mut peer).await, format!("unsubscribe {TOPIC}"));
    assert_eq!(exchange.acknowledge(&mut peer).await, format!("subscribe {TOPIC}"));
    peer.push(TOPIC, r#"{"v":1,"p":"1"}"#).await;
    while exchange.harness.drive(book.changed()).await != BookEvent::Live {}
}

#[tokio::test]
async fn a_damaged_depth_message_is_reported_and_concerns_only_its_topic() {
    let mut exchange = StreamExchange::new().await;
    let (mut book, mut peer) = open(&mut exchange).await;
    let mut trades = exchange.harness.client.streams().trades("BTCUSDT").subscribe().expect("valid settings");
    assert_eq!(exchange.acknowledge(&mut peer).await, "subscribe market.trade.BTCUSDT");
    peer.push(TOPIC, r#"{"type":"snapshot","endVersion":1,"bids":[["42000.1","0."#).await;
    let BookEvent::Lost(LossReason::Undecodable(_)) = exchange.harness.drive(book.changed()).await else { panic!("not undecodable") };
    let reports = exchange.harness.observer.of(&format!("stream public {TOPIC}"));
    assert!(reports.contains(&"Unreadable".to_owned()), "{reports:?}");
    peer.push("market.trade.BTCUSDT", r#"{"price":"1","quantity":"0.5"}"#).await;
    assert!(matches!(exchange.next(&mut trades).await, Event::Update(_)));
}
