//! Control requests for the market and for credentials.

use std::time::Duration;

use serde_json::{Value, json};
use sixmm_sandbox::{ApiKey, Clock, Sandbox, UnixMillis};

use crate::control::{send, start};
use crate::support::{START, get, post};

#[tokio::test]
async fn setting_a_price_first_advances_the_exchange() {
    let clock = Clock::manual(UnixMillis::new(START));
    let sandbox = Sandbox::builder().clock(clock.clone()).control_port(0).start().await.expect("ports are free");
    let control = sandbox.control_address().expect("the control interface is enabled");
    // The clock is advanced without this exchange, as the system clock advances.
    let other = Sandbox::builder().clock(clock).start().await.expect("a port is free");
    other.advance(Duration::from_secs(60));
    assert_eq!(sandbox.exchange(|exchange| exchange.now()).as_millis(), START);
    assert_eq!(send(post("/market/BTCUSDT/price", json!({ "price": "85000" })), control).await.status, 200);
    assert_eq!(sandbox.exchange(|exchange| exchange.now()).as_millis(), START + 60_000);
}

/// Creates an API key through the control interface.
async fn key(control: std::net::SocketAddr, user: &str, permissions: i64) -> ApiKey {
    let answer = send(post("/api-keys", json!({ "user": user, "permissions": permissions })), control).await.json();
    let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{name}: {answer}")).to_owned();
    ApiKey { api_key: text("apiKey"), api_secret: text("apiSecret").into() }
}

#[tokio::test]
async fn counterparty_orders_trade_with_users_and_report_their_fills() {
    let (sandbox, control) = start().await;
    let order = async |body: Value| send(post("/market/BTCUSDT/orders", body), control).await.json();
    let expected = json!({ "filledQuantity": "0", "restingQuantity": "0.5" });
    assert_eq!(order(json!({ "side": "SELL", "price": "85000", "quantity": "0.50" })).await, expected);
    assert_eq!(order(json!({ "side": "SELL", "price": "85000.3", "quantity": "0.3" })).await["restingQuantity"], "0.3");

    let bob = key(control, "bob", 3).await;
    let buy = json!({ "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "price": "85000", "quantity": "0.4" });
    let placed = post("/v1/private/order/place", buy).signed(&bob, START).send(&sandbox).await.data();
    let id = placed["orderId"].as_str().expect("an id");
    let found = get(&format!("/v1/private/order?symbol=BTCUSDT&orderId={id}")).signed(&bob, START + 1).send(&sandbox).await.data();
    assert_eq!((&found["status"], &found["avgFilledPrice"]), (&json!("FILLED"), &json!("85000")));

    // 0.1 at 85000 and 0.2 at 85000.3. A market order never rests.
    let expected = json!({ "filledQuantity": "0.3", "avgFilledPrice": "85000.2", "restingQuantity": "0" });
    assert_eq!(order(json!({ "side": "BUY", "quantity": "0.3" })).await, expected);
    let expected = json!({ "filledQuantity": "0.1", "avgFilledPrice": "85000.3", "restingQuantity": "0.9" });
    assert_eq!(order(json!({ "side": "BUY", "price": "85001", "quantity": "1" })).await, expected);
    assert_eq!(order(json!({ "side": "BUY", "price": null, "quantity": "1" })).await["filledQuantity"], "0", "the book has no asks");

    let bids = || sandbox.exchange(|exchange| exchange.depth("BTCUSDT", 5).expect("the contract exists").bids.len());
    assert_eq!(bids(), 1);
    assert_eq!(send(get("/market/BTCUSDT/orders").method("DELETE"), control).await.json(), json!({}));
    assert_eq!(bids(), 0);
}

#[tokio::test]
async fn an_invalid_order_or_price_is_rejected_with_the_reason() {
    let (sandbox, control) = start().await;
    let quotes = r#"send the number as a string, so that it stays exact: "80000.05""#;
    for (path, body, expected) in [
        ("price", json!({ "price": 80_000.05 }), quotes),
        ("price", json!({ "price": 80_000 }), r#"exact: "80000""#),
        ("price", json!({ "price": -1 }), r#"exact: "-1""#),
        ("price", json!({ "price": "much" }), r#""much" is not a decimal number"#),
        ("price", json!({ "price": null }), r#"expected a decimal number in a JSON string, such as "85000.5""#),
        ("price", json!({ "price": "80000.05" }), "price 80000.05 is not a multiple of the tick size 0.1"),
        ("orders", json!({ "side": "BUY", "price": 80_000.05, "quantity": "1" }), quotes),
        ("orders", json!({ "side": "BUY", "price": "80000.05", "quantity": "1" }), "The nearest multiple is 80000"),
        ("orders", json!({ "side": "BUY", "quantity": "0.0001" }), "multiple of the step size 0.001 of BTCUSDT, 1 to 10¹² of them"),
        ("orders", json!({ "side": "BUY", "quantity": "-1" }), "quantity -1 must be a multiple"),
        ("orders", json!({ "side": "buy", "quantity": "1" }), r#""buy" is not an order side: use "BUY" or "SELL""#),
        ("orders", json!({ "side": "BUY" }), "missing field `quantity`"),
        ("orders", json!({ "side": "BUY", "quantity": "1", "type": "MARKET" }), "unknown field `type`"),
    ] {
        let answer = send(post(&format!("/market/BTCUSDT/{path}"), body.clone()), control).await;
        let error = answer.json()["error"].as_str().expect("the response has an error").to_owned();
        assert!(answer.status == 422 && error.contains(expected), "{body}: {} {error}", answer.status);
    }
    for call in [post("/market/NONE/orders", json!({ "side": "BUY", "quantity": "1" })), get("/market/NONE/orders").method("DELETE")] {
        assert_eq!(send(call, control).await.json(), json!({ "error": "Invalid parameter value: symbol \"NONE\" is not a contract" }));
    }
    let depth = sandbox.exchange(|exchange| exchange.depth("BTCUSDT", 5).expect("the contract exists"));
    assert_eq!((depth.version, depth.bids.len()), (0, 0), "nothing was placed");
}

#[tokio::test]
async fn an_api_key_has_the_requested_permissions() {
    let (sandbox, control) = start().await;
    let asset = |key: &ApiKey, at| get("/v1/private/user/asset").signed(key, at);
    let orders = |key: &ApiKey, at| get("/v1/private/order/current").signed(key, at);
    for (permissions, reads, trades) in [(1, 0, 3006), (2, 3006, 0), (3, 0, 0)] {
        let key = key(control, "bob", permissions).await;
        let codes = (asset(&key, START).send(&sandbox).await.code(), orders(&key, START).send(&sandbox).await.code());
        assert_eq!(codes, (reads, trades), "{permissions}");
    }
}

#[tokio::test]
async fn an_invalid_request_for_an_api_key_is_rejected() {
    let (sandbox, control) = start().await;
    let ask =
        async |user: &str, permissions: i64| send(post("/api-keys", json!({ "user": user, "permissions": permissions })), control).await;
    let error_of = async |user, permissions| {
        let answer = ask(user, permissions).await;
        (answer.status, answer.json()["error"].as_str().expect("the response has an error").to_owned())
    };
    assert_eq!(error_of("carol", 3).await, (404, "no user has the name `carol`".to_owned()));
    assert_eq!(error_of("bob", 8).await, (422, "Parameter out of range: permissions must be 1 to 7".to_owned()));
    for _ in 0..30 {
        assert_eq!(ask("bob", 3).await.status, 200);
    }
    let expected = "cannot add an API key for `bob`: Parameter out of range: a user has at most 30 API keys";
    assert_eq!(error_of("bob", 3).await, (409, expected.to_owned()));
    assert!(sandbox.requests().is_empty(), "control requests are not logged");
}
