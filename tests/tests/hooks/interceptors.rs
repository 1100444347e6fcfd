//! Interceptors prepare a request, reject a request, and observe the response.

use std::fmt;
use std::sync::{Arc, Mutex};

use sixmm_api::{Attempt, BoxFuture, Client, Delivery, Error, Interceptor, Retry, Veto, operations, requests};
use sixmm_tests::{Fixture, client_of, fixture};
use venue_core::{ResponseHead, reqwest::Request};
use venue_test_support::{MockResponse, MockServer};

use super::{Counter, client_with};

/// Rejects every request with an error of another crate.
#[derive(Debug)]
struct ReadOnly;

/// The error of [`ReadOnly`].
#[derive(Debug, PartialEq)]
struct NoTrading {
    operation: &'static str,
}

impl fmt::Display for NoTrading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is switched off", self.operation)
    }
}

impl std::error::Error for NoTrading {}

impl Interceptor for ReadOnly {
    fn on_attempt<'a>(&'a self, _: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        Box::pin(std::future::ready(Err(Veto::new(NoTrading { operation: attempt.operation.id }))))
    }

    fn on_error<'a>(&'a self, _: &'a Error, _: Attempt) -> BoxFuture<'a, Retry> {
        Box::pin(std::future::ready(Retry::Yes))
    }
}

/// Records every call of its methods.
#[derive(Clone, Debug, Default)]
struct Notes {
    name: &'static str,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Notes {
    fn named(&self, name: &'static str) -> Self {
        Self { name, seen: Arc::clone(&self.seen) }
    }

    fn note(&self, what: &str) {
        self.seen.lock().expect("no panic").push(format!("{}: {what}", self.name));
    }

    /// Checks all records so far.
    fn check(&self, expected: &[&str]) {
        assert_eq!(*self.seen.lock().expect("no panic"), expected);
    }
}

impl Interceptor for Notes {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        let query = request.url().query().unwrap_or_default().to_owned();
        self.note(&format!("before {} of {} with `{query}`", attempt.number, attempt.operation.id));
        request.url_mut().query_pairs_mut().append_pair("seen", self.name);
        Box::pin(std::future::ready(Ok(())))
    }

    fn on_response_head(&self, head: ResponseHead<'_>, attempt: Attempt) {
        self.note(&format!("received {} to {}", head.status.as_u16(), attempt.number));
    }

    fn on_error<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Retry> {
        self.note(&format!("after {}: code {:?}", attempt.number, error.code()));
        Box::pin(std::future::ready(Retry::No))
    }
}

#[tokio::test]
async fn interceptors_prepare_a_request_in_the_order_in_which_they_were_added() {
    let server = MockServer::responding(MockResponse::json(200, fixture::success())).await;
    let notes = Notes::default();
    let builder = Client::builder().base_url(server.url()).interceptor(notes.named("one")).interceptor(notes.named("two"));
    let _ = builder.build().expect("a client").send(requests::Positions::new().symbol("BTCUSDT")).await;
    assert_eq!(server.take_only_request().query, "symbol=BTCUSDT&seen=one&seen=two");
    let before = ["one: before 1 of positions with `symbol=BTCUSDT`", "two: before 1 of positions with `symbol=BTCUSDT&seen=one`"];
    notes.check(&[before[0], before[1], "one: received 200 to 1", "two: received 200 to 1"]);
}

#[tokio::test]
async fn every_interceptor_sees_a_failure() {
    let server = MockServer::responding(MockResponse::json(200, fixture::refusal())).await;
    let notes = Notes::default();
    let builder = Client::builder().base_url(server.url()).interceptor(notes.named("one")).interceptor(notes.named("two"));
    let _ = builder.build().expect("a client").send(requests::UserInfo::new()).await;
    let seen = notes.seen.lock().expect("no panic").split_off(4);
    assert_eq!(seen, ["one: after 1: code Some(1003)", "two: after 1: code Some(1003)"]);
}

#[tokio::test]
async fn a_failure_without_an_answer_is_seen_too() {
    let server = MockServer::responding(MockResponse::closed()).await;
    let notes = Notes::default();
    let _ = client_with(server.url(), notes.named("one")).send(requests::UserInfo::new()).await;
    notes.check(&["one: before 1 of user_info with ``", "one: after 1: code None"]);
}

#[tokio::test]
async fn a_request_that_breaks_a_limit_does_not_reach_an_interceptor() {
    let server = MockServer::responding(MockResponse::closed()).await;
    let notes = Notes::default();
    let _ = client_with(server.url(), notes.named("one")).send(requests::Order::new("BTCUSDT")).await;
    notes.check(&[]);
}

#[tokio::test]
async fn a_refusal_ends_the_call_before_anything_is_sent() {
    let server = MockServer::responding(MockResponse::closed()).await;
    let error = client_with(server.url(), ReadOnly).send(requests::CancelAllOrders::new()).await.expect_err("switched off");
    assert!(error.is_vetoed() && !error.is_exchange_error(), "{error}");
    assert_eq!((error.delivery(), server.connections()), (Delivery::NotSent, 0));
    let reason = error.veto().and_then(|veto| veto.reason().downcast_ref::<NoTrading>());
    assert_eq!(reason, Some(&NoTrading { operation: "cancel_all_orders" }));
    let text = "cancel_all_orders (POST /v1/private/order/batch-cancel-all): not sent: cancel_all_orders is switched off";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn after_a_refusal_by_the_first_the_second_is_not_asked() {
    let server = MockServer::responding(MockResponse::closed()).await;
    let notes = Notes::default();
    let builder = Client::builder().base_url(server.url()).interceptor(ReadOnly).interceptor(notes.named("two"));
    let _ = builder.build().expect("a client").send(requests::UserInfo::new()).await;
    notes.check(&[]);
}

#[tokio::test]
async fn an_interceptor_can_be_shared_by_two_clients() {
    let server = MockServer::responding(MockResponse::json(200, fixture::success())).await;
    let counter = Arc::new(Counter::with_attempts(1));
    for _ in 0..2 {
        let shared: Arc<dyn Interceptor> = counter.clone();
        let client = Client::builder().base_url(server.url()).shared_interceptor(shared).build().expect("a client");
        let _ = client.send(requests::ServerTime::new()).await;
    }
    let queries: Vec<_> = server.requests().into_iter().map(|request| request.query).collect();
    assert_eq!(queries, ["signature=number-1", "signature=number-2"]);
}

#[tokio::test]
async fn the_request_that_an_interceptor_sees_is_the_one_that_goes_out() {
    #[derive(Debug)]
    struct RecordRequest(Arc<Mutex<Vec<u8>>>);

    impl Interceptor for RecordRequest {
        fn on_attempt<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
            let mut seen = request.url().query().unwrap_or_default().as_bytes().to_vec();
            seen.extend_from_slice(request.body().and_then(|body| body.as_bytes()).unwrap_or_default());
            *self.0.lock().expect("no panic") = seen;
            Box::pin(std::future::ready(Ok(())))
        }
    }

    let server = MockServer::responding(MockResponse::json(200, fixture::refusal())).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let client = client_with(server.url(), RecordRequest(Arc::clone(&seen)));
    // A signature covers the query in its encoded form, and the body of a DELETE request.
    let _ = client.send(requests::CloseListenKey::new().listen_key("f57cb61ef604ce76be09e753a5dbdd8c")).await;
    assert_eq!(*seen.lock().expect("no panic"), Fixture::request("close_listen_key").body().as_bytes());
    let _ = client.send(requests::Order::new("A&B=é").client_order_id("1 2")).await;
    assert_eq!(*seen.lock().expect("no panic"), server.requests()[1].query.as_bytes());
}

#[tokio::test]
async fn a_client_with_other_interceptors_uses_only_them() {
    let server = MockServer::responding(MockResponse::json(200, fixture::success())).await;
    let plain = client_of(&server);
    let signing: Client = plain.core().with_interceptors(vec![Arc::new(Counter::with_attempts(1))]).into();
    let _ = plain.send(requests::ServerTime::new()).await;
    let _ = signing.send(requests::ServerTime::new()).await;
    let queries: Vec<_> = server.requests().into_iter().map(|request| request.query).collect();
    assert_eq!(queries, ["", "signature=number-1"]);
}

#[tokio::test]
async fn an_attempt_names_the_row_of_the_operation() {
    let attempt = Attempt::new(&operations::PLACE_ORDER, 1);
    assert_eq!((attempt.operation.id, attempt.number), ("place_order", 1));
}
