//! Timestamps follow the server's clock, and which rejections lead to another attempt.

mod support;

use bitmart_api::operations::{ORDER, SUBMIT_ORDER, WALLET};
use bitmart_api::{Error, Operation};
use serde_json::json;

use support::{MockResponse, TIME, World, call, rejection, success, timestamp};

const OUT_OF_RANGE: &str = "Header X-BM-TIMESTAMP range. Within a minute";
const OUTSIDE_OF_WINDOW: &str = "Header X-BM-TIMESTAMP range. Timestamp for this request is outside of the recvWindow.";

/// The documented rejection of a timestamp.
fn late() -> MockResponse {
    rejection(401, 30007, OUT_OF_RANGE)
}

/// Calls an operation whose first responses are these, followed by successes.
async fn outcome(operation: &'static Operation, responses: Vec<MockResponse>) -> (World, Result<(), Error>) {
    let world = World::new(move |seen| responses.get(seen.earlier).cloned().unwrap_or_else(|| success(&json!({})))).await;
    let auth = world.with_key();
    auth.sync_clock().await.expect("a clock");
    let outcome = call(&auth.client(), operation, Some(&json!({ "symbol": "BTC_USDT" }))).await;
    (world, outcome)
}

/// Checks the number of attempts and of synchronisations, each of which takes five samples. The first synchronisation precedes the call.
async fn check(operation: &'static Operation, responses: Vec<MockResponse>, attempts: usize, synchronisations: usize) {
    let (world, outcome) = outcome(operation, responses).await;
    let numbers = (world.server.seen().len(), world.server.seen_at(TIME).len() / 5 - 1);
    assert_eq!(numbers, (attempts, synchronisations), "{outcome:?}");
}

#[tokio::test]
async fn timestamps_follow_the_clock_of_the_server() {
    let world = World::new(|_| success(&json!({}))).await;
    world.server.be_ahead(-3_600_000);
    let auth = world.with_key();
    call(&auth.client(), &ORDER, Some(&json!({}))).await.expect("a success");
    assert_eq!(timestamp(&world.server.seen()[0]), world.server.now());
    assert_eq!(auth.clock().offset_millis(), -3_600_000);
}

#[tokio::test]
async fn a_timestamp_out_of_range_leads_to_one_synchronisation_and_one_new_attempt() {
    for message in [OUT_OF_RANGE, OUTSIDE_OF_WINDOW] {
        let (world, outcome) = outcome(&SUBMIT_ORDER, vec![rejection(401, 30007, message)]).await;
        outcome.expect("the second attempt succeeds");
        let seen = world.server.seen();
        assert_eq!(seen.len(), 2);
        assert!(timestamp(&seen[0]) < timestamp(&seen[1]));
        assert_ne!(seen[0].header("x-bm-sign"), seen[1].header("x-bm-sign"), "each attempt is signed again");
        assert_eq!(seen[0].body, seen[1].body);
        assert_eq!(world.server.seen_at(TIME).len(), 10, "one synchronisation before the call, one after the rejection");
    }
}

#[tokio::test]
async fn a_second_rejected_timestamp_ends_the_call() {
    check(&ORDER, vec![late(), late()], 2, 1).await;
}

#[tokio::test]
async fn an_invalid_window_is_not_repeated_although_its_code_is_the_same() {
    let message = "Param recvWindow must be less than 60000 and greater than 0";
    check(&ORDER, vec![rejection(401, 30007, message)], 1, 0).await;
}

#[tokio::test]
async fn other_authentication_errors_are_not_repeated() {
    for (code, message) in [
        (30005, "Header X-BM-SIGN is wrong"),
        (30006, "Header X-BM-TIMESTAMP is empty"),
        (30008, "Header X-BM-TIMESTAMP invalid format"),
        (30012, "Header X-BM-KEY is forbidden to request it"),
    ] {
        check(&ORDER, vec![rejection(401, code, message)], 1, 0).await;
    }
}

#[tokio::test]
async fn a_write_is_not_repeated_if_the_rejection_contains_more_than_a_rejection() {
    let with_data = MockResponse::json(401, &json!({ "code": 30007, "message": OUT_OF_RANGE, "data": { "order_id": "1223181" } }));
    check(&SUBMIT_ORDER, vec![with_data.clone()], 1, 0).await;
    check(&ORDER, vec![with_data], 2, 1).await;
}

#[tokio::test]
async fn a_rejection_with_the_status_of_a_server_error_is_not_repeated() {
    check(&SUBMIT_ORDER, vec![rejection(503, 30007, OUT_OF_RANGE)], 1, 0).await;
}

#[tokio::test]
async fn a_keyed_call_has_no_timestamp_that_could_be_corrected() {
    check(&WALLET, vec![late()], 1, 0).await;
}

/// How many requests for the server's time one call sends at a client with quotas and retries if each of them has this response.
async fn time_requests(response: MockResponse) -> usize {
    let world = World::with_policy(|_| success(&json!({}))).await;
    world.server.set_time_script(move |_| response.clone());
    let client = world.with_key().client();
    // The call may use this machine's clock if the server's clock is unknown, so that its outcome does not matter here.
    let _outcome = world.drive(call(&client, &ORDER, Some(&json!({})))).await;
    world.server.seen_at(TIME).len()
}

#[tokio::test]
async fn a_request_for_the_servers_time_is_not_repeated() {
    assert_eq!(time_requests(rejection(503, 30014, "Service unavailable")).await, 5, "a synchronisation takes five samples");
}

#[tokio::test]
async fn a_synchronisation_ends_after_too_many_requests_or_a_ban() {
    for response in [
        rejection(429, 30013, "Request too many requests"),
        rejection(418, 30017, "Your account request is temporarily rejected"),
        rejection(200, 30017, "Your account request is temporarily rejected"),
        MockResponse::of_type(418, "text/html", "<html>"),
    ] {
        assert_eq!(time_requests(response).await, 1);
    }
}

#[tokio::test]
async fn requests_for_the_servers_time_do_not_wait_for_a_quota() {
    let world = World::with_policy(|_| success(&json!({}))).await;
    let auth = world.with_key();
    for _ in 0..4 {
        world.drive(auth.sync_clock()).await.expect("a clock");
    }
    assert_eq!((world.server.seen_at(TIME).len(), world.elapsed().as_nanos()), (20, 0));
}

#[tokio::test]
async fn too_many_requests_end_the_call_with_the_reason() {
    let responses = [
        rejection(429, 30013, "Request too many requests"),
        rejection(418, 30017, "Your account request is temporarily rejected due to violation of current limiting rules"),
        MockResponse::of_type(429, "text/html", "<html>"),
        MockResponse::of_type(418, "text/html", "<html>"),
    ];
    for response in responses {
        let (world, outcome) = outcome(&WALLET, vec![response]).await;
        let error = outcome.expect_err("rejected");
        assert!(error.no_retry_reason().is_some_and(|reason| reason.contains("X-BM-RateLimit-Reset")), "{error}");
        assert_eq!(world.server.seen().len(), 1);
    }
}
