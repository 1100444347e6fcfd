//! Which cookies renew a session, and which are forgotten.

mod support;

use sixmm_api::requests;
use std::time::Duration;

use serde_json::json;
use sixmm_auth::Auth;

use support::{ASSET, Answer, LOGIN, LOGOUT, REFRESH, START, Seen, World};

/// A session of an hour, with these cookies.
fn session(cookies: &[&str]) -> Answer {
    let data = json!({ "accessToken": "token", "accessExpire": START / 1000 + 3600 });
    cookies.iter().fold(Answer::ok(&data), |answer, cookie| answer.header("Set-Cookie", cookie))
}

/// A login and renewals that set these cookies.
async fn world(of_login: &'static [&str], of_renewal: &'static [&str]) -> (World, Auth) {
    let world = World::new(move |seen: &Seen| match &*seen.path {
        LOGIN => session(of_login),
        REFRESH => session(of_renewal),
        _ => support::anything(),
    })
    .await;
    let auth = world.logged_in().await;
    (world, auth)
}

/// The cookies of the last request there.
fn last_cookies(world: &World, path: &str) -> Option<String> {
    world.server.seen_at(path).last().and_then(|seen| seen.header("cookie")).map(str::to_owned)
}

#[tokio::test]
async fn a_renewal_that_deletes_the_old_cookie_on_another_path_keeps_the_new_one() {
    let (world, auth) = world(&["rt=OLD; Path=/"], &["rt=NEW; Path=/v1/public/user", "rt=; Path=/; Max-Age=0"]).await;
    auth.session().renew().await.expect("renewed");
    assert_eq!(last_cookies(&world, REFRESH).as_deref(), Some("rt=OLD"));
    auth.session().renew().await.expect("renewed");
    assert_eq!(last_cookies(&world, REFRESH).as_deref(), Some("rt=NEW"));
}

#[tokio::test]
async fn a_renewal_by_hand_that_deletes_the_old_cookie_keeps_the_new_one() {
    let (world, auth) = world(&["rt=OLD; Path=/"], &["rt=; Path=/; Max-Age=0", "rt=NEW; Path=/v1/public/user"]).await;
    auth.client().send(requests::RefreshToken::new()).await.expect("renewed");
    auth.client().send(requests::RefreshToken::new()).await.expect("renewed");
    assert_eq!(last_cookies(&world, REFRESH).as_deref(), Some("rt=NEW"));
}

#[tokio::test]
async fn a_logout_takes_the_cookies_of_its_own_path_along() {
    let (world, auth) = world(&["rt=1; Path=/v1/public", "sid=2; Path=/v1/private", "theme=3; Path=/"], &[]).await;
    auth.session().logout().await.expect("logged out");
    assert_eq!(last_cookies(&world, LOGOUT).as_deref(), Some("sid=2; theme=3"));
}

#[tokio::test]
async fn a_cookie_that_has_expired_by_the_servers_clock_renews_nothing() {
    let (world, auth) = world(&["rt=1; Path=/; Max-Age=60"], &["rt=2; Path=/; Max-Age=60"]).await;
    // This machine's clock says otherwise.
    world.server.be_ahead(3_600_000);
    world.time.step_wall(-3_600_000);
    world.time.advance(Duration::from_secs(61));
    let error = auth.session().renew().await.expect_err("no cookie");
    assert!(error.needs_login(), "{error}");
    assert_eq!(world.server.seen_at(REFRESH).len(), 0);
}

#[tokio::test]
async fn no_other_request_takes_a_cookie_along() {
    let (world, auth) = world(&["rt=1; Path=/"], &[]).await;
    let _ = auth.client().send(requests::UserAsset::new()).await;
    auth.session().login(support::login_request()).await.expect("a session");
    assert_eq!((last_cookies(&world, ASSET), last_cookies(&world, LOGIN)), (None, None));
}

#[tokio::test]
async fn a_session_without_a_cookie_for_the_renewal_ends_with_its_token() {
    let (world, auth) = world(&["sid=1; Path=/v1/private"], &[]).await;
    world.time.advance(Duration::from_secs(3601));
    let error = auth.client().send(requests::UserAsset::new()).await.expect_err("expired");
    let error = error.veto().expect("of the session").reason();
    assert!(error.to_string().contains("there is no cookie to renew it with"), "{error}");
}
