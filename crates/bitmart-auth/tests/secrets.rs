//! No part of a key is printed in any failure.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bitmart_api::Error;
use bitmart_api::operations::{ORDER, SUBMIT_ORDER, WALLET, WITHDRAW};
use bitmart_auth::{ApiKey, permission, stream_login_signature};
use serde_json::json;
use venue_test_support::{contains_signature, find_secret};

use support::{MockResponse, RecordedRequest, World, call, capture, new_key_id, rejection, success};

const SECRET: &str = "never-print-this-api-secret-4d4c55a8e1d7";
const MEMO: &str = "never-print-this-memo-81f3";

/// A part of the `Debug` output of each type that holds a part of a key. Without these, the test would pass for types that print nothing.
const VISIBLE: [&str; 5] = ["ApiKey", "AuthBuilder", "Auth {", "ServerClock", "Signature([redacted])"];

/// The failure of each request from one moment on. The server repeats the contents of the request where it can.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    RefusedConnection,
    Timeout,
    ClosedConnection,
    TornResponse,
    Redirect,
    Html,
    MediaType,
    EmptyBody,
    WrongTypes,
    WrongSignature,
    TimestampOutOfRange,
    TooManyRequests,
    Banned,
    Forbidden,
    ServerError,
    RequestId,
    /// The server repeats the secret and the memo, as in a message that shows the text that was to be signed.
    SignedText,
}

const MODES: [Mode; 17] = [
    Mode::RefusedConnection,
    Mode::Timeout,
    Mode::ClosedConnection,
    Mode::TornResponse,
    Mode::Redirect,
    Mode::Html,
    Mode::MediaType,
    Mode::EmptyBody,
    Mode::WrongTypes,
    Mode::WrongSignature,
    Mode::TimestampOutOfRange,
    Mode::TooManyRequests,
    Mode::Banned,
    Mode::Forbidden,
    Mode::ServerError,
    Mode::RequestId,
    Mode::SignedText,
];

/// All contents of a request, for a server that repeats them where it should not.
fn contents(seen: &RecordedRequest) -> String {
    let headers = ["x-bm-key", "x-bm-timestamp", "x-bm-sign"].map(|name| seen.header(name).unwrap_or_default().to_owned());
    format!("{} {} {}", seen.target(), headers.join(" "), String::from_utf8_lossy(&seen.body))
}

fn response(mode: Mode, seen: &RecordedRequest) -> MockResponse {
    let contents = contents(seen);
    match mode {
        // The test stops the server in the first of these modes.
        Mode::RefusedConnection | Mode::ClosedConnection => MockResponse::closed(),
        Mode::Timeout => MockResponse::silence(),
        Mode::TornResponse => success(&json!({ "echo": contents })).torn(),
        Mode::Redirect => {
            let location = format!("https://elsewhere.example/{}", contents.replace(' ', "/"));
            MockResponse::of_type(307, "text/html", &contents).header("Location", &location)
        }
        Mode::Html => MockResponse::of_type(403, "text/html", format!("<html>{contents}</html>")),
        Mode::MediaType => MockResponse::of_type(200, &contents.replace(['\n', ';'], "."), "<html>"),
        Mode::EmptyBody => MockResponse::of_type(200, "application/json", ""),
        Mode::WrongTypes => MockResponse::json(200, &json!({ "code": contents, "message": [contents], "data": contents })),
        Mode::WrongSignature => rejection(401, 30005, &contents),
        Mode::TimestampOutOfRange => rejection(401, 30007, &format!("Header X-BM-TIMESTAMP range. {contents}")),
        Mode::TooManyRequests => rejection(429, 30013, &contents),
        Mode::Banned => rejection(418, 30017, &contents),
        Mode::Forbidden => rejection(403, 30012, &contents),
        Mode::ServerError => rejection(500, 59000, &contents),
        Mode::RequestId => {
            let id = contents.replace(' ', "_");
            MockResponse::json(401, &json!({ "code": 30005, "message": "Header X-BM-SIGN is wrong", "trace": id }))
        }
        Mode::SignedText => {
            let message = format!("Header X-BM-SIGN is wrong: expected HMAC({SECRET}, 1589793796145#{MEMO}#{contents})");
            MockResponse::json(401, &json!({ "code": 30005, "message": message, "trace": MEMO }))
        }
    }
}

fn note(outcome: Result<(), Error>) {
    if let Err(error) = outcome {
        capture::print_error(error);
    }
}

/// The output under this failure, and the secrets that must not be in the output.
async fn printed(mode: Mode) -> (String, Vec<String>) {
    let is_broken = Arc::new(AtomicBool::new(false));
    let broken = Arc::clone(&is_broken);
    let world = World::new(move |seen| if broken.load(Ordering::SeqCst) { response(mode, seen) } else { success(&json!({})) }).await;
    let id = new_key_id();
    let key = ApiKey::new(&*id, SECRET).and_then(|key| key.with_memo(MEMO)).expect("a key");
    capture::print_debug(&key);
    capture::print_debug(&stream_login_signature(&key, bitmart_api::UnixMillis::new(support::START)));
    capture::print_debug(&world.builder().api_key(key.clone()));
    let auth = world.builder().api_key(key.clone()).build();
    call(&auth.client(), &ORDER, Some(&json!({}))).await.expect("a success");
    is_broken.store(true, Ordering::SeqCst);
    match mode {
        Mode::RefusedConnection => world.server.stop(),
        // With paused time, every timeout ends immediately.
        Mode::Timeout => tokio::time::pause(),
        _ => {}
    }
    let client = auth.client();
    note(call(&client, &WALLET, None::<&()>).await);
    for operation in [&ORDER, &SUBMIT_ORDER, &WITHDRAW] {
        note(call(&client, operation, Some(&json!({ "amount": "100.000" }))).await);
    }
    let read_only = world.builder().api_key(key).permissions(&[permission::READ_ONLY]).build();
    note(call(&read_only.client(), &WITHDRAW, Some(&json!({}))).await);
    capture::print_debug(&auth);
    capture::print_debug(&client);
    capture::print_debug(auth.clock());
    let mut secrets = vec![String::from(SECRET), String::from(MEMO), id];
    secrets.extend(world.server.seen().iter().filter_map(|seen| seen.header("x-bm-sign").map(String::from)));
    (capture::take(), secrets)
}

#[test]
fn no_part_of_a_key_is_printed_in_any_failure() {
    capture::start();
    let mut searches = 0;
    for mode in MODES {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (printed, secrets) = runtime.block_on(printed(mode));
        for secret in &secrets {
            assert_eq!(find_secret(&printed, secret), None, "{mode:?}: {secret}");
            searches += 1;
        }
        assert!(!contains_signature(&printed), "{mode:?}: {printed}");
        for visible in VISIBLE {
            assert!(printed.contains(visible), "{mode:?}: `{visible}` is not printed");
        }
        assert!(printed.contains("hyper") || printed.contains("reqwest"), "the output of libraries is captured, too");
        assert!(printed.contains("the call failed"), "{mode:?}: no call failed, or no panic was captured");
    }
    println!("{} failures, {searches} searches, 0 secrets found", MODES.len());
}
