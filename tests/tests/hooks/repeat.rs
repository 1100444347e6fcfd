//! Another attempt is made only if an interceptor asks for it, and is prepared anew.

use sixmm_api::{Delivery, requests, types};
use sixmm_tests::{Answer, Received, Server, client_of, fixture};

use super::{Counter, client_with};

/// The queries of all requests so far.
fn check_signatures(server: &Server, expected: &[&str]) {
    let queries: Vec<_> = server.received().iter().filter_map(Received::query).collect();
    assert_eq!(queries, expected);
}

#[tokio::test]
async fn each_attempt_is_signed_anew_and_carries_no_older_signature() {
    let server = Server::start(Answer::json(200, fixture::success())).await;
    server.answer_once(Answer::of_type(502, "text/html", "<html></html>"));
    server.answer_once(Answer::nothing());
    let client = client_with(server.url(), Counter::with_attempts(3));
    client.send(requests::Logout::new()).await.expect("the third attempt succeeds");
    check_signatures(&server, &["signature=number-1", "signature=number-2", "signature=number-3"]);
}

#[tokio::test]
async fn nothing_is_repeated_unless_somebody_asks() {
    let server = Server::start(Answer::nothing()).await;
    let error = client_of(&server).send(requests::UserInfo::new()).await.expect_err("no answer");
    assert_eq!((server.received().len(), error.attempts()), (1, 1));
}

#[tokio::test]
async fn the_last_error_says_how_many_attempts_were_made() {
    let server = Server::start(Answer::json(200, fixture::refusal())).await;
    let error = client_with(server.url(), Counter::with_attempts(3)).send(requests::UserInfo::new()).await.expect_err("refused");
    check_signatures(&server, &["signature=number-1", "signature=number-2", "signature=number-3"]);
    assert_eq!(error.attempts(), 3);
    let text = "user_info (GET /v1/private/user/info): refused with code 1003: Invalid token \
                (HTTP 200, request id req-12345678), after 3 attempts";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn what_an_earlier_attempt_may_have_done_is_not_forgotten() {
    let server = Server::start(Answer::json(200, fixture::refusal())).await;
    server.answer_once(Answer::nothing());
    let client = client_with(server.url(), Counter::with_attempts(2));
    let call = requests::PlaceOrder::new("BTCUSDT", types::OrderType::Market, types::OrderSide::Buy).quantity(1);
    let error = client.send(call).await.expect_err("refused in the end");
    assert_eq!((error.code(), error.delivery()), (Some(1003), Delivery::Unknown));
}

#[tokio::test]
async fn an_order_that_was_carried_out_is_not_repeated_whoever_asks() {
    let server = Server::succeeding(r#"{"status":"NEW"}"#).await;
    let client = client_with(server.url(), Counter::with_attempts(3));
    let call = requests::PlaceOrder::new("BTCUSDT", types::OrderType::Market, types::OrderSide::Buy).quantity(1);
    let error = client.send(call).await.expect_err("no order id");
    assert_eq!((error.delivery(), server.received().len()), (Delivery::CarriedOut, 1));
}

#[tokio::test]
async fn a_query_that_cannot_be_read_may_be_repeated() {
    let server = Server::start(Answer::json(200, fixture::answer("server_time"))).await;
    server.answer_once(Answer::json(200, r#"{"code":0,"data":{"timestamp":"soon"}}"#));
    let client = client_with(server.url(), Counter::with_attempts(2));
    assert!(client.send(requests::ServerTime::new()).await.is_ok());
    check_signatures(&server, &["signature=number-1", "signature=number-2"]);
}
