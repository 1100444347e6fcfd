//! The rules by which an order's REST row and its messages are merged.

use super::state::TrackedOrder;
use super::types::{AccountTypes, Lifecycle, Moment, OrderFacts, OrderNotice};

/// What a REST row changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowEffect {
    /// The row is older than the known one, or would open a final order again.
    Ignored,
    /// The row is final, and is not the result of a query of this order.
    NeedsQuery,
    /// The row is the same as the known one, and no message waits for it.
    Unchanged,
    /// The row is new, or confirms a message.
    Changed {
        /// Whether a message announced the change.
        was_announced: bool,
    },
}

/// Merges a REST row. `is_query` is true for the result of a query of this order, which only may end an order. `began` is when the request
/// was sent.
pub(super) fn merge_row<A: AccountTypes>(
    order: &mut TrackedOrder<A>,
    row: A::Order,
    facts: &OrderFacts,
    is_query: bool,
    began: Moment,
) -> RowEffect {
    let known = order.row.as_ref().and_then(A::order);
    if let Some(known) = &known
        && (is_older(facts, known) || (known.lifecycle == Lifecycle::Final && facts.lifecycle != Lifecycle::Final))
    {
        return RowEffect::Ignored;
    }
    let was_final = known.is_some_and(|known| known.lifecycle == Lifecycle::Final);
    if facts.lifecycle == Lifecycle::Final && !was_final && !is_query {
        return RowEffect::NeedsQuery;
    }
    let was_announced = order.is_announced;
    let is_new = order.row.as_ref() != Some(&row);
    order.row = Some(row);
    let is_confirming = order.notice.as_ref().is_some_and(|notice| is_covered(notice, facts, order.noticed_at <= began.monotonic));
    if is_confirming {
        order.notice = None;
    }
    if order.notice.is_none() && order.noticed_at <= began.monotonic {
        order.is_announced = false;
    }
    if is_new || is_confirming { RowEffect::Changed { was_announced } } else { RowEffect::Unchanged }
}

/// Whether a row is older than another row of the same order: its executed quantity is smaller, or it was changed earlier and
/// does not end the order.
fn is_older(row: &OrderFacts, known: &OrderFacts) -> bool {
    let by_quantity = row.filled.zip(known.filled).is_some_and(|(row, known)| row < known);
    // An order that ended stays ended, so a difference between the clocks of two endpoints must not hide its end.
    let is_end = row.lifecycle == Lifecycle::Final && known.lifecycle != Lifecycle::Final;
    let by_time = !is_end && row.updated_at.zip(known.updated_at).is_some_and(|(row, known)| row < known);
    by_quantity || by_time
}

/// Whether a row contains everything that a message reported. A row whose request was sent before the message arrived has to show the
/// message's status and quantity.
fn is_covered(notice: &OrderNotice, facts: &OrderFacts, is_later: bool) -> bool {
    let shows_quantity = match (notice.filled, facts.filled) {
        (Some(noticed), Some(filled)) => noticed <= filled,
        _ => true,
    };
    let shows_end = notice.lifecycle != Some(Lifecycle::Final) || facts.lifecycle == Lifecycle::Final;
    shows_quantity && shows_end && (is_later || facts.lifecycle == Lifecycle::Final)
}

/// Merges a message. A message without the executed quantity does not hide the quantity of an earlier unconfirmed message. Returns whether
/// the message changed the order. A message about a final order, and a message that is older than the
/// known one, change nothing.
pub(super) fn merge_notice<A: AccountTypes>(order: &mut TrackedOrder<A>, notice: &OrderNotice, now: Moment) -> bool {
    if order.confirmed_lifecycle() == Lifecycle::Final {
        return false;
    }
    order.noticed_at = now.monotonic;
    order.is_announced = true;
    // An older message can be the only one that contains the contract.
    order.symbol = notice.symbol.clone().or_else(|| order.symbol.take());
    let is_repeated = order.last_notice.as_ref() == Some(notice);
    if is_repeated || order.notice.as_ref().is_some_and(|known| is_notice_older(notice, known)) {
        return false;
    }
    order.last_notice = Some(notice.clone());
    let filled = notice.filled.or_else(|| order.notice.as_ref()?.filled);
    order.notice = Some(OrderNotice { filled, ..notice.clone() });
    true
}

fn is_notice_older(notice: &OrderNotice, known: &OrderNotice) -> bool {
    let by_quantity = notice.filled.zip(known.filled).is_some_and(|(notice, known)| notice < known);
    let by_end = known.lifecycle == Some(Lifecycle::Final) && notice.lifecycle != Some(Lifecycle::Final);
    by_quantity || by_end
}

/// Whether a message about an order can be about a fill, or about the end of the order. If not, the order is open and has no fill.
pub(super) fn may_report_trade(notice: &OrderNotice) -> bool {
    let has_fill = notice.trade.is_some() || notice.filled.is_some_and(|filled| !filled.0.is_zero());
    has_fill || notice.order_id.is_none() || notice.lifecycle != Some(Lifecycle::Open)
}

#[cfg(test)]
mod tests {
    use venue_core::UnixMillis;

    use super::*;

    #[test]
    fn an_earlier_time_makes_a_row_older_unless_the_row_ends_the_order() {
        let facts = |lifecycle, time| OrderFacts {
            id: "1".to_owned(),
            symbol: None,
            lifecycle,
            filled: None,
            updated_at: Some(UnixMillis::new(time)),
        };
        let known = facts(Lifecycle::Open, 1_000);
        assert!(is_older(&facts(Lifecycle::Open, 999), &known));
        assert!(!is_older(&facts(Lifecycle::Open, 1_000), &known));
        assert!(!is_older(&facts(Lifecycle::Final, 999), &known));
        assert!(is_older(&facts(Lifecycle::Final, 999), &facts(Lifecycle::Final, 1_000)));
    }
}
