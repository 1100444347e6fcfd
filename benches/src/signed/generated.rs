//! The generated client with `sixmm-auth`, stopped before it sends the request.

use std::fmt;
use std::future::{Future, pending};
use std::hint::black_box;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Waker};

use reqwest::Request;
use rust_decimal::Decimal;
use sixmm_api::http::HttpSettings;
use sixmm_api::types::{OrderSide, OrderType, TimeInForce};
use sixmm_api::{Attempt, BoxFuture, Client, Interceptor, UnixMillis, Veto, requests};
use sixmm_auth::{ApiKey, Auth, ServerClock};
use venue_runtime::{TimeServer, TimeServerError};

use super::{BASE_URL, END, KEY, Outcome, PAGE, PAGE_SIZE, REQUEST_ID, SECRET, START, now};
use crate::new_order::{CLIENT_ORDER_ID, SYMBOL};

/// The generated client with an API key. Each call stops before it is sent.
#[derive(Debug)]
pub struct Generated {
    client: Client,
}

impl Generated {
    /// A client that never connects and whose clock is synchronised.
    ///
    /// # Errors
    ///
    /// If the HTTP client cannot be built.
    pub fn new() -> Outcome<Self> {
        Self::stopped_by(Arc::new(Stop))
    }

    /// Prepares the query for past orders `count` times.
    ///
    /// # Errors
    ///
    /// If the call fails before the request is prepared.
    pub fn order_history(&self, count: u32) -> Outcome<()> {
        for _ in 0..count {
            let call = requests::OrderHistory::new().symbol(SYMBOL).start_time(START).end_time(END);
            until_stopped(self.client.send(call.page(PAGE).page_size(PAGE_SIZE).x_request_id(REQUEST_ID)))?;
        }
        Ok(())
    }

    /// Prepares an order `count` times.
    ///
    /// # Errors
    ///
    /// If the call fails before the request is prepared.
    pub fn place_order(&self, count: u32) -> Outcome<()> {
        for _ in 0..count {
            let call = requests::PlaceOrder::new(SYMBOL, OrderType::Limit, OrderSide::Buy);
            let call = call.price(Decimal::from(85_000)).quantity(Decimal::new(1, 1)).time_in_force(TimeInForce::Gtc);
            until_stopped(self.client.send(call.maker_only(true).client_order_id(CLIENT_ORDER_ID).x_request_id(REQUEST_ID)))?;
        }
        Ok(())
    }

    /// The request of such a call.
    ///
    /// # Errors
    ///
    /// If the call fails before the request is prepared.
    pub fn capture(call: fn(&Self, u32) -> Outcome<()>) -> Outcome<Request> {
        let kept = Arc::new(Keep::default());
        call(&Self::stopped_by(kept.clone())?, 1)?;
        let request = kept.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        request.ok_or_else(|| "nothing was prepared".into())
    }

    fn stopped_by(last: Arc<dyn Interceptor>) -> Outcome<Self> {
        let plain = Client::builder().base_url(BASE_URL).http(HttpSettings::new().no_proxy()).build()?;
        let clock = Arc::new(ServerClock::system());
        tokio::runtime::Builder::new_current_thread().build()?.block_on(clock.sync(&ThisMachine))?;
        let auth = Auth::builder(&plain).clock(clock).api_key(ApiKey::new(KEY, SECRET)?).build();
        Ok(Self { client: Client::from(plain.core().with_interceptors(vec![Arc::new(auth), last])) })
    }
}

/// Polls the call once. No step before [`Stop`] has to wait.
fn until_stopped<T>(call: impl Future<Output = Result<T, sixmm_api::Error>>) -> Outcome<()> {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        std::task::Poll::Pending => Ok(()),
        std::task::Poll::Ready(Ok(_)) => Err("it was sent".into()),
        std::task::Poll::Ready(Err(error)) => Err(error.into()),
    }
}

/// An interceptor that rejects every request.
#[derive(Debug)]
struct Stop;

impl Interceptor for Stop {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        black_box(request);
        Box::pin(pending())
    }
}

/// An interceptor that rejects every request and stores it. It is separate from [`Stop`], so that the store is not counted.
#[derive(Default)]
struct Keep(Mutex<Option<Request>>);

impl Interceptor for Keep {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = request.try_clone();
        Box::pin(pending())
    }
}

impl fmt::Debug for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keep")
    }
}

/// A time server that reports the time of this machine.
struct ThisMachine;

impl TimeServer for ThisMachine {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, TimeServerError>> {
        Box::pin(std::future::ready(Ok(now())))
    }
}
