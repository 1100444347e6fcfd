//! Panics of the program's own code lose no outcome.

use std::sync::Arc;

use venue_core::{Attempt, BoxFuture, Delivery, Error, Interceptor, ResponseHead, Retry, Veto, VetoKind, reqwest::Request};
use venue_runtime::call::{AttemptReport, CallReport, SlowDownReport, WaitReport};
use venue_runtime::{CallOptions, Observer};

use crate::support::{Answer, ONCE, SAFE, World};

const NOTHING: CallOptions = CallOptions::new();

/// Panics at every report.
#[derive(Debug)]
struct PanickingObserver;

impl Observer for PanickingObserver {
    fn attempt(&self, _: &AttemptReport<'_>) {
        panic!("in the observer");
    }
    fn wait(&self, _: &WaitReport) {
        panic!("in the observer");
    }
    fn slow_down(&self, _: &SlowDownReport) {
        panic!("in the observer");
    }
    fn call(&self, _: &CallReport<'_>) {
        panic!("in the observer");
    }
}

#[tokio::test]
async fn an_order_that_was_accepted_is_accepted_though_the_observer_panics() {
    let world = World::with(&[Answer::code(0)], |runtime| runtime.observer(Arc::new(PanickingObserver))).await;
    let answer = world.call(&ONCE, &NOTHING).await.expect("accepted");
    assert_eq!(answer.data(), Some(&1));
}

#[tokio::test]
async fn a_call_is_repeated_and_slowed_down_though_the_observer_panics() {
    let script = [Answer::status(429, "").retry_after("1"), Answer::Closed, Answer::code(0)];
    let world = World::with(&script, |runtime| runtime.observer(Arc::new(PanickingObserver))).await;
    world.call(&SAFE, &NOTHING).await.expect("the third attempt");
    assert_eq!(world.seen(), 3);
}

/// Where an interceptor panics.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    OnAttempt,
    OnAttemptLater,
    OnResponseHead,
    Redact,
    OnError,
    OnErrorLater,
}

#[derive(Debug)]
struct PanickingInterceptor(Place);

impl PanickingInterceptor {
    fn at(&self, place: Place) {
        assert!(self.0 != place, "in the interceptor");
    }
}

impl Interceptor for PanickingInterceptor {
    fn on_attempt<'a>(&'a self, _: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        self.at(Place::OnAttempt);
        Box::pin(async {
            self.at(Place::OnAttemptLater);
            Ok(())
        })
    }

    fn on_response_head(&self, _: ResponseHead<'_>, _: Attempt) {
        self.at(Place::OnResponseHead);
    }

    fn redact(&self, _: &mut String, _: Attempt) {
        self.at(Place::Redact);
    }

    fn on_error<'a>(&'a self, _: &'a Error, _: Attempt) -> BoxFuture<'a, Retry> {
        self.at(Place::OnError);
        Box::pin(async {
            self.at(Place::OnErrorLater);
            Retry::No
        })
    }
}

#[tokio::test]
async fn an_interceptor_that_panics_before_the_attempt_ends_the_call_unsent() {
    for place in [Place::OnAttempt, Place::OnAttemptLater] {
        let world = World::new(&[Answer::code(0)]).await.intercepted(PanickingInterceptor(place));
        let error = world.call(&ONCE, &NOTHING).await.expect_err("not sent");
        assert_eq!((world.seen(), error.delivery()), (0, Delivery::NotSent), "{place:?}");
        assert_eq!(error.veto().map(Veto::kind), Some(VetoKind::InterceptorPanicked));
        assert_eq!(
            error.to_string(),
            "place_order (POST /order): not sent: an interceptor of the program panicked before the attempt: fix the interceptor"
        );
    }
}

#[tokio::test]
async fn an_interceptor_that_panics_at_the_head_of_an_answer_loses_no_outcome() {
    let world = World::new(&[Answer::code(0)]).await.intercepted(PanickingInterceptor(Place::OnResponseHead));
    world.call(&ONCE, &NOTHING).await.expect("accepted");
}

#[tokio::test]
async fn an_interceptor_that_panics_after_a_failure_does_not_keep_the_client_from_its_retry() {
    for place in [Place::OnError, Place::OnErrorLater] {
        let world = World::new(&[Answer::status(503, ""), Answer::code(0)]).await.intercepted(PanickingInterceptor(place));
        world.call(&SAFE, &NOTHING).await.expect("the second attempt");
        let world = World::new(&[Answer::Closed]).await.intercepted(PanickingInterceptor(place));
        let error = world.call(&ONCE, &NOTHING).await.expect_err("lost");
        assert_eq!(error.delivery(), Delivery::Unknown, "{place:?}");
    }
}

#[tokio::test]
async fn a_text_is_not_printed_if_the_interceptor_that_redacts_it_panics() {
    let refusal = Answer::status(200, r#"{"code":2,"message":"hunter2","requestId":"hunter2"}"#);
    let world = World::new(&[refusal]).await.intercepted(PanickingInterceptor(Place::Redact));
    let error = world.call(&ONCE, &NOTHING).await.expect_err("refused");
    assert_eq!((error.code(), error.request_id(), error.to_string().contains("hunter2")), (Some(2), Some("[redacted]"), false));
    let world = World::new(&[Answer::code(0)]).await.intercepted(PanickingInterceptor(Place::Redact));
    world.call(&ONCE, &NOTHING).await.expect("accepted");
    assert!(world.observer.of("call")[0].ends_with(r#"Some("[redacted]")"#));
}
