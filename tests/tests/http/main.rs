//! How a client connects: TLS, proxies, timeouts, the connection pool; and the program around it.

mod beside;
mod connecting;
mod environment;
mod pool;
mod proxy;
mod proxy_server;
mod tls;
mod tls_server;

use rust_decimal::dec;
use sixmm_api::http::HttpSettings;
use sixmm_api::{Client, Error, Response, requests, types};

/// The data of a placed order.
const PLACED: &str = r#"{"code":0,"message":"success","data":{"orderId":"1"},"requestId":"r"}"#;

/// A write that must not be repeated blindly.
async fn place_order(client: &Client) -> Result<Response<types::PlacedOrder>, Error> {
    let call = requests::PlaceOrder::new("BTCUSDT", types::OrderType::Limit, types::OrderSide::Buy);
    client.send(call.price(85_000).quantity(dec!(0.1)).client_order_id("ext-1772710377808-001")).await
}

fn client(url: impl Into<String>, http: HttpSettings) -> Client {
    Client::builder().base_url(url).http(http).build().expect("settings that can be honoured")
}

/// An error and all that caused it.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(error) = next {
        text += &format!(": {error}");
        next = error.source();
    }
    text
}
