//! Retries: which requests are retried after which failures, and when.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use sixmm_ext::types::{KlineInterval, MarginModeCode, OrderId, UserAsset};
use sixmm_ext::{CallOptions, Error, NewOrder, ReconcilePolicy, RetryBudget, RetryPolicy};

use crate::support::{ASSET, Harness, MockResponse, ORDER, PLACE, RecordedRequest, asset};

/// An exchange that sends this failure, and a success from the attempt with this number on.
fn fails_before_attempt(
    attempt: usize,
    failure: impl Fn() -> MockResponse + Send + Sync + 'static,
) -> impl Fn(&RecordedRequest) -> MockResponse + Send + Sync + 'static {
    move |request| if request.earlier + 1 < attempt { failure() } else { asset() }
}

async fn balance(harness: &Harness, options: CallOptions) -> Result<UserAsset, Error> {
    harness.drive(harness.client.account().asset().options(options).send()).await
}

const DEFAULT_OPTIONS: CallOptions = CallOptions::new();

#[tokio::test]
async fn a_query_has_at_most_four_attempts() {
    for failure in [
        MockResponse::closed,
        || MockResponse::of_type(502, "text/html", "<html>"),
        || MockResponse::refusal(5001, "Internal server error"),
        || MockResponse::refusal(5002, "Service temporarily unavailable"),
        || MockResponse::refusal(5003, "Too many requests"),
    ] {
        let harness = Harness::new(fails_before_attempt(4, failure)).await;
        balance(&harness, DEFAULT_OPTIONS).await.expect("a success at the fourth attempt");
        assert_eq!(harness.server.seen_at(ASSET).len(), 4);
        let harness = Harness::new(fails_before_attempt(5, failure)).await;
        assert_eq!(balance(&harness, DEFAULT_OPTIONS).await.expect_err("four failures").attempts(), 4);
    }
}

#[tokio::test]
async fn a_request_with_a_permanent_failure_is_not_retried() {
    for code in [1001, 1003, 2001, 3001, 3006, 7777] {
        let harness = Harness::new(move |_| MockResponse::refusal(code, "no")).await;
        balance(&harness, DEFAULT_OPTIONS).await.expect_err("rejected");
        assert_eq!(harness.server.seen_at(ASSET).len(), 1, "{code}");
    }
}

#[tokio::test]
async fn an_idempotent_request_is_retried_like_a_query() {
    let harness = Harness::new(|request| if request.earlier == 0 { MockResponse::closed() } else { MockResponse::ok(&json!({})) }).await;
    harness.drive(harness.client.positions().set_margin_mode("BTCUSDT", MarginModeCode::Cross).send()).await.expect("the second attempt");
    assert_eq!(harness.server.seen().len(), 2);
}

#[tokio::test]
async fn a_request_that_is_not_idempotent_is_sent_once() {
    let harness = Harness::logged_in(|_| MockResponse::closed()).await;
    let error = harness.drive(harness.client.api_keys().create("bot").send()).await.expect_err("lost");
    assert!(error.is_unknown_outcome() && !error.is_retryable());
    assert_eq!(harness.server.seen_at("/v1/private/user/api-key/create").len(), 1);
}

#[tokio::test]
async fn an_order_is_sent_again_after_a_certain_rejection_and_not_if_it_may_have_arrived() {
    let script = |request: &RecordedRequest| match (&*request.path, request.earlier) {
        (PLACE, 0) => MockResponse::refusal(5003, "Too many requests"),
        (PLACE, _) => MockResponse::closed(),
        (ORDER, _) => MockResponse::refusal(3003, "Order not found"),
        _ => asset(),
    };
    let harness = Harness::new(script).await;
    let outcome = harness.drive(harness.client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send()).await;
    assert!(outcome.unknown().is_some());
    assert_eq!(harness.server.seen_at(PLACE).len(), 2);
}

/// How often the client sends each of four order writes before the first lookup, if every response is this one: placing, amending,
/// cancelling, placing a batch. Reconciliation, which sends a cancellation again, begins with a lookup.
async fn writes_sent(response: impl Fn() -> MockResponse + Send + Sync + 'static) -> Vec<usize> {
    let single_lookup = ReconcilePolicy::default().timeout(Duration::ZERO);
    let harness =
        Harness::with(move |_| response(), |client| client.retry_budget(RetryBudget::unlimited()).reconcile_policy(single_lookup)).await;
    let orders = harness.client.orders();
    let market = || NewOrder::buy("BTCUSDT", 1).market();
    harness
        .drive(async {
            let _ = orders.place(market()).send().await;
            let _ = orders.amend("BTCUSDT", "7").total_quantity(1).send().await;
            let _ = orders.cancel("BTCUSDT", OrderId::from("7")).send().await;
            let _ = orders.place_batch([market()]).send().await;
        })
        .await;
    let writes = ["place", "move", "cancel", "batch-place"].map(|name| format!("{ORDER}/{name}"));
    let seen = harness.server.seen();
    let attempts = |path: &String| seen.iter().skip_while(|seen| seen.path != *path).take_while(|seen| seen.path == *path).count();
    writes.iter().map(attempts).collect()
}

#[tokio::test]
async fn an_order_write_is_sent_again_only_after_code_5003() {
    let refusal = |status: u16, code: i64| move || MockResponse::json(status, &json!({ "code": code, "message": "no" }));
    for status in [200, 400, 429] {
        assert_eq!(writes_sent(refusal(status, 5003)).await, [4; 4], "HTTP {status}, code 5003");
    }
    for (status, code) in
        [(429, 3004), (200, 3004), (429, 3001), (429, 2002), (408, 2001), (425, 5001), (503, 5003), (500, 3004), (200, 7777)]
    {
        assert_eq!(writes_sent(refusal(status, code)).await, [1; 4], "HTTP {status}, code {code}");
    }
    for status in [408, 425, 429, 502] {
        assert_eq!(writes_sent(move || MockResponse::of_type(status, "text/html", "<html>")).await, [1; 4], "HTTP {status}");
    }
}

#[tokio::test]
async fn an_order_write_is_not_sent_again_after_code_5003_with_an_order() {
    for data in [json!({ "orderId": "7", "status": "NEW" }), json!([{ "orderId": "7" }]), json!({ "results": [] })] {
        let answer = json!({ "code": 5003, "message": "Too many requests", "data": data });
        assert_eq!(writes_sent(move || MockResponse::json(200, &answer)).await, [1; 4], "{data}");
    }
}

#[tokio::test]
async fn a_query_is_retried_after_408_and_425() {
    for status in [408, 425] {
        let harness = Harness::new(fails_before_attempt(3, move || MockResponse::of_type(status, "text/html", "<html>"))).await;
        balance(&harness, DEFAULT_OPTIONS).await.expect("a success at the third attempt");
        assert_eq!(harness.server.seen_at(ASSET).len(), 3, "HTTP {status}");
    }
}

#[tokio::test]
async fn an_error_reports_an_exhausted_retry_budget() {
    let none = |client: sixmm_ext::ClientBuilder| client.retry_budget(RetryBudget::new(0, 1));
    let harness = Harness::with(|_| MockResponse::refusal(5002, "busy"), none).await;
    let words = "; this call made no further attempt: the client's retry budget is exhausted, because many of its calls are failing";
    let read = balance(&harness, DEFAULT_OPTIONS).await.expect_err("no retry");
    assert!(read.to_string().ends_with(words), "{read}");
    let harness = Harness::with(|_| MockResponse::refusal(5003, "Too many requests"), none).await;
    let placed = harness.drive(harness.client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send()).await;
    let error = placed.rejected().expect("refused");
    assert!(error.to_string().ends_with(words), "{error}");
    let klines = harness.client.market().klines("BTCUSDT", KlineInterval::OneMinute).send().await.expect_err("no retry");
    assert!(klines.to_string().ends_with(words), "{klines}");
}

#[tokio::test]
async fn every_attempt_has_a_new_timestamp_and_signature() {
    let harness = Harness::new(|_| MockResponse::refusal(5002, "Service temporarily unavailable")).await;
    balance(&harness, CallOptions::new().retry(RetryPolicy::new().max_attempts(6))).await.expect_err("never well");
    let request = harness.server.seen_at(ASSET);
    let timestamps: Vec<_> = request.iter().map(RecordedRequest::timestamp).collect();
    let signatures: BTreeSet<_> = request.iter().filter_map(|request| request.parameter("signature").map(str::to_owned)).collect();
    assert!(timestamps.is_sorted_by(|one, next| one < next), "{timestamps:?}");
    assert_eq!((request.len(), signatures.len()), (6, 6));
}

#[tokio::test]
async fn a_request_is_signed_after_its_quota_wait() {
    let harness = Harness::new(fails_before_attempt(2, || MockResponse::refusal(5002, "busy").header("Retry-After", "9"))).await;
    balance(&harness, DEFAULT_OPTIONS).await.expect("well again");
    let request = harness.server.seen_at(ASSET);
    assert!(request[1].timestamp() - request[0].timestamp() >= 9000);
}

#[tokio::test]
async fn the_pause_before_a_retry_is_at_least_retry_after() {
    for (status, code) in [(200, 5002), (200, 5003), (429, 5003), (503, 5002)] {
        let busy = move || MockResponse::json(status, &json!({ "code": code, "message": "later" })).header("Retry-After", "7");
        let harness = Harness::new(fails_before_attempt(2, busy)).await;
        balance(&harness, DEFAULT_OPTIONS).await.expect("well again");
        assert!(harness.now() >= Duration::from_secs(7) && harness.now() < Duration::from_secs(8), "{status} {code}: {:?}", harness.now());
    }
}

#[tokio::test]
async fn a_call_ends_at_once_if_the_pause_exceeds_its_deadline() {
    let harness = Harness::new(|_| MockResponse::refusal(5002, "busy").header("Retry-After", "31")).await;
    let error = balance(&harness, DEFAULT_OPTIONS).await.expect_err("too late");
    assert_eq!((error.attempts(), harness.now()), (1, Duration::ZERO));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn one_deadline_applies_to_all_attempts_and_pauses_of_a_call() {
    let patient = RetryPolicy::new().max_attempts(u32::MAX);
    let harness =
        Harness::with(|_| MockResponse::refusal(5002, "busy"), |client| client.retry(patient).retry_budget(RetryBudget::unlimited())).await;
    let error = balance(&harness, CallOptions::new().timeout(Duration::from_secs(12))).await.expect_err("never well");
    assert!(harness.now() <= Duration::from_secs(12) && error.attempts() > 5, "{:?}, {} attempts", harness.now(), error.attempts());
}

#[tokio::test]
async fn the_retry_budget_limits_the_retries_of_a_thousand_failing_calls() {
    let harness = Harness::with(
        |_| MockResponse::of_type(503, "text/html", "<html>"),
        |client| client.quotas(sixmm_ext::quotas::Quotas::unlimited()),
    )
    .await;
    for _ in 0..1000 {
        balance(&harness, DEFAULT_OPTIONS).await.expect_err("down");
    }
    let attempts = harness.server.seen_at(ASSET).len();
    println!("1000 calls in an outage, {attempts} attempts");
    assert_eq!(attempts, 1010, "a hundred tokens allow ten retries");
}

#[tokio::test]
async fn successes_after_an_outage_refill_the_retry_budget() {
    let script = |request: &RecordedRequest| if request.earlier < 100 { MockResponse::closed() } else { asset() };
    let harness = Harness::with(script, |client| client.quotas(sixmm_ext::quotas::Quotas::unlimited())).await;
    for _ in 0..90 {
        balance(&harness, DEFAULT_OPTIONS).await.expect_err("down");
    }
    assert_eq!(harness.server.seen_at(ASSET).len(), 100, "ten of them retried");
    for _ in 0..10 {
        balance(&harness, DEFAULT_OPTIONS).await.expect("well again");
    }
    harness.server.until_seen(ASSET, 110).await;
    assert_eq!(harness.server.seen_at(ASSET).len(), 110);
}

#[tokio::test]
async fn a_calls_options_override_the_clients() {
    let busy = |_: &RecordedRequest| MockResponse::refusal(5002, "busy");
    let harness = Harness::with(busy, |client| client.retry(RetryPolicy::never())).await;
    assert_eq!(balance(&harness, DEFAULT_OPTIONS).await.expect_err("busy").attempts(), 1);
    let more = CallOptions::new().retry(RetryPolicy::new().max_attempts(3));
    assert_eq!(balance(&harness, more).await.expect_err("busy").attempts(), 3);
    let harness = Harness::new(busy).await;
    assert_eq!(balance(&harness, CallOptions::new().no_retry()).await.expect_err("busy").attempts(), 1);
}

#[tokio::test]
async fn a_calls_timeouts_override_the_clients() {
    let script = |request: &RecordedRequest| if request.earlier == 0 { asset() } else { MockResponse::silence() };
    let harness =
        Harness::with(script, |client| client.timeout(Duration::from_secs(3600)).attempt_timeout(Duration::from_secs(3600))).await;
    balance(&harness, DEFAULT_OPTIONS).await.expect("the balance");
    // Every wait of the client uses the time of the test.
    tokio::time::pause();
    let before = tokio::time::Instant::now();
    let options = CallOptions::new().attempt_timeout(Duration::from_secs(2)).no_retry();
    assert!(balance(&harness, options).await.expect_err("silence").is_timeout());
    let after = before.elapsed();
    assert!(after >= Duration::from_secs(2) && after < Duration::from_secs(3), "{after:?}");
}
