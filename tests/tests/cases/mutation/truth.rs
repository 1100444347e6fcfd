//! What happened, and the truthful answer.

use oorandom::Rand64;
use serde_json::{Map, Value, json};

use super::json::Node;
use crate::answer::{Parts, Written};
use crate::book::Book;
use crate::model::{Ready, Standards, Step};

/// The writes whose answers are mutated.
pub(super) const WRITES: [&str; 10] = [
    "place",
    "place_condition",
    "place_strategy",
    "place_batch",
    "amend",
    "amend_batch",
    "cancel",
    "cancel_condition",
    "cancel_batch",
    "cancel_all",
];

/// What becomes of a write.
pub(super) struct Truth {
    pub(super) write: &'static str,
    /// Whether each item takes effect.
    pub(super) happened: Vec<bool>,
    /// The truthful body.
    pub(super) body: Node,
    /// What an amendment changes, item by item; empty for other writes.
    amounts: Vec<Amounts>,
}

/// The amounts of an order before and after an amendment, each a price and a quantity.
struct Amounts {
    old: [&'static str; 2],
    new: [&'static str; 2],
    /// The order shows its new amounts cut to a tick of 0.1 and a step of 0.001.
    is_cut: bool,
}

/// Many of these are the beginning of another, or another one rounded.
const PRICES: [&str; 6] = ["85000", "85000.4", "85000.04", "8500", "85100", "85000.96"];
const QUANTITIES: [&str; 6] = ["0.1", "0.10004", "0.15", "0.2", "0.1999", "1"];

impl Truth {
    pub(super) fn new(standards: &Standards, random: &mut Rand64) -> Self {
        let write = WRITES[index(random, WRITES.len())];
        let is_batch = write.ends_with("_batch");
        let happened: Vec<_> = (0..if is_batch { 2 } else { 1 }).map(|_| random.rand_range(0..100) < 60).collect();
        let code = [2001, 2002, 2003, 3001, 3003, 3005, 3006][index(random, 7)];
        let body = match (happened.contains(&true), is_batch && random.rand_range(0..4) > 0) {
            (true, false) if !is_batch => success(&standards.call[write].success),
            (false, false) => Node::parse(&json!({ "code": code, "message": "refused", "requestId": "r" }).to_string()),
            _ => success(&rows(write, &happened, code)),
        };
        let amounts = if write.starts_with("amend") { happened.iter().map(|_| Amounts::new(random)).collect() } else { Vec::new() };
        Self { write, happened, body, amounts }
    }

    /// Whether a second write is no mistake: a cancellation is repeated until its order is final.
    pub(super) fn may_be_repeated(&self) -> bool {
        ["cancel", "cancel_condition", "cancel_batch"].contains(&self.write)
    }

    /// Whether all happened.
    pub(super) fn is_complete(&self) -> bool {
        self.happened.iter().all(|happened| *happened)
    }

    /// The step in which the write is answered like this.
    pub(super) fn step(&self, standards: &Standards, status: u16, body: &str) -> Ready {
        let standard = &standards.call[self.write];
        let (mut before, mut after) = (standard.before.clone(), standard.after.clone());
        before.rows_mut().chain(after.rows_mut()).for_each(|row| drop(row.as_object_mut().map(|row| row.remove("createdAt"))));
        for (item, amounts) in self.amounts.iter().enumerate() {
            Amounts::show(&mut before.orders[item], amounts.old);
            Amounts::show(&mut after.orders[item], amounts.shown());
        }
        let after = Book { orders: self.kept(&before.orders, after.orders), conditions: self.kept(&before.conditions, after.conditions) };
        let effect = if self.happened.contains(&true) { "effect" } else { "" };
        let answer = Written::Parts(Parts::of(effect, status, body));
        let with = self.parameters();
        let step = Step { with, before: Some(before), after: Some(after), writes: vec![answer], ..Step::default() };
        standards.ready(self.write, &step)
    }

    /// The parameters of an amendment that differ from the standard ones.
    fn parameters(&self) -> Map<String, Value> {
        let item = |(item, amounts): (usize, &Amounts)| {
            let [price, quantity] = amounts.new;
            let order = ["7", "8"][item];
            json!({ "orderId": order, "price": price, "quantity": quantity })
        };
        let mut items: Vec<Value> = self.amounts.iter().enumerate().map(item).collect();
        let parameters = match self.write {
            "amend" => items.remove(0),
            "amend_batch" => json!({ "orders": items }),
            _ => json!({}),
        };
        parameters.as_object().cloned().unwrap_or_default()
    }

    /// The rows of the items that happened; the others are as before.
    fn kept(&self, before: &[Value], after: Vec<Value>) -> Vec<Value> {
        let rows = after.into_iter().enumerate();
        rows.filter_map(|(index, row)| if self.happened.get(index) == Some(&true) { Some(row) } else { before.get(index).cloned() })
            .collect()
    }
}

impl Amounts {
    fn new(random: &mut Rand64) -> Self {
        let (old_price, old_quantity) = (index(random, PRICES.len()), index(random, QUANTITIES.len()));
        // The price, the quantity or both differ.
        let other = |old: usize, random: &mut Rand64| (old + 1 + index(random, 5)) % 6;
        let (price, quantity) = match random.rand_range(0..3) {
            0 => (other(old_price, random), old_quantity),
            1 => (old_price, other(old_quantity, random)),
            _ => (other(old_price, random), other(old_quantity, random)),
        };
        let is_cut = random.rand_range(0..4) == 0;
        Self { old: [PRICES[old_price], QUANTITIES[old_quantity]], new: [PRICES[price], QUANTITIES[quantity]], is_cut }
    }

    /// The amounts that an amended order shows.
    fn shown(&self) -> [&'static str; 2] {
        let [price, quantity] = self.new;
        if self.is_cut { [cut(price, 1), cut(quantity, 3)] } else { self.new }
    }

    fn show(row: &mut Value, [price, quantity]: [&str; 2]) {
        row["price"] = json!(price);
        row["quantity"] = json!(quantity);
    }
}

/// An amount with at most so many decimals.
fn cut(amount: &str, decimals: usize) -> &str {
    let point = amount.find('.').unwrap_or(amount.len());
    &amount[..amount.len().min(point + 1 + decimals)]
}

/// An index of a list of this length.
pub(super) fn index(random: &mut Rand64, length: usize) -> usize {
    usize::try_from(random.rand_range(0..length as u64)).expect("an index")
}

fn success(data: &str) -> Node {
    let data = data.replace("{clientOrderId}", "mine-1");
    Node::parse(&format!(r#"{{"code":0,"message":"success","data":{data},"requestId":"r"}}"#))
}

/// The data of a batch whose items have these results.
fn rows(write: &str, happened: &[bool], code: i64) -> String {
    let row = |(index, happened): (usize, &bool)| {
        let (order, client) = (["7", "8"][index], ["mine-1", "mine-2"][index]);
        match (write, happened) {
            ("place_batch", true) => json!({ "orderId": order, "clientOrderId": client, "status": "NEW", "code": 0 }),
            ("place_batch", false) => json!({ "clientOrderId": client, "code": code, "message": "refused" }),
            (_, true) => json!({ "orderId": order, "code": 0 }),
            (_, false) => json!({ "orderId": order, "code": code, "message": "refused" }),
        }
    };
    let rows: Vec<_> = happened.iter().enumerate().map(row).collect();
    let done = happened.iter().filter(|happened| **happened).count();
    json!({ "successCount": done, "failedCount": happened.len() - done, "results": rows }).to_string()
}
