//! The client makes another attempt only if an interceptor asks for it, and prepares the request again.

use sixmm_api::{Delivery, requests, types};
use sixmm_tests::{client_of, fixture, server_with_data};
use venue_test_support::{MockResponse, MockServer};

use super::{Counter, client_with};

/// Checks the queries of all requests so far.
fn check_signatures(server: &MockServer, expected: &[&str]) {
    let queries: Vec<_> = server.requests().into_iter().map(|request| request.query).collect();
    assert_eq!(queries, expected);
}

#[tokio::test]
async fn each_attempt_has_only_its_own_signature() {
    let server = MockServer::responding(MockResponse::json(200, fixture::success())).await;
    server.enqueue(MockResponse::of_type(502, "text/html", "<html></html>"));
    server.enqueue(MockResponse::closed());
    let client = client_with(server.url(), Counter::with_attempts(3));
    client.send(requests::Version::new()).await.expect("the third attempt succeeds");
    check_signatures(&server, &["signature=number-1", "signature=number-2", "signature=number-3"]);
}

#[tokio::test]
async fn without_an_interceptor_there_is_one_attempt() {
    let server = MockServer::responding(MockResponse::closed()).await;
    let error = client_of(&server).send(requests::UserInfo::new()).await.expect_err("no answer");
    assert_eq!((server.requests().len(), error.attempts()), (1, 1));
}

#[tokio::test]
async fn the_last_error_says_how_many_attempts_were_made() {
    let server = MockServer::responding(MockResponse::json(200, fixture::refusal())).await;
    let error = client_with(server.url(), Counter::with_attempts(3)).send(requests::UserInfo::new()).await.expect_err("refused");
    check_signatures(&server, &["signature=number-1", "signature=number-2", "signature=number-3"]);
    assert_eq!(error.attempts(), 3);
    let text = "user_info (GET /v1/private/user/info): rejected with code 1003: Invalid token \
                (HTTP 200, request id req-12345678), after 3 attempts";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn the_error_reports_the_most_uncertain_delivery_of_all_attempts() {
    let server = MockServer::responding(MockResponse::json(200, fixture::refusal())).await;
    server.enqueue(MockResponse::closed());
    let client = client_with(server.url(), Counter::with_attempts(2));
    let error = client.send(requests::UserInfo::new()).await.expect_err("refused in the end");
    assert_eq!((error.code(), error.delivery()), (Some(1003), Delivery::Unknown));
}

#[tokio::test]
async fn an_order_that_may_have_been_executed_is_never_repeated() {
    let server = MockServer::responding(MockResponse::closed()).await;
    let client = client_with(server.url(), Counter::with_attempts(3));
    let call = requests::PlaceOrder::new("BTCUSDT", types::OrderType::Market, types::OrderSide::Buy).quantity(1);
    let error = client.send(call).await.expect_err("no response");
    assert_eq!((error.delivery(), server.requests().len()), (Delivery::Unknown, 1));
}

#[tokio::test]
async fn an_executed_order_is_never_repeated() {
    let server = server_with_data(r#"{"status":"NEW"}"#).await;
    let client = client_with(server.url(), Counter::with_attempts(3));
    let call = requests::PlaceOrder::new("BTCUSDT", types::OrderType::Market, types::OrderSide::Buy).quantity(1);
    let error = client.send(call).await.expect_err("no order id");
    assert_eq!((error.delivery(), server.requests().len()), (Delivery::Executed, 1));
}

#[tokio::test]
async fn a_query_that_cannot_be_read_may_be_repeated() {
    let server = MockServer::responding(MockResponse::json(200, fixture::answer("server_time"))).await;
    server.enqueue(MockResponse::json(200, r#"{"code":0,"data":{"timestamp":"soon"}}"#));
    let client = client_with(server.url(), Counter::with_attempts(2));
    assert!(client.send(requests::ServerTime::new()).await.is_ok());
    check_signatures(&server, &["signature=number-1", "signature=number-2"]);
}
