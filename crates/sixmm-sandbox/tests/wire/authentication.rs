//! Errors of authentication by API key: code, message and HTTP status.

use std::time::Duration;

use serde_json::json;
use sixmm_sandbox::{Permissions, Sandbox};

use crate::support::{Call, START, get, key, login, post, sign, start, token};

const INFO: &str = "/v1/private/user/info";
const ORDERS: &str = "/v1/private/order/current";

async fn check(sandbox: &Sandbox, call: Call, expected: (u16, i64, &str)) {
    let (status, code, message) = call.send(sandbox).await.summary();
    assert_eq!((status, code, message.as_str()), expected);
}

#[tokio::test]
async fn a_signed_request_is_accepted() {
    let sandbox = start().await;
    let data = get(INFO).signed(&key(&sandbox, "alice"), START).send(&sandbox).await.data();
    assert_eq!(data["userInfo"]["username"], "alice");
    assert_eq!(data["userInfo"]["userId"], sandbox.user_id("alice").expect("alice").as_str());
}

#[tokio::test]
async fn a_private_operation_without_credentials_is_rejected_with_1001() {
    let sandbox = start().await;
    check(&sandbox, get(INFO), (401, 1001, "No valid authentication information provided")).await;
    check(&sandbox, get(INFO).header("Authorization", "Basic YTpi"), (401, 1001, "No valid authentication information provided")).await;
}

#[tokio::test]
async fn the_scheme_of_a_token_is_case_insensitive() {
    let sandbox = start().await;
    let token = token(&login(&sandbox).await);
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer "] {
        let answer = get(INFO).header("Authorization", format!("{scheme} {token}")).send(&sandbox).await;
        assert_eq!(answer.code(), 0, "{scheme}");
    }
    // The token is also accepted for a write, and the session stays open.
    let key = post("/v1/private/user/api-key/create", json!({ "label": "bot" })).header("Authorization", format!("bearer {token}"));
    assert_eq!(key.send(&sandbox).await.code(), 0);
}

#[tokio::test]
async fn another_authorization_scheme_is_rejected() {
    let sandbox = start().await;
    let token = token(&login(&sandbox).await);
    for value in [format!("Basic {token}"), format!("Bearer{token}"), format!("Bearers {token}"), token.clone(), "Bearer".to_owned()] {
        check(&sandbox, get(INFO).header("Authorization", value), (401, 1001, "No valid authentication information provided")).await;
    }
    for changed in [token.to_uppercase(), token.to_lowercase()] {
        assert_eq!(
            get(INFO).header("Authorization", format!("bearer {changed}")).send(&sandbox).await.status,
            401,
            "tokens are case-sensitive"
        );
    }
}

#[tokio::test]
async fn an_api_key_without_timestamp_and_signature_is_rejected_with_1001() {
    let sandbox = start().await;
    let key = key(&sandbox, "alice");
    let expected = (401, 1001, "X-API-KEY needs one timestamp and one signature in the query");
    check(&sandbox, get(INFO).header("X-API-KEY", &key.api_key), expected).await;
    check(&sandbox, get(&format!("{INFO}?timestamp={START}")).header("X-API-KEY", &key.api_key), expected).await;
    check(&sandbox, get(&format!("{INFO}?timestamp={START}")).signed(&key, START), expected).await;
}

#[tokio::test]
async fn an_unknown_key_is_rejected_with_1003() {
    let sandbox = start().await;
    let mut key = key(&sandbox, "alice");
    key.api_key = "fx_unknown".to_owned();
    check(&sandbox, get(INFO).signed(&key, START), (401, 1003, "Invalid API key")).await;
}

#[tokio::test]
async fn a_key_with_other_characters_than_ascii_is_unknown() {
    let sandbox = start().await;
    let token = token(&login(&sandbox).await);
    check(&sandbox, get(INFO).token(&token).header("X-API-KEY", "fx_schlüssel"), (401, 1003, "Invalid API key")).await;
    check(&sandbox, get(INFO).token(&token).header("X-API-KEY", ""), (401, 1003, "Invalid API key")).await;
}

#[tokio::test]
async fn a_signature_with_another_secret_is_rejected_with_1003() {
    let sandbox = start().await;
    let mut key = key(&sandbox, "alice");
    key.api_secret = "another".into();
    check(&sandbox, get(INFO).signed(&key, START), (401, 1003, "Invalid signature")).await;
}

#[tokio::test]
async fn a_body_that_was_changed_after_signing_is_rejected_with_1003() {
    let sandbox = start().await;
    let mut call = post("/v1/private/user/favorite-symbols", json!({ "symbols": ["BTCUSDT"] })).signed(&key(&sandbox, "alice"), START);
    call.body = call.body.replace("BTC", "ETH");
    check(&sandbox, call, (401, 1003, "Invalid signature")).await;
}

#[tokio::test]
async fn reordered_parameters_are_rejected_with_1003() {
    let sandbox = start().await;
    let mut call = get("/v1/private/user/balance-history?period=1D&limit=3").signed(&key(&sandbox, "alice"), START);
    call.target = call.target.replace("period=1D&limit=3", "limit=3&period=1D");
    check(&sandbox, call, (401, 1003, "Invalid signature")).await;
}

#[tokio::test]
async fn the_tolerance_is_ten_seconds_in_both_directions() {
    let sandbox = start().await;
    let key = key(&sandbox, "alice");
    for timestamp in [START - 10_000, START + 10_000] {
        assert_eq!(get(INFO).signed(&key, timestamp).send(&sandbox).await.code(), 0, "{timestamp}");
    }
    for timestamp in [START - 10_001, START + 10_001, 0, i64::MAX] {
        check(&sandbox, get(INFO).signed(&key, timestamp), (401, 1003, "Timestamp outside of tolerance window")).await;
    }
}

#[tokio::test]
async fn a_timestamp_that_is_not_a_number_is_rejected_with_1003() {
    let sandbox = start().await;
    let key = key(&sandbox, "alice");
    for timestamp in ["now".to_owned(), format!("+{START}"), format!("00{START}"), "-1".to_owned()] {
        let query = format!("timestamp={timestamp}");
        let signature = sign(secrecy::ExposeSecret::expose_secret(&key.api_secret), &query);
        let call = get(&format!("{INFO}?{query}&signature={signature}")).header("X-API-KEY", &key.api_key);
        check(&sandbox, call, (401, 1003, "Invalid timestamp: it must be Unix milliseconds")).await;
    }
}

#[tokio::test]
async fn order_paths_reject_a_replayed_signature() {
    let sandbox = start().await;
    let call = get(ORDERS).signed(&key(&sandbox, "alice"), START);
    assert_eq!(call.send(&sandbox).await.code(), 0);
    check(&sandbox, call.clone(), (200, 3004, "Signature replay detected")).await;
    sandbox.advance(Duration::from_secs(10));
    check(&sandbox, call, (200, 3004, "Signature replay detected")).await;
}

#[tokio::test]
async fn other_paths_accept_a_signature_again() {
    let sandbox = start().await;
    let call = get(INFO).signed(&key(&sandbox, "alice"), START);
    assert_eq!(call.send(&sandbox).await.code(), 0);
    assert_eq!(call.send(&sandbox).await.code(), 0);
}

#[tokio::test]
async fn orders_and_positions_require_trade_and_accounts_require_read() {
    let sandbox = start().await;
    let reader = sandbox.api_key("alice", Permissions::READ).expect("alice");
    let trader = sandbox.api_key("alice", Permissions::TRADE).expect("alice");
    for path in [ORDERS, "/v1/private/position/positions"] {
        check(&sandbox, get(path).signed(&reader, START), (200, 3006, "Permission denied: the API key needs Trade")).await;
        assert_eq!(get(path).signed(&trader, START).send(&sandbox).await.code(), 0, "{path}");
    }
    check(&sandbox, get(INFO).signed(&trader, START), (200, 3006, "Permission denied: the API key needs Read")).await;
}

#[tokio::test]
async fn an_api_key_takes_precedence_over_a_token() {
    let sandbox = start().await;
    let token = token(&login(&sandbox).await);
    let call = get(INFO).token(&token).header("X-API-KEY", "fx_unknown");
    check(&sandbox, call, (401, 1003, "Invalid API key")).await;
}

#[tokio::test]
async fn the_request_id_is_echoed_or_generated() {
    let sandbox = start().await;
    let echoed = get("/v1/time").header("X-Request-ID", "my-id 1").send(&sandbox).await.json();
    assert_eq!(echoed["requestId"], "my-id 1");
    let error = get(INFO).header("X-Request-ID", "my-id 2").send(&sandbox).await.json();
    assert_eq!(error, json!({ "code": 1001, "message": "No valid authentication information provided", "requestId": "my-id 2" }));
    let made = get("/v1/time").send(&sandbox).await.json();
    assert_eq!(made["requestId"], "req-00000003");
}

#[tokio::test]
async fn an_unknown_path_is_404_and_an_unknown_method_405() {
    let sandbox = start().await;
    check(&sandbox, get("/v1/nothing"), (404, 2002, "No such path: /v1/nothing")).await;
    check(&sandbox, get("/v1/time").method("PATCH"), (405, 2002, "/v1/time does not accept PATCH")).await;
}
