//! Clients of the scripted exchange.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sixmm_ext::{Client, ClientBuilder, ReconcilePolicy, RetryBudget, UnixMillis, quotas::Quotas};
use venue_core::reqwest::dns::{Addrs, Name, Resolve, Resolving};
use venue_core::{ManualTime, http::HttpSettings};
use venue_test_support::MockExchange;

use super::super::{CLOCK, Harness, START, new_key};
use super::Exchange;

/// The exchange, two clients of the exchange, and the time of the test.
pub struct Trading {
    pub exchange: Exchange,
    pub harness: Harness,
    /// A client with the same settings, which opens a new connection for each request.
    pub unpooled: Client,
    resolver: RefusingResolver,
}

/// The number of turns of the runtime without progress after which the time is advanced. The number can be small, because the timeouts of
/// requests are timeouts of tokio, so an early advance only shortens waits.
const IDLE_TURNS: usize = 20;

impl Trading {
    pub async fn new() -> Self {
        Self::with(|client| client).await
    }

    /// Creates the exchange and the clients, with further settings of the clients. A client sends four lookups before it reports an unknown
    /// outcome. The clients have no quotas and an unlimited retry budget, because other tests cover these.
    pub async fn with(configure: impl Fn(ClientBuilder) -> ClientBuilder) -> Self {
        let time = ManualTime::new(UnixMillis::new(START));
        let exchange = Exchange::new(time.clone());
        let script = exchange.clone();
        let server = MockExchange::start(time.clone(), CLOCK, move |request| script.respond(request)).await;
        let resolver = RefusingResolver::default();
        let url = server.url().replace("127.0.0.1", "localhost");
        let builder = || {
            let builder = Client::builder().base_url(url.as_str()).api_key(new_key()).time(Arc::new(time.clone()));
            let resolution = ReconcilePolicy::default().timeout(Duration::from_secs(3));
            configure(
                builder.reconcile_policy(resolution).check_orders(true).quotas(Quotas::unlimited()).retry_budget(RetryBudget::unlimited()),
            )
        };
        let http = HttpSettings::new().dns_resolver(Arc::new(resolver.clone()));
        let client = builder().http(http.clone());
        let unpooled = builder().http(http.pool_max_idle(0));
        let client = client.build().expect("a client of a server on this machine");
        let unpooled = unpooled.build().expect("a client of a server on this machine");
        for client in [&client, &unpooled] {
            client.sync_clock().await.expect("the server's clock");
        }
        let harness = Harness { time, server, client, observer: Default::default() };
        Self { exchange, harness, unpooled, resolver }
    }

    /// Makes this number of the next connections fail.
    pub fn refuse_connections(&self, count: usize) {
        self.resolver.0.store(count, Ordering::SeqCst);
    }

    /// Waits for the future, and advances the time whenever a task sleeps and no response is under way.
    pub async fn drive<T>(&self, future: impl Future<Output = T>) -> T {
        venue_test_support::drive_after(IDLE_TURNS, &self.harness.time, future).await
    }
}

/// A resolver that directs a number of connections to an address at which no server listens.
#[derive(Clone, Default)]
struct RefusingResolver(Arc<AtomicUsize>);

impl Resolve for RefusingResolver {
    fn resolve(&self, _: Name) -> Resolving {
        let is_shut = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1)).is_ok();
        let address = SocketAddr::from(if is_shut { ([127, 0, 0, 2], 0) } else { ([127, 0, 0, 1], 0) });
        Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) })
    }
}

/// A runtime with paused time. A network timeout passes only when the exchange advances the time.
pub struct PausedRuntime {
    /// Keeps a thread blocked. This field is dropped before the runtime.
    _hold: std::sync::mpsc::Sender<()>,
    runtime: tokio::runtime::Runtime,
}

impl PausedRuntime {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        // While a thread blocks, tokio does not advance the paused clock when all tasks wait, because a task may wait for the network.
        let (hold, held) = std::sync::mpsc::channel::<()>();
        runtime.spawn_blocking(move || held.recv());
        Self { _hold: hold, runtime }
    }

    pub fn run<T>(&self, test: impl Future<Output = T>) -> T {
        self.runtime.block_on(test)
    }
}

/// Runs a test in its own runtime with paused time.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    PausedRuntime::new().run(test)
}
