//! Every operation is reachable through the client, and what it sends is what the documentation shows.

mod cases;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sixmm_api::{BoxFuture, Client as ExchangeClient, Operation, operations, requests};
use sixmm_tests::Fixture;

use crate::support::{Answer, LISTEN_KEY, Seen, World, session};

/// Sends one request, or several.
type Call = for<'a> fn(&'a World) -> BoxFuture<'a, ()>;

/// What the client does not send as the fixture shows it, and why not. Their operations are reached all the same.
const DIFFERENT: &[(&str, &str)] = &[
    ("place_order.every_parameter", "`placeType` has no documented values, and is not offered; `priceType` 0 is what leaving it out means"),
    ("place_condition_order", "a stop that is a trailing stop, too: refused here"),
    ("place_strategy_order", "the fixture's links between the orders are made up"),
    ("cancel_order.every_parameter", "one id is enough"),
];

#[tokio::test]
async fn every_operation_is_reachable_and_arrives_at_its_route() {
    let mut reached = BTreeSet::new();
    for (fixture, call) in cases::calls() {
        let operation = operation(fixture.split('.').next().unwrap_or_default());
        arrived(operation, call).await;
        reached.insert(operation.id);
    }
    let all: BTreeSet<_> = operations::ALL.iter().map(|operation| operation.id).collect();
    assert_eq!(all.difference(&reached).collect::<Vec<_>>(), Vec::<&&str>::new(), "operations that the client does not wrap");
    assert_eq!(reached.len(), 53, "the README says so");
}

#[tokio::test]
async fn arguments_and_options_arrive_under_the_documented_names_with_the_exact_values() {
    let mut compared = 0;
    for (name, call) in cases::calls() {
        if DIFFERENT.iter().any(|(different, _)| *different == name) {
            continue;
        }
        let fixture = Fixture::request(name);
        let seen = arrived(operation(fixture.operation()), call).await;
        assert_eq!(request_line(&seen), fixture.request_line(), "{name}");
        assert_eq!(json_of(&seen.body), json_of(fixture.body().as_bytes()), "{name}");
        compared += 1;
    }
    println!("{compared} requests compared with the documentation's, {} different on purpose", DIFFERENT.len());
}

#[test]
fn every_documented_request_has_a_call() {
    let calls: BTreeSet<_> = cases::calls().into_iter().map(|(name, _)| name.to_owned()).collect();
    let fixtures: BTreeSet<_> = Fixture::requests().into_iter().map(|fixture| fixture.name).collect();
    assert_eq!(calls, fixtures);
}

#[tokio::test]
async fn the_generated_client_is_within_reach_with_the_same_credentials() {
    let world = World::new(|_| Answer::ok(&json!({}))).await;
    let api: ExchangeClient = world.client.api();
    let _ = world.drive(api.send(requests::UserInfo::new())).await;
    let seen = world.server.seen_at(operations::USER_INFO.path);
    assert!(seen[0].header("x-api-key").is_some() && seen[0].parameter("signature").is_some());
}

/// The first request of this operation that the call sent.
async fn arrived(operation: &'static Operation, call: Call) -> Seen {
    let world = World::logged_in(|seen| match &*seen.path {
        LISTEN_KEY => Answer::ok(&json!({ "listenKey": "f57cb61ef604ce76be09e753a5dbdd8c", "expireAt": 1_777_539_918_867_i64 })),
        path if path.contains("user/refresh-token") || path.contains("agent-sso") => session("token-2"),
        _ => Answer::ok(&json!({})),
    })
    .await;
    world.drive(call(&world)).await;
    let mut seen = world.server.seen_at(operation.path).into_iter().filter(|seen| seen.method == operation.method.as_str());
    // The first one is the login of the world.
    let seen = if operation.id == "login" { seen.nth(1) } else { seen.next() };
    seen.unwrap_or_else(|| panic!("`{}` was not called", operation.id))
}

fn operation(id: &str) -> &'static Operation {
    operations::ALL.iter().copied().find(|operation| operation.id == id).unwrap_or_else(|| panic!("no operation `{id}`"))
}

/// Without what signs it.
fn request_line(seen: &Seen) -> String {
    let is_ours = |pair: &&str| !pair.is_empty() && !pair.starts_with("timestamp=") && !pair.starts_with("signature=");
    let query: Vec<_> = seen.query.split('&').filter(is_ours).collect();
    let target = if query.is_empty() { seen.path.clone() } else { format!("{}?{}", seen.path, query.join("&")) };
    format!("{} {target} HTTP/1.1", seen.method)
}

fn json_of(body: &[u8]) -> Value {
    if body.is_empty() { Value::Null } else { serde_json::from_slice(body).expect("a body of JSON") }
}
