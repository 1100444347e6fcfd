//! Every operation sends what the documentation shows, byte by byte.

mod calls;

use std::collections::BTreeSet;

use rust_decimal::dec;
use sixmm_api::{Client, Error, operations, requests};
use sixmm_tests::{Fixture, client_of, fixture};
use venue_test_support::{MockResponse, MockServer};

/// Sends a call to a server that refuses everything, and compares the bytes that arrived with the fixture.
async fn check(fixture: &str, call: impl AsyncFnOnce(&Client) -> Option<Error>) {
    let server = MockServer::responding(MockResponse::json(200, fixture::refusal())).await;
    let error = call(&client_of(&server)).await.expect("the server refuses everything");
    assert_eq!(error.code(), Some(1003), "not sent: {error}");
    let received = server.take_only_request();
    let documented = Fixture::request(fixture);
    assert_eq!(received.request_line(), documented.request_line());
    assert_eq!(received.sorted_headers(), documented.headers(&server.address().to_string(), env!("CARGO_PKG_VERSION")));
    assert_eq!(String::from_utf8_lossy(&received.body), documented.body());
    assert_eq!(error.operation().id, documented.operation());
}

fn names(of: impl IntoIterator<Item = impl Into<String>>) -> BTreeSet<String> {
    of.into_iter().map(Into::into).collect()
}

#[test]
fn every_operation_has_a_fixture_and_every_fixture_an_operation() {
    let fixtures = Fixture::requests();
    let of_fixtures = names(fixtures.iter().map(Fixture::operation));
    assert_eq!(of_fixtures, names(operations::ALL.iter().map(|operation| operation.id)));
}

#[test]
fn every_fixture_is_sent_by_a_test() {
    let sent = calls::documented::FIXTURES.iter().chain(calls::with_every_parameter::FIXTURES);
    assert_eq!(names(Fixture::requests().into_iter().map(|fixture| fixture.name)), names(sent.copied()));
}

#[test]
fn method_and_path_of_the_table_are_those_of_the_documentation() {
    for operation in operations::ALL {
        let line = Fixture::request(operation.id).request_line().to_owned();
        let target = line.split(' ').nth(1).unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        assert_eq!((operation.method.as_str(), operation.path), (line.split(' ').next().unwrap_or_default(), path));
    }
}

#[tokio::test]
async fn text_in_a_query_is_escaped_so_that_it_stays_one_parameter() {
    let server = MockServer::responding(MockResponse::json(200, fixture::refusal())).await;
    let _ = client_of(&server).send(requests::Order::new("A&B=C D+é/%").client_order_id("1#2?3")).await;
    assert_eq!(server.take_only_request().query, "symbol=A%26B%3DC+D%2B%C3%A9%2F%25&clientOrderId=1%232%3F3");
}

#[tokio::test]
async fn a_decimal_is_sent_with_all_of_its_digits_and_without_an_exponent() {
    let server = MockServer::responding(MockResponse::json(200, fixture::refusal())).await;
    let call = client_of(&server).send(requests::AmendOrder::new().symbol("BTCUSDT").order_id("1").price(dec!(85000.10))).await;
    assert!(call.is_err());
    let order = client_of(&server)
        .send(requests::AmendOrder::new().symbol("BTCUSDT").order_id("1").quantity(dec!(0.0000000000000000000000000001)))
        .await;
    assert!(order.is_err());
    let bodies: Vec<_> = server.requests().iter().map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect();
    assert_eq!(
        bodies,
        [
            r#"{"symbol":"BTCUSDT","orderId":"1","price":"85000.10"}"#,
            r#"{"symbol":"BTCUSDT","orderId":"1","quantity":"0.0000000000000000000000000001"}"#
        ]
    );
}
