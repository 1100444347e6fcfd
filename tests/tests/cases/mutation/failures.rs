//! Mutations that move the sign of what happened to another place: into a list of ids, a count, a message, a text, or a nested object.

use oorandom::Rand64;

use super::json::Node;
use super::truth::{Truth, index};

/// The codes of documented refusals.
const REFUSALS: [&str; 6] = ["5003", "1002", "2002", "3001", "3003", "3005"];

/// A refusal whose data are ids. The ids are the sign that something may have happened.
pub(super) fn refusal_with_ids(body: &mut Node, random: &mut Rand64) -> &'static str {
    let data = [r#""7""#, r#"["7","8"]"#, r#"{"order":{"orderId":"7"}}"#, "7", r#"{"ids":[7,8]}"#];
    body.put("code", REFUSALS[index(random, REFUSALS.len())]);
    body.put("data", data[index(random, data.len())]);
    "refusal with ids"
}

/// A success whose data is the text of a failure. The text is the sign that something may not have happened.
pub(super) fn success_with_text(body: &mut Node, random: &mut Rand64) -> &'static str {
    let texts = [r#""order does not exist""#, r#""FAILED""#, r#""rejected: margin""#, r#"["order does not exist"]"#];
    body.put("code", "0");
    body.put("message", r#""success""#);
    body.put("data", texts[index(random, texts.len())]);
    "text of a failure"
}

/// A success whose data is within another object. What did not happen at all is shown with a status of a failure.
pub(super) fn nested(truth: &Truth, body: &mut Node, random: &mut Rand64) -> &'static str {
    let around = ["order", "result", "data"][index(random, 3)];
    if let Some(data) = body.field("data") {
        *data = Node::Object(vec![(around.to_owned(), data.clone())]);
        return "nested data";
    }
    let (id, status) = match truth.write {
        "place_condition" | "cancel_condition" => (r#""conditionId":"7""#, "conditionStatus"),
        "place_strategy" => (r#""strategyId":"70""#, "strategyStatus"),
        _ => (r#""orderId":"7""#, "status"),
    };
    let value = ["REJECTED", "FAILED"][index(random, 2)];
    body.put("code", "0");
    body.put("data", &format!(r#"{{"{around}":{{{id},"{status}":"{value}"}}}}"#));
    "nested status of a failure"
}

/// The rows of a batch look like successes; which of them failed, or how many, is reported beside them only.
pub(super) fn beside_the_rows(truth: &Truth, body: &mut Node, random: &mut Rand64) -> &'static str {
    let is_placement = truth.write == "place_batch";
    let failed: Vec<usize> = (0..truth.happened.len()).filter(|item| !truth.happened[*item]).collect();
    let Some(data) = body.field("data") else { return "nothing" };
    let Some(Node::Array(rows)) = data.field("results") else { return "nothing" };
    for item in &failed {
        let (order, client) = (["7", "8"][*item], ["mine-1", "mine-2"][*item]);
        let client = if is_placement { format!(r#","clientOrderId":"{client}""#) } else { String::new() };
        rows[*item] = Node::parse(&format!(r#"{{"orderId":"{order}"{client},"code":0}}"#));
    }
    // If all happened, one of them is reported as failed all the same: a contradiction.
    let reported = if failed.is_empty() { vec![index(random, 2)] } else { failed };
    let (all, count) = (truth.happened.len(), reported.len());
    let mut counts = |success: usize, failed: usize| {
        data.put("successCount", &success.to_string());
        data.put("failedCount", &failed.to_string());
    };
    match random.rand_range(0..5) {
        0 => {
            counts(all, 0);
            let has_client_ids = is_placement && random.rand_range(0..2) == 0;
            let id = |item: &usize| if has_client_ids { ["\"mine-1\"", "\"mine-2\""][*item] } else { ["\"7\"", "\"8\""][*item] };
            let name = match (has_client_ids, random.rand_range(0..2)) {
                (true, _) => "failedClientOrderIds",
                (false, 0) => "failedIds",
                (false, _) => "failedOrderIds",
            };
            data.put(name, &format!("[{}]", reported.iter().map(id).collect::<Vec<_>>().join(",")));
            "list of failed ids"
        }
        1 => {
            counts(all, 0);
            let entry = |item: &usize| [r#""7":3003"#, r#""8":3003"#][*item];
            data.put("failed", &format!("{{{}}}", reported.iter().map(entry).collect::<Vec<_>>().join(",")));
            "map of failures"
        }
        2 => {
            counts(all - count, 0);
            data.put(["skippedCount", "rejectedCount", "pendingCount"][index(random, 3)], &count.to_string());
            "third count"
        }
        3 => {
            // Beside a count of all as successes, or of the true number.
            counts(if random.rand_range(0..2) == 0 { all } else { all - count }, count);
            "count of failures that no row shows"
        }
        _ => {
            counts(all, 0);
            data.put(["errorMessage", "errorMsg", "failureReason"][index(random, 3)], r#""partially failed""#);
            "message of a failure"
        }
    }
}
