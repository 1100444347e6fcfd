//! A missing or incomplete response.

use std::time::Duration;

use sixmm_api::{Client, Delivery, Error};
use sixmm_tests::{client_of, server_with_data};
use venue_test_support::{MockResponse, MockServer, closed_port};

use super::{order_answered_with, place_order};

/// A timeout that is longer than connecting to this machine takes.
const TIMEOUT: Duration = Duration::from_millis(100);

fn check(error: &Error, expected: Delivery) {
    assert_eq!(error.delivery(), expected, "{error}");
    assert_eq!(
        (error.code(), error.is_exchange_error(), error.is_unexpected_response(), error.is_decode_error()),
        (None, false, false, false)
    );
}

async fn order_with_timeout(answer: MockResponse) -> Error {
    let server = MockServer::responding(answer).await;
    let client = Client::builder().base_url(server.url()).timeout(TIMEOUT).build().expect("a client");
    place_order(&client).await.expect_err("a failure")
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let client = Client::builder().base_url(format!("http://{}", closed_port().await)).build().expect("a client");
    let error = place_order(&client).await.expect_err("no server");
    assert!(error.is_connect_error() && !error.is_timeout() && !error.is_interrupted(), "{error}");
    check(&error, Delivery::NotSent);
    assert!(error.status().is_none() && error.body().is_none());
}

#[tokio::test]
async fn after_a_connection_closed_before_the_answer_an_order_may_stand() {
    let error = order_answered_with(MockResponse::closed()).await;
    assert!(error.is_interrupted() && !error.is_connect_error() && !error.is_timeout(), "{error}");
    check(&error, Delivery::Unknown);
}

#[tokio::test]
async fn after_a_connection_closed_within_the_head_an_order_may_stand() {
    let error = order_answered_with(MockResponse::raw(*b"HTTP/1.1 200 OK\r\nConte")).await;
    assert!(error.is_interrupted(), "{error}");
    check(&error, Delivery::Unknown);
}

#[tokio::test]
async fn after_a_connection_closed_within_the_body_an_order_may_stand() {
    let error = order_answered_with(MockResponse::head(200, "Content-Length: 1000\r\n", br#"{"code":0,"data":{"orderId":"1"}}"#)).await;
    assert!(error.is_interrupted(), "{error}");
    check(&error, Delivery::Unknown);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
}

#[tokio::test]
async fn after_a_chunked_answer_without_its_end_an_order_may_stand() {
    let chunk = b"21\r\n{\"code\":0,\"data\":{\"orderId\":\"1\"}}\r\n";
    let error = order_answered_with(MockResponse::head(200, "Transfer-Encoding: chunked\r\n", chunk)).await;
    assert!(error.is_interrupted(), "{error}");
    check(&error, Delivery::Unknown);
}

#[tokio::test]
async fn a_response_that_is_not_http_is_not_a_success() {
    let error = order_answered_with(MockResponse::raw(*b"SSH-2.0-OpenSSH_9.6\r\n")).await;
    check(&error, Delivery::Unknown);
}

#[tokio::test]
async fn after_a_timeout_an_order_may_stand() {
    let error = order_with_timeout(MockResponse::silence()).await;
    assert!(error.is_timeout() && !error.is_connect_error() && !error.is_interrupted(), "{error}");
    check(&error, Delivery::Unknown);
}

#[tokio::test]
async fn after_a_timeout_within_the_answer_an_order_may_stand() {
    let error = order_with_timeout(MockResponse::head(200, "Content-Length: 1000\r\n", b"{").stalling()).await;
    assert!(error.is_timeout(), "{error}");
    check(&error, Delivery::Unknown);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
}

#[tokio::test]
async fn an_answer_larger_than_allowed_is_not_read_and_an_order_may_stand() {
    let server = server_with_data(&format!(r#"{{"orderId":"{}"}}"#, "1".repeat(1000))).await;
    let client = Client::builder().base_url(server.url()).max_response(1000).build().expect("a client");
    let error = place_order(&client).await.expect_err("too large");
    assert!(error.is_response_too_large(), "{error}");
    check(&error, Delivery::Unknown);
}

#[tokio::test]
async fn an_answer_exactly_as_large_as_allowed_is_read() {
    let body = r#"{"code":0,"data":{"orderId":"1"}}"#;
    let server = MockServer::responding(MockResponse::json(200, body)).await;
    let client = Client::builder().base_url(server.url()).max_response(body.len()).build().expect("a client");
    assert!(place_order(&client).await.is_ok());
}

#[tokio::test]
async fn an_order_on_a_kept_connection_that_breaks_is_not_sent_again() {
    let server = server_with_data(r#"{"orderId":"1"}"#).await;
    let client = client_of(&server);
    server.enqueue(MockResponse::json(200, r#"{"code":0,"data":{"orderId":"1"}}"#));
    server.enqueue(MockResponse::closed());
    assert!(place_order(&client).await.is_ok());
    let error = place_order(&client).await.expect_err("the connection breaks");
    check(&error, Delivery::Unknown);
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
}
