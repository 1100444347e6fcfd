//! The nine signed requests of the vendor's documentation, byte for byte as in the fixture.

use serde_json::Value;
use sixmm_sandbox::{ApiKey, Clock, Sandbox, UnixMillis, User};

use crate::support::{Call, START, get};

/// An exchange that has an API key with the fixture's secret.
async fn start(vectors: &Value) -> (Sandbox, ApiKey) {
    let clock = Clock::manual(UnixMillis::new(START));
    let sandbox = Sandbox::builder().clock(clock).user(User::new("alice")).start().await.expect("a port is free");
    let secret = vectors["apiSecret"].as_str().expect("the fixture has a secret");
    let key = sandbox.import_api_key("alice", "fx_of_the_fixture", secret).expect("alice");
    (sandbox, key)
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../fixtures/signing_vectors.json")).expect("the fixture is JSON")
}

fn call(case: &Value, key: &ApiKey) -> Call {
    let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
    let method = ["GET", "POST", "PUT", "DELETE"].into_iter().find(|method| *method == text("method")).expect("a known method");
    Call { body: text("body"), ..get(&text("url")).method(method).header("X-API-KEY", &key.api_key) }
}

#[tokio::test]
async fn the_nine_documented_requests_are_authenticated() {
    let vectors = vectors();
    let cases = vectors["cases"].as_array().expect("the fixture has cases");
    assert_eq!(cases.len(), 9);
    for case in cases {
        let (sandbox, key) = start(&vectors).await;
        let answer = call(case, &key).send(&sandbox).await;
        let (status, code, message) = answer.summary();
        assert_eq!(status, 200, "{}: {message}", case["name"]);
        assert!(![1001, 1002, 1003, 1004, 1006, 3004, 3006].contains(&code), "{}: {code} {message}", case["name"]);
    }
}

#[tokio::test]
async fn a_corrupted_signature_is_rejected() {
    let vectors = vectors();
    let (sandbox, key) = start(&vectors).await;
    for case in vectors["cases"].as_array().expect("the fixture has cases") {
        let mut call = call(case, &key);
        let last = call.target.pop().expect("a target is not empty");
        call.target.push(if last == '0' { '1' } else { '0' });
        assert_eq!(call.send(&sandbox).await.summary(), (401, 1003, "Invalid signature".to_owned()), "{}", case["name"]);
    }
}
