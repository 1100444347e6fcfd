//! An exchange and a client of it, in a time of their own: it moves when everybody waits, and a second of it costs nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sixmm_api::{Attempt, BoxFuture, Interceptor, Refusal};
use sixmm_auth_core::TimeSource;
use sixmm_core::reqwest::Request;
use sixmm_core::reqwest::header::HeaderValue;
use sixmm_ext::{ApiKey, Client, Decimal, Quotas, Resolution, UnixMillis};
use sixmm_sandbox::exchange::{Config, OrderSide};
use sixmm_sandbox::{Clock, Received, Sandbox, User};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::weather::QUESTIONS;

/// The documentation's own timestamp.
const START: i64 = 1_772_710_377_808;
/// How far behind the exchange's clock may be.
const TICK: Duration = Duration::from_millis(20);
/// Longer than any fault holds a request up.
const ALL_HAS_ARRIVED: Duration = Duration::from_secs(60);

/// The contract that is traded.
pub(crate) const SYMBOL: &str = "BTCUSDT";

/// An exchange, and a client of it.
pub(crate) struct World {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) client: Client,
    pub(crate) user: String,
    pub(crate) seed: u64,
    tags: Tags,
    ticks: JoinHandle<()>,
}

/// Runs a test in a runtime whose time moves when everybody waits.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime").block_on(test)
}

impl World {
    /// A market that stands still, in which somebody buys and sells more than anybody here does.
    pub(crate) async fn new(seed: u64) -> Self {
        let start = sixmm_sandbox::UnixMillis::new(START);
        let alice = User::new("alice").balance(Decimal::from(1_000_000));
        let builder = Sandbox::builder().seed(seed).clock(Clock::manual(start)).config(Config::new()).user(alice);
        let sandbox = Arc::new(builder.start().await.expect("an exchange"));
        sandbox.exchange(|exchange| {
            for (side, price) in [(OrderSide::Buy, 84_990), (OrderSide::Sell, 85_010)] {
                let quote = exchange.counterparty_order(SYMBOL, side, Some(Decimal::from(price)), Decimal::from(1000));
                quote.expect("somebody to trade with");
            }
        });
        // Unlike any other of the process, which remembers the timestamps of each.
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let id = format!("storm-key-{seed}-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let secret = "9f1c2e7ab04d4c55a8e1d7f36b20c94e";
        sandbox.import_api_key("alice", &id, secret).expect("a key of the exchange");
        let tags = Tags::default();
        let client = Client::builder()
            .base_url(sandbox.base_url())
            .api_key(ApiKey::new(id, secret).expect("a key of the client"))
            .time(Arc::new(Virtual { start: Instant::now() }))
            .attempt_timeout(Duration::from_secs(2 + seed % 7))
            .resolution(Resolution::default().patience(Duration::from_secs(seed % 5)))
            .quotas(Quotas::unlimited())
            .interceptor(tags.clone())
            .build()
            .expect("a client");
        let user = sandbox.user_id("alice").expect("alice is a user");
        let ticks = tokio::spawn(tick(Arc::clone(&sandbox)));
        Self { sandbox, client, user, seed, tags, ticks }
    }

    /// All requests from now on are those of this write.
    pub(crate) fn begin(&self, write: u64) {
        self.tags.0.store(write, Ordering::SeqCst);
    }

    /// The requests of a write that arrived, by their arrival.
    pub(crate) fn received(&self, write: u64) -> Vec<Received> {
        let mut received = self.sandbox.received();
        received.retain(|request| request.request_id == tag(write));
        received.sort_by_key(|request| request.number);
        received
    }

    /// How many questions were asked.
    pub(crate) fn questions(&self) -> u64 {
        self.sandbox.received().iter().filter(|request| QUESTIONS.contains(&request.operation)).count() as u64
    }

    /// The faults end, and what was held up arrives.
    pub(crate) async fn calm(&self) {
        self.sandbox.faults().clear();
        self.begin(u64::MAX);
        tokio::time::sleep(ALL_HAS_ARRIVED).await;
        // What the client believes of the server's clock may be a fault's doing.
        self.client.sync_clock().await.expect("the server's clock");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.ticks.abort();
    }
}

/// Carries the exchange's clock along.
async fn tick(sandbox: Arc<Sandbox>) {
    let mut last = Instant::now();
    loop {
        tokio::time::sleep(TICK).await;
        let now = Instant::now();
        sandbox.advance(now - last);
        last = now;
    }
}

/// The runtime's time, as the client wants it.
#[derive(Debug)]
struct Virtual {
    start: Instant,
}

impl TimeSource for Virtual {
    fn wall(&self) -> UnixMillis {
        let passed = i64::try_from(self.monotonic().as_millis()).expect("a test is short");
        UnixMillis::new(START + passed)
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Names the write that each request belongs to.
#[derive(Clone, Debug, Default)]
struct Tags(Arc<AtomicU64>);

impl Interceptor for Tags {
    fn before<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        let tag = HeaderValue::try_from(tag(self.0.load(Ordering::SeqCst))).expect("letters and digits");
        request.headers_mut().insert("X-Request-ID", tag);
        Box::pin(std::future::ready(Ok(())))
    }
}

fn tag(write: u64) -> String {
    format!("write-{write}")
}
