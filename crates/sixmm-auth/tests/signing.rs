//! What goes out is signed as it goes out.

mod support;

use std::sync::Arc;

use hmac::{KeyInit as _, Mac as _};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rust_decimal::Decimal;
use serde::Deserialize;
use sixmm_api::types::{OrderSide, OrderType, TimeInForce};
use sixmm_api::{Attempt, BoxFuture, Client, Error, Interceptor, Undocumented, Veto, operations, requests, reqwest, types};
use sixmm_auth::{ApiKey, Auth};

use support::{API_SECRET, LOGOUT, REFRESH, START, Seen, World, anything, login_request, new_key, new_key_id};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    api_secret: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    method: String,
    body: Option<String>,
    url: String,
}

/// The nine requests of the vectors, by their names.
async fn call(client: &Client, name: &str) -> Result<(), Error> {
    const LISTEN_KEY: &str = "f57cb61ef604ce76be09e753a5dbdd8c";
    match name {
        "GET without parameters" => client.send(requests::UserAsset::new()).await.map(drop),
        "GET with one parameter (documented example)" => client.send(requests::CurrentOrders::new().symbol("BTCUSDT")).await.map(drop),
        "GET with several parameters" => {
            // The generated call has another order of parameters, and so another, equally valid signature.
            let mut call = client.core().call(&operations::ORDER_HISTORY);
            call.query("symbol", Some(&"BTCUSDT"));
            call.query("page", Some(&2));
            call.query("pageSize", Some(&100));
            call.query("startTime", Some(&1_772_700_000_000_i64));
            call.send::<types::Envelope<Undocumented>>().await.map(drop)
        }
        "GET with characters that need escaping" => {
            client.send(requests::Order::new("BTCUSDT").client_order_id("a b/c+d&e=f%g")).await.map(drop)
        }
        "POST with a body (documented example)" => {
            let order = requests::PlaceOrder::new("BTCUSDT", OrderType::Limit, OrderSide::Buy).price(85_000).quantity(Decimal::new(1, 1));
            let order = order.time_in_force(TimeInForce::Gtc).maker_only(true).client_order_id("ext-1772710377808-001");
            client.send(order).await.map(drop)
        }
        "POST with non-ASCII text in the body" => {
            let order = requests::PlaceOrder::new("BTCUSDT", OrderType::Market, OrderSide::Sell).quantity(Decimal::new(2, 3));
            client.send(order.client_order_id("ordre-é-漢字")).await.map(drop)
        }
        "POST without a body" => client.send(requests::CreateListenKey::new()).await.map(drop),
        "PUT with a body" => client.send(requests::RenewListenKey::new().listen_key(LISTEN_KEY)).await.map(drop),
        "DELETE with a body" => client.send(requests::CloseListenKey::new().listen_key(LISTEN_KEY)).await.map(drop),
        other => panic!("the test has no call for this case: {other}"),
    }
}

#[tokio::test]
async fn all_nine_vectors_are_sent_unchanged() {
    let vectors: Vectors = serde_json::from_str(include_str!("fixtures/signing_vectors.json")).expect("the fixture");
    let world = World::new(|_| anything()).await;
    for case in &vectors.cases {
        // All of them bear the same timestamp, which no key gives out twice.
        let key_id = new_key_id();
        let key = ApiKey::new(&*key_id, &*vectors.api_secret).expect("a key");
        let auth = world.builder().api_key(key).build();
        // The answer is not what it should be. That is not the point here.
        let _ = call(&auth.client(), &case.name).await;
        let seen = world.server.seen().pop().expect("a request");
        assert_eq!((&*seen.method, seen.target()), (&*case.method, case.url.clone()), "{}", case.name);
        assert_eq!(String::from_utf8(seen.body.clone()).ok(), Some(case.body.clone().unwrap_or_default()), "{}", case.name);
        assert_eq!(seen.header("x-api-key"), Some(&*key_id));
    }
    println!("{} of {} vectors match", world.server.seen().len(), vectors.cases.len());
    assert_eq!((world.server.seen().len(), vectors.cases.len()), (9, 9));
}

/// Checks a signature as the server does, which removes the parameter `signature` from the raw query at any position and reorders nothing.
fn check(seen: &Seen) {
    let signed = seen.query.split('&').filter(|pair| !pair.starts_with("signature=")).collect::<Vec<_>>().join("&");
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(API_SECRET.as_bytes()).expect("any length");
    mac.update(signed.as_bytes());
    mac.update(&seen.body);
    let expected = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(seen.parameter("signature"), Some(&*expected), "{seen:?}");
    assert!(seen.query.ends_with(&format!("&signature={expected}")), "the signature comes last: {seen:?}");
    assert_eq!(seen.query.matches("timestamp=").count(), 1, "{seen:?}");
}

/// One call in its own way of carrying text: in the query, in the body, in both kinds of it, or in neither.
async fn send(client: &Client, way: u8, text: &str, other: &str, number: i64) -> Result<(), Error> {
    match way {
        0 => client.send(requests::Order::new(text).client_order_id(other)).await.map(drop),
        1 => {
            let order = requests::PlaceOrder::new(text, OrderType::Limit, OrderSide::Buy).client_order_id(other);
            let order = order.price(Decimal::new(number, 4)).quantity(Decimal::new(number, 2));
            client.send(order).await.map(drop)
        }
        2 => client.send(requests::CloseListenKey::new().listen_key(text)).await.map(drop),
        3 => client.send(requests::Trades::new().symbol(text).order_id(other).start_time(number)).await.map(drop),
        _ => client.send(requests::CreateListenKey::new().x_request_id("req-1")).await.map(drop),
    }
}

#[test]
fn any_query_and_any_body_are_signed_as_they_arrive() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let world = runtime.block_on(World::new(|_| anything()));
    let auth: Auth = world.with_key();
    let client = auth.client();
    let mut runner = TestRunner::new(Config { cases: 1024, failure_persistence: None, ..Config::default() });
    let text = prop_oneof![any::<String>(), "[ -~]{0,64}", "[a-zA-Z0-9&=+%/?#]{1,40}"];
    let outcome = runner.run(&(0_u8..5, text.clone(), text, 1..i64::MAX), |(way, text, other, number)| {
        let before = world.server.seen().len();
        let sent = runtime.block_on(send(&client, way, &text, &other, number));
        let seen = world.server.seen();
        if let Err(error) = sent
            && error.is_invalid_request()
        {
            prop_assert_eq!(seen.len(), before);
            return Ok(());
        }
        prop_assert_eq!(seen.len(), before + 1);
        check(&seen[before]);
        Ok(())
    });
    outcome.expect("all of them are signed as they arrive");
    let seen = world.server.seen();
    println!("{} signatures verified over the bytes of a socket", seen.len());
    assert!(seen.len() > 500, "{} were sent", seen.len());
    assert!(seen.iter().map(Seen::timestamp).is_sorted_by(|earlier, later| earlier < later));
    assert_eq!(seen[0].timestamp(), START);
}

/// Adds a parameter and a header of the program's own.
#[derive(Debug)]
struct Mark;

impl Interceptor for Mark {
    fn on_attempt<'a>(&'a self, request: &'a mut reqwest::Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        request.url_mut().query_pairs_mut().append_pair("broker", "a b&c");
        request.headers_mut().insert("x-broker", reqwest::header::HeaderValue::from_static("mine"));
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn what_other_interceptors_add_is_signed_and_goes_along_with_renewals() {
    let world = World::issuing(3600, |_| None).await;
    let auth = world.builder().api_key(new_key()).interceptor(Arc::new(Mark)).build();
    let _ = auth.client().send(requests::CurrentOrders::new().symbol("BTCUSDT")).await;
    let seen = world.server.seen();
    check(&seen[0]);
    assert_eq!((seen[0].parameter("broker"), seen[0].header("x-broker")), (Some("a+b%26c"), Some("mine")));
    auth.session().login(login_request()).await.expect("a session");
    auth.session().renew().await.expect("renewed");
    auth.session().logout().await.expect("confirmed");
    for path in [REFRESH, LOGOUT] {
        assert_eq!(world.server.seen_at(path)[0].header("x-broker"), Some("mine"), "{path}");
    }
}
