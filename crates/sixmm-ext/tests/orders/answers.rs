//! Answers that mean something else than they seem to.

use serde_json::{Value, json};
use sixmm_ext::types::{CancelType, ConditionOrderStatus, OrderId, OrderStatus};
use sixmm_ext::{AmendItem, Client, ConfirmedBy, LastLookup, NewOrder, NewStrategy, Outcome, Placed};

use crate::support::exchange::{Effect, Look, Plan, Reply, Trading, run};
use crate::support::{Answer, Seen, World};
use crate::writes::{open_orders, waiting_condition};

fn order() -> NewOrder {
    NewOrder::buy("BTCUSDT", "0.1").limit("85000")
}

/// An exchange that answers a write and every question with these.
async fn world(write: Value, question: Value) -> World {
    World::new(move |seen: &Seen| match (&*seen.method, &question) {
        ("GET", Value::Null) => Answer::refusal(3003, "Order not found"),
        ("GET", question) => Answer::ok(question),
        _ => Answer::json(200, &write),
    })
    .await
}

/// Success with these data.
fn success(data: Value) -> Value {
    json!({ "code": 0, "message": "success", "data": data, "requestId": "req-1" })
}

/// After it the answer is lost.
fn uncertain() -> Value {
    json!({ "code": 5001, "message": "said the test" })
}

/// What a question shows of the order with this id of the caller's.
fn seen(id: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut order = json!({
        "symbol": "BTCUSDT", "orderId": "7", "clientOrderId": id, "side": "BUY", "orderType": "LIMIT", "price": "85000.0",
        "quantity": "0.10", "status": "NEW", "createdAt": crate::support::START,
    });
    change(&mut order);
    order
}

/// Places an order with the id `my-1`, whose answer is lost, and of which this is seen then.
async fn place_and_see(change: impl FnOnce(&mut Value)) -> Outcome<Placed> {
    let world = world(uncertain(), seen("my-1", change)).await;
    world.drive(world.client.orders().place(order().client_order_id("my-1")).send()).await
}

fn is_another<T>(outcome: &Outcome<T>) -> bool {
    matches!(outcome.unknown().map(|unresolved| unresolved.last_lookup()), Some(LastLookup::AnotherOrder | LastLookup::Differs { .. }))
}

#[tokio::test]
async fn an_order_that_is_found_is_the_one_that_was_sent_whatever_its_zeros() {
    let placed = place_and_see(|_| {}).await.into_result().expect("accepted");
    assert_eq!((placed.order_id.as_str(), placed.confirmed_by), ("7", ConfirmedBy::Lookup));
}

#[tokio::test]
async fn an_id_that_an_older_order_had_says_nothing_of_the_new_one() {
    for (field, value) in [
        ("side", json!("SELL")),
        ("quantity", json!("0.2")),
        ("price", json!("84000")),
        ("symbol", json!("ETHUSDT")),
        ("clientOrderId", json!("my-2")),
        ("createdAt", json!(crate::support::START - 60_000)),
    ] {
        let outcome = place_and_see(|order| order[field] = value).await;
        assert!(is_another(&outcome), "{field}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_time_of_creation_that_is_no_time_in_milliseconds_is_not_believed() {
    for time in [json!(0), json!(crate::support::START / 1000), json!(null), json!("yesterday"), json!(crate::support::START - 5_000)] {
        let outcome = place_and_see(|order| order["createdAt"] = time.clone()).await;
        assert!(outcome.accepted().is_some(), "{time}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_order_of_which_nothing_can_be_read_is_neither_placed_nor_refused() {
    for field in ["orderId", "clientOrderId"] {
        let outcome = place_and_see(|order| order[field] = Value::Null).await;
        assert!(matches!(outcome.unknown().expect("unknown").last_lookup(), LastLookup::Unreadable), "{field}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_order_whose_state_is_new_to_us_is_placed() {
    let placed = place_and_see(|order| order["status"] = json!("HALTED")).await.into_result().expect("accepted");
    assert_eq!(placed.status.map(|status| status.to_string()).as_deref(), Some("HALTED"));
}

#[tokio::test]
async fn an_order_that_was_cancelled_in_the_meantime_was_placed() {
    for status in ["CANCELED", "PARTIALLY_FILLED_CANCELED", "FILLED"] {
        let placed = place_and_see(|order| order["status"] = json!(status)).await.into_result().expect("accepted");
        assert_eq!(placed.status, Some(OrderStatus::from(status)));
    }
}

#[tokio::test]
async fn an_order_that_was_taken_and_refused_is_rejected_however_that_is_learnt() {
    let asked = place_and_see(|order| order["status"] = json!("REJECTED")).await;
    let rejected = seen("my-1", |order| order["status"] = json!("REJECTED"));
    let world = world(success(json!({ "orderId": "7", "status": "REJECTED" })), rejected).await;
    let told = world.drive(world.client.orders().place(order().client_order_id("my-1")).send()).await;
    for outcome in [asked, told] {
        assert_eq!(outcome.rejected().and_then(|error| error.order_status()), Some(&OrderStatus::Rejected), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_condition_order_that_was_taken_and_refused_is_rejected_however_that_is_learnt() {
    let rejected = json!({
        "conditionId": "7", "clientOrderId": "my-1", "side": "SELL", "quantity": "0.1", "triggerPrice": "80000", "status": "REJECTED",
    });
    for write in [success(json!({ "conditionId": "7", "conditionStatus": "REJECTED" })), uncertain()] {
        let world = world(write, json!({ "list": [rejected] })).await;
        let stop = NewOrder::sell("BTCUSDT", "0.1").stop("80000").client_order_id("my-1");
        let outcome = world.drive(world.client.orders().place_condition(stop).send()).await;
        let words = outcome.rejected().expect("rejected").to_string();
        assert!(words.ends_with("the exchange took the condition order and refused it: it is REJECTED"), "{words}");
    }
}

#[tokio::test]
async fn a_success_that_names_no_order_is_asked_for() {
    for id in ["", "0"] {
        let world = world(success(json!({ "orderId": id })), seen("my-1", |_| {})).await;
        let placed = world.drive(world.client.orders().place(order().client_order_id("my-1")).send()).await.into_result();
        assert_eq!(placed.expect("accepted").order_id.as_str(), "7");
    }
}

#[tokio::test]
async fn a_condition_order_with_another_trigger_is_another_one() {
    let older = json!({ "conditionId": "7", "clientOrderId": "my-1", "side": "SELL", "quantity": "0.1", "triggerPrice": "79000" });
    let world = world(uncertain(), json!({ "list": [older] })).await;
    let stop = NewOrder::sell("BTCUSDT", "0.1").stop("80000").client_order_id("my-1");
    let outcome = world.drive(world.client.orders().place_condition(stop).send()).await;
    assert!(is_another(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn a_cancelled_order_that_was_filled_in_part_was_cancelled_and_says_so() {
    for status in ["PARTIALLY_FILLED_CANCELED", "PARTIAL_FILLED_CANCELED", "CANCELED"] {
        let world = world(uncertain(), seen("my-1", |order| order["status"] = json!(status))).await;
        let cancelled = world.drive(world.client.orders().cancel("BTCUSDT", OrderId::from("7")).send()).await.into_result();
        assert_eq!(cancelled.expect("accepted").status, Some(OrderStatus::from(status)));
    }
}

#[tokio::test]
async fn an_order_that_was_filled_is_too_late_to_be_cancelled_or_changed() {
    let world = world(uncertain(), seen("my-1", |order| order["status"] = json!("FILLED"))).await;
    let orders = world.client.orders();
    let cancelled = world.drive(orders.cancel("BTCUSDT", OrderId::from("7")).send()).await;
    assert!(cancelled.rejected().is_some_and(|error| error.is_too_late()), "{cancelled:?}");
    let amended = world.drive(orders.amend("BTCUSDT", "7").price("86000").send()).await;
    assert!(amended.rejected().is_some_and(|error| error.is_too_late()), "{amended:?}");
}

#[tokio::test]
async fn a_filled_order_that_shows_the_change_was_changed_before() {
    let world = world(uncertain(), seen("my-1", |order| order["status"] = json!("FILLED"))).await;
    let amended = world.drive(world.client.orders().amend("BTCUSDT", "7").price("85000").total_quantity("0.1").send()).await;
    assert_eq!(amended.into_result().expect("accepted").status, Some(OrderStatus::Filled));
}

#[tokio::test]
async fn a_change_that_shows_in_part_is_still_open() {
    for (price, quantity) in [("85000", "0.2"), ("86000", "0.1")] {
        let world = world(uncertain(), seen("my-1", |_| {})).await;
        let amended = world.drive(world.client.orders().amend("BTCUSDT", "7").price(price).total_quantity(quantity).send()).await;
        assert!(
            matches!(amended.unknown().expect("unknown").last_lookup(), LastLookup::Differs { status: Some(OrderStatus::New), .. }),
            "{amended:?}"
        );
    }
}

#[tokio::test]
async fn an_order_that_was_refused_was_not_changed_whatever_it_shows() {
    let world = world(uncertain(), seen("my-1", |order| order["status"] = json!("REJECTED"))).await;
    let amended = world.drive(world.client.orders().amend("BTCUSDT", "7").price("85000").send()).await;
    assert!(amended.rejected().is_some_and(|error| error.is_too_late()), "{amended:?}");
}

#[tokio::test]
async fn what_the_exchange_may_adjust_does_not_make_it_another_order() {
    let adjusted = seen("my-1", |order| {
        order["price"] = json!("84999.9");
        order["quantity"] = json!("0.05");
    });
    for (order, is_found) in [(order().maker_only().reduce_only(), true), (order().maker_only(), false), (order().reduce_only(), false)] {
        let world = world(uncertain(), adjusted.clone()).await;
        let outcome = world.drive(world.client.orders().place(order.client_order_id("my-1")).send()).await;
        assert_eq!((outcome.accepted().is_some(), is_another(&outcome)), (is_found, !is_found), "{outcome:?}");
    }
}

#[tokio::test]
async fn an_order_that_is_cancelled_and_shows_no_change_leaves_the_change_open() {
    let world = world(uncertain(), seen("my-1", |order| order["status"] = json!("CANCELED"))).await;
    let amended = world.drive(world.client.orders().amend("BTCUSDT", "7").price("86000").send()).await;
    let evidence = amended.unknown().expect("unknown").last_lookup();
    assert!(matches!(evidence, LastLookup::Differs { status: Some(OrderStatus::Canceled), .. }), "{evidence:?}");
}

#[tokio::test]
async fn a_state_that_is_new_to_us_leaves_a_cancellation_open() {
    let world = world(uncertain(), seen("my-1", |order| order["status"] = json!("HALTED"))).await;
    let cancelled = world.drive(world.client.orders().cancel("BTCUSDT", OrderId::from("7")).send()).await;
    assert!(matches!(cancelled.unknown().expect("unknown").last_lookup(), LastLookup::Unchanged(_)), "{cancelled:?}");
}

#[test]
fn a_condition_order_that_was_triggered_is_too_late_to_be_cancelled() {
    run(async {
        for status in [ConditionOrderStatus::Triggered, ConditionOrderStatus::Fired] {
            let trading = Trading::new().await;
            let id = waiting_condition(&trading, "BTCUSDT");
            trading.exchange.change(|book| book.conditions[0]["status"] = json!(status.to_string()));
            trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[Look::Truth]));
            let cancelled = trading.drive(trading.world.client.orders().cancel_condition("BTCUSDT", id).send()).await;
            assert!(cancelled.rejected().is_some_and(|error| error.is_too_late()), "{cancelled:?}");
        }
    });
}

#[tokio::test]
async fn no_list_of_open_orders_is_not_an_empty_one() {
    for (answer, is_believed) in [
        (json!({ "list": [] }), true),
        (json!({ "list": [], "total": 0, "cursor": "x" }), true),
        (json!({ "list": null, "total": 0 }), true),
        (json!({ "rows": [{ "orderId": "7" }] }), false),
        (json!({ "list": [], "total": 3 }), false),
        (json!([]), true),
        (json!({ "list": {} }), true),
        (json!({ "total": 0 }), true),
        (json!({}), false),
    ] {
        for kind in [CancelType::AllNormal, CancelType::LimitOnly, CancelType::AllCondition] {
            let world = world(success(Value::Null), answer.clone()).await;
            let outcome = world
                .drive(world.client.orders().cancel_all().kind(kind.clone()).until_none_open(std::time::Duration::from_secs(12)))
                .await;
            assert_eq!(outcome.accepted().is_some(), is_believed, "{kind}, {answer}: {outcome:?}");
            let is_unreadable = outcome.unknown().is_some_and(|unresolved| matches!(unresolved.last_lookup(), LastLookup::Unreadable));
            assert_eq!(is_unreadable, !is_believed, "{kind}, {answer}: {outcome:?}");
        }
    }
}

#[test]
fn waiting_for_a_cancellation_of_all_ends_when_nothing_is_open_any_more() {
    run(async {
        let trading = Trading::new().await;
        let all = |client: &Client| client.orders().cancel_all().symbol("BTCUSDT").until_none_open(std::time::Duration::from_secs(12));
        open_orders(&trading, "BTCUSDT", 2);
        trading.exchange.plan(Plan::of(Effect::After(2), Reply::Success, &[Look::Truth]));
        let outcome = trading.drive(all(&trading.world.client)).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
        assert_eq!(trading.exchange.questions(), 3);

        open_orders(&trading, "BTCUSDT", 2);
        trading.exchange.plan(Plan::of(Effect::None, Reply::Success, &[Look::Truth]));
        let outcome = trading.drive(all(&trading.world.client)).await;
        assert!(matches!(outcome.unknown().expect("unknown").last_lookup(), LastLookup::StillOpen(2)), "{outcome:?}");
        let requests = trading.exchange.writes().len();
        assert!((2..=6).contains(&requests), "{requests} requests in 12 seconds, at least 2 seconds apart");

        trading.exchange.plan(Plan::of(Effect::None, Reply::Refusal(3006), &[Look::Truth]));
        let outcome = trading.drive(all(&trading.world.client)).await;
        assert!(outcome.rejected().is_some_and(|error| error.is_permission()), "{outcome:?}");
    });
}

#[test]
fn a_market_order_does_not_keep_a_cancellation_of_limit_orders_waiting() {
    run(async {
        let trading = Trading::new().await;
        open_orders(&trading, "BTCUSDT", 1);
        trading.exchange.change(|book| book.orders[0]["orderType"] = json!("MARKET"));
        trading.exchange.plan(Plan::of(Effect::None, Reply::Success, &[Look::Truth]));
        let cancel =
            trading.world.client.orders().cancel_all().kind(CancelType::LimitOnly).until_none_open(std::time::Duration::from_secs(12));
        assert!(trading.drive(cancel).await.accepted().is_some());
    });
}

#[tokio::test]
async fn a_strategy_is_rejected_only_if_all_of_its_orders_were_refused() {
    for (second, is_rejected, is_accepted) in [(Some("REJECTED"), true, false), (Some("NEW"), false, true), (None, false, false)] {
        let world = World::new(move |request: &Seen| match (request.parameter("clientOrderId"), second) {
            (Some("one"), _) => Answer::ok(&seen("one", |order| order["status"] = json!("REJECTED"))),
            (Some(_), Some(second)) => Answer::ok(&seen("two", |order| order["status"] = json!(second))),
            (Some(_), None) => Answer::refusal(3003, "Order not found"),
            (None, _) => Answer::json(200, &uncertain()),
        })
        .await;
        let either = NewStrategy::one_cancels_other(order().client_order_id("one"), order().client_order_id("two"));
        let outcome = world.drive(world.client.orders().place_strategy(either).send()).await;
        assert_eq!((outcome.rejected().is_some(), outcome.accepted().is_some()), (is_rejected, is_accepted), "{outcome:?}");
    }
}

#[tokio::test]
async fn changes_that_are_not_told_one_by_one_are_asked_for_one_by_one() {
    let world = World::new(|request: &Seen| match request.parameter("orderId") {
        None => Answer::json(200, &success(json!({ "anything": true }))),
        Some(id) => Answer::ok(&seen("my-1", |order| {
            order["orderId"] = json!(id);
            order["price"] = json!("86000");
        })),
    })
    .await;
    let amended = world
        .drive(
            world.client.orders().amend_batch("BTCUSDT", [AmendItem::new("7").price("86000"), AmendItem::new("8").price("87000")]).send(),
        )
        .await;
    assert!(amended[0].accepted().is_some_and(|amended| amended.confirmed_by == ConfirmedBy::Lookup), "{amended:?}");
    assert!(
        matches!(amended[1].unknown().expect("unknown").last_lookup(), LastLookup::Differs { status: Some(OrderStatus::New), .. }),
        "{amended:?}"
    );
}
