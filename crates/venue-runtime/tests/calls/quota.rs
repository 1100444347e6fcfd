//! Quotas, as calls meet them.

use std::num::NonZeroU32;
use std::time::Duration;

use venue_core::reqwest::Method;
use venue_core::{Operation, RateLimit, RateLimitScope, Repeatable, Veto, VetoKind};
use venue_runtime::{CallOptions, CallRuntime, ExchangePolicy, Quota, QuotaGroup, Quotas};

use crate::support::{Answer, IDEMPOTENT, ONCE, SAFE, World};

const NOTHING: CallOptions = CallOptions::new();

/// So many a second, one at once.
fn steady(requests: u32) -> Quota {
    Quota::per_second(NonZeroU32::new(requests).expect("not zero")).burst(NonZeroU32::MIN)
}

#[tokio::test]
async fn calls_of_a_group_wait_for_their_turn_and_say_so() {
    let world = World::with(&[Answer::code(0)], |runtime| runtime.quotas(Quotas::unlimited().others(steady(4)))).await;
    for _ in 0..5 {
        world.call(&SAFE, &NOTHING).await.expect("in time");
    }
    assert_eq!((world.seen(), world.now()), (5, Duration::from_secs(1)));
    assert_eq!(world.observer.of("wait Quota"), ["250ms"; 4]);
    assert_eq!(world.observer.of("call")[4], "get_order succeeded, 1 attempts, 250ms, waited 250ms, Some(\"req-1\")");
}

#[tokio::test]
async fn groups_without_a_quota_of_their_own_share_one() {
    let quotas = Quotas::unlimited().others(steady(1)).group(QuotaGroup("orders"), steady(1));
    let world = World::with(&[Answer::code(0)], |runtime| runtime.quotas(quotas)).await;
    world.call(&SAFE, &NOTHING).await.expect("at once");
    world.call(&ONCE, &NOTHING).await.expect("at once: its own");
    assert_eq!(world.now(), Duration::ZERO);
    world.call(&IDEMPOTENT, &NOTHING).await.expect("a second later");
    assert_eq!(world.now(), Duration::from_secs(1));
}

#[tokio::test]
async fn a_429_halves_the_speed_of_its_group_and_of_no_other() {
    let quotas = Quotas::unlimited().group(QuotaGroup("reads"), steady(10)).group(QuotaGroup("orders"), steady(10));
    let script = [Answer::status(429, ""), Answer::code(0)];
    let world = World::with(&script, |runtime| runtime.quotas(quotas).options(CallOptions::new().no_retry())).await;
    world.call(&SAFE, &NOTHING).await.expect_err("too many");
    world.call(&SAFE, &NOTHING).await.expect("at half the speed");
    world.call(&ONCE, &NOTHING).await.expect("at once");
    assert_eq!(world.observer.of("slow_down"), ["reads None"]);
    assert_eq!(world.observer.of("wait Quota"), ["200ms"]);
}

#[tokio::test]
async fn a_refusal_that_means_429_slows_down_as_well() {
    let quotas = Quotas::unlimited().others(steady(10));
    let world = World::with(&[Answer::code(7), Answer::code(0)], |runtime| runtime.quotas(quotas)).await;
    world.call(&SAFE, &CallOptions::new().no_retry()).await.expect_err("too many");
    world.call(&SAFE, &NOTHING).await.expect("at half the speed");
    assert_eq!((world.now(), world.observer.of("slow_down").len()), (Duration::from_millis(200), 1));
}

#[tokio::test]
async fn the_speed_comes_back_in_quiet_time() {
    let quotas = Quotas::unlimited().others(steady(10));
    let world = World::with(&[Answer::status(429, ""), Answer::code(0)], |runtime| runtime.quotas(quotas)).await;
    world.call(&SAFE, &CallOptions::new().no_retry()).await.expect_err("too many");
    world.time.advance(Duration::from_secs(8));
    for _ in 0..3 {
        world.call(&SAFE, &NOTHING).await.expect("in time");
    }
    assert_eq!(world.observer.of("wait Quota"), ["100ms", "100ms"]);
}

#[tokio::test]
async fn a_429_with_retry_after_keeps_its_whole_group_waiting_but_not_the_reserve() {
    let quotas = Quotas::unlimited().others(steady(10)).reserve(QuotaGroup("cancels"), steady(10));
    let script = [Answer::status(429, "").retry_after("20"), Answer::code(0)];
    let world = World::with(&script, |runtime| runtime.quotas(quotas).options(CallOptions::new().no_retry())).await;
    world.call(&ONCE, &NOTHING).await.expect_err("too many");
    world.call(&IDEMPOTENT, &NOTHING).await.expect("a bot can always get out");
    assert_eq!(world.now(), Duration::ZERO);
    world.call(&SAFE, &NOTHING).await.expect("20 seconds later");
    assert!(world.now() >= Duration::from_secs(20));
    assert_eq!(world.observer.of("slow_down"), ["orders Some(20s)"]);
}

#[tokio::test]
async fn the_exchanges_own_header_of_a_pause_stops_the_group_and_delays_the_retry() {
    for (answer, pause) in [
        (Answer::status(429, "").header("x-window", "20"), 20),
        (Answer::status(429, "").header("x-window", "20").retry_after("25"), 25),
        (Answer::code(7).header("x-window", "20"), 20),
    ] {
        let quotas = Quotas::unlimited().others(steady(10));
        let options = CallOptions::new().timeout(Duration::from_secs(60));
        let world = World::with(&[answer, Answer::code(0)], |runtime| runtime.quotas(quotas).options(options)).await;
        world.call(&SAFE, &NOTHING).await.expect("a success after the pause");
        assert!(world.now() >= Duration::from_secs(pause), "{pause} s: {:?}", world.now());
        assert_eq!(world.observer.of("slow_down"), [format!("reads Some({pause}s)")]);
    }
    // The header has no effect without a rate limit.
    let world = World::with(&[Answer::code(9).header("x-window", "20"), Answer::code(0)], |runtime| runtime).await;
    world.call(&SAFE, &NOTHING).await.expect("a success after a short pause");
    assert!(world.now() < Duration::from_secs(20) && world.observer.of("slow_down").is_empty());
}

#[tokio::test]
async fn who_waits_already_is_slowed_down_as_well() {
    let quotas = Quotas::unlimited().others(steady(1));
    let script = [Answer::status(429, ""), Answer::code(0)];
    let world = World::with(&script, |runtime| runtime.quotas(quotas).options(CallOptions::new().no_retry())).await;
    let first = world.start(&SAFE, &NOTHING);
    let second = world.start(&SAFE, &NOTHING);
    // The first is on its way, and the second waits, before the refusal comes in.
    let (mut first, mut second) = (std::pin::pin!(first), std::pin::pin!(second));
    std::future::poll_fn(|context| {
        assert!(first.as_mut().poll(context).is_pending() && second.as_mut().poll(context).is_pending());
        std::task::Poll::Ready(())
    })
    .await;
    first.await.expect_err("too many");
    world.drive(second).await.expect("after two seconds instead of one");
    // Half a turn in the first second, and then the rest at nine sixteenths.
    assert_eq!(world.now(), Duration::from_nanos(1_000_000_000 + 888_888_889));
}

#[tokio::test]
async fn who_waits_and_is_slowed_down_beyond_the_calls_time_is_refused() {
    let quotas = Quotas::unlimited().others(steady(1));
    let script = [Answer::status(429, "").retry_after("60"), Answer::code(0)];
    let world = World::with(&script, |runtime| runtime.quotas(quotas).options(CallOptions::new().no_retry())).await;
    let (mut first, mut second) = (std::pin::pin!(world.start(&SAFE, &NOTHING)), std::pin::pin!(world.start(&SAFE, &NOTHING)));
    std::future::poll_fn(|context| {
        assert!(first.as_mut().poll(context).is_pending() && second.as_mut().poll(context).is_pending());
        std::task::Poll::Ready(())
    })
    .await;
    first.await.expect_err("too many");
    let error = world.drive(second).await.expect_err("more than a minute is more than 30 seconds");
    let kind = error.veto().map(Veto::kind);
    assert!(matches!(kind, Some(VetoKind::QuotaUnavailable { wait, .. }) if wait > Duration::from_secs(59)), "{kind:?}");
    assert_eq!((world.seen(), world.now()), (1, Duration::ZERO), "at once, not when its turn would have come");
}

/// Polls all of them once; `true` for each that is ready.
async fn poll_once<F: Future>(futures: &mut [std::pin::Pin<Box<F>>]) -> Vec<Option<F::Output>> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(
            futures
                .iter_mut()
                .map(|future| match future.as_mut().poll(context) {
                    std::task::Poll::Ready(output) => Some(output),
                    std::task::Poll::Pending => None,
                })
                .collect(),
        )
    })
    .await
}

#[tokio::test]
async fn a_waiter_that_is_dropped_gives_its_turn_back() {
    let world = World::with(&[Answer::code(0)], |runtime| runtime.quotas(Quotas::unlimited().others(steady(1)))).await;
    world.call(&SAFE, &NOTHING).await.expect("the first");
    let mut waiting: Vec<_> = (0..20).map(|_| Box::pin(world.start(&SAFE, &NOTHING))).collect();
    assert!(poll_once(&mut waiting).await.iter().all(Option::is_none));
    drop(waiting);
    world.call(&SAFE, &NOTHING).await.expect("the next");
    assert_eq!((world.seen(), world.now()), (2, Duration::from_secs(1)), "not after the twenty that gave up");
}

#[tokio::test]
async fn the_waiter_behind_one_that_is_dropped_is_sent_in_its_place() {
    let world = World::with(&[Answer::code(0)], |runtime| runtime.quotas(Quotas::unlimited().others(steady(1)))).await;
    world.call(&SAFE, &NOTHING).await.expect("the first");
    let mut waiting: Vec<_> = (0..2).map(|_| Box::pin(world.start(&SAFE, &NOTHING))).collect();
    assert!(poll_once(&mut waiting).await.iter().all(Option::is_none));
    drop(waiting.remove(0));
    world.drive(waiting.remove(0)).await.expect("the second");
    assert_eq!(world.now(), Duration::from_secs(1));
    assert_eq!(world.observer.of("call")[1], "get_order succeeded, 1 attempts, 1s, waited 1s, Some(\"req-1\")");
}

#[tokio::test]
async fn a_turn_that_leaves_less_than_a_quarter_of_the_calls_time_for_the_attempt_is_not_taken() {
    let world = World::with(&[Answer::code(0)], |runtime| runtime.quotas(Quotas::unlimited().others(steady(1)))).await;
    world.call(&SAFE, &NOTHING).await.expect("the first");
    let error = world.call(&SAFE, &CallOptions::new().timeout(Duration::from_millis(1300))).await.expect_err("300 ms would be left");
    assert_eq!(
        error.to_string(),
        "get_order (POST /order): not sent: the quota of `reads` is available in 1s, but only 1.3s of the call's time remain, a quarter of which \
         is kept for the attempt: allow the call more time, or send fewer requests"
    );
    assert_eq!((world.seen(), world.now()), (1, Duration::ZERO));
    world.call(&SAFE, &CallOptions::new().timeout(Duration::from_millis(1400))).await.expect("400 ms are left");
    assert_eq!((world.seen(), world.now()), (2, Duration::from_secs(1)));
}

#[tokio::test]
async fn a_retry_that_the_quota_lets_through_too_late_ends_with_the_failure_itself() {
    let quotas = Quotas::unlimited().others(steady(1));
    let script = [Answer::status(503, ""), Answer::code(0)];
    let world = World::with(&script, |runtime| runtime.quotas(quotas)).await;
    let error = world.call(&SAFE, &CallOptions::new().timeout(Duration::from_secs(1))).await.expect_err("no turn in time");
    assert_eq!((error.status().map(|status| status.as_u16()), world.now()), (Some(503), Duration::ZERO));
    assert!(world.observer.of("attempt")[0].ends_with("End(DeadlineTooClose)"));
}

#[tokio::test]
async fn an_absurd_retry_after_stops_cancellations_for_five_seconds_only() {
    for value in ["1e9", "99999999999999999999", "31536000.5"] {
        let quotas = Quotas::unlimited().others(steady(10)).reserve(QuotaGroup("cancels"), steady(10));
        let script = [Answer::status(429, "").retry_after(value), Answer::code(0)];
        let world = World::with(&script, |runtime| runtime.quotas(quotas)).await;
        world.call(&IDEMPOTENT, &NOTHING).await.expect_err("beyond the call's time");
        world.call(&IDEMPOTENT, &NOTHING).await.expect("by the reserve");
        assert!(world.now() >= Duration::from_secs(5) && world.now() < Duration::from_secs(6), "{value}: {:?}", world.now());
    }
}

/// Two requests in 60 seconds, of which one may be sent at once.
static LIMITED: Operation = Operation::new("wallet", Method::POST, "/order", "reads", &[], None, Repeatable::Safe, "")
    .with_rate_limit(RateLimit::new(2, 60, RateLimitScope::Key));

/// An exchange that documents a rate limit.
#[derive(Debug)]
struct Documented;

impl ExchangePolicy for Documented {
    fn group(&self, operation: &Operation) -> QuotaGroup {
        QuotaGroup(operation.section)
    }

    fn operations(&self) -> &[&'static Operation] {
        static ALL: [&Operation; 2] = [&LIMITED, &SAFE];
        &ALL
    }
}

#[tokio::test]
async fn an_operation_with_a_documented_rate_limit_waits_for_its_own_quota() {
    let world = World::with(&[Answer::code(0)], |runtime| runtime.quotas(Quotas::documented(&[&LIMITED]))).await;
    world.call(&LIMITED, &CallOptions::new()).await.expect("the first");
    world.call(&SAFE, &CallOptions::new()).await.expect("an operation without a limit");
    let error = world.call(&LIMITED, &CallOptions::new()).await.expect_err("30 seconds are more than three quarters of 30");
    assert_eq!(
        error.to_string(),
        "wallet (POST /order): not sent: the quota of `wallet` (documented: 2 requests in 60 seconds for each API key) is available in 30s, \
         but only 30s of the call's time remain, a quarter of which is kept for the attempt: allow the call more time, or send fewer \
         requests"
    );
    let error = world.call(&LIMITED, &CallOptions::new().timeout(Duration::from_secs(60)).quota_timeout(Duration::from_secs(29))).await;
    assert_eq!(
        error.expect_err("30 seconds are more than 29").to_string(),
        "wallet (POST /order): not sent: the quota of `wallet` (documented: 2 requests in 60 seconds for each API key) is available in 30s, \
         but the call waits for at most 29s: let it wait longer, or send fewer requests"
    );
    world.call(&LIMITED, &CallOptions::new().timeout(Duration::from_secs(60))).await.expect("the second");
    assert_eq!((world.now(), world.seen()), (Duration::from_secs(30), 3));
    assert_eq!(world.observer.of("wait Quota"), ["30s"]);
}

#[test]
fn documented_rate_limits_are_the_default_and_can_be_switched_off() {
    let runtime = CallRuntime::builder(Documented).build();
    assert_eq!([&LIMITED, &SAFE].map(|operation| runtime.group(operation).0), ["wallet", "reads"]);
    let unlimited = CallRuntime::builder(Documented).quotas(Quotas::unlimited()).build();
    assert_eq!(unlimited.group(&LIMITED).0, "reads");
}
