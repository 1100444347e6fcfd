//! An unknown outcome: when its request expires, going on in another process, and cancelling an order that may not have arrived.

use std::time::Duration;

use serde_json::json;
use sixmm_ext::types::CancelType;
use sixmm_ext::{
    AmendItem, Amended, Cancelled, CancelledCondition, Evidence, Order, Outcome, Placed, PlacedCondition, PlacedStrategy, Strategy,
    UnixMillis, Unresolved,
};

use crate::support::exchange::{Effect, Look, Plan, Reply, Trading, run};
use crate::support::{START, World, session};
use crate::writes::{open_orders, waiting_condition};

const SECOND: Duration = Duration::from_secs(1);

fn order() -> Order {
    Order::buy("BTCUSDT", "0.1").limit("85000")
}

fn unresolved<T: std::fmt::Debug>(outcome: Outcome<T>) -> Unresolved<T> {
    match outcome {
        Outcome::Unknown(unresolved) => unresolved,
        certain => panic!("{certain:?}"),
    }
}

/// An exchange whose clients reconcile for three seconds, and that loses every answer until it is told otherwise.
async fn losing_answers(effect: Effect) -> Trading {
    let trading = Trading::new().await;
    trading.exchange.plan(Plan::of(effect, Reply::Closed, &[Look::Html]));
    trading
}

#[test]
fn an_unknown_outcome_knows_when_it_was_sent_and_when_its_signature_expires() {
    run(async {
        let trading = losing_answers(Effect::None).await;
        let unresolved = unresolved(trading.drive(trading.world.client.orders().place(order()).send()).await);
        assert_eq!(unresolved.sent_at(), Some(UnixMillis::new(START)));
        assert_eq!(unresolved.last_timestamp(), Some(UnixMillis::new(START)));
        let expires = unresolved.expires_at().expect("signed").as_millis() - START;
        assert!((10_000..10_100).contains(&expires), "{expires} ms: the window and the error of the clock's estimate");
        assert!(!unresolved.can_no_longer_arrive());
    });
}

#[test]
fn a_lookup_before_the_expiry_proves_nothing_and_one_after_it_does() {
    run(async {
        let trading = losing_answers(Effect::None).await;
        let unresolved_ = unresolved(trading.drive(trading.world.client.orders().place(order()).send()).await);
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[Look::Truth]));
        let early = unresolved(trading.drive(unresolved_.ask_again()).await);
        assert!(matches!(early.evidence(), Evidence::NotFound), "{early:?}");
        assert!(!early.can_no_longer_arrive());

        trading.world.time.advance(10 * SECOND);
        let late = unresolved(trading.drive(early.ask_again()).await);
        assert!(matches!(late.evidence(), Evidence::NotFoundAfterExpiry), "{late:?}");
        assert!(late.can_no_longer_arrive());
        assert!(late.to_string().contains("can no longer be accepted because its signature is too old"), "{late}");
    });
}

#[test]
fn an_order_that_was_accepted_in_time_is_found_after_its_expiry() {
    run(async {
        let trading = losing_answers(Effect::Now).await;
        let unresolved = unresolved(trading.drive(trading.world.client.orders().place(order()).send()).await);
        trading.world.time.advance(60 * SECOND);
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[Look::Truth]));
        assert!(trading.drive(unresolved.ask_again()).await.accepted().is_some());
    });
}

#[test]
fn the_default_reconciliation_reaches_the_expiry_and_ends_there() {
    run(async {
        let trading = Trading::with(|client| client.resolution(sixmm_ext::Resolution::default())).await;
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[Look::Truth]));
        let before = trading.world.now();
        let unresolved = unresolved(trading.drive(trading.world.client.orders().place(order()).send()).await);
        let took = trading.world.now() - before;
        assert!(unresolved.can_no_longer_arrive(), "{unresolved:?}");
        assert!((10 * SECOND..11 * SECOND).contains(&took), "{took:?}");
    });
}

#[tokio::test]
async fn a_write_that_was_sent_with_a_login_does_not_expire() {
    let world = World::with(
        |seen| match &*seen.path {
            crate::support::LOGIN => session("token-1"),
            _ if seen.method == "GET" => crate::support::Answer::refusal(3003, "Order not found"),
            _ => crate::support::Answer::refusal(5001, "said the test"),
        },
        |client| client,
    )
    .await;
    let client = sixmm_ext::Client::builder().base_url(world.server.url()).time(std::sync::Arc::new(world.time.clone()));
    let client = client.build().expect("a client without a key");
    client.session().login(crate::support::login_request()).await.expect("a session");
    let unresolved = unresolved(world.drive(client.orders().place(order()).send()).await);
    assert_eq!((unresolved.last_timestamp(), unresolved.expires_at()), (None, None));
    world.time.advance(60 * SECOND);
    let later = self::unresolved(world.drive(unresolved.ask_again()).await);
    assert!(matches!(later.evidence(), Evidence::NotFound) && !later.can_no_longer_arrive(), "{later:?}");
}

/// Saves an unknown outcome, loads it into a client that knows nothing of it, and asks again.
async fn resumed<T: std::fmt::Debug>(trading: &Trading, unresolved: Unresolved<T>, load: impl Fn(&str) -> Unresolved<T>) -> Outcome<T> {
    let saved = unresolved.save();
    let loaded = load(&saved);
    assert_eq!(loaded.subject(), unresolved.subject(), "{saved}");
    assert_eq!((loaded.sent_at(), loaded.last_timestamp()), (unresolved.sent_at(), unresolved.last_timestamp()));
    assert_eq!(loaded.cause().to_string(), unresolved.cause().to_string());
    assert!(loaded.cause().is_unknown_outcome());
    assert_eq!(loaded.save(), saved, "what is loaded can be saved again");
    trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[Look::Truth]));
    trading.world.time.advance(Duration::from_secs(3600));
    // A clock that is read while time is moved along would use up the time of the lookups.
    trading.unpooled.sync_clock().await.expect("the server's clock");
    drop(unresolved);
    trading.drive(loaded.ask_again()).await
}

macro_rules! resumes {
    ($($name:ident: $type:ty, |$trading:ident, $orders:ident| $write:expr;)+) => { $(
        #[test]
        fn $name() {
            run(async {
                let $trading = losing_answers(Effect::Now).await;
                let client = $trading.world.client.clone();
                let other = &$trading.unpooled;
                let $orders = client.orders();
                let outcome: Outcome<$type> = $write;
                let resumed =
                    resumed(&$trading, unresolved(outcome), |saved| Unresolved::load(other, saved).expect("it was saved")).await;
                assert!(resumed.accepted().is_some(), "{resumed:?}");
            });
        }
    )+ };
}

resumes! {
    a_saved_placement_is_resumed: Placed, |trading, orders| trading.drive(orders.place(order()).send()).await;
    a_saved_placement_of_a_batch_is_resumed: Placed, |trading, orders| trading.drive(orders.place_batch([order()]).send()).await.remove(0);
    a_saved_condition_is_resumed: PlacedCondition,
        |trading, orders| trading.drive(orders.place_condition(Order::close_long("BTCUSDT").stop("80000")).send()).await;
    a_saved_strategy_is_resumed: PlacedStrategy, |trading, orders| trading
        .drive(orders.place_strategy(Strategy::one_cancels_other(order(), Order::sell("BTCUSDT", "0.1").stop("80000"))).send())
        .await;
    a_saved_amendment_is_resumed: Amended, |trading, orders| {
        let id = open_orders(&trading, "BTCUSDT", 1).remove(0);
        trading.drive(orders.amend("BTCUSDT", id.as_str()).price("85100").total_quantity("0.2").send()).await
    };
    a_saved_amendment_of_a_batch_is_resumed: Amended, |trading, orders| {
        let id = open_orders(&trading, "BTCUSDT", 1).remove(0);
        trading.drive(orders.amend_batch("BTCUSDT", [AmendItem::new(id.as_str()).price("85100")]).send()).await.remove(0)
    };
    a_saved_cancellation_is_resumed: Cancelled, |trading, orders| {
        let id = sixmm_ext::types::OrderId::from(open_orders(&trading, "BTCUSDT", 1).remove(0));
        trading.drive(orders.cancel("BTCUSDT", id).send()).await
    };
    a_saved_cancellation_of_a_condition_is_resumed: CancelledCondition, |trading, orders| {
        let id = waiting_condition(&trading, "BTCUSDT");
        trading.drive(orders.cancel_condition("BTCUSDT", id.as_str()).send()).await
    };
    a_saved_cancellation_of_all_is_resumed: (), |trading, orders| {
        open_orders(&trading, "BTCUSDT", 2);
        trading.drive(orders.cancel_all().kind(CancelType::AllNormal).send()).await
    };
}

#[test]
fn what_was_not_saved_by_an_unknown_outcome_of_the_kind_is_not_loaded() {
    run(async {
        let trading = losing_answers(Effect::None).await;
        let client = &trading.world.client;
        let saved = unresolved(trading.drive(client.orders().place(order()).send()).await).save();
        let error = Unresolved::<Amended>::load(client, &saved).expect_err("another kind");
        assert_eq!(error.to_string(), "the saved order write cannot be loaded: it is another kind of write");
        for (text, problem) in [
            ("", "it is no JSON object"),
            ("[]", "it is no JSON object"),
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
fn an_order_that_arrives_while_it_is_cancelled_is_cancelled() {
    run(async {
        let trading = Trading::new().await;
        // The placement takes effect after seven lookups; the cancellations that arrive before that find nothing.
        let writes = vec![(Effect::After(7), Reply::Closed), (Effect::Now, Reply::Refusal(3003)), (Effect::Now, Reply::Refusal(3003))];
        trading.exchange.plan(Plan { writes, looks: vec![Look::Truth] });
        let unresolved = unresolved(trading.drive(trading.world.client.orders().place(order()).send()).await);
        let outcome = trading.drive(unresolved.cancel()).await;
        let cancelled = outcome.into_result().expect("cancelled");
        assert_eq!(cancelled.status.map(|status| status.to_string()).as_deref(), Some("CANCELED"));
        assert_eq!(trading.exchange.book().open(Some("BTCUSDT")).len(), 0);
        let cancellations = trading.exchange.writes().iter().filter(|(path, _)| path.ends_with("/cancel")).count();
        assert!(cancellations >= 4, "{cancellations}: one before each lookup, until the order is final");
    });
}

#[test]
fn cancelling_an_order_that_never_arrived_ends_when_it_can_no_longer_arrive() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[Look::Truth]));
        let unresolved_ = unresolved(trading.drive(trading.world.client.orders().place(order()).send()).await);
        let before = trading.world.now();
        let cancelled = unresolved(trading.drive(unresolved_.cancel()).await);
        assert!(cancelled.can_no_longer_arrive(), "{cancelled:?}");
        assert!(trading.world.now() - before < 10 * SECOND, "the placement was sent some seconds before");
        trading.exchange.catch_up();
        assert_eq!(trading.exchange.book().orders.len(), 0);
    });
}

#[test]
fn a_condition_order_is_cancelled_by_the_id_that_a_search_finds() {
    run(async {
        let trading = Trading::new().await;
        let writes = vec![(Effect::After(9), Reply::Closed), (Effect::Now, Reply::Success)];
        trading.exchange.plan(Plan { writes, looks: vec![Look::Truth] });
        let stop = Order::close_long("BTCUSDT").stop("80000");
        let unresolved = unresolved(trading.drive(trading.world.client.orders().place_condition(stop).send()).await);
        let outcome = trading.drive(unresolved.cancel()).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
        assert_eq!(trading.exchange.book().conditions[0]["status"], "CANCELLED");
    });
}

#[test]
fn a_cancellation_that_was_lost_is_sent_again_by_the_exchanges_id_with_a_new_timestamp() {
    run(async {
        let trading = Trading::new().await;
        open_orders(&trading, "BTCUSDT", 1);
        let writes = vec![(Effect::None, Reply::Html(502)), (Effect::None, Reply::Html(502)), (Effect::Now, Reply::Closed)];
        trading.exchange.plan(Plan { writes, looks: vec![Look::Truth] });
        let id = sixmm_ext::types::ClientOrderId::from("BTCUSDT-0");
        let outcome = trading.drive(trading.world.client.orders().cancel("BTCUSDT", &id).send()).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
        let writes = trading.exchange.writes();
        assert_eq!(writes.len(), 3);
        assert!(writes[0].1.contains("clientOrderId") && writes[1..].iter().all(|(_, body)| body.contains("\"orderId\"")), "{writes:?}");
    });
}

#[test]
fn a_refusal_of_a_repeated_cancellation_decides_nothing() {
    run(async {
        let trading = Trading::new().await;
        let id = sixmm_ext::types::OrderId::from(open_orders(&trading, "BTCUSDT", 1).remove(0));
        let writes = vec![(Effect::After(3), Reply::Closed), (Effect::None, Reply::Refusal(3003))];
        trading.exchange.plan(Plan { writes, looks: vec![Look::Stale, Look::Stale, Look::Stale, Look::Truth] });
        let outcome = trading.drive(trading.world.client.orders().cancel("BTCUSDT", &id).send()).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
    });
}

#[test]
fn an_older_order_of_the_same_id_is_not_taken_for_the_one_that_is_cancelled() {
    run(async {
        let trading = Trading::new().await;
        trading.exchange.change(|book| {
            let older = json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "85000", "quantity": "0.1", "clientOrderId": "my-1" });
            book.execute(sixmm_api::operations::PLACE_ORDER.path, &older, START - 86_400_000);
            book.orders[0]["status"] = json!("CANCELED");
        });
        let writes = vec![(Effect::None, Reply::Closed), (Effect::None, Reply::Success)];
        trading.exchange.plan(Plan { writes, looks: vec![Look::Truth] });
        let place = trading.world.client.orders().place(order().client_order_id("my-1"));
        let unresolved_ = unresolved(trading.drive(place.send()).await);
        assert!(matches!(unresolved_.evidence(), Evidence::AnotherOrder), "{unresolved_:?}");
        let cancelled = unresolved(trading.drive(unresolved_.cancel()).await);
        assert!(matches!(cancelled.evidence(), Evidence::AnotherOrder) && !cancelled.can_no_longer_arrive(), "{cancelled:?}");
    });
}

#[test]
fn a_saved_cancellation_of_an_unknown_placement_ends_when_the_placement_can_no_longer_arrive() {
    run(async {
        let trading = Trading::with(|client| client.resolution(sixmm_ext::Resolution::default().patience(SECOND))).await;
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[Look::Html]));
        let placement = unresolved(trading.drive(trading.world.client.orders().place(order()).send()).await);
        let cancelled = unresolved(trading.drive(placement.cancel()).await);
        assert!(!cancelled.can_no_longer_arrive(), "no lookup succeeded: {cancelled:?}");
        let loaded = Unresolved::<Cancelled>::load(&trading.unpooled, &cancelled.save()).expect("it was saved");
        trading.world.time.advance(60 * SECOND);
        trading.unpooled.sync_clock().await.expect("the server's clock");
        trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[Look::Truth]));
        let ended = unresolved(trading.drive(loaded.ask_again()).await);
        assert!(ended.can_no_longer_arrive(), "{ended:?}");
        assert!(matches!(ended.evidence(), Evidence::NotFoundAfterExpiry), "{ended:?}");
    });
}
