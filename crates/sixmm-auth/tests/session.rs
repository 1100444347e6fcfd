//! The life of a session: login, renewal, refusal, logout.

mod support;

use std::time::Duration;

use sixmm_api::types::LeaderboardPeriod;
use sixmm_api::{UnixSeconds, VetoKind, requests};

use support::{API_KEYS, ASSET, Answer, EMBED, LEADERBOARD, LOGIN, LOGOUT, REFRESH, START, Seen, TICKET, World, login_request, new_key};

const HOUR: i64 = 3600;

fn seconds(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).expect("a duration"))
}

/// The token and the cookie that a request came with.
fn credentials(seen: &Seen) -> (Option<&str>, Option<&str>) {
    (seen.header("authorization"), seen.header("cookie"))
}

#[tokio::test]
async fn a_login_needs_no_credentials_and_its_token_goes_along_from_then_on() {
    let world = World::issuing(HOUR, |_| None).await;
    let auth = world.builder().build();
    assert!(!auth.session().is_active());
    auth.session().login(login_request()).await.expect("a session");
    assert!(auth.session().is_active());
    assert_eq!(auth.session().expires(), Some(UnixSeconds::new(START / 1000 + HOUR)), "in seconds");
    let _ = auth.client().send(requests::UserAsset::new()).await;
    assert_eq!(credentials(&world.server.seen_at(LOGIN)[0]), (None, None));
    let seen = world.server.seen_at(ASSET);
    assert_eq!(credentials(&seen[0]), (Some("Bearer token-1"), None));
    assert_eq!((seen[0].header("x-api-key"), &*seen[0].query), (None, ""));
}

#[tokio::test]
async fn tickets_and_embed_tokens_begin_sessions_too() {
    let world = World::issuing(HOUR, |_| None).await;
    let by_ticket = world.builder().build();
    let ticket = requests::ExchangeTicket::new("one-time-ticket");
    assert_eq!(by_ticket.session().exchange_ticket(ticket).await.expect("a session").as_deref(), Some("/trade"));
    let by_embed = world.builder().build();
    let embed = requests::ExchangeEmbedToken::new("short-lived", "channel-1");
    by_embed.session().exchange_embed_token(embed).await.expect("a session");
    for auth in [&by_ticket, &by_embed] {
        let _ = auth.client().send(requests::UserAsset::new()).await;
    }
    let tokens = world.server.seen_at(ASSET);
    assert_eq!(
        tokens.iter().map(|seen| seen.header("authorization")).collect::<Vec<_>>(),
        [Some("Bearer token-1"), Some("Bearer token-2")]
    );
    assert_eq!((world.server.seen_at(TICKET).len(), world.server.seen_at(EMBED).len()), (1, 1));
}

#[tokio::test]
async fn a_token_is_renewed_by_cookie_before_it_expires() {
    let world = World::issuing(HOUR, |_| None).await;
    let auth = world.logged_in().await;
    for (later, renewals) in [(HOUR - 61, 0), (2, 1), (HOUR - 61, 1), (2, 2)] {
        world.time.advance(seconds(later));
        let _ = auth.client().send(requests::UserAsset::new()).await;
        assert_eq!(world.server.seen_at(REFRESH).len(), renewals);
    }
    let renewals = world.server.seen_at(REFRESH);
    assert_eq!(renewals.iter().map(credentials).collect::<Vec<_>>(), [(None, Some("sid=cookie-1")), (None, Some("sid=cookie-2"))]);
    let tokens = world.server.seen_at(ASSET);
    let tokens = tokens.iter().filter_map(|seen| seen.header("authorization")).collect::<Vec<_>>();
    assert_eq!(tokens, ["Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-3"]);
}

#[tokio::test]
async fn a_short_lived_token_is_renewed_at_half_of_its_life() {
    let world = World::issuing(20, |_| None).await;
    let auth = world.logged_in().await;
    for (later, renewals) in [(9, 0), (2, 1), (1, 1)] {
        world.time.advance(seconds(later));
        let _ = auth.client().send(requests::UserAsset::new()).await;
        assert_eq!(world.server.seen_at(REFRESH).len(), renewals);
    }
}

#[tokio::test]
async fn the_expiry_of_a_token_is_measured_by_the_servers_clock() {
    let world = World::issuing(HOUR, |_| None).await;
    // This machine's clock is a day slow. The exchange issues tokens by its own.
    world.server.be_ahead(86_400_000);
    world.time.step_wall(-86_400_000);
    let auth = world.builder().build();
    auth.session().login(login_request()).await.expect("a session");
    let _ = auth.client().send(requests::UserAsset::new()).await;
    assert_eq!(world.server.seen_at(REFRESH).len(), 0);
}

#[tokio::test]
async fn a_token_that_seems_to_have_expired_when_it_comes_is_used_until_the_exchange_says_so() {
    let world = World::issuing(-HOUR, |_| None).await;
    let auth = world.logged_in().await;
    for _ in 0..3 {
        let _ = auth.client().send(requests::UserAsset::new()).await;
    }
    assert_eq!((world.server.seen_at(ASSET).len(), world.server.seen_at(REFRESH).len()), (3, 0));
}

#[tokio::test]
async fn code_1002_renews_and_tries_once_more() {
    let expired = |seen: &Seen| seen.header("authorization") == Some("Bearer token-1");
    let world = World::issuing(HOUR, move |seen| expired(seen).then(|| Answer::refusal(1002, "Token expired"))).await;
    let auth = world.logged_in().await;
    let _ = auth.client().send(requests::UserAsset::new()).await;
    let seen = world.server.seen_at(ASSET);
    assert_eq!(seen.iter().filter_map(|seen| seen.header("authorization")).collect::<Vec<_>>(), ["Bearer token-1", "Bearer token-2"]);
    assert_eq!(world.server.seen_at(REFRESH).len(), 1);
}

#[tokio::test]
async fn code_1002_for_the_new_token_too_is_the_answer() {
    let world = World::issuing(HOUR, |seen| (seen.path == ASSET).then(|| Answer::refusal(1002, "Token expired"))).await;
    let auth = world.logged_in().await;
    let error = auth.client().send(requests::UserAsset::new()).await.expect_err("expired");
    assert_eq!((error.code(), error.attempts()), (Some(1002), 2));
    assert!(auth.session().is_active());
}

#[tokio::test]
async fn codes_1003_and_1004_end_the_session_and_say_what_to_do() {
    for (code, text) in [
        (1003, "the exchange does not accept the access token (code 1003): log in again with `Session::login`"),
        (1004, "the exchange has revoked the access token (code 1004), perhaps by a login elsewhere: log in again with `Session::login`"),
    ] {
        let world = World::issuing(HOUR, move |seen| (seen.path == API_KEYS).then(|| Answer::refusal(code, "Token"))).await;
        let auth = world.logged_in().await;
        let found = auth.client().send(requests::ApiKeys::new()).await.expect_err("refused");
        let later = auth.client().send(requests::ApiKeys::new()).await.expect_err("not sent");
        for error in [&found, &later] {
            let veto = error.veto().expect("the session's");
            assert_eq!(veto.kind(), VetoKind::LoginRequired);
            assert_eq!(veto.reason().to_string(), format!("{text} (request id req-test)"));
        }
        assert!(later.to_string().starts_with("api_keys (GET /v1/private/user/api-key/list): not sent: the exchange "), "{later}");
        assert_eq!(world.server.seen_at(API_KEYS).len(), 1);
        assert!(!auth.session().is_active());
        auth.session().login(login_request()).await.expect("a new one");
        assert!(auth.session().is_active());
    }
}

#[tokio::test]
async fn a_refused_api_key_does_not_end_the_session() {
    for code in [1002, 1003, 1004] {
        let world = World::issuing(HOUR, move |seen| seen.header("x-api-key").map(|_| Answer::refusal(code, "Invalid token"))).await;
        let auth = world.builder().api_key(new_key()).build();
        auth.session().login(login_request()).await.expect("a session");
        let error = auth.client().send(requests::UserAsset::new()).await.expect_err("refused");
        assert_eq!((error.code(), error.attempts()), (Some(code), 1));
        assert!(auth.session().is_active());
    }
}

#[tokio::test]
async fn a_renewal_that_fails_loses_nothing_while_the_token_is_good() {
    let world =
        World::issuing(HOUR, |seen| (seen.path == REFRESH && seen.earlier < 3).then(|| Answer::of_type(502, "text/html", "<html>"))).await;
    let auth = world.logged_in().await;
    // Due; not again at once; again after ten seconds; expired, so that the call needs it.
    for (later, renewals, is_called) in [(HOUR - 59, 1, true), (9, 1, true), (2, 2, true), (49, 3, false), (0, 4, true)] {
        world.time.advance(seconds(later));
        let called = world.server.seen_at(ASSET).len();
        let outcome = auth.client().send(requests::UserAsset::new()).await;
        assert_eq!(world.server.seen_at(REFRESH).len(), renewals);
        assert_eq!(world.server.seen_at(ASSET).len(), called + usize::from(is_called));
        if let Some(veto) = outcome.as_ref().err().and_then(|error| error.veto()) {
            assert!(!is_called && veto.kind() == VetoKind::SessionUnavailable, "{veto:?}");
            assert_eq!(veto.reason().to_string(), "the session could not be renewed: try again");
            assert_eq!(veto.failed_call().and_then(|error| error.status()).map(|status| status.as_u16()), Some(502));
        }
    }
    assert!(auth.session().is_active());
}

#[tokio::test]
async fn a_renewal_that_is_refused_ends_the_session_once_the_token_has_expired() {
    let world = World::issuing(HOUR, |seen| (seen.path == REFRESH).then(|| Answer::refusal(1004, "Token revoked"))).await;
    let auth = world.logged_in().await;
    for later in [HOUR - 30, 20] {
        world.time.advance(seconds(later));
        let _ = auth.client().send(requests::UserAsset::new()).await;
        assert!(auth.session().is_active(), "the token is still good");
    }
    world.time.advance(seconds(20));
    let error = auth.client().send(requests::UserAsset::new()).await.expect_err("expired");
    let veto = error.veto().expect("the session's");
    assert_eq!(veto.kind(), VetoKind::LoginRequired);
    assert_eq!(
        veto.reason().to_string(),
        "the access token has expired, and the exchange rejected its renewal: log in again with `Session::login`"
    );
    assert_eq!(veto.failed_call().and_then(|error| error.code()), Some(1004));
    assert_eq!((world.server.seen_at(REFRESH).len(), world.server.seen_at(ASSET).len()), (1, 2), "asked once");
}

#[tokio::test]
async fn a_session_without_a_cookie_lasts_as_long_as_its_token() {
    let data = serde_json::json!({ "accessToken": "token-1", "accessExpire": START / 1000 + HOUR });
    let world = World::issuing(HOUR, move |seen| (seen.path == LOGIN).then(|| Answer::ok(&data))).await;
    let auth = world.logged_in().await;
    world.time.advance(seconds(HOUR - 1));
    let _ = auth.client().send(requests::UserAsset::new()).await;
    assert_eq!(world.server.seen_at(ASSET).len(), 1);
    world.time.advance(seconds(1));
    let error = auth.client().send(requests::UserAsset::new()).await.expect_err("expired");
    assert_eq!(
        error.veto().expect("the session's").reason().to_string(),
        "the access token has expired, and there is no cookie to renew it with: log in again with `Session::login`"
    );
    assert_eq!((world.server.seen_at(ASSET).len(), world.server.seen_at(REFRESH).len()), (1, 0));
}

#[tokio::test]
async fn a_public_operation_does_not_fail_for_a_token_that_does() {
    // Expired, and not to be renewed; refused at once; refused, and the next one, too.
    for code in [0, 1002, 1003, 1004] {
        let world = World::issuing(HOUR, move |seen| match &*seen.path {
            REFRESH if code == 0 => Some(Answer::of_type(502, "text/html", "<html>")),
            LEADERBOARD => seen.header("authorization").map(|_| Answer::refusal(code, "Token")),
            _ => None,
        })
        .await;
        let auth = world.logged_in().await;
        if code == 0 {
            world.time.advance(seconds(2 * HOUR));
        }
        let _ = auth.client().send(requests::PnlLeaderboard::new(LeaderboardPeriod::SevenDays)).await;
        let seen = world.server.seen_at(LEADERBOARD).pop().expect("sent");
        assert_eq!(seen.header("authorization"), None, "code {code}");
    }
    let world = World::issuing(HOUR, |_| None).await;
    let _ = world.logged_in().await.client().send(requests::PnlLeaderboard::new(LeaderboardPeriod::SevenDays)).await;
    assert_eq!(world.server.seen_at(LEADERBOARD)[0].header("authorization"), Some("Bearer token-1"), "it goes along if it is good");
}

#[tokio::test]
async fn a_logout_is_confirmed_and_forgets_everything() {
    let world = World::issuing(HOUR, |_| None).await;
    let auth = world.logged_in().await;
    auth.session().logout().await.expect("confirmed");
    assert_eq!(credentials(&world.server.seen_at(LOGOUT)[0]), (Some("Bearer token-1"), Some("sid=cookie-1")));
    let error = auth.client().send(requests::UserAsset::new()).await.expect_err("not sent");
    assert_eq!(error.veto().expect("the session's").reason().to_string(), "the session was logged out: log in again with `Session::login`");
    assert!(auth.session().logout().await.expect_err("already").needs_login());
    assert_eq!(world.server.seen_at(LOGOUT).len(), 1);
}

#[tokio::test]
async fn an_unconfirmed_logout_removes_all_secrets() {
    let world = World::issuing(HOUR, |seen| (seen.path == LOGOUT).then(Answer::closed)).await;
    let auth = world.logged_in().await;
    let error = auth.session().logout().await.expect_err("not confirmed");
    assert!(error.api_error().is_some() && !error.needs_login());
    assert!(!auth.session().is_active());
}

#[tokio::test]
async fn logging_out_through_the_client_ends_the_session_as_well() {
    let world = World::issuing(HOUR, |_| None).await;
    let auth = world.logged_in().await;
    let _ = auth.client().send(requests::Logout::new()).await;
    assert_eq!(credentials(&world.server.seen_at(LOGOUT)[0]), (Some("Bearer token-1"), Some("sid=cookie-1")));
    assert!(!auth.session().is_active());
}

#[tokio::test]
async fn a_renewal_by_hand_leaves_the_session_its_cookie() {
    let world = World::issuing(HOUR, |_| None).await;
    let auth = world.logged_in().await;
    let token = auth.client().send(requests::RefreshToken::new()).await.expect("a token").into_data().expect("a token").access_token;
    assert_eq!(token.expose_secret(), "token-2");
    let _ = auth.client().send(requests::UserAsset::new()).await;
    let cookies = world.server.seen_at(REFRESH);
    assert_eq!(cookies.iter().map(credentials).collect::<Vec<_>>(), [(None, Some("sid=cookie-1")), (None, Some("sid=cookie-2"))]);
    assert_eq!(world.server.seen_at(ASSET)[0].header("authorization"), Some("Bearer token-3"), "it gets one of its own");
}

#[tokio::test]
async fn a_stream_can_have_the_token() {
    let world = World::issuing(HOUR, |_| None).await;
    let auth = world.logged_in().await;
    world.time.advance(seconds(HOUR - 1));
    assert_eq!(auth.session().access_token().await.expect("a token").expose_secret(), "token-2");
    auth.session().renew().await.expect("on demand");
    assert_eq!(auth.session().access_token().await.expect("a token").expose_secret(), "token-3");
}
