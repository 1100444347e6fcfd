//! How long a call may take.

use std::num::NonZeroU32;
use std::time::Duration;

use venue_core::reqwest::{Method, Request};
use venue_core::{Attempt, BoxFuture, Delivery, Error, Interceptor, Refusal, Verdict};
use venue_runtime::{CallOptions, GroupQuota, OutOfTime, Quotas};

use crate::support::{Answer, Reply, SAFE, World};

/// What the attempt's request may take, if it is prepared now.
async fn attempt_timeout(interceptors: &[std::sync::Arc<dyn Interceptor>]) -> Option<Duration> {
    let mut request = Request::new(Method::GET, "http://127.0.0.1/".parse().expect("a URL"));
    for interceptor in interceptors {
        interceptor.before(&mut request, Attempt::new(&SAFE, 1)).await.ok()?;
    }
    request.timeout().copied()
}

#[tokio::test]
async fn an_attempt_gets_its_own_time_or_what_is_left_of_the_whole() {
    let world = World::new(&[]).await;
    let options = CallOptions::new().timeout(Duration::from_secs(10)).attempt_timeout(Duration::from_secs(4));
    let interceptors = world.runtime.call(&options).around(&[]);
    let mut timeouts = Vec::new();
    for _ in 0..4 {
        timeouts.push(attempt_timeout(&interceptors).await.map(|timeout| timeout.as_secs()));
        world.time.advance(Duration::from_secs(4));
    }
    assert_eq!(timeouts, [Some(4), Some(4), Some(2), None]);
}

#[tokio::test]
async fn without_options_an_attempt_has_fifteen_seconds_of_thirty() {
    let world = World::new(&[]).await;
    let interceptors = world.runtime.call(&CallOptions::new()).around(&[]);
    assert_eq!(attempt_timeout(&interceptors).await, Some(Duration::from_secs(15)));
    world.time.advance(Duration::from_secs(20));
    assert_eq!(attempt_timeout(&interceptors).await, Some(Duration::from_secs(10)));
}

#[tokio::test]
async fn a_call_or_a_client_without_a_limit_has_that_of_the_attempt_alone() {
    let world = World::new(&[]).await;
    let of_a_call = world.runtime.call(&CallOptions::new().no_timeout()).around(&[]);
    let of_a_client = world.runtime.around(&[]);
    world.time.advance(Duration::from_secs(1_000_000));
    assert_eq!(attempt_timeout(&of_a_call).await, Some(Duration::from_secs(15)));
    assert_eq!(attempt_timeout(&of_a_client).await, Some(Duration::from_secs(15)));
}

/// Takes its time before it signs, and sets a timeout.
#[derive(Debug)]
struct Slow {
    time: venue_core::ManualTime,
    takes: Duration,
}

impl Interceptor for Slow {
    fn before<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        self.time.advance(self.takes);
        *request.timeout_mut() = Some(Duration::from_secs(25));
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn the_time_that_signing_took_is_not_spent_twice() {
    let world = World::new(&[]).await;
    let options = CallOptions::new().attempt_timeout(Duration::from_secs(60));
    let slow = |seconds| -> Vec<std::sync::Arc<dyn Interceptor>> {
        vec![std::sync::Arc::new(Slow { time: world.time.clone(), takes: Duration::from_secs(seconds) })]
    };
    assert_eq!(attempt_timeout(&world.runtime.call(&options).around(&slow(12))).await, Some(Duration::from_secs(18)));
    assert_eq!(attempt_timeout(&world.runtime.call(&options).around(&slow(2))).await, Some(Duration::from_secs(25)));
    assert_eq!(attempt_timeout(&world.runtime.call(&options).around(&slow(30))).await, None);
}

#[tokio::test]
async fn a_call_whose_time_is_used_up_is_refused_with_its_reason() {
    let world = World::new(&[Answer::code(0)]).await;
    let error = world.call(&SAFE, &CallOptions::new().timeout(Duration::ZERO)).await.expect_err("no time");
    let reason = OutOfTime::of(&error).expect("the reason");
    assert_eq!((reason.wait(), reason.left(), error.delivery(), world.seen()), (Duration::ZERO, Duration::ZERO, Delivery::NotSent, 0));
    assert_eq!(world.observer.lines(), ["call get_order failed, 0 attempts, 0ns, waited 0ns, None"]);
    assert_eq!(
        error.to_string(),
        "get_order (POST /order): not sent: the call's time was used up before it could be sent: allow it more time"
    );
}

#[tokio::test]
async fn a_quota_that_is_free_too_late_refuses_at_once_with_its_reason() {
    let quotas = Quotas::unlimited().with_others(GroupQuota::per_minute(NonZeroU32::MIN));
    let world = World::with(&[Answer::code(0)], |runtime| runtime.quotas(quotas)).await;
    world.call(&SAFE, &CallOptions::new()).await.expect("the first");
    let error = world.call(&SAFE, &CallOptions::new()).await.expect_err("60 seconds are more than 30");
    assert_eq!((world.seen(), world.now(), error.delivery()), (1, Duration::ZERO, Delivery::NotSent));
    assert_eq!(
        error.to_string(),
        "get_order (POST /order): not sent: the quota of `reads` is free in 60s, and 30s of the call's time are left: \
         allow it more time, or send less"
    );
    assert_eq!(world.observer.of("call")[1], "get_order failed, 0 attempts, 0ns, waited 0ns, None");
}

/// Waits for something for ever, before or after an attempt.
#[derive(Debug)]
struct Stuck {
    after: bool,
}

impl Interceptor for Stuck {
    fn before<'a>(&'a self, _: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        if self.after { Box::pin(std::future::ready(Ok(()))) } else { Box::pin(std::future::pending()) }
    }

    fn after<'a>(&'a self, _: &'a Error, _: Attempt) -> BoxFuture<'a, Verdict> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn whoever_prepares_an_attempt_is_held_to_the_calls_time() {
    let world = World::new(&[Answer::code(0)]).await.intercepted(Stuck { after: false });
    let error = world.call(&SAFE, &CallOptions::new()).await.expect_err("never ready");
    let reason = OutOfTime::of(&error).expect("the reason");
    assert_eq!((reason.left(), world.now(), world.seen()), (Duration::ZERO, Duration::from_secs(30), 0));
}

#[tokio::test]
async fn whoever_thinks_about_a_failure_is_held_to_the_calls_time() {
    let world = World::new(&[Answer::code(2)]).await.intercepted(Stuck { after: true });
    let error = world.call(&SAFE, &CallOptions::new()).await.expect_err("refused");
    assert_eq!((error.code(), world.now(), world.seen()), (Some(2), Duration::from_secs(30), 1));
}

#[tokio::test]
async fn a_client_that_lives_long_does_not_pause_for_longer_than_a_call_may_take() {
    let told_to_wait = |seconds: &str| [Answer::status(429, "").retry_after(seconds), Answer::code(0)];
    for (seconds, requests) in [("29", 2), ("31", 1)] {
        let world = World::new(&told_to_wait(seconds)).await;
        let client = world.client.with_interceptors(world.runtime.around(&[]));
        let _ = world.drive(client.call(&SAFE).send::<Reply>()).await;
        assert_eq!((world.seen(), world.now() < Duration::from_secs(30)), (requests, true), "Retry-After: {seconds}");
    }
}
