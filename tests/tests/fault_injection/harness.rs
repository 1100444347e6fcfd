//! The local exchange and a client of it, both in virtual time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use sixmm_api::{Attempt, BoxFuture, Interceptor, Veto};
use sixmm_auth::{Auth, ServerClock};
use sixmm_ext::{Client, Decimal, ReconcilePolicy, UnixMillis, credentials::ApiKey, quotas::Quotas, requests};
use sixmm_sandbox::exchange::{Exchange, OrderSide};
use sixmm_sandbox::{Clock, LoggedRequest, Sandbox, User};
use venue_core::{reqwest::Request, reqwest::header::HeaderValue};
use venue_test_support::virtual_time::{Ticks, VirtualTime};

use crate::faults::LOOKUPS;

/// The documentation's own timestamp.
const START: UnixMillis = UnixMillis::new(1_772_710_377_808);
/// Longer than any fault delays a request.
const ALL_HAS_ARRIVED: Duration = Duration::from_secs(60);

/// The life of an access token: shorter than many runs, and so short that the token seems expired under a wrong clock.
const TOKEN_LIFE: Duration = Duration::from_secs(70);

/// The contract that is traded.
pub(crate) const SYMBOL: &str = "BTCUSDT";

/// The exchange, the client, and what identifies the run.
pub(crate) struct Harness {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) client: Client,
    pub(crate) user: String,
    pub(crate) seed: u64,
    pub(crate) credentials: Credentials,
    tags: Tags,
    _ticks: Ticks,
}

impl Harness {
    /// A market with constant quotes, whose quantity is larger than the sum of all orders of a run.
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
            .reconcile_policy(ReconcilePolicy::default().timeout(Duration::from_secs(seed % 5)))
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
        let ticks = Ticks::every_20_ms(move |passed| exchange.advance(passed));
        let harness = Self { sandbox, client, user, seed, credentials, tags, _ticks: ticks };
        harness.log_in().await;
        harness
    }

    /// Logs in, if the client authenticates with a session.
    async fn log_in(&self) {
        if self.credentials == Credentials::Session {
            let login = requests::Login::new("alice", "password");
            self.client.session().login(login).await.expect("alice logs in");
        }
    }

    /// Tags all further requests with this write.
    pub(crate) fn begin(&self, write: usize) {
        self.tags.0.store(write, Ordering::SeqCst);
    }

    /// The requests of a write, in the order of their arrival.
    pub(crate) fn received(&self, write: usize) -> Vec<LoggedRequest> {
        let mut received = self.sandbox.requests();
        received.retain(|request| request.request_id == tag(write));
        received.sort_by_key(|request| request.number);
        received
    }

    /// Lets another participant fill the resting orders below the quotes after a delay, so that a later cancellation is too late. The
    /// quotes are replaced in the same step, so that no request meets a market without quotes.
    pub(crate) fn fill_after(&self, delay: Duration, quantity: Decimal) {
        let sandbox = Arc::clone(&self.sandbox);
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            sandbox.exchange(|exchange| {
                exchange.cancel_counterparty_orders(SYMBOL).expect("the contract exists");
                let sale = exchange.counterparty_order(SYMBOL, OrderSide::Sell, Some(Decimal::from(80_000)), quantity);
                sale.expect("a valid order");
                exchange.cancel_counterparty_orders(SYMBOL).expect("the contract exists");
                quote(exchange);
            });
        });
    }

    /// A generated client of the same user, with an API key. It sends order writes without reconciling them, as `Client` never does.
    pub(crate) fn generated_client(&self) -> sixmm_api::Client {
        let plain = sixmm_api::Client::builder().base_url(self.sandbox.base_url()).interceptor(self.tags.clone()).build();
        let clock = ServerClock::new(Arc::new(VirtualTime::starting_at(START)));
        let auth = Auth::builder(&plain.expect("a client")).clock(Arc::new(clock)).api_key(api_key(&self.sandbox, self.seed)).build();
        auth.client().clone()
    }

    /// The number of lookups so far.
    pub(crate) fn lookups(&self) -> u64 {
        self.sandbox.requests().iter().filter(|request| LOOKUPS.contains(&request.operation)).count() as u64
    }

    /// Ends all faults, and waits until all delayed requests have arrived.
    pub(crate) async fn end_faults(&self) {
        self.sandbox.faults().clear();
        self.begin(usize::MAX);
        tokio::time::sleep(ALL_HAS_ARRIVED).await;
        // A lost response to a renewal ends the session, because the exchange accepts each refresh cookie once.
        self.log_in().await;
        // A fault may have falsified the client's estimate of the server's clock.
        self.client.sync_clock().await.expect("the server's clock");
    }
}

/// Quotes whose quantity is larger than the sum of all orders of a run.
fn quote(exchange: &mut Exchange) {
    for (side, price) in [(OrderSide::Buy, 84_990), (OrderSide::Sell, 85_010)] {
        let quote = exchange.counterparty_order(SYMBOL, side, Some(Decimal::from(price)), Decimal::from(1000));
        quote.expect("a valid order");
    }
}

/// How the client authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    ApiKey,
    /// A login. The tokens expire several times in a run.
    Session,
}

impl Credentials {
    fn of(seed: u64) -> Self {
        if seed % 3 == 2 { Self::Session } else { Self::ApiKey }
    }
}

/// A key that no other run of the process uses: the process remembers the timestamps of each key.
fn api_key(sandbox: &Sandbox, seed: u64) -> ApiKey {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = format!("fault-injection-key-{seed}-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let secret = "9f1c2e7ab04d4c55a8e1d7f36b20c94e";
    sandbox.import_api_key("alice", &id, secret).expect("a key of the exchange");
    ApiKey::new(id, secret).expect("a key of the client")
}

/// Writes the number of the current write into the header `X-Request-ID`.
#[derive(Clone, Debug, Default)]
struct Tags(Arc<AtomicUsize>);

impl Interceptor for Tags {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        let tag = HeaderValue::try_from(tag(self.0.load(Ordering::SeqCst))).expect("letters and digits");
        request.headers_mut().insert("X-Request-ID", tag);
        Box::pin(std::future::ready(Ok(())))
    }
}

fn tag(write: usize) -> String {
    format!("write-{write}")
}
