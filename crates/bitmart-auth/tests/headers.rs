//! The headers of KEYED and SIGNED requests, as they arrive at a socket.

mod support;

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bitmart_api::operations::{self, SYSTEM_TIME, WALLET, WITHDRAW, security};
use bitmart_api::reqwest::Method;
use bitmart_api::{Attempt, BoxFuture, Interceptor, Operation, Repeatable, Veto, reqwest};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use ring::hmac;
use serde_json::{Value, json};

use support::{API_MEMO, API_SECRET, RecordedRequest, START, World, call, new_key, success, timestamp};

/// A KEYED operation with a body, which BitMart does not have.
static KEYED_POST: Operation =
    Operation::new("keyed_post", Method::POST, "/keyed", "Test", &[&[security::KEY]], None, Repeatable::Safe, "");

/// A SIGNED operation without a body, which BitMart does not have.
static SIGNED_GET: Operation = Operation::new(
    "signed_get",
    Method::GET,
    "/signed",
    "Test",
    &[&[security::KEY, security::TIMESTAMP, security::SIGN]],
    None,
    Repeatable::Safe,
    "",
);

/// The names of the credential headers of a request.
fn credential_headers(request: &RecordedRequest) -> Vec<&str> {
    let mut names: Vec<&str> = request.headers.iter().map(|(name, _)| &**name).filter(|name| name.starts_with("x-bm-")).collect();
    names.sort_unstable();
    names
}

/// Verifies a signature with another HMAC implementation than the one that made it.
fn verify(request: &RecordedRequest) {
    let key = hmac::Key::new(hmac::HMAC_SHA256, API_SECRET.as_bytes());
    let message =
        [request.header("x-bm-timestamp").expect("a timestamp").as_bytes(), b"#", API_MEMO.as_bytes(), b"#", &request.body].concat();
    let expected = hmac::sign(&key, &message).as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(request.header("x-bm-sign"), Some(&*expected), "{request:?}");
}

const KEYED: [&str; 1] = ["x-bm-key"];
const SIGNED: [&str; 3] = ["x-bm-key", "x-bm-sign", "x-bm-timestamp"];

#[tokio::test]
async fn the_security_schemes_of_the_operation_decide_the_headers_and_not_its_method() {
    let world = World::new(|_| success(&json!({}))).await;
    let client = world.with_key().client();
    let body = json!({ "symbol": "BTC_USDT" });
    call(&client, &KEYED_POST, Some(&body)).await.expect("a success");
    call(&client, &SIGNED_GET, None::<&Value>).await.expect("a success");
    call(&client, &WALLET, None::<&Value>).await.expect("a success");
    call(&client, &WITHDRAW, Some(&body)).await.expect("a success");
    let seen = world.server.seen();
    assert_eq!(seen.iter().map(credential_headers).collect::<Vec<_>>(), [&KEYED[..], &SIGNED, &KEYED, &SIGNED]);
    verify(&seen[1]);
    verify(&seen[3]);
}

/// Checks the whole operation table: KEYED requests have no signature and no timestamp, and public requests have no credentials at all.
#[tokio::test]
async fn each_operation_has_the_headers_of_its_security_schemes() {
    let world = World::new(|_| success(&json!({}))).await;
    let auth = world.with_key();
    auth.sync_clock().await.expect("a clock");
    let client = auth.client();
    let mut table = String::new();
    for operation in operations::ALL.iter().filter(|operation| !operation.is_removed) {
        let before = world.server.requests().len();
        // The response does not fit all operations.
        let _ = call(&client, operation, Some(&json!({}))).await;
        let seen = world.server.requests();
        assert_eq!(seen.len(), before + 1, "{operation}");
        let request = &seen[before];
        let headers = credential_headers(request);
        let expected: &[&str] = match operation.security {
            [] => &[],
            [schemes] if **schemes == [security::KEY] => &KEYED,
            [schemes] if **schemes == [security::KEY, security::TIMESTAMP, security::SIGN] => &SIGNED,
            other => panic!("{operation}: unknown schemes {other:?}"),
        };
        assert_eq!(headers, expected, "{operation}");
        if expected == SIGNED {
            verify(request);
        }
        let headers = if headers.is_empty() { String::from("none") } else { headers.join(" ") };
        writeln!(table, "{:<5}{:<55}{headers}", operation.method.as_str(), operation.path).expect("a string");
    }
    insta::assert_snapshot!(table);
}

#[test]
fn any_body_is_signed_as_it_arrives() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let world = runtime.block_on(World::new(|_| success(&json!({}))));
    let client = world.with_key().client();
    let mut runner = TestRunner::new(Config { cases: 1024, failure_persistence: None, ..Config::default() });
    let text = prop_oneof![any::<String>(), "[ -~]{0,64}", "[#{}\",:]{0,40}"];
    let outcome = runner.run(&(text.clone(), text, any::<i64>(), any::<bool>()), |(name, value, number, is_nested)| {
        let mut body = json!({ name.clone(): value, "size": number });
        if is_nested {
            body = json!({ "orderParams": [body], name: null });
        }
        let before = world.server.seen().len();
        // Every call uses another millisecond.
        world.time.advance(Duration::from_millis(1));
        runtime.block_on(call(&client, &WITHDRAW, Some(&body))).expect("a success");
        let seen = world.server.seen();
        prop_assert_eq!(seen.len(), before + 1);
        prop_assert_eq!(serde_json::from_slice::<Value>(&seen[before].body).ok(), Some(body));
        verify(&seen[before]);
        Ok(())
    });
    outcome.expect("every body is signed as it arrives");
    let seen = world.server.seen();
    assert_eq!(seen.len(), 1024);
    assert!(seen.iter().map(timestamp).is_sorted_by(|earlier, later| earlier < later), "no timestamp is used twice");
    assert_eq!(timestamp(&seen[0]), START + 1);
}

/// Replaces the body.
#[derive(Debug)]
struct ReplaceBody;

impl Interceptor for ReplaceBody {
    fn on_attempt<'a>(&'a self, request: &'a mut reqwest::Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        *request.body_mut() = Some(r#"{ "replaced" : true }"#.into());
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn the_body_that_another_interceptor_replaced_is_signed() {
    let world = World::new(|_| success(&json!({}))).await;
    let auth = world.builder().api_key(new_key()).interceptor(Arc::new(ReplaceBody)).build();
    call(&auth.client(), &WITHDRAW, Some(&json!({ "amount": "1" }))).await.expect("a success");
    let seen = world.server.seen();
    assert_eq!(seen[0].body, br#"{ "replaced" : true }"#);
    verify(&seen[0]);
}

#[tokio::test]
async fn a_public_operation_and_a_keyed_operation_do_not_read_the_clock() {
    let world = World::new(|_| success(&json!({}))).await;
    let client = world.with_key().client();
    call(&client, &WALLET, None::<&Value>).await.expect("a success");
    assert_eq!(world.server.seen_at(SYSTEM_TIME.path).len(), 0);
    call(&client, &WITHDRAW, Some(&json!({}))).await.expect("a success");
    assert!(!world.server.seen_at(SYSTEM_TIME.path).is_empty());
    assert!(world.server.seen_at(SYSTEM_TIME.path).iter().all(|request| credential_headers(request).is_empty()));
}
