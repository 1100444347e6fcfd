//! Whatever is not a success is an error, which says what happened, whether it may have been carried out, and what to do.

mod codes;
mod foreign;
mod never_success;
mod texts;
mod transport;

use rust_decimal::dec;
use sixmm_api::{Client, Error, Response, requests, types};
use sixmm_tests::{Answer, Server, client_of};

/// The vendor's example of an order: a write that must not be repeated blindly.
async fn place_order(client: &Client) -> Result<Response<types::PlacedOrder>, Error> {
    let call = requests::PlaceOrder::new("BTCUSDT", types::OrderType::Limit, types::OrderSide::Buy);
    client.send(call.price(85_000).quantity(dec!(0.1)).client_order_id("ext-1772710377808-001")).await
}

/// The error of an order that is answered so.
async fn order_answered_with(answer: Answer) -> Error {
    let server = Server::start(answer).await;
    let error = place_order(&client_of(&server)).await.expect_err("a failure");
    assert_eq!(server.received().len(), 1, "the order was sent once");
    error
}
