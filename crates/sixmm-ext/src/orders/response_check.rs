//! Checks whether the data of a response to a placement, an amendment or a cancellation agree with the `code` of the response.
//!
//! If a response reports a success but contradicts itself or is about another order, the outcome is unknown, so the client looks the order
//! up.

use std::borrow::Cow;

use sixmm_api::types::OrderStatus;
use venue_core::{Envelope, Response};
use venue_runtime::reconcile::ExpectedOrder as _;
use venue_runtime::reconcile::json_fields::{
    FieldValue, JsonFields, ListElement, ResponseData, Scalar, body_text, is_failure_name, is_order_id,
};

use super::order_fields::STATUS;
use super::order_terms::OrderTerms;
use crate::Error;

/// The effect of an order write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Place,
    Amend,
    Cancel,
    /// Cancels any number of orders, which the response may list.
    CancelAll,
}

/// The maximum depth of nested objects and lists that is read. No documented response has more than three levels, so a response with more
/// levels than this maximum counts as contradicting itself.
const MAX_DEPTH: usize = 16;

/// The fields of an envelope that are not its data.
const ENVELOPE: [&str; 3] = ["code", "message", "requestId"];

/// Checks a response that reports the success of a write of one order.
///
/// # Errors
///
/// Returns an error if the response contradicts itself, or reports another order. In both cases the outcome of the order write is unknown.
pub(super) fn check_success<E: Envelope>(
    response: &Response<E>,
    request_id: Option<&str>,
    expected: &OrderTerms,
    effect: Effect,
) -> Result<(), Error> {
    let text = body_text(response.body());
    let envelope = JsonFields::parse(&text).map(|envelope| envelope.without(&ENVELOPE));
    let failure = envelope.as_ref().filter(|envelope| envelope.reports_failure()).map(|_| String::from("it also reports a failure"));
    match failure.or_else(|| contradiction(&data(envelope.as_ref()), expected, effect)) {
        None => Ok(()),
        Some(reason) => Err(Error::contradictory(response.operation(), request_id.map(str::to_owned), reason)),
    }
}

/// The `data` of a response.
pub(super) fn data<'a>(envelope: Option<&'a JsonFields<'_>>) -> ResponseData<'a> {
    ResponseData::of_field(envelope, "data")
}

/// Checks whether the data of a response contradict its error code. If the data are about another order, or report that the order write was
/// executed, the outcome is unknown. Otherwise, the error is returned unchanged.
pub(super) fn check_rejection(error: sixmm_api::Error, effect: Effect, expected: &OrderTerms) -> Error {
    let contradicts = |body: &[u8]| {
        let text = body_text(body);
        let Some(envelope) = JsonFields::parse(&text).map(|envelope| envelope.without(&ENVELOPE)) else { return true };
        let is_another = matches!(data(Some(&envelope)), ResponseData::Object(data) if !expected.compare(&data).identity.is_empty());
        is_another || object_reports_effect(&envelope, effect, MAX_DEPTH)
    };
    if error.is_exchange_error() && error.body().is_some_and(contradicts) {
        let request_id = error.request_id().map(str::to_owned);
        let code = error.code().unwrap_or_default();
        return Error::contradictory(error.operation(), request_id, format!("its code {code} is a rejection, but it reports an order"));
    }
    error.into()
}

/// How the `data` of a response contradict the success that its `code` reports. `None` if there is no contradiction.
fn contradiction(data: &ResponseData<'_>, expected: &OrderTerms, effect: Effect) -> Option<String> {
    match data {
        ResponseData::Absent => None,
        ResponseData::Unreadable => Some(String::from("its data cannot be read")),
        ResponseData::Object(object) => object_contradiction(object, expected, effect, MAX_DEPTH),
        ResponseData::List(list) => list_contradiction(list, expected, effect, MAX_DEPTH),
        ResponseData::Scalar(scalar) => scalar_contradiction(scalar, expected),
    }
}

fn list_contradiction(list: &[ListElement<'_>], expected: &OrderTerms, effect: Effect, depth: usize) -> Option<String> {
    if (list.len() > 1 || !list.is_empty() && expected.is_strategy()) && effect != Effect::CancelAll {
        return Some(String::from("it reports several orders"));
    }
    list.iter().find_map(|element| match element {
        ListElement::Object(object) => object_contradiction(object, expected, effect, depth),
        // A list of the ids of the cancelled orders.
        ListElement::Scalar(scalar) if effect == Effect::CancelAll && scalar_reports_effect(scalar) => None,
        ListElement::Scalar(scalar) => scalar_contradiction(scalar, expected),
        ListElement::Other => Some(String::from("its data cannot be read")),
    })
}

fn object_contradiction(object: &JsonFields<'_>, expected: &OrderTerms, effect: Effect, depth: usize) -> Option<String> {
    let Some(depth) = depth.checked_sub(1) else { return Some(String::from("it is nested too deeply")) };
    if object.reports_failure() {
        return Some(String::from("it also reports a failure"));
    }
    if effect != Effect::CancelAll && !matches!(object.integer("successCount"), FieldValue::Absent | FieldValue::Value(1)) {
        return Some(String::from("its `successCount` is not 1"));
    }
    if let Some(field) = expected.compare(object).field() {
        return Some(format!("its `{field}` is not the one of the order"));
    }
    let status = STATUS.into_iter().find(|name| {
        // A cancelled status contradicts the successful placement of a strategy, but not of an order, because the exchange may cancel a
        // fill-or-kill order at once.
        let is_cancelled_strategy = *name == "strategyStatus" && object.text(name) == FieldValue::Value("CANCELLED".into());
        is_cancelled_strategy || !is_possible(&object.text(name), effect)
    });
    if let Some(status) = status {
        return Some(format!("its `{status}` contradicts its code"));
    }
    let lists = object.lists().find_map(|(_, list)| list_contradiction(&list, expected, effect, depth));
    lists.or_else(|| object.objects().find_map(|(_, object)| object_contradiction(&object, expected, effect, depth)))
}

fn scalar_contradiction(scalar: &Scalar<'_>, expected: &OrderTerms) -> Option<String> {
    let is_expected = match scalar {
        Scalar::Bool(value) => *value,
        Scalar::Number(digits) => *digits == "1" || is_id(digits, expected),
        Scalar::Text(text) => is_id(text, expected) || matches!(text.to_ascii_lowercase().as_str(), "" | "ok" | "success" | "true"),
    };
    (!is_expected).then(|| String::from("its data are a value other than the id of the order"))
}

fn is_id(text: &str, expected: &OrderTerms) -> bool {
    [&expected.order_id, &expected.condition_id, &expected.client_order_id].into_iter().flatten().any(|id| id == text)
}

/// Whether an order can have this status directly after a placement, an amendment or a cancellation was executed. An undocumented status is
/// possible only after a placement.
fn is_possible(status: &FieldValue<Cow<'_, str>>, effect: Effect) -> bool {
    let status = match status {
        FieldValue::Absent => return true,
        FieldValue::Unreadable => return false,
        FieldValue::Value(status) => &**status,
    };
    let is_cancelled = matches!(status, "CANCELED" | "CANCELLED" | "PARTIALLY_FILLED_CANCELED" | "PARTIAL_FILLED_CANCELED");
    match effect {
        Effect::Place => !is_failure_name(status),
        Effect::Amend => matches!(status, "NEW" | "PENDING" | "PARTIALLY_FILLED"),
        Effect::Cancel | Effect::CancelAll => is_cancelled,
    }
}

/// Whether the row of a batch reports in its own fields that the item was executed.
pub(super) fn reports_success(row: &JsonFields<'_>, effect: Effect) -> bool {
    row.integer("code") == FieldValue::Value(0)
        || row.boolean("success") == FieldValue::Value(true)
        || effect == Effect::Place && STATUS.into_iter().any(|name| row.text(name).value().is_some_and(|status| is_live_or_filled(&status)))
        || matches!(effect, Effect::Cancel | Effect::CancelAll)
            && STATUS.into_iter().any(|name| row.text(name).value().is_some_and(|status| status.contains("CANCEL")))
}

/// Whether the row of a batch contradicts that the item was executed.
pub(super) fn row_contradicts(row: &JsonFields<'_>, effect: Effect) -> bool {
    row.reports_failure() || row.has_duplicates() || STATUS.into_iter().any(|name| !is_possible(&row.text(name), effect))
}

/// Whether an object in the data of a rejection reports that the order write was nevertheless executed. Such a report is an id of the
/// exchange, a status, a success, a count of successes, or a list of rows. Data that cannot be read count as such a report, because they do
/// not confirm the rejection.
fn object_reports_effect(object: &JsonFields<'_>, effect: Effect, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let scalar = |name: &str, scalar: Scalar<'_>| {
        let name = name.to_ascii_lowercase();
        let is_id = ["id", "orderid", "conditionid", "strategyid", "data"].contains(&name.as_str());
        match scalar {
            scalar if is_id => scalar_reports_effect(&scalar),
            scalar if name.ends_with("status") => scalar.into_text().is_some_and(|status| !is_failure_name(&status)),
            Scalar::Bool(value) => value && matches!(name.as_str(), "success" | "ok"),
            Scalar::Number(digits) => name == "successcount" && digits != "0",
            Scalar::Text(digits) => name == "successcount" && digits != "0",
        }
    };
    object.has_duplicates()
        || object.scalars().any(|(name, value)| scalar(name, value))
        || object.lists().any(|(name, list)| !is_failure_name(name) && list_reports_effect(&list, effect, depth))
        || object.objects().any(|(_, object)| object_reports_effect(&object, effect, depth))
}

fn list_reports_effect(list: &[ListElement<'_>], effect: Effect, depth: usize) -> bool {
    list.iter().any(|element| match element {
        ListElement::Object(row) => reports_success(row, effect) || object_reports_effect(row, effect, depth),
        ListElement::Scalar(scalar) => scalar_reports_effect(scalar),
        ListElement::Other => true,
    })
}

/// Whether a text, number or boolean that is not a field of an object may be the id of an order or may mean a success.
fn scalar_reports_effect(scalar: &Scalar<'_>) -> bool {
    let is_id = |digits: &str| is_order_id(digits) && digits.bytes().all(|byte| byte.is_ascii_digit());
    match scalar {
        Scalar::Bool(value) => *value,
        Scalar::Number(digits) => is_id(digits),
        Scalar::Text(digits) => is_id(digits),
    }
}

/// Whether the status means that the exchange accepted the order, and that the order is open or filled.
pub(super) fn is_live_or_filled(status: &str) -> bool {
    matches!(OrderStatus::from(status), OrderStatus::New | OrderStatus::Pending | OrderStatus::PartiallyFilled | OrderStatus::Filled)
}
