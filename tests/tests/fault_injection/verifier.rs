//! Compares what the client reports with the state of the exchange.

use std::collections::BTreeMap;

use sixmm_api::types;
use sixmm_ext::types::{CancelType, OrderId};
use sixmm_ext::{Decimal, orders::OrderRef};
use sixmm_sandbox::exchange::{ConditionStatus, Order, OrderStatus};
use sixmm_sandbox::{Fault, UnixMillis};

use crate::cancellations::Cancellations;
use crate::faults::CANCELLATIONS;
use crate::ground_truth::GroundTruth;
use crate::harness::Harness;
use crate::stats::Stats;
use crate::writes::{Report, ReportedOutcome, ReportedState, Subject};

/// The comparison of one run, and the mistakes that were found.
pub(crate) struct Verifier<'a> {
    harness: &'a Harness,
    truth: GroundTruth<'a>,
    /// When each write began, by the exchange's clock.
    began: Vec<UnixMillis>,
    /// The orders and condition orders that were open when the latest write began.
    open: Vec<String>,
    cancellations: Cancellations,
    /// The client order ids of all orders that the final reports contain as accepted.
    accepted_ids: Vec<String>,
    /// The prices of all amendments of an order.
    prices: BTreeMap<OrderId, Vec<Decimal>>,
    /// Whether a cancellation may still arrive at the exchange.
    may_be_cancelled: bool,
    /// Orders that the exchange rejected and that the client reports as accepted, because a response did not contain the state.
    stateless: u64,
    wrong: Vec<String>,
    lost: Vec<String>,
    twice: Vec<String>,
}

impl<'a> Verifier<'a> {
    pub(crate) fn new(harness: &'a Harness) -> Self {
        Self {
            harness,
            truth: GroundTruth(harness),
            began: Vec::new(),
            open: Vec::new(),
            cancellations: Cancellations::default(),
            accepted_ids: Vec::new(),
            prices: BTreeMap::new(),
            may_be_cancelled: false,
            stateless: 0,
            wrong: Vec::new(),
            lost: Vec::new(),
            twice: Vec::new(),
        }
    }

    /// Records the start of a write.
    pub(crate) fn begin_write(&mut self) {
        self.began.push(self.harness.sandbox.now());
        self.open = self.truth.orders().iter().filter(|order| order.status.is_open()).map(|order| order.order_id.to_string()).collect();
        let conditions = self.truth.conditions();
        self.open.extend(conditions.iter().filter(|of| of.status.is_open()).map(|of| of.condition_id.to_string()));
    }

    /// Checks a report directly after the write: an accepted write has taken effect.
    pub(crate) fn check_first(&mut self, write: usize, report: &Report) {
        if let Subject::Amend(id, price) = &report.subject {
            self.prices.entry(id.clone()).or_default().push(*price);
        }
        self.wrong.extend(self.cancellations.count(write, report, &self.open, &self.truth).err());
        match (&report.outcome, &report.subject) {
            (ReportedOutcome::Accepted(state), _) => self.accepted(write, report, *state),
            (ReportedOutcome::Rejected, Subject::Cancel(order)) if report.in_batch => self.not_cancelled(write, report, order),
            (ReportedOutcome::Unknown(_), Subject::Cancel(_) | Subject::CancelAll(_)) => self.may_be_cancelled = true,
            _ => {}
        }
    }

    /// Checks a report after the faults have ended and all requests have arrived. `resolved` is true if the first report was unknown.
    pub(crate) fn check_final(&mut self, write: usize, report: &Report, resolved: bool) {
        match report.outcome {
            ReportedOutcome::Accepted(state) => {
                if resolved {
                    self.accepted(write, report, state);
                }
                match &report.subject {
                    Subject::Place(id) | Subject::PlaceCondition(id) => self.accepted_ids.push(id.to_string()),
                    Subject::PlaceStrategy(legs) => self.accepted_ids.extend(legs.iter().map(|leg| leg.id.to_string())),
                    _ => {}
                }
            }
            ReportedOutcome::Rejected => self.rejected(write, report),
            ReportedOutcome::Unknown(_) => self.still_unknown(write, report),
        }
    }

    /// Checks an order that the client read: each field that the order contains must be correct. Missing fields and undocumented values
    /// are allowed.
    pub(crate) fn check_order(&mut self, shown: &types::Order) {
        let Some(id) = &shown.client_order_id else { return };
        let Some(order) = self.truth.order(id.as_str()) else {
            self.wrong.push(format!("an order {id} is shown, and does not exist"));
            return;
        };
        let differs = |shown: Option<Decimal>, is: Option<Decimal>| shown.is_some() && shown != is;
        let other_id = shown.order_id.as_ref().is_some_and(|id| id.as_str() != order.order_id.to_string());
        if other_id || differs(shown.quantity, Some(order.quantity)) {
            self.wrong.push(format!("{shown:?} is shown of {order:?}"));
        }
    }

    /// Checks the complete run: no write was executed twice, the client reported every existing order as accepted, and the fills match
    /// the orders.
    pub(crate) fn finish(mut self, stats: &mut Stats) {
        for write in 0..self.began.len() {
            self.sent_once(write);
        }
        self.wrong.extend(self.cancellations.still_open(&self.truth));
        let (ends, mistakes) = self.cancellations.finish(self.began.len(), &self.truth);
        self.twice.extend(mistakes);
        stats.cancellations.add(&ends);
        let orders = self.truth.orders();
        for order in &orders {
            let id = order.client_order_id.clone().unwrap_or_default();
            if order.status != OrderStatus::Rejected && !self.accepted_ids.contains(&id) {
                self.lost.push(format!("order {id} is {} and no report contains it as accepted", order.status));
            }
            if orders.iter().filter(|other| other.client_order_id == order.client_order_id).count() > 1 {
                self.twice.push(format!("order {id} exists twice"));
            }
            let filled: Decimal = self.truth.fills(&order.order_id.to_string());
            if filled != order.filled_quantity || filled > order.quantity {
                self.twice.push(format!("order {id} of {} has fills of {filled}", order.quantity));
            }
        }
        for condition in self.truth.conditions() {
            let id = condition.client_order_id.unwrap_or_default();
            if !self.accepted_ids.contains(&id) {
                self.lost.push(format!("condition order {id} is {} and no report contains it as accepted", condition.status));
            }
        }
        stats.add_mistakes(self.harness.seed, self.stateless, [self.twice, self.lost, self.wrong]);
    }

    fn accepted(&mut self, write: usize, report: &Report, state: ReportedState) {
        self.cancellations.note(write, &report.subject, self.began[write]);
        let effects = self.truth.effects(write);
        let began = self.began[write];
        let is_true = match &report.subject {
            Subject::Place(id) => match self.truth.order(id.as_str()) {
                // A response without a documented state proves only that the exchange received the order.
                Some(order) if order.status == OrderStatus::Rejected => {
                    self.stateless += 1;
                    state != ReportedState::Placed && (state != ReportedState::NotRead || self.truth.was_write_hit(write, is_state_hidden))
                }
                order => effects == 1 && order.is_some(),
            },
            Subject::PlaceCondition(id) => effects == 1 && self.truth.condition(id.as_str()).is_some(),
            Subject::PlaceStrategy(legs) => {
                // A fill of a leg, even a partial fill, cancels the other leg before the exchange places it.
                let mut is_filled = false;
                effects == 1
                    && legs.iter().filter(|leg| leg.at_once).all(|leg| {
                        let may_be_missing = is_filled;
                        is_filled |= self.truth.order(leg.id.as_str()).is_some_and(|order| !order.filled_quantity.is_zero());
                        may_be_missing || self.truth.exists(leg.id.as_str())
                    })
            }
            // The price may be the price of a later or concurrent amendment.
            Subject::Amend(id, _) => {
                let price = self.truth.referred(&OrderRef::from(id)).and_then(|order| order.price);
                effects == 1 && price.is_some_and(|price| self.prices[id].contains(&price))
            }
            Subject::Cancel(order) => self.truth.referred(order).is_some_and(|order| is_cancelled(order.status)),
            Subject::CancelCondition(id) => {
                let condition = self.truth.find_condition(|of| of.condition_id.to_string() == id.as_str());
                condition.is_some_and(|condition| condition.status == ConditionStatus::Cancelled)
            }
            // Orders that arrived after the lookup of the client are not affected.
            Subject::CancelAll(CancelType::AllCondition) => {
                !self.truth.conditions().iter().any(|of| of.status.is_open() && of.created_at < began)
            }
            Subject::CancelAll(_) => !self.truth.orders().iter().any(|of| of.status.is_open() && of.created_at < began),
        };
        if !is_true {
            self.wrong.push(format!("write {write}: accepted, and did not take effect: {:?} ({effects} effects)", report.subject));
        }
        let is_explained = match state {
            ReportedState::Placed | ReportedState::NotRead => true,
            ReportedState::Undocumented => self.truth.was_write_hit(write, |fault| matches!(fault, Fault::UnknownEnums)),
            ReportedState::Missing => {
                self.truth.was_write_hit(write, |fault| matches!(fault, Fault::MissingFields { .. } | Fault::NullLists))
            }
        };
        if !is_explained {
            self.wrong.push(format!(
                "write {write}: accepted, its state is {state:?}, and the exchange reported the state: {:?}",
                report.subject
            ));
        }
    }

    fn rejected(&mut self, write: usize, report: &Report) {
        let effects = self.truth.effects(write);
        let took_effect = !report.in_batch && effects > 0;
        let is_placed = |id: &str| self.truth.order(id).is_some_and(|order| order.status != OrderStatus::Rejected);
        let happened = match &report.subject {
            Subject::Place(id) => is_placed(id.as_str()),
            Subject::PlaceCondition(id) => self.truth.condition(id.as_str()).is_some(),
            Subject::PlaceStrategy(legs) => {
                legs.iter().any(|leg| is_placed(leg.id.as_str()) || self.truth.condition(leg.id.as_str()).is_some())
            }
            Subject::Amend(id, price) => {
                took_effect || self.truth.referred(&OrderRef::from(id)).is_some_and(|order| order.price == Some(*price))
            }
            Subject::Cancel(_) | Subject::CancelCondition(_) | Subject::CancelAll(_) => took_effect,
        };
        if happened {
            self.wrong.push(format!("write {write}: rejected, and it took effect: {:?}: {}", report.subject, report.message));
        }
    }

    /// Checks that a rejected item of a batch did not cancel its order, unless a concurrent cancellation did.
    fn not_cancelled(&mut self, write: usize, report: &Report, order: &OrderRef) {
        let was_open = |order: &Order| self.open.contains(&order.order_id.to_string());
        let cancelled_now = self.truth.referred(order).is_some_and(|order| is_cancelled(order.status) && was_open(&order));
        if cancelled_now && !self.may_be_cancelled && self.truth.effects(write) > 0 {
            self.wrong.push(format!("write {write}: rejected, and it was cancelled: {order:?}: {}", report.message));
        }
    }

    /// Checks that an outcome is not unknown if the client could read it from the exchange.
    fn still_unknown(&mut self, write: usize, report: &Report) {
        let is_visible = match &report.subject {
            Subject::Place(id) => self.truth.order(id.as_str()).is_some(),
            Subject::PlaceCondition(id) => self.truth.condition(id.as_str()).is_some(),
            Subject::PlaceStrategy(legs) => legs.iter().any(|leg| leg.at_once && self.truth.exists(leg.id.as_str())),
            Subject::Amend(id, price) => {
                // A market order has no price, so that its state never proves that an amendment failed.
                let is_final = |order: &Order| order.status == OrderStatus::Filled && order.price.is_some();
                let amended = |order: &Order| order.price == Some(*price) || is_final(order);
                self.truth.referred(&OrderRef::from(id)).is_some_and(|order| amended(&order))
            }
            Subject::Cancel(order) => self.truth.referred(order).is_some_and(|order| !order.status.is_open()),
            Subject::CancelCondition(id) => {
                self.truth.find_condition(|of| of.condition_id.to_string() == id.as_str()).is_some_and(|of| !of.status.is_open())
            }
            Subject::CancelAll(CancelType::AllCondition) => !self.truth.conditions().iter().any(|of| of.status.is_open()),
            Subject::CancelAll(_) => !self.truth.orders().iter().any(|of| of.status.is_open()),
        };
        if is_visible {
            self.lost
                .push(format!("write {write}: is visible on the exchange, and stays unknown: {:?}: {}", report.subject, report.message));
        }
    }

    /// Checks that a placement or an amendment was repeated only after a rejection that proves that it had no effect, and that it took
    /// effect at most once. [`Cancellations::finish`] checks the repetitions of cancellations.
    fn sent_once(&mut self, write: usize) {
        let mut requests = self.truth.requests(write);
        requests.retain(|request| !CANCELLATIONS.contains(&request.operation));
        if let Some((_, before)) = requests.split_last()
            && !before.iter().all(|request| self.truth.was_rejected_without_effect(request))
        {
            self.twice.push(format!("write {write} was sent again after an uncertain end: {requests:?}"));
        }
        if requests.iter().filter(|request| request.took_effect()).count() > 1 {
            self.twice.push(format!("write {write} took effect twice: {requests:?}"));
        }
    }
}

/// Whether the fault may remove an order's state from a response.
fn is_state_hidden(fault: &Fault) -> bool {
    matches!(fault, Fault::UnknownEnums | Fault::MissingFields { .. } | Fault::NullLists)
}

fn is_cancelled(status: OrderStatus) -> bool {
    !status.is_open() && !matches!(status, OrderStatus::Filled | OrderStatus::Rejected)
}
