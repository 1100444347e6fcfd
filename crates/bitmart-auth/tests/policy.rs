//! Quotas and retries of a client with BitMart's policy.

mod support;

use std::time::Duration;

use bitmart_api::operations::{self, ORDER, SUBMIT_ORDER, WALLET, WITHDRAW};
use bitmart_api::reqwest::Method;
use bitmart_api::{Delivery, Error, Operation, Repeatable};
use serde_json::json;

use support::{MockResponse, World, call, rejection, success};

/// Calls an operation whose first responses are these, followed by successes.
async fn outcome(operation: &'static Operation, responses: Vec<MockResponse>) -> (World, Result<(), Error>) {
    let world = World::with_policy(move |seen| responses.get(seen.earlier).cloned().unwrap_or_else(|| success(&json!({})))).await;
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

#[tokio::test]
async fn too_many_requests_delay_the_retry_for_the_length_of_the_window() {
    let (world, outcome) = outcome(&WALLET, vec![too_many_requests()]).await;
    outcome.expect("the second attempt succeeds");
    assert_eq!(world.server.seen().len(), 2);
    assert!(world.elapsed() >= Duration::from_secs(10), "{:?}", world.elapsed());
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
async fn a_ban_ends_the_call() {
    let (world, outcome) = outcome(&WALLET, vec![rejection(418, 30017, "Your account request is temporarily rejected")]).await;
    let error = outcome.expect_err("rejected");
    assert_eq!((error.code(), world.server.seen().len()), (Some(30017), 1));
    assert!(error.no_retry_reason().is_some());
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
