//! Responses and lookups that must be interpreted with care.

use serde_json::{Value, json};
use sixmm_ext::types::{CancelType, ConditionOrderStatus, OrderId, OrderStatus};
use sixmm_ext::{
    Client, NewOrder, NewStrategy, Outcome,
    orders::{AmendItem, ConfirmedBy, LastLookup, Placed},
};

use crate::support::exchange::{Effect, LookupReply, Plan, Reply, Trading, run};
use crate::support::{Harness, MockResponse, RecordedRequest};
use crate::writes::{open_orders, waiting_condition};

fn order() -> NewOrder {
    NewOrder::buy("BTCUSDT", "0.1").limit("85000")
}

/// An exchange with one response to the write, and one to every lookup.
async fn harness(write: Value, lookup: Value) -> Harness {
    Harness::new(move |request: &RecordedRequest| match (&*request.method, &lookup) {
        ("GET", Value::Null) => MockResponse::refusal(3003, "Order not found"),
        ("GET", lookup) => MockResponse::ok(lookup),
        _ => MockResponse::json(200, &write),
    })
    .await
}

/// A successful response with these data.
fn success(data: Value) -> Value {
    json!({ "code": 0, "message": "success", "data": data, "requestId": "req-1" })
}

/// A response after which the outcome of a write is unknown.
fn uncertain() -> Value {
    json!({ "code": 5001, "message": "rejected by the test" })
}

/// The response to a lookup of the order with this client order id, with a change.
fn found_order(id: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut order = json!({
        "symbol": "BTCUSDT", "orderId": "7", "clientOrderId": id, "side": "BUY", "orderType": "LIMIT", "price": "85000.0",
        "quantity": "0.10", "status": "NEW", "createdAt": crate::support::START,
    });
    change(&mut order);
    order
}

/// Places an order with the client order id `my-1`. The response is lost, and a lookup returns the order with this change.
async fn place_and_look_up(change: impl FnOnce(&mut Value)) -> Outcome<Placed> {
    let harness = harness(uncertain(), found_order("my-1", change)).await;
    harness.drive(harness.client.orders().place(order().client_order_id("my-1")).send()).await
}

fn is_different_order<T>(outcome: &Outcome<T>) -> bool {
    matches!(outcome.unknown().map(|unresolved| unresolved.last_lookup()), Some(LastLookup::AnotherOrder | LastLookup::Differs { .. }))
}

#[tokio::test]
async fn a_found_order_matches_regardless_of_trailing_zeros() {
    let placed = place_and_look_up(|_| {}).await.into_result().expect("accepted");
    assert_eq!((placed.order_id.as_str(), placed.confirmed_by), ("7", ConfirmedBy::Lookup));
}

#[tokio::test]
async fn an_order_that_differs_in_a_term_is_another_order() {
    for (field, value) in [
        ("side", json!("SELL")),
        ("quantity", json!("0.2")),
        ("price", json!("84000")),
        ("symbol", json!("ETHUSDT")),
        ("clientOrderId", json!("my-2")),
        ("createdAt", json!(crate::support::START - 60_000)),
    ] {
        let outcome = place_and_look_up(|order| order[field] = value).await;
        assert!(is_different_order(&outcome), "{field}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_creation_time_that_is_not_in_milliseconds_is_ignored() {
    for time in [json!(0), json!(crate::support::START / 1000), json!(null), json!("yesterday"), json!(crate::support::START - 5_000)] {
        let outcome = place_and_look_up(|order| order["createdAt"] = time.clone()).await;
        assert!(outcome.accepted().is_some(), "{time}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_found_order_without_an_id_is_unreadable() {
    for field in ["orderId", "clientOrderId"] {
        let outcome = place_and_look_up(|order| order[field] = Value::Null).await;
        assert!(matches!(outcome.unknown().expect("unknown").last_lookup(), LastLookup::Unreadable), "{field}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_order_with_an_undocumented_status_was_accepted() {
    let placed = place_and_look_up(|order| order["status"] = json!("HALTED")).await.into_result().expect("accepted");
    assert_eq!(placed.status.map(|status| status.to_string()).as_deref(), Some("HALTED"));
}

#[tokio::test]
async fn an_order_that_is_already_final_was_accepted() {
    for status in ["CANCELED", "PARTIALLY_FILLED_CANCELED", "FILLED"] {
        let placed = place_and_look_up(|order| order["status"] = json!(status)).await.into_result().expect("accepted");
        assert_eq!(placed.status, Some(OrderStatus::from(status)));
    }
}

#[tokio::test]
async fn an_order_with_status_rejected_is_rejected_by_response_and_by_lookup() {
    let by_lookup = place_and_look_up(|order| order["status"] = json!("REJECTED")).await;
    let rejected = found_order("my-1", |order| order["status"] = json!("REJECTED"));
    let harness = harness(success(json!({ "orderId": "7", "status": "REJECTED" })), rejected).await;
    let by_response = harness.drive(harness.client.orders().place(order().client_order_id("my-1")).send()).await;
    for outcome in [by_lookup, by_response] {
        assert_eq!(outcome.rejected().and_then(|error| error.order_status()), Some(&OrderStatus::Rejected), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_condition_order_with_status_rejected_is_rejected_by_response_and_by_lookup() {
    let rejected = json!({
        "conditionId": "7", "clientOrderId": "my-1", "side": "SELL", "quantity": "0.1", "triggerPrice": "80000", "status": "REJECTED",
    });
    for write in [success(json!({ "conditionId": "7", "conditionStatus": "REJECTED" })), uncertain()] {
        let harness = harness(write, json!({ "list": [rejected] })).await;
        let stop = NewOrder::sell("BTCUSDT", "0.1").stop("80000").client_order_id("my-1");
        let outcome = harness.drive(harness.client.orders().place_condition(stop).send()).await;
        let text = outcome.rejected().expect("rejected").to_string();
        assert!(text.ends_with("the exchange accepted the request, then rejected the condition order (status REJECTED)"), "{text}");
    }
}

#[tokio::test]
async fn a_success_without_an_order_id_is_looked_up() {
    for id in ["", "0"] {
        let harness = harness(success(json!({ "orderId": id })), found_order("my-1", |_| {})).await;
        let placed = harness.drive(harness.client.orders().place(order().client_order_id("my-1")).send()).await.into_result();
        assert_eq!(placed.expect("accepted").order_id.as_str(), "7");
    }
}

#[tokio::test]
async fn a_condition_order_with_another_trigger_price_is_another_order() {
    let older = json!({ "conditionId": "7", "clientOrderId": "my-1", "side": "SELL", "quantity": "0.1", "triggerPrice": "79000" });
    let harness = harness(uncertain(), json!({ "list": [older] })).await;
    let stop = NewOrder::sell("BTCUSDT", "0.1").stop("80000").client_order_id("my-1");
    let outcome = harness.drive(harness.client.orders().place_condition(stop).send()).await;
    assert!(is_different_order(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn a_cancellation_reports_the_status_of_a_partially_filled_order() {
    for status in ["PARTIALLY_FILLED_CANCELED", "PARTIAL_FILLED_CANCELED", "CANCELED"] {
        let harness = harness(uncertain(), found_order("my-1", |order| order["status"] = json!(status))).await;
        let cancelled = harness.drive(harness.client.orders().cancel("BTCUSDT", OrderId::from("7")).send()).await.into_result();
        assert_eq!(cancelled.expect("accepted").status, Some(OrderStatus::from(status)));
    }
}

#[tokio::test]
async fn a_filled_order_can_be_neither_cancelled_nor_amended() {
    let harness = harness(uncertain(), found_order("my-1", |order| order["status"] = json!("FILLED"))).await;
    let orders = harness.client.orders();
    let cancelled = harness.drive(orders.cancel("BTCUSDT", OrderId::from("7")).send()).await;
    assert!(cancelled.rejected().is_some_and(|error| error.is_too_late()), "{cancelled:?}");
    let amended = harness.drive(orders.amend("BTCUSDT", "7").price("86000").send()).await;
    assert!(amended.rejected().is_some_and(|error| error.is_too_late()), "{amended:?}");
}

#[tokio::test]
async fn a_filled_order_with_the_new_amounts_was_amended() {
    let harness = harness(uncertain(), found_order("my-1", |order| order["status"] = json!("FILLED"))).await;
    let amended = harness.drive(harness.client.orders().amend("BTCUSDT", "7").price("85000").total_quantity("0.1").send()).await;
    assert_eq!(amended.into_result().expect("accepted").status, Some(OrderStatus::Filled));
}

#[tokio::test]
async fn an_order_with_one_of_two_new_amounts_leaves_the_amendment_unknown() {
    for (price, quantity) in [("85000", "0.2"), ("86000", "0.1")] {
        let harness = harness(uncertain(), found_order("my-1", |_| {})).await;
        let amended = harness.drive(harness.client.orders().amend("BTCUSDT", "7").price(price).total_quantity(quantity).send()).await;
        assert!(
            matches!(amended.unknown().expect("unknown").last_lookup(), LastLookup::Differs { status: Some(OrderStatus::New), .. }),
            "{amended:?}"
        );
    }
}

#[tokio::test]
async fn a_rejected_order_was_not_amended() {
    let harness = harness(uncertain(), found_order("my-1", |order| order["status"] = json!("REJECTED"))).await;
    let amended = harness.drive(harness.client.orders().amend("BTCUSDT", "7").price("85000").send()).await;
    assert!(amended.rejected().is_some_and(|error| error.is_too_late()), "{amended:?}");
}

#[tokio::test]
async fn an_amount_that_the_exchange_may_adjust_does_not_make_another_order() {
    let adjusted = found_order("my-1", |order| {
        order["price"] = json!("84999.9");
        order["quantity"] = json!("0.05");
    });
    for (order, is_found) in [(order().maker_only().reduce_only(), true), (order().maker_only(), false), (order().reduce_only(), false)] {
        let harness = harness(uncertain(), adjusted.clone()).await;
        let outcome = harness.drive(harness.client.orders().place(order.client_order_id("my-1")).send()).await;
        assert_eq!((outcome.accepted().is_some(), is_different_order(&outcome)), (is_found, !is_found), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_cancelled_order_without_the_new_amounts_leaves_the_amendment_unknown() {
    let harness = harness(uncertain(), found_order("my-1", |order| order["status"] = json!("CANCELED"))).await;
    let amended = harness.drive(harness.client.orders().amend("BTCUSDT", "7").price("86000").send()).await;
    let shown = amended.unknown().expect("unknown").last_lookup();
    assert!(matches!(shown, LastLookup::Differs { status: Some(OrderStatus::Canceled), .. }), "{shown:?}");
}

#[tokio::test]
async fn an_undocumented_status_leaves_a_cancellation_unknown() {
    let harness = harness(uncertain(), found_order("my-1", |order| order["status"] = json!("HALTED"))).await;
    let cancelled = harness.drive(harness.client.orders().cancel("BTCUSDT", OrderId::from("7")).send()).await;
    assert!(matches!(cancelled.unknown().expect("unknown").last_lookup(), LastLookup::Unchanged(_)), "{cancelled:?}");
}

#[test]
fn a_triggered_condition_order_cannot_be_cancelled() {
    run(async {
        for status in [ConditionOrderStatus::Triggered, ConditionOrderStatus::Fired] {
            let trading = Trading::new().await;
            let id = waiting_condition(&trading, "BTCUSDT");
            trading.exchange.change(|book| book.conditions[0]["status"] = json!(status.to_string()));
            trading.exchange.plan(Plan::of(Effect::None, Reply::Closed, &[LookupReply::Current]));
            let cancelled = trading.drive(trading.harness.client.orders().cancel_condition("BTCUSDT", id).send()).await;
            assert!(cancelled.rejected().is_some_and(|error| error.is_too_late()), "{cancelled:?}");
        }
    });
}

#[tokio::test]
async fn a_page_without_its_list_is_not_an_empty_list() {
    for (page, is_complete) in [
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
            let harness = harness(success(Value::Null), page.clone()).await;
            let outcome = harness
                .drive(harness.client.orders().cancel_all().kind(kind.clone()).until_none_open(std::time::Duration::from_secs(12)))
                .await;
            assert_eq!(outcome.accepted().is_some(), is_complete, "{kind}, {page}: {outcome:?}");
            let is_unreadable = outcome.unknown().is_some_and(|unresolved| matches!(unresolved.last_lookup(), LastLookup::Unreadable));
            assert_eq!(is_unreadable, !is_complete, "{kind}, {page}: {outcome:?}");
        }
    }
}

#[test]
fn until_none_open_returns_when_no_order_is_open() {
    run(async {
        let trading = Trading::new().await;
        let all = |client: &Client| client.orders().cancel_all().symbol("BTCUSDT").until_none_open(std::time::Duration::from_secs(12));
        open_orders(&trading, "BTCUSDT", 2);
        trading.exchange.plan(Plan::of(Effect::After(2), Reply::Success, &[LookupReply::Current]));
        let outcome = trading.drive(all(&trading.harness.client)).await;
        assert!(outcome.accepted().is_some(), "{outcome:?}");
        assert_eq!(trading.exchange.lookup_count(), 3);

        open_orders(&trading, "BTCUSDT", 2);
        trading.exchange.plan(Plan::of(Effect::None, Reply::Success, &[LookupReply::Current]));
        let outcome = trading.drive(all(&trading.harness.client)).await;
        assert!(matches!(outcome.unknown().expect("unknown").last_lookup(), LastLookup::StillOpen(2)), "{outcome:?}");
        let requests = trading.exchange.writes().len();
        assert!((2..=6).contains(&requests), "{requests} requests in 12 seconds, at least 2 seconds apart");

        trading.exchange.plan(Plan::of(Effect::None, Reply::Rejection(3006), &[LookupReply::Current]));
        let outcome = trading.drive(all(&trading.harness.client)).await;
        assert!(outcome.rejected().is_some_and(|error| error.is_permission()), "{outcome:?}");
    });
}

#[test]
fn a_market_order_does_not_delay_the_cancellation_of_limit_orders() {
    run(async {
        let trading = Trading::new().await;
        open_orders(&trading, "BTCUSDT", 1);
        trading.exchange.change(|book| book.orders[0]["orderType"] = json!("MARKET"));
        trading.exchange.plan(Plan::of(Effect::None, Reply::Success, &[LookupReply::Current]));
        let cancel =
            trading.harness.client.orders().cancel_all().kind(CancelType::LimitOnly).until_none_open(std::time::Duration::from_secs(12));
        assert!(trading.drive(cancel).await.accepted().is_some());
    });
}

#[tokio::test]
async fn a_strategy_is_rejected_only_if_all_of_its_legs_were_rejected() {
    for (second, is_rejected, is_accepted) in [(Some("REJECTED"), true, false), (Some("NEW"), false, true), (None, false, false)] {
        let harness = Harness::new(move |request: &RecordedRequest| match (request.parameter("clientOrderId"), second) {
            (Some("one"), _) => MockResponse::ok(&found_order("one", |order| order["status"] = json!("REJECTED"))),
            (Some(_), Some(second)) => MockResponse::ok(&found_order("two", |order| order["status"] = json!(second))),
            (Some(_), None) => MockResponse::refusal(3003, "Order not found"),
            (None, _) => MockResponse::json(200, &uncertain()),
        })
        .await;
        let either = NewStrategy::one_cancels_other(order().client_order_id("one"), order().client_order_id("two"));
        let outcome = harness.drive(harness.client.orders().place_strategy(either).send()).await;
        assert_eq!((outcome.rejected().is_some(), outcome.accepted().is_some()), (is_rejected, is_accepted), "{outcome:?}");
    }
}

#[tokio::test]
async fn amendments_that_the_batch_response_does_not_report_are_looked_up() {
    let harness = Harness::new(|request: &RecordedRequest| match request.parameter("orderId") {
        None => MockResponse::json(200, &success(json!({ "anything": true }))),
        Some(id) => MockResponse::ok(&found_order("my-1", |order| {
            order["orderId"] = json!(id);
            order["price"] = json!("86000");
        })),
    })
    .await;
    let amended = harness
        .drive(
            harness.client.orders().amend_batch("BTCUSDT", [AmendItem::new("7").price("86000"), AmendItem::new("8").price("87000")]).send(),
        )
        .await;
    assert!(amended[0].accepted().is_some_and(|amended| amended.confirmed_by == ConfirmedBy::Lookup), "{amended:?}");
    assert!(
        matches!(amended[1].unknown().expect("unknown").last_lookup(), LastLookup::Differs { status: Some(OrderStatus::New), .. }),
        "{amended:?}"
    );
}
