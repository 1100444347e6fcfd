//! Rules that the documentation does not state: enforced and marked, or ignored.

use serde_json::{Value, json};
use sixmm_ext::types::BboPriceType;
use sixmm_ext::{Client, NewOrder, credentials::ApiKey};
use sixmm_sandbox::{Inferences, Permissions, Sandbox};

use crate::support::{Answer, Call, builder, get, login, post, start, token};

async fn sent(sandbox: &Sandbox, call: &Call) -> Answer {
    let token = token(&login(sandbox).await);
    call.clone().token(&token).send(sandbox).await
}

async fn ignoring() -> Sandbox {
    builder().inferences(Inferences::Ignored).start().await.expect("a port is free")
}

/// Places a resting order of Alice and returns its id.
async fn resting(sandbox: &Sandbox) -> String {
    let order =
        json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "80000", "quantity": "0.1", "clientOrderId": "mine" });
    let placed = sent(sandbox, &post("/v1/private/order/place", order)).await.data();
    placed["orderId"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn an_inferred_rule_is_marked_in_the_message() {
    let condition = |more: Value| {
        let mut order = json!({ "symbol": "BTCUSDT", "type": "STOP_MARKET", "side": "SELL", "quantity": "0.1" });
        order.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        post("/v1/private/order/place-condition", order)
    };
    for (call, message) in [
        (post("/v1/private/order/cancel", json!({ "orderId": "1" })), "Missing required parameter: symbol (inferred, not documented)"),
        (get("/v1/private/position/settings"), "Missing required parameter: symbol (inferred, not documented)"),
        (
            post("/v1/private/order/move", json!({ "symbol": "BTCUSDT", "orderId": "1" })),
            "Missing required parameter: price or quantity (inferred, not documented)",
        ),
        (condition(json!({})), "Missing required parameter: stopPrice (needed when type is STOP_MARKET; inferred, not documented)"),
        (
            condition(json!({ "type": "TRAILING_STOP" })),
            "Missing required parameter: callbackRate (needed when type is TRAILING_STOP; inferred, not documented)",
        ),
    ] {
        assert_eq!(sent(&start().await, &call).await.summary(), (200, 2001, message.to_owned()));
    }
    let label = Call { method: "PUT", ..post("/v1/private/user/api-key/update", json!({ "id": "1", "label": "" })) };
    let (_, code, message) = sent(&start().await, &label).await.summary();
    assert_eq!((code, message.as_str()), (2003, "Parameter out of range: label must be 1 to 64 characters (inferred, not documented)"));
}

#[tokio::test]
async fn without_inferences_an_order_is_cancelled_by_its_id_only() {
    let sandbox = ignoring().await;
    let id = resting(&sandbox).await;
    sent(&sandbox, &post("/v1/private/order/cancel", json!({ "orderId": id }))).await.data();
    assert_eq!(sent(&sandbox, &get("/v1/private/order/current")).await.data()["total"], 0);
}

#[tokio::test]
async fn without_inferences_an_order_is_amended_by_its_id_only() {
    let sandbox = ignoring().await;
    let id = resting(&sandbox).await;
    sent(&sandbox, &post("/v1/private/order/move", json!({ "orderId": id, "price": "80100" }))).await.data();
    let item = json!({ "orders": [{ "orderId": id, "quantity": "0.2" }] });
    assert_eq!(sent(&sandbox, &post("/v1/private/order/batch-move", item)).await.data()["successCount"], 1);
    let shown = sent(&sandbox, &get(&format!("/v1/private/order?symbol=BTCUSDT&orderId={id}"))).await.data();
    assert_eq!((shown["price"].as_str(), shown["quantity"].as_str()), (Some("80100"), Some("0.2")));
}

#[tokio::test]
async fn without_inferences_a_batch_item_needs_no_symbol() {
    let sandbox = ignoring().await;
    let id = resting(&sandbox).await;
    let batch = json!({ "orders": [{ "orderId": id }, {}] });
    let answer = sent(&sandbox, &post("/v1/private/order/batch-cancel", batch)).await.data();
    assert_eq!((answer["successCount"].as_i64(), answer["failedCount"].as_i64()), (Some(1), Some(1)));
}

#[tokio::test]
async fn without_inferences_a_condition_order_is_cancelled_by_its_id_only() {
    let sandbox = ignoring().await;
    let order = json!({ "symbol": "ETHUSDT", "type": "STOP_MARKET", "side": "SELL", "stopPrice": "2000", "quantity": "1" });
    let placed = sent(&sandbox, &post("/v1/private/order/place-condition", order)).await.data();
    let cancel = json!({ "conditionId": placed["conditionId"] });
    sent(&sandbox, &post("/v1/private/order/cancel-condition", cancel)).await.data();
    assert_eq!(sent(&sandbox, &get("/v1/private/order/current-condition")).await.data()["total"], 0);
}

/// A missing parameter without a default is rejected by the operation itself, with the code for an entity that was not found.
#[tokio::test]
async fn without_inferences_missing_parameters_do_not_panic() {
    let sandbox = ignoring().await;
    let put = |path: &str, body: Value| Call { method: "PUT", ..post(path, body) };
    for (call, expected) in [
        (post("/v1/private/order/cancel-condition", json!({})), 2002),
        (post("/v1/private/order/move", json!({ "price": "1" })), 2002),
        (post("/v1/private/order/batch-move", json!({})), 0),
        (post("/v1/private/order/batch-place", json!({})), 0),
        (get("/v1/private/order/strategy"), 3003),
        (get("/v1/private/position/settings"), 2002),
        (post("/v1/private/position/leverage", json!({})), 2002),
        (post("/v1/private/position/margin-mode", json!({ "symbol": "BTCUSDT" })), 0),
        (put("/v1/private/user/listen-key", json!({})), 2002),
        (post("/v1/private/user/api-key/delete", json!({})), 2002),
        (post("/v1/private/user/favorite-symbols", json!({})), 0),
    ] {
        let answer = sent(&sandbox, &call).await;
        assert_eq!(answer.code(), expected, "{} {}: {}", call.method, call.target, answer.json());
    }
}

#[tokio::test]
async fn without_inferences_a_limit_order_at_the_best_price_requires_a_price() {
    let order = json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "quantity": "0.1", "priceType": 3 });
    let place = post("/v1/private/order/place", order);
    let message = "Missing required parameter: price (needed when type is LIMIT)".to_owned();
    assert_eq!(sent(&ignoring().await, &place).await.summary(), (200, 2001, message));
    // With inferences enforced, the request reaches the book, which is empty.
    assert_ne!(sent(&start().await, &place).await.code(), 2001);
}

/// The purpose of the switch: it reveals a client that relies on an inference.
#[tokio::test]
async fn without_inferences_the_clients_orders_at_the_best_price_are_rejected() {
    let sandbox = ignoring().await;
    let key = sandbox.api_key("alice", Permissions::READ_AND_TRADE).expect("a key");
    let key = ApiKey::new(key.api_key, key.api_secret).expect("a key");
    let client = Client::builder().base_url(sandbox.base_url()).api_key(key).build().expect("a client");
    client.sync_clock().await.expect("a clock");
    let order = NewOrder::buy("BTCUSDT", "0.1").best_price(BboPriceType::SameSide1);
    let error = client.orders().place(order).send().await.into_result().expect_err("a refusal");
    assert!(error.to_string().contains("2001"), "{error}");
}
