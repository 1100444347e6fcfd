//! Refusals by the API: a code that is not 0, under whatever HTTP status.

use sixmm_api::{Delivery, requests, types::ErrorCode};
use sixmm_tests::{client_of, fixture};
use venue_test_support::{MockResponse, MockServer};

use super::{order_answered_with, place_order};

/// What comes in place of the data that a success would have; nothing, as the vendor documents, or something all the same.
const DATA: [&str; 7] =
    ["", r#","data":{}"#, r#","data":"""#, r#","data":[]"#, r#","data":null"#, r#","data":{"orderId":"1"}"#, r#","data":7"#];

/// Every documented code, with each kind of data, under this status.
async fn check(status: u16) {
    let server = MockServer::responding(MockResponse::closed()).await;
    let client = client_of(&server);
    for code in fixture::error_codes() {
        for data in DATA {
            server.set_response(MockResponse::json(
                status,
                format!(r#"{{"code":{code},"message":"Refused","requestId":"req-12345678"{data}}}"#),
            ));
            let error = place_order(&client).await.expect_err("a refusal");
            assert!(error.is_exchange_error(), "{error}");
            assert_eq!((error.code(), error.message(), error.request_id()), (Some(code), Some("Refused"), Some("req-12345678")));
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            let is_uncertain = status >= 500 || [5001, 5002].contains(&code);
            assert_eq!(error.delivery(), if is_uncertain { Delivery::Unknown } else { Delivery::Rejected }, "{error}");
        }
    }
}

#[tokio::test]
async fn every_documented_code_is_an_error_under_http_200() {
    check(200).await;
}

#[tokio::test]
async fn every_documented_code_is_an_error_under_http_401() {
    check(401).await;
}

#[tokio::test]
async fn every_documented_code_is_an_error_under_http_429() {
    check(429).await;
}

#[tokio::test]
async fn after_any_code_under_http_500_an_order_may_stand() {
    check(500).await;
}

#[tokio::test]
async fn after_any_code_under_http_503_an_order_may_stand() {
    check(503).await;
}

#[tokio::test]
async fn the_documented_rejection_is_read() {
    let error = order_answered_with(MockResponse::json(200, fixture::refusal())).await;
    assert_eq!((error.code(), error.message(), error.request_id()), (Some(1003), Some("Invalid token"), Some("req-12345678")));
}

#[tokio::test]
async fn a_refusal_is_an_error_even_where_any_data_would_do() {
    let server = MockServer::responding(MockResponse::json(200, r#"{"code":1003,"data":"anything"}"#)).await;
    let client = client_of(&server);
    let undocumented = client.send(requests::FundingRateConfig::new()).await.expect_err("a refusal");
    let open = client.send(requests::Order::new("BTCUSDT").order_id("1")).await.expect_err("a refusal");
    assert_eq!((undocumented.code(), open.code()), (Some(1003), Some(1003)));
}

#[test]
fn every_documented_code_has_a_name_and_no_other_has() {
    let known: Vec<i64> = ErrorCode::DOCUMENTED.iter().filter_map(|code| code.parse().ok()).filter(|code| *code != 0).collect();
    assert_eq!(known, fixture::error_codes());
    assert!(!ErrorCode::from(1005).is_documented());
}

#[tokio::test]
async fn an_unknown_code_is_a_refusal_like_any_other() {
    for code in [-1, 1005, i64::MAX, i64::MIN] {
        let error = order_answered_with(MockResponse::json(200, format!(r#"{{"code":{code}}}"#))).await;
        assert_eq!((error.is_exchange_error(), error.code(), error.delivery()), (true, Some(code), Delivery::Rejected));
    }
}

#[tokio::test]
async fn a_code_in_quotes_is_that_code() {
    let error = order_answered_with(MockResponse::json(200, r#"{"code":"3001","message":"Refused"}"#)).await;
    assert_eq!((error.is_exchange_error(), error.code()), (true, Some(3001)));
}

#[tokio::test]
async fn a_refusal_without_words_is_a_refusal() {
    for body in
        [r#"{"code":3001}"#, r#"{"code":3001,"message":null,"requestId":null}"#, r#"{"code":3001,"message":{"en":"no"},"requestId":7}"#]
    {
        let error = order_answered_with(MockResponse::json(200, body)).await;
        assert_eq!((error.code(), error.message(), error.request_id()), (Some(3001), Some(""), None), "{body}");
    }
}

#[tokio::test]
async fn the_headers_of_a_refusal_can_be_read() {
    let body = r#"{"code":5003,"message":"Refused"}"#;
    let error =
        order_answered_with(MockResponse::head(429, &format!("Retry-After: 7\r\nContent-Length: {}\r\n", body.len()), body.as_bytes()))
            .await;
    let headers = error.headers().expect("an answer came");
    assert_eq!(headers.get("retry-after").and_then(|value| value.to_str().ok()), Some("7"));
    assert_eq!(error.body(), Some(body.as_bytes()));
}
