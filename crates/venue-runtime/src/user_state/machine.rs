//! The state machine: its schedule and the handling of its inputs. The rows are merged in [`merge`](super::merge).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use venue_core::UnixMillis;

use super::event::{AccountEvent, Correction};
use super::fills::FillLedger;
use super::input::{Input, LossOfTrust, Output, Read, ReadId};
use super::orders::{may_report_trade, merge_notice};
use super::queries::{Cause, Queries};
use super::round::{Corrections, Round};
use super::schedule::PartSchedule;
use super::settings::UserStateSettings;
use super::state::{PartState, TrackedOrder, Trust, UserState};
use super::types::{AccountTypes, Lifecycle, Moment, Notice, OrderNotice, Part};

/// The time between a reading after a loss of trust and the next slow reading. REST rows can be older than the loss of the messages.
const SECOND_READING: Duration = Duration::from_secs(5);
/// The number of tracked orders, after which messages about unknown orders create no more orders.
const MAX_ORDERS: usize = 20_000;
/// The number of final orders in the state. Each copy of the state contains them, so there are not more.
const MAX_FINAL_ORDERS: usize = 1_000;
/// The number of final orders whose ids are remembered, so that a late message cannot open them again.
const MAX_FINAL_IDS: usize = 10_000;

/// The reconciler of a user's state as a state machine: see the [module](super).
///
/// Inputs contain the time, and outputs are requests and events. The same inputs always have the same outputs.
#[derive(Debug)]
pub struct UserStateMachine<A: AccountTypes> {
    pub(super) settings: UserStateSettings,
    pub(super) state: Arc<UserState<A>>,
    pub(super) now: Moment,
    pub(super) outputs: Vec<Output<A>>,
    next_read: ReadId,
    /// The requests in flight, and when they were sent.
    pub(super) reads: BTreeMap<ReadId, (Read, Moment)>,
    pub(super) parts: BTreeMap<Part, PartSchedule>,
    pub(super) queries: Queries,
    pub(super) fills: FillLedger,
    /// The ids of final orders.
    final_ids: BTreeSet<String>,
    /// The same ids, the oldest first.
    final_ids_by_age: VecDeque<String>,
    /// The final orders in the state, roughly the oldest first.
    final_in_state: VecDeque<String>,
    /// The positions that the last complete reading lacked for the first time.
    pub(super) absent_positions: BTreeSet<String>,
    pub(super) round: Option<Round>,
    corrections: Corrections,
    was_reconciled: bool,
    next_slow: Duration,
    last_notice: Option<Notice>,
}

impl<A: AccountTypes> UserStateMachine<A> {
    /// A state machine that has read nothing. The first input is [`Input::Subscribed`], or [`Input::Wakeup`] if the state shall be read
    /// before the stream is subscribed.
    #[must_use]
    pub fn new(settings: UserStateSettings) -> Self {
        let state = UserState {
            orders: BTreeMap::new(),
            positions: BTreeMap::new(),
            balance: None,
            fills: 0,
            parts: BTreeMap::new(),
            is_subscribed: false,
        };
        Self {
            settings,
            state: Arc::new(state),
            now: Moment { monotonic: Duration::ZERO, exchange: UnixMillis::new(0) },
            outputs: Vec::new(),
            next_read: 1,
            reads: BTreeMap::new(),
            parts: Part::ALL.into_iter().map(|part| (part, PartSchedule::default())).collect(),
            queries: Queries::default(),
            fills: FillLedger::default(),
            final_ids: BTreeSet::new(),
            final_ids_by_age: VecDeque::new(),
            final_in_state: VecDeque::new(),
            absent_positions: BTreeSet::new(),
            round: None,
            corrections: Corrections::default(),
            was_reconciled: false,
            next_slow: Duration::ZERO,
            last_notice: None,
        }
    }

    /// The current state.
    #[must_use]
    pub fn state(&self) -> &Arc<UserState<A>> {
        &self.state
    }

    /// Processes an input. The outputs are in the order of their causes.
    pub fn step(&mut self, now: Moment, input: Input<A>) -> Vec<Output<A>> {
        self.now = now;
        match input {
            Input::Subscribed => {
                self.state_mut().is_subscribed = true;
                self.read_again();
            }
            Input::TrustLost(loss) => self.lose_trust(loss),
            Input::Notice(notice) => self.notice(notice),
            Input::FillsSince(time) => drop(self.settings.fills_since.get_or_insert(time)),
            Input::Read(id, result) => {
                if let Some((read, began)) = self.reads.remove(&id) {
                    self.merge(id, read, began, result);
                }
            }
            Input::Refresh => self.read_again(),
            Input::Forget(id) => self.forget(&id),
            Input::Wakeup => {}
        }
        if self.next_slow <= now.monotonic {
            self.read_slowly();
        }
        self.begin_reads();
        self.end_round();
        self.update_trust();
        std::mem::take(&mut self.outputs)
    }

    /// When [`Input::Wakeup`] has to be passed, by the monotonic clock. The time may have passed.
    #[must_use]
    pub fn next_wakeup(&self) -> Duration {
        let parts = Part::ALL.into_iter().filter_map(|part| self.next_reading(part));
        parts.chain(self.queries.next()).chain([self.next_slow]).min().unwrap_or(self.next_slow)
    }

    /// When the next reading of the part may begin. `None` if none is needed or possible.
    fn next_reading(&self, part: Part) -> Option<Duration> {
        let is_possible = part != Part::Fills || self.settings.fills_since.is_some();
        self.parts.get(&part).filter(|_| is_possible).and_then(PartSchedule::next)
    }

    pub(super) fn state_mut(&mut self) -> &mut UserState<A> {
        Arc::make_mut(&mut self.state)
    }

    pub(super) fn part_mut(&mut self, part: Part) -> &mut PartSchedule {
        self.parts.entry(part).or_default()
    }

    pub(super) fn event(&mut self, event: AccountEvent<A>) {
        self.outputs.push(Output::Event(event));
    }

    /// Records a change that no message announced. The first reading corrects nothing. Otherwise, the correction is reported when everything
    /// that is read now has been read.
    pub(super) fn correct(&mut self, correction: Correction) {
        if self.was_reconciled {
            self.corrections.add(correction);
            let unread = self.parts.iter().filter(|(_, part)| part.is_due || part.in_flight.is_some()).map(|(part, _)| *part);
            self.round.get_or_insert_with(|| Round::new(unread, 0, self.now.monotonic));
        }
    }

    /// The round does not end before the part was read by another request.
    pub(super) fn read_again_in_round(&mut self, part: Part) {
        if let Some(round) = &mut self.round {
            round.read_again(part, self.next_read, self.now.monotonic);
        }
    }

    pub(super) fn query(&mut self, part: Part, id: &str, symbol: Option<&str>, cause: Cause) {
        if self.queries.want(part, id, symbol, cause, self.now.monotonic) {
            let reason = format!("order {id} cannot be queried, because its contract is unknown");
            self.event(AccountEvent::Incomplete { part, order: Some(id.to_owned()), reason });
        }
    }

    /// Removes an order, and the queries that it waits for.
    fn forget(&mut self, id: &str) {
        match self.state.orders.get(id) {
            Some(order) if order.confirmed_lifecycle() == Lifecycle::Final => return,
            Some(_) => drop(self.state_mut().orders.remove(id)),
            None => {}
        }
        for part in Part::ALL {
            self.queries.forget(part, id);
        }
    }

    pub(super) fn want_order(&mut self, id: &str, cause: Cause) {
        let symbol = self.state.orders.get(id).and_then(|order| order.symbol());
        if symbol.is_some() && !self.is_not_permitted(Part::Orders) {
            self.query(Part::Orders, id, symbol.as_deref(), cause);
        } else {
            // The list of open orders contains the contract.
            let orders = self.part_mut(Part::Orders);
            (orders.is_due, orders.is_suspect) = (true, true);
        }
    }

    pub(super) fn is_not_permitted(&self, part: Part) -> bool {
        self.parts.get(&part).is_some_and(|part| part.is_not_permitted)
    }

    /// Reads all parts, without a reason to doubt them.
    fn read_slowly(&mut self) {
        self.round.get_or_insert_with(|| Round::new(Part::ALL, self.next_read, self.now.monotonic));
        self.parts.values_mut().for_each(|part| part.is_due = true);
        self.next_slow = self.now.monotonic.saturating_add(self.settings.slow_interval);
    }

    /// Reads all parts, because messages may be missing.
    fn doubt_everything(&mut self) {
        self.parts.values_mut().for_each(|part| part.is_suspect = true);
        self.round = Some(Round::new(Part::ALL, self.next_read, self.now.monotonic));
        self.queries.retry_undecided(self.now.monotonic);
        self.read_slowly();
        self.next_slow = self.next_slow.min(self.now.monotonic.saturating_add(SECOND_READING));
    }

    /// Reads all parts, also those whose permission was missing.
    fn read_again(&mut self) {
        self.parts.values_mut().for_each(|part| part.is_not_permitted = false);
        self.doubt_everything();
    }

    fn lose_trust(&mut self, loss: LossOfTrust) {
        let is_closed = loss == LossOfTrust::Closed;
        if !loss.continues() {
            self.state_mut().is_subscribed = false;
        }
        let continues = loss.continues();
        self.event(AccountEvent::TrustLost(loss));
        self.parts.values_mut().for_each(|part| part.is_suspect = true);
        if continues {
            self.doubt_everything();
        }
        if is_closed {
            self.event(AccountEvent::Closed);
        }
    }

    fn notice(&mut self, notice: Notice) {
        let is_repeated = self.last_notice.as_ref() == Some(&notice);
        self.last_notice = Some(notice.clone());
        match &notice {
            Notice::Order(order) => {
                if let Some(id) = &order.order_id {
                    return self.order_notice(order, id);
                }
                self.announce_order(order);
                self.announce(&[Part::Orders]);
            }
            Notice::Account(_) => self.announce(&[Part::Positions, Part::Balance]),
            Notice::Other => self.announce(&Part::ALL),
        }
        if !is_repeated {
            self.event(AccountEvent::Notice(notice));
        }
    }

    fn announce(&mut self, parts: &[Part]) {
        for part in parts {
            let part = self.part_mut(*part);
            (part.is_due, part.is_announced, part.is_suspect) = (true, true, true);
        }
    }

    /// Announces the parts that a message about an order can concern, except the orders.
    fn announce_order(&mut self, notice: &OrderNotice) {
        self.announce(&[Part::Balance]);
        if may_report_trade(notice) {
            self.announce(&[Part::Fills, Part::Positions]);
        }
        if let Some(trade) = &notice.trade {
            self.fills.announce(&trade.id, notice.order_id.as_deref().unwrap_or_default());
        }
    }

    /// Processes a message about the order with this id.
    fn order_notice(&mut self, notice: &OrderNotice, id: &str) {
        self.announce_order(notice);
        if self.is_forgotten(id) {
            return;
        }
        if !self.state.orders.contains_key(id) && self.state.orders.len() >= MAX_ORDERS {
            return self.announce(&[Part::Orders]);
        }
        let now = self.now;
        let order = self.state_mut().orders.entry(id.to_owned()).or_insert_with(|| Arc::new(TrackedOrder::new(id)));
        let order = Arc::make_mut(order);
        let is_changed = merge_notice(order, notice, now);
        if order.confirmed_lifecycle() == Lifecycle::Final {
            return;
        }
        let order = order.clone();
        if may_report_trade(notice) || self.queries.contains(Part::Orders, id) {
            self.want_order(id, Cause::Message);
        } else {
            // The list of open orders shows many orders with one request.
            self.announce(&[Part::Orders]);
        }
        if is_changed {
            if order.lifecycle() == Lifecycle::Final && self.is_not_permitted(Part::Orders) {
                // REST will never confirm the end.
                self.remember_final(id);
            }
            self.event(AccountEvent::OrderUpdate(Box::new(order)));
        }
    }

    fn begin_reads(&mut self) {
        let now = self.now.monotonic;
        for part in Part::ALL {
            if self.next_reading(part).is_none_or(|next| next > now) {
                continue;
            }
            let since = self.fills_since();
            let (min_interval, read) = (self.settings.min_interval, self.next_read);
            let schedule = self.part_mut(part);
            (schedule.is_due, schedule.in_flight) = (false, Some(read));
            schedule.not_before = now.saturating_add(min_interval);
            self.begin(match part {
                Part::Orders => Read::OpenOrders,
                Part::Fills => Read::Fills { since },
                Part::Positions => Read::Positions,
                Part::Balance => Read::Balance,
            });
        }
        while let Some((part, id, symbol)) = self.queries.begin(now, self.settings.query_interval) {
            self.begin(if part == Part::Fills { Read::FillsOfOrder { symbol, id } } else { Read::Order { symbol, id } });
        }
    }

    fn begin(&mut self, read: Read) {
        let id = self.next_read;
        self.next_read += 1;
        self.reads.insert(id, (read.clone(), self.now));
        self.outputs.push(Output::Read(id, read));
    }

    fn fills_since(&self) -> UnixMillis {
        let overlap = i64::try_from(self.settings.fills_overlap.as_millis()).unwrap_or(i64::MAX);
        let begin = |time: UnixMillis| UnixMillis::new(time.as_millis().saturating_sub(overlap));
        let first = self.settings.fills_since.unwrap_or(self.now.exchange);
        self.fills.newest().map_or(first, begin).max(first)
    }

    /// Ends the round if each part was read completely, and each query was settled or is undecided.
    fn end_round(&mut self) {
        let is_permitted = |part| self.parts.get(&part).is_some_and(|part: &PartSchedule| !part.is_not_permitted);
        if !self.state.is_subscribed || !Part::ALL.into_iter().any(is_permitted) {
            return;
        }
        let Some(mut round) = self.round.take() else { return };
        if round.is_complete(is_permitted, &self.queries) {
            self.was_reconciled = true;
            let corrections = self.corrections.take();
            self.event(AccountEvent::Reconciled { corrections });
        } else {
            self.round = Some(round);
        }
    }

    fn update_trust(&mut self) {
        for part in Part::ALL {
            let schedule = &self.parts[&part];
            let is_current = !schedule.is_suspect && self.state.is_subscribed && !self.queries.has_active(part);
            let is_decided = || {
                let is_confirmed = part != Part::Orders || self.state.open_orders().all(TrackedOrder::is_confirmed);
                is_confirmed && !self.queries.has_undecided(part)
            };
            let trust = match schedule {
                _ if schedule.is_not_permitted => Trust::NotPermitted,
                PartSchedule { read_at: None, .. } => Trust::Unread,
                _ if !is_current => Trust::Provisional,
                _ if is_decided() => Trust::Confirmed,
                _ => Trust::Undecided,
            };
            let known = self.state.part(part);
            let since = if known.trust == trust { known.since } else { self.now.exchange };
            let new = PartState { trust, since, read_at: schedule.read_at };
            if self.state.parts.get(&part) != Some(&new) {
                self.state_mut().parts.insert(part, new);
            }
        }
    }

    /// Remembers a final order. The oldest final orders leave the state, and later their ids are forgotten.
    pub(super) fn remember_final(&mut self, id: &str) {
        if !self.final_ids.insert(id.to_owned()) {
            return;
        }
        self.final_ids_by_age.push_back(id.to_owned());
        self.final_in_state.push_back(id.to_owned());
        // One order more than necessary leaves the state, because an order whose fills are missing stays.
        for _ in 0..2 {
            if self.final_in_state.len() > MAX_FINAL_ORDERS
                && let Some(oldest) = self.final_in_state.pop_front()
            {
                if self.queries.contains(Part::Fills, &oldest) {
                    self.final_in_state.push_back(oldest);
                } else {
                    self.state_mut().orders.remove(&oldest);
                    self.fills.forget_order(&oldest);
                }
            }
        }
        if self.final_ids_by_age.len() > MAX_FINAL_IDS
            && let Some(oldest) = self.final_ids_by_age.pop_front()
        {
            self.final_ids.remove(&oldest);
        }
    }

    /// Whether the order is final, and no longer in the state.
    pub(super) fn is_forgotten(&self, id: &str) -> bool {
        self.final_ids.contains(id) && !self.state.orders.contains_key(id)
    }
}
