//! The guard of a listen key, hour by hour.

use std::time::Duration;

use serde_json::json;
use sixmm_ext::{RetryPolicy, listen_key::ListenKeyGuard};

use crate::support::{Answer, LISTEN_KEY, START, Seen, World, until};

const MINUTE: Duration = Duration::from_secs(60);
const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);
/// In milliseconds.
const HOUR: i64 = 3_600_000;

/// An exchange that makes `key-1`, `key-2` and so on, and refuses renewals by this rule.
fn keys(refuses: impl Fn(&Seen) -> bool + Send + Sync + 'static) -> impl Fn(&Seen) -> Answer + Send + Sync + 'static {
    move |seen| {
        if refuses(seen) {
            return Answer::refusal(2002, "Invalid parameter");
        }
        match &*seen.method {
            "POST" => key(&format!("key-{}", seen.earlier + 1), if seen.earlier == 0 { HOUR } else { 100 * HOUR }),
            _ => Answer::ok(&json!({})),
        }
    }
}

/// A key that is good until so many milliseconds after the start. The later ones are good for longer than any test.
fn key(key: &str, until: i64) -> Answer {
    Answer::ok(&json!({ "listenKey": key, "expireAt": START + until }))
}

/// Without retries, whose pauses would need their own time.
async fn world(script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> (World, ListenKeyGuard) {
    let world = World::with(script, |client| client.retry(RetryPolicy::never())).await;
    let guard = world.client.account().start_listen_key().await.expect("a key");
    asleep(&world).await;
    (world, guard)
}

/// Lets the guard go on until it waits for its next hour: until one task sleeps for many turns of the runtime, because a task that reads the
/// server's clock sleeps as well while the answer is on its way.
async fn asleep(world: &World) {
    let turns = std::cell::Cell::new(0);
    until(|| {
        turns.set(if world.time.sleepers() == 1 { turns.get() + 1 } else { 0 });
        turns.get() == 1_000
    })
    .await;
}

/// So much time passes, and the guard does what is due.
async fn pass(world: &World, duration: Duration) {
    world.time.advance(duration);
    asleep(world).await;
}

/// Reads the server's clock: a call that waited for it would look asleep.
async fn know_the_time(world: &World) {
    world.client.sync_clock().await.expect("the server tells its time");
}

/// The requests so far, as method and key.
fn requests(world: &World) -> Vec<String> {
    let key = |seen: &Seen| serde_json::from_slice::<serde_json::Value>(&seen.body).ok()?["listenKey"].as_str().map(str::to_owned);
    world.server.seen_at(LISTEN_KEY).iter().map(|seen| format!("{} {}", seen.method, key(seen).unwrap_or_default())).collect()
}

fn current(guard: &ListenKeyGuard) -> (String, u64) {
    let key = guard.current();
    (key.key.expose_secret().to_owned(), key.generation)
}

#[tokio::test]
async fn it_renews_every_thirty_minutes() {
    let (world, guard) = world(keys(|_| false)).await;
    pass(&world, HALF_AN_HOUR - Duration::from_millis(1)).await;
    assert_eq!(requests(&world), ["POST "]);
    pass(&world, Duration::from_millis(1)).await;
    assert_eq!(requests(&world), ["POST ", "PUT key-1"]);
    for _ in 0..8 {
        pass(&world, HALF_AN_HOUR).await;
    }
    assert_eq!(requests(&world).len(), 10);
    assert_eq!(current(&guard), ("key-1".into(), 1));
    assert_eq!(world.observer.of("call of renew_listen_key").len(), 9);
}

#[tokio::test]
async fn it_knows_until_when_the_key_is_good() {
    let (world, guard) = world(keys(|_| false)).await;
    assert_eq!(guard.current().expires.as_millis(), START + 3_600_000, "what the exchange says");
    pass(&world, HALF_AN_HOUR).await;
    assert_eq!(guard.current().expires.as_millis(), START + 5_400_000, "an hour after the renewal");
}

#[tokio::test]
async fn a_failed_renewal_makes_another_key_and_tells_every_subscriber_once() {
    let (world, guard) = world(keys(|seen| seen.method == "PUT" && seen.earlier == 0)).await;
    let mut subscribers = [guard.subscribe(), guard.subscribe()];
    pass(&world, HALF_AN_HOUR).await;
    assert_eq!(requests(&world), ["POST ", "PUT key-1", "POST "]);
    for subscriber in &mut subscribers {
        let key = subscriber.changed().await.expect("open");
        assert_eq!((key.key.expose_secret(), key.generation), ("key-2", 2));
    }
    pass(&world, HALF_AN_HOUR).await;
    assert_eq!(requests(&world).last().map(String::as_str), Some("PUT key-2"));
    world.drive(guard.close()).await.expect("closed");
    for subscriber in &mut subscribers {
        assert!(subscriber.changed().await.is_none(), "a renewal is no news");
    }
}

#[tokio::test]
async fn a_subscriber_that_comes_late_hears_of_later_keys_alone() {
    let (world, guard) = world(keys(|seen| seen.method == "PUT")).await;
    pass(&world, HALF_AN_HOUR).await;
    let mut late = guard.subscribe();
    assert_eq!(late.current().generation, 2);
    pass(&world, HALF_AN_HOUR).await;
    assert_eq!(late.changed().await.expect("open").generation, 3);
}

#[tokio::test]
async fn the_same_key_made_good_again_is_not_another_one() {
    let script =
        |seen: &Seen| if seen.method == "PUT" { Answer::refusal(2002, "Invalid parameter") } else { key("the-only-one", 100 * HOUR) };
    let (world, guard) = world(script).await;
    let mut subscriber = guard.subscribe();
    pass(&world, HALF_AN_HOUR).await;
    assert_eq!((requests(&world).len(), current(&guard)), (3, ("the-only-one".into(), 1)));
    world.drive(guard.close()).await.expect("closed");
    assert!(subscriber.changed().await.is_none());
}

#[tokio::test]
async fn a_failed_replacement_is_told_and_tried_again_after_longer_and_longer_pauses() {
    let (world, guard) = world(keys(|seen| seen.method == "PUT" || (1..9).contains(&seen.earlier))).await;
    let mut subscriber = guard.subscribe();
    pass(&world, HALF_AN_HOUR).await;
    let mut tried = 3;
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
        assert_eq!(requests(&world).len(), tried);
        let trouble = guard.current().trouble.expect("not mended yet");
        assert_eq!(trouble.operation().id, "create_listen_key");
        assert!(trouble.is_invalid_request());
        assert_eq!(current(&guard), ("key-1".into(), 1));
        pass(&world, Duration::from_secs(seconds) - Duration::from_millis(1)).await;
        assert_eq!(requests(&world).len(), tried, "after less than {seconds} seconds");
        pass(&world, Duration::from_millis(1)).await;
        tried += 2;
    }
    assert!(guard.current().trouble.is_none());
    assert_eq!(subscriber.changed().await.expect("open").generation, 2);
    pass(&world, HALF_AN_HOUR - MINUTE).await;
    assert_eq!(requests(&world).len(), tried, "back to half an hour");
}

#[tokio::test]
async fn a_renewal_that_works_again_ends_the_trouble_without_another_key() {
    let (world, guard) = world(keys(|seen| seen.earlier == 1 && seen.method == "POST" || seen.earlier == 0 && seen.method == "PUT")).await;
    pass(&world, HALF_AN_HOUR).await;
    assert!(guard.current().trouble.is_some());
    pass(&world, Duration::from_secs(1)).await;
    assert!(guard.current().trouble.is_none());
    assert_eq!(current(&guard), ("key-1".into(), 1));
}

#[tokio::test]
async fn a_machine_that_slept_renews_as_soon_as_it_looks_at_the_clock() {
    let (world, guard) = world(keys(|_| false)).await;
    pass(&world, MINUTE).await;
    world.time.step_wall(2 * 3_600_000);
    know_the_time(&world).await;
    pass(&world, Duration::from_secs(15)).await;
    assert_eq!(requests(&world), ["POST ", "PUT key-1"]);
    assert!(guard.current().expires.as_millis() > START + 2 * 3_600_000);
    pass(&world, HALF_AN_HOUR - MINUTE).await;
    assert_eq!(requests(&world).len(), 2, "the next one is half an hour later");
}

#[tokio::test]
async fn a_wall_clock_that_is_set_back_delays_no_renewal() {
    let (world, _guard) = world(keys(|_| false)).await;
    world.time.step_wall(-2 * 3_600_000);
    know_the_time(&world).await;
    pass(&world, HALF_AN_HOUR).await;
    assert_eq!(requests(&world).len(), 2);
}

#[tokio::test]
async fn closing_closes_the_key_at_the_exchange_and_ends_the_subscribers() {
    let (world, guard) = world(keys(|_| false)).await;
    let mut subscriber = guard.subscribe();
    world.drive(guard.close()).await.expect("closed");
    assert!(subscriber.changed().await.is_none());
    until(|| world.time.sleepers() == 0).await;
    world.time.advance(HALF_AN_HOUR);
    assert_eq!(requests(&world), ["POST ", "DELETE key-1"]);
}

#[tokio::test]
async fn closing_closes_the_key_that_took_the_place_of_the_first() {
    let (world, guard) = world(keys(|seen| seen.method == "PUT")).await;
    pass(&world, HALF_AN_HOUR).await;
    world.drive(guard.close()).await.expect("closed");
    assert_eq!(requests(&world).last().map(String::as_str), Some("DELETE key-2"));
}

#[tokio::test]
async fn closing_says_if_the_exchange_could_not_be_told() {
    let (world, guard) = world(keys(|seen| seen.method == "DELETE")).await;
    let mut subscriber = guard.subscribe();
    assert!(world.drive(guard.close()).await.expect_err("refused").is_invalid_request());
    assert!(subscriber.changed().await.is_none());
}

#[tokio::test]
async fn dropping_closes_in_the_background() {
    let (world, guard) = world(keys(|_| false)).await;
    drop(guard);
    world.server.until_seen(LISTEN_KEY, 2).await;
    assert_eq!(requests(&world), ["POST ", "DELETE key-1"]);
    until(|| world.time.sleepers() == 0).await;
}

#[test]
fn dropping_outside_of_a_runtime_is_no_panic() {
    let runtime = venue_test_support::runtime();
    let (_world, guard) = runtime.block_on(world(keys(|_| false)));
    drop(guard);
}

#[tokio::test]
async fn no_guard_without_a_key() {
    let world = World::with(|_| Answer::refusal(3006, "Permission denied"), |client| client.retry(RetryPolicy::never())).await;
    assert!(world.client.account().start_listen_key().await.expect_err("refused").is_permission());
}

#[tokio::test]
async fn nothing_that_prints_a_guard_prints_the_key() {
    let (_world, guard) = world(|_| key("never-print-this", HOUR)).await;
    let subscriber = guard.subscribe();
    let printed = format!("{guard:?} {guard:#?} {subscriber:?} {:?} {:#?}", guard.current(), subscriber.current());
    assert!(!printed.contains("never-print-this"), "{printed}");
}

#[tokio::test]
async fn a_key_that_is_not_good_for_long_is_renewed_in_time() {
    let (world, guard) = world(|seen: &Seen| match &*seen.method {
        "POST" => key("key-1", HOUR / 12),
        _ => Answer::ok(&json!({})),
    })
    .await;
    pass(&world, 3 * MINUTE).await;
    assert_eq!(requests(&world), ["POST ", "PUT key-1"], "after half of its five minutes");
    drop(guard);
}
