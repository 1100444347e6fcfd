//! Typed mocks of the 6MM exchange's REST API, for tests of programs that use [`sixmm_api`].
//!
//! [`MockServerExt`] adds a method for each operation to httpmock's `MockServer`. The closure that is passed to the method sets the
//! expected request (`when`) and the response (`then`). `then.ok` responds with data and the code for success. `then.refusal` responds with
//! an error code and HTTP status 200. This status is the crate's choice, because the exchange's documentation does not state the status of
//! an error.
//!
//! ```
//! use sixmm_httpmock::httpmock::MockServer;
//! use sixmm_api::{Client, requests, types};
//! use sixmm_httpmock::MockServerExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start_async().await;
//! let leverage = types::LeverageSetting::builder()
//!     .symbol("BTCUSDT")
//!     .leverage(20)
//!     .timestamp(1780473256708)
//!     .build()?;
//! let request = requests::SetLeverage::new().symbol("BTCUSDT").leverage(20);
//! let body = request.clone().into_body();
//! let accepted = server.set_leverage(|when, then| {
//!     when.body(&body);
//!     then.ok(&leverage);
//! });
//! server.place_order(|_, then| {
//!     then.refusal(3001, "Insufficient balance");
//! });
//!
//! let client = Client::builder().base_url(server.base_url()).build()?;
//! let response = client.send(request).await?;
//! assert_eq!(response.into_data()?.leverage, 20);
//! accepted.assert();
//!
//! let order = requests::PlaceOrder::new(
//!     "BTCUSDT",
//!     types::OrderType::Market,
//!     types::OrderSide::Buy,
//! );
//! let error = client.send(order.quantity(1)).await.unwrap_err();
//! let code = error.code().map(types::ErrorCode::from);
//! assert_eq!(code, Some(types::ErrorCode::InsufficientBalance));
//! # Ok(())
//! # }
//! ```

#[rustfmt::skip]
mod generated;

pub use generated::{MockServerExt, operations};
pub use httpmock;
