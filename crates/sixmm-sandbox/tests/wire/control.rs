//! The control interface: faults, clock, request log and documentation.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use sixmm_sandbox::{Clock, Sandbox, UnixMillis};

use crate::support::{Answer, Call, START, builder, get, parse, post};

pub(crate) async fn start() -> (Sandbox, SocketAddr) {
    let sandbox = builder().control_port(0).start().await.expect("ports are free");
    let address = sandbox.control_address().expect("the control interface is enabled");
    (sandbox, address)
}

pub(crate) async fn send(call: Call, address: SocketAddr) -> Answer {
    parse(&call.raw(address).await)
}

#[tokio::test]
async fn the_control_interface_is_off_by_default() {
    assert_eq!(crate::support::start().await.control_address(), None);
}

#[tokio::test]
async fn a_fault_rule_is_added_listed_and_removed() {
    let (sandbox, control) = start().await;
    let rule = json!({ "operations": ["server_time"], "probability": 1.0, "count": 1, "fault": { "kind": "errorBefore", "status": 503 } });
    assert_eq!(send(post("/faults", rule.clone()), control).await.json(), json!({ "id": 1 }));
    let listed = send(get("/faults"), control).await.json();
    assert_eq!(listed, json!({ "rules": [{ "id": 1, "rule": rule, "left": 1 }], "hits": [] }));
    assert_eq!(get("/v1/time").send(&sandbox).await.status, 503);
    let hit =
        json!({ "at": START, "request": 1, "operation": "server_time", "rule": 1, "fault": { "kind": "errorBefore", "status": 503 } });
    assert_eq!(send(get("/faults"), control).await.json(), json!({ "rules": [], "hits": [hit] }));

    let id = send(post("/faults", json!({ "fault": { "kind": "dropAfter" } })), control).await.json()["id"].clone();
    assert_eq!(send(get(&format!("/faults/{id}")).method("DELETE"), control).await.status, 200);
    assert_eq!(send(get(&format!("/faults/{id}")).method("DELETE"), control).await.status, 404);
    assert_eq!(send(get("/faults").method("DELETE"), control).await.status, 200);
    assert_eq!(get("/v1/time").send(&sandbox).await.status, 200);
}

/// Each kind of fault in JSON, with and without its optional fields.
fn faults() -> Vec<Value> {
    let faults = json!([
        { "kind": "delay", "millis": 1 },
        { "kind": "delayResponse", "millis": 1 },
        { "kind": "dropBefore" },
        { "kind": "dropAfter" },
        { "kind": "hangBefore" },
        { "kind": "hangAfter" },
        { "kind": "rateLimit" },
        { "kind": "rateLimit", "retryAfter": 1 },
        { "kind": "errorBefore", "status": 500 },
        { "kind": "errorAfter", "status": 500 },
        { "kind": "htmlBefore", "status": 502 },
        { "kind": "htmlAfter", "status": 502 },
        { "kind": "truncateBody" },
        { "kind": "slowBytes", "millis": 1 },
        { "kind": "clockSkew", "millis": -1 },
        { "kind": "unknownEnums" },
        { "kind": "extraFields" },
        { "kind": "missingFields" },
        { "kind": "missingFields", "fields": ["orderId"] },
        { "kind": "nullLists" },
    ]);
    faults.as_array().expect("a list").clone()
}

#[tokio::test]
async fn each_fault_has_a_json_representation() {
    let (sandbox, control) = start().await;
    let faults = faults();
    for fault in &faults {
        assert_eq!(send(post("/faults", json!({ "fault": fault })), control).await.status, 200, "{fault}");
    }
    let in_force: Vec<Value> =
        sandbox.faults().rules().into_iter().map(|(_, rule, _)| serde_json::to_value(rule.fault).expect("JSON")).collect();
    assert_eq!(in_force, faults, "each rule is returned as it was sent");
}

#[tokio::test]
async fn a_field_of_the_rule_inside_of_the_fault_is_rejected() {
    let (sandbox, control) = start().await;
    for mut fault in faults() {
        fault["count"] = 1.into();
        let answer = send(post("/faults", json!({ "fault": fault })), control).await;
        let error = answer.json()["error"].as_str().expect("the response has an error").to_owned();
        assert!(answer.status == 422 && error.contains("unknown field `count`"), "{fault}: {} {error}", answer.status);
    }
    assert!(sandbox.faults().rules().is_empty());
}

#[tokio::test]
async fn an_invalid_rule_is_rejected_with_the_reason() {
    let (_sandbox, control) = start().await;
    for (rule, expected) in [
        (json!({ "fault": { "kind": "explode" } }), "unknown variant `explode`"),
        (json!({ "fault": "dropAfter" }), r#"expected an object with its kind, such as {"kind": "dropAfter"}"#),
        (json!({ "fault": { "millis": 5 } }), "missing field `kind`"),
        (json!({ "operations": ["place"], "fault": { "kind": "dropAfter" } }), "no operation has the name `place`"),
        (json!({ "times": 2, "fault": { "kind": "dropAfter" } }), "unknown field `times`"),
        (json!({ "count": 0, "fault": { "kind": "dropAfter" } }), "`count` is 0: it must be 1 or more, or left out"),
        (json!({ "fault": { "kind": "missingFields", "fields": vec!["price"; 101] } }), "`fields` has 101 names: at most 100 are allowed"),
        (json!({ "fault": { "kind": "missingFields", "fields": ["x".repeat(101)] } }), "`fields` has a name of more than 100 bytes"),
        (json!({ "probability": 2, "fault": { "kind": "dropAfter" } }), "`probability` is 2: it must be 0 to 1"),
    ] {
        let answer = send(post("/faults", rule), control).await;
        let error = answer.json()["error"].as_str().expect("the response has an error").to_owned();
        assert!(answer.status == 422 && error.contains(expected), "{} {error}", answer.status);
    }
}

#[tokio::test]
async fn the_clock_is_reported_and_advanced() {
    let (sandbox, control) = start().await;
    assert_eq!(send(get("/clock"), control).await.json(), json!({ "now": START, "real": false }));
    assert_eq!(send(post("/clock/advance", json!({ "millis": 5 })), control).await.json(), json!({ "now": START + 5 }));
    assert_eq!(sandbox.now().as_millis(), START + 5);
}

#[tokio::test]
async fn the_system_clock_cannot_be_advanced() {
    let sandbox = Sandbox::builder().control_port(0).start().await.expect("ports are free");
    let control = sandbox.control_address().expect("the control interface is enabled");
    assert_eq!(send(post("/clock/advance", json!({ "millis": 5 })), control).await.status, 409);
}

#[tokio::test]
async fn requests_are_logged_without_their_content() {
    let (sandbox, control) = start().await;
    post("/v1/public/user/login", json!({ "username": "alice", "password": "password" })).send(&sandbox).await;
    let expected = json!({ "requests": [{
        "number": 1, "at": START, "operation": "login", "requestId": "req-00000001", "user": null, "clientOrderIds": [], "code": 0,
        "effect": "complete",
    }] });
    assert_eq!(send(get("/requests"), control).await.json(), expected);
}

#[tokio::test]
async fn tickets_and_embed_tokens_are_issued() {
    let (sandbox, control) = start().await;
    for (path, operation, name, rest) in [
        ("/tickets", "exchange-ticket", "ticket", json!({})),
        ("/embed-tokens", "exchange-embed-token", "embedToken", json!({ "channelId": "channel-1" })),
    ] {
        let mut body = rest;
        body[name] = send(post(path, json!({ "user": "bob" })), control).await.json()[name].clone();
        assert_eq!(post(&format!("/v1/public/agent-sso/{operation}"), body).send(&sandbox).await.code(), 0);
        assert_eq!(send(post(path, json!({ "user": "carol" })), control).await.status, 404);
    }
}

#[tokio::test]
async fn the_clock_cannot_be_advanced_beyond_2080() {
    let (sandbox, control) = start().await;
    let most = 3_471_292_800_000 - START;
    for millis in [json!(u64::MAX), json!(most + 1)] {
        let answer = send(post("/clock/advance", json!({ "millis": millis })), control).await;
        let expected =
            format!("`millis` is {millis}: it must be 0 to {most}. The clock cannot go beyond 3471292800000, which is 2080-01-01");
        assert_eq!((answer.status, answer.json()), (422, json!({ "error": expected })));
    }
    assert_eq!(sandbox.now().as_millis(), START);
    assert_eq!(send(post("/clock/advance", json!({ "millis": most })), control).await.json(), json!({ "now": START + most }));
    // No query that depends on the time fails at the latest time: neither the clock, nor the next funding, nor candlesticks.
    sandbox.advance(Duration::MAX);
    assert_eq!(get("/v1/time").send(&sandbox).await.data()["timestampMs"], START + most);
    for target in [
        "/v1/public/market/funding-rate/current",
        "/v1/public/market/klines?symbol=BTCUSDT&interval=1M&endTime=-9223372036854775808",
        "/v1/public/market/klines?symbol=BTCUSDT&interval=1w&startTime=9223372036854775807",
    ] {
        assert_eq!(get(target).send(&sandbox).await.code(), 0, "{target}");
    }
}

#[tokio::test]
async fn an_exchange_cannot_start_after_the_latest_time() {
    let clock = Clock::manual(UnixMillis::new(i64::MAX));
    let error = Sandbox::builder().clock(clock).start().await.expect_err("it is too late");
    assert!(error.to_string().contains("must be 0 to 3471292800000"), "{error}");
}

#[tokio::test]
async fn each_error_has_a_message_in_json() {
    let (_sandbox, control) = start().await;
    for (call, status, expected) in [
        (get("/faults/abc").method("DELETE"), 404, "no rule has the id abc"),
        (get("/faults/%ff").method("DELETE"), 400, "Invalid UTF-8 in `id`"),
        (post("/market/%ff/price", json!({ "price": "1" })), 400, "Invalid UTF-8 in `symbol`"),
        (post("/market/NONE/price", json!({ "price": "1" })), 422, "symbol \"NONE\" is not a contract"),
        (get("/fault"), 404, "no such path: /fault"),
        (get("/faults").method("PUT"), 405, "/faults does not accept PUT"),
        (get("/faults/1"), 405, "/faults/1 does not accept GET"),
        (get("/tickets"), 405, "/tickets does not accept GET"),
    ] {
        let answer = send(call.clone(), control).await;
        let error = answer.json()["error"].as_str().expect("the response has an error").to_owned();
        assert!(answer.status == status && error.contains(expected), "{call:?}: {} {error}", answer.status);
    }
}

#[tokio::test]
async fn each_example_of_the_documentation_is_accepted() {
    let (_sandbox, control) = start().await;
    let mut taken = 0;
    for row in include_str!("../../src/control/interface.md").lines().filter_map(|line| line.strip_prefix("| `")) {
        let [request, body, ..] = row.split('|').map(str::trim).collect::<Vec<_>>()[..] else { panic!("a request and a body: {row}") };
        let (method, path) = request.trim_end_matches('`').split_once(' ').expect("a method and a path");
        let call = match body.trim_matches('`') {
            "" => get(path),
            body => post(path, serde_json::from_str(body).expect("JSON")),
        };
        let method = ["GET", "POST", "DELETE"].into_iter().find(|known| *known == method).expect("a method");
        let answer = send(call.method(method), control).await;
        assert_eq!(answer.status, 200, "{request}: {}", String::from_utf8_lossy(&answer.body));
        taken += 1;
    }
    assert_eq!(taken, 20, "one request per row");
}

#[tokio::test]
async fn the_documentation_of_each_fault_contains_its_json() {
    let (sandbox, control) = start().await;
    let source = include_str!("../../src/faults/fault.rs");
    let documented = source.lines().filter_map(|line| line.trim().strip_prefix("/// JSON: `")?.strip_suffix("`."));
    let documented: Vec<Value> = documented.map(|json| serde_json::from_str(json).expect("JSON")).collect();
    for fault in &documented {
        assert_eq!(send(post("/faults", json!({ "fault": fault })), control).await.status, 200, "{fault}");
    }
    let in_force: Vec<Value> =
        sandbox.faults().rules().into_iter().map(|(_, rule, _)| serde_json::to_value(rule.fault).expect("JSON")).collect();
    assert_eq!(in_force, documented, "each rule is returned as documented");
    let kinds = |faults: &[Value]| faults.iter().map(|fault| fault["kind"].to_string()).collect::<BTreeSet<_>>();
    assert_eq!(kinds(&documented), kinds(&faults()));
}
