//! One order over a whole signed round trip: placed by `sixmm-ext`, and by code written by hand on reqwest.

use std::error::Error;
use std::hint::black_box;
use std::num::NonZeroU32;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use rust_decimal::Decimal;
use serde::Deserialize;
use sixmm_api::UnixMillis;
use sixmm_api::types::{Envelope, PlacedOrder};
use sixmm_auth::ApiKey;
use sixmm_ext::http::HttpSettings;
use sixmm_ext::{Client, NewOrder, Outcome};
use tokio::runtime::Runtime;
use venue_runtime::{HmacKey, Quota, Quotas};
use venue_test_support::{MockResponse, MockServer};

use crate::new_order::{self, CLIENT_ORDER_ID, SYMBOL};
use crate::pages;

const KEY: &str = "bench-6f0e9c1b7a3d4f58";
const SECRET: &str = "9f1c2e7ab04d4c55a8e1d7f36b20c94e";
const REQUEST_ID: &str = "bench-1772710377808-001";
/// Admits every order of a benchmark at once. The default quota would admit 20 orders a second, and the number of its waits would depend on
/// the speed of the machine.
const QUOTA: Quota = Quota::per_second(NonZeroU32::new(10_000).expect("not zero"));
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What a benchmark returns that can fail.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The trading client, connected to a server that accepts every order.
#[derive(Debug)]
pub struct Ours {
    runtime: Runtime,
    client: Client,
}

impl Ours {
    /// Connects, and synchronises the clock.
    ///
    /// # Errors
    ///
    /// If the server cannot be started, or the client cannot be built.
    pub fn new() -> Result<Self> {
        let runtime = runtime()?;
        let base_url = server();
        let client = Client::builder()
            .base_url(base_url)
            .api_key(ApiKey::new(KEY, SECRET)?)
            .http(HttpSettings::new().no_proxy())
            .quotas(Quotas::unlimited().others(QUOTA))
            .build()?;
        runtime.block_on(client.sync_clock())?;
        Ok(Self { runtime, client })
    }

    /// Places an order `count` times, one after the other.
    ///
    /// # Errors
    ///
    /// If the client does not report an order as accepted.
    pub fn place(&self, count: u32) -> Result<()> {
        self.runtime.block_on(async {
            for _ in 0..count {
                let order = NewOrder::buy(SYMBOL, Decimal::new(1, 1)).limit(Decimal::from(85_000)).maker_only();
                let order = order.time_in_force(sixmm_ext::types::TimeInForce::Gtc).client_order_id(CLIENT_ORDER_ID);
                match self.client.orders().place(order).request_id(REQUEST_ID).send().await {
                    Outcome::Accepted(placed) => drop(black_box(placed)),
                    Outcome::Rejected(error) => return Err(error.into()),
                    Outcome::Unknown(unresolved) => return Err(unresolved.to_string().into()),
                }
            }
            Ok(())
        })
    }
}

/// A hand-written client. It signs, sends and decodes, and does not reconcile a lost response.
#[derive(Debug)]
pub struct ByHand {
    runtime: Runtime,
    http: reqwest::Client,
    base_url: String,
    key: HeaderValue,
    secret: HmacKey,
}

impl ByHand {
    /// Connects.
    ///
    /// # Errors
    ///
    /// If the server cannot be started, or the HTTP client cannot be built.
    pub fn new() -> Result<Self> {
        let mut key = HeaderValue::from_static(KEY);
        key.set_sensitive(true);
        let http = reqwest::Client::builder().no_proxy().tcp_nodelay(true).timeout(std::time::Duration::from_secs(15)).build()?;
        Ok(Self { runtime: runtime()?, http, base_url: server(), key, secret: HmacKey::new(SECRET.as_bytes()) })
    }

    /// Places an order `count` times, one after the other.
    ///
    /// # Errors
    ///
    /// If the server does not accept an order.
    pub fn place(&self, count: u32) -> Result<()> {
        self.runtime.block_on(async {
            for _ in 0..count {
                black_box(self.place_one().await?);
            }
            Ok(())
        })
    }

    async fn place_one(&self) -> Result<PlacedOrder> {
        let body = serde_json::to_vec(&new_order::NewOrder::example())?;
        let query = format!("timestamp={}", UnixMillis::from(std::time::SystemTime::now()).as_millis());
        let signature = self.secret.sign(&[query.as_bytes(), &body]);
        let url = format!("{}/v1/private/order/place?{query}&signature={}", self.base_url, signature.as_str());
        let request = self.http.post(url).header(ACCEPT, JSON).header(CONTENT_TYPE, JSON).header("x-request-id", REQUEST_ID);
        read(request.header("x-api-key", self.key.clone()).body(body).send().await?).await
    }
}

async fn read<T: for<'de> Deserialize<'de>>(response: reqwest::Response) -> Result<T> {
    let status = response.status();
    let body = response.bytes().await?;
    if !status.is_success() {
        return Err(format!("HTTP {status}").into());
    }
    let envelope: Envelope<T> = serde_json::from_slice(&body)?;
    if envelope.code != 0 {
        return Err(format!("code {}: {}", envelope.code, envelope.message.unwrap_or_default()).into());
    }
    envelope.data.ok_or_else(|| "no data".into())
}

/// Starts a server that accepts every order and reports this machine's time, and returns its base URL. See `calls::serve` for the delay.
fn server() -> String {
    MockServer::start_on_thread(move |request| {
        let body = if request.target() == "/v1/time" {
            pages::server_time(UnixMillis::from(std::time::SystemTime::now()))
        } else {
            pages::placed_order()
        };
        MockResponse::of_type(200, "application/json", &body).delayed(crate::calls::DELAY)
    })
    .url()
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_place_an_order() {
        Ours::new().and_then(|ours| ours.place(2)).expect("accepted");
        ByHand::new().and_then(|by_hand| by_hand.place(2)).expect("accepted");
    }
}
