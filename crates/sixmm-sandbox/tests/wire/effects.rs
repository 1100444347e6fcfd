//! What the record says that a request did.

use serde_json::{Value, json};
use sixmm_sandbox::{Effect, Fault, Operation, Rule, Sandbox};

use crate::support::{Call, START, key, post, start};

fn order(price: &str) -> Value {
    json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": price, "quantity": "0.1" })
}

fn batch(prices: [&str; 2]) -> Call {
    post("/v1/private/order/batch-place", json!({ "orders": prices.map(order) }))
}

/// Sends a request, and tells the code and the effect that are on record of it.
async fn on_record(sandbox: &Sandbox, call: Call) -> (Option<i64>, Effect, bool) {
    let before = sandbox.received().len();
    let key = key(sandbox, "alice");
    call.signed(&key, START).raw(sandbox.address()).await;
    let received = sandbox.received();
    let [.., last] = received.as_slice() else { panic!("nothing is on record") };
    assert_eq!(received.len(), before + 1, "one request");
    (last.code, last.effect, last.took_effect())
}

#[tokio::test]
async fn an_order_took_effect_whole_or_not_at_all() {
    let sandbox = start().await;
    let place = |price| post("/v1/private/order/place", order(price));
    assert_eq!(on_record(&sandbox, place("80000")).await, (Some(0), Effect::Whole, true));
    assert_eq!(on_record(&sandbox, place("80000.05")).await, (Some(2002), Effect::None, false));
}

#[tokio::test]
async fn of_a_batch_some_items_may_have_taken_effect_and_others_not() {
    let sandbox = start().await;
    assert_eq!(on_record(&sandbox, batch(["80000", "80001"])).await, (Some(0), Effect::Whole, true));
    assert_eq!(on_record(&sandbox, batch(["80000", "80000.05"])).await, (Some(0), Effect::Part, true));
    assert_eq!(on_record(&sandbox, batch(["80000.05", "80000.05"])).await, (Some(0), Effect::None, false));
    let cancel = |ids: [&str; 1]| {
        let orders: Vec<Value> = ids.iter().map(|id| json!({ "symbol": "BTCUSDT", "orderId": id })).collect();
        post("/v1/private/order/batch-cancel", json!({ "orders": orders }))
    };
    assert_eq!(on_record(&sandbox, cancel(["7"])).await, (Some(0), Effect::None, false));
}

#[tokio::test]
async fn a_request_that_a_fault_kept_away_had_no_effect_and_one_whose_answer_was_lost_had() {
    for (fault, expected) in [(Fault::DropBefore, (None, Effect::None, false)), (Fault::DropAfter, (Some(0), Effect::Whole, true))] {
        let sandbox = start().await;
        sandbox.faults().add(Rule::new(fault)).expect("a good rule");
        assert_eq!(on_record(&sandbox, post("/v1/private/order/place", order("80000"))).await, expected);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_on_record_and_had_no_effect() {
    let sandbox = start().await;
    let large = post("/v1/private/order/place", json!({ "symbol": "x".repeat(1 << 20) }));
    assert_eq!(on_record(&sandbox, large).await, (Some(2003), Effect::None, false));
    assert_eq!(sandbox.received()[0].operation, Operation::PlaceOrder);
}
