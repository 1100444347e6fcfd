//! Which failures are tried again.

use std::sync::Mutex;
use std::time::Duration;

use venue_core::{Attempt, BoxFuture, Delivery, Error, Interceptor, Operation, Retry, Veto, reqwest::Request};
use venue_runtime::{CallOptions, RetryBudget, RetryPolicy};

use crate::support::{Answer, IDEMPOTENT, ONCE, SAFE, World};

const NOTHING: CallOptions = CallOptions::new();

/// How often a call is sent if every attempt ends like this, and why not more often.
async fn sent(script: &[Answer], operation: &'static Operation) -> String {
    let world = World::with(script, |runtime| runtime.budget(RetryBudget::unlimited())).await;
    // The one timer of the operating system in these tests: it has to run out.
    let timeout = if let [Answer::Silence] = script { Duration::from_millis(5) } else { Duration::from_secs(15) };
    let call = world.call(operation, &CallOptions::new().attempt_timeout(timeout)).await;
    let attempts = world.observer.of("attempt");
    let last = attempts.last().and_then(|line| line.rsplit_once(": ")).map_or("", |(_, next)| next);
    let end = call.map_or_else(|error| format!(" ({:?})", error.delivery()), |_| String::new());
    format!("{} × {}{end}", attempts.len(), last.trim_start_matches("End(").trim_end_matches(')'))
}

#[tokio::test]
async fn only_what_may_pass_by_itself_and_does_no_harm_is_tried_again() {
    let html = "<html>";
    let failures = [
        ("success", vec![Answer::code(0)]),
        ("no connection", vec![]),
        ("connection closed", vec![Answer::Closed]),
        ("connection closed in body", vec![Answer::Torn]),
        ("no answer in time", vec![Answer::Silence]),
        ("502 of a proxy", vec![Answer::status(502, html)]),
        ("500 with a refusal", vec![Answer::status(500, r#"{"code":2}"#)]),
        ("429 of a proxy", vec![Answer::status(429, html)]),
        ("429 with a refusal", vec![Answer::status(429, r#"{"code":2}"#)]),
        ("429 with a rate limit by code", vec![Answer::status(429, r#"{"code":7}"#)]),
        ("408 of a proxy", vec![Answer::status(408, html)]),
        ("408 with a refusal", vec![Answer::status(408, r#"{"code":2}"#)]),
        ("425 of a proxy", vec![Answer::status(425, html)]),
        ("rate limited by code", vec![Answer::code(7)]),
        ("503 with a rate limit by code", vec![Answer::status(503, r#"{"code":7}"#)]),
        ("transient, may stand", vec![Answer::code(8)]),
        ("transient, does not stand", vec![Answer::code(9)]),
        ("refused", vec![Answer::code(2)]),
        ("404 of a proxy", vec![Answer::status(404, html)]),
        ("200 of a proxy", vec![Answer::status(200, html)]),
        ("redirected", vec![Answer::status(302, "")]),
        ("success, unreadable", vec![Answer::status(200, r#"{"code":0,"data":"?"}"#)]),
    ];
    let mut table = String::new();
    for (name, script) in &failures {
        table.push_str(name);
        for operation in [&SAFE, &IDEMPOTENT, &ONCE] {
            table.push_str(&format!("\n  {:<11} {}", operation.repeatable.to_string(), sent(script, operation).await));
        }
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn an_order_that_may_have_arrived_is_never_sent_again_whatever_the_last_error_was() {
    let world = World::new(&[Answer::code(7), Answer::Closed, Answer::code(0)]).await;
    let error = world.call(&ONCE, &NOTHING).await.expect_err("lost");
    assert_eq!((world.seen(), error.attempts(), error.delivery()), (2, 2, Delivery::Unknown));
}

/// How many of these answers are asked for by an operation that must not be repeated, and whether the last one was a success.
async fn sent_once(script: &[Answer]) -> (usize, bool) {
    let world = World::with(script, |runtime| runtime.budget(RetryBudget::unlimited())).await;
    let outcome = world.call(&ONCE, &NOTHING).await;
    (world.seen(), outcome.is_ok())
}

#[tokio::test]
async fn an_order_is_sent_again_only_after_answers_that_certify_that_nothing_was_done() {
    let (busy, well) = (|| Answer::code(7), || Answer::code(0));
    assert_eq!(sent_once(&[busy(), busy(), well()]).await, (3, true));
    assert_eq!(sent_once(&[busy(), Answer::status(429, r#"{"code":7}"#), well()]).await, (3, true));
    for other in [
        Answer::status(429, ""),
        Answer::status(429, r#"{"code":2}"#),
        Answer::status(408, ""),
        Answer::status(425, r#"{"code":2}"#),
        Answer::status(503, r#"{"code":7}"#),
        Answer::code(9),
        Answer::code(2),
        Answer::Torn,
    ] {
        assert_eq!(sent_once(&[other.clone(), well()]).await, (1, false), "{other:?}");
        assert_eq!(sent_once(&[busy(), other.clone(), well()]).await, (2, false), "{other:?}");
        assert_eq!(sent_once(&[other.clone(), busy(), well()]).await, (1, false), "{other:?}");
    }
}

#[tokio::test]
async fn a_read_is_repeated_until_it_succeeds() {
    let script = [Answer::Closed, Answer::status(503, ""), Answer::code(8), Answer::code(0)];
    let world = World::new(&script).await;
    let response = world.call(&SAFE, &NOTHING).await.expect("the fourth attempt");
    assert_eq!((world.seen(), response.data()), (4, Some(&1)));
}

#[tokio::test]
async fn a_plain_refusal_after_a_lost_attempt_is_not_tried_again() {
    let world = World::new(&[Answer::Closed, Answer::code(2)]).await;
    let error = world.call(&SAFE, &NOTHING).await.expect_err("refused");
    assert_eq!((world.seen(), error.code()), (2, Some(2)));
}

#[tokio::test]
async fn options_say_how_often() {
    for (options, expected) in [
        (CallOptions::new().no_retry(), 1),
        (CallOptions::new().retry(RetryPolicy::new().max_attempts(2)), 2),
        (CallOptions::new().retry(RetryPolicy::new().max_attempts(9)), 9),
    ] {
        let world = World::new(&[Answer::status(503, "")]).await;
        world.call(&SAFE, &options).await.expect_err("never well");
        assert_eq!(world.seen(), expected);
    }
}

#[tokio::test]
async fn the_clients_options_hold_for_a_call_that_sets_none() {
    let world = World::with(&[Answer::status(503, "")], |runtime| runtime.options(CallOptions::new().no_retry())).await;
    world.call(&SAFE, &NOTHING).await.expect_err("never well");
    assert_eq!(world.seen(), 1);
}

#[tokio::test]
async fn the_pauses_are_the_whole_wait_and_each_below_its_limit() {
    let world = World::new(&[Answer::status(503, "")]).await;
    world.call(&SAFE, &NOTHING).await.expect_err("never well");
    let attempts = world.observer.of("attempt").join("\n");
    let pauses = world.observer.of("wait Retry");
    assert_eq!(pauses.len(), 3, "{attempts}");
    assert!(world.now() > Duration::ZERO && world.now() <= Duration::from_millis(100 + 200 + 400), "{pauses:?}");
    assert!(world.observer.of("call")[0].contains(&format!("waited {:?}", world.now())));
}

#[tokio::test]
async fn retry_after_is_honoured_in_seconds_and_as_a_date() {
    for value in ["7", "Sun, 06 Nov 1994 08:49:07 GMT"] {
        let world = World::new(&[Answer::status(503, "").retry_after(value), Answer::code(0)]).await;
        world.call(&SAFE, &NOTHING).await.expect("well again");
        assert_eq!((world.seen(), world.now()), (2, Duration::from_secs(7)));
    }
}

#[tokio::test]
async fn a_shorter_retry_after_does_not_shorten_the_pause() {
    let world = World::new(&[Answer::status(503, "").retry_after("0"), Answer::code(0)]).await;
    world.call(&SAFE, &NOTHING).await.expect("well again");
    assert!(world.now() > Duration::ZERO);
}

#[tokio::test]
async fn a_retry_after_beyond_the_calls_time_ends_it_at_once() {
    let world = World::new(&[Answer::status(503, "").retry_after("31"), Answer::code(0)]).await;
    let error = world.call(&SAFE, &NOTHING).await.expect_err("too late");
    assert_eq!((world.seen(), world.now(), error.status().map(|status| status.as_u16())), (1, Duration::ZERO, Some(503)));
    assert!(world.observer.of("attempt")[0].ends_with("End(DeadlineTooClose)"));
}

#[tokio::test]
async fn the_budget_is_shared_by_all_calls_and_refilled_by_those_that_succeed() {
    let script =
        [Answer::status(503, ""), Answer::status(503, ""), Answer::status(503, ""), Answer::code(0), Answer::Closed, Answer::code(0)];
    let world = World::with(&script, |runtime| runtime.budget(RetryBudget::new(2, 2))).await;
    world.call(&SAFE, &NOTHING).await.expect_err("one retry, and no budget for another");
    world.call(&SAFE, &NOTHING).await.expect_err("no budget");
    assert!(world.observer.of("attempt").iter().skip(1).all(|line| line.ends_with("End(BudgetExhausted)")));
    assert_eq!((world.seen(), world.runtime.budget().tokens()), (3, 0));
    world.call(&SAFE, &NOTHING).await.expect("no retry needed");
    world.call(&SAFE, &NOTHING).await.expect_err("half of a retry's cost");
    world.call(&SAFE, &NOTHING).await.expect("no retry needed");
    assert_eq!((world.seen(), world.runtime.budget().tokens()), (6, 2));
}

#[tokio::test]
async fn the_error_says_that_the_budget_allowed_no_further_attempt() {
    let world = World::with(&[Answer::status(503, "")], |runtime| runtime.budget(RetryBudget::new(1, 1))).await;
    let first = world.call(&SAFE, &NOTHING).await.expect_err("one retry");
    let second = world.call(&IDEMPOTENT, &NOTHING).await.expect_err("none");
    let words = "this call made no further attempt: the client's retry budget is exhausted, because many of its calls are failing";
    let answer = "unexpected response: no media type, 0 bytes (HTTP 503)";
    assert_eq!(first.to_string(), format!("get_order (POST /order): {answer}, after 2 attempts; {words}"));
    assert_eq!(second.to_string(), format!("cancel_order (POST /order): {answer}; {words}"));
    assert!(second.no_retry_reason().is_some());
}

#[tokio::test]
async fn an_error_after_all_attempts_says_nothing_of_the_budget() {
    let world = World::new(&[Answer::status(503, "")]).await;
    let error = world.call(&SAFE, &NOTHING).await.expect_err("never well");
    assert_eq!((error.attempts(), error.no_retry_reason()), (4, None));
    let refused = World::with(&[Answer::code(2)], |runtime| runtime.budget(RetryBudget::new(0, 1))).await;
    assert_eq!(refused.call(&SAFE, &NOTHING).await.expect_err("refused").no_retry_reason(), None);
}

#[tokio::test]
async fn a_retry_after_with_a_fraction_is_rounded_up_and_one_that_cannot_be_read_is_five_seconds() {
    for (value, seconds) in [("2.5", 3), ("2s", 2), ("soon", 5), ("-1", 5)] {
        for status in [429, 503] {
            let world = World::new(&[Answer::status(status, "").retry_after(value), Answer::code(0)]).await;
            world.call(&SAFE, &NOTHING).await.expect("well again");
            assert_eq!((world.seen(), world.now()), (2, Duration::from_secs(seconds)), "{status}, {value}");
        }
    }
    let world = World::new(&[Answer::status(429, "").retry_after("1e9"), Answer::code(0)]).await;
    world.call(&SAFE, &NOTHING).await.expect_err("beyond the call's time");
    assert_eq!((world.seen(), world.now()), (1, Duration::ZERO));
}

/// Signs with the time, and asks for one more attempt if the exchange says 2.
#[derive(Debug)]
struct Signer {
    signed_at: &'static Mutex<Vec<Duration>>,
    time: std::sync::Arc<dyn venue_core::TimeSource>,
}

impl Interceptor for Signer {
    fn on_attempt<'a>(&'a self, _: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        self.signed_at.lock().expect("no panic").push(self.time.monotonic());
        Box::pin(std::future::ready(Ok(())))
    }

    fn on_error<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Retry> {
        let again = error.code() == Some(2) && attempt.number == 1;
        Box::pin(std::future::ready(if again { Retry::Yes } else { Retry::No }))
    }
}

#[tokio::test]
async fn every_attempt_is_signed_after_its_wait() {
    static SIGNED_AT: Mutex<Vec<Duration>> = Mutex::new(Vec::new());
    let world = World::new(&[Answer::status(503, "").retry_after("7"), Answer::code(0)]).await;
    let time = std::sync::Arc::clone(world.runtime.time_source());
    let world = world.intercepted(Signer { signed_at: &SIGNED_AT, time });
    world.call(&SAFE, &NOTHING).await.expect("well again");
    assert_eq!(*SIGNED_AT.lock().expect("no panic"), [Duration::ZERO, Duration::from_secs(7)]);
}

#[tokio::test]
async fn another_interceptors_remedy_is_not_stood_in_the_way_of() {
    static SIGNED_AT: Mutex<Vec<Duration>> = Mutex::new(Vec::new());
    let world = World::new(&[Answer::code(2), Answer::code(0)]).await;
    let time = std::sync::Arc::clone(world.runtime.time_source());
    let world = world.intercepted(Signer { signed_at: &SIGNED_AT, time });
    world.call(&ONCE, &CallOptions::new().no_retry()).await.expect("the remedy helped");
    assert_eq!((world.seen(), world.now()), (2, Duration::ZERO));
}

/// Asks for a retry of every failed attempt, up to this number of attempts.
#[derive(Debug)]
struct RetryUpTo(u32);

impl Interceptor for RetryUpTo {
    fn on_attempt<'a>(&'a self, _: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn on_error<'a>(&'a self, _: &'a Error, attempt: Attempt) -> BoxFuture<'a, Retry> {
        Box::pin(std::future::ready(if attempt.number < self.0 { Retry::Yes } else { Retry::No }))
    }
}

#[tokio::test]
async fn an_interceptor_cannot_repeat_a_write_that_may_have_been_executed() {
    for response in [Answer::Closed, Answer::Torn, Answer::status(503, ""), Answer::code(8)] {
        for (operation, attempts) in [(&ONCE, 1), (&IDEMPOTENT, 3), (&SAFE, 3)] {
            let world = World::new(std::slice::from_ref(&response)).await.intercepted(RetryUpTo(3));
            let error = world.call(operation, &CallOptions::new().no_retry()).await.expect_err("every attempt fails");
            assert_eq!(
                (world.seen(), error.attempts()),
                (attempts, u32::try_from(attempts).expect("small")),
                "{operation:?}, {response:?}"
            );
            assert_eq!(error.delivery(), Delivery::Unknown, "{operation:?}, {response:?}");
        }
    }
    let world = World::new(&[Answer::code(2)]).await.intercepted(RetryUpTo(3));
    world.call(&ONCE, &CallOptions::new().no_retry()).await.expect_err("every attempt is rejected");
    assert_eq!(world.seen(), 3, "a rejected write can be repeated");
}

#[tokio::test]
async fn an_interceptor_cannot_repeat_a_rejected_write_whose_earlier_attempt_may_have_been_executed() {
    let world = World::new(&[Answer::code(2), Answer::Closed, Answer::code(2)]).await.intercepted(RetryUpTo(9));
    let error = world.call(&ONCE, &NOTHING).await.expect_err("the second response is lost");
    assert_eq!((world.seen(), error.delivery()), (2, Delivery::Unknown));
}

#[tokio::test]
async fn an_interceptor_is_not_limited_by_the_retry_policy_but_its_attempts_count() {
    static SIGNED_AT: Mutex<Vec<Duration>> = Mutex::new(Vec::new());
    let failing = [Answer::code(2), Answer::status(503, "")];
    for (policy, attempts) in [(RetryPolicy::never(), 2), (RetryPolicy::new().max_attempts(2), 2), (RetryPolicy::new().max_attempts(3), 3)]
    {
        let world = World::new(&failing).await;
        let time = std::sync::Arc::clone(world.runtime.time_source());
        let world = world.intercepted(Signer { signed_at: &SIGNED_AT, time });
        world.call(&SAFE, &CallOptions::new().retry(policy)).await.expect_err("every attempt fails");
        assert_eq!(world.seen(), attempts, "{policy:?}");
    }
}

#[tokio::test]
async fn each_call_of_a_client_has_its_own_deadline_and_report() {
    let world = World::new(&[Answer::status(503, "").retry_after("20"), Answer::code(0)]).await;
    for _ in 0..3 {
        world.call(&SAFE, &NOTHING).await.expect("the second attempt, or the first");
        world.time.advance(Duration::from_secs(60));
    }
    assert_eq!((world.seen(), world.now(), world.observer.of("call").len()), (4, Duration::from_secs(200), 3));
}

#[tokio::test]
async fn the_calls_that_succeed_pay_for_retries() {
    let script = [Answer::status(503, ""), Answer::code(0), Answer::code(0), Answer::status(404, "")];
    let world = World::with(&script, |runtime| runtime.budget(RetryBudget::new(10, 4))).await;
    let mut left = Vec::new();
    for _ in 0..3 {
        let _ = world.call(&SAFE, &NOTHING).await;
        left.push(world.runtime.budget().tokens());
    }
    assert_eq!((world.seen(), left), (4, vec![7, 8, 8]), "a retry and its success, a success, a failure");
}
