//! A call waits for the server's clock for at most a quarter of its timeout, even if the time endpoint is slow or sends no response.

use sixmm_api::requests;
use std::time::Duration;

use serde_json::json;
use sixmm_ext::types::OrderId;
use sixmm_ext::{CallOptions, Client, NewOrder};

use crate::support::{ASSET, Gate, Harness, MockResponse, PLACE, RecordedRequest, START, asset, yield_until};

const TIME: &str = "/v1/time";
const CANCEL: &str = "/v1/private/order/cancel";

fn exchange(request: &RecordedRequest) -> MockResponse {
    match &*request.path {
        PLACE => MockResponse::ok(&json!({ "orderId": "7", "status": "NEW" })),
        CANCEL => MockResponse::ok(&json!({ "orderId": "7", "status": "CANCELED" })),
        _ => asset(),
    }
}

type Fault = (&'static str, fn() -> MockResponse);

/// The ways in which the time endpoint does not respond in time.
const FAULTS: [Fault; 2] = [("no response", MockResponse::silence), ("incomplete response", drip)];

/// A response that stops after the head and half of the body.
fn drip() -> MockResponse {
    MockResponse::ok(&json!({ "timestamp": 1, "timestampMs": 1000, "iso": "", "timezone": "UTC" })).dripping()
}

async fn harness(timeout: Duration, fault: fn() -> MockResponse) -> Harness {
    let harness = Harness::with(exchange, |client| client.timeout(timeout)).await;
    harness.server.set_time_script(move |_| fault());
    harness
}

async fn cancel(client: &Client) {
    let outcome = client.orders().cancel("BTCUSDT", OrderId::from("7")).send().await;
    assert!(outcome.accepted().is_some(), "{outcome:?}");
}

#[tokio::test]
async fn only_the_first_signed_call_waits_for_the_clock_and_at_most_a_quarter_of_its_timeout() {
    for (name, fault) in FAULTS {
        let harness = harness(Duration::from_secs(3), fault).await;
        harness.drive(cancel(&harness.client)).await;
        assert_eq!(harness.now(), Duration::from_millis(750), "{name}");
        for _ in 0..3 {
            cancel(&harness.client).await;
            let placed = harness.client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send().await;
            assert!(placed.accepted().is_some(), "{name}: {placed:?}");
        }
        assert_eq!(harness.now(), Duration::from_millis(750), "{name}");
        assert_eq!(harness.server.seen_at(CANCEL)[0].timestamp(), START + 750, "{name}: by this machine's clock");
        assert_eq!(harness.server.seen_at(TIME).len(), 1, "{name}");
    }
}

#[tokio::test]
async fn the_timeout_of_a_call_limits_its_wait_for_the_clock() {
    for (seconds, waited) in [(1, 250), (8, 2000), (3600, 5000)] {
        let harness = harness(Duration::from_secs(30), MockResponse::silence).await;
        let options = CallOptions::new().timeout(Duration::from_secs(seconds));
        harness.drive(harness.client.account().asset().options(options).send()).await.expect("by this machine's clock");
        assert_eq!(harness.now(), Duration::from_millis(waited), "{seconds} s");
    }
}

#[tokio::test]
async fn concurrent_calls_each_wait_for_the_clock_for_a_quarter_of_their_own_timeout() {
    let harness = harness(Duration::from_secs(4), MockResponse::silence).await;
    let asset = |seconds| harness.client.account().asset().options(CallOptions::new().timeout(Duration::from_secs(seconds))).send();
    let all = futures_util::future::join3(asset(2), asset(4), asset(20));
    let (two, four, twenty) = harness.drive(all).await;
    assert!(two.is_ok() && four.is_ok() && twenty.is_ok());
    let signed: Vec<i64> = harness.server.seen_at(ASSET).iter().map(|request| request.timestamp() - START).collect();
    // The synchronisation ends after the client's timeout of four seconds.
    assert_eq!(signed, [500, 1000, 4000]);
}

#[tokio::test]
async fn a_plain_request_is_bounded_as_well() {
    let harness = harness(Duration::from_secs(3), MockResponse::silence).await;
    harness.drive(harness.client.send(requests::UserAsset::new())).await.expect("by this machine's clock");
    assert_eq!(harness.now(), Duration::from_millis(750));
}

#[tokio::test]
async fn a_late_response_of_the_clock_is_used_by_later_calls() {
    let harness = Harness::with(exchange, |client| client.timeout(Duration::from_secs(3))).await;
    let gate = Gate::shut();
    let (held, ahead) = (gate.clone(), START + 60_000);
    harness.server.set_time_script(move |_| {
        MockResponse::ok(&json!({ "timestamp": ahead / 1000, "timestampMs": ahead, "iso": "", "timezone": "UTC" })).held_by(&held)
    });
    harness.drive(cancel(&harness.client)).await;
    gate.open();
    yield_until(|| harness.client.clock().needs_sync().is_none()).await;
    cancel(&harness.client).await;
    let signed: Vec<i64> = harness.server.seen_at(CANCEL).iter().map(|request| request.timestamp() - START).collect();
    assert_eq!((signed[0], signed[1] >= 60_000), (750, true), "{signed:?}");
}

#[tokio::test]
async fn a_rejected_timestamp_is_reported_after_a_quarter_of_the_timeout_if_the_clock_cannot_be_read() {
    let late = |_: &RecordedRequest| MockResponse::refusal(2002, "Timestamp outside of tolerance window");
    let harness = Harness::with(late, |client| client.timeout(Duration::from_secs(3))).await;
    harness.client.sync_clock().await.expect("a clock");
    harness.server.set_time_script(|_| MockResponse::silence());
    let placed = harness.drive(harness.client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send()).await;
    assert!(placed.rejected().is_some(), "{placed:?}");
    assert_eq!((harness.now(), harness.server.seen_at(PLACE).len()), (Duration::from_millis(750), 1));
}

#[tokio::test]
async fn a_session_is_used_even_if_the_clock_cannot_be_read() {
    let harness = Harness::logged_in(exchange).await;
    harness.server.set_time_script(|_| MockResponse::silence());
    // After the machine slept, the measured offset of the server's clock is no longer reliable.
    harness.time.step_wall(3_600_000);
    let keys = harness.client.api_keys().list().options(CallOptions::new().timeout(Duration::from_secs(2))).send();
    let _ = harness.drive(keys).await;
    assert_eq!(harness.now(), Duration::from_millis(500));
    assert_eq!(harness.server.seen().iter().filter(|request| request.path.ends_with("/api-key/list")).count(), 1);
}
