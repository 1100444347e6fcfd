//! Quotas of groups of operations. A group slows down after a rate-limit response of the exchange.

use sixmm_api::requests;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use sixmm_ext::{
    CallOptions, NewOrder,
    quotas::{self, Quota, Quotas},
};

use crate::support::{ASSET, Harness, MockResponse, RecordedRequest, asset};

const CANCEL: &str = "/v1/private/order/cancel";

fn per_second(requests: u32) -> Quota {
    Quota::per_second(NonZeroU32::new(requests).expect("not zero"))
}

async fn ask(harness: &Harness, times: usize) {
    for _ in 0..times {
        harness.drive(harness.client.account().asset().send()).await.expect("well");
    }
}

#[tokio::test]
async fn the_default_quota_allows_a_burst_of_twenty_and_then_twenty_per_second() {
    let harness = Harness::new(|_| asset()).await;
    ask(&harness, 20).await;
    assert_eq!(harness.now(), Duration::ZERO);
    ask(&harness, 20).await;
    assert_eq!(harness.now(), Duration::from_secs(1));
    assert_eq!(harness.server.seen_at(ASSET).len(), 40);
}

#[tokio::test]
async fn groups_do_not_wait_for_each_other() {
    let harness = Harness::with(|_| asset(), |client| client.quotas(Quotas::unlimited().group(quotas::ACCOUNT, per_second(1)))).await;
    ask(&harness, 1).await;
    let _ = harness.client.market().version().send().await.expect("another group");
    assert_eq!(harness.now(), Duration::ZERO);
}

#[tokio::test]
async fn a_call_whose_quota_wait_exceeds_its_deadline_is_not_sent() {
    let harness = Harness::with(|_| asset(), |client| client.quotas(Quotas::unlimited().group(quotas::ACCOUNT, per_second(1)))).await;
    ask(&harness, 1).await;
    let call = harness.client.account().asset().options(CallOptions::new().timeout(Duration::from_millis(900)));
    let error = call.send().await.expect_err("no turn in time");
    assert!(error.is_timeout() && error.is_retryable() && error.attempts() == 0, "{error}");
    assert_eq!(harness.server.seen_at(ASSET).len(), 1);
}

#[tokio::test]
async fn code_5003_slows_its_group_down_and_the_group_recovers() {
    let is_busy = Arc::new(AtomicBool::new(true));
    let busy = Arc::clone(&is_busy);
    let script = move |_: &RecordedRequest| {
        if busy.swap(false, Ordering::SeqCst) { MockResponse::refusal(5003, "Too many requests") } else { asset() }
    };
    let harness = Harness::with(script, |client| {
        let one = Quota::per_second(NonZeroU32::new(10).expect("not zero")).burst(NonZeroU32::MIN);
        client.quotas(Quotas::unlimited().group(quotas::ACCOUNT, one))
    })
    .await;
    let seconds_for_ten = async || {
        let before = harness.now();
        ask(&harness, 10).await;
        (harness.now() - before).as_secs_f64()
    };
    let slow = seconds_for_ten().await;
    harness.time.advance(Duration::from_secs(20));
    let recovered = seconds_for_ten().await;
    assert_eq!(harness.observer.of("slow_down"), ["of user_asset (account): None"]);
    assert!(slow > 1.4, "half of the speed at first: {slow}");
    assert!(recovered <= 1.0, "{recovered}");
}

#[tokio::test]
async fn http_429_slows_down_and_its_retry_after_stops_the_group() {
    let script = |request: &RecordedRequest| match request.earlier {
        0 => MockResponse::of_type(429, "text/html", "<html>").header("Retry-After", "5"),
        _ => asset(),
    };
    let harness = Harness::new(script).await;
    let call = harness.client.account().asset().options(CallOptions::new().no_retry());
    assert!(call.send().await.expect_err("too many").is_rate_limited());
    ask(&harness, 1).await;
    assert!(harness.now() >= Duration::from_secs(5) && harness.now() < Duration::from_secs(6), "{:?}", harness.now());
}

#[tokio::test]
async fn cancels_get_through_while_orders_are_paused() {
    let script = |request: &RecordedRequest| match &*request.path {
        CANCEL => MockResponse::ok(&json!({ "status": "CANCELED" })),
        _ => MockResponse::refusal(5003, "Too many requests").header("Retry-After", "3600"),
    };
    let harness = Harness::new(script).await;
    let place = harness.client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).options(CallOptions::new().no_retry());
    assert!(harness.drive(place.send()).await.rejected().expect("refused").is_rate_limited());
    let another = harness.client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send();
    assert!(another.await.rejected().expect("paused").is_timeout());
    for number in 0..60 {
        let _ = harness.client.orders().cancel("BTCUSDT", sixmm_ext::types::OrderId::from(format!("{number}"))).send().await;
    }
    assert_eq!((harness.server.seen_at(CANCEL).len(), harness.now()), (60, Duration::ZERO), "twenty requests, and forty of the reserve");
}

#[tokio::test]
async fn every_clone_and_every_plain_request_share_the_quota() {
    let harness = Harness::new(|_| asset()).await;
    let clone = harness.client.clone();
    for _ in 0..10 {
        clone.account().asset().send().await.expect("well");
        harness.client.send(requests::UserAsset::new()).await.expect("well");
    }
    ask(&harness, 1).await;
    assert_eq!(harness.now(), Duration::from_millis(50));
}

#[tokio::test]
async fn a_lost_cancellation_is_sent_again_every_four_seconds_while_other_reads_use_the_quota_of_its_lookups() {
    // A backlog of 200 reads lasts 9 seconds. A pause between two lookups takes at most 2 seconds, and so does a lookup.
    for reads in [0, 50, 100, 125, 150, 200, 400] {
        let script = |request: &RecordedRequest| match &*request.path {
            CANCEL => MockResponse::closed(),
            ASSET => asset(),
            _ => MockResponse::ok(&json!({ "orderId": "7", "symbol": "BTCUSDT", "status": "NEW" })),
        };
        let harness = Harness::new(script).await;
        harness.client.sync_clock().await.expect("the clock");
        let read = async || drop(harness.client.account().asset().send().await);
        let cancel = async {
            // The reads have reserved their quota at the first turn of the runtime.
            tokio::task::yield_now().await;
            harness.client.orders().cancel("BTCUSDT", sixmm_ext::types::OrderId::from("7")).send().await
        };
        let backlog = futures_util::future::join_all((0..reads).map(|_| read()));
        let outcome = harness.drive(async { futures_util::future::join(backlog, cancel).await.1 }).await;
        assert!(matches!(outcome, sixmm_ext::Outcome::Unknown(_)), "{reads} reads: {outcome:?}");
        let sent: Vec<i64> = harness.server.seen_at(CANCEL).iter().map(RecordedRequest::timestamp).collect();
        let longest = sent.windows(2).map(|pair| pair[1] - pair[0]).max();
        assert!(longest.is_some_and(|longest| longest <= 4000), "{reads} reads: {sent:?}");
        assert!(sent.len() >= 5, "{reads} reads: {sent:?}");
    }
}
