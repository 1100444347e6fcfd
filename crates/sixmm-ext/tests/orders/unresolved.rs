//! An unresolved write: its expiry, saving and loading it, and the cancellation of an order that may not have arrived.

use std::time::Duration;

use serde_json::json;
use sixmm_ext::types::CancelType;
use sixmm_ext::{
    NewOrder, NewStrategy, Outcome, UnixMillis, Unresolved,
    orders::{AmendItem, Amended, Cancelled, CancelledCondition, LastLookup, Placed, PlacedCondition, PlacedStrategy},
};

use crate::support::exchange::{Effect, LookupReply, Plan, Reply, Trading, run};
use crate::support::{Harness, START, session};
use crate::writes::{open_orders, waiting_condition};

const SECOND: Duration = Duration::from_secs(1);

fn order() -> NewOrder {
    NewOrder::buy("BTCUSDT", "0.1").limit("85000")
}

fn unresolved<T: std::fmt::Debug>(outcome: Outcome<T>) -> Unresolved<T> {
    match outcome {
        Outcome::Unknown(unresolved) => unresolved,
        certain => panic!("{certain:?}"),
    }
}

/// An exchange whose clients reconcile for three seconds, and which loses every response until the test sets another plan.
async fn losing_responses(effect: Effect) -> Trading {
    let trading = Trading::new().await;
    trading.exchange.plan(Plan::of(effect, Reply::Closed, &[LookupReply::Html]));
    trading
}

#[test]
fn an_unresolved_write_has_its_send_time_and_the_expiry_of_its_signature() {
    run(async {
        let trading = losing_responses(Effect::None).await;
        let unresolved = unresolved(trading.drive(trading.harness.client.orders().place(order()).send()).await);
        assert_eq!(unresolved.sent_at(), Some(UnixMillis::new(START)));
        assert_eq!(unresolved.last_timestamp(), Some(UnixMillis::new(START)));
        let expires = unresolved.expires_at().expect("signed").as_millis() - START;
        assert!((10_000..10_100).contains(&expires), "{expires} ms: the window and the error of the clock's estimate");
        assert!(!unresolved.can_no_longer_arrive());
    });
}

#[test]
fn only_a_lookup_after_the_expiry_proves_that_the_order_can_no_longer_arrive() {
    run(async {
        let trading = losing_responses(Effect::None).await;
        let unresolved_ = unresolved(trading.drive(trading.harness.client.orders().place(order()).send()).await);
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[LookupReply::Current]));
        let early = unresolved(trading.drive(unresolved_.reconcile()).await);
        assert!(matches!(early.last_lookup(), LastLookup::NotFound), "{early:?}");
        assert!(!early.can_no_longer_arrive());

        trading.harness.time.advance(10 * SECOND);
        let late = unresolved(trading.drive(early.reconcile()).await);
        assert!(matches!(late.last_lookup(), LastLookup::NotFoundAfterExpiry), "{late:?}");
        assert!(late.can_no_longer_arrive());
        assert!(late.to_string().contains("can no longer be accepted because its signature expired"), "{late}");
    });
}

#[test]
fn an_order_that_arrived_in_time_is_found_after_the_expiry() {
    run(async {
        let trading = losing_responses(Effect::Now).await;
        let unresolved = unresolved(trading.drive(trading.harness.client.orders().place(order()).send()).await);
        trading.harness.time.advance(60 * SECOND);
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[LookupReply::Current]));
        assert!(trading.drive(unresolved.reconcile()).await.accepted().is_some());
    });
}

#[test]
fn reconciliation_with_the_default_policy_ends_at_the_expiry() {
    run(async {
        let trading = Trading::with(|client| client.reconcile_policy(sixmm_ext::ReconcilePolicy::default())).await;
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[LookupReply::Current]));
        let before = trading.harness.now();
        let unresolved = unresolved(trading.drive(trading.harness.client.orders().place(order()).send()).await);
        let took = trading.harness.now() - before;
        assert!(unresolved.can_no_longer_arrive(), "{unresolved:?}");
        assert!((10 * SECOND..11 * SECOND).contains(&took), "{took:?}");
    });
}

#[tokio::test]
async fn a_write_that_was_sent_with_a_login_does_not_expire() {
    let harness = Harness::with(
        |request| match &*request.path {
            crate::support::LOGIN => session("token-1"),
            _ if request.method == "GET" => crate::support::MockResponse::refusal(3003, "Order not found"),
            _ => crate::support::MockResponse::refusal(5001, "rejected by the test"),
        },
        |client| client,
    )
    .await;
    let client = sixmm_ext::Client::builder().base_url(harness.server.url()).time(std::sync::Arc::new(harness.time.clone()));
    let client = client.build().expect("a client without a key");
    client.session().login(crate::support::login_request()).await.expect("a session");
    let unresolved = unresolved(harness.drive(client.orders().place(order()).send()).await);
    assert_eq!((unresolved.last_timestamp(), unresolved.expires_at()), (None, None));
    harness.time.advance(60 * SECOND);
    let later = self::unresolved(harness.drive(unresolved.reconcile()).await);
    assert!(matches!(later.last_lookup(), LastLookup::NotFound) && !later.can_no_longer_arrive(), "{later:?}");
}

/// Saves an unresolved write, loads it with another client, and reconciles it.
async fn load_and_reconcile<T: std::fmt::Debug>(
    trading: &Trading,
    unresolved: Unresolved<T>,
    load: impl Fn(&str) -> Unresolved<T>,
) -> Outcome<T> {
    let saved = unresolved.save();
    let loaded = load(&saved);
    assert_eq!(loaded.order_key(), unresolved.order_key(), "{saved}");
    assert_eq!((loaded.sent_at(), loaded.last_timestamp()), (unresolved.sent_at(), unresolved.last_timestamp()));
    assert_eq!(loaded.cause().to_string(), unresolved.cause().to_string());
    assert!(loaded.cause().is_unknown_outcome());
    assert_eq!(loaded.save(), saved, "a loaded write can be saved again");
    trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[LookupReply::Current]));
    trading.harness.time.advance(Duration::from_secs(3600));
    // The clock is read now, because reading it during the lookups would take a part of their time.
    trading.unpooled.sync_clock().await.expect("the server's clock");
    drop(unresolved);
    trading.drive(loaded.reconcile()).await
}

macro_rules! loads {
    ($($name:ident: $type:ty, |$trading:ident, $orders:ident| $write:expr;)+) => { $(
        #[test]
        fn $name() {
            run(async {
                let $trading = losing_responses(Effect::Now).await;
                let client = $trading.harness.client.clone();
                let other = &$trading.unpooled;
                let $orders = client.orders();
                let outcome: Outcome<$type> = $write;
                let reconciled =
                    load_and_reconcile(&$trading, unresolved(outcome), |saved| Unresolved::load(other, saved).expect("it was saved")).await;
                assert!(reconciled.accepted().is_some(), "{reconciled:?}");
            });
        }
    )+ };
}

loads! {
    a_saved_placement_is_loaded_and_reconciled: Placed, |trading, orders| trading.drive(orders.place(order()).send()).await;
    a_saved_placement_of_a_batch_is_loaded_and_reconciled: Placed, |trading, orders| trading.drive(orders.place_batch([order()]).send()).await.remove(0);
    a_saved_condition_is_loaded_and_reconciled: PlacedCondition,
        |trading, orders| trading.drive(orders.place_condition(NewOrder::close_long("BTCUSDT").stop("80000")).send()).await;
    a_saved_strategy_is_loaded_and_reconciled: PlacedStrategy, |trading, orders| trading
        .drive(orders.place_strategy(NewStrategy::one_cancels_other(order(), NewOrder::sell("BTCUSDT", "0.1").stop("80000"))).send())
        .await;
    a_saved_amendment_is_loaded_and_reconciled: Amended, |trading, orders| {
        let id = open_orders(&trading, "BTCUSDT", 1).remove(0);
        trading.drive(orders.amend("BTCUSDT", id.as_str()).price("85100").total_quantity("0.2").send()).await
    };
    a_saved_amendment_of_a_batch_is_loaded_and_reconciled: Amended, |trading, orders| {
        let id = open_orders(&trading, "BTCUSDT", 1).remove(0);
        trading.drive(orders.amend_batch("BTCUSDT", [AmendItem::new(id.as_str()).price("85100")]).send()).await.remove(0)
    };
    a_saved_cancellation_is_loaded_and_reconciled: Cancelled, |trading, orders| {
        let id = sixmm_ext::types::OrderId::from(open_orders(&trading, "BTCUSDT", 1).remove(0));
        trading.drive(orders.cancel("BTCUSDT", id).send()).await
    };
    a_saved_cancellation_of_a_condition_is_loaded_and_reconciled: CancelledCondition, |trading, orders| {
        let id = waiting_condition(&trading, "BTCUSDT");
        trading.drive(orders.cancel_condition("BTCUSDT", id.as_str()).send()).await
    };
    a_saved_cancellation_of_all_is_loaded_and_reconciled: (), |trading, orders| {
        open_orders(&trading, "BTCUSDT", 2);
        trading.drive(orders.cancel_all().kind(CancelType::AllNormal).submit()).await
    };
}

#[test]
fn a_text_that_was_not_saved_by_the_same_kind_of_write_is_not_loaded() {
    run(async {
        let trading = losing_responses(Effect::None).await;
        let client = &trading.harness.client;
        let saved = unresolved(trading.drive(client.orders().place(order()).send()).await).save();
        let error = Unresolved::<Amended>::load(client, &saved).expect_err("another kind");
        assert_eq!(error.to_string(), "the saved order write cannot be loaded: it is another kind of write");
        for (text, problem) in [
            ("", "it is not a JSON object"),
            ("[]", "it is not a JSON object"),
            ("{}", "it has another format"),
            (&saved.replace("\"format\":1", "\"format\":2"), "it has another format"),
            (&saved.replace("\"operation\":\"place_order\"", "\"operation\":\"klines2\""), "its operation is unknown"),
            (&saved.replace("85000", "1e4"), "it is another kind of write"),
        ] {
            let error = Unresolved::<Placed>::load(client, text).expect_err(text);
            assert!(error.to_string().ends_with(problem), "{text}: {error}");
        }
    });
}

#[test]
fn an_order_that_arrives_during_its_cancellation_is_cancelled() {
    run(async {
        let trading = Trading::new().await;
        // The placement takes effect after seven lookups. Cancellations that arrive before that do not find the order.
        let writes = vec![(Effect::After(7), Reply::Closed), (Effect::Now, Reply::Rejection(3003)), (Effect::Now, Reply::Rejection(3003))];
        trading.exchange.plan(Plan { writes, lookups: vec![LookupReply::Current] });
        let unresolved = unresolved(trading.drive(trading.harness.client.orders().place(order()).send()).await);
        let outcome = trading.drive(unresolved.cancel()).await;
        let cancelled = outcome.into_result().expect("cancelled");
        assert_eq!(cancelled.status.map(|status| status.to_string()).as_deref(), Some("CANCELED"));
        assert_eq!(trading.exchange.book().open(Some("BTCUSDT")).len(), 0);
        let cancellations = trading.exchange.writes().iter().filter(|(path, _)| path.ends_with("/cancel")).count();
        assert!(cancellations >= 4, "{cancellations}: one before each lookup, until the order is final");
    });
}

#[test]
fn the_cancellation_of_an_order_that_never_arrived_ends_at_the_expiry() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[LookupReply::Current]));
        let unresolved_ = unresolved(trading.drive(trading.harness.client.orders().place(order()).send()).await);
        let before = trading.harness.now();
        let cancelled = unresolved(trading.drive(unresolved_.cancel()).await);
        assert!(cancelled.can_no_longer_arrive(), "{cancelled:?}");
        assert!(trading.harness.now() - before < 10 * SECOND, "the placement was sent some seconds before");
        trading.exchange.catch_up();
        assert_eq!(trading.exchange.book().orders.len(), 0);
    });
}

#[test]
fn a_condition_order_is_cancelled_by_the_id_that_a_search_finds() {
    run(async {
        let trading = Trading::new().await;
        let writes = vec![(Effect::After(9), Reply::Closed), (Effect::Now, Reply::Success)];
        trading.exchange.plan(Plan { writes, lookups: vec![LookupReply::Current] });
        let stop = NewOrder::close_long("BTCUSDT").stop("80000");
        let unresolved = unresolved(trading.drive(trading.harness.client.orders().place_condition(stop).send()).await);
        let outcome = trading.drive(unresolved.cancel()).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
        assert_eq!(trading.exchange.book().conditions[0]["status"], "CANCELLED");
    });
}

#[test]
fn a_lost_cancellation_is_sent_again_with_the_exchanges_order_id() {
    run(async {
        let trading = Trading::new().await;
        open_orders(&trading, "BTCUSDT", 1);
        let writes = vec![(Effect::None, Reply::Html(502)), (Effect::None, Reply::Html(502)), (Effect::Now, Reply::Closed)];
        trading.exchange.plan(Plan { writes, lookups: vec![LookupReply::Current] });
        let id = sixmm_ext::types::ClientOrderId::from("BTCUSDT-0");
        let outcome = trading.drive(trading.harness.client.orders().cancel("BTCUSDT", &id).send()).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
        let writes = trading.exchange.writes();
        assert_eq!(writes.len(), 3);
        assert!(writes[0].1.contains("clientOrderId") && writes[1..].iter().all(|(_, body)| body.contains("\"orderId\"")), "{writes:?}");
    });
}

#[test]
fn a_rejection_of_a_repeated_cancellation_decides_nothing() {
    run(async {
        let trading = Trading::new().await;
        let id = sixmm_ext::types::OrderId::from(open_orders(&trading, "BTCUSDT", 1).remove(0));
        let writes = vec![(Effect::After(3), Reply::Closed), (Effect::None, Reply::Rejection(3003))];
        trading
            .exchange
            .plan(Plan { writes, lookups: vec![LookupReply::Stale, LookupReply::Stale, LookupReply::Stale, LookupReply::Current] });
        let outcome = trading.drive(trading.harness.client.orders().cancel("BTCUSDT", &id).send()).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
    });
}

#[test]
fn an_older_order_with_the_same_id_does_not_end_the_cancellation() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.change(|book| {
            let older = json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "85000", "quantity": "0.1", "clientOrderId": "my-1" });
            book.execute(sixmm_api::operations::PLACE_ORDER.path, &older, START - 86_400_000);
            book.orders[0]["status"] = json!("CANCELED");
        });
        let writes = vec![(Effect::None, Reply::Closed), (Effect::None, Reply::Success)];
        trading.exchange.plan(Plan { writes, lookups: vec![LookupReply::Current] });
        let place = trading.harness.client.orders().place(order().client_order_id("my-1"));
        let unresolved_ = unresolved(trading.drive(place.send()).await);
        assert!(matches!(unresolved_.last_lookup(), LastLookup::AnotherOrder), "{unresolved_:?}");
        let cancelled = unresolved(trading.drive(unresolved_.cancel()).await);
        assert!(matches!(cancelled.last_lookup(), LastLookup::AnotherOrder) && !cancelled.can_no_longer_arrive(), "{cancelled:?}");
    });
}

#[test]
fn a_loaded_cancellation_of_an_unknown_placement_ends_at_the_expiry_of_the_placement() {
    run(async {
        let trading = Trading::with(|client| client.reconcile_policy(sixmm_ext::ReconcilePolicy::default().timeout(SECOND))).await;
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[LookupReply::Html]));
        let placement = unresolved(trading.drive(trading.harness.client.orders().place(order()).send()).await);
        let cancelled = unresolved(trading.drive(placement.cancel()).await);
        assert!(!cancelled.can_no_longer_arrive(), "no lookup succeeded: {cancelled:?}");
        let loaded = Unresolved::<Cancelled>::load(&trading.unpooled, &cancelled.save()).expect("it was saved");
        trading.harness.time.advance(60 * SECOND);
        trading.unpooled.sync_clock().await.expect("the server's clock");
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[LookupReply::Current]));
        let ended = unresolved(trading.drive(loaded.reconcile()).await);
        assert!(ended.can_no_longer_arrive(), "{ended:?}");
        assert!(matches!(ended.last_lookup(), LastLookup::NotFoundAfterExpiry), "{ended:?}");
    });
}
