//! Whether the answer to an order write says what its envelope says.
//!
//! An answer that reports success and contradicts itself, or is about another order, decides nothing: the order is looked up.

use sixmm_api::types::{ErrorCode, OrderStatus};

use venue_core::{Envelope, Response};

use super::expected::Expected;
use super::reported::{Data, Element, Field, Reported, Scalar, names_a_failure, names_an_order};
use crate::Error;

/// What a write does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Place,
    Amend,
    Cancel,
    /// Cancels any number of orders, which its answer may list.
    CancelAll,
}

/// How deep an answer is read. No documented one has more than three levels; a deeper one contradicts itself.
const MAX_DEPTH: usize = 16;

/// The names under which the state of an order is reported.
pub(super) const STATUS: [&str; 4] = ["status", "orderStatus", "conditionStatus", "strategyStatus"];

/// Checks the answer to a write of one order that reports success.
///
/// # Errors
///
/// If it contradicts itself, or reports another order. The outcome is unknown then.
pub(super) fn check_success<E: Envelope>(
    answer: &Response<E>,
    request_id: Option<&str>,
    expected: &Expected,
    effect: Effect,
) -> Result<(), Error> {
    let envelope = match Data::of_envelope(answer.body()) {
        Data::Object(envelope) if envelope.reports_failure() => Some(String::from("it also reports a failure")),
        _ => None,
    };
    match envelope.or_else(|| contradiction(&Data::of_body(answer.body()), expected, effect)) {
        None => Ok(()),
        Some(reason) => Err(Error::contradictory(answer.operation(), request_id.map(str::to_owned), reason)),
    }
}

/// Checks a refusal: it is one if its code is a documented refusal, and nothing beside the code reports that the write was executed.
pub(super) fn check_refusal(error: sixmm_api::Error, effect: Effect, expected: &Expected) -> Error {
    let contradicts = |body: &[u8]| {
        let is_another = matches!(Data::of_body(body), Data::Object(data) if !expected.compare(&data).identity.is_empty());
        is_another || reports_effect(&Data::of_envelope(body), effect, MAX_DEPTH)
    };
    if error.is_exchange_error() && error.body().is_some_and(contradicts) {
        let request_id = error.request_id().map(str::to_owned);
        let code = error.code().unwrap_or_default();
        return Error::contradictory(error.operation(), request_id, format!("it was refused with code {code}, and reports an order"));
    }
    error.into()
}

/// Why the `data` of a success contradicts it, if they do.
fn contradiction(data: &Data, expected: &Expected, effect: Effect) -> Option<String> {
    match data {
        Data::Absent => None,
        Data::Unreadable => Some(String::from("its data cannot be read")),
        Data::Object(object) => object_contradiction(object, expected, effect, MAX_DEPTH),
        Data::List(list) => list_contradiction(list, expected, effect, MAX_DEPTH),
        Data::Scalar(scalar) => scalar_contradiction(scalar, expected),
    }
}

fn list_contradiction(list: &[Element], expected: &Expected, effect: Effect, depth: usize) -> Option<String> {
    if (list.len() > 1 || !list.is_empty() && expected.is_strategy()) && effect != Effect::CancelAll {
        return Some(String::from("it reports several orders"));
    }
    list.iter().find_map(|element| match element {
        Element::Object(object) => object_contradiction(object, expected, effect, depth),
        // The ids of the orders that were cancelled.
        Element::Scalar(scalar) if effect == Effect::CancelAll && scalar_reports_effect(scalar) => None,
        Element::Scalar(scalar) => scalar_contradiction(scalar, expected),
        Element::Other => Some(String::from("its data cannot be read")),
    })
}

fn object_contradiction(object: &Reported, expected: &Expected, effect: Effect, depth: usize) -> Option<String> {
    let Some(depth) = depth.checked_sub(1) else { return Some(String::from("it is nested too deeply")) };
    if object.reports_failure() {
        return Some(String::from("it also reports a failure"));
    }
    if effect != Effect::CancelAll && !matches!(object.integer("successCount"), Field::Absent | Field::Value(1)) {
        return Some(String::from("its count of successes is not 1"));
    }
    if let Some(field) = expected.compare(object).field() {
        return Some(format!("its `{field}` is not that of the order"));
    }
    let status = STATUS.into_iter().find(|name| {
        // A strategy that was just placed is not cancelled, unlike an order that fills at once or not at all.
        let is_cancelled_strategy = *name == "strategyStatus" && object.text(name) == Field::Value(String::from("CANCELLED"));
        is_cancelled_strategy || !is_possible(&object.text(name), effect)
    });
    if let Some(status) = status {
        return Some(format!("its `{status}` contradicts it"));
    }
    let lists = object.lists().find_map(|(_, list)| list_contradiction(&list, expected, effect, depth));
    lists.or_else(|| object.objects().find_map(|(_, object)| object_contradiction(&object, expected, effect, depth)))
}

fn scalar_contradiction(scalar: &Scalar, expected: &Expected) -> Option<String> {
    let is_expected = match scalar {
        Scalar::Bool(value) => *value,
        Scalar::Number(digits) => digits == "1" || is_id(digits, expected),
        Scalar::Text(text) => is_id(text, expected) || matches!(text.to_ascii_lowercase().as_str(), "" | "ok" | "success" | "true"),
    };
    (!is_expected).then(|| String::from("its data are another value than the order's id"))
}

fn is_id(text: &str, expected: &Expected) -> bool {
    [&expected.order_id, &expected.condition_id, &expected.client_order_id].into_iter().flatten().any(|id| id == text)
}

/// Whether an order can be in this state right after the write was executed. A state that is new to us is possible after a placement only.
fn is_possible(status: &Field<String>, effect: Effect) -> bool {
    let status = match status {
        Field::Absent => return true,
        Field::Unreadable => return false,
        Field::Value(status) => status.as_str(),
    };
    let is_cancelled = matches!(status, "CANCELED" | "CANCELLED" | "PARTIALLY_FILLED_CANCELED" | "PARTIAL_FILLED_CANCELED");
    match effect {
        Effect::Place => !names_a_failure(status),
        Effect::Amend => matches!(status, "NEW" | "PENDING" | "PARTIALLY_FILLED"),
        Effect::Cancel | Effect::CancelAll => is_cancelled,
    }
}

/// Whether the row of a batch says by its own fields that the write was executed.
pub(super) fn reports_success(row: &Reported, effect: Effect) -> bool {
    row.integer("code") == Field::Value(0)
        || row.boolean("success") == Field::Value(true)
        || effect == Effect::Place && STATUS.into_iter().any(|name| row.text(name).value().is_some_and(|status| is_standing(&status)))
        || matches!(effect, Effect::Cancel | Effect::CancelAll)
            && STATUS.into_iter().any(|name| row.text(name).value().is_some_and(|status| status.contains("CANCEL")))
}

/// Whether a row contradicts that the write was executed.
pub(super) fn row_contradicts(row: &Reported, effect: Effect) -> bool {
    row.reports_failure() || row.has_duplicates() || STATUS.into_iter().any(|name| !is_possible(&row.text(name), effect))
}

/// Whether something beside the code of a refusal reports that the write was executed all the same: an id of the exchange's, a state, a
/// success, a count of successes, rows. What cannot be read is no proof of a refusal.
fn reports_effect(data: &Data, effect: Effect, depth: usize) -> bool {
    match data {
        Data::Object(object) => object_reports_effect(object, effect, depth),
        Data::List(list) => list_reports_effect(list, effect, depth),
        Data::Scalar(scalar) => scalar_reports_effect(scalar),
        Data::Absent => false,
        Data::Unreadable => true,
    }
}

fn object_reports_effect(object: &Reported, effect: Effect, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let scalar = |name: &str, scalar: Scalar| {
        let name = name.to_ascii_lowercase();
        let is_id = ["id", "orderid", "conditionid", "strategyid", "data"].contains(&name.as_str());
        match scalar {
            scalar if is_id => scalar_reports_effect(&scalar),
            scalar if name.ends_with("status") => scalar.into_text().is_some_and(|status| !names_a_failure(&status)),
            Scalar::Bool(value) => value && matches!(name.as_str(), "success" | "ok"),
            Scalar::Number(digits) | Scalar::Text(digits) => name == "successcount" && digits != "0",
        }
    };
    object.has_duplicates()
        || object.scalars().any(|(name, value)| scalar(name, value))
        || object.lists().any(|(name, list)| !names_a_failure(name) && list_reports_effect(&list, effect, depth))
        || object.objects().any(|(_, object)| object_reports_effect(&object, effect, depth))
}

fn list_reports_effect(list: &[Element], effect: Effect, depth: usize) -> bool {
    list.iter().any(|element| match element {
        Element::Object(row) => reports_success(row, effect) || object_reports_effect(row, effect, depth),
        Element::Scalar(scalar) => scalar_reports_effect(scalar),
        Element::Other => true,
    })
}

/// Whether a bare value may be an order's id, or says "done".
fn scalar_reports_effect(scalar: &Scalar) -> bool {
    match scalar {
        Scalar::Bool(value) => *value,
        Scalar::Number(digits) | Scalar::Text(digits) => names_an_order(digits) && digits.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// Whether the state says that there is an order, or was one.
pub(super) fn is_standing(status: &str) -> bool {
    matches!(OrderStatus::from(status), OrderStatus::New | OrderStatus::Pending | OrderStatus::PartiallyFilled | OrderStatus::Filled)
}

/// Whether the documentation lists the code as a refusal, after which nothing was executed. 5001 and 5002 are not: the documentation asks to
/// reconcile after them. 3004 is not: an earlier copy of the request may have been executed.
pub(crate) fn is_documented_refusal(code: &ErrorCode) -> bool {
    !matches!(
        code,
        ErrorCode::Success | ErrorCode::InternalError | ErrorCode::ServiceUnavailable | ErrorCode::DuplicateRequest | ErrorCode::Unknown(_)
    )
}
