//! The private channel: credentials, their expiry, and private events.

use std::time::Duration;

use rust_decimal::dec;
use serde_json::{Value, json};
use sixmm_sandbox::Sandbox;
use sixmm_sandbox::exchange::{OrderRef, OrderSide, PlaceOrder};

use super::stream_client::StreamClient;
use super::streams::{ask, place, start_with_objects};
use super::support::{Call, START, get, login, post, start, token};

pub(crate) async fn listen_key(sandbox: &Sandbox) -> String {
    let token = token(&login(sandbox).await);
    let answer = post("/v1/private/user/listen-key", Value::Null).token(&token).send(sandbox).await;
    answer.data()["listenKey"].as_str().expect("a key").to_owned()
}

#[tokio::test]
async fn a_listen_key_and_a_token_open_the_private_channel() {
    let sandbox = start().await;
    let key = listen_key(&sandbox).await;
    let token = token(&login(&sandbox).await);
    for query in [format!("?listenKey={key}"), format!("?token={token}")] {
        let mut client = StreamClient::connect(&sandbox, &query).await;
        assert_eq!(client.text().await, r#"{ "event": "auth", "success": true, "data": "1188041528" }"#);
        client.assert_no_message().await;
    }
}

#[tokio::test]
async fn an_unknown_key_or_token_is_rejected_and_the_connection_closed() {
    let sandbox = start().await;
    for (query, message) in [
        ("?listenKey=f57cb61ef604ce76be09e753a5dbdd8c", "listenKey is unknown or has expired"),
        ("?listenKey=", "listenKey is unknown or has expired"),
        ("?token=x", "token is invalid or has expired"),
    ] {
        let mut client = StreamClient::connect(&sandbox, query).await;
        assert_eq!(client.text().await, format!(r#"{{ "event": "auth", "success": false, "message": "{message}" }}"#));
        client.assert_closed(Some(4001)).await;
    }
    assert!(sandbox.stream_connections().is_empty());
}

#[tokio::test]
async fn order_events_follow_the_order() {
    let sandbox = start().await;
    let mut client = StreamClient::connect(&sandbox, &format!("?listenKey={}", listen_key(&sandbox).await)).await;
    client.text().await;
    let id = place(&sandbox, "alice", PlaceOrder::limit("BTCUSDT", OrderSide::Buy, dec!(85000), dec!(0.2)));
    let message = client.json().await;
    assert_eq!((&message["topic"], &message["ts"], message.get("event")), (&json!("user.5794"), &json!(START), None));
    let data = &message["data"];
    assert_eq!((&data["eventType"], &data["orderId"], &data["orderStatus"]), (&json!("ORDER_TRADE_UPDATE"), &json!(id), &json!("NEW")));
    assert_eq!(data.get("status"), None);
    assert_eq!(client.data("user.5794").await["orderStatus"], "PENDING");
    let account = client.data("user.5794").await;
    assert_eq!((&account["eventType"], &account["positions"]), (&json!("ACCOUNT_UPDATE"), &json!([])));
    assert_ne!(account["frozenBalance"], "0");

    place(&sandbox, "bob", PlaceOrder::limit("BTCUSDT", OrderSide::Sell, dec!(85000), dec!(0.05)));
    let fill = client.data("user.5794").await;
    assert_eq!(
        (&fill["orderStatus"], &fill["lastPrice"], &fill["lastQuantity"]),
        (&json!("PARTIALLY_FILLED"), &json!("85000"), &json!("0.05"))
    );
    let trade = sandbox.exchange(|exchange| exchange.public_trades("BTCUSDT", 1)).expect("a contract")[0].trade_id.to_string();
    assert_eq!(fill["tradeId"], json!(trade));
    let account = client.data("user.5794").await;
    assert_eq!((&account["positions"][0]["quantity"], &account["positions"][0]["marginMode"]), (&json!("0.05"), &json!("CROSS")));

    let alice = sandbox.user_id("alice").expect("a user");
    let order = OrderRef { order_id: Some(&id), client_order_id: None };
    sandbox.exchange(|exchange| exchange.cancel_order(&alice, "BTCUSDT", order)).expect("an open order");
    assert_eq!(client.data("user.5794").await["orderStatus"], "PARTIALLY_FILLED_CANCELED");
    assert_eq!(client.data("user.5794").await["frozenBalance"], "0");
    client.assert_no_message().await;
}

#[tokio::test]
async fn the_form_objects_nests_the_bodies_of_private_events() {
    let sandbox = start_with_objects().await;
    let mut client = StreamClient::connect(&sandbox, &format!("?listenKey={}", listen_key(&sandbox).await)).await;
    client.text().await;
    place(&sandbox, "alice", PlaceOrder::limit("BTCUSDT", OrderSide::Buy, dec!(85000), dec!(0.2)));
    assert_eq!(client.data("user.5794").await["order"]["orderStatus"], "NEW");
    client.data("user.5794").await;
    assert_eq!(client.data("user.5794").await["account"]["walletBalance"], "100000");
}

#[tokio::test]
async fn private_events_of_other_users_are_not_sent() {
    let sandbox = start().await;
    let mut client = StreamClient::connect(&sandbox, &format!("?listenKey={}", listen_key(&sandbox).await)).await;
    client.text().await;
    ask(&sandbox, dec!(85000), dec!(0.5));
    client.assert_no_message().await;
}

#[tokio::test]
async fn a_connection_ends_when_its_listen_key_expires_unless_it_is_renewed() {
    let sandbox = start().await;
    let key = listen_key(&sandbox).await;
    let mut client = StreamClient::connect(&sandbox, &format!("?listenKey={key}")).await;
    client.text().await;
    sandbox.advance(Duration::from_secs(59 * 60));
    let token = token(&login(&sandbox).await);
    let renew = || post("/v1/private/user/listen-key", json!({ "listenKey": key })).method("PUT").token(&token);
    assert_eq!(renew().send(&sandbox).await.code(), 0);
    sandbox.advance(Duration::from_secs(59 * 60));
    client.assert_no_message().await;
    sandbox.advance(Duration::from_secs(60));
    client.assert_closed(Some(4001)).await;
}

#[tokio::test]
async fn a_connection_ends_when_its_listen_key_is_closed_or_its_token_expires() {
    let sandbox = start().await;
    let key = listen_key(&sandbox).await;
    let token = token(&login(&sandbox).await);
    let mut by_key = StreamClient::connect(&sandbox, &format!("?listenKey={key}")).await;
    let mut by_token = StreamClient::connect(&sandbox, &format!("?token={token}")).await;
    by_key.text().await;
    by_token.text().await;
    let close: Call = post("/v1/private/user/listen-key", json!({ "listenKey": key })).method("DELETE").token(&token);
    assert_eq!(close.send(&sandbox).await.code(), 0);
    by_key.assert_closed(Some(4001)).await;
    by_token.assert_no_message().await;
    sandbox.advance(Duration::from_secs(2 * 60 * 60));
    by_token.assert_closed(Some(4001)).await;
    assert_eq!(get("/v1/time").send(&sandbox).await.code(), 0);
}
