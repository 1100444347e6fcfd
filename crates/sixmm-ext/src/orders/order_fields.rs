//! The fields of a reported order that reconciliation reads: status and ids.

use sixmm_api::operations::{CURRENT_CONDITION_ORDERS, ORDER};
use sixmm_api::types::{ConditionOrderStatus, OrderStatus};
use venue_runtime::reconcile::Difference;
use venue_runtime::reconcile::json_fields::{FieldValue, JsonFields};
use venue_runtime::reconcile::order_match;

use super::order_terms::OrderTerms;
use super::{LastLookup, SentOrder};
use crate::client_inner::ClientInner;

/// The fields that can contain the status of an order.
pub(super) const STATUS: [&str; 4] = ["status", "orderStatus", "conditionStatus", "strategyStatus"];

/// Whether a reported order does not contradict itself.
pub(super) fn is_consistent(reported: &JsonFields<'_>) -> bool {
    order_match::is_consistent::<OrderTerms>(reported)
}

/// The id in this field. `None` for an empty id and for `0`.
pub(super) fn reported_id(reported: &JsonFields<'_>, field: &str) -> Option<String> {
    reported.id(field).into_owned().value()
}

/// The status of a normal order. An undocumented status is text from the network, so secrets are redacted before it can be printed.
pub(super) fn order_status(client: &ClientInner, reported: &JsonFields<'_>) -> FieldValue<OrderStatus> {
    reported.text("status").into_owned().map(|status| OrderStatus::from(client.redacted(status, &ORDER)))
}

/// The status of a condition order, redacted like the one of a normal order.
pub(super) fn condition_status(client: &ClientInner, reported: &JsonFields<'_>) -> FieldValue<ConditionOrderStatus> {
    reported.text("status").into_owned().map(|status| ConditionOrderStatus::from(client.redacted(status, &CURRENT_CONDITION_ORDERS)))
}

/// Checks whether a reported order is the order that was sent. Returns the amounts that differ.
///
/// # Errors
///
/// Returns an error if the reported order is another order, or if this cannot be decided.
pub(super) fn recognize(client: &ClientInner, sent: &SentOrder, reported: &JsonFields<'_>) -> Result<Vec<Difference>, LastLookup> {
    sent.recognize(client, reported, |reported| order_status(client, reported).value())
}
