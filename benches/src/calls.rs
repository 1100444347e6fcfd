//! A call through the generated client, and the same call written by hand: the same URL, headers and body go out, the same types come back.

use std::error::Error;

use reqwest::header::ACCEPT;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sixmm_api::types::{Envelope, KlineInterval, Klines, OrderSide, OrderType, PlacedOrder, TimeInForce};
use sixmm_api::{Client, UnixMillis, requests};
use tokio::runtime::Runtime;

use crate::exchange;
use crate::new_order::{CLIENT_ORDER_ID, NewOrder, SYMBOL};

const REQUEST_ID: &str = "bench-1772710377808-001";
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
const START: UnixMillis = UnixMillis::new(1_780_473_240_000);
const END: UnixMillis = UnixMillis::new(1_780_503_240_000);
const LIMIT: i32 = 500;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A client of either kind with the server that answers it.
#[derive(Debug)]
pub struct World<C> {
    runtime: Runtime,
    client: C,
}

/// The client that one would write by hand.
#[derive(Debug)]
pub struct ByHand {
    base_url: String,
    http: reqwest::Client,
}

impl World<Client> {
    /// The generated client, connected.
    ///
    /// # Errors
    ///
    /// If the server cannot be started.
    pub fn generated(answer: &[u8]) -> Outcome<Self> {
        let base_url = exchange::serve(answer)?;
        let client = Client::builder().base_url(base_url).user_agent(USER_AGENT).build()?;
        Ok(Self { runtime: runtime()?, client })
    }

    /// Asks for candlesticks, so many times.
    ///
    /// # Errors
    ///
    /// If the exchange does not answer with candlesticks.
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

    /// Places an order, so many times.
    ///
    /// # Errors
    ///
    /// If the exchange does not accept it.
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

impl World<ByHand> {
    /// The client written by hand, connected.
    ///
    /// # Errors
    ///
    /// If the server cannot be started.
    pub fn by_hand(answer: &[u8]) -> Outcome<Self> {
        let client = ByHand { base_url: exchange::serve(answer)?, http: http_client()? };
        Ok(Self { runtime: runtime()?, client })
    }

    /// Asks for candlesticks, so many times.
    ///
    /// # Errors
    ///
    /// If the exchange does not answer with candlesticks.
    pub fn klines(&self, count: u32) -> Outcome<()> {
        self.runtime.block_on(async {
            for _ in 0..count {
                std::hint::black_box(self.client.klines(SYMBOL, &KlineInterval::OneMinute, START, END, LIMIT).await?);
            }
            Ok(())
        })
    }

    /// Places an order, so many times.
    ///
    /// # Errors
    ///
    /// If the exchange does not accept it.
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

/// What `sixmm-api` sets up by itself.
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
