//! The frames of the streams: requests, acknowledgements, and public topics.

use std::time::Duration;

use rust_decimal::dec;
use serde_json::json;
use sixmm_sandbox::exchange::{OrderSide, PlaceOrder};
use sixmm_sandbox::{PayloadForm, Rejection, Sandbox, StreamSettings};

use super::stream_client::StreamClient;
use super::support::{START, builder, get, start};

/// Bob sells `quantity` at `price`.
pub(crate) fn ask(sandbox: &Sandbox, price: rust_decimal::Decimal, quantity: rust_decimal::Decimal) {
    place(sandbox, "bob", PlaceOrder::limit("BTCUSDT", OrderSide::Sell, price, quantity));
}

pub(crate) fn place(sandbox: &Sandbox, user: &str, order: PlaceOrder) -> String {
    let user = sandbox.user_id(user).expect("the user exists");
    sandbox.exchange(|exchange| exchange.place_order(&user, order)).expect("a valid order").order_id.to_string()
}

/// An exchange with the second form of payloads.
pub(crate) async fn start_with_objects() -> Sandbox {
    builder().streams(StreamSettings::new().payload(PayloadForm::Objects)).start().await.expect("a port is free")
}

#[tokio::test]
async fn acknowledgements_have_the_documented_bytes() {
    let sandbox = start().await;
    let mut client = StreamClient::public(&sandbox).await;
    client.send(r#"{ "id": "1772007814666", "op": "subscribe", "args": ["market.trade.BTCUSDT"] }"#).await;
    let expected = r#"{"id": "1772007814666","event": "subscribe","success": true,"data": ["market.trade.BTCUSDT"]}"#;
    assert_eq!(client.text().await, expected);
    client.send(r#"{ "id": "1772007814667", "op": "unsubscribe", "args": ["market.trade.BTCUSDT"] }"#).await;
    let expected = r#"{"id": "1772007814667","event": "unsubscribe","success": true,"data": ["market.trade.BTCUSDT"]}"#;
    assert_eq!(client.text().await, expected);
    client.send(r#"{ "id": "1772007814668", "op": "ping", "args": [] }"#).await;
    assert_eq!(client.text().await, r#"{"id": "1772007814668","event": "ping","success": true,"data": []}"#);
}

#[tokio::test]
async fn a_trade_is_pushed_to_its_topic_only() {
    let sandbox = start().await;
    let mut client = StreamClient::public(&sandbox).await;
    let mut other = StreamClient::public(&sandbox).await;
    client.subscribe(&["market.trade.BTCUSDT"]).await;
    other.subscribe(&["market.trade.ETHUSDT"]).await;
    ask(&sandbox, dec!(85000), dec!(0.5));
    place(&sandbox, "alice", PlaceOrder::limit("BTCUSDT", OrderSide::Buy, dec!(85000), dec!(0.2)));
    let message = client.json().await;
    let id = sandbox.exchange(|exchange| exchange.public_trades("BTCUSDT", 1)).expect("a contract")[0].trade_id.to_string();
    let trade = json!({ "id": id, "price": "85000", "quantity": "0.2", "side": "BUY", "time": START });
    assert_eq!(message, json!({ "topic": "market.trade.BTCUSDT", "event": "data", "ts": START, "data": [trade] }));
    client.assert_no_message().await;
    other.assert_no_message().await;
}

#[tokio::test]
async fn in_the_form_objects_each_trade_is_a_message() {
    let sandbox = start_with_objects().await;
    let mut client = StreamClient::public(&sandbox).await;
    client.subscribe(&["market.trade.BTCUSDT"]).await;
    ask(&sandbox, dec!(85000), dec!(0.1));
    ask(&sandbox, dec!(85001), dec!(0.1));
    place(&sandbox, "alice", PlaceOrder::limit("BTCUSDT", OrderSide::Buy, dec!(85001), dec!(0.2)));
    for price in ["85000", "85001"] {
        let data = client.data("market.trade.BTCUSDT").await;
        assert_eq!((&data["price"], &data["size"], &data["ts"]), (&json!(price), &json!("0.1"), &json!(START)));
    }
}

#[tokio::test]
async fn after_an_unsubscription_nothing_is_pushed() {
    let sandbox = start().await;
    let mut client = StreamClient::public(&sandbox).await;
    client.subscribe(&["market.trade.BTCUSDT", "market.tickers"]).await;
    client.data("market.tickers").await;
    let id = client.request("unsubscribe", &["market.trade.BTCUSDT", "market.tickers"]).await;
    assert_eq!(client.json().await["id"], json!(id));
    ask(&sandbox, dec!(85000), dec!(0.5));
    place(&sandbox, "alice", PlaceOrder::limit("BTCUSDT", OrderSide::Buy, dec!(85000), dec!(0.2)));
    client.assert_no_message().await;
    assert!(sandbox.stream_connections()[0].topics.is_empty());
}

#[tokio::test]
async fn tickers_and_klines_are_pushed_when_they_change() {
    for (sandbox, is_objects) in [(start().await, false), (start_with_objects().await, true)] {
        let mut client = StreamClient::public(&sandbox).await;
        client.subscribe(&["market.ticker.BTCUSDT", "market.kline.BTCUSDT.1m"]).await;
        let first = client.data("market.ticker.BTCUSDT").await;
        assert_eq!(first["time"], if is_objects { json!(START.to_string()) } else { json!(START) });
        // The book is empty, and there are no trades, so there is no candlestick yet.
        ask(&sandbox, dec!(85000), dec!(0.5));
        if !is_objects {
            assert_eq!(client.data("market.ticker.BTCUSDT").await["askPrice"], "85000");
        }
        place(&sandbox, "alice", PlaceOrder::limit("BTCUSDT", OrderSide::Buy, dec!(85000), dec!(0.2)));
        let kline = client.data("market.kline.BTCUSDT.1m").await;
        let kline = if is_objects { kline[0].clone() } else { kline };
        assert_eq!((&kline["symbol"], &kline["interval"], &kline["close"]), (&json!("BTCUSDT"), &json!("1m"), &json!("85000")));
        assert_eq!(client.data("market.ticker.BTCUSDT").await["lastPrice"], "85000");
        // Time passes within the same minute, and nothing changes.
        sandbox.advance(Duration::from_millis(1));
        client.assert_no_message().await;
    }
}

#[tokio::test]
async fn all_tickers_are_a_list_or_a_map() {
    let (arrays, objects) = (start().await, start_with_objects().await);
    let mut client = StreamClient::public(&arrays).await;
    client.subscribe(&["market.tickers"]).await;
    assert_eq!(client.data("market.tickers").await[0]["symbol"], "BTCUSDT");
    let mut client = StreamClient::public(&objects).await;
    client.subscribe(&["market.tickers"]).await;
    assert_eq!(client.data("market.tickers").await["BTCUSDT"]["symbol"], "BTCUSDT");
}

#[tokio::test]
async fn unknown_topics_are_rejected_and_the_others_are_subscribed() {
    let sandbox = start().await;
    let mut client = StreamClient::public(&sandbox).await;
    let unknown = ["market.trade.NOUSDT", "market.kline.BTCUSDT.2m", "market.trade.btcusdt", "user.5794", "x"];
    let topics: Vec<&str> = unknown.iter().copied().chain(["market.trade.BTCUSDT"]).collect();
    client.request("subscribe", &topics).await;
    assert_eq!(client.json().await["data"], json!(["market.trade.BTCUSDT"]));
    let rejection = client.json().await;
    assert_eq!((&rejection["success"], &rejection["data"], &rejection["code"]), (&json!(false), &json!(unknown), &json!(2002)));
    assert_eq!(sandbox.stream_connections()[0].topics, ["market.trade.BTCUSDT"]);
}

#[tokio::test]
async fn a_topic_that_a_request_repeats_is_subscribed_once() {
    let sandbox = start().await;
    let mut client = StreamClient::public(&sandbox).await;
    client.subscribe(&["market.depth.BTCUSDT", "market.depth.BTCUSDT"]).await;
    client.data("market.depth.BTCUSDT").await;
    client.assert_no_message().await;
}

#[tokio::test]
async fn a_malformed_request_is_rejected() {
    let sandbox = start().await;
    let mut client = StreamClient::public(&sandbox).await;
    for (text, event, message) in [
        ("{", "error", "a request must be a JSON object"),
        (r#"{"id":"1","op":"login","args":[]}"#, "login", "op must be subscribe, unsubscribe or ping"),
        (r#"{"id":1,"op":"subscribe","args":["market.tickers"]}"#, "subscribe", "id must be a string"),
        (r#"{"id":"1","op":"subscribe","args":[]}"#, "subscribe", "args must be a list of topics"),
    ] {
        client.send(text).await;
        let rejection = client.json().await;
        assert_eq!((&rejection["event"], &rejection["message"]), (&json!(event), &json!(message)));
    }
    client.assert_no_message().await;
}

#[tokio::test]
async fn a_rejection_can_be_silent_or_close_the_connection() {
    let sandbox = builder().streams(StreamSettings::new().rejection(Rejection::Ignore)).start().await.expect("a port is free");
    let mut client = StreamClient::public(&sandbox).await;
    client.request("subscribe", &["x"]).await;
    client.assert_no_message().await;
    sandbox.set_stream_settings(StreamSettings::new().rejection(Rejection::Close));
    client.request("subscribe", &["x"]).await;
    client.assert_closed(Some(4000)).await;
}

#[tokio::test]
async fn changes_within_the_push_interval_are_pushed_together() {
    let settings = StreamSettings::new().push_interval(Duration::from_millis(100));
    let sandbox = builder().streams(settings).start().await.expect("a port is free");
    let mut client = StreamClient::public(&sandbox).await;
    client.subscribe(&["market.depth.BTCUSDT"]).await;
    client.data("market.depth.BTCUSDT").await;
    for price in [dec!(85000), dec!(85001), dec!(85002)] {
        ask(&sandbox, price, dec!(0.5));
    }
    assert_eq!(client.data("market.depth.BTCUSDT").await["asks"], json!([["85000", "0.5"]]));
    client.assert_no_message().await;
    sandbox.advance(Duration::from_millis(100));
    assert_eq!(client.data("market.depth.BTCUSDT").await["asks"], json!([["85001", "0.5"], ["85002", "0.5"]]));
}

#[tokio::test]
async fn a_request_without_an_upgrade_is_rejected() {
    let answer = get("/ws").send(&start().await).await;
    assert_eq!((answer.status, answer.code()), (426, 2002));
}

#[tokio::test]
async fn a_closed_connection_is_removed() {
    let sandbox = start().await;
    let mut client = StreamClient::public(&sandbox).await;
    client.subscribe(&["market.depth.BTCUSDT"]).await;
    assert_eq!(sandbox.stream_connections().len(), 1);
    sandbox.close_streams();
    client.data("market.depth.BTCUSDT").await;
    client.assert_closed(Some(1001)).await;
    drop(client);
    while !sandbox.stream_connections().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_connections_end_with_the_exchange() {
    let sandbox = start().await;
    let mut client = StreamClient::public(&sandbox).await;
    client.assert_no_message().await;
    drop(sandbox);
    client.assert_closed(None).await;
}
