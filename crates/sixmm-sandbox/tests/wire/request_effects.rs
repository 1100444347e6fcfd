//! The effect of a request in the request log.

use serde_json::{Value, json};
use sixmm_sandbox::{Effect, Fault, FaultRule, Operation, Sandbox};

use crate::support::{Call, START, key, post, start};

fn order(price: &str) -> Value {
    json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": price, "quantity": "0.1" })
}

fn batch(prices: [&str; 2]) -> Call {
    post("/v1/private/order/batch-place", json!({ "orders": prices.map(order) }))
}

/// Sends a request and returns its logged code and effect.
async fn on_record(sandbox: &Sandbox, call: Call) -> (Option<i64>, Effect, bool) {
    let before = sandbox.requests().len();
    let key = key(sandbox, "alice");
    call.signed(&key, START).raw(sandbox.address()).await;
    let received = sandbox.requests();
    let [.., last] = received.as_slice() else { panic!("nothing is on record") };
    assert_eq!(received.len(), before + 1, "one request");
    (last.code, last.effect, last.took_effect())
}

#[tokio::test]
async fn an_order_is_executed_completely_or_not_at_all() {
    let sandbox = start().await;
    let place = |price| post("/v1/private/order/place", order(price));
    assert_eq!(on_record(&sandbox, place("80000")).await, (Some(0), Effect::Complete, true));
    assert_eq!(on_record(&sandbox, place("80000.05")).await, (Some(2002), Effect::None, false));
}

#[tokio::test]
async fn a_batch_can_be_executed_partially() {
    let sandbox = start().await;
    assert_eq!(on_record(&sandbox, batch(["80000", "80001"])).await, (Some(0), Effect::Complete, true));
    assert_eq!(on_record(&sandbox, batch(["80000", "80000.05"])).await, (Some(0), Effect::Partial, true));
    assert_eq!(on_record(&sandbox, batch(["80000.05", "80000.05"])).await, (Some(0), Effect::None, false));
    let cancel = |ids: [&str; 1]| {
        let orders: Vec<Value> = ids.iter().map(|id| json!({ "symbol": "BTCUSDT", "orderId": id })).collect();
        post("/v1/private/order/batch-cancel", json!({ "orders": orders }))
    };
    assert_eq!(on_record(&sandbox, cancel(["7"])).await, (Some(0), Effect::None, false));
}

#[tokio::test]
async fn a_dropped_request_has_no_effect_but_a_lost_response_has() {
    for (fault, expected) in [(Fault::DropBefore, (None, Effect::None, false)), (Fault::DropAfter, (Some(0), Effect::Complete, true))] {
        let sandbox = start().await;
        sandbox.faults().add(FaultRule::new(fault)).expect("a valid rule");
        assert_eq!(on_record(&sandbox, post("/v1/private/order/place", order("80000"))).await, expected);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_logged_without_an_effect() {
    let sandbox = start().await;
    let large = post("/v1/private/order/place", json!({ "symbol": "x".repeat(1 << 20) }));
    assert_eq!(on_record(&sandbox, large).await, (Some(2003), Effect::None, false));
    assert_eq!(sandbox.requests()[0].operation, Operation::PlaceOrder);
}
