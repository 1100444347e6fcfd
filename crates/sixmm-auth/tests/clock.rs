//! Timestamps follow the server's clock; one that is refused leads to one synchronisation and one new attempt.

mod support;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sixmm_api::types::{OrderSide, OrderType};
use sixmm_api::{Client, Error, requests};
use sixmm_api::{Veto, VetoKind};
use venue_core::TimeSource as _;

use support::{Answer, Gate, RetryWhenBusy, START, Seen, World, anything, new_key, until};

const OUT_OF_TOLERANCE: &str = "Timestamp outside of tolerance window";
const TIME: &str = "/v1/time";
const ASSET: &str = "/v1/private/user/asset";
const PLACE: &str = "/v1/private/order/place";
const CANCEL: &str = "/v1/private/order/cancel";

async fn place(client: &Client) -> Result<(), Error> {
    client.send(requests::PlaceOrder::new("BTCUSDT", OrderType::Market, OrderSide::Buy).quantity(1)).await.map(drop)
}

/// The code is not documented, the message is.
fn late() -> Answer {
    Answer::refusal(2002, OUT_OF_TOLERANCE)
}

fn signatures(seen: &[Seen]) -> HashSet<&str> {
    seen.iter().map(|seen| seen.parameter("signature").expect("signed")).collect()
}

#[tokio::test]
async fn timestamps_are_the_servers() {
    let world = World::new(|_| anything()).await;
    world.server.be_ahead(-3_600_000);
    let auth = world.with_key();
    let _ = auth.client().send(requests::UserAsset::new()).await;
    assert_eq!(world.server.seen()[0].timestamp(), world.server.now());
    assert_eq!(auth.clock().offset_millis(), -3_600_000);
    let asked = world.server.seen_at(TIME).len();
    let _ = auth.client().send(requests::UserAsset::new()).await;
    assert_eq!(world.server.seen_at(TIME).len(), asked, "once is enough");
}

#[tokio::test]
async fn a_key_has_a_sequence_of_timestamps_for_each_server() {
    let (one, other) = (World::new(|_| anything()).await, World::new(|_| anything()).await);
    let key = new_key();
    for (world, ahead) in [(&one, 12_000), (&other, 0)] {
        world.server.be_ahead(ahead);
        let auth = world.builder().api_key(key.clone()).build();
        let _ = auth.client().send(requests::UserAsset::new()).await;
        assert_eq!(world.server.seen_at(ASSET)[0].timestamp(), world.server.now());
    }
    let again = one.builder().api_key(key).build();
    let _ = again.client().send(requests::UserAsset::new()).await;
    assert!(one.server.seen_at(ASSET)[1].timestamp() > one.server.seen_at(ASSET)[0].timestamp(), "at the same one it goes on");
}

#[tokio::test]
async fn a_refused_timestamp_leads_to_one_synchronisation_and_one_new_attempt() {
    // Even an order: the server refused it before acting on it.
    let world = World::new(|seen| if seen.earlier == 0 { late() } else { anything() }).await;
    let auth = world.with_key();
    auth.sync_clock().await.expect("a clock");
    let asked = world.server.seen_at(TIME).len();
    world.server.be_ahead(60_000);
    let error = place(&auth.client()).await.err();
    assert!(error.is_none_or(|error| error.attempts() == 2));
    let seen = world.server.seen_at(PLACE);
    assert_eq!(seen.len(), 2);
    assert_eq!(world.server.seen_at(TIME).len(), 2 * asked, "one synchronisation");
    assert_eq!(seen[1].timestamp(), world.server.now());
    assert_eq!(signatures(&seen).len(), 2, "each attempt has its own signature");
    assert_eq!(seen[0].body, seen[1].body);
}

#[tokio::test]
async fn there_is_never_a_third_attempt() {
    let world = World::new(|_| late()).await;
    let auth = world.with_key();
    let error = place(&auth.client()).await.expect_err("refused");
    assert_eq!((error.attempts(), error.message()), (2, Some(OUT_OF_TOLERANCE)));
    assert_eq!(world.server.seen_at(PLACE).len(), 2);
    let asked = world.server.seen_at(TIME).len();
    let _ = place(&auth.client()).await;
    assert!(world.server.seen_at(TIME).len() > asked, "the next call does not believe the clock");
}

/// Answers in this order, and then with anything; the number of attempts, and of the times that the clock was asked for, each for five samples.
async fn refused(answers: [fn() -> Answer; 4]) -> (usize, usize) {
    let world = World::new(move |seen| answers.get(seen.earlier).map_or_else(anything, |answer| answer())).await;
    let auth = world.builder().api_key(new_key()).interceptor(Arc::new(RetryWhenBusy)).build();
    auth.sync_clock().await.expect("a clock");
    let asked = world.server.seen_at(TIME).len();
    let _ = auth.client().send(requests::UserAsset::new()).await;
    let seen = world.server.seen_at(ASSET);
    assert_eq!(signatures(&seen).len(), seen.len(), "each attempt has its own signature");
    (seen.len(), world.server.seen_at(TIME).len() / asked - 1)
}

#[tokio::test]
async fn a_call_gets_one_new_attempt_for_a_refused_timestamp_whichever_attempt_it_was() {
    assert_eq!(refused([late, anything, anything, anything]).await, (2, 1));
    assert_eq!(refused([RetryWhenBusy::busy, late, anything, anything]).await, (3, 1), "another interceptor asked for the second attempt");
    assert_eq!(refused([late, late, anything, anything]).await, (2, 1), "never two");
    assert_eq!(refused([late, RetryWhenBusy::busy, late, anything]).await, (3, 1), "not even with another one between them");
    assert_eq!(refused([RetryWhenBusy::busy, late, RetryWhenBusy::busy, late]).await, (4, 1));
}

#[tokio::test]
async fn a_refusal_from_before_a_correction_says_nothing_of_what_came_after_it() {
    let gate = Gate::shut();
    let held = gate.clone();
    let world = World::new(move |seen| match seen.earlier {
        0 => late().held_by(&held),
        1 => late(),
        _ => anything(),
    })
    .await;
    let auth = world.with_key();
    auth.sync_clock().await.expect("a clock");
    let asked = world.server.seen_at(TIME).len();
    let client = auth.client();
    let late = tokio::spawn(async move { client.send(requests::UserAsset::new()).await.err() });
    world.server.until_seen(ASSET, 1).await;
    let _ = auth.client().send(requests::UserAsset::new()).await;
    // However long ago the correction was.
    world.time.advance(Duration::from_secs(300));
    gate.open();
    let error = late.await.expect("no panic");
    assert!(error.is_none_or(|error| error.code().is_none()), "it was sent again");
    assert_eq!(world.server.seen_at(ASSET).len(), 4);
    assert_eq!(world.server.seen_at(TIME).len(), 2 * asked, "one synchronisation");
    assert_eq!(auth.clock().needs_sync(), None);
}

#[tokio::test]
async fn without_a_synchronisation_there_is_no_new_attempt() {
    let world = World::new(|_| late()).await;
    let auth = world.with_key();
    auth.sync_clock().await.expect("a clock");
    world.server.set_time_script(|_| Answer::closed());
    let error = place(&auth.client()).await.expect_err("refused");
    assert_eq!((error.attempts(), error.message()), (1, Some(OUT_OF_TOLERANCE)));
}

#[tokio::test]
async fn other_rejections_of_a_key_are_not_repeated() {
    for (code, message) in
        [(1003, "Invalid signature"), (1002, "Token expired"), (1004, "Token revoked"), (3004, "Signature replay detected")]
    {
        let world = World::new(move |_| Answer::refusal(code, message)).await;
        let auth = world.with_key();
        let error = auth.client().send(requests::UserAsset::new()).await.expect_err("refused");
        assert_eq!((error.code(), error.attempts()), (Some(code), 1));
        assert_eq!(world.server.seen_at(ASSET).len(), 1);
    }
}

#[tokio::test]
async fn many_calls_that_are_refused_together_share_one_synchronisation() {
    const CALLS: usize = 500;
    let world = World::new(|seen| if seen.earlier < CALLS { late() } else { anything() }).await;
    let auth = world.with_key();
    auth.sync_clock().await.expect("a clock");
    let asked = world.server.seen_at(TIME).len();
    let calls = (0..CALLS).map(|_| {
        let client = auth.client();
        tokio::spawn(async move { drop(client.send(requests::UserAsset::new()).await) })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.expect("no panic");
    }
    let seen = world.server.seen_at(ASSET);
    assert_eq!(seen.len(), 2 * CALLS);
    assert_eq!(signatures(&seen).len(), 2 * CALLS);
    assert_eq!(world.server.seen_at(TIME).len(), 2 * asked, "one synchronisation for all");
}

#[tokio::test]
async fn a_jump_of_the_local_clock_is_noticed_before_the_next_call() {
    let world = World::new(|_| anything()).await;
    let auth = world.with_key();
    let _ = auth.client().send(requests::UserAsset::new()).await;
    let asked = world.server.seen_at(TIME).len();
    // The machine was suspended: its monotonic clock stood still, the server's went on.
    world.time.step_wall(3_600_000);
    let _ = auth.client().send(requests::UserAsset::new()).await;
    assert_eq!(world.server.seen_at(TIME).len(), 2 * asked);
    assert_eq!(world.server.seen_at(ASSET)[1].timestamp(), world.server.now());
}

#[tokio::test]
async fn an_old_estimate_is_renewed_aside() {
    let world = World::new(|_| anything()).await;
    let auth = world.with_key();
    let _ = auth.client().send(requests::UserAsset::new()).await;
    let asked = world.server.seen_at(TIME).len();
    world.time.advance(Duration::from_secs(3600));
    let _ = auth.client().send(requests::UserAsset::new()).await;
    world.server.until_seen(TIME, 2 * asked).await;
    until(|| auth.clock().needs_sync().is_none()).await;
    assert_eq!(world.server.seen_at(TIME).len(), 2 * asked);
}

#[tokio::test]
async fn a_clock_that_cannot_be_read_does_not_keep_a_call_back_and_is_not_asked_for_each() {
    let world = World::new(|_| anything()).await;
    world.server.set_time_script(|_| Answer::of_type(502, "text/html", "<html>"));
    let auth = world.with_key();
    for _ in 0..10 {
        let _ = auth.client().send(requests::UserAsset::new()).await;
    }
    assert_eq!(world.server.seen_at(ASSET).len(), 10);
    assert_eq!(world.server.seen_at(TIME).len(), 5, "one synchronisation of five samples");
    world.time.advance(Duration::from_secs(6));
    let _ = auth.client().send(requests::UserAsset::new()).await;
    world.server.until_seen(TIME, 10).await;
}

/// The number of times that an order and a cancellation are sent whose answers these are, in this order.
async fn sent(answers: impl Fn(usize) -> Answer + Send + Sync + Copy + 'static) -> [usize; 2] {
    let world = World::new(move |seen| answers(seen.earlier)).await;
    let auth = world.with_key();
    auth.sync_clock().await.expect("a clock");
    let _ = place(&auth.client()).await;
    let _ = auth.client().send(requests::CancelOrder::new().symbol("BTCUSDT").order_id("7")).await;
    [PLACE, CANCEL].map(|path| world.server.seen_at(path).len())
}

#[tokio::test]
async fn an_order_is_sent_again_for_a_refused_timestamp_under_any_refusal_but_a_duplicate() {
    for status in [200, 400, 429] {
        for code in [1003, 2002, 5003] {
            let refused = move |_| Answer::json(status, &json!({ "code": code, "message": OUT_OF_TOLERANCE }));
            assert_eq!(sent(refused).await, [2, 2], "HTTP {status}, code {code}");
        }
        let duplicate = move |_| Answer::json(status, &json!({ "code": 3004, "message": OUT_OF_TOLERANCE }));
        assert_eq!(sent(duplicate).await, [1, 1], "HTTP {status}");
    }
}

#[tokio::test]
async fn an_order_is_not_sent_again_if_the_rejection_contains_an_order() {
    let contradiction = json!({ "code": 2002, "message": OUT_OF_TOLERANCE, "data": { "orderId": "7", "status": "NEW" } });
    let body = contradiction.to_string();
    let twice = body.replace("\"data\"", "\"data\":null,\"data\"");
    for body in [body, twice] {
        let body: &'static str = body.leak();
        assert_eq!(sent(move |_| Answer::of_type(200, "application/json", body)).await, [1, 1], "{body}");
    }
}

#[tokio::test]
async fn a_read_is_not_repeated_for_a_refused_timestamp_under_a_duplicate() {
    let world = World::new(|_| Answer::refusal(3004, OUT_OF_TOLERANCE)).await;
    let error = world.with_key().client().send(requests::UserAsset::new()).await.expect_err("refused");
    assert_eq!((error.code(), error.attempts()), (Some(3004), 1));
}

#[tokio::test]
async fn an_order_that_may_have_been_executed_is_not_sent_again_for_another_interceptor() {
    let world = World::new(|seen| if seen.earlier == 0 { RetryWhenBusy::busy() } else { late() }).await;
    let auth = world.builder().api_key(new_key()).interceptor(Arc::new(RetryWhenBusy)).build();
    let error = place(&auth.client()).await.expect_err("refused");
    assert_eq!((error.attempts(), world.server.seen_at(PLACE).len()), (1, 1));
}

#[tokio::test]
async fn a_time_server_that_hangs_delays_the_first_call_by_the_clocks_patience_and_no_other() {
    let world = World::new(|_| anything()).await;
    world.server.set_time_script(|_| Answer::silence());
    let auth = world.with_key();
    let client = auth.client();
    let _ = world.drive(client.send(requests::UserAsset::new())).await;
    assert_eq!(world.time.monotonic(), Duration::from_secs(5));
    for _ in 0..3 {
        let _ = client.send(requests::UserAsset::new()).await;
        let _ = place(&client).await;
    }
    assert_eq!((world.time.monotonic(), world.server.seen().len()), (Duration::from_secs(5), 7));
    assert_eq!(world.server.seen()[0].timestamp(), START + 5000, "by this machine's clock");
    assert_eq!(world.server.seen_at(TIME).len(), 1, "not asked again for five seconds");
}

#[tokio::test]
async fn the_clock_is_asked_again_aside_five_seconds_after_it_could_not_be_read() {
    let world = World::new(|_| anything()).await;
    world.server.set_time_script(|_| Answer::silence());
    let auth = world.with_key();
    let _ = world.drive(auth.client().send(requests::UserAsset::new())).await;
    world.time.advance(Duration::from_secs(5));
    let _ = auth.client().send(requests::UserAsset::new()).await;
    world.server.until_seen(TIME, 2).await;
    assert_eq!(world.time.monotonic(), Duration::from_secs(10), "no call waits for it");
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_for_the_clock_does_not_keep_it_from_being_read() {
    let gate = Gate::shut();
    let held = gate.clone();
    let world = World::new(|_| anything()).await;
    let ahead = START + 60_000;
    world.server.set_time_script(move |_| {
        Answer::ok(&json!({ "timestamp": ahead / 1000, "timestampMs": ahead, "iso": "", "timezone": "UTC" })).held_by(&held)
    });
    let auth = world.with_key();
    let client = auth.client();
    let dropped = tokio::spawn(async move { drop(client.send(requests::UserAsset::new()).await) });
    world.server.until_seen(TIME, 1).await;
    dropped.abort();
    assert!(dropped.await.expect_err("aborted").is_cancelled());
    gate.open();
    let _ = auth.client().send(requests::UserAsset::new()).await;
    assert_eq!(world.server.seen_at(ASSET)[0].timestamp(), ahead, "signed by the server's clock");
    assert_eq!(world.server.seen_at(TIME).len(), 5, "one synchronisation");
}

#[tokio::test]
async fn a_refused_timestamp_of_a_server_whose_clock_cannot_be_read_is_not_waited_for_twice() {
    let world = World::new(|_| late()).await;
    let auth = world.with_key();
    auth.sync_clock().await.expect("a clock");
    world.server.set_time_script(|_| Answer::silence());
    for _ in 0..3 {
        let error = world.drive(place(&auth.client())).await.expect_err("refused");
        assert_eq!(error.attempts(), 1);
    }
    assert_eq!(world.time.monotonic(), Duration::from_secs(5), "the first one waited");
}

#[tokio::test]
async fn a_call_that_cannot_go_on_without_the_clock_says_so_instead_of_waiting_for_ever() {
    let world = World::new(|_| anything()).await;
    let key = new_key();
    world.server.be_ahead(3_600_000);
    let _ = world.builder().api_key(key.clone()).build().client().send(requests::UserAsset::new()).await;
    // Another client of the key cannot tell whether that timestamp, an hour ahead of its own clock, was right.
    world.server.set_time_script(|_| Answer::of_type(502, "text/html", "<html>"));
    let client = world.builder().api_key(key).build().client();
    let error = world.drive(client.send(requests::UserAsset::new())).await.expect_err("not sent");
    assert!(error.veto().map(Veto::kind) == Some(VetoKind::ClockUnknown), "{error}");
    assert_eq!(
        error.to_string(),
        "user_asset (GET /v1/private/user/asset): not sent: the server's clock could not be read, in 5 attempts; is the exchange reachable?"
    );
    assert_eq!(world.server.seen_at(ASSET).len(), 1);
}
