//! The documentation's own examples: requests are built to the same bytes, answers are read and written again without a loss.

use rust_decimal::dec;
use serde::Serialize;
use serde_json::Value;
use sixmm_api::{Client, Error, Response, requests, types};
use sixmm_tests::{Fixture, client_of, fixture, specification};
use venue_spec::model::Operation;
use venue_test_support::{MockResponse, MockServer};

/// Has the documented answer sent by a server, reads it, and compares what is written again with what was sent.
async fn check_answer<T: Serialize>(answer: &str, call: impl AsyncFnOnce(&Client) -> Result<Response<T>, Error>)
where
    types::Envelope<T>: venue_core::Envelope<Data = T>,
{
    let server = MockServer::responding(MockResponse::json(200, answer)).await;
    let response = call(&client_of(&server)).await.expect("the documented success");
    let sent: Value = serde_json::from_str(answer).expect("JSON");
    assert_eq!(serde_json::to_value(response.envelope()).expect("written"), sent);
    assert_eq!(response.request_id(), sent["requestId"].as_str());
    assert_eq!(response.message(), "success");
    assert!(response.envelope().extra.is_empty());
}

/// Compares a body that was built with the one that the documentation shows, byte by byte, and reads it again.
fn check_body<R: venue_core::Request + serde::de::DeserializeOwned, T: Serialize>(request: R, into_body: fn(R) -> T) {
    let documented = Fixture::request(R::OPERATION.id);
    assert!(documented.is_the_vendors(), "{}", R::OPERATION);
    assert_eq!(serde_json::to_string(&into_body(request)).expect("written"), documented.body());
    let read: R = serde_json::from_str(documented.body()).expect("read");
    assert_eq!(serde_json::to_string(&into_body(read)).expect("written"), documented.body());
}

#[tokio::test]
async fn the_servers_clock_is_read_as_documented() {
    check_answer(&fixture::answer("server_time"), async |client| client.send(requests::ServerTime::new()).await).await;
}

#[tokio::test]
async fn a_session_is_read_as_documented() {
    let login = async |client: &Client| client.send(requests::Login::new("alice", "yourPassword")).await;
    check_answer(&fixture::answer("login"), login).await;
}

#[tokio::test]
async fn a_listen_key_is_read_as_documented() {
    check_answer(&fixture::answer("create_listen_key"), async |client| client.send(requests::CreateListenKey::new()).await).await;
}

#[tokio::test]
async fn a_new_api_key_is_read_as_documented() {
    let create = async |client: &Client| client.send(requests::CreateApiKey::new("external-service-prod")).await;
    check_answer(&fixture::answer("create_api_key"), create).await;
}

#[tokio::test]
async fn an_empty_object_as_data_is_read_as_documented() {
    check_answer(&fixture::success(), async |client| client.send(requests::Logout::new()).await).await;
}

#[tokio::test]
async fn the_seconds_and_the_milliseconds_of_the_clock_are_the_same_instant() {
    let server = MockServer::responding(MockResponse::json(200, fixture::answer("server_time"))).await;
    let time = client_of(&server).send(requests::ServerTime::new()).await.expect("a success").into_data().expect("data");
    assert_eq!(time.timestamp.as_seconds(), time.timestamp_ms.as_millis() / 1000);
    assert_eq!(time.iso, "2026-06-03T07:54:16Z");
}

#[test]
fn every_documented_body_is_built_to_the_same_bytes() {
    use types::{OrderSide, OrderType, TimeInForce};

    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let order_id = "2022543809547603968";
    let key = "f57cb61ef604ce76be09e753a5dbdd8c";
    let login = requests::Login::new("alice", "yourPassword").device_id("device-001").device_name("server-001");
    check_body(login, requests::Login::into_body);
    check_body(requests::RenewListenKey::new().listen_key(key), requests::RenewListenKey::into_body);
    check_body(requests::CloseListenKey::new().listen_key(key), requests::CloseListenKey::into_body);
    check_body(requests::SaveFavoriteSymbols::new().symbols(texts(&["BTCUSDT", "ETHUSDT"])), requests::SaveFavoriteSymbols::into_body);
    let create = requests::CreateApiKey::new("external-service-prod").permissions(3);
    check_body(create.ip_whitelist(texts(&["203.0.113.10"])), requests::CreateApiKey::into_body);
    check_body(requests::DeleteApiKey::new().id("1001"), requests::DeleteApiKey::into_body);
    let order = || requests::PlaceOrder::new("BTCUSDT", OrderType::Limit, OrderSide::Buy).price(85_000).quantity(dec!(0.1));
    let place = order().time_in_force(TimeInForce::Gtc).maker_only(true).client_order_id("ext-1772710377808-001");
    check_body(place, requests::PlaceOrder::into_body);
    let order = order().client_order_id("ext-buy-001").into_body();
    check_body(requests::BatchPlaceOrders::new().orders(vec![order]), requests::BatchPlaceOrders::into_body);
    check_body(requests::CancelOrder::new().symbol("BTCUSDT").order_id(order_id), requests::CancelOrder::into_body);
    let amend = requests::AmendOrder::new().symbol("BTCUSDT").order_id(order_id).price(85_100).quantity(dec!(0.2));
    check_body(amend, requests::AmendOrder::into_body);
    let item = types::BatchAmendOrder::builder().order_id(order_id).price("85100").quantity("0.2").build().expect("an item");
    check_body(requests::BatchAmendOrders::new().symbol("BTCUSDT").orders(vec![item]), requests::BatchAmendOrders::into_body);
    let item = types::BatchCancelOrder::builder().symbol("BTCUSDT").order_id(order_id).build().expect("an item");
    check_body(requests::BatchCancelOrders::new().orders(vec![item]), requests::BatchCancelOrders::into_body);
    let cancel = requests::CancelConditionOrder::new().symbol("BTCUSDT").condition_id(order_id);
    check_body(cancel, requests::CancelConditionOrder::into_body);
    let mode = requests::SetMarginMode::new().symbol("BTCUSDT").margin_mode(types::MarginModeCode::Cross);
    check_body(mode, requests::SetMarginMode::into_body);
    check_body(requests::SetLeverage::new().symbol("BTCUSDT").leverage(20), requests::SetLeverage::into_body);
    let documented = Fixture::requests().into_iter().filter(|fixture| fixture.is_the_vendors() && !fixture.body().is_empty());
    assert_eq!(documented.count(), 15, "each of them is in this file");
}

#[tokio::test]
async fn a_request_that_was_read_from_json_is_sent_as_it_was_read() {
    let server = MockServer::responding(MockResponse::json(200, fixture::success())).await;
    let documented = Fixture::request("cancel_order");
    let request: requests::CancelOrder = serde_json::from_str(documented.body()).expect("read");
    let _ = client_of(&server).send(request).await;
    assert_eq!(server.take_only_request().body, documented.body().as_bytes());
}

/// The example of the specification, transcribed a second time and independently, against the fixture.
fn check_specification(operation: &Operation) {
    let fixture = Fixture::request(&operation.id);
    if let Some(example) = operation.body.as_ref().and_then(|body| body.example.as_ref()) {
        assert!(fixture.is_the_vendors(), "{}", operation.id);
        assert_eq!(serde_json::from_str::<Value>(fixture.body()).expect("JSON"), *example, "{}", operation.id);
    }
    let answer = fixture::answered().contains(&operation.id).then(|| fixture::answer(&operation.id));
    let answer: Option<Value> = answer.map(|answer| serde_json::from_str(&answer).expect("JSON"));
    assert_eq!(answer, operation.response.example, "{}", operation.id);
}

#[test]
fn the_specification_has_the_same_examples() {
    let api = specification();
    let bodies = api.operations.iter().filter_map(|operation| operation.body.as_ref()?.example.as_ref());
    assert_eq!(bodies.count(), 15);
    api.operations.iter().for_each(check_specification);
}
