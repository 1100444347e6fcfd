//! Typed mocks of BitMart's private REST API, for tests of programs that use [`bitmart_api`].
//!
//! [`MockServerExt`] adds a method for each operation to httpmock's `MockServer`. The closure that is passed to the method sets the
//! expected request (`when`) and the response (`then`). `then.ok` returns data with the code of a success, `then.refusal` returns an error
//! code with HTTP 200. One mock server takes the place of all servers of the exchange. The operations that BitMart has removed have no
//! mock.
//!
//! ```
//! use bitmart_api::{Client, requests, types};
//! use bitmart_httpmock::MockServerExt;
//! use bitmart_httpmock::httpmock::MockServer;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start_async().await;
//! let client = Client::builder().base_url(server.base_url()).build()?;
//!
//! // A cancellation of two orders, one of which failed.
//! let canceled = types::CanceledOrders::builder()
//!     .success_ids(vec!["213055379155243012".into()])
//!     .fail_ids(vec!["213055379155243013".into()])
//!     .total_count(2)
//!     .success_count(1)
//!     .failed_count(1)
//!     .build()?;
//! server.cancel_orders(|_, then| {
//!     then.ok(&canceled);
//! });
//! let ids = ["213055379155243012", "213055379155243013"];
//! let ids: Vec<types::SpotOrderId> = ids.map(Into::into).into();
//! let request = requests::CancelOrders::new("BTC_USDT").order_ids(ids);
//! let error = client.send(request).await.unwrap_err();
//! assert!(error.is_unmet_condition());
//!
//! server.futures_positions(|_, then| {
//!     then.refusal(30013, "Request too many requests");
//! });
//! let error = client.send(requests::FuturesPositions::new()).await.unwrap_err();
//! assert_eq!(error.code(), Some(30013));
//! # Ok(())
//! # }
//! ```

#[rustfmt::skip]
mod generated;

pub use generated::{MockServerExt, operations};
pub use httpmock;
