//! The ten order writes.

use std::time::Duration;

use serde_json::Value;
use sixmm_ext::types::{CancelType, ClientOrderId, OrderId};
use sixmm_ext::{Client, orders::OrderRef};

use super::orders::{amendment, condition, given, items, normal, strategy, text};
use super::verdict::{Reported, many, one};

/// Sends a write; `None` if the call is none.
pub(super) async fn write(client: &Client, call: &str, parameters: &Value) -> Option<Reported> {
    let orders = client.orders();
    Some(match call {
        "place" => one(orders.place(normal(parameters)).send().await),
        "place_condition" => one(orders.place_condition(condition(parameters)).send().await),
        "place_strategy" => one(orders.place_strategy(strategy(parameters)).send().await),
        "place_batch" => many(orders.place_batch(repeated(parameters).iter().map(normal)).send().await),
        "amend" => {
            let mut amend = orders.amend(text(parameters, "symbol"), text(parameters, "orderId"));
            if let Some(price) = given(parameters, "price") {
                amend = amend.price(price);
            }
            if let Some(quantity) = given(parameters, "quantity") {
                amend = amend.total_quantity(quantity);
            }
            one(amend.send().await)
        }
        "amend_batch" => {
            let changes = repeated(parameters);
            many(orders.amend_batch(text(parameters, "symbol"), changes.iter().map(amendment)).send().await)
        }
        "cancel" => one(orders.cancel(text(parameters, "symbol"), reference(parameters)).send().await),
        "cancel_batch" => {
            let which = repeated(parameters);
            many(orders.cancel_batch(which.iter().map(|item| (text(item, "symbol"), text(item, "orderId")))).send().await)
        }
        "cancel_condition" => one(orders.cancel_condition(text(parameters, "symbol"), text(parameters, "conditionId")).send().await),
        "cancel_all" | "cancel_all_until_none_open" => {
            let kind = parameters.get("cancelType").and_then(Value::as_i64).unwrap_or_default();
            let mut cancel = orders.cancel_all().kind(CancelType::from(kind));
            if let Some(symbol) = given(parameters, "symbol") {
                cancel = cancel.symbol(symbol);
            }
            let within = parameters.get("within_ms").and_then(Value::as_u64).map_or(Duration::from_secs(12), Duration::from_millis);
            one(if call == "cancel_all" { cancel.submit().await } else { cancel.until_none_open(within).await })
        }
        _ => return None,
    })
}

fn reference(parameters: &Value) -> OrderRef {
    match given(parameters, "orderId") {
        Some(id) => OrderRef::Id(OrderId::from(id)),
        None => OrderRef::ClientId(ClientOrderId::from(text(parameters, "clientOrderId"))),
    }
}

/// The orders of a batch; with a `count`, so many orders like the first one.
fn repeated(parameters: &Value) -> Vec<Value> {
    let orders = items(parameters, "orders");
    let Some(count) = parameters.get("count").and_then(Value::as_u64) else { return orders };
    let order = |number: u64| {
        let mut order = orders[0].clone();
        let (field, id) =
            if order.get("orderId").is_some() { ("orderId", number.to_string()) } else { ("clientOrderId", format!("mine-{number}")) };
        order[field] = id.into();
        order
    };
    (1..=count).map(order).collect()
}
