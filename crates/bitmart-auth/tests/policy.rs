//! Quotas and retries of a client with BitMart's policy.

mod support;

use std::time::Duration;

use bitmart_api::operations::{self, CANCEL_ORDER, ORDER, SUBMIT_ORDER, SYSTEM_TIME, WALLET, WITHDRAW};
use bitmart_api::{Delivery, Error, Operation, Repeatable, Veto, VetoKind};
use serde_json::json;
use venue_core::reqwest::Method;
use venue_runtime::{CallOptions, Quotas};

use support::{MockResponse, World, call, rejection, success};

/// An operation without a documented rate limit, which therefore has no quota.
static UNLIMITED: Operation = Operation::new("unlimited", Method::POST, "/unlimited", "", &[], None, Repeatable::Safe, "");

/// Calls an operation whose first responses are these, followed by successes.
async fn outcome(operation: &'static Operation, responses: Vec<MockResponse>) -> (World, Result<(), Error>) {
    let world =
        World::with_policy(move |seen| responses.get(seen.earlier).cloned().unwrap_or_else(|| success(&json!({ "result": true })))).await;
    let client = world.with_key().client();
    let outcome = world.drive(call(&client, operation, Some(&json!({})))).await;
    (world, outcome)
}

fn too_many_requests() -> MockResponse {
    let response = rejection(429, 30013, "Request too many requests");
    response.header("X-BM-RateLimit-Limit", "12").header("X-BM-RateLimit-Remaining", "13").header("X-BM-RateLimit-Reset", "10")
}

#[tokio::test]
async fn the_documented_rate_limit_of_an_operation_is_its_quota() {
    let world = World::with_policy(|_| success(&json!({}))).await;
    let client = world.with_key().client();
    // 12 requests in 2 seconds.
    for _ in 0..13 {
        world.drive(call(&client, &WALLET, None::<&()>)).await.expect("a success");
    }
    assert!(world.elapsed() >= Duration::from_secs(2), "{:?}", world.elapsed());
}

/// Calls an operation that the exchange rejects, and then calls it again without a rejection. Returns the time between the two requests.
async fn pause_after(operation: &'static Operation, rejected: MockResponse) -> Duration {
    let (world, outcome) = outcome(operation, vec![rejected]).await;
    let error = outcome.expect_err("rejected");
    assert!(error.no_retry_reason().is_some(), "{error}");
    assert_eq!((world.server.seen().len(), world.elapsed()), (1, Duration::ZERO), "the call ends at once");
    let options = CallOptions::new().timeout(Duration::from_secs(600));
    let client = world.with_key().client().core().with_options(&options).into();
    world.drive(call(&client, operation, Some(&json!({})))).await.expect("a success after the pause");
    assert_eq!(world.server.seen().len(), 2);
    world.elapsed()
}

#[tokio::test]
async fn too_many_requests_end_the_call_and_the_next_call_waits_for_the_length_of_the_window() {
    assert!(pause_after(&WALLET, too_many_requests()).await >= Duration::from_secs(10));
}

#[tokio::test]
async fn the_length_of_the_window_is_read_without_the_other_headers_and_in_every_form() {
    for reset in ["10", "10.0", "10s", "1e1"] {
        let response = rejection(429, 30013, "Request too many requests").header("X-BM-RateLimit-Reset", reset);
        assert!(pause_after(&WALLET, response).await >= Duration::from_secs(10), "{reset}");
    }
}

#[tokio::test]
async fn without_a_readable_window_the_next_call_waits_for_the_documented_period() {
    // 12 requests in 2 seconds.
    let without_header = || rejection(429, 30013, "Request too many requests");
    for response in [without_header(), without_header().header("X-BM-RateLimit-Reset", "soon"), MockResponse::of_type(429, "text/html", "")]
    {
        let pause = pause_after(&WALLET, response).await;
        assert!((Duration::from_secs(2)..Duration::from_secs(5)).contains(&pause), "{pause:?}");
    }
}

#[tokio::test]
async fn a_very_long_window_stops_cancellations_for_five_documented_periods_only() {
    let period = Duration::from_secs(CANCEL_ORDER.rate_limit.expect("a documented rate limit").seconds.into());
    for reset in ["86400", "4294967295", "1e400"] {
        let response = rejection(429, 30013, "Request too many requests").header("X-BM-RateLimit-Reset", reset);
        let pause = pause_after(&CANCEL_ORDER, response).await;
        assert!((period * 5..period * 6).contains(&pause), "{reset}: {pause:?}");
    }
}

#[tokio::test]
async fn a_write_is_not_repeated_after_too_many_requests() {
    let (world, outcome) = outcome(&SUBMIT_ORDER, vec![too_many_requests()]).await;
    let error = outcome.expect_err("rejected");
    assert_eq!((error.code(), world.server.seen().len()), (Some(30013), 1));
}

/// A second withdrawal, order or transfer would have a second effect, so a call whose outcome is unknown is left to the program.
#[tokio::test]
async fn no_write_is_sent_again_after_a_lost_response_or_a_server_error() {
    let writes = || operations::ALL.iter().copied().filter(|operation| operation.repeatable == Repeatable::Once && !operation.is_removed);
    for operation in writes() {
        for response in [MockResponse::closed(), rejection(503, 30014, "Service unavailable")] {
            let (world, outcome) = outcome(operation, vec![response]).await;
            let error = outcome.expect_err("no success");
            assert_eq!((error.delivery(), world.server.seen().len()), (Delivery::Unknown, 1), "{error}");
        }
    }
    assert!(writes().any(|operation| operation.id == WITHDRAW.id));
}

/// The documentation does not say which operations can be repeated. Only queries are safe, and a query by POST is in this list.
#[test]
fn only_queries_are_repeatable() {
    let queries_by_post =
        ["order", "order_by_client_order_id", "open_orders", "order_history", "trades", "order_trades", "futures_transfers"];
    for operation in operations::ALL {
        let is_query = operation.method == Method::GET || queries_by_post.contains(&operation.id);
        assert_eq!(operation.repeatable, if is_query { Repeatable::Safe } else { Repeatable::Once }, "{operation}");
    }
}

#[tokio::test]
async fn a_ban_ends_the_call_whatever_its_status_is() {
    for status in [200, 418, 429, 503] {
        let (world, outcome) = outcome(&WALLET, vec![rejection(status, 30017, "Your account request is temporarily rejected")]).await;
        let error = outcome.expect_err("rejected");
        assert_eq!((error.code(), world.server.seen().len()), (Some(30017), 1), "{status}");
        assert!(error.no_retry_reason().is_some(), "{status}");
    }
}

#[tokio::test]
async fn after_a_ban_no_operation_is_sent_for_60_seconds() {
    let banned = || rejection(418, 30017, "Your account request is temporarily rejected");
    for response in
        [banned(), rejection(200, 30017, "banned"), rejection(429, 30017, "banned"), MockResponse::of_type(418, "text/html", "")]
    {
        let (world, outcome) = outcome(&WALLET, vec![response]).await;
        outcome.expect_err("rejected");
        let client = world.with_key().client();
        for operation in [&WALLET, &ORDER, &CANCEL_ORDER, &SUBMIT_ORDER, &SYSTEM_TIME, &UNLIMITED] {
            let error = world.drive(call(&client, operation, Some(&json!({})))).await.expect_err("not sent");
            assert!(matches!(error.veto().map(Veto::kind), Some(VetoKind::QuotaUnavailable { .. })), "{error}");
        }
        assert_eq!((world.server.seen().len(), world.elapsed()), (1, Duration::ZERO));
        world.time.advance(Duration::from_secs(60));
        world.drive(call(&client, &WALLET, None::<&()>)).await.expect("a success after the ban");
    }
}

#[tokio::test]
async fn a_ban_also_stops_a_client_without_quotas() {
    let world = World::with_runtime(|runtime| runtime.quotas(Quotas::unlimited()), |_| rejection(418, 30017, "banned")).await;
    let client = world.with_key().client();
    for _ in 0..5 {
        world.drive(call(&client, &WALLET, None::<&()>)).await.expect_err("banned");
    }
    assert_eq!(world.server.seen().len(), 1);
}

#[tokio::test]
async fn maintenance_is_transient_although_its_status_is_200() {
    let maintenance = || rejection(200, 30016, "Service maintenance, the function is temporarily unavailable");
    let (world, outcome_of_read) = outcome(&ORDER, vec![maintenance()]).await;
    outcome_of_read.expect("the second attempt succeeds");
    assert_eq!(world.server.seen().len(), 2);
    let (world, outcome_of_write) = outcome(&SUBMIT_ORDER, vec![maintenance()]).await;
    outcome_of_write.expect_err("a write is not repeated");
    assert_eq!(world.server.seen().len(), 1);
}
