//! Typed mocks of the 6MM exchange's REST API, for the tests of programs that use [`sixmm_api`].
//!
//! [`MockServerExt`] adds a method for each operation to httpmock's `MockServer`: what to expect, and what to answer. `ok` puts the data
//! into the envelope; `refusal` answers with a code and HTTP 200. The documentation does not state the HTTP status of a refusal: 200 is
//! our choice.
//!
//! ```
//! use sixmm_httpmock::httpmock::MockServer;
//! use sixmm_api::{Client, requests, types};
//! use sixmm_httpmock::MockServerExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start_async().await;
//! let leverage = types::LeverageSetting::builder().symbol("BTCUSDT").leverage(20).timestamp(1780473256708).build()?;
//! let accepted = server.set_leverage(|when, then| {
//!     when.body(&requests::SetLeverage::new().symbol("BTCUSDT").leverage(20).into_body());
//!     then.ok(&leverage);
//! });
//! server.place_order(|_, then| {
//!     then.refusal(3001, "Insufficient balance");
//! });
//!
//! let client = Client::builder().base_url(server.base_url()).build()?;
//! let answer = client.send(requests::SetLeverage::new().symbol("BTCUSDT").leverage(20)).await?;
//! assert_eq!(answer.into_data()?.leverage, 20);
//! accepted.assert();
//!
//! let order = requests::PlaceOrder::new("BTCUSDT", types::OrderType::Market, types::OrderSide::Buy).quantity(1);
//! let error = client.send(order).await.unwrap_err();
//! assert_eq!(error.code().map(types::ErrorCode::from), Some(types::ErrorCode::InsufficientBalance));
//! # Ok(())
//! # }
//! ```

#[rustfmt::skip]
mod generated;

pub use generated::{MockServerExt, operations};
pub use httpmock;
