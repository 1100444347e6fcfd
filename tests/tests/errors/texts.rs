//! What a person reads of an error: what happened, to which operation, and what to do.

use std::fmt::Write as _;
use std::time::Duration;

use sixmm_api::{Client, Delivery, Error, requests, types};
use sixmm_tests::{Answer, Server, client_of, fixture};
use tokio::net::TcpListener;

use super::{order_answered_with, place_order};

/// A line of the table: the situation, the delivery, and below it the text.
fn row(table: &mut String, situation: &str, error: &Error) {
    let delivery = match error.delivery() {
        Delivery::NotSent => "not sent",
        Delivery::Answered => "answered",
        Delivery::Unknown => "unknown",
        Delivery::CarriedOut => "carried out",
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
        ("the documented refusal", Answer::json(200, fixture::refusal())),
        ("a code after which an order may stand", Answer::json(200, refusal(5001, "Refused"))),
        ("a refusal under HTTP 503", Answer::json(503, refusal(5002, "Refused"))),
        ("a refusal without words", Answer::json(200, r#"{"code":3001}"#)),
        ("a message of several lines", Answer::json(200, refusal(3001, r"one\ntwo\u001b[31m"))),
        ("a proxy's page", Answer::of_type(502, "text/html; charset=utf-8", "<html></html>")),
        ("an empty answer", Answer::head(500, "Content-Length: 0\r\n", b"")),
        ("plain text", Answer::of_type(200, "text/plain", "OK")),
        ("half a document", Answer::json(200, r#"{"code":0,"da"#)),
        ("two codes", Answer::json(200, r#"{"code":3001,"code":0}"#)),
        ("success under HTTP 500", Answer::json(500, r#"{"code":0,"requestId":"req-12345678"}"#)),
        ("a redirect", Answer::head(302, "Location: https://example.com/?token=x\r\nContent-Length: 0\r\n", b"")),
        ("success with other data", Answer::json(200, r#"{"code":0,"data":{"orderId":[]},"requestId":"req-12345678"}"#)),
        ("success without the id", Answer::json(200, r#"{"code":0,"data":{"status":"NEW"},"requestId":"req-12345678"}"#)),
        ("a connection that broke before the answer", Answer::nothing()),
        ("a connection that broke within the answer", Answer::head(200, "Content-Length: 1000\r\n", b"{")),
    ];
    for (situation, answer) in answers {
        row(&mut table, situation, &order_answered_with(answer).await);
    }
    let server = Server::start(Answer::silence()).await;
    let client = Client::builder().base_url(server.url()).timeout(Duration::from_millis(100)).build().expect("a client");
    row(&mut table, "a timeout", &place_order(&client).await.expect_err("no answer"));
    insta::assert_snapshot!("order", table);
}

#[tokio::test]
async fn a_failure_of_a_query_does_not_ask_to_find_out_anything() {
    let mut table = String::new();
    let server = Server::start(Answer::of_type(502, "text/html", "<html></html>")).await;
    row(&mut table, "a proxy's page", &client_of(&server).send(requests::ServerTime::new()).await.expect_err("no envelope"));
    server.answer(Answer::nothing());
    row(&mut table, "a connection that broke", &client_of(&server).send(requests::ServerTime::new()).await.expect_err("no answer"));
    server.answer(Answer::json(200, r#"{"code":0,"data":{"timestamp":"soon"},"requestId":"req-12345678"}"#));
    row(&mut table, "success with other data", &client_of(&server).send(requests::ServerTime::new()).await.expect_err("other data"));
    insta::assert_snapshot!("query", table);
}

#[tokio::test]
async fn a_failure_before_anything_was_sent_says_so() {
    let mut table = String::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let client = Client::builder().base_url(url).build().expect("a client");
    row(&mut table, "nobody is there", &place_order(&client).await.expect_err("nobody is there"));
    let call = requests::PlaceOrder::new("BTCUSDT", types::OrderType::Limit, types::OrderSide::from("buy"));
    row(&mut table, "broken rules", &client.send(call).await.expect_err("broken rules"));
    insta::assert_snapshot!("not_sent", table);
}

#[tokio::test]
async fn debug_is_display_and_delivery() {
    let error = order_answered_with(Answer::json(200, fixture::refusal())).await;
    insta::assert_snapshot!("debug", format!("{error:?}"));
}
