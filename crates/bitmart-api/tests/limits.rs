//! Limits that a request is checked against before it is sent.

use bitmart_api::{Client, requests};

#[tokio::test]
async fn an_empty_list_is_not_one_of_the_required_lists() {
    // No server listens here, so a valid request cannot connect.
    let client = Client::builder().base_url("http://127.0.0.1:1").build().expect("a client");
    let error = client.send(requests::CancelOrders::new("BTC_USDT").order_ids([])).await.expect_err("no order");
    assert!(error.is_invalid_request(), "{error}");
    let error = client.send(requests::CancelOrders::new("BTC_USDT").order_ids(["7".into()])).await.expect_err("no server");
    assert!(error.is_connect_error(), "{error}");
}
