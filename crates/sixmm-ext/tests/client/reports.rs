//! What is told of calls: to a subscriber of `tracing`, and to an observer.

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

use crate::support::{Answer, Seen, World, asset};

type SpanFields = BTreeMap<&'static str, String>;

thread_local! {
    /// The fields of each span called `call` of this test.
    static SPANS: RefCell<Vec<SpanFields>> = const { RefCell::new(Vec::new()) };
}

/// One subscriber for all threads: `tracing` remembers who is interested for the whole process.
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

/// Busy for the first two requests.
fn busy_twice(seen: &Seen) -> Answer {
    if seen.earlier < 2 { Answer::refusal(5002, "busy").header("Retry-After", "1") } else { asset() }
}

#[tokio::test]
async fn the_span_of_a_call_has_its_operation_attempts_request_id_and_time() {
    listen();
    let world = World::new(busy_twice).await;
    world.drive(world.client.account().asset().send()).await.expect("well again");
    let spans = SPANS.take();
    assert_eq!(spans.len(), 1);
    insta::assert_debug_snapshot!(spans[0]);
}

#[tokio::test]
async fn the_span_of_a_failed_call_has_its_error() {
    listen();
    let world = World::new(|_| Answer::refusal(3001, "Insufficient balance")).await;
    world.client.account().asset().send().await.expect_err("refused");
    insta::assert_debug_snapshot!(SPANS.take()[0]);
}

#[tokio::test]
async fn an_observer_hears_of_every_attempt() {
    let world = World::new(busy_twice).await;
    world.drive(world.client.account().asset().send()).await.expect("well again");
    insta::assert_debug_snapshot!(world.observer.of("attempt"));
}

#[tokio::test]
async fn an_observer_hears_of_every_wait() {
    let one_a_second = Quota::per_second(NonZeroU32::MIN);
    let script = |seen: &Seen| if seen.earlier == 1 { Answer::refusal(5002, "busy").header("Retry-After", "3") } else { asset() };
    let world = World::with(script, |client| client.quotas(Quotas::unlimited().group(quotas::ACCOUNT, one_a_second))).await;
    for _ in 0..2 {
        world.drive(world.client.account().asset().send()).await.expect("well");
    }
    insta::assert_debug_snapshot!(world.observer.of("wait"));
}

#[tokio::test]
async fn an_observer_hears_of_every_slowdown() {
    let script = |_: &Seen| Answer::refusal(5003, "Too many requests").header("Retry-After", "2");
    let world = World::new(script).await;
    let call = world.client.account().asset().options(CallOptions::new().no_retry());
    world.drive(call.send()).await.expect_err("too many");
    assert_eq!(world.observer.of("slow_down"), ["of user_asset (account): Some(2s)"]);
}

#[tokio::test]
async fn an_observer_hears_of_every_call() {
    let world = World::new(busy_twice).await;
    world.drive(world.client.account().asset().send()).await.expect("well again");
    world.client.account().asset().options(CallOptions::new().timeout(std::time::Duration::ZERO)).send().await.expect_err("no time");
    world.client.orders().get("BTCUSDT", sixmm_ext::types::OrderId::from("")).send().await.expect_err("invalid");
    insta::assert_debug_snapshot!(world.observer.of("call"));
}

#[tokio::test]
async fn a_reply_has_the_request_id() {
    let world = World::new(|_| asset()).await;
    let reply = world.client.account().asset().request_id("mine-1").send_with_metadata().await.expect("well");
    assert_eq!(reply.request_id.as_deref(), Some("req-test"), "what the exchange calls it");
    assert_eq!(world.server.seen()[0].header("x-request-id"), Some("mine-1"), "what it was asked to call it");
}
