//! The documentation's own examples: requests are built to the same bytes, answers are read and written again without a loss.

use serde::Serialize;
use serde_json::Value;
use sixmm_api::{Client, Error, Response, types};
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
fn check_body<T: Serialize + serde::de::DeserializeOwned>(operation: &str, built: Result<T, sixmm_api::ConversionError>) {
    let documented = Fixture::request(operation);
    assert!(documented.is_the_vendors(), "{operation}");
    assert_eq!(serde_json::to_string(&built.expect("complete")).expect("written"), documented.body());
    let read: T = serde_json::from_str(documented.body()).expect("read");
    assert_eq!(serde_json::to_string(&read).expect("written"), documented.body());
}

#[tokio::test]
async fn the_servers_clock_is_read_as_documented() {
    check_answer(&fixture::answer("server_time"), async |client| client.server_time().send().await).await;
}

#[tokio::test]
async fn a_session_is_read_as_documented() {
    let login = async |client: &Client| client.login().username("alice").password("yourPassword").send().await;
    check_answer(&fixture::answer("login"), login).await;
}

#[tokio::test]
async fn a_listen_key_is_read_as_documented() {
    check_answer(&fixture::answer("create_listen_key"), async |client| client.create_listen_key().send().await).await;
}

#[tokio::test]
async fn a_new_api_key_is_read_as_documented() {
    let create = async |client: &Client| client.create_api_key().label("external-service-prod").send().await;
    check_answer(&fixture::answer("create_api_key"), create).await;
}

#[tokio::test]
async fn an_empty_object_as_data_is_read_as_documented() {
    check_answer(&fixture::success(), async |client| client.logout().send().await).await;
}

#[tokio::test]
async fn the_seconds_and_the_milliseconds_of_the_clock_are_the_same_instant() {
    let server = MockServer::responding(MockResponse::json(200, fixture::answer("server_time"))).await;
    let time = client_of(&server).server_time().send().await.expect("a success").into_data().expect("data");
    assert_eq!(time.timestamp.as_seconds(), time.timestamp_ms.as_millis() / 1000);
    assert_eq!(time.iso, "2026-06-03T07:54:16Z");
}

#[test]
fn every_documented_body_is_built_to_the_same_bytes() {
    use types::{OrderSide, OrderType, TimeInForce};

    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let order_id = "2022543809547603968";
    let key = "f57cb61ef604ce76be09e753a5dbdd8c";
    let login = types::LoginRequest::builder().username("alice").password("yourPassword");
    check_body("login", login.device_id("device-001").device_name("server-001").build());
    check_body("renew_listen_key", types::ListenKeyRequest::builder().listen_key(key).build());
    check_body("close_listen_key", types::ListenKeyRequest::builder().listen_key(key).build());
    check_body("save_favorite_symbols", types::SaveFavoriteSymbolsRequest::builder().symbols(texts(&["BTCUSDT", "ETHUSDT"])).build());
    let create = types::CreateApiKeyRequest::builder().label("external-service-prod").permissions(3);
    check_body("create_api_key", create.ip_whitelist(texts(&["203.0.113.10"])).build());
    check_body("delete_api_key", types::DeleteApiKeyRequest::builder().id("1001").build());
    let order = || types::PlaceOrderRequest::builder().symbol("BTCUSDT").type_(OrderType::Limit).side(OrderSide::Buy);
    let order = || order().price("85000").quantity("0.1");
    let place = order().time_in_force(TimeInForce::Gtc).maker_only(true).client_order_id("ext-1772710377808-001");
    check_body("place_order", place.build());
    let order = order().client_order_id("ext-buy-001").build().expect("an order");
    check_body("batch_place_orders", types::BatchPlaceOrdersRequest::builder().orders(vec![order]).build());
    check_body("cancel_order", types::CancelOrderRequest::builder().symbol("BTCUSDT").order_id(order_id).build());
    let amend = types::AmendOrderRequest::builder().symbol("BTCUSDT").order_id(order_id).price("85100").quantity("0.2");
    check_body("amend_order", amend.build());
    let item = types::BatchAmendOrder::builder().order_id(order_id).price("85100").quantity("0.2").build().expect("an item");
    check_body("batch_amend_orders", types::BatchAmendOrdersRequest::builder().symbol("BTCUSDT").orders(vec![item]).build());
    let item = types::BatchCancelOrder::builder().symbol("BTCUSDT").order_id(order_id).build().expect("an item");
    check_body("batch_cancel_orders", types::BatchCancelOrdersRequest::builder().orders(vec![item]).build());
    let cancel = types::CancelConditionOrderRequest::builder().symbol("BTCUSDT").condition_id(order_id);
    check_body("cancel_condition_order", cancel.build());
    let mode = types::SetMarginModeRequest::builder().symbol("BTCUSDT").margin_mode(types::MarginModeCode::Cross);
    check_body("set_margin_mode", mode.build());
    check_body("set_leverage", types::SetLeverageRequest::builder().symbol("BTCUSDT").leverage(20).build());
    let documented = Fixture::requests().into_iter().filter(|fixture| fixture.is_the_vendors() && !fixture.body().is_empty());
    assert_eq!(documented.count(), 15, "each of them is in this file");
}

#[tokio::test]
async fn a_body_set_at_once_is_sent_as_if_it_were_set_field_by_field() {
    let server = MockServer::responding(MockResponse::json(200, fixture::success())).await;
    let documented = Fixture::request("cancel_order");
    let body: types::CancelOrderRequest = serde_json::from_str(documented.body()).expect("read");
    let _ = client_of(&server).cancel_order().body(body).send().await;
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
