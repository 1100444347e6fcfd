//! A call through the generated client, and the same call written by hand. Both send the same URL, headers and body, and return the same
//! types.

use std::error::Error;

use reqwest::header::ACCEPT;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sixmm_api::types::{Envelope, KlineInterval, Klines, OrderSide, OrderType, PlacedOrder, TimeInForce};
use sixmm_api::{Client, UnixMillis, requests};
use tokio::runtime::Runtime;
use venue_test_support::{MockResponse, MockServer};

use crate::new_order::{CLIENT_ORDER_ID, NewOrder, SYMBOL};

const REQUEST_ID: &str = "bench-1772710377808-001";
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
const START: UnixMillis = UnixMillis::new(1_780_473_240_000);
const END: UnixMillis = UnixMillis::new(1_780_503_240_000);
const LIMIT: i32 = 500;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A client, its runtime, and a server on another thread that sends the same response to every request.
#[derive(Debug)]
pub struct Connected<C> {
    runtime: Runtime,
    client: C,
}

/// The hand-written client.
#[derive(Debug)]
pub struct ByHand {
    base_url: String,
    http: reqwest::Client,
}

impl Connected<Client> {
    /// The generated client.
    ///
    /// # Errors
    ///
    /// If the HTTP client cannot be built.
    pub fn generated(response: &[u8]) -> Outcome<Self> {
        let base_url = serve(response);
        let client = Client::builder().base_url(base_url).user_agent(USER_AGENT).build()?;
        Ok(Self { runtime: runtime()?, client })
    }

    /// Requests candlesticks `count` times.
    ///
    /// # Errors
    ///
    /// If the response contains no candlesticks.
    pub fn klines(&self, count: u32) -> Outcome<()> {
        self.runtime.block_on(async {
            for _ in 0..count {
                let call = requests::Klines::new(SYMBOL, KlineInterval::OneMinute);
                let call = call.start_time(START).end_time(END).limit(LIMIT).x_request_id(REQUEST_ID);
                std::hint::black_box(self.client.send(call).await?);
            }
            Ok(())
        })
    }

    /// Places an order `count` times.
    ///
    /// # Errors
    ///
    /// If the exchange does not accept the order.
    pub fn place_order(&self, count: u32) -> Outcome<()> {
        self.runtime.block_on(async {
            for _ in 0..count {
                let call = requests::PlaceOrder::new(SYMBOL, OrderType::Limit, OrderSide::Buy);
                let call = call.price(Decimal::from(85_000)).quantity(Decimal::new(1, 1)).time_in_force(TimeInForce::Gtc);
                let call = call.maker_only(true).client_order_id(CLIENT_ORDER_ID).x_request_id(REQUEST_ID);
                std::hint::black_box(self.client.send(call).await?);
            }
            Ok(())
        })
    }
}

impl Connected<ByHand> {
    /// The hand-written client.
    ///
    /// # Errors
    ///
    /// If the HTTP client cannot be built.
    pub fn by_hand(response: &[u8]) -> Outcome<Self> {
        let client = ByHand { base_url: serve(response), http: http_client()? };
        Ok(Self { runtime: runtime()?, client })
    }

    /// Requests candlesticks `count` times.
    ///
    /// # Errors
    ///
    /// If the response contains no candlesticks.
    pub fn klines(&self, count: u32) -> Outcome<()> {
        self.runtime.block_on(async {
            for _ in 0..count {
                std::hint::black_box(self.client.klines(SYMBOL, &KlineInterval::OneMinute, START, END, LIMIT).await?);
            }
            Ok(())
        })
    }

    /// Places an order `count` times.
    ///
    /// # Errors
    ///
    /// If the exchange does not accept the order.
    pub fn place_order(&self, count: u32) -> Outcome<()> {
        self.runtime.block_on(async {
            for _ in 0..count {
                let order = NewOrder::example();
                std::hint::black_box(self.client.place_order(&order).await?);
            }
            Ok(())
        })
    }
}

/// The delay of each response: longer than the client needs to go to sleep, even under valgrind.
///
/// The client always sleeps when the response arrives, and the response wakes it. So every call takes the same steps, whichever thread the
/// operating system runs first.
pub(crate) const DELAY: std::time::Duration = std::time::Duration::from_millis(5);

/// Starts a server that sends this response to every request, and returns its base URL.
fn serve(body: &[u8]) -> String {
    let response = MockResponse::of_type(200, "application/json", body).delayed(DELAY);
    MockServer::start_on_thread(move |_| response.clone()).url()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KlinesQuery<'a> {
    symbol: &'a str,
    interval: &'a KlineInterval,
    start_time: UnixMillis,
    end_time: UnixMillis,
    limit: i32,
}

impl ByHand {
    async fn klines(&self, symbol: &str, interval: &KlineInterval, start: UnixMillis, end: UnixMillis, limit: i32) -> Outcome<Klines> {
        let url = format!("{}/v1/public/market/klines", self.base_url);
        let query = KlinesQuery { symbol, interval, start_time: start, end_time: end, limit };
        let request = self.http.get(url).query(&query);
        read(request.header(ACCEPT, "application/json").header("x-request-id", REQUEST_ID).send().await?).await
    }

    async fn place_order(&self, order: &NewOrder<'_>) -> Outcome<PlacedOrder> {
        let url = format!("{}/v1/private/order/place", self.base_url);
        let request = self.http.post(url).json(order);
        read(request.header(ACCEPT, "application/json").header("x-request-id", REQUEST_ID).send().await?).await
    }
}

async fn read<T: for<'de> Deserialize<'de>>(response: reqwest::Response) -> Outcome<T> {
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

/// An HTTP client with the settings of `sixmm-api`.
fn http_client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .no_proxy()
        .timeout(std::time::Duration::from_secs(15))
        .connect_timeout(std::time::Duration::from_secs(5))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .tcp_nodelay(true)
        .build()
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
