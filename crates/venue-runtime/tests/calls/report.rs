//! The reports about a call: to the observer, and to `tracing`.

use std::cell::RefCell;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use venue_core::{Attempt, BoxFuture, Interceptor, Veto, reqwest::Request};
use venue_runtime::{CallOptions, Quota, Quotas};

use crate::support::{Answer, ONCE, SAFE, World};

#[tokio::test]
async fn the_observer_hears_of_everything_in_its_order() {
    let script = [Answer::status(429, "").retry_after("2"), Answer::Closed, Answer::code(0), Answer::code(2)];
    let world = World::new(&script).await;
    world.call(&SAFE, &CallOptions::new()).await.expect("the third attempt");
    world.call(&ONCE, &CallOptions::new()).await.expect_err("refused");
    insta::assert_snapshot!(world.observer.lines().join("\n"));
}

#[tokio::test]
async fn the_observer_hears_of_a_call_that_another_interceptor_refused() {
    #[derive(Debug)]
    struct Refuses;
    impl Interceptor for Refuses {
        fn on_attempt<'a>(&'a self, _: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
            Box::pin(std::future::ready(Err(Veto::new("no key"))))
        }
    }
    let world = World::new(&[Answer::code(0)]).await.intercepted(Refuses);
    world.call(&SAFE, &CallOptions::new()).await.expect_err("refused");
    assert_eq!(
        world.observer.lines(),
        ["attempt 1 of get_order (reads) 0ns: End(NotTransient)", "call get_order failed, 0 attempts, 0ns, waited 0ns, None"]
    );
}

#[tokio::test]
async fn a_call_can_be_sent_to_another_thread() {
    fn is_send(_: &impl Send) {}
    let world = World::new(&[]).await;
    is_send(&world.start(&SAFE, &CallOptions::new()));
}

/// Knows a secret, which the server repeats.
#[derive(Debug)]
struct KnowsASecret;

impl Interceptor for KnowsASecret {
    fn on_attempt<'a>(&'a self, _: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn redact(&self, text: &mut String, _: Attempt) {
        *text = text.replace("hunter2", "[secret]");
    }
}

#[tokio::test]
async fn a_span_contains_operation_attempts_request_id_and_duration_and_no_secret() {
    listen();
    let script =
        [Answer::status(503, r#"{"code":9,"requestId":"req-hunter2"}"#), Answer::status(200, r#"{"code":0,"requestId":"ok-hunter2"}"#)];
    let world = World::new(&script).await.intercepted(KnowsASecret);
    world.call(&SAFE, &CallOptions::new()).await.expect("the second attempt");
    insta::assert_snapshot!(LOG.take());
    assert!(world.observer.of("call")[0].ends_with(r#"Some("ok-[secret]")"#));
}

#[tokio::test]
async fn a_client_redacts_what_its_interceptors_know() {
    let world = World::new(&[]).await.intercepted(KnowsASecret);
    let mut text = String::from("ok-hunter2");
    world.client.redact(&mut text, &SAFE);
    assert_eq!(text, "ok-[secret]");
}

#[tokio::test]
async fn the_request_id_of_a_response_is_redacted_and_its_envelope_is_not() {
    let world = World::new(&[Answer::status(200, r#"{"code":0,"requestId":"ok-hunter2"}"#)]).await.intercepted(KnowsASecret);
    let response = world.call(&SAFE, &CallOptions::new()).await.expect("accepted");
    assert_eq!((response.request_id(), response.body()), (Some("ok-[secret]"), &br#"{"code":0,"requestId":"ok-hunter2"}"#[..]));
}

#[tokio::test]
async fn only_a_group_with_a_quota_is_said_to_slow_down() {
    listen();
    let options = CallOptions::new().no_retry();
    let second = Quota::per_second(NonZeroU32::MIN);
    for quotas in [Quotas::unlimited(), Quotas::unlimited().others(second)] {
        let world = World::with(&[Answer::status(429, "")], |runtime| runtime.quotas(quotas)).await;
        world.call(&SAFE, &options).await.expect_err("too many");
    }
    let log = LOG.take();
    let warnings: Vec<_> = log.lines().filter_map(|line| line.split_once("too many requests: ")).map(|(_, what)| what).collect();
    assert!(matches!(warnings[..], [first, second] if first.starts_with("set a quota") && second.starts_with("slowing down")), "{log}");
}

thread_local! {
    /// The spans and events that this crate sent to `tracing` in this test, one per line.
    static LOG: RefCell<String> = const { RefCell::new(String::new()) };
}

/// One subscriber for all threads: `tracing` remembers who is interested for the whole process.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Log).expect("the only one"));
}

struct Log;

impl Log {
    fn line(&self, what: &str, values: impl FnOnce(&mut dyn Visit)) {
        let mut fields = Fields(String::from(what));
        values(&mut fields);
        LOG.with_borrow_mut(|log| log.push_str(&format!("{}\n", fields.0)));
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push_str(&format!(" {field}={value:?}"));
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("venue_")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.line(&format!("span {}", span.metadata().name()), |visit| span.record(visit));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.line("  record", |visit| values.record(visit));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.line("  event", |visit| event.record(visit));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
