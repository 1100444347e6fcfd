//! The client has a call for every operation, and sends each documented request as the documentation shows it.

mod cases;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sixmm_api::{BoxFuture, Operation, operations, requests};
use sixmm_tests::{Fixture, specification};
use venue_spec::model::{Api, Kind, Shape};

use crate::support::{Harness, LISTEN_KEY, MockResponse, RecordedRequest, START, session};

/// Sends one request or several requests, and returns the `Debug` text of the result.
type Call = for<'a> fn(&'a Harness) -> BoxFuture<'a, String>;

/// The fixtures whose request the client sends in another form, with the reason. The client has calls for the operations of these fixtures,
/// too.
const DIFFERENT: &[(&str, &str)] = &[
    ("place_order.every_parameter", "`placeType` has no documented values, and is not offered; `priceType` 0 is what leaving it out means"),
    ("place_condition_order", "a stop that is a trailing stop, too, is rejected before sending"),
    ("place_strategy_order", "the fixture's links between the orders are made up"),
    ("cancel_order.every_parameter", "one id is enough"),
];

#[tokio::test]
async fn every_operation_has_a_call_whose_request_arrives_at_its_route() {
    let mut reached = BTreeSet::new();
    for (fixture, call) in cases::calls() {
        let operation = operation(fixture.split('.').next().unwrap_or_default());
        arrived(operation, call).await;
        reached.insert(operation.id);
    }
    let all: BTreeSet<_> = operations::ALL.iter().map(|operation| operation.id).collect();
    assert_eq!(all.difference(&reached).collect::<Vec<_>>(), Vec::<&&str>::new(), "operations that the client does not wrap");
}

#[tokio::test]
async fn arguments_and_setters_are_sent_under_the_documented_names_with_the_exact_values() {
    let mut compared = 0;
    for (name, call) in cases::calls() {
        if DIFFERENT.iter().any(|(different, _)| *different == name) {
            continue;
        }
        let fixture = Fixture::request(name);
        let request = arrived(operation(fixture.operation()), call).await;
        assert_eq!(request_line(&request), fixture.request_line(), "{name}");
        assert_eq!(json_of(&request.body), json_of(fixture.body().as_bytes()), "{name}");
        compared += 1;
    }
    println!("{compared} requests compared with the documentation's, {} different on purpose", DIFFERENT.len());
}

/// Operations whose result contains no data of the response: order writes return an outcome, session calls store the session, and a listen
/// key is a secret. The path of `server_time` belongs to the exchange of the test.
const WITHOUT_DATA: &[&str] = &[
    "login",
    "refresh_token",
    "exchange_ticket",
    "exchange_embed_token",
    "logout",
    "create_listen_key",
    "renew_listen_key",
    "close_listen_key",
    "server_time",
];

#[tokio::test]
async fn each_response_is_decoded_into_its_documented_type() {
    let api = specification();
    let is_order_write = |operation: &Operation| operation.section == operations::PLACE_ORDER.section && operation.method.as_str() != "GET";
    for (name, call) in cases::calls() {
        let operation = operation(name.split('.').next().unwrap_or_default());
        if is_order_write(operation) || WITHOUT_DATA.contains(&operation.id) {
            continue;
        }
        let documented = api.operations.iter().find(|documented| documented.id == operation.id).expect("an operation");
        let mut values = Vec::new();
        let data = sample(&api, &documented.response.schema, &mut values);
        let is_object = data.as_object().is_some_and(|fields| !fields.is_empty());
        if values.is_empty() && is_object {
            // Every field is a secret and is not printed, so only the type of the result is checked.
            values.push(documented.response.schema.clone());
        }
        assert_eq!(!values.is_empty(), is_object, "{name}: only an undocumented response has no values");
        let harness = Harness::logged_in(move |_| MockResponse::ok(&data)).await;
        let result = harness.drive(call(&harness)).await;
        for value in values {
            assert!(result.contains(&value), "{name}: {value} of the response is not in the result: {result}");
        }
    }
}

/// A response of this type, with a different value in each field. `values` receives the values that the result has to contain.
fn sample(api: &Api, name: &str, values: &mut Vec<String>) -> Value {
    match &api.type_named(name).expect("a type").shape {
        Shape::Object { fields, .. } => {
            Value::Object(fields.iter().map(|field| (field.name.clone(), value(api, &field.kind, values))).collect())
        }
        Shape::Enum { values: documented, .. } => documented[0].wire.clone(),
        Shape::Tuple { fields } => Value::Array(fields.iter().map(|field| value(api, &field.kind, values)).collect()),
        Shape::Id { integer } => value(api, if *integer { &Kind::Int64 } else { &Kind::String }, values),
        Shape::Undocumented => json!({}),
    }
}

fn value(api: &Api, kind: &Kind, values: &mut Vec<String>) -> Value {
    let number = 1000 + i64::try_from(values.len()).expect("a small number");
    let mut distinct = |value: Value| {
        values.push(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        value
    };
    match kind {
        Kind::String => distinct(json!(format!("text-{number}"))),
        Kind::Decimal => distinct(json!(format!("{number}.25"))),
        Kind::Int32 | Kind::Int64 => distinct(json!(number)),
        Kind::UnixMillis => distinct(json!(START + number)),
        Kind::UnixSeconds => distinct(json!(START / 1000 + number)),
        Kind::UnixMillisText => distinct(json!((START + number).to_string())),
        Kind::UnixSecondsText => distinct(json!((START / 1000 + number).to_string())),
        Kind::Secret => json!("secret"),
        Kind::Boolean => json!(true),
        Kind::Any => json!({}),
        Kind::List(item) => json!([value(api, item, values)]),
        Kind::Named(name) => sample(api, name, values),
    }
}

#[test]
fn every_documented_request_has_a_call() {
    let calls: BTreeSet<_> = cases::calls().into_iter().map(|(name, _)| name.to_owned()).collect();
    let fixtures: BTreeSet<_> = Fixture::requests().into_iter().map(|fixture| fixture.name).collect();
    assert_eq!(calls, fixtures);
}

#[tokio::test]
async fn a_plain_request_is_sent_with_the_same_credentials() {
    let harness = Harness::new(|_| MockResponse::ok(&json!({}))).await;
    let _ = harness.drive(harness.client.send(requests::UserInfo::new())).await;
    let request = harness.server.seen_at(operations::USER_INFO.path);
    assert!(request[0].header("x-api-key").is_some() && request[0].parameter("signature").is_some());
}

/// The first request of this operation that the call sent.
async fn arrived(operation: &'static Operation, call: Call) -> RecordedRequest {
    let harness = Harness::logged_in(|request| match &*request.path {
        LISTEN_KEY => MockResponse::ok(&json!({ "listenKey": "f57cb61ef604ce76be09e753a5dbdd8c", "expireAt": 1_777_539_918_867_i64 })),
        path if path.contains("user/refresh-token") || path.contains("agent-sso") => session("token-2"),
        _ => MockResponse::ok(&json!({})),
    })
    .await;
    harness.drive(call(&harness)).await;
    let mut request = harness.server.seen_at(operation.path).into_iter().filter(|request| request.method == operation.method.as_str());
    // The first login request is from the harness.
    let request = if operation.id == "login" { request.nth(1) } else { request.next() };
    request.unwrap_or_else(|| panic!("`{}` was not called", operation.id))
}

fn operation(id: &str) -> &'static Operation {
    operations::ALL.iter().copied().find(|operation| operation.id == id).unwrap_or_else(|| panic!("no operation `{id}`"))
}

/// The request line without the timestamp and the signature.
fn request_line(request: &RecordedRequest) -> String {
    let is_ours = |pair: &&str| !pair.is_empty() && !pair.starts_with("timestamp=") && !pair.starts_with("signature=");
    let query: Vec<_> = request.query.split('&').filter(is_ours).collect();
    let target = if query.is_empty() { request.path.clone() } else { format!("{}?{}", request.path, query.join("&")) };
    format!("{} {target} HTTP/1.1", request.method)
}

fn json_of(body: &[u8]) -> Value {
    if body.is_empty() { Value::Null } else { serde_json::from_slice(body).expect("a body of JSON") }
}
