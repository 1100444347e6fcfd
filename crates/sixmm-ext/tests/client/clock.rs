//! A time server that hangs, drips or answers late delays no call by more than a quarter of its time.

use sixmm_api::requests;
use std::time::Duration;

use serde_json::json;
use sixmm_ext::types::OrderId;
use sixmm_ext::{CallOptions, Client, NewOrder};

use crate::support::{ASSET, Answer, Gate, PLACE, START, Seen, World, asset, until};

const TIME: &str = "/v1/time";
const CANCEL: &str = "/v1/private/order/cancel";

fn exchange(seen: &Seen) -> Answer {
    match &*seen.path {
        PLACE => Answer::ok(&json!({ "orderId": "7", "status": "NEW" })),
        CANCEL => Answer::ok(&json!({ "orderId": "7", "status": "CANCELED" })),
        _ => asset(),
    }
}

type Fault = (&'static str, fn() -> Answer);

/// How a time server fails to answer in time.
const FAULTS: [Fault; 2] = [("it hangs", Answer::silence), ("it drips", drip)];

/// The head and half of the body, and then nothing.
fn drip() -> Answer {
    Answer::ok(&json!({ "timestamp": 1, "timestampMs": 1000, "iso": "", "timezone": "UTC" })).dripping()
}

async fn world(timeout: Duration, fault: fn() -> Answer) -> World {
    let world = World::with(exchange, |client| client.timeout(timeout)).await;
    world.server.set_time_script(move |_| fault());
    world
}

async fn cancel(client: &Client) {
    let outcome = client.orders().cancel("BTCUSDT", OrderId::from("7")).send().await;
    assert!(outcome.accepted().is_some(), "{outcome:?}");
}

#[tokio::test]
async fn the_first_signed_call_waits_for_a_quarter_of_its_time_and_no_other_waits() {
    for (name, fault) in FAULTS {
        let world = world(Duration::from_secs(3), fault).await;
        world.drive(cancel(&world.client)).await;
        assert_eq!(world.now(), Duration::from_millis(750), "{name}");
        for _ in 0..3 {
            cancel(&world.client).await;
            let placed = world.client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send().await;
            assert!(placed.accepted().is_some(), "{name}: {placed:?}");
        }
        assert_eq!(world.now(), Duration::from_millis(750), "{name}");
        assert_eq!(world.server.seen_at(CANCEL)[0].timestamp(), START + 750, "{name}: by this machine's clock");
        assert_eq!(world.server.seen_at(TIME).len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_calls_own_timeout_bounds_its_wait_for_the_clock() {
    for (seconds, waited) in [(1, 250), (8, 2000), (3600, 5000)] {
        let world = world(Duration::from_secs(30), Answer::silence).await;
        let options = CallOptions::new().timeout(Duration::from_secs(seconds));
        world.drive(world.client.account().asset().options(options).send()).await.expect("by this machine's clock");
        assert_eq!(world.now(), Duration::from_millis(waited), "{seconds} s");
    }
}

#[tokio::test]
async fn calls_that_wait_together_wait_for_a_quarter_of_their_own_time_each() {
    let world = world(Duration::from_secs(4), Answer::silence).await;
    let asset = |seconds| world.client.account().asset().options(CallOptions::new().timeout(Duration::from_secs(seconds))).send();
    let all = futures_util::future::join3(asset(2), asset(4), asset(20));
    let (two, four, twenty) = world.drive(all).await;
    assert!(two.is_ok() && four.is_ok() && twenty.is_ok());
    let signed: Vec<i64> = world.server.seen_at(ASSET).iter().map(|seen| seen.timestamp() - START).collect();
    // The synchronisation itself ends after the client's timeout, four seconds.
    assert_eq!(signed, [500, 1000, 4000]);
}

#[tokio::test]
async fn a_plain_request_is_bounded_as_well() {
    let world = world(Duration::from_secs(3), Answer::silence).await;
    world.drive(world.client.send(requests::UserAsset::new())).await.expect("by this machine's clock");
    assert_eq!(world.now(), Duration::from_millis(750));
}

#[tokio::test]
async fn an_answer_that_comes_late_counts_for_the_calls_after_it() {
    let world = World::with(exchange, |client| client.timeout(Duration::from_secs(3))).await;
    let gate = Gate::shut();
    let (held, ahead) = (gate.clone(), START + 60_000);
    world.server.set_time_script(move |_| {
        Answer::ok(&json!({ "timestamp": ahead / 1000, "timestampMs": ahead, "iso": "", "timezone": "UTC" })).held_by(&held)
    });
    world.drive(cancel(&world.client)).await;
    gate.open();
    until(|| world.client.clock().needs_sync().is_none()).await;
    cancel(&world.client).await;
    let signed: Vec<i64> = world.server.seen_at(CANCEL).iter().map(|seen| seen.timestamp() - START).collect();
    assert_eq!((signed[0], signed[1] >= 60_000), (750, true), "{signed:?}");
}

#[tokio::test]
async fn a_refused_timestamp_is_reported_after_a_quarter_of_the_calls_time_if_the_clock_cannot_be_read() {
    let late = |_: &Seen| Answer::refusal(2002, "Timestamp outside of tolerance window");
    let world = World::with(late, |client| client.timeout(Duration::from_secs(3))).await;
    world.client.sync_clock().await.expect("a clock");
    world.server.set_time_script(|_| Answer::silence());
    let placed = world.drive(world.client.orders().place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send()).await;
    assert!(placed.rejected().is_some(), "{placed:?}");
    assert_eq!((world.now(), world.server.seen_at(PLACE).len()), (Duration::from_millis(750), 1));
}

#[tokio::test]
async fn a_session_is_used_though_the_clock_cannot_be_read() {
    let world = World::logged_in(exchange).await;
    world.server.set_time_script(|_| Answer::silence());
    // The machine slept: what is known of the server's clock is in doubt.
    world.time.step_wall(3_600_000);
    let keys = world.client.api_keys().list().options(CallOptions::new().timeout(Duration::from_secs(2))).send();
    let _ = world.drive(keys).await;
    assert_eq!(world.now(), Duration::from_millis(500));
    assert_eq!(world.server.seen().iter().filter(|seen| seen.path.ends_with("/api-key/list")).count(), 1);
}
