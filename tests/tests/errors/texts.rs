//! The text of an error: what happened, to which operation, and what to do.

use std::fmt::Write as _;
use std::time::Duration;

use sixmm_api::{Client, Delivery, Error, requests, types};
use sixmm_tests::{client_of, fixture};
use venue_test_support::{MockResponse, MockServer, closed_port};

use super::{order_answered_with, place_order};

/// A line of the table: the situation, the delivery, and below it the text.
fn row(table: &mut String, situation: &str, error: &Error) {
    let delivery = match error.delivery() {
        Delivery::NotSent => "not sent",
        Delivery::Rejected => "rejected",
        Delivery::Unknown => "unknown",
        Delivery::Executed => "executed",
        _ => "?",
    };
    // Writing to a `String` does not fail.
    let _ = writeln!(table, "{situation} [{delivery}]\n    {error}");
}

#[tokio::test]
async fn each_failure_of_an_order_says_what_happened_and_what_to_do() {
    let mut table = String::new();
    let refusal = |code, message| format!(r#"{{"code":{code},"message":"{message}","requestId":"req-12345678"}}"#);
    let answers = [
        ("the documented refusal", MockResponse::json(200, fixture::refusal())),
        ("a code after which an order may stand", MockResponse::json(200, refusal(5001, "Refused"))),
        ("a refusal under HTTP 503", MockResponse::json(503, refusal(5002, "Refused"))),
        ("a refusal without words", MockResponse::json(200, r#"{"code":3001}"#)),
        ("a message of several lines", MockResponse::json(200, refusal(3001, r"one\ntwo\u001b[31m"))),
        ("a proxy's page", MockResponse::of_type(502, "text/html; charset=utf-8", "<html></html>")),
        ("an empty answer", MockResponse::head(500, "Content-Length: 0\r\n", b"")),
        ("plain text", MockResponse::of_type(200, "text/plain", "OK")),
        ("half a document", MockResponse::json(200, r#"{"code":0,"da"#)),
        ("two codes", MockResponse::json(200, r#"{"code":3001,"code":0}"#)),
        ("success under HTTP 500", MockResponse::json(500, r#"{"code":0,"requestId":"req-12345678"}"#)),
        ("a redirect", MockResponse::head(302, "Location: https://example.com/?token=x\r\nContent-Length: 0\r\n", b"")),
        ("success with other data", MockResponse::json(200, r#"{"code":0,"data":{"orderId":[]},"requestId":"req-12345678"}"#)),
        ("success without the id", MockResponse::json(200, r#"{"code":0,"data":{"status":"NEW"},"requestId":"req-12345678"}"#)),
        ("a connection that broke before the answer", MockResponse::closed()),
        ("a connection that broke within the answer", MockResponse::head(200, "Content-Length: 1000\r\n", b"{")),
    ];
    for (situation, answer) in answers {
        row(&mut table, situation, &order_answered_with(answer).await);
    }
    let server = MockServer::responding(MockResponse::silence()).await;
    let client = Client::builder().base_url(server.url()).timeout(Duration::from_millis(100)).build().expect("a client");
    row(&mut table, "a timeout", &place_order(&client).await.expect_err("no answer"));
    insta::assert_snapshot!("order", table);
}

#[tokio::test]
async fn the_error_of_a_query_does_not_advise_a_reconciliation() {
    let mut table = String::new();
    let server = MockServer::responding(MockResponse::of_type(502, "text/html", "<html></html>")).await;
    row(&mut table, "a proxy's page", &client_of(&server).send(requests::ServerTime::new()).await.expect_err("no envelope"));
    server.set_response(MockResponse::closed());
    row(&mut table, "a connection that broke", &client_of(&server).send(requests::ServerTime::new()).await.expect_err("no answer"));
    server.set_response(MockResponse::json(200, r#"{"code":0,"data":{"timestamp":"soon"},"requestId":"req-12345678"}"#));
    row(&mut table, "success with other data", &client_of(&server).send(requests::ServerTime::new()).await.expect_err("other data"));
    insta::assert_snapshot!("query", table);
}

#[tokio::test]
async fn a_failure_before_anything_was_sent_says_so() {
    let mut table = String::new();
    let url = format!("http://{}", closed_port().await);
    let client = Client::builder().base_url(url).build().expect("a client");
    row(&mut table, "no server", &place_order(&client).await.expect_err("no server"));
    let call = requests::PlaceOrder::new("BTCUSDT", types::OrderType::Limit, types::OrderSide::from("buy"));
    row(&mut table, "broken rules", &client.send(call).await.expect_err("broken rules"));
    insta::assert_snapshot!("not_sent", table);
}

#[tokio::test]
async fn debug_is_display_and_delivery() {
    let error = order_answered_with(MockResponse::json(200, fixture::refusal())).await;
    insta::assert_snapshot!("debug", format!("{error:?}"));
}
