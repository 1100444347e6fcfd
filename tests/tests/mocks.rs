//! The typed mocks, as the test of a trading program uses them.

use httpmock::MockServer;
use sixmm_api::{Client, Delivery, requests, types};
use sixmm_httpmock::MockServerExt;

/// A trading program that cancels all open orders and returns their number.
async fn cancel_everything(client: &Client) -> Result<usize, sixmm_api::Error> {
    let open = client.send(requests::CurrentOrders::new().symbol("BTCUSDT").limit(100)).await?.into_data()?.list;
    for order_id in open.iter().filter_map(|order| order.order_id.as_ref()) {
        client.send(requests::CancelOrder::new().symbol("BTCUSDT").order_id(order_id)).await?;
    }
    Ok(open.len())
}

/// What the program comes to with this mock exchange.
async fn check(server: &MockServer, expected: Result<usize, Option<i64>>) {
    let client = Client::builder().base_url(server.base_url()).build().expect("a client");
    assert_eq!(cancel_everything(&client).await.map_err(|error| error.code()), expected);
}

fn one_open_order() -> types::OrderList {
    let order = types::Order::builder().order_id("2022543809547603968").status(types::OrderStatus::New).build().expect("an order");
    types::OrderList::builder().list(vec![order]).build().expect("a list")
}

#[tokio::test]
async fn a_mock_answers_with_data_that_its_builder_made() {
    let server = MockServer::start_async().await;
    let open = server.current_orders(|when, then| {
        when.symbol("BTCUSDT").limit(100);
        then.ok(&one_open_order());
    });
    let cancel = server.cancel_order(|when, then| {
        when.body(&requests::CancelOrder::new().symbol("BTCUSDT").order_id("2022543809547603968").into_body());
        then.ok(&serde_json::json!({}).into());
    });
    check(&server, Ok(1)).await;
    open.assert();
    cancel.assert();
}

#[tokio::test]
async fn a_mock_refuses_as_the_exchange_does() {
    let server = MockServer::start_async().await;
    server.current_orders(|_, then| {
        then.ok(&one_open_order());
    });
    let cancel = server.cancel_order(|_, then| {
        then.refusal(3005, "Refused");
    });
    check(&server, Err(Some(3005))).await;
    cancel.assert();
}

#[tokio::test]
async fn a_mock_answers_with_any_envelope_under_any_status() {
    let server = MockServer::start_async().await;
    server.current_orders(|_, then| {
        then.envelope(429, &types::Envelope::<()>::failure(5003, "Refused").with_request_id("req-12345678"));
    });
    let client = Client::builder().base_url(server.base_url()).build().expect("a client");
    let error = client.send(requests::CurrentOrders::new()).await.expect_err("refused");
    assert_eq!((error.code(), error.request_id(), error.delivery()), (Some(5003), Some("req-12345678"), Delivery::Rejected));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
}

#[tokio::test]
async fn a_request_that_was_not_expected_is_no_success() {
    let server = MockServer::start_async().await;
    let open = server.current_orders(|when, then| {
        when.symbol("ETHUSDT");
        then.ok(&one_open_order());
    });
    check(&server, Err(None)).await;
    assert_eq!(open.calls(), 0);
}

#[tokio::test]
async fn a_parameter_can_be_expected_to_be_absent() {
    let server = MockServer::start_async().await;
    let open = server.current_orders(|when, then| {
        when.symbol("BTCUSDT").last_order_id(None);
        then.ok(&types::OrderList::builder().list(vec![]).build().expect("a list"));
    });
    check(&server, Ok(0)).await;
    open.assert();
}

#[tokio::test]
async fn a_request_id_can_be_expected() {
    let server = MockServer::start_async().await;
    let time = server.server_time(|when, then| {
        when.x_request_id("req-12345678");
        let time = types::ServerTime::builder().timestamp(1_780_473_256).timestamp_ms(1_780_473_256_708);
        then.ok(&time.iso("2026-06-03T07:54:16Z").timezone("UTC").build().expect("a time"));
    });
    let client = Client::builder().base_url(server.base_url()).build().expect("a client");
    let time_of_server = client.send(requests::ServerTime::new().x_request_id("req-12345678")).await.expect("a success");
    assert_eq!(time_of_server.data().map(|time| time.timestamp_ms.as_millis()), Some(1_780_473_256_708));
    time.assert();
}

#[tokio::test]
async fn a_mock_can_be_led_beyond_what_the_specification_knows() {
    let server = MockServer::start_async().await;
    server.user_info(|when, then| {
        let _ = when.into_inner().header("authorization", "Bearer ACCESS_TOKEN");
        let _ = then.into_inner().status(502).body("<html></html>");
    });
    let client = Client::builder().base_url(server.base_url()).build().expect("a client");
    assert!(client.send(requests::UserInfo::new()).await.expect_err("not signed").is_unexpected_response());
}

#[test]
fn a_builder_of_a_response_names_every_missing_field() {
    let error = types::ServerTime::builder().timestamp(1).build().expect_err("incomplete");
    assert_eq!(error.to_string(), "`timestampMs` is required; `iso` is required; `timezone` is required");
}
