//! The reports about calls: spans for a subscriber of `tracing`, and reports to an observer.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Once;

use sixmm_ext::{
    CallOptions,
    quotas::{self, Quota, Quotas},
};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{Harness, MockResponse, RecordedRequest, asset};

type SpanFields = BTreeMap<&'static str, String>;

thread_local! {
    /// The fields of each span with the name `call`, for the thread of this test.
    static SPANS: RefCell<Vec<SpanFields>> = const { RefCell::new(Vec::new()) };
}

/// Sets one subscriber for all threads, because `tracing` caches the interest of subscribers for the whole process.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Spans).expect("the only one"));
}

struct Spans;

struct Fields<'a>(&'a mut SpanFields);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "call"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = SpanFields::new();
        span.record(&mut Fields(&mut fields));
        SPANS.with_borrow_mut(|spans| {
            spans.push(fields);
            Id::from_u64(u64::try_from(spans.len()).expect("few"))
        })
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let index = usize::try_from(id.into_u64()).expect("few") - 1;
        SPANS.with_borrow_mut(|spans| values.record(&mut Fields(&mut spans[index])));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// An exchange that rejects the first two requests as unavailable.
fn unavailable_twice(request: &RecordedRequest) -> MockResponse {
    if request.earlier < 2 { MockResponse::refusal(5002, "busy").header("Retry-After", "1") } else { asset() }
}

#[tokio::test]
async fn the_span_of_a_call_has_its_operation_attempts_request_id_and_time() {
    listen();
    let harness = Harness::new(unavailable_twice).await;
    harness.drive(harness.client.account().asset().send()).await.expect("well again");
    let spans = SPANS.take();
    assert_eq!(spans.len(), 1);
    insta::assert_debug_snapshot!(spans[0]);
}

#[tokio::test]
async fn the_span_of_a_failed_call_has_its_error() {
    listen();
    let harness = Harness::new(|_| MockResponse::refusal(3001, "Insufficient balance")).await;
    harness.client.account().asset().send().await.expect_err("rejected");
    insta::assert_debug_snapshot!(SPANS.take()[0]);
}

#[tokio::test]
async fn an_observer_receives_a_report_of_every_attempt() {
    let harness = Harness::new(unavailable_twice).await;
    harness.drive(harness.client.account().asset().send()).await.expect("well again");
    insta::assert_debug_snapshot!(harness.observer.of("attempt"));
}

#[tokio::test]
async fn an_observer_receives_a_report_of_every_wait() {
    let one_a_second = Quota::per_second(NonZeroU32::MIN);
    let script = |request: &RecordedRequest| {
        if request.earlier == 1 { MockResponse::refusal(5002, "busy").header("Retry-After", "3") } else { asset() }
    };
    let harness = Harness::with(script, |client| client.quotas(Quotas::unlimited().group(quotas::ACCOUNT, one_a_second))).await;
    for _ in 0..2 {
        harness.drive(harness.client.account().asset().send()).await.expect("well");
    }
    insta::assert_debug_snapshot!(harness.observer.of("wait"));
}

#[tokio::test]
async fn an_observer_receives_a_report_of_every_slowdown() {
    let script = |_: &RecordedRequest| MockResponse::refusal(5003, "Too many requests").header("Retry-After", "2");
    let harness = Harness::new(script).await;
    let call = harness.client.account().asset().options(CallOptions::new().no_retry());
    harness.drive(call.send()).await.expect_err("too many");
    assert_eq!(harness.observer.of("slow_down"), ["of user_asset (account): Some(2s)"]);
}

#[tokio::test]
async fn an_observer_receives_a_report_of_every_call() {
    let harness = Harness::new(unavailable_twice).await;
    harness.drive(harness.client.account().asset().send()).await.expect("well again");
    harness.client.account().asset().options(CallOptions::new().timeout(std::time::Duration::ZERO)).send().await.expect_err("no time");
    harness.client.orders().get("BTCUSDT", sixmm_ext::types::OrderId::from("")).send().await.expect_err("invalid");
    insta::assert_debug_snapshot!(harness.observer.of("call"));
}

#[tokio::test]
async fn a_reply_contains_the_request_id() {
    let harness = Harness::new(|_| asset()).await;
    let reply = harness.client.account().asset().request_id("mine-1").send_with_metadata().await.expect("well");
    assert_eq!(reply.request_id.as_deref(), Some("req-test"), "the id of the exchange");
    assert_eq!(harness.server.seen()[0].header("x-request-id"), Some("mine-1"), "the id of the caller");
}
