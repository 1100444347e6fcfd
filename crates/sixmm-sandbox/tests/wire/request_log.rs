//! The user and the client order ids in the request log.

use serde_json::json;
use sixmm_sandbox::LoggedRequest;

use crate::support::{START, get, key, login, post, start, token};

#[tokio::test]
async fn the_log_contains_the_user_if_the_credentials_are_valid() {
    let sandbox = start().await;
    let (alice, bob) = (sandbox.user_id("alice").expect("alice"), sandbox.user_id("bob").expect("bob"));
    let token = token(&login(&sandbox).await);
    let info = || get("/v1/private/user/info");
    info().token(&token).send(&sandbox).await;
    info().signed(&key(&sandbox, "bob"), START).send(&sandbox).await;
    info().signed(&key(&sandbox, "bob"), START - 60_000).send(&sandbox).await;
    get("/v1/time").send(&sandbox).await;
    // The body is invalid, but the credentials are valid.
    post("/v1/private/order/place", json!({})).token(&token).send(&sandbox).await;
    let users: Vec<Option<String>> = sandbox.requests().into_iter().skip(1).map(|request| request.user).collect();
    assert_eq!(users, [Some(alice.clone()), Some(bob), None, None, Some(alice)]);
}

#[tokio::test]
async fn the_log_contains_each_client_order_id_of_a_request() {
    let sandbox = start().await;
    let key = key(&sandbox, "alice");
    let order = |price: &str, id: &str| json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": price, "quantity": "0.1", "clientOrderId": id });
    for (path, body) in [
        ("place", order("80000", "single")),
        ("batch-place", json!({ "orders": [order("80000", "first"), order("80001", "second")] })),
        ("place-strategy", json!({ "strategyType": "OCO", "subOrderList": [order("80000", "one"), order("80001", "other")] })),
    ] {
        post(&format!("/v1/private/order/{path}"), body).signed(&key, START).send(&sandbox).await.data();
    }
    let named: Vec<Vec<String>> = sandbox.requests().into_iter().map(|LoggedRequest { client_order_ids, .. }| client_order_ids).collect();
    assert_eq!(named, [vec!["single"], vec!["first", "second"], vec!["one", "other"]]);
}
