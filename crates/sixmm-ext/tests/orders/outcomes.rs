//! What can be done with an outcome, and what happens to who does not wait for it.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use sixmm_ext::types::{ClientOrderId, OrderId, OrderStatus};
use sixmm_ext::{CallOptions, Evidence, Order, Outcome, Resolution, Unresolved};

use crate::support::exchange::{Effect, Look, Plan, Reply, Trading, run};
use crate::support::until;
use crate::writes::{open_orders, waiting_condition};

fn order() -> Order {
    Order::buy("BTCUSDT", "0.1").limit("85000").client_order_id("my-1")
}

fn unresolved<T: std::fmt::Debug>(outcome: Outcome<T>) -> Unresolved<T> {
    match outcome {
        Outcome::Unknown(unresolved) => unresolved,
        certain => panic!("{certain:?}"),
    }
}

#[test]
fn whoever_drops_the_future_finds_the_order_by_its_id() {
    run(async {
        let trading = Trading::new().await;
        let client = &trading.world.client;
        let place = client.orders().place(Order::buy("BTCUSDT", "0.1").limit("85000"));
        let id = place.client_order_id().clone();
        {
            let mut send = pin!(trading.drive(place.send()));
            tokio::select! {
                biased;
                () = until(|| !trading.exchange.writes().is_empty()) => {}
                outcome = &mut send => panic!("too early: {outcome:?}"),
            }
        }
        let found = trading.drive(client.orders().get("BTCUSDT", &id).send()).await.expect("the order");
        assert_eq!(found.client_order_id, Some(id));
        assert_eq!(trading.exchange.writes().len(), 1, "nobody sends it again");
    });
}

#[test]
fn a_future_that_is_dropped_before_it_is_polled_sends_nothing() {
    run(async {
        let trading = Trading::new().await;
        drop(trading.world.client.orders().place(order()).send());
        tokio::task::yield_now().await;
        assert_eq!(trading.exchange.writes(), []);
    });
}

#[test]
fn placements_at_the_same_time_have_an_outcome_each_whatever_happens_to_some() {
    run(async {
        let trading = Trading::new().await;
        let replies = [
            (Effect::Now, Reply::Success),
            (Effect::Now, Reply::Closed),
            (Effect::None, Reply::Refusal(3001)),
            (Effect::Now, Reply::Html(502)),
            (Effect::Now, Reply::Torn),
        ];
        trading.exchange.plan(Plan { writes: replies.into_iter().cycle().take(100).collect(), looks: vec![Look::Truth] });
        let orders = trading.world.client.orders();
        let places = (0..100).map(|_| orders.place(Order::buy("BTCUSDT", "0.1").limit("85000")).send());
        let outcomes = trading.drive(join_all(places)).await;
        let accepted = outcomes.iter().filter_map(Outcome::accepted).map(|placed| placed.client_order_id.to_string());
        let mut accepted: Vec<String> = accepted.collect();
        let book = trading.exchange.book();
        let mut standing: Vec<&str> = book.orders.iter().filter_map(|order| order["clientOrderId"].as_str()).collect();
        accepted.sort();
        standing.sort_unstable();
        assert_eq!(accepted, standing);
        assert_eq!((outcomes.iter().filter(|outcome| outcome.rejected().is_some()).count(), standing.len()), (20, 80));
        assert_eq!(trading.exchange.writes().len(), 100);
    });
}

#[test]
fn asking_again_finds_the_order_that_appeared_later_and_sends_nothing() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.plan(Plan::of(Effect::After(usize::MAX), Reply::Closed, &[Look::Truth]));
        let unresolved = unresolved(trading.drive(trading.world.client.orders().place(order()).send()).await);
        assert!(matches!(unresolved.evidence(), Evidence::NotFound));
        assert_eq!(unresolved.queries(), 4);

        trading.exchange.plan(Plan::of(Effect::None, Reply::Success, &[Look::Truth]));
        let placed = trading.drive(unresolved.ask_again()).await.into_result().expect("accepted");
        assert_eq!(placed.client_order_id.as_str(), "my-1");
        assert_eq!(trading.exchange.writes(), []);
    });
}

#[test]
fn asking_again_counts_on_and_may_be_done_as_often_as_one_likes() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[Look::Truth]));
        let first = unresolved(trading.drive(trading.world.client.orders().place(order()).send()).await);
        let second = unresolved(trading.drive(first.clone().ask_again()).await);
        assert_eq!((first.queries(), second.queries()), (4, 8));
        assert_eq!(second.subject().client_order_id, Some(ClientOrderId::from("my-1")));
        assert_eq!(trading.exchange.writes().len(), 1);
    });
}

#[test]
fn a_condition_order_is_found_hours_later_though_it_has_been_triggered() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.plan(Plan::of(Effect::Now, Reply::Closed, &[Look::Html]));
        let stop = Order::close_long("BTCUSDT").stop("80000");
        let unresolved = unresolved(trading.drive(trading.world.client.orders().place_condition(stop).send()).await);

        trading.world.time.advance(Duration::from_secs(5 * 3600));
        trading.exchange.change(|book| book.conditions[0]["status"] = json!("TRIGGERED"));
        trading.exchange.plan(Plan::well());
        let placed = trading.drive(unresolved.ask_again()).await.into_result().expect("accepted");
        assert_eq!(placed.status.map(|status| status.to_string()).as_deref(), Some("TRIGGERED"));
    });
}

#[test]
fn how_long_the_client_asks_is_the_callers_choice() {
    run(async {
        let seconds = Duration::from_secs;
        for (resolution, times) in [
            (Resolution::default(), 9),
            (Resolution::default().patience(Duration::ZERO), 1),
            (Resolution::default().first_delay(seconds(4)).max_delay(seconds(60)), 2),
            (Resolution::default().first_delay(Duration::ZERO).max_delay(seconds(1)).patience(seconds(1)), 7),
        ] {
            let trading = Trading::with(|client| client.resolution(resolution)).await;
            trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[Look::Truth]));
            let unresolved = unresolved(trading.drive(trading.world.client.orders().place(order()).send()).await);
            assert_eq!((unresolved.queries(), trading.exchange.questions()), (times, times as usize), "{resolution:?}");
        }
    });
}

#[test]
fn an_unknown_outcome_that_is_made_an_error_is_one_that_must_not_be_repeated() {
    run(async {
        let trading = Trading::new().await;
        let replies =
            [Reply::Closed, Reply::Silence, Reply::Html(502), Reply::Refusal(5001), Reply::Refusal(3004), Reply::SuccessWithoutData];
        for reply in replies {
            trading.exchange.plan(Plan::of(Effect::None, reply, &[Look::Stale]));
            let error = trading.drive(trading.world.client.orders().place(order()).send()).await.into_result().expect_err("unknown");
            assert!(error.is_unknown_outcome() && !error.is_retryable(), "{reply:?}: {error:?}");
            let text = error.to_string();
            assert!(text.contains("since: ") && text.contains("ask again for the order `") && text.contains("of BTCUSDT"), "{text}");
        }
    });
}

/// Places an order whose timestamp is refused at first with this status, and counts the requests that arrive.
fn sent_after_a_refused_timestamp(status: u16, effect: Effect) -> usize {
    run(async {
        let trading = Trading::new().await;
        let writes = vec![(effect, Reply::OutOfTolerance(status)), (Effect::Now, Reply::Success)];
        trading.exchange.plan(Plan { writes, looks: vec![Look::Truth] });
        let outcome = trading.drive(trading.world.client.orders().place(order()).send()).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
        trading.exchange.writes().len()
    })
}

#[test]
fn an_order_whose_timestamp_was_refused_is_signed_and_sent_again() {
    assert_eq!(sent_after_a_refused_timestamp(200, Effect::None), 2);
    assert_eq!(sent_after_a_refused_timestamp(401, Effect::None), 2);
}

#[test]
fn an_order_that_may_stand_is_not_sent_again_because_its_timestamp_was_refused() {
    assert_eq!(sent_after_a_refused_timestamp(502, Effect::Now), 1);
}

#[test]
fn options_that_ask_for_more_attempts_do_not_repeat_an_order_that_may_stand() {
    run(async {
        let trading = Trading::new().await;
        let options = || CallOptions::new().retry(sixmm_ext::RetryPolicy::new().with_max_attempts(9)).no_timeout();
        trading.exchange.plan(Plan::of(Effect::Now, Reply::Closed, &[Look::Truth]));
        let outcome = trading.drive(trading.world.client.orders().place(order()).options(options()).send()).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
        assert_eq!(trading.exchange.writes().len(), 1);
    });
}

#[test]
fn an_order_that_cannot_be_sent_in_time_is_rejected_and_never_sent() {
    run(async {
        let trading = Trading::new().await;
        let options = CallOptions::new().timeout(Duration::ZERO);
        let outcome = trading.drive(trading.world.client.orders().place(order()).options(options).send()).await;
        assert!(outcome.rejected().is_some_and(|error| error.is_timeout() && !error.is_unknown_outcome()), "{outcome:?}");
        assert_eq!(trading.exchange.writes(), []);
    });
}

/// A line for what every kind of evidence says.
#[test]
fn an_unknown_outcome_says_what_is_known_and_what_to_do() {
    let texts = run(async {
        let trading = Trading::new().await;
        let orders = trading.world.client.orders();
        let mut texts = Vec::new();
        let mut note = |what: &str, text: String| texts.push(format!("{what}\n    {text}\n"));
        let plan = |reply, looks: &[Look]| trading.exchange.plan(Plan::of(Effect::None, reply, looks));

        plan(Reply::Silence, &[Look::Truth]);
        note("no answer, not found", unresolved(trading.drive(orders.place(order()).send()).await).to_string());
        plan(Reply::Html(502), &[Look::Html]);
        note("a gateway's page, again and again", unresolved(trading.drive(orders.place(order()).send()).await).to_string());
        plan(Reply::Refusal(3004), &[Look::Strange]);
        note(
            "a signature that was seen, an answer that cannot be read",
            unresolved(trading.drive(orders.place(order()).send()).await).to_string(),
        );
        plan(Reply::SuccessWithoutData, &[Look::Truth]);
        note("a success without data", unresolved(trading.drive(orders.place(order()).send()).await).to_string());
        trading.exchange.change(|book| {
            let older = json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "SELL", "quantity": "3", "clientOrderId": "my-1" });
            book.execute(sixmm_api::operations::PLACE_ORDER.path, &older, 0);
        });
        plan(Reply::Closed, &[Look::Truth]);
        note("an id that was used before", unresolved(trading.drive(orders.place(order()).send()).await).to_string());

        let id = open_orders(&trading, "ETHUSDT", 2).remove(0);
        plan(Reply::Torn, &[Look::Truth]);
        let id = OrderId::from(id);
        note("a change", unresolved(trading.drive(orders.amend("ETHUSDT", &id).price("86000").send()).await).to_string());
        note("a cancellation", unresolved(trading.drive(orders.cancel("ETHUSDT", &id).send()).await).to_string());
        plan(Reply::Refusal(5002), &[Look::Truth]);
        note("all of a contract", unresolved(trading.drive(orders.cancel_all().symbol("ETHUSDT").send()).await).to_string());
        note("all", unresolved(trading.drive(orders.cancel_all().send()).await).to_string());
        plan(Reply::Success, &[Look::Truth]);
        let waited = trading.drive(orders.cancel_all().symbol("ETHUSDT").until_none_open(std::time::Duration::from_secs(12))).await;
        note("all, and waited", unresolved(waited).to_string());
        let writes = vec![(Effect::None, Reply::SuccessWithoutData), (Effect::None, Reply::Torn)];
        trading.exchange.plan(Plan { writes, looks: vec![Look::Truth] });
        let batch = trading.drive(orders.cancel_batch([("ETHUSDT", &id)]).send()).await.remove(0);
        note("one of a batch", unresolved(batch).to_string());

        let condition = waiting_condition(&trading, "BTCUSDT");
        plan(Reply::Closed, &[Look::Truth]);
        note(
            "a condition order's cancellation",
            unresolved(trading.drive(orders.cancel_condition("BTCUSDT", condition).send()).await).to_string(),
        );
        texts.concat()
    });
    insta::assert_snapshot!(texts);
}

#[test]
fn the_state_of_an_order_that_was_asked_for_comes_along() {
    run(async {
        let trading = Trading::new().await;
        let id = OrderId::from(open_orders(&trading, "BTCUSDT", 1).remove(0));
        trading.exchange.plan(Plan::of(Effect::Now, Reply::Closed, &[Look::Truth]));
        let cancelled = trading.drive(trading.world.client.orders().cancel("BTCUSDT", &id).send()).await.into_result().expect("accepted");
        assert_eq!(cancelled.status, Some(OrderStatus::Canceled));
    });
}
