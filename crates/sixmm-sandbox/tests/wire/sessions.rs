//! Login, tokens, cookies and tickets, with all of their errors.

use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sixmm_sandbox::Sandbox;

use crate::support::{Answer, START, get, key, login, post, start, token};

const INFO: &str = "/v1/private/user/info";
const LOGIN: &str = "/v1/public/user/login";
const REFRESH: &str = "/v1/public/user/refresh-token";
const LOGOUT: &str = "/v1/private/user/logout";
const TICKET: &str = "/v1/public/agent-sso/exchange-ticket";
const EMBED: &str = "/v1/public/agent-sso/exchange-embed-token";

#[track_caller]
fn check(answer: &Answer, expected: (u16, i64, &str)) {
    let (status, code, message) = answer.summary();
    assert_eq!((status, code, message.as_str()), expected);
}

async fn info(sandbox: &Sandbox, token: &str) -> Answer {
    get(INFO).token(token).send(sandbox).await
}

async fn refresh(sandbox: &Sandbox, cookie: &str) -> Answer {
    post(REFRESH, Value::Null).header("Cookie", cookie).send(sandbox).await
}

#[tokio::test]
async fn a_login_opens_a_session_whose_expiry_is_in_seconds() {
    let sandbox = start().await;
    let answer = login(&sandbox).await;
    assert_eq!(answer.data()["accessExpire"], START / 1000 + 2 * 60 * 60);
    let profile = info(&sandbox, &token(&answer)).await.data()["userInfo"].clone();
    assert_eq!((&profile["username"], &profile["lastLoginAt"]), (&json!("alice"), &json!(START)));
    assert_eq!(profile["lastLoginIp"], "127.0.0.1");
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_give_the_same_error() {
    let sandbox = start().await;
    for (username, password) in [("alice", "wrong"), ("unknown", "password")] {
        let answer = post(LOGIN, json!({ "username": username, "password": password })).send(&sandbox).await;
        check(&answer, (401, 1003, "Invalid username or password"));
    }
}

#[tokio::test]
async fn a_token_is_valid_until_its_expiry() {
    let sandbox = start().await;
    let token = token(&login(&sandbox).await);
    // A token expires at a full second, but the clock started within a second.
    sandbox.advance(Duration::from_millis(2 * 60 * 60 * 1000 - 809));
    assert_eq!(info(&sandbox, &token).await.code(), 0);
    sandbox.advance(Duration::from_millis(1));
    check(&info(&sandbox, &token).await, (401, 1002, "Token expired"));
}

#[tokio::test]
async fn an_unknown_token_is_rejected_with_1003() {
    let sandbox = start().await;
    check(&info(&sandbox, "a.b.c").await, (401, 1003, "Invalid token"));
    let elsewhere = crate::support::builder().seed(8).start().await.expect("a port is free");
    check(&info(&sandbox, &token(&login(&elsewhere).await)).await, (401, 1003, "Invalid token"));
}

#[tokio::test]
async fn a_cookie_renews_the_session_and_is_replaced() {
    let sandbox = start().await;
    let first = login(&sandbox).await;
    let second = refresh(&sandbox, &first.cookie()).await;
    assert_ne!((token(&first), first.cookie()), (token(&second), second.cookie()));
    assert_eq!(info(&sandbox, &token(&second)).await.code(), 0);
    assert_eq!(info(&sandbox, &token(&first)).await.code(), 0, "the old token is valid until its expiry");
    check(&refresh(&sandbox, &first.cookie()).await, (401, 1004, "Token revoked"));
}

#[tokio::test]
async fn the_cookie_is_http_only_and_same_site() {
    let sandbox = start().await;
    let answer = login(&sandbox).await;
    let cookie = answer.header("set-cookie").expect("a cookie is set");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800"), "the cookie must be HttpOnly and SameSite");
}

#[tokio::test]
async fn a_refresh_without_a_valid_cookie_is_rejected() {
    let sandbox = start().await;
    let missing = "No valid authentication information provided: the cookie of the login is missing";
    check(&post(REFRESH, Value::Null).send(&sandbox).await, (401, 1001, missing));
    check(&refresh(&sandbox, "other=1; sixmm_session=unknown").await, (401, 1003, "Invalid cookie"));
    let cookie = login(&sandbox).await.cookie();
    sandbox.advance(Duration::from_secs(7 * 24 * 60 * 60));
    check(&refresh(&sandbox, &cookie).await, (401, 1002, "Token expired"));
}

#[tokio::test]
async fn a_logout_revokes_all_tokens_and_the_cookie_of_the_session() {
    let sandbox = start().await;
    let first = login(&sandbox).await;
    let second = refresh(&sandbox, &first.cookie()).await;
    let other = login(&sandbox).await;
    let logout = post(LOGOUT, Value::Null).token(&token(&second)).header("Cookie", second.cookie());
    assert_eq!(logout.send(&sandbox).await.code(), 0);
    for answer in [&first, &second] {
        check(&info(&sandbox, &token(answer)).await, (401, 1004, "Token revoked"));
    }
    check(&refresh(&sandbox, &second.cookie()).await, (401, 1004, "Token revoked"));
    check(&logout.send(&sandbox).await, (401, 1004, "Token revoked"));
    assert_eq!(info(&sandbox, &token(&other)).await.code(), 0, "another session is not affected");
}

#[tokio::test]
async fn a_logout_requires_token_and_cookie_of_the_same_session() {
    let sandbox = start().await;
    let (first, other) = (login(&sandbox).await, login(&sandbox).await);
    let logout = post(LOGOUT, Value::Null);
    let no_cookie = logout.clone().token(&token(&first)).send(&sandbox).await;
    check(&no_cookie, (401, 1001, "No valid authentication information provided: the cookie of the login is missing"));
    let no_token = logout.clone().header("Cookie", first.cookie()).send(&sandbox).await;
    check(&no_token, (401, 1001, "No valid authentication information provided"));
    let mixed = logout.clone().token(&token(&first)).header("Cookie", other.cookie()).send(&sandbox).await;
    check(&mixed, (401, 1003, "Invalid cookie: it belongs to another session than the token"));
    let signed = logout.signed(&key(&sandbox, "alice"), START).header("Cookie", first.cookie()).send(&sandbox).await;
    check(&signed, (200, 3006, "Permission denied: this takes the token of a login, not an API key"));
}

#[tokio::test]
async fn a_ticket_opens_one_session() {
    let sandbox = start().await;
    let ticket = sandbox.issue_ticket("bob").expect("bob");
    let exchange = post(TICKET, json!({ "ticket": ticket.expose_secret() }));
    let answer = exchange.send(&sandbox).await;
    assert_eq!(answer.data()["redirectPath"], "/");
    assert_eq!(info(&sandbox, &token(&answer)).await.data()["userInfo"]["username"], "bob");
    assert_eq!(refresh(&sandbox, &answer.cookie()).await.code(), 0);
    check(&exchange.send(&sandbox).await, (401, 1004, "Ticket was exchanged before"));
    check(&post(TICKET, json!({ "ticket": "tk_unknown" })).send(&sandbox).await, (401, 1003, "Invalid ticket"));
}

#[tokio::test]
async fn an_embed_token_opens_sessions_for_five_minutes() {
    let sandbox = start().await;
    let embed_token = sandbox.issue_embed_token("bob").expect("bob");
    let exchange = post(EMBED, json!({ "embedToken": embed_token.expose_secret(), "channelId": "channel-1" }));
    sandbox.advance(Duration::from_millis(5 * 60 * 1000 - 1));
    for _ in 0..2 {
        let answer = exchange.send(&sandbox).await;
        assert_eq!(info(&sandbox, &token(&answer)).await.data()["userInfo"]["username"], "bob");
    }
    sandbox.advance(Duration::from_millis(1));
    check(&exchange.send(&sandbox).await, (401, 1002, "Token expired"));
    let unknown = post(EMBED, json!({ "embedToken": "et_unknown", "channelId": "channel-1" })).send(&sandbox).await;
    check(&unknown, (401, 1003, "Invalid embed token"));
}

#[tokio::test]
async fn the_ranking_identifies_the_user_only_with_a_valid_token() {
    let sandbox = start().await;
    let ranking = get("/v1/public/leaderboard/pnl?period=7d");
    for call in [ranking.clone(), ranking.clone().token("a.b.c"), ranking.token(&token(&login(&sandbox).await))] {
        assert_eq!(call.send(&sandbox).await.data()["myRank"], 0);
    }
}

#[tokio::test]
async fn a_listen_key_is_valid_for_an_hour_after_each_renewal() {
    let sandbox = start().await;
    let token = token(&login(&sandbox).await);
    let path = "/v1/private/user/listen-key";
    let minutes = |minutes: u64| sandbox.advance(Duration::from_secs(60 * minutes));
    let created = post(path, Value::Null).token(&token).send(&sandbox).await.data();
    assert_eq!(created["expireAt"], START + 60 * 60 * 1000);
    let named = post(path, json!({ "listenKey": created["listenKey"] })).token(&token);
    minutes(59);
    assert_eq!(named.clone().method("PUT").send(&sandbox).await.code(), 0);
    minutes(59);
    let again = post(path, Value::Null).token(&token).send(&sandbox).await.data();
    assert_eq!(again["listenKey"], created["listenKey"], "a valid key is returned again");
    assert_eq!(named.clone().method("DELETE").send(&sandbox).await.code(), 0);
    let gone = (200, 2002, "Invalid parameter value: listenKey must be one of your keys that has not expired");
    check(&named.clone().method("DELETE").send(&sandbox).await, gone);
    check(&named.method("PUT").send(&sandbox).await, gone);
}
