//! A client that trades with the exchange of a test.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sixmm_ext::{Client, ClientBuilder, Quotas, ReconcilePolicy, RetryBudget, UnixMillis};
use venue_core::reqwest::dns::{Addrs, Name, Resolve, Resolving};
use venue_core::{ManualTime, http::HttpSettings};

use super::super::{START, Server, World, new_key};
use super::Exchange;

/// An exchange, a client of it, and the time of both.
pub struct Trading {
    pub exchange: Exchange,
    pub world: World,
    /// The same client, but for a connection of its own for each request.
    pub unpooled: Client,
    doors: Doors,
}

impl Trading {
    pub async fn new() -> Self {
        Self::with(|client| client).await
    }

    /// With clients that are set up further. They ask four times before they say that an outcome is unknown; without quotas, and with any
    /// number of retries, which are not what is tested here.
    pub async fn with(configure: impl Fn(ClientBuilder) -> ClientBuilder) -> Self {
        let time = ManualTime::new(UnixMillis::new(START));
        let exchange = Exchange::new(time.clone());
        let script = exchange.clone();
        let server = Server::start(time.clone(), move |seen| script.answer(seen)).await;
        let doors = Doors::default();
        let url = server.url().replace("127.0.0.1", "localhost");
        let builder = || {
            let builder = Client::builder().base_url(url.as_str()).api_key(new_key()).time(Arc::new(time.clone()));
            let resolution = ReconcilePolicy::default().timeout(Duration::from_secs(3));
            configure(builder.reconcile_policy(resolution).check_orders(true).quotas(Quotas::unlimited()).retry_budget(RetryBudget::unlimited()))
        };
        let resolver = Arc::new(doors.clone());
        let http = HttpSettings::new().dns_resolver(resolver);
        let client = builder().http(http.clone());
        let unpooled = builder().http(http.pool_max_idle(0));
        let client = client.build().expect("a client of a server on this machine");
        let unpooled = unpooled.build().expect("a client of a server on this machine");
        for client in [&client, &unpooled] {
            client.sync_clock().await.expect("the server's clock");
        }
        let world = World { time, server, client, diary: Default::default() };
        Self { exchange, world, unpooled, doors }
    }

    /// Refuses so many connections from now on.
    pub fn refuse_connections(&self, count: usize) {
        self.doors.0.store(count, Ordering::SeqCst);
    }

    /// Moves the time until the future is ready, whenever somebody sleeps.
    pub async fn drive<T>(&self, future: impl Future<Output = T>) -> T {
        self.world.drive(future).await
    }
}

/// Leads so many connections to an address of this machine where nobody listens.
#[derive(Clone, Default)]
struct Doors(Arc<AtomicUsize>);

impl Resolve for Doors {
    fn resolve(&self, _: Name) -> Resolving {
        let is_shut = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1)).is_ok();
        let address = SocketAddr::from(if is_shut { ([127, 0, 0, 2], 0) } else { ([127, 0, 0, 1], 0) });
        Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) })
    }
}

/// A runtime whose network timeouts pass when the exchange says so, and never by themselves.
pub struct Paused {
    /// Dropped first.
    _hold: std::sync::mpsc::Sender<()>,
    runtime: tokio::runtime::Runtime,
}

impl Paused {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        // As long as something blocks, tokio does not move its clock because everybody waits: somebody may wait for the network.
        let (hold, held) = std::sync::mpsc::channel::<()>();
        runtime.spawn_blocking(move || held.recv());
        Self { _hold: hold, runtime }
    }

    pub fn run<T>(&self, test: impl Future<Output = T>) -> T {
        self.runtime.block_on(test)
    }
}

/// Runs a test in a runtime of its own.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    Paused::new().run(test)
}
