//! What is tried again, and when.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use sixmm_ext::types::{KlineInterval, MarginModeCode, OrderId, UserAsset};
use sixmm_ext::{CallOptions, Error, NewOrder, ReconcilePolicy, RetryBudget, RetryPolicy};

use crate::support::{ASSET, Answer, ORDER, PLACE, Seen, World, asset};

/// Fails in this way at first, and succeeds from the attempt with this number on.
fn well_from(attempt: usize, failure: impl Fn() -> Answer + Send + Sync + 'static) -> impl Fn(&Seen) -> Answer + Send + Sync + 'static {
    move |seen| if seen.earlier + 1 < attempt { failure() } else { asset() }
}

async fn balance(world: &World, options: CallOptions) -> Result<UserAsset, Error> {
    world.drive(world.client.account().asset().options(options).send()).await
}

const NOTHING: CallOptions = CallOptions::new();

#[tokio::test]
async fn a_query_is_repeated_until_the_fourth_attempt() {
    for failure in [
        Answer::closed,
        || Answer::of_type(502, "text/html", "<html>"),
        || Answer::refusal(5001, "Internal server error"),
        || Answer::refusal(5002, "Service temporarily unavailable"),
        || Answer::refusal(5003, "Too many requests"),
    ] {
        let world = World::new(well_from(4, failure)).await;
        balance(&world, NOTHING).await.expect("well at the fourth attempt");
        assert_eq!(world.server.seen_at(ASSET).len(), 4);
        let world = World::new(well_from(5, failure)).await;
        assert_eq!(balance(&world, NOTHING).await.expect_err("not well enough").attempts(), 4);
    }
}

#[tokio::test]
async fn what_will_fail_again_is_not_repeated() {
    for code in [1001, 1003, 2001, 3001, 3006, 7777] {
        let world = World::new(move |_| Answer::refusal(code, "no")).await;
        balance(&world, NOTHING).await.expect_err("refused");
        assert_eq!(world.server.seen_at(ASSET).len(), 1, "{code}");
    }
}

#[tokio::test]
async fn what_leaves_the_same_state_a_second_time_is_repeated_like_a_query() {
    let world = World::new(|seen| if seen.earlier == 0 { Answer::closed() } else { Answer::ok(&json!({})) }).await;
    world.drive(world.client.positions().set_margin_mode("BTCUSDT", MarginModeCode::Cross).send()).await.expect("the second attempt");
    assert_eq!(world.server.seen().len(), 2);
}

#[tokio::test]
async fn what_makes_another_one_each_time_is_sent_once() {
    let world = World::logged_in(|_| Answer::closed()).await;
    let error = world.drive(world.client.api_keys().create("bot").send()).await.expect_err("lost");
    assert!(error.is_unknown_outcome() && !error.is_retryable());
    assert_eq!(world.server.seen_at("/v1/private/user/api-key/create").len(), 1);
}

#[tokio::test]
async fn an_order_that_was_turned_away_is_sent_again_and_one_that_may_have_arrived_is_not() {
    let script = |seen: &Seen| match (&*seen.path, seen.earlier) {
        (PLACE, 0) => Answer::refusal(5003, "Too many requests"),
        (PLACE, _) => Answer::closed(),
        (ORDER, _) => Answer::refusal(3003, "Order not found"),
        _ => asset(),
    };
    let world = World::new(script).await;
    let outcome = world.drive(world.client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send()).await;
    assert!(outcome.unknown().is_some());
    assert_eq!(world.server.seen_at(PLACE).len(), 2);
}

/// How often the client sends each of four order writes before the first lookup, if every response is this one: placing, amending,
/// cancelling, placing a batch. Reconciliation, which sends a cancellation again, begins with a lookup.
async fn writes_sent(answer: impl Fn() -> Answer + Send + Sync + 'static) -> Vec<usize> {
    let single_lookup = ReconcilePolicy::default().timeout(Duration::ZERO);
    let world =
        World::with(move |_| answer(), |client| client.retry_budget(RetryBudget::unlimited()).reconcile_policy(single_lookup)).await;
    let orders = world.client.orders();
    let market = || NewOrder::buy("BTCUSDT", 1).market();
    world
        .drive(async {
            let _ = orders.place(market()).send().await;
            let _ = orders.amend("BTCUSDT", "7").total_quantity(1).send().await;
            let _ = orders.cancel("BTCUSDT", OrderId::from("7")).send().await;
            let _ = orders.place_batch([market()]).send().await;
        })
        .await;
    let writes = ["place", "move", "cancel", "batch-place"].map(|name| format!("{ORDER}/{name}"));
    let seen = world.server.seen();
    let attempts = |path: &String| seen.iter().skip_while(|seen| seen.path != *path).take_while(|seen| seen.path == *path).count();
    writes.iter().map(attempts).collect()
}

#[tokio::test]
async fn an_order_write_is_sent_again_after_code_5003_and_no_other_answer() {
    let refusal = |status: u16, code: i64| move || Answer::json(status, &json!({ "code": code, "message": "no" }));
    for status in [200, 400, 429] {
        assert_eq!(writes_sent(refusal(status, 5003)).await, [4; 4], "HTTP {status}, code 5003");
    }
    for (status, code) in
        [(429, 3004), (200, 3004), (429, 3001), (429, 2002), (408, 2001), (425, 5001), (503, 5003), (500, 3004), (200, 7777)]
    {
        assert_eq!(writes_sent(refusal(status, code)).await, [1; 4], "HTTP {status}, code {code}");
    }
    for status in [408, 425, 429, 502] {
        assert_eq!(writes_sent(move || Answer::of_type(status, "text/html", "<html>")).await, [1; 4], "HTTP {status}");
    }
}

#[tokio::test]
async fn an_order_write_is_not_sent_again_after_a_code_5003_that_brings_an_order_along() {
    for data in [json!({ "orderId": "7", "status": "NEW" }), json!([{ "orderId": "7" }]), json!({ "results": [] })] {
        let answer = json!({ "code": 5003, "message": "Too many requests", "data": data });
        assert_eq!(writes_sent(move || Answer::json(200, &answer)).await, [1; 4], "{data}");
    }
}

#[tokio::test]
async fn a_read_is_repeated_after_408_and_425() {
    for status in [408, 425] {
        let world = World::new(well_from(3, move || Answer::of_type(status, "text/html", "<html>"))).await;
        balance(&world, NOTHING).await.expect("well at the third attempt");
        assert_eq!(world.server.seen_at(ASSET).len(), 3, "HTTP {status}");
    }
}

#[tokio::test]
async fn an_error_says_that_the_retry_budget_is_exhausted() {
    let none = |client: sixmm_ext::ClientBuilder| client.retry_budget(RetryBudget::new(0, 1));
    let world = World::with(|_| Answer::refusal(5002, "busy"), none).await;
    let words = "; no further attempt was made: the client's retry budget is exhausted, because many of its calls are failing";
    let read = balance(&world, NOTHING).await.expect_err("no retry");
    assert!(read.to_string().ends_with(words), "{read}");
    let world = World::with(|_| Answer::refusal(5003, "Too many requests"), none).await;
    let placed = world.drive(world.client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send()).await;
    let error = placed.rejected().expect("refused");
    assert!(error.to_string().ends_with(words), "{error}");
    let klines = world.client.market().klines("BTCUSDT", KlineInterval::OneMinute).send().await.expect_err("no retry");
    assert!(klines.to_string().ends_with(words), "{klines}");
}

#[tokio::test]
async fn every_attempt_is_signed_anew_with_a_new_timestamp() {
    let world = World::new(|_| Answer::refusal(5002, "Service temporarily unavailable")).await;
    balance(&world, CallOptions::new().retry(RetryPolicy::new().max_attempts(6))).await.expect_err("never well");
    let seen = world.server.seen_at(ASSET);
    let timestamps: Vec<_> = seen.iter().map(Seen::timestamp).collect();
    let signatures: BTreeSet<_> = seen.iter().filter_map(|seen| seen.parameter("signature").map(str::to_owned)).collect();
    assert!(timestamps.is_sorted_by(|one, next| one < next), "{timestamps:?}");
    assert_eq!((seen.len(), signatures.len()), (6, 6));
}

#[tokio::test]
async fn the_signature_follows_the_wait_and_not_the_other_way_round() {
    let world = World::new(well_from(2, || Answer::refusal(5002, "busy").header("Retry-After", "9"))).await;
    balance(&world, NOTHING).await.expect("well again");
    let seen = world.server.seen_at(ASSET);
    assert!(seen[1].timestamp() - seen[0].timestamp() >= 9000);
}

#[tokio::test]
async fn retry_after_is_honoured() {
    for (status, code) in [(200, 5002), (200, 5003), (429, 5003), (503, 5002)] {
        let busy = move || Answer::json(status, &json!({ "code": code, "message": "later" })).header("Retry-After", "7");
        let world = World::new(well_from(2, busy)).await;
        balance(&world, NOTHING).await.expect("well again");
        assert!(world.now() >= Duration::from_secs(7) && world.now() < Duration::from_secs(8), "{status} {code}: {:?}", world.now());
    }
}

#[tokio::test]
async fn a_pause_that_is_longer_than_the_call_may_take_ends_it_at_once() {
    let world = World::new(|_| Answer::refusal(5002, "busy").header("Retry-After", "31")).await;
    let error = balance(&world, NOTHING).await.expect_err("too late");
    assert_eq!((error.attempts(), world.now()), (1, Duration::ZERO));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn the_whole_call_has_one_deadline_over_all_attempts_and_pauses() {
    let patient = RetryPolicy::new().max_attempts(u32::MAX);
    let world = World::with(|_| Answer::refusal(5002, "busy"), |client| client.retry(patient).retry_budget(RetryBudget::unlimited())).await;
    let error = balance(&world, CallOptions::new().timeout(Duration::from_secs(12))).await.expect_err("never well");
    assert!(world.now() <= Duration::from_secs(12) && error.attempts() > 5, "{:?}, {} attempts", world.now(), error.attempts());
}

#[tokio::test]
async fn an_outage_of_a_thousand_calls_is_not_answered_with_a_storm() {
    let world =
        World::with(|_| Answer::of_type(503, "text/html", "<html>"), |client| client.quotas(sixmm_ext::quotas::Quotas::unlimited())).await;
    for _ in 0..1000 {
        balance(&world, NOTHING).await.expect_err("down");
    }
    let attempts = world.server.seen_at(ASSET).len();
    println!("1000 calls in an outage, {attempts} attempts");
    assert_eq!(attempts, 1010, "a hundred tokens are ten retries");
}

#[tokio::test]
async fn after_an_outage_successes_pay_for_retries_again() {
    let script = |seen: &Seen| if seen.earlier < 100 { Answer::closed() } else { asset() };
    let world = World::with(script, |client| client.quotas(sixmm_ext::quotas::Quotas::unlimited())).await;
    for _ in 0..90 {
        balance(&world, NOTHING).await.expect_err("down");
    }
    assert_eq!(world.server.seen_at(ASSET).len(), 100, "ten of them retried");
    for _ in 0..10 {
        balance(&world, NOTHING).await.expect("well again");
    }
    world.server.until_seen(ASSET, 110).await;
    assert_eq!(world.server.seen_at(ASSET).len(), 110);
}

#[tokio::test]
async fn a_calls_options_override_the_clients() {
    let busy = |_: &Seen| Answer::refusal(5002, "busy");
    let world = World::with(busy, |client| client.retry(RetryPolicy::never())).await;
    assert_eq!(balance(&world, NOTHING).await.expect_err("busy").attempts(), 1);
    let more = CallOptions::new().retry(RetryPolicy::new().max_attempts(3));
    assert_eq!(balance(&world, more).await.expect_err("busy").attempts(), 3);
    let world = World::new(busy).await;
    assert_eq!(balance(&world, CallOptions::new().no_retry()).await.expect_err("busy").attempts(), 1);
}

#[tokio::test]
async fn a_calls_timeouts_override_the_clients() {
    let script = |seen: &Seen| if seen.earlier == 0 { asset() } else { Answer::silence() };
    let world = World::with(script, |client| client.timeout(Duration::from_secs(3600)).attempt_timeout(Duration::from_secs(3600))).await;
    balance(&world, NOTHING).await.expect("well so far");
    // Whoever waits for the clock of the machine waits for this one.
    tokio::time::pause();
    let before = tokio::time::Instant::now();
    let options = CallOptions::new().attempt_timeout(Duration::from_secs(2)).no_retry();
    assert!(balance(&world, options).await.expect_err("silence").is_timeout());
    let after = before.elapsed();
    assert!(after >= Duration::from_secs(2) && after < Duration::from_secs(3), "{after:?}");
}
