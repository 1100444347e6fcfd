//! No secret is printed in any failure. This test has its own process, because it captures the output of the whole process.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use sixmm_ext::{
    Client, Error, NewOrder, Outcome, ReconcilePolicy, RetryPolicy, credentials::ApiKey, listen_key::ListenKeyGuard, observer::Observer,
    requests,
};
use venue_runtime::call::{AttemptReport, CallReport, SlowDownReport, WaitReport};

use venue_test_support::{contains_signature, find_secret};

use support::{Harness, LISTEN_KEY, LOGIN, MockResponse, RecordedRequest, asset, log_capture};

const KEY_ID: &str = "never-print-this-key-id-77e0b1";
const SECRET: &str = "never-print-this-api-secret-4d4c55a8e1d7";
const NEW_SECRET: &str = "never-print-this-new-api-secret-f36b20c9";
const LISTEN_KEYS: [&str; 2] = ["f57cb61ef604ce76be09e753a5dbdd8c", "0be1c9d2a8114f0f8b6f7c2d9e3a4b5c"];
const PASSWORD: &str = "never-print-this-password-90f1";
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.a-token.c2lnbmF0dXJl";
const COOKIE: &str = "a-cookie-7c41d0";

/// An observer that prints every report.
#[derive(Debug)]
struct Printing;

impl Observer for Printing {
    fn attempt(&self, report: &AttemptReport<'_>) {
        log_capture::print_debug(report);
        if let Some((error, _)) = report.failure {
            log_capture::print(error);
            log_capture::print_debug(error);
        }
    }

    fn wait(&self, report: &WaitReport) {
        log_capture::print_debug(report);
    }

    fn slow_down(&self, report: &SlowDownReport) {
        log_capture::print_debug(report);
    }

    fn call(&self, report: &CallReport<'_>) {
        log_capture::print_debug(report);
    }
}

/// A part of the `Debug` output of each type that holds a secret. Without these, the test would pass for types that print nothing.
const VISIBLE: [&str; 5] = ["ClientBuilder", "Client {", "Account", "Session", "CallReport"];

/// A failure of every request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    NobodyThere,
    Silence,
    Closed,
    Torn,
    Redirect,
    Html401,
    Html502,
    Html200,
    Empty,
    WrongTypes,
    NoData,
    Code(i64),
    Echo(i64),
    Echo500,
    EchoAsData,
}

const MODES: [Mode; 22] = [
    Mode::NobodyThere,
    Mode::Silence,
    Mode::Closed,
    Mode::Torn,
    Mode::Redirect,
    Mode::Html401,
    Mode::Html502,
    Mode::Html200,
    Mode::Empty,
    Mode::WrongTypes,
    Mode::NoData,
    Mode::Code(1003),
    Mode::Code(1004),
    Mode::Code(3004),
    Mode::Code(5001),
    Mode::Code(5003),
    Mode::Echo(1002),
    Mode::Echo(1003),
    Mode::Echo(2002),
    Mode::Echo(5003),
    Mode::Echo500,
    Mode::EchoAsData,
];

/// All contents of a request, for a server that returns them in its response by mistake.
fn contents(request: &RecordedRequest) -> String {
    let headers = ["x-api-key", "authorization", "cookie"].map(|name| request.header(name).unwrap_or_default().to_owned());
    format!("{}?{} {} {}", request.path, request.query, headers.join(" "), String::from_utf8_lossy(&request.body))
}

fn failed_response(mode: Mode, request: &RecordedRequest) -> MockResponse {
    let (contents, html) = (contents(request), format!("<html>{}</html>", contents(request)));
    let id = contents.replace(' ', "_");
    let secrets = json!({ "accessToken": TOKEN, "apiSecret": NEW_SECRET, "listenKey": LISTEN_KEYS[1] });
    match mode {
        Mode::NobodyThere | Mode::Closed => MockResponse::closed(),
        Mode::Silence => MockResponse::silence(),
        Mode::Torn => MockResponse::ok(&secrets).torn(),
        Mode::Redirect => MockResponse::of_type(307, "text/html", &html).header("Location", &format!("https://elsewhere.example/{id}")),
        Mode::Html401 => MockResponse::of_type(401, "text/html", &html),
        Mode::Html502 => MockResponse::of_type(502, "text/html", &html),
        Mode::Html200 => MockResponse::of_type(200, &id.replace(['\n', ';'], "."), &html),
        Mode::Empty => MockResponse::of_type(200, "application/json", ""),
        Mode::WrongTypes => MockResponse::ok(
            &json!({ "accessToken": [TOKEN], "apiSecret": { NEW_SECRET: 1 }, "listenKey": [LISTEN_KEYS[1]], "list": LISTEN_KEYS[1] }),
        ),
        Mode::NoData => MockResponse::json(200, &json!({ "code": 0, "message": "success" })),
        Mode::Code(code) => MockResponse::json(200, &json!({ "code": code, "message": "no", "data": secrets })),
        Mode::Echo(code) => MockResponse::json(200, &json!({ "code": code, "message": contents, "requestId": id })),
        Mode::Echo500 => MockResponse::json(500, &json!({ "code": 5001, "message": contents, "requestId": id })),
        Mode::EchoAsData => MockResponse::json(200, &json!({ "code": 0, "message": contents, "requestId": id, "data": contents })),
    }
}

fn successful_response(request: &RecordedRequest) -> MockResponse {
    match &*request.path {
        LOGIN => MockResponse::ok(&json!({ "accessToken": TOKEN, "accessExpire": support::START / 1000 + 86_400 }))
            .header("Set-Cookie", &format!("sid={COOKIE}; HttpOnly")),
        LISTEN_KEY => MockResponse::ok(&json!({ "listenKey": LISTEN_KEYS[0], "expireAt": support::START + 3_600_000 })),
        _ => asset(),
    }
}

fn note<T: std::fmt::Debug>(outcome: Result<T, Error>) {
    match outcome {
        Ok(data) => log_capture::print_debug(&data),
        Err(error) => log_capture::print_error(error),
    }
}

fn note_outcome<T: std::fmt::Debug>(outcome: Outcome<T>) {
    log_capture::print_debug(&outcome);
    if let Some(unresolved) = outcome.unknown() {
        log_capture::print(unresolved);
    }
    note(outcome.into_result());
}

/// Sends calls of every kind.
async fn call_everything(harness: &Harness, client: &Client) {
    note(harness.drive(client.account().asset().send_with_metadata()).await);
    note(harness.drive(client.market().rules("BTCUSDT")).await);
    note(harness.drive(client.orders().trades().items().into_vec()).await.map_err(Error::from));
    note(harness.drive(client.api_keys().create("bot").send()).await);
    let orders = client.orders();
    note_outcome(harness.drive(orders.place(NewOrder::buy("BTCUSDT", 1).limit(85_000)).send()).await);
    note_outcome(harness.drive(orders.cancel("BTCUSDT", sixmm_ext::types::OrderId::from("1")).send()).await);
    note_outcome(harness.drive(orders.cancel_all().until_none_open(std::time::Duration::from_secs(12))).await);
    for outcome in harness.drive(orders.place_batch([NewOrder::buy("BTCUSDT", 1).limit(85_000)]).send()).await {
        note_outcome(outcome);
    }
    note(harness.drive(client.account().start_listen_key()).await);
    if let Err(error) = harness.drive(client.sync_clock()).await {
        log_capture::print_error(error);
    }
    if let Err(error) = harness.drive(client.session().renew()).await {
        log_capture::print_error(error);
    }
    note(harness.drive(client.session().login(login())).await);
    log_capture::print_debug(client);
    log_capture::print_debug(&client.account());
    log_capture::print_debug(&client.account().asset());
    log_capture::print_debug(&client.session());
}

/// Renews the listen key of a guard several times, and closes the guard.
async fn renew_and_close(harness: &Harness, guard: ListenKeyGuard) {
    let subscriber = guard.subscribe();
    support::yield_until(|| harness.time.sleepers() > 0).await;
    for _ in 0..5 {
        harness.time.advance(Duration::from_secs(30 * 60));
        support::yield_until(|| harness.time.sleepers() > 0).await;
        log_capture::print_debug(&guard);
        log_capture::print_debug(&guard.current());
        log_capture::print_debug(&subscriber);
    }
    note(harness.drive(guard.close()).await);
}

fn login() -> requests::Login {
    requests::Login::new("alice", PASSWORD)
}

/// The output of all calls with this failure, and the secrets that the output must not contain.
async fn printed(mode: Mode) -> (String, Vec<String>) {
    let is_broken = Arc::new(AtomicBool::new(false));
    let broken = Arc::clone(&is_broken);
    let script = move |request: &RecordedRequest| {
        if broken.load(Ordering::SeqCst) { failed_response(mode, request) } else { successful_response(request) }
    };
    // Each harness has its own API key, because the time of each harness starts at the same value and the process remembers the timestamps
    // of each key.
    let key_id = format!("{KEY_ID}-{mode:?}");
    let harness = Harness::with(script, |client| {
        let client = client
            .api_key(ApiKey::new(key_id, SECRET).expect("a key"))
            .observer(Printing)
            .retry(RetryPolicy::new().max_attempts(2))
            .reconcile_policy(ReconcilePolicy::default().timeout(Duration::from_secs(1)));
        log_capture::print_debug(&client);
        client
    })
    .await;
    let client = &harness.client;
    client.session().login(login()).await.expect("a session");
    note(harness.drive(client.account().asset().send()).await);
    // The renewal task of a guard would advance the time during the calls to a silent exchange.
    let guard = if mode == Mode::Silence { None } else { client.account().start_listen_key().await.ok() };
    is_broken.store(true, Ordering::SeqCst);
    if let Some(guard) = guard {
        renew_and_close(&harness, guard).await;
    }
    match mode {
        Mode::NobodyThere => harness.server.stop(),
        // With paused time, every timeout passes immediately.
        Mode::Silence => tokio::time::pause(),
        _ => {}
    }
    call_everything(&harness, client).await;
    let mut secrets: Vec<String> = [KEY_ID, SECRET, NEW_SECRET, PASSWORD, TOKEN, COOKIE].map(String::from).into();
    secrets.extend(LISTEN_KEYS.map(String::from));
    secrets.extend(harness.server.seen().iter().filter_map(|request| request.parameter("signature").map(String::from)));
    (log_capture::take(), secrets)
}

#[test]
fn no_secret_is_printed_in_any_failure() {
    log_capture::start();
    let mut searches = 0;
    for mode in MODES {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (printed, secrets) = runtime.block_on(printed(mode));
        for secret in &secrets {
            assert_eq!(find_secret(&printed, secret), None, "{mode:?}: {secret}");
            searches += 1;
        }
        assert!(!contains_signature(&printed), "{mode:?}: the output looks like a signature");
        for visible in VISIBLE {
            assert!(printed.contains(visible), "{mode:?}: `{visible}` is not printed");
        }
        assert!(printed.contains("hyper") || printed.contains("reqwest"), "the output of libraries is captured, too");
        assert!(printed.contains("the call failed"), "{mode:?}: no call failed, or no panic was captured");
        println!("{mode:?}: {} secrets, {} bytes printed", secrets.len(), printed.len());
    }
    println!("{} failure modes, {searches} searches, 0 secrets found", MODES.len());
}
