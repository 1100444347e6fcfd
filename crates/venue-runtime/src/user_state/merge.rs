//! The handling of the results of requests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;

use super::event::{AccountEvent, Correction};
use super::input::{Read, ReadFailure, ReadId, ReadResult, Rows};
use super::machine::UserStateMachine;
use super::orders::{RowEffect, merge_row};
use super::queries::{Cause, MAX_TRIES, Progress, QueryResult};
use super::state::TrackedOrder;
use super::types::{AccountTypes, FillFacts, Lifecycle, Moment, Part};

impl<A: AccountTypes> UserStateMachine<A> {
    pub(super) fn merge(&mut self, id: ReadId, read: Read, began: Moment, result: ReadResult<A>) {
        let ReadResult { rows, failure } = result;
        if let Some(ReadFailure::NotPermitted(reason)) = failure {
            return self.not_permitted(read.part(), reason);
        }
        let is_not_found = matches!(failure, None | Some(ReadFailure::NotFound));
        let failure = failure.map(|failure| match failure {
            ReadFailure::Incomplete(reason) | ReadFailure::NotPermitted(reason) => reason,
            ReadFailure::NotFound => "not found".to_owned(),
        });
        let failure = match (&read, rows) {
            (Read::Order { id, .. }, Rows::Orders(rows)) => {
                let missing = if is_not_found { QueryResult::NotFound } else { QueryResult::Failed };
                return self.merge_query(id, rows, began, missing, failure);
            }
            (Read::FillsOfOrder { id, .. }, Rows::Fills(rows)) => return self.merge_fills_of_order(id, rows, failure),
            (Read::OpenOrders, Rows::Orders(rows)) => self.merge_open_orders(rows, began, failure),
            (Read::Fills { .. }, Rows::Fills(rows)) => self.merge_fills(rows, began, failure),
            (Read::Positions, Rows::Positions(rows)) => self.merge_positions(rows, failure),
            (Read::Balance, Rows::Balance(row)) => self.merge_balance(row, failure),
            (Read::Order { id, .. } | Read::FillsOfOrder { id, .. }, _) => {
                return self.end_query(read.part(), id, QueryResult::Failed, "the response contains other rows");
            }
            _ => Some("the response contains other rows".to_owned()),
        };
        self.end_part(read.part(), id, began, failure);
    }

    /// A reading of a part ended. A part that was not read completely is read again.
    fn end_part(&mut self, part: Part, read: ReadId, began: Moment, failure: Option<String>) {
        let now = self.now.monotonic;
        // The second reading decides about a position that the list lacks.
        let is_final = part != Part::Positions || self.absent_positions.is_empty();
        let schedule = self.part_mut(part);
        if schedule.in_flight != Some(read) {
            // The permission was missing meanwhile, so a later request reads the part.
            return;
        }
        schedule.in_flight = None;
        schedule.was_permitted = true;
        let Some(reason) = failure else {
            schedule.failures = 0;
            schedule.read_at = Some(began.exchange);
            // A message since the begin of the reading has made the part due again.
            schedule.is_announced &= schedule.is_due;
            schedule.is_suspect &= schedule.is_due;
            if let Some(round) = self.round.as_mut().filter(|_| is_final) {
                round.end_part(part, read);
            }
            return;
        };
        let is_first = schedule.failures == 0;
        schedule.fail(now);
        if is_first {
            self.event(AccountEvent::Incomplete { part, order: None, reason });
        }
    }

    /// A query of a single order ended. `problem` is why it did not decide.
    fn end_query(&mut self, part: Part, id: &str, result: QueryResult, problem: &str) {
        match self.queries.end(part, id, self.now.monotonic, result) {
            Progress::Ended | Progress::Repeated => {}
            Progress::BecameUndecided => {
                let reason = format!("order {id} was queried {MAX_TRIES} times without a decision: {problem}");
                self.event(AccountEvent::Incomplete { part, order: Some(id.to_owned()), reason });
            }
            Progress::Contradicted => self.discard_notice(id),
        }
    }

    fn not_permitted(&mut self, part: Part, reason: String) {
        self.queries.clear(part);
        let schedule = self.part_mut(part);
        (schedule.in_flight, schedule.is_due) = (None, false);
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
        let is_ahead = facts.filled.is_some_and(|filled| filled.0 > self.fills.filled(id));
        let order = self.state_mut().orders.entry(id.to_owned()).or_insert_with(|| Arc::new(TrackedOrder::new(id)));
        let order = Arc::make_mut(order);
        let was_final = order.confirmed_lifecycle() == Lifecycle::Final;
        let effect = merge_row(order, row, &facts, is_query, began);
        let order = order.clone();
        match effect {
            RowEffect::Ignored | RowEffect::Unchanged => {}
            RowEffect::NeedsQuery => {
                self.query(Part::Orders, id, facts.symbol.as_deref(), Cause::Row);
            }
            RowEffect::Changed { was_announced } => {
                if !was_announced {
                    self.correct(Correction::Order(id.to_owned()));
                    if is_ahead {
                        self.read_again_in_round(Part::Fills);
                    }
                }
                self.event(AccountEvent::OrderUpdate(Box::new(order)));
                if facts.lifecycle == Lifecycle::Final && !was_final {
                    self.remember_final(id);
                }
            }
        }
        if is_ahead {
            // The next complete reading of the fills has to show the difference.
            let fills = self.part_mut(Part::Fills);
            (fills.is_due, fills.is_suspect) = (true, true);
        }
    }

    /// Returns why the list is incomplete.
    fn merge_open_orders(&mut self, rows: Vec<A::Order>, began: Moment, mut failure: Option<String>) -> Option<String> {
        let mut listed = BTreeSet::new();
        for row in rows {
            let Some(facts) = A::order(&row) else {
                failure.get_or_insert_with(|| "an open order has no id".to_owned());
                continue;
            };
            self.merge_order(row, began, false);
            let is_current = self.filled(&facts.id).is_some_and(|filled| filled >= self.fills.filled(&facts.id));
            if facts.lifecycle == Lifecycle::Open && is_current && self.state.order(&facts.id).is_some_and(TrackedOrder::is_confirmed) {
                self.queries.settle(Part::Orders, &facts.id, began.monotonic);
            }
            listed.insert(facts.id);
        }
        if failure.is_some() {
            return failure;
        }
        // The absence of an order proves nothing, so the order is queried. So is an order whose row does not show what its message reported.
        let is_settled = |order: &&TrackedOrder<A>| order.is_confirmed() && listed.contains(&order.id);
        let open = self.state.open_orders().filter(|order| !is_settled(order) && order.noticed_at <= began.monotonic);
        let unsettled: Vec<(String, Option<String>)> = open.map(|order| (order.id.clone(), order.symbol())).collect();
        for (id, symbol) in unsettled {
            self.query(Part::Orders, &id, symbol.as_deref(), Cause::Row);
        }
        None
    }

    /// `missing` is the result if the rows do not contain the order.
    fn merge_query(&mut self, id: &str, rows: Vec<A::Order>, began: Moment, missing: QueryResult, failure: Option<String>) {
        let row = rows.into_iter().find(|row| A::order(row).is_some_and(|facts| facts.id == id));
        let is_found = row.is_some();
        if let Some(row) = row {
            self.merge_order(row, began, true);
        }
        let order = self.state.order(id);
        let (result, problem) = match order {
            _ if !is_found => (missing, failure.as_deref().unwrap_or("the response does not contain the order")),
            Some(order) if order.notice.is_some() => (QueryResult::Contradicting, "the response does not show what a message reported"),
            // The row may be incomplete.
            Some(_) if self.filled(id).is_some_and(|filled| filled < self.fills.filled(id)) => {
                (QueryResult::Undecided, "the sum of its fills is larger than its executed quantity")
            }
            Some(order) if !has_quantity(order) => (QueryResult::Failed, "the response does not contain the executed quantity"),
            _ => (QueryResult::Decided, ""),
        };
        self.end_query(Part::Orders, id, result, problem);
    }

    /// REST has contradicted a message about an order several times, so the message is discarded.
    fn discard_notice(&mut self, id: &str) {
        let Some(order) = self.state_mut().orders.get_mut(id).map(Arc::make_mut) else { return };
        (order.notice, order.is_announced) = (None, false);
        let order = order.clone();
        self.correct(Correction::NoticeDiscarded(id.to_owned()));
        self.event(AccountEvent::OrderUpdate(Box::new(order)));
    }

    /// Counts a fill.
    fn merge_fill(&mut self, row: A::Fill, facts: FillFacts) {
        if !self.fills.count(&facts) {
            return;
        }
        let was_announced = self.fills.take_announced(&facts);
        if self.settings.fills_since.is_some_and(|since| facts.time < since) {
            return;
        }
        self.state_mut().fills += 1;
        // Positions and the balance may have been read before this fill.
        for part in [Part::Positions, Part::Balance] {
            let part = self.part_mut(part);
            (part.is_due, part.is_suspect) = (true, true);
        }
        if !was_announced {
            self.correct(Correction::Fill(facts.key));
            self.read_again_in_round(Part::Positions);
            self.read_again_in_round(Part::Balance);
        }
        self.event(AccountEvent::Fill(row));
        let id = facts.order_id.as_str();
        let is_behind = self.filled(id).is_none_or(|filled| filled < self.fills.filled(id));
        if is_behind && !self.is_forgotten(id) && !self.is_not_permitted(Part::Orders) {
            // The order is unknown, or its row is older than the fill.
            let cause = match self.state.order(id) {
                Some(_) => Cause::Message,
                None if was_announced => Cause::Message,
                None => Cause::UnknownOrder,
            };
            self.query(Part::Orders, id, Some(&facts.symbol), cause);
        }
    }

    /// The executed quantity of an order according to its row.
    fn filled(&self, id: &str) -> Option<Decimal> {
        let facts = self.state.orders.get(id).and_then(|order| A::order(order.row.as_ref()?))?;
        facts.filled.map(|filled| filled.0)
    }

    /// Returns why the list is incomplete.
    fn merge_fills(&mut self, rows: Vec<A::Fill>, began: Moment, mut failure: Option<String>) -> Option<String> {
        let fills = oldest_first::<A>(rows, &mut failure);
        let newest = fills.last().map(|(facts, _)| facts.time);
        for (facts, row) in fills {
            self.merge_fill(row, facts);
        }
        if failure.is_some() {
            return failure;
        }
        // A wrong time in the future must not exclude the fills until then from the next readings.
        self.fills.note_complete(newest.map(|newest| newest.min(began.exchange)));
        let is_short = |id: &str| self.filled(id).is_some_and(|filled| filled > self.fills.filled(id));
        let short = self.state.orders.values().filter(|order| is_short(&order.id));
        let short: Vec<(String, Option<String>)> = short.map(|order| (order.id.clone(), order.symbol())).collect();
        for (id, symbol) in short {
            self.query(Part::Fills, &id, symbol.as_deref(), Cause::Row);
        }
        None
    }

    fn merge_fills_of_order(&mut self, id: &str, rows: Vec<A::Fill>, mut failure: Option<String>) {
        let (mut sum, mut counted) = (Decimal::ZERO, BTreeSet::new());
        for (facts, row) in oldest_first::<A>(rows, &mut failure) {
            if facts.order_id == id {
                // Two pages can contain the same row.
                if counted.insert(facts.key.clone()) {
                    sum = sum.saturating_add(facts.quantity.0);
                }
                self.merge_fill(row, facts);
            }
        }
        if failure.is_none() {
            self.fills.set_filled(id, sum.max(self.fills.filled(id)));
        }
        let (filled, known) = (self.filled(id), self.fills.filled(id));
        let (result, problem) = match (failure, filled) {
            (Some(failure), _) => (QueryResult::Failed, failure),
            (None, Some(filled)) if filled > known => {
                (QueryResult::Undecided, format!("the sum of its fills is {known}, and its executed quantity is {filled}"))
            }
            _ => (QueryResult::Decided, String::new()),
        };
        self.end_query(Part::Fills, id, result, &problem);
    }

    /// Returns why the list is incomplete.
    fn merge_positions(&mut self, rows: Vec<A::Position>, mut failure: Option<String>) -> Option<String> {
        let ambiguous = ambiguous_positions::<A>(&rows);
        if let Some(key) = ambiguous.first() {
            failure.get_or_insert_with(|| format!("the response contains two different rows of the position {key}"));
        }
        let is_complete = failure.is_none();
        let was_announced = self.part_mut(Part::Positions).is_announced;
        let mut absent: Vec<String> = if is_complete { self.state.positions.keys().cloned().collect() } else { Vec::new() };
        for row in rows {
            let key = A::position_key(&row);
            if ambiguous.contains(&key) {
                continue;
            }
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
        failure
    }

    /// Returns why the balance could not be read.
    fn merge_balance(&mut self, row: Option<A::Balance>, failure: Option<String>) -> Option<String> {
        let Some(row) = row else { return failure.or_else(|| Some("the response contains no balance".to_owned())) };
        if self.state.balance.as_ref() != Some(&row) {
            if !self.part_mut(Part::Balance).is_announced {
                self.correct(Correction::Balance);
            }
            self.state_mut().balance = Some(row.clone());
            self.event(AccountEvent::BalanceUpdate(row));
        }
        failure
    }
}

/// Whether the order's row contains the executed quantity.
fn has_quantity<A: AccountTypes>(order: &TrackedOrder<A>) -> bool {
    order.row.as_ref().and_then(A::order).is_some_and(|facts| facts.filled.is_some())
}

/// The keys of the positions that have two different rows in a response, so that neither row is known to be the whole position.
fn ambiguous_positions<A: AccountTypes>(rows: &[A::Position]) -> BTreeSet<String> {
    let mut known = BTreeMap::new();
    let keyed = rows.iter().map(|row| (A::position_key(row), row));
    keyed.filter(|(key, row)| known.insert(key.clone(), *row).is_some_and(|other| other != *row)).map(|(key, _)| key).collect()
}

/// The fills of a response with their facts, the oldest first, whatever the order of the response. A program that stops between two fills
/// then lacks only fills that are newer than its last one.
fn oldest_first<A: AccountTypes>(rows: Vec<A::Fill>, failure: &mut Option<String>) -> Vec<(FillFacts, A::Fill)> {
    let mut fills = Vec::with_capacity(rows.len());
    for row in rows {
        match A::fill(&row) {
            Some(facts) => fills.push((facts, row)),
            None => {
                failure.get_or_insert_with(|| "a fill has no id".to_owned());
            }
        }
    }
    fills.sort_by_key(|(facts, _)| facts.time);
    fills
}
