//! Whether the answer to an order write says what its envelope says.
//!
//! An answer that reports success and contradicts itself, or is about another order, decides nothing: the order is looked up.

use sixmm_api::types::{ErrorCode, OrderStatus};

use sixmm_core::{Envelope, Response};

use super::expected::Expected;
use super::reported::{Data, Element, Field, Reported, Scalar, names_a_failure, names_an_order};
use crate::Error;

/// What a write does to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Place,
    Amend,
    Cancel,
}

/// The names under which the state of an order is reported.
const STATUS: [&str; 4] = ["status", "orderStatus", "conditionStatus", "strategyStatus"];

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
    match contradiction(&Data::of_body(answer.body()), expected, effect) {
        None => Ok(()),
        Some(reason) => Err(Error::contradictory(answer.operation(), request_id.map(str::to_owned), reason)),
    }
}

/// Checks a refusal: it is one if its code is a documented refusal, and nothing beside the code reports that the write was executed.
pub(super) fn check_refusal(error: sixmm_api::Error, effect: Effect) -> Error {
    let executed = error.is_api() && error.body().is_some_and(|body| reports_effect(&Data::of_body(body), effect));
    if executed {
        let request_id = error.request_id().map(str::to_owned);
        let code = error.code().unwrap_or_default();
        return Error::contradictory(error.operation(), request_id, format!("it was refused with code {code}, and reports an effect"));
    }
    error.into()
}

/// Why the `data` of a success contradicts it, if they do.
fn contradiction(data: &Data, expected: &Expected, effect: Effect) -> Option<String> {
    match data {
        Data::Absent => None,
        Data::Unreadable => Some(String::from("its data cannot be read")),
        Data::Object(object) => object_contradiction(object, expected, effect),
        Data::List(list) => list_contradiction(list, expected, effect),
        Data::Scalar(scalar) => scalar_contradiction(scalar, expected),
    }
}

fn list_contradiction(list: &[Element], expected: &Expected, effect: Effect) -> Option<String> {
    match list {
        [] => None,
        [Element::Object(object)] => object_contradiction(object, expected, effect),
        [Element::Scalar(scalar)] => scalar_contradiction(scalar, expected),
        _ => Some(String::from("it reports several orders")),
    }
}

fn object_contradiction(object: &Reported, expected: &Expected, effect: Effect) -> Option<String> {
    if object.reports_failure() {
        return Some(String::from("it also reports a failure"));
    }
    if !matches!(object.integer("successCount"), Field::Absent | Field::Value(1)) {
        return Some(String::from("its count of successes is not 1"));
    }
    if let Some(field) = expected.compare(object).field() {
        return Some(format!("its `{field}` is not that of the order"));
    }
    for (_, list) in object.lists() {
        if let Some(reason) = list_contradiction(&list, expected, effect) {
            return Some(reason);
        }
    }
    let status = STATUS.into_iter().find(|name| {
        // A strategy that was just placed is not cancelled, unlike an order that fills at once or not at all.
        let is_cancelled_strategy = *name == "strategyStatus" && object.text(name) == Field::Value(String::from("CANCELLED"));
        is_cancelled_strategy || !is_possible(&object.text(name), effect)
    })?;
    Some(format!("its `{status}` contradicts it"))
}

fn scalar_contradiction(scalar: &Scalar, expected: &Expected) -> Option<String> {
    let is_expected = match scalar {
        Scalar::Bool(value) => *value,
        Scalar::Number(digits) => digits == "1" || is_id(digits, expected),
        Scalar::Text(text) => is_id(text, expected) || !(names_a_failure(text) || is_number(text)),
    };
    (!is_expected).then(|| String::from("its data are another value than the order's id"))
}

fn is_id(text: &str, expected: &Expected) -> bool {
    [&expected.order_id, &expected.condition_id, &expected.client_order_id].into_iter().flatten().any(|id| id == text)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
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
        Effect::Place => status != "REJECTED",
        Effect::Amend => matches!(status, "NEW" | "PENDING" | "PARTIALLY_FILLED"),
        Effect::Cancel => is_cancelled,
    }
}

/// Whether the row of a batch says by its own fields that the write was executed.
pub(super) fn reports_success(row: &Reported, effect: Effect) -> bool {
    row.integer("code") == Field::Value(0)
        || row.boolean("success") == Field::Value(true)
        || effect == Effect::Place && STATUS.into_iter().any(|name| row.text(name).value().is_some_and(|status| is_standing(&status)))
        || effect == Effect::Cancel && STATUS.into_iter().any(|name| row.text(name).value().is_some_and(|status| status.contains("CANCEL")))
}

/// Whether a row contradicts that the write was executed.
pub(super) fn row_contradicts(row: &Reported, effect: Effect) -> bool {
    row.reports_failure() || row.has_duplicates() || STATUS.into_iter().any(|name| !is_possible(&row.text(name), effect))
}

/// Whether the data beside a refusal report that something was executed all the same.
fn reports_effect(data: &Data, effect: Effect) -> bool {
    match data {
        Data::Object(object) => {
            let names_order =
                ["orderId", "conditionId", "strategyId"].into_iter().any(|id| object.id(id).value().is_some_and(|id| names_an_order(&id)));
            let counts_success = object.integer("successCount").value().is_some_and(|count| count != 0);
            let has_rows = object.lists().any(|(name, list)| !names_a_failure(name) && !list.is_empty());
            names_order || counts_success || has_rows || reports_success(object, effect)
        }
        Data::List(list) => list
            .iter()
            .any(|element| matches!(element, Element::Object(row) if reports_success(row, effect) || row.id("orderId").value().is_some())),
        Data::Scalar(scalar) => *scalar == Scalar::Bool(true),
        Data::Absent | Data::Unreadable => false,
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
