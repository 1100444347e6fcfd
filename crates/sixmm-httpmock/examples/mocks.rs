//! Demonstrates the typed mocks: `cargo run -p sixmm-httpmock --example mocks`.

use std::error::Error;
use std::fmt::Display;
use std::future::ready;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use httpmock::MockServer;
use reqwest::Request;
use rust_decimal::Decimal;
use sixmm_api::types::{
    ClientOrderId, Envelope, ErrorCode, Kline, KlineInterval, Klines, OrderSide, OrderStatus, OrderType, PlacedOrder, ServerTime,
    TimeInForce,
};
use sixmm_api::{Attempt, BoxFuture, Client, Interceptor, Veto, requests};
use sixmm_httpmock::MockServerExt as _;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    tour(&mut io::stdout().lock()).await
}

/// Shows how a client handles seven kinds of responses. For each, prints the request that was sent and the result.
///
/// The output contains neither ports nor durations, so it is the same in each run.
pub(crate) async fn tour(out: &mut impl Write) -> Outcome<()> {
    let exchange = MockServer::start_async().await;
    let sent = Arc::new(Sent::default());
    let client = Client::builder().base_url(exchange.base_url()).shared_interceptor(sent.clone()).build()?;
    let mut tour = Tour { exchange, client, sent, out };
    writeln!(tour.out, "A tour of sixmm-api with a mock of the exchange. Lines with `>` are requests.")?;
    tour.reads_the_clock().await?;
    tour.reads_candlesticks().await?;
    tour.breaks_documented_rules().await?;
    tour.places_an_order().await?;
    tour.has_too_small_a_balance().await?;
    tour.meets_a_broken_proxy().await?;
    tour.keeps_what_it_does_not_know().await
}

struct Tour<'a, W> {
    exchange: MockServer,
    client: Client,
    sent: Arc<Sent>,
    out: &'a mut W,
}

impl<W: Write> Tour<'_, W> {
    async fn reads_the_clock(&mut self) -> Outcome<()> {
        let time = ServerTime::builder()
            .timestamp(1_780_473_256)
            .timestamp_ms(1_780_473_256_708)
            .iso("2026-06-03T07:54:16Z")
            .timezone("UTC")
            .build()?;
        self.exchange.server_time(|_, then| {
            then.envelope(200, &Envelope::success(&time).with_request_id("req-7cad3113"));
        });

        let response = self.client.send(requests::ServerTime::new()).await?;
        self.heading("The server's clock, with the documented example")?;
        writeln!(self.out, "request id {}", or_none(response.request_id()))?;
        let time = response.into_data()?;
        writeln!(self.out, "{} is {} ms, or {} s", time.iso, time.timestamp_ms, time.timestamp)?;
        Ok(())
    }

    /// The documentation has no example of a candlestick, so these values are invented.
    async fn reads_candlesticks(&mut self) -> Outcome<()> {
        let klines = Klines::builder()
            .list([
                kline(1_780_473_240_000, ["85000.10", "85036.40", "84999.90", "85020.00", "12.043"])?,
                kline(1_780_473_300_000, ["85020.00", "85020.00", "85019.95", "85019.95", "0.001"])?,
            ])
            .build()?;
        self.exchange.klines(|when, then| {
            when.symbol("BTCUSDT").interval(&KlineInterval::OneMinute).limit(2);
            then.ok(&klines);
        });

        let response = self.client.send(requests::Klines::new("BTCUSDT", KlineInterval::OneMinute).limit(2)).await?;
        self.heading("Candlesticks with exact decimal prices")?;
        for Kline { open_time, open, high, low, close, volume, .. } in response.into_data()?.list {
            let range = high - low;
            let volume = or_none(volume);
            writeln!(self.out, "{open_time}: open {open}, high {high}, low {low}, close {close}, volume {volume}; high - low = {range}")?;
        }
        Ok(())
    }

    async fn breaks_documented_rules(&mut self) -> Outcome<()> {
        let result = self.client.send(requests::PlaceOrder::new("BTCUSDT", OrderType::Limit, "buy")).await;
        self.heading("An order that violates three documented rules: all violations are reported, nothing is sent")?;
        let error = failed(result)?;
        for field_error in error.field_errors() {
            writeln!(self.out, "- {field_error}")?;
        }
        writeln!(self.out, "delivery: {:?}", error.delivery())?;
        Ok(())
    }

    /// The documentation has no example of the response. The id and the time are those of its other examples.
    async fn places_an_order(&mut self) -> Outcome<()> {
        let order = order("ext-1772710377808-001");
        let body = order.clone().into_body();
        let placed = PlacedOrder::builder()
            .order_id("2022543809547603968")
            .client_order_id("ext-1772710377808-001")
            .status(OrderStatus::New)
            .timestamp(1_772_710_377_808)
            .build()?;
        self.exchange.place_order(|when, then| {
            when.body(&body);
            then.ok(&placed);
        });

        let response = self.client.send(order).await?;
        self.heading("The documented example of an order is accepted")?;
        let placed = response.into_data()?;
        writeln!(self.out, "order {} is {}", placed.order_id, or_none(placed.status))?;
        Ok(())
    }

    async fn has_too_small_a_balance(&mut self) -> Outcome<()> {
        let order = order("tour-poor");
        let body = order.clone().into_body();
        self.exchange.place_order(|when, then| {
            when.body(&body);
            then.envelope(200, &Envelope::<()>::failure(3001, "Insufficient balance").with_request_id("req-12345678"));
        });

        let result = self.client.send(order).await;
        self.heading("An insufficient balance is an error with HTTP 200")?;
        let error = failed(result)?;
        writeln!(self.out, "{error}")?;
        writeln!(self.out, "code: {:?}, delivery: {:?}", error.code().map(ErrorCode::from), error.delivery())?;
        Ok(())
    }

    async fn meets_a_broken_proxy(&mut self) -> Outcome<()> {
        let order = order("tour-proxy");
        let body = order.clone().into_body();
        self.exchange.place_order(|when, then| {
            when.body(&body);
            then.into_inner().status(502).header("content-type", "text/html").body("<h1>502 Bad Gateway</h1>");
        });

        let result = self.client.send(order).await;
        self.heading("The HTML page of a proxy: it is unknown whether the order was placed")?;
        let error = failed(result)?;
        writeln!(self.out, "{error}")?;
        writeln!(self.out, "code: {:?}, delivery: {:?}", error.code(), error.delivery())?;
        Ok(())
    }

    /// The status and the field are invented. They represent additions that the exchange may make in the future.
    async fn keeps_what_it_does_not_know(&mut self) -> Outcome<()> {
        let id = ClientOrderId::from("ext-1772710377808-001");
        self.exchange.order(|when, then| {
            when.symbol("BTCUSDT").client_order_id(&id);
            let _ = then
                .into_inner()
                .status(200)
                .header("content-type", "application/json")
                .body(r#"{"code":0,"message":"success","data":{"orderId":"2022543809547603968","status":"SUSPENDED","venue":"dark"}}"#);
        });

        let response = self.client.send(requests::Order::new("BTCUSDT").client_order_id(&id)).await?;
        self.heading("An undocumented status and an undocumented field are kept")?;
        let order = response.into_data()?;
        let is_documented = order.status.as_ref().is_some_and(OrderStatus::is_documented);
        writeln!(self.out, "status: {:?}, documented: {is_documented}", order.status)?;
        for (name, value) in order.extra.iter() {
            writeln!(self.out, "extra: {name} = {value}")?;
        }
        Ok(())
    }

    /// Prints the title of a step and the requests that were sent in it.
    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n# {text}")?;
        let sent = self.sent.take();
        if sent.is_empty() {
            writeln!(self.out, "> nothing")?;
        }
        for line in sent {
            writeln!(self.out, "> {line}")?;
        }
        Ok(())
    }
}

/// Formats an optional value.
fn or_none(value: Option<impl Display>) -> String {
    value.map_or_else(|| String::from("none"), |value| value.to_string())
}

/// A candlestick of one minute.
fn kline(open_time: i64, [open, high, low, close, volume]: [&str; 5]) -> Outcome<Kline> {
    let price = Decimal::from_str_exact;
    Ok(Kline::builder()
        .open_time(open_time)
        .open(price(open)?)
        .high(price(high)?)
        .low(price(low)?)
        .close(price(close)?)
        .volume(price(volume)?)
        .close_time(open_time + 59_999)
        .build()?)
}

/// The documented example of an order, with another client order id.
fn order(client_order_id: &str) -> requests::PlaceOrder {
    requests::PlaceOrder::new("BTCUSDT", OrderType::Limit, OrderSide::Buy)
        .price(85_000)
        .quantity(Decimal::new(1, 1))
        .time_in_force(TimeInForce::Gtc)
        .maker_only(true)
        .client_order_id(client_order_id)
}

/// The error of a call that must fail.
fn failed<T>(result: Result<sixmm_api::Response<T>, sixmm_api::Error>) -> Outcome<sixmm_api::Error> {
    match result {
        Ok(_) => Err("this call was meant to fail".into()),
        Err(error) => Ok(error),
    }
}

/// Records the requests that are sent. An interceptor that signs requests would be registered after this one and sees the same request.
#[derive(Debug, Default)]
struct Sent(Mutex<Vec<String>>);

impl Sent {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Interceptor for Sent {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        let url = request.url();
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let body = request.body().and_then(reqwest::Body::as_bytes).map(String::from_utf8_lossy);
        let body = body.map(|body| format!(" {body}")).unwrap_or_default();
        let line = format!("{} {}{query}{body}", request.method(), url.path());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        Box::pin(ready(Ok(())))
    }
}
