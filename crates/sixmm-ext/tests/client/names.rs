//! Every trait that a bot implements, and every type of a report, is exported by this crate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sixmm_ext::{
    BoxFuture, Client, UnixMillis,
    interceptor::{Attempt, Interceptor, Veto},
    observer::{AttemptReport, CallReport, Observer, SlowDownReport, WaitReport},
    reqwest,
    time::TimeSource,
};

/// An implementation of every trait that a client accepts.
#[derive(Clone, Debug, Default)]
struct BotParts(Arc<AtomicU32>);

impl Observer for BotParts {
    fn attempt(&self, _: &AttemptReport<'_>) {}

    fn wait(&self, _: &WaitReport) {}

    fn slow_down(&self, _: &SlowDownReport) {}

    fn call(&self, _: &CallReport<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Interceptor for BotParts {
    fn on_attempt<'a>(&'a self, _: &'a mut reqwest::Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        self.0.fetch_add(10, Ordering::Relaxed);
        Box::pin(std::future::ready(Err(Veto::new("kept back"))))
    }
}

impl TimeSource for BotParts {
    fn wall(&self) -> UnixMillis {
        UnixMillis::new(1_772_710_377_808)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn a_bot_can_implement_every_trait_with_this_crate_only() {
    let own = BotParts::default();
    let builder = Client::builder().time(Arc::new(own.clone())).observer(own.clone()).interceptor(own.clone());
    let client = builder.build().expect("a client");
    let error = client.market().server_time().send().await.expect_err("it is kept back");
    assert!(error.to_string().contains("kept back"), "{error}");
    assert_eq!(own.0.load(Ordering::Relaxed), 11);
}
