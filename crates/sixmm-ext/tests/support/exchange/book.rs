//! The orders, condition orders and strategies of the exchange, as the JSON of its responses.

use serde_json::{Value, json};
use sixmm_api::operations::{
    AMEND_ORDER, BATCH_AMEND_ORDERS, BATCH_CANCEL_ORDERS, BATCH_PLACE_ORDERS, CANCEL_ALL_ORDERS, CANCEL_CONDITION_ORDER, CANCEL_ORDER,
    PLACE_CONDITION_ORDER, PLACE_ORDER, PLACE_STRATEGY_ORDER,
};

use super::super::RecordedRequest;

/// The current and past orders of an account.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub orders: Vec<Value>,
    pub conditions: Vec<Value>,
    pub strategies: Vec<Value>,
    last_id: u64,
}

impl Book {
    /// Executes a write, and returns the data of the response. A write to an unknown or final order has no effect. A second order with the
    /// same client order id is accepted, so that a test sees an order that was sent twice.
    pub fn execute(&mut self, path: &str, body: &Value, now: i64) -> Value {
        if path == PLACE_ORDER.path {
            self.place(body, now)
        } else if path == BATCH_PLACE_ORDERS.path {
            let results: Vec<Value> = items(body).iter().map(|order| self.place(order, now)).collect();
            json!({ "successCount": results.len(), "failedCount": 0, "results": results })
        } else if path == PLACE_CONDITION_ORDER.path {
            self.place_condition(body, now)
        } else if path == PLACE_STRATEGY_ORDER.path {
            self.place_strategy(body, now)
        } else if path == AMEND_ORDER.path {
            self.amend(body);
            Value::Null
        } else if path == BATCH_AMEND_ORDERS.path {
            items(body).iter().for_each(|change| self.amend(change));
            json!({})
        } else if path == CANCEL_ORDER.path {
            self.cancel(body);
            Value::Null
        } else if path == BATCH_CANCEL_ORDERS.path {
            items(body).iter().for_each(|order| self.cancel(order));
            json!({})
        } else if path == CANCEL_CONDITION_ORDER.path {
            self.cancel_condition(body);
            Value::Null
        } else if path == CANCEL_ALL_ORDERS.path {
            self.cancel_all(body);
            Value::Null
        } else {
            panic!("{path} is not an order write");
        }
    }

    /// The order with the ids of a lookup.
    pub fn order(&self, query: &RecordedRequest) -> Option<&Value> {
        let is_it = |order: &&Value| {
            ["orderId", "clientOrderId"].into_iter().all(|field| query.parameter(field).is_none_or(|id| order[field] == id))
        };
        self.orders.iter().filter(is_it).find(|order| Some(text(order, "symbol")) == query.parameter("symbol"))
    }

    /// The open orders of a symbol, or of all symbols.
    pub fn open(&self, symbol: Option<&str>) -> Vec<Value> {
        of(&self.orders, symbol).filter(|order| is_open(order)).cloned().collect()
    }

    /// The condition orders of a symbol, or of all symbols, that wait for their trigger (`waiting`) or that are final.
    pub fn condition_orders(&self, waiting: bool, symbol: Option<&str>) -> Vec<Value> {
        of(&self.conditions, symbol).filter(|order| is_waiting(order) == waiting).cloned().collect()
    }

    fn place(&mut self, order: &Value, now: i64) -> Value {
        let id = self.next_id();
        self.orders.push(json!({
            "symbol": order["symbol"], "orderId": id, "clientOrderId": order["clientOrderId"], "side": order["side"],
            "orderType": order["type"], "price": order["price"], "quantity": order["quantity"], "status": "NEW", "createdAt": now,
        }));
        json!({ "orderId": id, "clientOrderId": order["clientOrderId"], "status": "NEW", "timestamp": now })
    }

    fn place_condition(&mut self, order: &Value, now: i64) -> Value {
        let id = self.next_id();
        self.conditions.push(json!({
            "symbol": order["symbol"], "conditionId": id, "clientOrderId": order["clientOrderId"], "side": order["side"],
            "price": order["price"], "quantity": order["quantity"], "triggerPrice": order["stopPrice"], "status": "PENDING", "createdAt": now,
        }));
        json!({ "conditionId": id, "conditionStatus": "PENDING", "timestamp": now })
    }

    fn place_strategy(&mut self, strategy: &Value, now: i64) -> Value {
        let id = self.next_id();
        let legs = strategy["subOrderList"].as_array().expect("legs");
        for leg in legs.iter().filter(|leg| leg["firstDrivenId"] == 0) {
            let is_normal = leg["stopPrice"].is_null() && leg["callbackRate"].is_null();
            drop(if is_normal { self.place(leg, now) } else { self.place_condition(leg, now) });
        }
        self.strategies.push(json!({ "strategyId": id, "legs": legs }));
        json!({ "strategyId": id, "strategyStatus": "WORKING", "timestamp": now })
    }

    fn amend(&mut self, change: &Value) {
        for order in self.orders.iter_mut().filter(|order| order["orderId"] == change["orderId"] && is_open(order)) {
            for field in ["price", "quantity"] {
                if !change[field].is_null() {
                    order[field] = change[field].clone();
                }
            }
        }
    }

    fn cancel(&mut self, which: &Value) {
        let is_it = |order: &Value| {
            order["symbol"] == which["symbol"]
                && ["orderId", "clientOrderId"].into_iter().all(|field| which[field].is_null() || which[field] == order[field])
        };
        for order in self.orders.iter_mut().filter(|order| is_it(order) && is_open(order)) {
            order["status"] = json!("CANCELED");
        }
    }

    fn cancel_condition(&mut self, which: &Value) {
        for order in self.conditions.iter_mut().filter(|order| order["conditionId"] == which["conditionId"] && is_waiting(order)) {
            order["status"] = json!("CANCELLED");
        }
    }

    fn cancel_all(&mut self, which: &Value) {
        let is_meant = |order: &Value| which["symbol"].is_null() || order["symbol"] == which["symbol"];
        if which["cancelType"] == 2 {
            for order in self.conditions.iter_mut().filter(|order| is_meant(order) && is_waiting(order)) {
                order["status"] = json!("CANCELLED");
            }
        } else {
            for order in self.orders.iter_mut().filter(|order| is_meant(order) && is_open(order)) {
                order["status"] = json!("CANCELED");
            }
        }
    }

    fn next_id(&mut self) -> String {
        self.last_id += 1;
        format!("20225438095476{:05}", self.last_id)
    }
}

fn items(body: &Value) -> Vec<Value> {
    body["orders"].as_array().expect("orders").clone()
}

fn of<'a>(orders: &'a [Value], symbol: Option<&'a str>) -> impl Iterator<Item = &'a Value> {
    orders.iter().filter(move |order| symbol.is_none_or(|symbol| order["symbol"] == symbol))
}

fn text<'a>(order: &'a Value, field: &str) -> &'a str {
    order[field].as_str().unwrap_or_default()
}

fn is_open(order: &Value) -> bool {
    ["NEW", "PENDING", "PARTIALLY_FILLED"].contains(&text(order, "status"))
}

fn is_waiting(order: &Value) -> bool {
    ["PENDING_ACTIVATION", "PENDING", "TRIGGERING"].contains(&text(order, "status"))
}
