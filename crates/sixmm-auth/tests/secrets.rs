//! No secret is printed in any failure.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use sixmm_api::{Client, Error, requests, types};
use sixmm_auth::{ApiKey, Auth};

use venue_test_support::{contains_signature, find_secret};

use support::{Answer, LOGIN, PASSWORD, REFRESH, Seen, World, capture, login_request, new_key_id};

const SECRET: &str = "never-print-this-api-secret-4d4c55a8e1d7";
const NEW_SECRET: &str = "never-print-this-new-api-secret-f36b20c9";
const LISTEN_KEY: &str = "f57cb61ef604ce76be09e753a5dbdd8c";
const TICKET: &str = "never-print-this-ticket-81f3";
const EMBED_TOKEN: &str = "never-print-this-embed-token-5c02";
const TOKENS: [&str; 2] = ["eyJhbGciOiJIUzI1NiJ9.first-token.c2lnbmF0dXJl", "eyJhbGciOiJIUzI1NiJ9.second-token.c2lnbmF0dXJl"];
const COOKIES: [&str; 2] = ["first-cookie-7c41d0", "second-cookie-9be25a"];

/// A part of the `Debug` output of each type that holds a secret. Without these, the test would pass for types that print nothing.
const VISIBLE: [&str; 5] = ["ApiKey", "AuthBuilder", "Auth {", "Session", "ServerClock"];

/// The failure that each request meets from one moment on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    RefusedConnection,
    Timeout,
    ClosedConnection,
    TornAnswer,
    Redirect,
    UnauthorizedEnvelope,
    UnauthorizedHtml,
    HtmlBody,
    EmptyBody,
    WrongTypes,
    NoData,
    Invalid1003,
    Revoked1004,
    Expired1002,
    OutOfTolerance,
    InternalError,
}

const MODES: [Mode; 16] = [
    Mode::RefusedConnection,
    Mode::Timeout,
    Mode::ClosedConnection,
    Mode::TornAnswer,
    Mode::Redirect,
    Mode::UnauthorizedEnvelope,
    Mode::UnauthorizedHtml,
    Mode::HtmlBody,
    Mode::EmptyBody,
    Mode::WrongTypes,
    Mode::NoData,
    Mode::Invalid1003,
    Mode::Revoked1004,
    Mode::Expired1002,
    Mode::OutOfTolerance,
    Mode::InternalError,
];

/// All contents of a request, for a server that repeats them where it should not.
fn contents(seen: &Seen) -> String {
    let headers = ["x-api-key", "authorization", "cookie"].map(|name| seen.header(name).unwrap_or_default().to_owned());
    format!("{}?{} {} {}", seen.path, seen.query, headers.join(" "), String::from_utf8_lossy(&seen.body))
}

fn answer(mode: Mode, seen: &Seen) -> Answer {
    let html = format!("<html>{}</html>", contents(seen));
    let secrets = json!({ "accessToken": TOKENS[1], "apiSecret": NEW_SECRET, "listenKey": LISTEN_KEY });
    match mode {
        // The test stops the server in the first of these modes.
        Mode::RefusedConnection | Mode::ClosedConnection => Answer::closed(),
        Mode::Timeout => Answer::silence(),
        Mode::TornAnswer => Answer::ok(&secrets).torn(),
        Mode::Redirect => {
            let location = format!("https://elsewhere.example/{}", contents(seen).replace(' ', "/"));
            Answer::of_type(307, "text/html", &html).header("Location", &location).header("Set-Cookie", &format!("sid={}", COOKIES[1]))
        }
        Mode::UnauthorizedEnvelope => Answer::json(401, &json!({ "code": 1003, "message": "Invalid token", "data": secrets })),
        Mode::UnauthorizedHtml => Answer::of_type(401, "text/html", &html),
        Mode::HtmlBody => Answer::of_type(200, "text/html", &html),
        Mode::EmptyBody => Answer::of_type(200, "application/json", ""),
        Mode::WrongTypes => {
            let wrong = json!({ "accessToken": [TOKENS[1]], "accessExpire": TOKENS[1], "apiSecret": { NEW_SECRET: 1 }, "listenKey": [LISTEN_KEY], "total": LISTEN_KEY });
            Answer::ok(&wrong).header("Set-Cookie", &format!("sid={}", COOKIES[1]))
        }
        Mode::NoData => Answer::json(200, &json!({ "code": 0, "message": "success" })).header("Set-Cookie", &format!("sid={}", COOKIES[1])),
        Mode::Invalid1003 => Answer::refusal(1003, "Invalid token"),
        Mode::Revoked1004 => Answer::refusal(1004, "Token revoked"),
        Mode::Expired1002 => Answer::refusal(1002, "Token expired"),
        Mode::OutOfTolerance => Answer::refusal(2002, "Timestamp outside of tolerance window"),
        Mode::InternalError => Answer::json(500, &json!({ "code": 5001, "message": "Internal server error", "data": secrets })),
    }
}

/// The responses of a server that repeats the contents of the request.
fn echo(mode: Mode, seen: &Seen) -> Answer {
    let contents = contents(seen);
    let id = contents.replace(' ', "_");
    match mode {
        Mode::Invalid1003 => Answer::json(200, &json!({ "code": 1003, "message": contents, "requestId": id })),
        Mode::Revoked1004 => Answer::json(401, &json!({ "code": 1004, "message": contents, "requestId": id })),
        Mode::Expired1002 => Answer::json(200, &json!({ "code": 1002, "message": contents, "requestId": id })),
        Mode::OutOfTolerance => Answer::json(
            200,
            &json!({ "code": 2002, "message": format!("Timestamp outside of tolerance window {contents}"), "requestId": id }),
        ),
        Mode::InternalError => Answer::json(500, &json!({ "code": 5001, "message": contents, "requestId": id })),
        Mode::HtmlBody => Answer::of_type(200, &contents.replace(['\n', ';'], "."), "<html>"),
        Mode::WrongTypes => Answer::json(200, &json!({ "code": 0, "message": contents, "requestId": id, "data": contents })),
        other => answer(other, seen),
    }
}

fn session_answer(number: usize) -> Answer {
    let data = json!({ "accessToken": TOKENS[number], "accessExpire": support::START / 1000 + 3600 });
    Answer::ok(&data).header("Set-Cookie", &format!("sid={}; HttpOnly", COOKIES[number]))
}

fn note<T: std::fmt::Debug>(outcome: Result<T, Error>) {
    match outcome {
        Ok(answer) => capture::print_debug(&answer),
        Err(error) => capture::print_error(error),
    }
}

/// Every call that sends or receives a secret, with a key and with a session.
async fn call_everything(key: &Auth, user: &Auth) {
    let by_key: Client = key.client();
    note(by_key.send(requests::UserAsset::new()).await);
    note(by_key.send(requests::CreateListenKey::new()).await);
    note(by_key.send(requests::RenewListenKey::new().listen_key(LISTEN_KEY)).await);
    note(by_key.send(requests::Order::new("BTCUSDT").client_order_id("mine")).await);
    let session = user.session();
    let by_token = user.client();
    note(by_token.send(requests::UserAsset::new()).await);
    note(by_token.send(requests::PnlLeaderboard::new(types::LeaderboardPeriod::SevenDays)).await);
    note(by_token.send(requests::RefreshToken::new()).await);
    if let Err(error) = session.renew().await {
        capture::print_error(error);
    }
    note(by_token.send(requests::CreateApiKey::new("bot").permissions(1)).await);
    if let Err(error) = session.logout().await {
        capture::print_error(error);
    }
    note(session.login(login_request()).await);
    note(session.exchange_ticket(requests::ExchangeTicket::new(TICKET)).await);
    let embed = requests::ExchangeEmbedToken::new(EMBED_TOKEN, "channel-1");
    note(session.exchange_embed_token(embed).await);
    if let Err(error) = key.sync_clock().await {
        capture::print_error(error);
    }
    for auth in [key, user] {
        capture::print_debug(auth);
        capture::print_debug(&auth.client());
        capture::print_debug(auth.session());
        capture::print_debug(auth.clock());
    }
}

/// The output under this failure, and the secrets that must not be in the output.
async fn printed(mode: Mode, answer: fn(Mode, &Seen) -> Answer) -> (String, Vec<String>) {
    let is_broken = Arc::new(AtomicBool::new(false));
    let broken = Arc::clone(&is_broken);
    let world = World::new(move |seen| match &*seen.path {
        _ if broken.load(Ordering::SeqCst) => answer(mode, seen),
        LOGIN => session_answer(0),
        REFRESH => session_answer(1),
        _ => support::anything(),
    })
    .await;
    let key_id = new_key_id();
    let key = ApiKey::new(&*key_id, SECRET).expect("a key");
    capture::print_debug(&key);
    capture::print_debug(&world.builder().api_key(key.clone()));
    let (key, user) = (world.builder().api_key(key).build(), world.logged_in().await);
    user.session().renew().await.expect("renewed");
    let _ = key.client().send(requests::UserAsset::new()).await;
    is_broken.store(true, Ordering::SeqCst);
    match mode {
        Mode::RefusedConnection => world.server.stop(),
        // With paused time, every timeout ends immediately.
        Mode::Timeout => tokio::time::pause(),
        _ => {}
    }
    call_everything(&key, &user).await;
    let mut secrets: Vec<String> = [SECRET, NEW_SECRET, LISTEN_KEY, TICKET, EMBED_TOKEN, PASSWORD].map(String::from).into();
    secrets.extend(TOKENS.iter().chain(&COOKIES).map(|secret| String::from(*secret)));
    secrets.push(key_id);
    secrets.extend(world.server.seen().iter().filter_map(|seen| seen.parameter("signature").map(String::from)));
    (capture::take(), secrets)
}

#[test]
fn no_secret_is_printed_in_any_failure() {
    capture::start();
    check("failure modes", &MODES, answer);
    // In the same test, because the capture contains the output of the whole process.
    let echoing = [
        Mode::Invalid1003,
        Mode::Revoked1004,
        Mode::Expired1002,
        Mode::OutOfTolerance,
        Mode::InternalError,
        Mode::HtmlBody,
        Mode::WrongTypes,
    ];
    check("ways to repeat secrets", &echoing, echo);
}

fn check(what: &str, modes: &[Mode], answer: fn(Mode, &Seen) -> Answer) {
    let mut searches = 0;
    for &mode in modes {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (printed, secrets) = runtime.block_on(printed(mode, answer));
        for secret in &secrets {
            assert_eq!(find_secret(&printed, secret), None, "{mode:?}: {secret}");
            searches += 1;
        }
        assert!(!contains_signature(&printed), "{mode:?}: {printed}");
        for visible in VISIBLE {
            assert!(printed.contains(visible), "{mode:?}: `{visible}` is not printed");
        }
        assert!(printed.contains("hyper") || printed.contains("reqwest"), "what libraries print is captured, too");
        assert!(printed.contains("the call failed"), "{mode:?}: nothing went wrong, or no panic was captured");
        println!("{mode:?}: {} secrets, {} bytes printed", secrets.len(), printed.len());
    }
    println!("{} {what}, {searches} searches, 0 secrets found", modes.len());
}
