//! The guard of a listen key: renewal, replacement and closing of the key over several hours.

use std::time::Duration;

use serde_json::json;
use sixmm_ext::{RetryPolicy, listen_key::ListenKeyGuard};

use crate::support::{Harness, LISTEN_KEY, MockResponse, RecordedRequest, START, yield_until};

const MINUTE: Duration = Duration::from_secs(60);
const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);
/// An hour in milliseconds.
const HOUR: i64 = 3_600_000;

/// An exchange that creates the keys `key-1`, `key-2` and so on, and rejects the requests for which `refuses` returns true.
fn key_exchange(
    refuses: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static,
) -> impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static {
    move |request| {
        if refuses(request) {
            return MockResponse::refusal(2002, "Invalid parameter");
        }
        match &*request.method {
            "POST" => key(&format!("key-{}", request.earlier + 1), if request.earlier == 0 { HOUR } else { 100 * HOUR }),
            _ => MockResponse::ok(&json!({})),
        }
    }
}

/// A response with a key that expires at this number of milliseconds after the start of the test.
fn key(key: &str, until: i64) -> MockResponse {
    MockResponse::ok(&json!({ "listenKey": key, "expireAt": START + until }))
}

/// A harness with a guard. The client does not retry, because the pauses between retries would add to the time of a test.
async fn guarded_harness(script: impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static) -> (Harness, ListenKeyGuard) {
    let harness = Harness::with(script, |client| client.retry(RetryPolicy::never())).await;
    let guard = harness.client.account().start_listen_key().await.expect("a key");
    wait_until_idle(&harness).await;
    (harness, guard)
}

/// Lets the guard run until it waits for its next renewal. The guard waits if a task sleeps for many turns of the runtime. Fewer turns are
/// not enough, because a task that reads the server's clock also sleeps while the response is in flight.
async fn wait_until_idle(harness: &Harness) {
    let turns = std::cell::Cell::new(0);
    yield_until(|| {
        turns.set(if harness.time.sleepers() == 1 { turns.get() + 1 } else { 0 });
        turns.get() == 1_000
    })
    .await;
}

/// Advances the time by this duration, and lets the guard send the requests that are due.
async fn advance(harness: &Harness, duration: Duration) {
    harness.time.advance(duration);
    wait_until_idle(harness).await;
}

/// Reads the server's clock, because `wait_until_idle` cannot distinguish a guard that waits for the clock from a guard that waits for a renewal.
async fn sync_clock(harness: &Harness) {
    harness.client.sync_clock().await.expect("the time of the server");
}

/// The requests that have arrived, each as method and key.
fn requests(harness: &Harness) -> Vec<String> {
    let key = |request: &RecordedRequest| {
        serde_json::from_slice::<serde_json::Value>(&request.body).ok()?["listenKey"].as_str().map(str::to_owned)
    };
    harness.server.seen_at(LISTEN_KEY).iter().map(|request| format!("{} {}", request.method, key(request).unwrap_or_default())).collect()
}

fn current(guard: &ListenKeyGuard) -> (String, u64) {
    let key = guard.current();
    (key.key.expose_secret().to_owned(), key.generation)
}

#[tokio::test]
async fn a_guard_renews_its_key_every_thirty_minutes() {
    let (harness, guard) = guarded_harness(key_exchange(|_| false)).await;
    advance(&harness, HALF_AN_HOUR - Duration::from_millis(1)).await;
    assert_eq!(requests(&harness), ["POST "]);
    advance(&harness, Duration::from_millis(1)).await;
    assert_eq!(requests(&harness), ["POST ", "PUT key-1"]);
    for _ in 0..8 {
        advance(&harness, HALF_AN_HOUR).await;
    }
    assert_eq!(requests(&harness).len(), 10);
    assert_eq!(current(&guard), ("key-1".into(), 1));
    assert_eq!(harness.observer.of("call of renew_listen_key").len(), 9);
}

#[tokio::test]
async fn a_guard_reports_the_expiry_of_its_key() {
    let (harness, guard) = guarded_harness(key_exchange(|_| false)).await;
    assert_eq!(guard.current().expires.as_millis(), START + 3_600_000, "what the exchange says");
    advance(&harness, HALF_AN_HOUR).await;
    assert_eq!(guard.current().expires.as_millis(), START + 5_400_000, "an hour after the renewal");
}

#[tokio::test]
async fn a_failed_renewal_creates_a_new_key_and_notifies_every_subscriber_once() {
    let (harness, guard) = guarded_harness(key_exchange(|request| request.method == "PUT" && request.earlier == 0)).await;
    let mut subscribers = [guard.subscribe(), guard.subscribe()];
    advance(&harness, HALF_AN_HOUR).await;
    assert_eq!(requests(&harness), ["POST ", "PUT key-1", "POST "]);
    for subscriber in &mut subscribers {
        let key = subscriber.changed().await.expect("open");
        assert_eq!((key.key.expose_secret(), key.generation), ("key-2", 2));
    }
    advance(&harness, HALF_AN_HOUR).await;
    assert_eq!(requests(&harness).last().map(String::as_str), Some("PUT key-2"));
    harness.drive(guard.close()).await.expect("closed");
    for subscriber in &mut subscribers {
        assert!(subscriber.changed().await.is_none(), "a renewal is no news");
    }
}

#[tokio::test]
async fn a_new_subscriber_is_notified_only_of_later_keys() {
    let (harness, guard) = guarded_harness(key_exchange(|request| request.method == "PUT")).await;
    advance(&harness, HALF_AN_HOUR).await;
    let mut late = guard.subscribe();
    assert_eq!(late.current().generation, 2);
    advance(&harness, HALF_AN_HOUR).await;
    assert_eq!(late.changed().await.expect("open").generation, 3);
}

#[tokio::test]
async fn no_notification_if_the_exchange_returns_the_same_key_again() {
    let script = |request: &RecordedRequest| {
        if request.method == "PUT" { MockResponse::refusal(2002, "Invalid parameter") } else { key("the-only-one", 100 * HOUR) }
    };
    let (harness, guard) = guarded_harness(script).await;
    let mut subscriber = guard.subscribe();
    advance(&harness, HALF_AN_HOUR).await;
    assert_eq!((requests(&harness).len(), current(&guard)), (3, ("the-only-one".into(), 1)));
    harness.drive(guard.close()).await.expect("closed");
    assert!(subscriber.changed().await.is_none());
}

#[tokio::test]
async fn a_failed_replacement_is_reported_and_retried_with_increasing_pauses() {
    let (harness, guard) = guarded_harness(key_exchange(|request| request.method == "PUT" || (1..9).contains(&request.earlier))).await;
    let mut subscriber = guard.subscribe();
    advance(&harness, HALF_AN_HOUR).await;
    let mut tried = 3;
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
        assert_eq!(requests(&harness).len(), tried);
        let trouble = guard.current().trouble.expect("the replacement still fails");
        assert_eq!(trouble.operation().id, "create_listen_key");
        assert!(trouble.is_invalid_request());
        assert_eq!(current(&guard), ("key-1".into(), 1));
        advance(&harness, Duration::from_secs(seconds) - Duration::from_millis(1)).await;
        assert_eq!(requests(&harness).len(), tried, "after less than {seconds} seconds");
        advance(&harness, Duration::from_millis(1)).await;
        tried += 2;
    }
    assert!(guard.current().trouble.is_none());
    assert_eq!(subscriber.changed().await.expect("open").generation, 2);
    advance(&harness, HALF_AN_HOUR - MINUTE).await;
    assert_eq!(requests(&harness).len(), tried, "back to half an hour");
}

#[tokio::test]
async fn a_successful_renewal_after_failures_keeps_the_key() {
    let (harness, guard) = guarded_harness(key_exchange(|request| {
        request.earlier == 1 && request.method == "POST" || request.earlier == 0 && request.method == "PUT"
    }))
    .await;
    advance(&harness, HALF_AN_HOUR).await;
    assert!(guard.current().trouble.is_some());
    advance(&harness, Duration::from_secs(1)).await;
    assert!(guard.current().trouble.is_none());
    assert_eq!(current(&guard), ("key-1".into(), 1));
}

#[tokio::test]
async fn the_key_is_renewed_at_the_first_check_of_the_clock_after_the_machine_slept() {
    let (harness, guard) = guarded_harness(key_exchange(|_| false)).await;
    advance(&harness, MINUTE).await;
    harness.time.step_wall(2 * 3_600_000);
    sync_clock(&harness).await;
    advance(&harness, Duration::from_secs(15)).await;
    assert_eq!(requests(&harness), ["POST ", "PUT key-1"]);
    assert!(guard.current().expires.as_millis() > START + 2 * 3_600_000);
    advance(&harness, HALF_AN_HOUR - MINUTE).await;
    assert_eq!(requests(&harness).len(), 2, "the next renewal is half an hour later");
}

#[tokio::test]
async fn setting_back_the_wall_clock_does_not_delay_a_renewal() {
    let (harness, _guard) = guarded_harness(key_exchange(|_| false)).await;
    harness.time.step_wall(-2 * 3_600_000);
    sync_clock(&harness).await;
    advance(&harness, HALF_AN_HOUR).await;
    assert_eq!(requests(&harness).len(), 2);
}

#[tokio::test]
async fn closing_closes_the_key_at_the_exchange_and_ends_the_subscribers() {
    let (harness, guard) = guarded_harness(key_exchange(|_| false)).await;
    let mut subscriber = guard.subscribe();
    harness.drive(guard.close()).await.expect("closed");
    assert!(subscriber.changed().await.is_none());
    yield_until(|| harness.time.sleepers() == 0).await;
    harness.time.advance(HALF_AN_HOUR);
    assert_eq!(requests(&harness), ["POST ", "DELETE key-1"]);
}

#[tokio::test]
async fn closing_closes_the_current_key_after_a_replacement() {
    let (harness, guard) = guarded_harness(key_exchange(|request| request.method == "PUT")).await;
    advance(&harness, HALF_AN_HOUR).await;
    harness.drive(guard.close()).await.expect("closed");
    assert_eq!(requests(&harness).last().map(String::as_str), Some("DELETE key-2"));
}

#[tokio::test]
async fn closing_returns_the_error_if_the_exchange_does_not_close_the_key() {
    let (harness, guard) = guarded_harness(key_exchange(|request| request.method == "DELETE")).await;
    let mut subscriber = guard.subscribe();
    assert!(harness.drive(guard.close()).await.expect_err("rejected").is_invalid_request());
    assert!(subscriber.changed().await.is_none());
}

#[tokio::test]
async fn dropping_a_guard_closes_the_key_in_the_background() {
    let (harness, guard) = guarded_harness(key_exchange(|_| false)).await;
    drop(guard);
    harness.server.until_seen(LISTEN_KEY, 2).await;
    assert_eq!(requests(&harness), ["POST ", "DELETE key-1"]);
    yield_until(|| harness.time.sleepers() == 0).await;
}

#[test]
fn dropping_a_guard_outside_of_a_runtime_does_not_panic() {
    let runtime = venue_test_support::runtime();
    let (_harness, guard) = runtime.block_on(guarded_harness(key_exchange(|_| false)));
    drop(guard);
}

#[tokio::test]
async fn a_guard_is_not_created_without_a_key() {
    let harness = Harness::with(|_| MockResponse::refusal(3006, "Permission denied"), |client| client.retry(RetryPolicy::never())).await;
    assert!(harness.client.account().start_listen_key().await.expect_err("rejected").is_permission());
}

#[tokio::test]
async fn the_debug_output_of_a_guard_does_not_contain_the_key() {
    let (_harness, guard) = guarded_harness(|_| key("never-print-this", HOUR)).await;
    let subscriber = guard.subscribe();
    let printed = format!("{guard:?} {guard:#?} {subscriber:?} {:?} {:#?}", guard.current(), subscriber.current());
    assert!(!printed.contains("never-print-this"), "{printed}");
}

#[tokio::test]
async fn a_key_with_a_short_validity_is_renewed_before_its_expiry() {
    let (harness, guard) = guarded_harness(|request: &RecordedRequest| match &*request.method {
        "POST" => key("key-1", HOUR / 12),
        _ => MockResponse::ok(&json!({})),
    })
    .await;
    advance(&harness, 3 * MINUTE).await;
    assert_eq!(requests(&harness), ["POST ", "PUT key-1"], "after half of its five minutes");
    drop(guard);
}
