//! Every response that is not a success is an error. The error reports what happened, whether the request may have been executed, and
//! what to do.

mod codes;
mod foreign;
mod never_success;
mod texts;
mod transport;

use rust_decimal::dec;
use sixmm_api::{Client, Error, Response, requests, types};
use sixmm_tests::client_of;
use venue_test_support::{MockResponse, MockServer};

/// Places the order of the vendor's example, which must not be repeated without a lookup.
async fn place_order(client: &Client) -> Result<Response<types::PlacedOrder>, Error> {
    let call = requests::PlaceOrder::new("BTCUSDT", types::OrderType::Limit, types::OrderSide::Buy);
    client.send(call.price(85_000).quantity(dec!(0.1)).client_order_id("ext-1772710377808-001")).await
}

/// The error of an order with this response.
async fn order_answered_with(answer: MockResponse) -> Error {
    let server = MockServer::responding(answer).await;
    let error = place_order(&client_of(&server)).await.expect_err("a failure");
    assert_eq!(server.requests().len(), 1, "the order was sent once");
    error
}
