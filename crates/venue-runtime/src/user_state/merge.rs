//! The handling of the results of requests.

use std::sync::Arc;

use venue_core::UnixMillis;

use super::event::{AccountEvent, Correction};
use super::input::{Read, ReadFailure, ReadResult, Rows};
use super::machine::{UserStateMachine, symbol_of};
use super::orders::{RowEffect, merge_row};
use super::schedule::MAX_TRIES;
use super::state::TrackedOrder;
use super::types::{AccountTypes, Lifecycle, Moment, Part};

impl<A: AccountTypes> UserStateMachine<A> {
    pub(super) fn merge(&mut self, read: Read, began: Moment, result: ReadResult<A>) {
        let ReadResult { rows, failure } = result;
        let is_complete = failure.is_none();
        if let Some(ReadFailure::NotPermitted(reason)) = failure {
            return self.not_permitted(read.part(), reason);
        }
        match (&read, rows) {
            (Read::Order { id, .. }, Rows::Orders(rows)) => {
                let is_answered = is_complete || failure == Some(ReadFailure::NotFound);
                self.merge_query(id, rows, began, is_answered);
            }
            (Read::FillsOfOrder { id, .. }, Rows::Fills(rows)) => self.merge_fills_of_order(id, rows, is_complete),
            (Read::OpenOrders, Rows::Orders(rows)) => self.merge_open_orders(rows, began, is_complete),
            (Read::Fills { .. }, Rows::Fills(rows)) => self.merge_fills(rows, is_complete),
            (Read::Positions, Rows::Positions(rows)) => self.merge_positions(rows, is_complete),
            (Read::Balance, Rows::Balance(row)) => self.merge_balance(row),
            // The rows belong to another request.
            _ => return self.end_part(read.part(), began, Some("the response contains other rows".to_owned())),
        }
        if !matches!(read, Read::Order { .. } | Read::FillsOfOrder { .. }) {
            let reason = failure.map(|failure| match failure {
                ReadFailure::Incomplete(reason) | ReadFailure::NotPermitted(reason) => reason,
                ReadFailure::NotFound => "not found".to_owned(),
            });
            self.end_part(read.part(), began, reason);
        }
    }

    /// A reading of a part ended. A part that was not read completely is read again.
    fn end_part(&mut self, part: Part, began: Moment, failure: Option<String>) {
        let now = self.now.monotonic;
        let schedule = self.part_mut(part);
        schedule.is_in_flight = false;
        schedule.was_permitted = true;
        match failure {
            None => {
                schedule.failures = 0;
                schedule.read_at = Some(began.exchange);
                // A message since the begin of the reading has made the part due again.
                schedule.is_announced &= schedule.is_due;
                schedule.is_suspect &= schedule.is_due;
            }
            Some(reason) => {
                let is_first = schedule.failures == 0;
                schedule.fail(now);
                if is_first {
                    self.event(AccountEvent::Incomplete { part, reason });
                }
            }
        }
    }

    fn not_permitted(&mut self, part: Part, reason: String) {
        self.queries.clear(part);
        let schedule = self.part_mut(part);
        (schedule.is_in_flight, schedule.is_due) = (false, false);
        schedule.is_not_permitted = true;
        if std::mem::replace(&mut schedule.was_permitted, false) {
            self.event(AccountEvent::NotPermitted { part, reason });
        }
    }

    /// Merges an order's row. `is_query` is true if the order was queried.
    fn merge_order(&mut self, row: A::Order, began: Moment, is_query: bool) {
        let Some(facts) = A::order(&row) else { return };
        let id = facts.id.as_str();
        if self.is_forgotten(id) {
            // A final order cannot change.
            return;
        }
        let order = self.state_mut().orders.entry(id.to_owned()).or_insert_with(|| Arc::new(TrackedOrder::new(id)));
        let order = Arc::make_mut(order);
        let was_final = order.confirmed_lifecycle() == Lifecycle::Final;
        let effect = merge_row(order, row, &facts, is_query, began);
        let order = order.clone();
        match effect {
            RowEffect::Ignored | RowEffect::Unchanged => {}
            RowEffect::NeedsQuery => {
                if let Some(symbol) = facts.symbol.clone() {
                    self.queries.want(Part::Orders, id, &symbol);
                }
            }
            RowEffect::Changed { was_announced } => {
                if !was_announced {
                    self.correct(Correction::Order(id.to_owned()));
                }
                self.event(AccountEvent::OrderUpdate(Box::new(order)));
                if facts.lifecycle == Lifecycle::Final && !was_final {
                    self.remember_final(id);
                }
            }
        }
        if facts.filled.is_some_and(|filled| filled.0 > self.fills.filled(id)) {
            // The next complete reading of the fills has to show the difference.
            let fills = self.part_mut(Part::Fills);
            (fills.is_due, fills.is_suspect) = (true, true);
        }
    }

    fn merge_open_orders(&mut self, rows: Vec<A::Order>, began: Moment, is_complete: bool) {
        let listed: std::collections::BTreeSet<String> = rows.iter().filter_map(A::order).map(|facts| facts.id).collect();
        for row in rows {
            self.merge_order(row, began, false);
        }
        if is_complete {
            // The absence of an order proves nothing, so the order is queried.
            let missing: Vec<String> =
                self.state.open_orders().filter(|order| !listed.contains(&order.id)).map(|order| order.id.clone()).collect();
            for id in missing {
                if self.state.orders.get(&id).and_then(|order| symbol_of(order)).is_some() {
                    self.want_order(&id);
                }
            }
        }
    }

    fn merge_query(&mut self, id: &str, rows: Vec<A::Order>, began: Moment, is_answered: bool) {
        let row = rows.into_iter().find(|row| A::order(row).is_some_and(|facts| facts.id == id));
        let is_found = row.is_some();
        if let Some(row) = row {
            self.merge_order(row, began, true);
        }
        let order = self.state.order(id);
        // A row without the executed quantity may be incomplete, so the order is queried again.
        let has_quantity = |order: &TrackedOrder<A>| order.row.as_ref().and_then(A::order).is_some_and(|facts| facts.filled.is_some());
        let is_decided = is_found && order.is_none_or(|order| order.is_confirmed() && has_quantity(order));
        let has_notice = order.is_some_and(|order| order.notice.is_some());
        let tries = self.queries.end(Part::Orders, id, self.now.monotonic, is_answered, is_decided);
        if is_found && has_notice && !is_decided && tries >= MAX_TRIES {
            self.discard_notice(id);
        }
    }

    /// REST has contradicted a message about an order several times, so the message is discarded.
    fn discard_notice(&mut self, id: &str) {
        let Some(order) = self.state_mut().orders.get_mut(id).map(Arc::make_mut) else { return };
        (order.notice, order.is_announced) = (None, false);
        let order = order.clone();
        self.correct(Correction::NoticeDiscarded(id.to_owned()));
        self.event(AccountEvent::OrderUpdate(Box::new(order)));
    }

    /// Counts a fill. Returns its time.
    fn merge_fill(&mut self, row: A::Fill) -> Option<UnixMillis> {
        let facts = A::fill(&row)?;
        if !self.fills.count(&facts) {
            return Some(facts.time);
        }
        let was_announced = self.fills.take_announced(&facts);
        if facts.time < self.settings.fills_since {
            return Some(facts.time);
        }
        self.state_mut().fills += 1;
        // Positions and the balance may have been read before this fill.
        for part in [Part::Positions, Part::Balance] {
            let part = self.part_mut(part);
            (part.is_due, part.is_suspect) = (true, true);
        }
        if !was_announced {
            self.correct(Correction::Fill(facts.key));
        }
        self.event(AccountEvent::Fill(row));
        let filled = self.state.orders.get(&facts.order_id).and_then(|order| A::order(order.row.as_ref()?)).and_then(|facts| facts.filled);
        if filled.is_none_or(|filled| filled.0 < self.fills.filled(&facts.order_id)) && !self.is_not_permitted(Part::Orders) {
            // The order is unknown, or its row is older than the fill.
            self.queries.want(Part::Orders, &facts.order_id, &facts.symbol);
        }
        Some(facts.time)
    }

    fn merge_fills(&mut self, rows: Vec<A::Fill>, is_complete: bool) {
        let mut newest = None;
        for row in rows {
            newest = newest.max(self.merge_fill(row));
        }
        if !is_complete {
            return;
        }
        self.fills.note_complete(newest);
        let is_short = |order: &&Arc<TrackedOrder<A>>| {
            let filled = order.row.as_ref().and_then(A::order).and_then(|facts| facts.filled);
            filled.is_some_and(|filled| filled.0 > self.fills.filled(&order.id))
        };
        let short: Vec<(String, String)> =
            self.state.orders.values().filter(is_short).filter_map(|order| Some((order.id.clone(), symbol_of(order)?))).collect();
        for (id, symbol) in short {
            if !self.queries.contains(Part::Fills, &id) {
                self.queries.want(Part::Fills, &id, &symbol);
            }
        }
    }

    fn merge_fills_of_order(&mut self, id: &str, rows: Vec<A::Fill>, is_complete: bool) {
        let facts = rows.iter().filter_map(A::fill).filter(|facts| facts.order_id == id);
        let sum = facts.fold(rust_decimal::Decimal::ZERO, |sum, facts| sum.saturating_add(facts.quantity.0));
        for row in rows {
            if A::fill(&row).is_some_and(|facts| facts.order_id == id) {
                self.merge_fill(row);
            }
        }
        if is_complete {
            self.fills.set_filled(id, sum.max(self.fills.filled(id)));
        }
        let filled = self.state.orders.get(id).and_then(|order| A::order(order.row.as_ref()?)).and_then(|facts| facts.filled);
        let is_decided = is_complete && filled.is_none_or(|filled| filled.0 <= self.fills.filled(id));
        self.queries.end(Part::Fills, id, self.now.monotonic, is_complete, is_decided);
    }

    fn merge_positions(&mut self, rows: Vec<A::Position>, is_complete: bool) {
        let was_announced = self.part_mut(Part::Positions).is_announced;
        let mut absent: Vec<String> = if is_complete { self.state.positions.keys().cloned().collect() } else { Vec::new() };
        for row in rows {
            let key = A::position_key(&row);
            absent.retain(|other| *other != key);
            let known = self.state_mut().positions.insert(key.clone(), row.clone());
            if known.is_none_or(|known| A::is_position_changed(&known, &row)) {
                if !was_announced {
                    self.correct(Correction::Position(key));
                }
                self.event(AccountEvent::PositionUpdate(row));
            }
        }
        // A position is closed if two readings in succession lack it.
        let absent_before = std::mem::take(&mut self.absent_positions);
        for key in absent {
            if !absent_before.contains(&key) {
                self.absent_positions.insert(key);
                let positions = self.part_mut(Part::Positions);
                (positions.is_due, positions.is_suspect) = (true, true);
                continue;
            }
            if let Some(closed) = self.state_mut().positions.remove(&key) {
                if !was_announced {
                    self.correct(Correction::Position(key));
                }
                self.event(AccountEvent::PositionClosed(closed));
            }
        }
    }

    fn merge_balance(&mut self, row: Option<A::Balance>) {
        let Some(row) = row else { return };
        if self.state.balance.as_ref() == Some(&row) {
            return;
        }
        if !self.part_mut(Part::Balance).is_announced {
            self.correct(Correction::Balance);
        }
        self.state_mut().balance = Some(row.clone());
        self.event(AccountEvent::BalanceUpdate(row));
    }
}
