//! Unknown outcomes: dropped futures, reconciliation, and texts.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use sixmm_ext::types::{ClientOrderId, OrderId, OrderStatus};
use sixmm_ext::{CallOptions, NewOrder, Outcome, ReconcilePolicy, Unresolved, orders::LastLookup};

use crate::support::exchange::{Effect, LookupReply, Plan, Reply, Trading, run};
use crate::support::yield_until;
use crate::writes::{open_orders, waiting_condition};

fn order() -> NewOrder {
    NewOrder::buy("BTCUSDT", "0.1").limit("85000").client_order_id("my-1")
}

fn unresolved<T: std::fmt::Debug>(outcome: Outcome<T>) -> Unresolved<T> {
    match outcome {
        Outcome::Unknown(unresolved) => unresolved,
        certain => panic!("{certain:?}"),
    }
}

#[test]
fn an_order_whose_future_was_dropped_is_found_by_its_id() {
    run(async {
        let trading = Trading::new().await;
        let client = &trading.harness.client;
        let place = client.orders().place(NewOrder::buy("BTCUSDT", "0.1").limit("85000"));
        let id = place.client_order_id().clone();
        {
            let mut send = pin!(trading.drive(place.send()));
            tokio::select! {
                biased;
                () = yield_until(|| !trading.exchange.writes().is_empty()) => {}
                outcome = &mut send => panic!("too early: {outcome:?}"),
            }
        }
        let found = trading.drive(client.orders().get("BTCUSDT", &id).send()).await.expect("the order");
        assert_eq!(found.client_order_id, Some(id));
        assert_eq!(trading.exchange.writes().len(), 1, "the order is not sent again");
    });
}

#[test]
fn a_future_that_is_dropped_before_its_first_poll_sends_nothing() {
    run(async {
        let trading = Trading::new().await;
        drop(trading.harness.client.orders().place(order()).send());
        tokio::task::yield_now().await;
        assert_eq!(trading.exchange.writes(), []);
    });
}

#[test]
fn concurrent_placements_have_independent_outcomes() {
    run(async {
        let trading = Trading::new().await;
        let replies = [
            (Effect::Now, Reply::Success),
            (Effect::Now, Reply::Closed),
            (Effect::None, Reply::Rejection(3001)),
            (Effect::Now, Reply::Html(502)),
            (Effect::Now, Reply::Torn),
        ];
        trading.exchange.plan(Plan { writes: replies.into_iter().cycle().take(100).collect(), lookups: vec![LookupReply::Current] });
        let orders = trading.harness.client.orders();
        let places = (0..100).map(|_| orders.place(NewOrder::buy("BTCUSDT", "0.1").limit("85000")).send());
        let outcomes = trading.drive(join_all(places)).await;
        let accepted = outcomes.iter().filter_map(Outcome::accepted).map(|placed| placed.client_order_id.to_string());
        let mut accepted: Vec<String> = accepted.collect();
        let book = trading.exchange.book();
        let mut existing: Vec<&str> = book.orders.iter().filter_map(|order| order["clientOrderId"].as_str()).collect();
        accepted.sort();
        existing.sort_unstable();
        assert_eq!(accepted, existing);
        assert_eq!((outcomes.iter().filter(|outcome| outcome.rejected().is_some()).count(), existing.len()), (20, 80));
        assert_eq!(trading.exchange.writes().len(), 100);
    });
}

#[test]
fn reconcile_finds_an_order_that_arrived_later_and_sends_nothing() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.plan(Plan::of(Effect::After(usize::MAX), Reply::Closed, &[LookupReply::Current]));
        let unresolved = unresolved(trading.drive(trading.harness.client.orders().place(order()).send()).await);
        assert!(matches!(unresolved.last_lookup(), LastLookup::NotFound));
        assert_eq!(unresolved.lookups(), 4);

        trading.exchange.plan(Plan::of(Effect::None, Reply::Success, &[LookupReply::Current]));
        let placed = trading.drive(unresolved.reconcile()).await.into_result().expect("accepted");
        assert_eq!(placed.client_order_id.as_str(), "my-1");
        assert_eq!(trading.exchange.writes(), []);
    });
}

#[test]
fn reconcile_can_be_called_again_and_adds_to_the_count_of_lookups() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[LookupReply::Current]));
        let first = unresolved(trading.drive(trading.harness.client.orders().place(order()).send()).await);
        let second = unresolved(trading.drive(first.clone().reconcile()).await);
        assert_eq!((first.lookups(), second.lookups()), (4, 8));
        assert_eq!(second.order_key().client_order_id, Some(ClientOrderId::from("my-1")));
        assert_eq!(trading.exchange.writes().len(), 1);
    });
}

#[test]
fn a_triggered_condition_order_is_found_hours_later() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.plan(Plan::of(Effect::Now, Reply::Closed, &[LookupReply::Html]));
        let stop = NewOrder::close_long("BTCUSDT").stop("80000");
        let unresolved = unresolved(trading.drive(trading.harness.client.orders().place_condition(stop).send()).await);

        trading.harness.time.advance(Duration::from_secs(5 * 3600));
        trading.exchange.change(|book| book.conditions[0]["status"] = json!("TRIGGERED"));
        trading.exchange.plan(Plan::normal());
        let placed = trading.drive(unresolved.reconcile()).await.into_result().expect("accepted");
        assert_eq!(placed.status.map(|status| status.to_string()).as_deref(), Some("TRIGGERED"));
    });
}

#[test]
fn the_policy_sets_the_number_of_lookups() {
    run(async {
        let seconds = Duration::from_secs;
        for (policy, lookups) in [
            (ReconcilePolicy::default(), 9),
            (ReconcilePolicy::default().timeout(Duration::ZERO), 1),
            (ReconcilePolicy::default().first_delay(seconds(4)).max_delay(seconds(60)), 2),
            (ReconcilePolicy::default().first_delay(Duration::ZERO).max_delay(seconds(1)).timeout(seconds(1)), 7),
        ] {
            let trading = Trading::with(|client| client.reconcile_policy(policy)).await;
            trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[LookupReply::Current]));
            let unresolved = unresolved(trading.drive(trading.harness.client.orders().place(order()).send()).await);
            assert_eq!((unresolved.lookups(), trading.exchange.lookup_count()), (lookups, lookups as usize), "{policy:?}");
        }
    });
}

#[test]
fn an_unknown_outcome_becomes_an_error_that_is_not_retryable() {
    run(async {
        let trading = Trading::new().await;
        let replies =
            [Reply::Closed, Reply::Silence, Reply::Html(502), Reply::Rejection(5001), Reply::Rejection(3004), Reply::SuccessWithoutData];
        for reply in replies {
            trading.exchange.plan(Plan::of(Effect::None, reply, &[LookupReply::Stale]));
            let error = trading.drive(trading.harness.client.orders().place(order()).send()).await.into_result().expect_err("unknown");
            assert!(error.is_unknown_outcome() && !error.is_retryable(), "{reply:?}: {error:?}");
            let text = error.to_string();
            assert!(text.contains("since: ") && text.contains("reconcile the order `") && text.contains("of BTCUSDT"), "{text}");
        }
    });
}

/// Places an order whose timestamp is rejected with this HTTP status at first. Returns the number of requests that arrive.
fn requests_after_a_rejected_timestamp(status: u16, effect: Effect) -> usize {
    run(async {
        let trading = Trading::new().await;
        let writes = vec![(effect, Reply::OutOfTolerance(status)), (Effect::Now, Reply::Success)];
        trading.exchange.plan(Plan { writes, lookups: vec![LookupReply::Current] });
        let outcome = trading.drive(trading.harness.client.orders().place(order()).send()).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
        trading.exchange.writes().len()
    })
}

#[test]
fn an_order_whose_timestamp_was_rejected_is_signed_and_sent_again() {
    assert_eq!(requests_after_a_rejected_timestamp(200, Effect::None), 2);
    assert_eq!(requests_after_a_rejected_timestamp(401, Effect::None), 2);
}

#[test]
fn an_order_that_may_exist_is_not_sent_again_after_a_rejected_timestamp() {
    assert_eq!(requests_after_a_rejected_timestamp(502, Effect::Now), 1);
}

#[test]
fn a_retry_policy_does_not_send_an_order_again_that_may_exist() {
    run(async {
        let trading = Trading::new().await;
        let options = || CallOptions::new().retry(sixmm_ext::RetryPolicy::new().max_attempts(9)).no_timeout();
        trading.exchange.plan(Plan::of(Effect::Now, Reply::Closed, &[LookupReply::Current]));
        let outcome = trading.drive(trading.harness.client.orders().place(order()).options(options()).send()).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
        assert_eq!(trading.exchange.writes().len(), 1);
    });
}

#[test]
fn an_order_that_cannot_be_sent_before_its_deadline_is_rejected() {
    run(async {
        let trading = Trading::new().await;
        let options = CallOptions::new().timeout(Duration::ZERO);
        let outcome = trading.drive(trading.harness.client.orders().place(order()).options(options).send()).await;
        assert!(outcome.rejected().is_some_and(|error| error.is_timeout() && !error.is_unknown_outcome()), "{outcome:?}");
        assert_eq!(trading.exchange.writes(), []);
    });
}

/// One text for each result of a lookup.
#[test]
fn the_text_of_an_unknown_outcome_names_the_cause_the_lookups_and_the_order() {
    let texts = run(async {
        let trading = Trading::new().await;
        let orders = trading.harness.client.orders();
        let mut texts = Vec::new();
        let mut note = |what: &str, text: String| texts.push(format!("{what}\n    {text}\n"));
        let plan = |reply, lookups: &[LookupReply]| trading.exchange.plan(Plan::of(Effect::None, reply, lookups));

        plan(Reply::Silence, &[LookupReply::Current]);
        note("no response, not found", unresolved(trading.drive(orders.place(order()).send()).await).to_string());
        plan(Reply::Html(502), &[LookupReply::Html]);
        note("an HTML page of a gateway, for each request", unresolved(trading.drive(orders.place(order()).send()).await).to_string());
        plan(Reply::Rejection(3004), &[LookupReply::UnexpectedData]);
        note("a duplicate signature, an unreadable lookup", unresolved(trading.drive(orders.place(order()).send()).await).to_string());
        plan(Reply::SuccessWithoutData, &[LookupReply::Current]);
        note("a success without data", unresolved(trading.drive(orders.place(order()).send()).await).to_string());
        trading.exchange.change(|book| {
            let older = json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "SELL", "quantity": "3", "clientOrderId": "my-1" });
            book.execute(sixmm_api::operations::PLACE_ORDER.path, &older, 0);
        });
        plan(Reply::Closed, &[LookupReply::Current]);
        note("an id that was used before", unresolved(trading.drive(orders.place(order()).send()).await).to_string());

        let id = open_orders(&trading, "ETHUSDT", 2).remove(0);
        plan(Reply::Torn, &[LookupReply::Current]);
        let id = OrderId::from(id);
        note("an amendment", unresolved(trading.drive(orders.amend("ETHUSDT", &id).price("86000").send()).await).to_string());
        note("a cancellation", unresolved(trading.drive(orders.cancel("ETHUSDT", &id).send()).await).to_string());
        plan(Reply::Rejection(5002), &[LookupReply::Current]);
        note("all orders of a contract", unresolved(trading.drive(orders.cancel_all().symbol("ETHUSDT").submit()).await).to_string());
        note("all orders", unresolved(trading.drive(orders.cancel_all().submit()).await).to_string());
        plan(Reply::Success, &[LookupReply::Current]);
        let waited = trading.drive(orders.cancel_all().symbol("ETHUSDT").until_none_open(std::time::Duration::from_secs(12))).await;
        note("all orders, until none is open", unresolved(waited).to_string());
        let writes = vec![(Effect::None, Reply::SuccessWithoutData), (Effect::None, Reply::Torn)];
        trading.exchange.plan(Plan { writes, lookups: vec![LookupReply::Current] });
        let batch = trading.drive(orders.cancel_batch([("ETHUSDT", &id)]).send()).await.remove(0);
        note("one of a batch", unresolved(batch).to_string());

        let condition = waiting_condition(&trading, "BTCUSDT");
        plan(Reply::Closed, &[LookupReply::Current]);
        note(
            "the cancellation of a condition order",
            unresolved(trading.drive(orders.cancel_condition("BTCUSDT", condition).send()).await).to_string(),
        );
        texts.concat()
    });
    insta::assert_snapshot!(texts);
}

#[test]
fn a_cancellation_that_a_lookup_confirmed_has_the_status_of_the_order() {
    run(async {
        let trading = Trading::new().await;
        let id = OrderId::from(open_orders(&trading, "BTCUSDT", 1).remove(0));
        trading.exchange.plan(Plan::of(Effect::Now, Reply::Closed, &[LookupReply::Current]));
        let cancelled = trading.drive(trading.harness.client.orders().cancel("BTCUSDT", &id).send()).await.into_result().expect("accepted");
        assert_eq!(cancelled.status, Some(OrderStatus::Canceled));
    });
}
