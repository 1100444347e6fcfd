//! An exchange and a client of it, in a time of their own: it moves when everybody waits, and a second of it costs nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use sixmm_api::{Attempt, BoxFuture, Interceptor, Refusal};
use sixmm_ext::requests;
use sixmm_ext::{ApiKey, Client, Decimal, Quotas, Resolution, UnixMillis};
use sixmm_sandbox::exchange::{Exchange, OrderSide};
use sixmm_sandbox::{Clock, Received, Sandbox, User};
use sixmm_tests::virtual_time::{Ticks, VirtualTime};
use venue_core::{reqwest::Request, reqwest::header::HeaderValue};

use crate::weather::QUESTIONS;

/// The documentation's own timestamp.
const START: UnixMillis = UnixMillis::new(1_772_710_377_808);
/// Longer than any fault holds a request up.
const ALL_HAS_ARRIVED: Duration = Duration::from_secs(60);

/// How long an access token lives: shorter than many storms, and so short that a wrong clock makes it look expired.
const TOKEN_LIFE: Duration = Duration::from_secs(70);

/// The contract that is traded.
pub(crate) const SYMBOL: &str = "BTCUSDT";

/// An exchange, and a client of it.
pub(crate) struct World {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) client: Client,
    pub(crate) user: String,
    pub(crate) seed: u64,
    pub(crate) credentials: Credentials,
    tags: Tags,
    _ticks: Ticks,
}

impl World {
    /// A market that stands still, in which somebody buys and sells more than anybody here does.
    pub(crate) async fn new(seed: u64) -> Self {
        let start = sixmm_sandbox::UnixMillis::new(START.as_millis());
        let alice = User::new("alice").balance(Decimal::from(1_000_000));
        let builder = Sandbox::builder().seed(seed).clock(Clock::manual(start)).access_token_life(TOKEN_LIFE).user(alice);
        let sandbox = Arc::new(builder.start().await.expect("an exchange"));
        sandbox.exchange(quote);
        let tags = Tags::default();
        let client = Client::builder()
            .base_url(sandbox.base_url())
            .time(Arc::new(VirtualTime::starting_at(START)))
            .attempt_timeout(Duration::from_secs(2 + seed % 7))
            .resolution(Resolution::default().patience(Duration::from_secs(seed % 5)))
            .quotas(Quotas::unlimited())
            .interceptor(tags.clone());
        let credentials = Credentials::of(seed);
        let client = match credentials {
            Credentials::Session => client,
            Credentials::ApiKey => client.api_key(api_key(&sandbox, seed)),
        };
        let client = client.build().expect("a client");
        let user = sandbox.user_id("alice").expect("alice is a user");
        let exchange = Arc::clone(&sandbox);
        let ticks = Ticks::telling(move |passed| exchange.advance(passed));
        let world = Self { sandbox, client, user, seed, credentials, tags, _ticks: ticks };
        world.log_in().await;
        world
    }

    /// Opens a session, if that is how the client says who it is.
    async fn log_in(&self) {
        if self.credentials == Credentials::Session {
            let login = requests::Login::new("alice", "password");
            self.client.session().login(login).await.expect("alice logs in");
        }
    }

    /// All requests from now on are those of this write.
    pub(crate) fn begin(&self, write: usize) {
        self.tags.0.store(write, Ordering::SeqCst);
    }

    /// The requests of a write that arrived, by their arrival.
    pub(crate) fn received(&self, write: usize) -> Vec<Received> {
        let mut received = self.sandbox.received();
        received.retain(|request| request.request_id == tag(write));
        received.sort_by_key(|request| request.number);
        received
    }

    /// Lets another participant buy up what rests in the book below the quotes, after a while: a cancellation that arrives later is too
    /// late. All at once, so that no request meets a market without quotes.
    pub(crate) fn fill_after(&self, delay: Duration, quantity: Decimal) {
        let sandbox = Arc::clone(&self.sandbox);
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            sandbox.exchange(|exchange| {
                exchange.cancel_counterparty_orders(SYMBOL).expect("the contract exists");
                let sale = exchange.counterparty_order(SYMBOL, OrderSide::Sell, Some(Decimal::from(80_000)), quantity);
                sale.expect("a good order");
                exchange.cancel_counterparty_orders(SYMBOL).expect("the contract exists");
                quote(exchange);
            });
        });
    }

    /// How many questions were asked.
    pub(crate) fn questions(&self) -> u64 {
        self.sandbox.received().iter().filter(|request| QUESTIONS.contains(&request.operation)).count() as u64
    }

    /// The faults end, and what was held up arrives.
    pub(crate) async fn calm(&self) {
        self.sandbox.faults().clear();
        self.begin(usize::MAX);
        tokio::time::sleep(ALL_HAS_ARRIVED).await;
        // A renewal whose answer was lost ends a session: its cookie is good once.
        self.log_in().await;
        // What the client believes of the server's clock may be a fault's doing.
        self.client.sync_clock().await.expect("the server's clock");
    }
}

/// Somebody to trade with, for more than anybody here does.
fn quote(exchange: &mut Exchange) {
    for (side, price) in [(OrderSide::Buy, 84_990), (OrderSide::Sell, 85_010)] {
        let quote = exchange.counterparty_order(SYMBOL, side, Some(Decimal::from(price)), Decimal::from(1000));
        quote.expect("a good order");
    }
}

/// How the client says who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    ApiKey,
    /// A login, with tokens that expire all the time.
    Session,
}

impl Credentials {
    fn of(seed: u64) -> Self {
        if seed % 3 == 2 { Self::Session } else { Self::ApiKey }
    }
}

/// A key unlike any other of the process, which remembers the timestamps of each.
fn api_key(sandbox: &Sandbox, seed: u64) -> ApiKey {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = format!("storm-key-{seed}-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let secret = "9f1c2e7ab04d4c55a8e1d7f36b20c94e";
    sandbox.import_api_key("alice", &id, secret).expect("a key of the exchange");
    ApiKey::new(id, secret).expect("a key of the client")
}

/// Names the write that each request belongs to.
#[derive(Clone, Debug, Default)]
struct Tags(Arc<AtomicUsize>);

impl Interceptor for Tags {
    fn before<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        let tag = HeaderValue::try_from(tag(self.0.load(Ordering::SeqCst))).expect("letters and digits");
        request.headers_mut().insert("X-Request-ID", tag);
        Box::pin(std::future::ready(Ok(())))
    }
}

fn tag(write: usize) -> String {
    format!("write-{write}")
}
