//! The outcomes of a batch, from responses of different forms.

use serde_json::{Value, json};
use sixmm_ext::types::OrderId;
use sixmm_ext::{
    NewOrder, Outcome,
    orders::{ConfirmedBy, Placed},
};

use crate::support::{Harness, MockResponse, RecordedRequest};

/// Places the orders `a`, `b` and `c`. `data` are the data of the response. Lookups find the orders `a` and `b`, and do not find `c`.
async fn place(data: Value) -> Vec<Outcome<Placed>> {
    let harness = Harness::new(move |request: &RecordedRequest| match request.parameter("clientOrderId") {
        None => MockResponse::ok(&data),
        Some("c") => MockResponse::refusal(3003, "Order not found"),
        Some(id) => MockResponse::ok(&json!({ "orderId": format!("found-{id}"), "clientOrderId": id, "status": "NEW" })),
    })
    .await;
    let orders = ["a", "b", "c"].map(|id| NewOrder::buy("BTCUSDT", "0.1").limit("85000").client_order_id(id));
    harness.drive(harness.client.orders().place_batch(orders).send()).await
}

/// A short text for the outcome of each order.
fn summary(outcomes: &[Outcome<Placed>]) -> String {
    let texts = outcomes.iter().map(|outcome| match outcome {
        Outcome::Accepted(placed) => format!("{} by {:?}", placed.order_id, placed.confirmed_by),
        Outcome::Rejected(error) => error.code().map_or_else(|| String::from("rejected"), |code| format!("rejected with {code}")),
        Outcome::Unknown(_) => String::from("unknown"),
    });
    texts.collect::<Vec<_>>().join(", ")
}

async fn outcomes(data: Value) -> String {
    summary(&place(data).await)
}

fn result(id: &str, order_id: &str) -> Value {
    json!({ "clientOrderId": id, "orderId": order_id, "code": 0 })
}

#[tokio::test]
async fn rows_are_matched_by_id_and_not_by_position() {
    let data = json!({ "successCount": 3, "failedCount": 0, "results": [result("c", "3"), result("a", "1"), result("b", "2")] });
    assert_eq!(outcomes(data).await, "1 by Response, 2 by Response, 3 by Response");
}

#[tokio::test]
async fn failed_rows_are_rejected_with_their_codes_and_the_others_accepted() {
    let failed = json!({ "clientOrderId": "b", "code": 3001, "message": "Insufficient balance" });
    let as_text = json!({ "clientOrderId": "c", "code": "2002", "message": "price" });
    let data = json!({ "successCount": 1, "failedCount": 2, "results": [result("a", "1"), failed, as_text] });
    assert_eq!(outcomes(data).await, "1 by Response, rejected with 3001, rejected with 2002");
}

#[tokio::test]
async fn a_row_whose_code_leaves_the_outcome_open_is_looked_up() {
    for code in [5001, 5002, 3004] {
        let result = |id: &str| json!({ "clientOrderId": id, "code": code });
        let data = json!({ "successCount": 0, "failedCount": 3, "results": [result("a"), result("b"), result("c")] });
        assert_eq!(outcomes(data).await, "found-a by Lookup, found-b by Lookup, unknown");
    }
}

#[tokio::test]
async fn a_row_whose_status_contradicts_the_counts_is_looked_up() {
    let rejected = json!({ "clientOrderId": "c", "orderId": "3", "status": "REJECTED" });
    let open = json!({ "clientOrderId": "b", "orderId": "2", "status": "NEW" });
    let data = json!({ "successCount": 2, "failedCount": 1, "results": [result("a", "1"), open, rejected] });
    assert_eq!(outcomes(data).await, "1 by Response, 2 by Response, unknown");
}

#[tokio::test]
async fn an_order_that_the_response_does_not_report_is_looked_up() {
    let unnamed = json!({ "orderId": "1", "code": 0 });
    let without_id = json!({ "clientOrderId": "b", "code": 0 });
    let zero = result("a", "0");
    for results in [json!([]), json!([unnamed]), json!([without_id, zero]), json!(null), json!("none"), json!([7, "a", null])] {
        assert_eq!(outcomes(json!({ "results": results })).await, "found-a by Lookup, found-b by Lookup, unknown", "{results}");
    }
}

#[tokio::test]
async fn an_order_id_in_a_row_without_a_success_confirms_nothing() {
    let failed_row = |id: &str| json!({ "clientOrderId": id, "orderId": format!("row-{id}"), "error": "margin" });
    let results = [failed_row("a"), failed_row("b"), failed_row("c")];
    let data = |failed: i64| json!({ "successCount": 3 - failed, "failedCount": failed, "results": results });
    assert_eq!(outcomes(data(3)).await, "found-a by Lookup, found-b by Lookup, unknown");
    assert_eq!(outcomes(json!({ "results": results })).await, "found-a by Lookup, found-b by Lookup, unknown");
    assert_eq!(outcomes(data(0)).await, "found-a by Lookup, found-b by Lookup, unknown");
}

#[tokio::test]
async fn a_code_that_is_not_a_number_is_not_a_success() {
    let strange = json!({ "clientOrderId": "c", "orderId": "3", "code": "FAILED" });
    let data = json!({ "successCount": 2, "failedCount": 1, "results": [result("a", "1"), result("b", "2"), strange] });
    assert_eq!(outcomes(data).await, "1 by Response, 2 by Response, unknown");
}

#[tokio::test]
async fn two_rows_for_one_order_confirm_nothing() {
    let rejected = json!({ "clientOrderId": "a", "code": 3001 });
    let data = json!({ "results": [result("a", "1"), rejected, result("b", "2"), result("c", "3")] });
    assert_eq!(outcomes(data).await, "found-a by Lookup, 2 by Response, 3 by Response");
}

#[tokio::test]
async fn the_rows_of_a_rejected_batch_are_looked_up() {
    let place = async |data: Value| {
        let harness = Harness::new(move |request: &RecordedRequest| match request.parameter("clientOrderId") {
            None => MockResponse::json(200, &json!({ "code": 3001, "message": "Insufficient balance", "data": data })),
            Some(id) => MockResponse::ok(&json!({ "orderId": format!("found-{id}"), "clientOrderId": id, "status": "NEW" })),
        })
        .await;
        let orders = ["a", "b", "c"].map(|id| NewOrder::buy("BTCUSDT", "0.1").limit("85000").client_order_id(id));
        summary(&harness.drive(harness.client.orders().place_batch(orders).send()).await)
    };
    let rejected = json!({ "clientOrderId": "b", "code": 3001 });
    assert_eq!(place(json!({ "results": [result("a", "1"), rejected] })).await, "found-a by Lookup, found-b by Lookup, found-c by Lookup");
    for data in [json!(null), json!({}), json!({ "results": [] })] {
        assert_eq!(place(data).await, "rejected with 3001, rejected with 3001, rejected with 3001");
    }
}

#[tokio::test]
async fn counts_that_do_not_add_up_confirm_nothing() {
    for (succeeded, failed) in [(json!(2), json!(0)), (json!(0), json!(0)), (Value::Null, json!(0)), (json!(3), Value::Null)] {
        let harness = Harness::new(move |request: &RecordedRequest| match request.parameter("orderId") {
            None if request.path.ends_with("/batch-cancel") => {
                MockResponse::ok(&json!({ "successCount": succeeded, "failedCount": failed }))
            }
            _ => MockResponse::refusal(3003, "Order not found"),
        })
        .await;
        let cancelled =
            harness.drive(harness.client.orders().cancel_batch([("BTCUSDT", "1"), ("BTCUSDT", "2"), ("BTCUSDT", "3")]).send()).await;
        assert!(cancelled.iter().all(|outcome| outcome.unknown().is_some()), "{cancelled:?}");
    }
}

#[tokio::test]
async fn counts_that_add_up_confirm_all_cancellations() {
    let harness = Harness::new(|_: &RecordedRequest| MockResponse::ok(&json!({ "successCount": 2, "failedCount": "0" }))).await;
    let cancelled = harness.drive(harness.client.orders().cancel_batch([("BTCUSDT", "1"), ("BTCUSDT", "2")]).send()).await;
    assert!(cancelled.iter().all(|outcome| outcome.accepted().is_some_and(|cancelled| cancelled.confirmed_by == ConfirmedBy::Response)));
}

#[tokio::test]
async fn a_failed_cancellation_of_a_batch_is_rejected_with_its_code() {
    let results = json!([{ "orderId": 2, "code": 3005 }, { "orderId": "1", "code": 0 }]);
    let harness =
        Harness::new(move |_: &RecordedRequest| MockResponse::ok(&json!({ "successCount": 1, "failedCount": 1, "results": results })))
            .await;
    let cancelled = harness
        .drive(harness.client.orders().cancel_batch([("BTCUSDT", OrderId::from("1")), ("ETHUSDT", OrderId::from("2"))]).send())
        .await;
    assert!(cancelled[0].accepted().is_some(), "{cancelled:?}");
    assert!(cancelled[1].rejected().is_some_and(|error| error.is_too_late()), "{cancelled:?}");
}

#[tokio::test]
async fn a_row_with_an_open_or_filled_status_does_not_confirm_a_cancellation() {
    for result in [
        json!({ "orderId": "1", "status": "NEW" }),
        json!({ "orderId": "1", "status": "FILLED" }),
        json!({ "orderId": "1", "status": "FILLED", "code": 0 }),
        json!({ "orderId": "1", "status": "REJECTED", "code": 0 }),
    ] {
        let data = json!({ "results": [result] });
        let harness = Harness::new(move |request: &RecordedRequest| match request.parameter("orderId") {
            None if request.path.ends_with("/batch-cancel") => MockResponse::ok(&data),
            _ => MockResponse::refusal(3003, "Order not found"),
        })
        .await;
        let cancelled = harness.drive(harness.client.orders().cancel_batch([("BTCUSDT", "1")]).send()).await;
        assert!(cancelled[0].unknown().is_some(), "{cancelled:?}");
    }
}

#[tokio::test]
async fn an_undocumented_code_does_not_reject_an_order() {
    let result = |id: &str| json!({ "clientOrderId": id, "orderId": "9", "code": 200, "status": "NEW" });
    let data = json!({ "successCount": 3, "failedCount": 0, "results": [result("a"), result("b"), result("c")] });
    assert_eq!(outcomes(data).await, "found-a by Lookup, found-b by Lookup, unknown");
}
