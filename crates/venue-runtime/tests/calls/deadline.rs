//! How long a call may take.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use venue_core::reqwest::Request;
use venue_core::{Attempt, BoxFuture, Delivery, Error, Interceptor, ManualTime, Retry, SendObserver, Veto, VetoKind};
use venue_runtime::{CallOptions, Quota, Quotas};

use crate::support::{Answer, Reply, SAFE, World};

/// Records the timeout of each request that is sent.
#[derive(Debug, Default)]
struct Timeouts(Mutex<Vec<Option<u64>>>);

impl SendObserver for Timeouts {
    fn on_send(&self, request: &Request) {
        self.0.lock().expect("no panic").push(request.timeout().map(Duration::as_secs));
    }
}

/// Takes this long to prepare each attempt, and sets a timeout of 25 seconds.
#[derive(Debug)]
struct Slow {
    time: ManualTime,
    takes: Duration,
}

impl Interceptor for Slow {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        self.time.advance(self.takes);
        *request.timeout_mut() = Some(Duration::from_secs(25));
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The timeouts in seconds of all attempts of a call that the server answers with 503 and this `Retry-After`.
async fn timeouts(world: &World, options: &CallOptions) -> Vec<Option<u64>> {
    let observer = Arc::new(Timeouts::default());
    let client = world.client.with_policy(Arc::clone(&world.runtime) as _);
    let call = client.call(&SAFE).options(options).send_observer(Arc::clone(&observer) as _);
    world.drive(call.send::<Reply>()).await.expect_err("no success in the script");
    std::mem::take(&mut *observer.0.lock().expect("no panic"))
}

#[tokio::test]
async fn an_attempt_gets_its_own_time_or_the_remaining_time_of_the_call() {
    let world = World::new(&[Answer::status(503, "").retry_after("4")]).await;
    let options = CallOptions::new().timeout(Duration::from_secs(10)).attempt_timeout(Duration::from_secs(4));
    assert_eq!(timeouts(&world, &options).await, [Some(4), Some(4), Some(2)]);
}

#[tokio::test]
async fn without_options_an_attempt_has_fifteen_seconds_of_thirty() {
    let world = World::new(&[Answer::status(503, "").retry_after("20")]).await;
    assert_eq!(timeouts(&world, &CallOptions::new()).await, [Some(15), Some(10)]);
}

#[tokio::test]
async fn a_call_without_a_deadline_has_only_the_limit_of_the_attempt() {
    let world = World::new(&[Answer::status(503, "").retry_after("1000000")]).await;
    assert_eq!(timeouts(&world, &CallOptions::new().no_timeout()).await, [Some(15); 4]);
}

#[tokio::test]
async fn the_time_that_signing_takes_counts_for_the_attempt() {
    for (takes, expected) in [(12, vec![Some(18)]), (2, vec![Some(25)]), (30, vec![])] {
        let world = World::new(&[Answer::code(2)]).await;
        let slow = Slow { time: world.time.clone(), takes: Duration::from_secs(takes) };
        let world = world.intercepted(slow);
        let options = CallOptions::new().attempt_timeout(Duration::from_secs(60));
        assert_eq!(timeouts(&world, &options).await, expected, "{takes} seconds");
    }
}

#[tokio::test]
async fn a_client_without_a_policy_has_the_deadline_of_its_options() {
    let world = World::new(&[Answer::code(0)]).await;
    let error = world.client.call(&SAFE).options(&CallOptions::new().timeout(Duration::ZERO)).send::<Reply>().await.expect_err("no time");
    assert_eq!(error.veto().map(Veto::kind), Some(VetoKind::DeadlineExceeded));
    world.client.call(&SAFE).send::<Reply>().await.expect("no deadline");
}

#[tokio::test]
async fn a_call_whose_deadline_has_passed_is_vetoed() {
    let world = World::new(&[Answer::code(0)]).await;
    let error = world.call(&SAFE, &CallOptions::new().timeout(Duration::ZERO)).await.expect_err("no time");
    assert_eq!(error.veto().map(Veto::kind), Some(VetoKind::DeadlineExceeded));
    assert_eq!((error.delivery(), world.seen()), (Delivery::NotSent, 0));
    assert_eq!(world.observer.lines(), ["call get_order failed, 0 attempts, 0ns, waited 0ns, None"]);
    assert_eq!(
        error.to_string(),
        "get_order (POST /order): not sent: the call's deadline was exceeded before the request could be sent: allow the call more time"
    );
}

#[tokio::test]
async fn a_quota_that_is_available_too_late_ends_the_call_at_once() {
    let quotas = Quotas::unlimited().others(Quota::per_minute(NonZeroU32::MIN));
    let world = World::with(&[Answer::code(0)], |runtime| runtime.quotas(quotas)).await;
    world.call(&SAFE, &CallOptions::new()).await.expect("the first");
    let error = world.call(&SAFE, &CallOptions::new()).await.expect_err("60 seconds are more than 30");
    assert_eq!((world.seen(), world.now(), error.delivery()), (1, Duration::ZERO, Delivery::NotSent));
    assert_eq!(
        error.to_string(),
        "get_order (POST /order): not sent: the quota of `reads` is available in 60s, but only 30s of the call's time remain: \
         allow the call more time, or send fewer requests"
    );
    assert_eq!(world.observer.of("call")[1], "get_order failed, 0 attempts, 0ns, waited 0ns, None");
}

/// Never completes, before or after an attempt.
#[derive(Debug)]
struct Stuck {
    after: bool,
}

impl Interceptor for Stuck {
    fn on_attempt<'a>(&'a self, _: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        if self.after { Box::pin(std::future::ready(Ok(()))) } else { Box::pin(std::future::pending()) }
    }

    fn on_error<'a>(&'a self, _: &'a Error, _: Attempt) -> BoxFuture<'a, Retry> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn an_interceptor_that_prepares_an_attempt_is_held_to_the_deadline() {
    let world = World::new(&[Answer::code(0)]).await.intercepted(Stuck { after: false });
    let error = world.call(&SAFE, &CallOptions::new()).await.expect_err("never ready");
    let kind = error.veto().map(Veto::kind);
    assert_eq!((kind, world.now(), world.seen()), (Some(VetoKind::DeadlineExceeded), Duration::from_secs(30), 0));
}

#[tokio::test]
async fn an_interceptor_that_decides_on_a_retry_is_held_to_the_deadline() {
    let world = World::new(&[Answer::code(2)]).await.intercepted(Stuck { after: true });
    let error = world.call(&SAFE, &CallOptions::new()).await.expect_err("refused");
    assert_eq!((error.code(), world.now(), world.seen()), (Some(2), Duration::from_secs(30), 1));
}

#[tokio::test]
async fn a_call_does_not_pause_for_longer_than_its_time() {
    for (seconds, requests) in [("29", 2), ("31", 1)] {
        let world = World::new(&[Answer::status(429, "").retry_after(seconds), Answer::code(0)]).await;
        let _ = world.call(&SAFE, &CallOptions::new()).await;
        assert_eq!((world.seen(), world.now() < Duration::from_secs(30)), (requests, true), "Retry-After: {seconds}");
    }
}
