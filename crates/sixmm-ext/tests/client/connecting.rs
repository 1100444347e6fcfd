//! A write for which there was no connection was not sent, and its outcome is certain.

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

use crate::support::{Answer, CLOCK, START, new_key};

/// Finds this machine, until it finds nothing any more.
#[derive(Clone, Default)]
struct Network {
    is_cut: Arc<AtomicBool>,
}

impl Resolve for Network {
    fn resolve(&self, _: Name) -> Resolving {
        if self.is_cut.load(Ordering::SeqCst) {
            return Box::pin(std::future::pending());
        }
        let here = SocketAddr::from(([127, 0, 0, 1], 0));
        Box::pin(async move { Ok(Box::new(std::iter::once(here)) as Addrs) })
    }
}

/// Certain, and without a lookup.
fn check<T: std::fmt::Debug>(outcome: &Outcome<T>) {
    let error = outcome.rejected().unwrap_or_else(|| panic!("{outcome:?}"));
    assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
    assert!(error.to_string().contains("not sent: connecting to the exchange timed out"), "{error}");
}

#[test]
fn writes_that_found_no_connection_within_the_attempts_time_are_rejected_as_not_sent() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let time = ManualTime::new(UnixMillis::new(START));
        let server = MockExchange::start(time.clone(), CLOCK, |_| Answer::closed()).await;
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
        network.is_cut.store(true, Ordering::SeqCst);
        let before = server.seen().len();
        let (orders, id) = (client.orders(), OrderId::from("1"));
        check(&orders.place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send().await);
        check(&orders.cancel("BTCUSDT", &id).send().await);
        check(&orders.amend("BTCUSDT", &id).price("86000").send().await);
        check(&orders.cancel_all().submit().await);
        check(&orders.place_batch([NewOrder::buy("BTCUSDT", 1).limit(85_000)]).send().await[0]);
        check(&orders.cancel_batch([("BTCUSDT", &id)]).send().await[0]);
        assert_eq!(server.seen().len(), before, "nothing arrived");
    });
}
