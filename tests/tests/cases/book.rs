//! The orders that the exchange shows to lookups.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::request::Request;

/// The orders of an account, as the JSON that the exchange shows of them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Book {
    #[serde(default)]
    pub(crate) orders: Vec<Value>,
    #[serde(default)]
    pub(crate) conditions: Vec<Value>,
}

/// The routes that answer questions about orders.
const LOOKUPS: [&str; 5] = ["order", "order/current", "order/history", "order/current-condition", "order/history-condition"];

/// Whether this is a question about orders.
pub(crate) fn is_lookup(request: &Request) -> bool {
    LOOKUPS.iter().any(|path| request.is("GET", path))
}

impl Book {
    /// The orders and then the condition orders.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.orders.iter_mut().chain(&mut self.conditions)
    }

    /// The same book, with `{name}` replaced by the parameter of the request.
    pub(crate) fn filled(&self, request: &Request) -> Self {
        let mut book = self.clone();
        book.rows_mut().for_each(|row| fill(row, request));
        book
    }

    /// The body of the truthful answer to a lookup.
    pub(crate) fn answer(&self, request: &Request) -> String {
        let list = |rows: Vec<&Value>| success(&json!({ "list": rows, "total": rows.len() }));
        let is_first = request.parameter("page").is_none_or(|page| page == "1") && request.parameter("lastOrderId").is_none();
        let only_first = |rows: Vec<Value>| if is_first { rows } else { Vec::new() };
        let of = |rows: &[Value], open: bool| {
            let is_it = |row: &&Value| is_open(row) == open && matches(row, request, "symbol");
            only_first(rows.iter().filter(is_it).cloned().collect())
        };
        match request.path.trim_start_matches("/v1/private/") {
            "order" => {
                let is_it = |row: &&Value| ["symbol", "orderId", "clientOrderId"].into_iter().all(|field| matches(row, request, field));
                self.orders.iter().find(is_it).map_or_else(|| refusal(3003, "Order not found"), success)
            }
            "order/current" => list(of(&self.orders, true).iter().collect()),
            "order/history" => list(of(&self.orders, false).iter().collect()),
            "order/current-condition" => list(of(&self.conditions, true).iter().collect()),
            _ => list(of(&self.conditions, false).iter().collect()),
        }
    }
}

/// A success in the documented envelope.
pub(crate) fn success(data: &Value) -> String {
    format!(r#"{{"code":0,"message":"success","data":{data},"requestId":"r"}}"#)
}

/// A refusal in the documented envelope.
pub(crate) fn refusal(code: i64, message: &str) -> String {
    json!({ "code": code, "message": message, "requestId": "r" }).to_string()
}

/// Whether the request does not ask for this field, or for this row's.
fn matches(row: &Value, request: &Request, field: &str) -> bool {
    request.parameter(field).is_none_or(|wanted| row[field] == wanted || row[field].is_null())
}

fn is_open(row: &Value) -> bool {
    let closed = ["FILLED", "CANCELED", "REJECTED", "PARTIALLY_FILLED_CANCELED", "PARTIAL_FILLED_CANCELED"];
    let closed_conditions = ["TRIGGERED", "CANCELLED", "FIRED"];
    let status = row["status"].as_str().unwrap_or_default();
    !closed.contains(&status) && !closed_conditions.contains(&status)
}

fn fill(value: &mut Value, request: &Request) {
    match value {
        Value::String(text) => *text = request.fill(text),
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, request)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill(field, request)),
        _ => {}
    }
}
