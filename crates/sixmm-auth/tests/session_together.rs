//! Many calls of one session, and several sessions: who waits for whom, and what must never mix.

mod support;

use std::sync::Arc;
use std::time::Duration;

use sixmm_api::types::{OrderSide, OrderType};
use sixmm_api::{Client, Error, Veto, VetoKind, requests};
use sixmm_auth::Auth;
use tokio::task::JoinHandle;

use support::{API_KEYS, ASSET, Answer, Gate, LOGIN, REFRESH, RetryWhenBusy, Seen, World, login_request};

const HOUR: i64 = 3600;
const NEARLY_AN_HOUR: Duration = Duration::from_secs(3590);
const TWO_HOURS: Duration = Duration::from_secs(7200);

fn bearers(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|seen| seen.header("authorization").expect("a token")).collect()
}

fn spawn(client: Client) -> JoinHandle<Result<(), Error>> {
    tokio::spawn(async move { client.send(requests::ApiKeys::new()).await.map(drop) })
}

async fn all(calls: Vec<JoinHandle<Result<(), Error>>>) -> Vec<Result<(), Error>> {
    let mut outcomes = Vec::new();
    for call in calls {
        outcomes.push(call.await.expect("no panic"));
    }
    outcomes
}

/// Lets every task run until it waits.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn one_renewal_serves_all_who_wait_for_it() {
    let gate = Gate::shut();
    let held = gate.clone();
    let world = World::issuing(HOUR, move |seen| {
        let data = serde_json::json!({ "accessToken": "token-2", "accessExpire": 1_900_000_000 });
        (seen.path == REFRESH).then(|| Answer::ok(&data).held_by(&held))
    })
    .await;
    let auth = world.logged_in().await;
    world.time.advance(NEARLY_AN_HOUR);
    let calls = (0..200).map(|_| spawn(auth.client())).collect();
    world.server.until_seen(REFRESH, 1).await;
    settle().await;
    assert_eq!(world.server.seen_at(API_KEYS).len(), 0, "they wait");
    gate.open();
    all(calls).await;
    assert_eq!(world.server.seen_at(REFRESH).len(), 1);
    assert_eq!(bearers(&world.server.seen_at(API_KEYS)), ["Bearer token-2"; 200]);
}

#[tokio::test]
async fn one_renewal_that_fails_is_the_answer_for_all_who_wait_for_it() {
    let gate = Gate::shut();
    let held = gate.clone();
    let world = World::issuing(HOUR, move |seen| (seen.path == REFRESH).then(|| Answer::closed().held_by(&held))).await;
    let auth = world.logged_in().await;
    world.time.advance(TWO_HOURS);
    let calls = (0..50).map(|_| spawn(auth.client())).collect();
    world.server.until_seen(REFRESH, 1).await;
    settle().await;
    gate.open();
    for outcome in all(calls).await {
        let error = outcome.expect_err("not renewed");
        assert!(error.veto().map(Veto::kind) == Some(VetoKind::SessionUnavailable), "{error}");
    }
    assert_eq!((world.server.seen_at(REFRESH).len(), world.server.seen_at(API_KEYS).len()), (1, 0));
}

#[tokio::test]
async fn many_calls_whose_token_has_expired_renew_it_once() {
    let expired = |seen: &Seen| seen.header("authorization") == Some("Bearer token-1");
    let world = World::issuing(HOUR, move |seen| expired(seen).then(|| Answer::refusal(1002, "Token expired"))).await;
    let auth = world.logged_in().await;
    all((0..100).map(|_| spawn(auth.client())).collect()).await;
    let seen = world.server.seen_at(API_KEYS);
    assert_eq!(world.server.seen_at(REFRESH).len(), 1);
    assert_eq!(bearers(&seen).iter().filter(|bearer| **bearer == "Bearer token-2").count(), 100, "each got through");
}

#[tokio::test]
async fn a_call_that_is_dropped_during_a_renewal_does_not_lose_the_renewed_session() {
    let gate = Gate::shut();
    let held = gate.clone();
    let world = World::issuing(HOUR, move |seen| {
        // The exchange revokes the old cookie when it gets this request, so a response that no task reads would lose the session.
        let data = serde_json::json!({ "accessToken": "token-2", "accessExpire": 1_900_000_000 });
        let answer = Answer::ok(&data).header("Set-Cookie", "sid=cookie-2").held_by(&held);
        (seen.path == REFRESH).then(|| if seen.earlier == 0 { answer } else { Answer::refusal(1003, "Unknown cookie") })
    })
    .await;
    let auth = world.logged_in().await;
    world.time.advance(TWO_HOURS);
    let first = spawn(auth.client());
    world.server.until_seen(REFRESH, 1).await;
    let second = spawn(auth.client());
    settle().await;
    first.abort();
    assert!(first.await.expect_err("aborted").is_cancelled());
    gate.open();
    second.await.expect("no panic").ok();
    assert_eq!(bearers(&world.server.seen_at(API_KEYS)), ["Bearer token-2"]);
    assert_eq!(world.server.seen_at(REFRESH).len(), 1);
}

#[tokio::test]
async fn a_late_refusal_of_the_former_token_does_not_end_the_session() {
    let gate = Gate::shut();
    let held = gate.clone();
    let world = World::issuing(HOUR, move |seen| {
        let is_former = seen.header("authorization") == Some("Bearer token-1");
        is_former.then(|| Answer::refusal(1004, "Token revoked").held_by(&held))
    })
    .await;
    let auth = world.logged_in().await;
    let late = spawn(auth.client());
    world.server.until_seen(API_KEYS, 1).await;
    auth.session().renew().await.expect("a new token");
    gate.open();
    let outcome = late.await.expect("no panic");
    assert!(outcome.err().is_none_or(|error| error.code().is_none()), "it was sent again");
    assert_eq!(bearers(&world.server.seen_at(API_KEYS)), ["Bearer token-1", "Bearer token-2"]);
    assert!(auth.session().is_active());
}

/// An order, a cancellation and a cancellation of all, whose token is replaced while they are under way, and which are refused with this code; how
/// often each is sent.
async fn orders_refused(code: i64) -> [usize; 3] {
    const PATHS: [&str; 3] = ["/v1/private/order/place", "/v1/private/order/cancel", "/v1/private/order/batch-cancel-all"];
    let gate = Gate::shut();
    let held = gate.clone();
    let world = World::issuing(HOUR, move |seen| {
        let is_former = seen.header("authorization") == Some("Bearer token-1");
        is_former.then(|| Answer::refusal(code, "Token").held_by(&held))
    })
    .await;
    let auth = world.logged_in().await;
    let (place, cancel, all) = (auth.client(), auth.client(), auth.client());
    let calls = [
        tokio::spawn(async move {
            let order = requests::PlaceOrder::new("BTCUSDT", OrderType::Market, OrderSide::Buy).quantity(1);
            place.send(order).await.map(drop)
        }),
        tokio::spawn(async move { cancel.send(requests::CancelOrder::new().symbol("BTCUSDT").order_id("7")).await.map(drop) }),
        tokio::spawn(async move { all.send(requests::CancelAllOrders::new().symbol("BTCUSDT")).await.map(drop) }),
    ];
    for path in PATHS {
        world.server.until_seen(path, 1).await;
    }
    auth.session().renew().await.expect("a new token");
    gate.open();
    for call in calls {
        let _ = call.await.expect("no panic");
    }
    PATHS.map(|path| world.server.seen_at(path).len())
}

#[tokio::test]
async fn an_order_is_sent_again_with_a_new_token_after_code_1002_only() {
    assert_eq!(orders_refused(1002).await, [2, 2, 2]);
    assert_eq!(orders_refused(1003).await, [1, 1, 1]);
    assert_eq!(orders_refused(1004).await, [1, 1, 1]);
}

#[tokio::test]
async fn an_order_whose_token_has_expired_is_sent_again_once() {
    let world = World::issuing(HOUR, |seen| seen.path.ends_with("/place").then(|| Answer::refusal(1002, "Token expired"))).await;
    let auth = world.logged_in().await;
    let order = requests::PlaceOrder::new("BTCUSDT", OrderType::Market, OrderSide::Buy).quantity(1);
    assert_eq!(auth.client().send(order).await.expect_err("expired").attempts(), 2);
}

#[tokio::test]
async fn an_order_is_not_sent_again_after_a_code_1002_whose_response_contains_an_order() {
    let answer = serde_json::json!({ "code": 1002, "message": "Token expired", "data": { "orderId": "7" } });
    let world = World::issuing(HOUR, move |seen| seen.path.ends_with("/place").then(|| Answer::json(200, &answer))).await;
    let auth = world.logged_in().await;
    let order = requests::PlaceOrder::new("BTCUSDT", OrderType::Market, OrderSide::Buy).quantity(1);
    assert_eq!(auth.client().send(order).await.expect_err("expired").attempts(), 1);
}

#[tokio::test]
async fn a_new_token_that_is_refused_ends_the_session_all_the_same() {
    // Renewed before the call; renewed by the call itself, which may have used the former token as far as is known.
    for (age, attempts) in [(Duration::ZERO, 1), (NEARLY_AN_HOUR, 2)] {
        let world = World::issuing(HOUR, |seen| (seen.path == API_KEYS).then(|| Answer::refusal(1004, "Token revoked"))).await;
        let auth = world.logged_in().await;
        auth.session().renew().await.expect("a new token");
        world.time.advance(age);
        let error = auth.client().send(requests::ApiKeys::new()).await.expect_err("revoked");
        assert!(error.veto().map(Veto::kind) == Some(VetoKind::LoginRequired), "{error}");
        assert_eq!(world.server.seen_at(API_KEYS).len(), attempts);
    }
}

#[tokio::test]
async fn calls_under_way_when_the_session_ends_all_say_what_to_do() {
    let gate = Gate::shut();
    let held = gate.clone();
    let world =
        World::issuing(HOUR, move |seen| (seen.path == API_KEYS).then(|| Answer::refusal(1004, "Token revoked").held_by(&held))).await;
    let auth = world.logged_in().await;
    let calls = (0..20).map(|_| spawn(auth.client())).collect();
    world.server.until_seen(API_KEYS, 20).await;
    gate.open();
    for outcome in all(calls).await {
        let error = outcome.expect_err("revoked");
        assert!(error.veto().map(Veto::kind) == Some(VetoKind::LoginRequired), "{error}");
    }
    assert_eq!(world.server.seen_at(API_KEYS).len(), 20);
}

/// Two logins on one session: the second user's must not carry out what the first one's call began.
#[tokio::test]
async fn a_call_is_never_repeated_as_another_user() {
    for (code, later) in [(1002, 0), (1003, 0), (1004, 0), (1002, 600), (1004, 600)] {
        let gate = Gate::shut();
        let held = gate.clone();
        let world = World::issuing(HOUR, move |seen| {
            let is_first = seen.header("authorization") == Some("Bearer token-1");
            is_first.then(|| Answer::refusal(code, "Token").held_by(&held))
        })
        .await;
        let auth = world.logged_in().await;
        let late = spawn(auth.client());
        world.server.until_seen(API_KEYS, 1).await;
        auth.session().login(login_request()).await.expect("another user");
        world.time.advance(Duration::from_secs(later));
        gate.open();
        let error = late.await.expect("no panic").expect_err("not sent again");
        let veto = error.veto().expect("the session's");
        assert!(veto.reason().to_string().starts_with("another login took place while the call was under way"), "{error}");
        assert_eq!(bearers(&world.server.seen_at(API_KEYS)), ["Bearer token-1"]);
        assert!(auth.session().is_active(), "code {code}");
    }
}

#[tokio::test]
async fn a_call_that_begins_after_another_login_may_be_repeated() {
    let world = World::issuing(HOUR, |seen| (seen.path == API_KEYS && seen.earlier == 0).then(RetryWhenBusy::busy)).await;
    let auth = world.builder().interceptor(Arc::new(RetryWhenBusy)).build();
    for user in ["one user", "another user"] {
        auth.session().login(login_request()).await.expect(user);
    }
    let _ = auth.client().send(requests::ApiKeys::new()).await;
    assert_eq!(bearers(&world.server.seen_at(API_KEYS)), ["Bearer token-2", "Bearer token-2"]);
}

#[tokio::test]
async fn a_token_that_expires_between_two_attempts_is_renewed_once() {
    let world = World::issuing(HOUR, |seen| match (&*seen.path, seen.earlier) {
        (API_KEYS, 0) => Some(RetryWhenBusy::busy()),
        (API_KEYS, _) => Some(Answer::refusal(1002, "Token expired")),
        _ => None,
    })
    .await;
    let auth = world.builder().interceptor(Arc::new(RetryWhenBusy)).build();
    auth.session().login(login_request()).await.expect("a session");
    let error = auth.client().send(requests::ApiKeys::new()).await.expect_err("expired");
    assert_eq!((error.code(), error.attempts()), (Some(1002), 3));
    assert_eq!(bearers(&world.server.seen_at(API_KEYS)), ["Bearer token-1", "Bearer token-1", "Bearer token-2"]);
}

#[tokio::test]
async fn a_renewal_under_way_does_not_leak_into_the_next_login() {
    let gate = Gate::shut();
    let held = gate.clone();
    let world = World::issuing(HOUR, move |seen| {
        let data = serde_json::json!({ "accessToken": "first-users-token", "accessExpire": 1_900_000_000 });
        let answer = Answer::ok(&data).header("Set-Cookie", "sid=first-users-cookie");
        (seen.path == REFRESH && seen.earlier == 0).then(|| answer.held_by(&held))
    })
    .await;
    let auth = world.logged_in().await;
    let renewal = tokio::spawn({
        let session = auth.session().clone();
        async move { session.renew().await }
    });
    world.server.until_seen(REFRESH, 1).await;
    auth.session().login(login_request()).await.expect("another user");
    gate.open();
    renewal.await.expect("no panic").expect("an answer came");
    let _ = auth.client().send(requests::ApiKeys::new()).await;
    assert_eq!(bearers(&world.server.seen_at(API_KEYS)), ["Bearer token-2"]);
    auth.session().renew().await.expect("a new token");
    assert_eq!(world.server.seen_at(REFRESH)[1].header("cookie"), Some("sid=cookie-2"));
}

#[tokio::test]
async fn a_logout_waits_for_a_renewal_and_ends_what_it_brought() {
    let gate = Gate::shut();
    let held = gate.clone();
    let world = World::issuing(HOUR, move |seen| {
        let data = serde_json::json!({ "accessToken": "renewed", "accessExpire": 1_900_000_000 });
        (seen.path == REFRESH).then(|| Answer::ok(&data).held_by(&held))
    })
    .await;
    let auth = world.logged_in().await;
    world.time.advance(TWO_HOURS);
    let call = spawn(auth.client());
    world.server.until_seen(REFRESH, 1).await;
    let session = auth.session().clone();
    let logout = tokio::spawn(async move { session.logout().await });
    settle().await;
    gate.open();
    logout.await.expect("no panic").expect("confirmed");
    call.await.expect("no panic").ok();
    assert_eq!(world.server.seen_at(support::LOGOUT)[0].header("authorization"), Some("Bearer renewed"));
    assert!(!auth.session().is_active());
}

#[tokio::test]
async fn two_sessions_share_neither_tokens_nor_cookies() {
    let world = World::issuing(HOUR, |_| None).await;
    // On one client without credentials, and so on the same connections.
    let (alice, bob) = (world.logged_in().await, world.logged_in().await);
    world.time.advance(NEARLY_AN_HOUR);
    for auth in [&bob, &alice] {
        let _ = auth.client().send(requests::ApiKeys::new()).await;
    }
    let cookies = world.server.seen_at(REFRESH);
    assert_eq!(cookies.iter().map(|seen| seen.header("cookie")).collect::<Vec<_>>(), [Some("sid=cookie-2"), Some("sid=cookie-1")]);
    assert_eq!(bearers(&world.server.seen_at(API_KEYS)), ["Bearer token-3", "Bearer token-4"]);
    alice.session().logout().await.expect("confirmed");
    assert!(bob.session().is_active() && !alice.session().is_active());
    assert!(world.server.seen_at(LOGIN).iter().all(|seen| seen.header("cookie").is_none()));
}

#[tokio::test]
async fn clones_are_the_same_credentials() {
    let world = World::issuing(HOUR, |_| None).await;
    let auth = world.builder().build();
    let (client, clone): (Client, Auth) = (auth.client(), auth.clone());
    clone.session().login(login_request()).await.expect("a session");
    let _ = client.send(requests::UserAsset::new()).await;
    assert_eq!(bearers(&world.server.seen_at(ASSET)), ["Bearer token-1"]);
}
