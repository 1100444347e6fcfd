//! What the record says of who sent a request, and of which orders.

use serde_json::json;
use sixmm_sandbox::Received;

use crate::support::{START, get, key, login, post, start, token};

#[tokio::test]
async fn the_record_names_the_user_whose_credentials_were_good() {
    let sandbox = start().await;
    let (alice, bob) = (sandbox.user_id("alice").expect("alice"), sandbox.user_id("bob").expect("bob"));
    let token = token(&login(&sandbox).await);
    let info = || get("/v1/private/user/info");
    info().token(&token).send(&sandbox).await;
    info().signed(&key(&sandbox, "bob"), START).send(&sandbox).await;
    info().signed(&key(&sandbox, "bob"), START - 60_000).send(&sandbox).await;
    get("/v1/time").send(&sandbox).await;
    // The body is not good, and the credentials are.
    post("/v1/private/order/place", json!({})).token(&token).send(&sandbox).await;
    let users: Vec<Option<String>> = sandbox.received().into_iter().skip(1).map(|request| request.user).collect();
    assert_eq!(users, [Some(alice.clone()), Some(bob), None, None, Some(alice)]);
}

#[tokio::test]
async fn the_record_names_every_client_order_id_of_a_request() {
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
    let named: Vec<Vec<String>> = sandbox.received().into_iter().map(|Received { client_order_ids, .. }| client_order_ids).collect();
    assert_eq!(named, [vec!["single"], vec!["first", "second"], vec!["one", "other"]]);
}
