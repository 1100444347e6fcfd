//! What happened, and the truthful answer.

use oorandom::Rand64;
use serde_json::json;

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
}

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
        Self { write, happened, body }
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
        let after = Book { orders: self.kept(&before.orders, after.orders), conditions: self.kept(&before.conditions, after.conditions) };
        let effect = if self.happened.contains(&true) { "effect" } else { "" };
        let answer = Written::Parts(Parts::of(effect, status, body));
        let step = Step { before: Some(before), after: Some(after), writes: vec![answer], ..Step::default() };
        standards.ready(self.write, &step)
    }

    /// The rows of the items that happened; the others are as before.
    fn kept(&self, before: &[serde_json::Value], after: Vec<serde_json::Value>) -> Vec<serde_json::Value> {
        let rows = after.into_iter().enumerate();
        rows.filter_map(|(index, row)| if self.happened.get(index) == Some(&true) { Some(row) } else { before.get(index).cloned() })
            .collect()
    }
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
