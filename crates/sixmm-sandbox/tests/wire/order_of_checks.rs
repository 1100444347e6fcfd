//! The error of a request with two errors. The order of the checks is the sandbox's choice and must not change.

use serde_json::{Value, json};
use sixmm_sandbox::{Permissions, Sandbox};

use crate::support::{START, get, login, post, start, token};

const ORDERS: &str = "/v1/private/order/current";

#[tokio::test]
async fn a_replay_is_reported_before_a_missing_permission() {
    let sandbox = start().await;
    let reader = sandbox.api_key("alice", Permissions::READ).expect("alice");
    let call = get(ORDERS).signed(&reader, START);
    assert_eq!(call.send(&sandbox).await.code(), 3006);
    assert_eq!(call.send(&sandbox).await.summary(), (200, 3004, "Signature replay detected".to_owned()));
}

/// Changes the only key of `alice`.
async fn update(sandbox: &Sandbox, token: &str, mut change: Value) {
    let list = get("/v1/private/user/api-key/list").token(token).send(sandbox).await.data();
    change["id"] = list["list"][0]["id"].clone();
    let answer = post("/v1/private/user/api-key/update", change).method("PUT").token(token).send(sandbox).await;
    assert_eq!(answer.code(), 0);
}

#[tokio::test]
async fn a_disabled_key_is_reported_before_an_address_outside_of_the_whitelist() {
    let sandbox = start().await;
    let key = sandbox.api_key("alice", Permissions::READ).expect("alice");
    let token = token(&login(&sandbox).await);
    let call = get("/v1/private/user/info").signed(&key, START);
    update(&sandbox, &token, json!({ "ipWhitelist": ["203.0.113.10"] })).await;
    assert_eq!(call.send(&sandbox).await.summary(), (401, 1006, "Source IP mismatch".to_owned()));
    update(&sandbox, &token, json!({ "status": 0 })).await;
    assert_eq!(call.send(&sandbox).await.summary(), (401, 1003, "API key is disabled".to_owned()));
}
