//! What a batch's answer tells of its orders, in whatever order and shape it comes.

use serde_json::{Value, json};
use sixmm_ext::types::OrderId;
use sixmm_ext::{ConfirmedBy, NewOrder, Outcome, Placed};

use crate::support::{Answer, Seen, World};

/// Places the orders `a`, `b` and `c`; the batch is answered with these data, and each question that there is an order of that id, but for `c`.
async fn place(data: Value) -> Vec<Outcome<Placed>> {
    let world = World::new(move |seen: &Seen| match seen.parameter("clientOrderId") {
        None => Answer::ok(&data),
        Some("c") => Answer::refusal(3003, "Order not found"),
        Some(id) => Answer::ok(&json!({ "orderId": format!("asked-{id}"), "clientOrderId": id, "status": "NEW" })),
    })
    .await;
    let orders = ["a", "b", "c"].map(|id| NewOrder::buy("BTCUSDT", "0.1").limit("85000").client_order_id(id));
    world.drive(world.client.orders().place_batch(orders).send()).await
}

/// A word for each outcome.
fn words(outcomes: &[Outcome<Placed>]) -> String {
    let words = outcomes.iter().map(|outcome| match outcome {
        Outcome::Accepted(placed) => format!("{} by {:?}", placed.order_id, placed.confirmed_by),
        Outcome::Rejected(error) => error.code().map_or_else(|| String::from("rejected"), |code| format!("rejected with {code}")),
        Outcome::Unknown(_) => String::from("unknown"),
    });
    words.collect::<Vec<_>>().join(", ")
}

async fn told(data: Value) -> String {
    words(&place(data).await)
}

fn result(id: &str, order_id: &str) -> Value {
    json!({ "clientOrderId": id, "orderId": order_id, "code": 0 })
}

#[tokio::test]
async fn results_in_another_order_belong_to_the_orders_whose_ids_they_carry() {
    let data = json!({ "successCount": 3, "failedCount": 0, "results": [result("c", "3"), result("a", "1"), result("b", "2")] });
    assert_eq!(told(data).await, "1 by Response, 2 by Response, 3 by Response");
}

#[tokio::test]
async fn orders_that_failed_are_rejected_with_their_codes_and_the_others_stand() {
    let failed = json!({ "clientOrderId": "b", "code": 3001, "message": "Insufficient balance" });
    let as_text = json!({ "clientOrderId": "c", "code": "2002", "message": "price" });
    let data = json!({ "successCount": 1, "failedCount": 2, "results": [result("a", "1"), failed, as_text] });
    assert_eq!(told(data).await, "1 by Response, rejected with 3001, rejected with 2002");
}

#[tokio::test]
async fn an_order_that_may_stand_by_its_code_is_asked_for() {
    for code in [5001, 5002, 3004] {
        let result = |id: &str| json!({ "clientOrderId": id, "code": code });
        let data = json!({ "successCount": 0, "failedCount": 3, "results": [result("a"), result("b"), result("c")] });
        assert_eq!(told(data).await, "asked-a by Lookup, asked-b by Lookup, unknown");
    }
}

#[tokio::test]
async fn a_row_whose_state_contradicts_its_batch_is_looked_up() {
    let refused = json!({ "clientOrderId": "c", "orderId": "3", "status": "REJECTED" });
    let standing = json!({ "clientOrderId": "b", "orderId": "2", "status": "NEW" });
    let data = json!({ "successCount": 2, "failedCount": 1, "results": [result("a", "1"), standing, refused] });
    assert_eq!(told(data).await, "1 by Response, 2 by Response, unknown");
}

#[tokio::test]
async fn what_the_answer_does_not_tell_of_an_order_is_asked() {
    let unnamed = json!({ "orderId": "1", "code": 0 });
    let without_id = json!({ "clientOrderId": "b", "code": 0 });
    let zero = result("a", "0");
    for results in [json!([]), json!([unnamed]), json!([without_id, zero]), json!(null), json!("none"), json!([7, "a", null])] {
        assert_eq!(told(json!({ "results": results })).await, "asked-a by Lookup, asked-b by Lookup, unknown", "{results}");
    }
}

#[tokio::test]
async fn an_id_in_a_result_that_does_not_say_success_is_not_believed() {
    let silent = |id: &str| json!({ "clientOrderId": id, "orderId": format!("told-{id}"), "error": "margin" });
    let results = [silent("a"), silent("b"), silent("c")];
    let data = |failed: i64| json!({ "successCount": 3 - failed, "failedCount": failed, "results": results });
    assert_eq!(told(data(3)).await, "asked-a by Lookup, asked-b by Lookup, unknown");
    assert_eq!(told(json!({ "results": results })).await, "asked-a by Lookup, asked-b by Lookup, unknown");
    assert_eq!(told(data(0)).await, "asked-a by Lookup, asked-b by Lookup, unknown");
}

#[tokio::test]
async fn a_code_that_is_no_number_is_not_a_success() {
    let strange = json!({ "clientOrderId": "c", "orderId": "3", "code": "FAILED" });
    let data = json!({ "successCount": 2, "failedCount": 1, "results": [result("a", "1"), result("b", "2"), strange] });
    assert_eq!(told(data).await, "1 by Response, 2 by Response, unknown");
}

#[tokio::test]
async fn two_results_for_one_order_are_not_believed() {
    let refused = json!({ "clientOrderId": "a", "code": 3001 });
    let data = json!({ "results": [result("a", "1"), refused, result("b", "2"), result("c", "3")] });
    assert_eq!(told(data).await, "asked-a by Lookup, 2 by Response, 3 by Response");
}

#[tokio::test]
async fn a_refusal_that_comes_with_results_is_read_for_the_orders_that_stand() {
    let place = async |data: Value| {
        let world = World::new(move |seen: &Seen| match seen.parameter("clientOrderId") {
            None => Answer::json(200, &json!({ "code": 3001, "message": "Insufficient balance", "data": data })),
            Some(id) => Answer::ok(&json!({ "orderId": format!("asked-{id}"), "clientOrderId": id, "status": "NEW" })),
        })
        .await;
        let orders = ["a", "b", "c"].map(|id| NewOrder::buy("BTCUSDT", "0.1").limit("85000").client_order_id(id));
        words(&world.drive(world.client.orders().place_batch(orders).send()).await)
    };
    let refused = json!({ "clientOrderId": "b", "code": 3001 });
    assert_eq!(place(json!({ "results": [result("a", "1"), refused] })).await, "asked-a by Lookup, asked-b by Lookup, asked-c by Lookup");
    for data in [json!(null), json!({}), json!({ "results": [] })] {
        assert_eq!(place(data).await, "rejected with 3001, rejected with 3001, rejected with 3001");
    }
}

#[tokio::test]
async fn counts_that_do_not_add_up_prove_nothing() {
    for (succeeded, failed) in [(json!(2), json!(0)), (json!(0), json!(0)), (Value::Null, json!(0)), (json!(3), Value::Null)] {
        let world = World::new(move |seen: &Seen| match seen.parameter("orderId") {
            None if seen.path.ends_with("/batch-cancel") => Answer::ok(&json!({ "successCount": succeeded, "failedCount": failed })),
            _ => Answer::refusal(3003, "Order not found"),
        })
        .await;
        let cancelled =
            world.drive(world.client.orders().cancel_batch([("BTCUSDT", "1"), ("BTCUSDT", "2"), ("BTCUSDT", "3")]).send()).await;
        assert!(cancelled.iter().all(|outcome| outcome.unknown().is_some()), "{cancelled:?}");
    }
}

#[tokio::test]
async fn counts_that_add_up_tell_that_all_were_cancelled() {
    let world = World::new(|_: &Seen| Answer::ok(&json!({ "successCount": 2, "failedCount": "0" }))).await;
    let cancelled = world.drive(world.client.orders().cancel_batch([("BTCUSDT", "1"), ("BTCUSDT", "2")]).send()).await;
    assert!(cancelled.iter().all(|outcome| outcome.accepted().is_some_and(|cancelled| cancelled.confirmed_by == ConfirmedBy::Response)));
}

#[tokio::test]
async fn cancellations_that_failed_are_rejected_one_by_one() {
    let results = json!([{ "orderId": 2, "code": 3005 }, { "orderId": "1", "code": 0 }]);
    let world = World::new(move |_: &Seen| Answer::ok(&json!({ "successCount": 1, "failedCount": 1, "results": results }))).await;
    let cancelled =
        world.drive(world.client.orders().cancel_batch([("BTCUSDT", OrderId::from("1")), ("ETHUSDT", OrderId::from("2"))]).send()).await;
    assert!(cancelled[0].accepted().is_some(), "{cancelled:?}");
    assert!(cancelled[1].rejected().is_some_and(|error| error.is_too_late()), "{cancelled:?}");
}

#[tokio::test]
async fn the_state_of_an_order_does_not_tell_that_it_was_cancelled() {
    for result in [
        json!({ "orderId": "1", "status": "NEW" }),
        json!({ "orderId": "1", "status": "FILLED" }),
        json!({ "orderId": "1", "status": "FILLED", "code": 0 }),
        json!({ "orderId": "1", "status": "REJECTED", "code": 0 }),
    ] {
        let data = json!({ "results": [result] });
        let world = World::new(move |seen: &Seen| match seen.parameter("orderId") {
            None if seen.path.ends_with("/batch-cancel") => Answer::ok(&data),
            _ => Answer::refusal(3003, "Order not found"),
        })
        .await;
        let cancelled = world.drive(world.client.orders().cancel_batch([("BTCUSDT", "1")]).send()).await;
        assert!(cancelled[0].unknown().is_some(), "{cancelled:?}");
    }
}

#[tokio::test]
async fn a_code_that_nobody_documents_does_not_tell_that_an_order_was_refused() {
    let result = |id: &str| json!({ "clientOrderId": id, "orderId": "9", "code": 200, "status": "NEW" });
    let data = json!({ "successCount": 3, "failedCount": 0, "results": [result("a"), result("b"), result("c")] });
    assert_eq!(told(data).await, "asked-a by Lookup, asked-b by Lookup, unknown");
}
