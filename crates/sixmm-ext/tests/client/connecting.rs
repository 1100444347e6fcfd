//! A write whose connection could not be opened was not sent, so its outcome is known.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sixmm_ext::http::HttpSettings;
use sixmm_ext::reqwest::dns::{Addrs, Name, Resolve, Resolving};
use sixmm_ext::types::OrderId;
use sixmm_ext::{Client, NewOrder, Outcome, RetryPolicy, UnixMillis, errors::Delivery};
use venue_core::ManualTime;
use venue_test_support::MockExchange;

use crate::support::{CLOCK, MockResponse, START, new_key};

/// A resolver that returns the address of this machine, and no address after it was switched off.
#[derive(Clone, Default)]
struct Network {
    is_disconnected: Arc<AtomicBool>,
}

impl Resolve for Network {
    fn resolve(&self, _: Name) -> Resolving {
        if self.is_disconnected.load(Ordering::SeqCst) {
            return Box::pin(std::future::pending());
        }
        let here = SocketAddr::from(([127, 0, 0, 1], 0));
        Box::pin(async move { Ok(Box::new(std::iter::once(here)) as Addrs) })
    }
}

/// Checks that the outcome of each write is known without a lookup.
fn assert_not_sent<T: std::fmt::Debug>(outcome: &Outcome<T>) {
    let error = outcome.rejected().unwrap_or_else(|| panic!("{outcome:?}"));
    assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
    assert!(error.to_string().contains("not sent: connecting to the exchange timed out"), "{error}");
}

#[test]
fn a_write_without_a_connection_before_the_attempt_timeout_is_rejected_as_not_sent() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let time = ManualTime::new(UnixMillis::new(START));
        let server = MockExchange::start(time.clone(), CLOCK, |_| MockResponse::closed()).await;
        let network = Network::default();
        let client = Client::builder()
            .base_url(server.url().replace("127.0.0.1", "localhost"))
            .api_key(new_key())
            .time(Arc::new(time))
            .http(HttpSettings::new().dns_resolver(Arc::new(network.clone())).pool_max_idle(0))
            .attempt_timeout(Duration::from_millis(700))
            .connect_timeout(Duration::from_secs(5))
            .retry(RetryPolicy::never())
            .build()
            .expect("a client");
        client.sync_clock().await.expect("the server's clock");
        network.is_disconnected.store(true, Ordering::SeqCst);
        let before = server.seen().len();
        let (orders, id) = (client.orders(), OrderId::from("1"));
        assert_not_sent(&orders.place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send().await);
        assert_not_sent(&orders.cancel("BTCUSDT", &id).send().await);
        assert_not_sent(&orders.amend("BTCUSDT", &id).price("86000").send().await);
        assert_not_sent(&orders.cancel_all().submit().await);
        assert_not_sent(&orders.place_batch([NewOrder::buy("BTCUSDT", 1).limit(85_000)]).send().await[0]);
        assert_not_sent(&orders.cancel_batch([("BTCUSDT", &id)]).send().await[0]);
        assert_eq!(server.seen().len(), before, "nothing arrived");
    });
}
