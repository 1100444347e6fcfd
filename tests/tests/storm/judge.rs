//! Whether the client says of its writes what the exchange knows.

use std::collections::BTreeMap;

use sixmm_api::types;
use sixmm_ext::types::{CancelType, OrderId};
use sixmm_ext::{Decimal, OrderRef};
use sixmm_sandbox::exchange::{ConditionStatus, Order, OrderStatus};
use sixmm_sandbox::{Fault, UnixMillis};

use crate::cancellations::Cancellations;
use crate::tally::Tally;
use crate::truth::Truth;
use crate::weather::CANCELLATIONS;
use crate::world::World;
use crate::writes::{Report, Said, State, Subject};

/// Compares reports with the exchange.
pub(crate) struct Judge<'a> {
    world: &'a World,
    truth: Truth<'a>,
    /// When each write began, by the exchange's clock.
    began: Vec<UnixMillis>,
    /// The orders and condition orders that were open when the latest write began.
    open: Vec<String>,
    cancellations: Cancellations,
    /// Orders and condition orders that a report owns up to in the end, by the client's ids.
    owned: Vec<String>,
    /// The prices that an order was to be changed to.
    prices: BTreeMap<OrderId, Vec<Decimal>>,
    /// Whether a cancellation may still be on its way.
    may_be_cancelled: bool,
    /// Orders that the client says in the end stand and that the exchange refused, because an answer kept their state from it.
    stateless: u64,
    wrong: Vec<String>,
    lost: Vec<String>,
    twice: Vec<String>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self {
            world,
            truth: Truth(world),
            began: Vec::new(),
            open: Vec::new(),
            cancellations: Cancellations::default(),
            owned: Vec::new(),
            prices: BTreeMap::new(),
            may_be_cancelled: false,
            stateless: 0,
            wrong: Vec::new(),
            lost: Vec::new(),
            twice: Vec::new(),
        }
    }

    /// A write begins.
    pub(crate) fn begin(&mut self) {
        self.began.push(self.world.sandbox.now());
        self.open = self.truth.orders().iter().filter(|order| order.status.is_open()).map(|order| order.order_id.to_string()).collect();
        let conditions = self.truth.conditions();
        self.open.extend(conditions.iter().filter(|of| of.status.is_open()).map(|of| of.condition_id.to_string()));
    }

    /// A report that was just made: what is accepted has happened by now.
    pub(crate) fn first(&mut self, write: usize, report: &Report) {
        if let Subject::Amend(id, price) = &report.subject {
            self.prices.entry(id.clone()).or_default().push(*price);
        }
        self.wrong.extend(self.cancellations.count(write, report, &self.open, &self.truth).err());
        match (&report.said, &report.subject) {
            (Said::Accepted(state), _) => self.accepted(write, report, *state),
            (Said::Rejected, Subject::Cancel(order)) if report.in_batch => self.not_cancelled(write, report, order),
            (Said::Unknown(_), Subject::Cancel(_) | Subject::CancelAll(_)) => self.may_be_cancelled = true,
            _ => {}
        }
    }

    /// A report after the storm, when nothing is on its way any more; `settled` if it was unknown before.
    pub(crate) fn last(&mut self, write: usize, report: &Report, settled: bool) {
        match report.said {
            Said::Accepted(state) => {
                if settled {
                    self.accepted(write, report, state);
                }
                match &report.subject {
                    Subject::Place(id) | Subject::PlaceCondition(id) => self.owned.push(id.to_string()),
                    Subject::PlaceStrategy(legs) => self.owned.extend(legs.iter().map(|leg| leg.id.to_string())),
                    _ => {}
                }
            }
            Said::Rejected => self.rejected(write, report),
            Said::Unknown(_) => self.still_unknown(write, report),
        }
    }

    /// What is said of an order must be so: what is left out, or nobody has heard of, says nothing.
    pub(crate) fn shown(&mut self, shown: &types::Order) {
        let Some(id) = &shown.client_order_id else { return };
        let Some(order) = self.truth.order(id.as_str()) else {
            self.wrong.push(format!("an order {id} is shown, and there is none"));
            return;
        };
        let differs = |shown: Option<Decimal>, is: Option<Decimal>| shown.is_some() && shown != is;
        let other_id = shown.order_id.as_ref().is_some_and(|id| id.as_str() != order.order_id.to_string());
        if other_id || differs(shown.quantity, Some(order.quantity)) {
            self.wrong.push(format!("{shown:?} is shown of {order:?}"));
        }
    }

    /// All of it: nothing was sent twice, nothing stands that no report owns up to, and fills are those of the orders.
    pub(crate) fn all(mut self, tally: &mut Tally) {
        for write in 0..self.began.len() {
            self.sent_once(write);
        }
        self.wrong.extend(self.cancellations.open_again(&self.truth));
        let (ends, mistakes) = self.cancellations.finish(self.began.len(), &self.truth);
        self.twice.extend(mistakes);
        tally.cancellations.add(&ends);
        let orders = self.truth.orders();
        for order in &orders {
            let id = order.client_order_id.clone().unwrap_or_default();
            if order.status != OrderStatus::Rejected && !self.owned.contains(&id) {
                self.lost.push(format!("order {id} is {} and no report owns up to it", order.status));
            }
            if orders.iter().filter(|other| other.client_order_id == order.client_order_id).count() > 1 {
                self.twice.push(format!("order {id} is there twice"));
            }
            let filled: Decimal = self.truth.fills(&order.order_id.to_string());
            if filled != order.filled_quantity || filled > order.quantity {
                self.twice.push(format!("order {id} of {} has fills of {filled}", order.quantity));
            }
        }
        for condition in self.truth.conditions() {
            let id = condition.client_order_id.unwrap_or_default();
            if !self.owned.contains(&id) {
                self.lost.push(format!("condition order {id} is {} and no report owns up to it", condition.status));
            }
        }
        tally.judged(self.world.seed, self.stateless, [self.twice, self.lost, self.wrong]);
    }

    fn accepted(&mut self, write: usize, report: &Report, state: State) {
        self.cancellations.note(write, &report.subject, self.began[write]);
        let effects = self.truth.effects(write);
        let began = self.began[write];
        let is_so = match &report.subject {
            Subject::Place(id) => match self.truth.order(id.as_str()) {
                // An answer without a state that anybody knows tells that the order was taken, and no more.
                Some(order) if order.status == OrderStatus::Rejected => {
                    self.stateless += 1;
                    state != State::Stands && (state != State::Unasked || self.truth.was_reshaped(write, is_state_hidden))
                }
                order => effects == 1 && order.is_some(),
            },
            Subject::PlaceCondition(id) => effects == 1 && self.truth.condition(id.as_str()).is_some(),
            Subject::PlaceStrategy(legs) => {
                // Once one of them is filled, even in part, one that it cancels is not placed any more.
                let mut is_filled = false;
                effects == 1
                    && legs.iter().filter(|leg| leg.at_once).all(|leg| {
                        let may_be_missing = is_filled;
                        is_filled |= self.truth.order(leg.id.as_str()).is_some_and(|order| !order.filled_quantity.is_zero());
                        may_be_missing || self.truth.is_there(leg.id.as_str())
                    })
            }
            // What another change made of it later, or at the same time, does not count.
            Subject::Amend(id, _) => {
                let price = self.truth.referred(&OrderRef::from(id)).and_then(|order| order.price);
                effects == 1 && price.is_some_and(|price| self.prices[id].contains(&price))
            }
            Subject::Cancel(order) => self.truth.referred(order).is_some_and(|order| is_cancelled(order.status)),
            Subject::CancelCondition(id) => {
                let condition = self.truth.find_condition(|of| of.condition_id.to_string() == id.as_str());
                condition.is_some_and(|condition| condition.status == ConditionStatus::Cancelled)
            }
            // What arrived late, after the client had looked, does not count.
            Subject::CancelAll(CancelType::AllCondition) => {
                !self.truth.conditions().iter().any(|of| of.status.is_open() && of.created_at < began)
            }
            Subject::CancelAll(_) => !self.truth.orders().iter().any(|of| of.status.is_open() && of.created_at < began),
        };
        if !is_so {
            self.wrong.push(format!("write {write}: accepted, and it is not so: {:?} ({effects} effects)", report.subject));
        }
        let has_reason = match state {
            State::Stands | State::Unasked => true,
            State::Unheard => self.truth.was_reshaped(write, |fault| matches!(fault, Fault::UnknownEnums)),
            State::Untold => self.truth.was_reshaped(write, |fault| matches!(fault, Fault::MissingFields { .. } | Fault::NullLists)),
        };
        if !has_reason {
            self.wrong.push(format!("write {write}: accepted, its state is {state:?}, and the exchange told it: {:?}", report.subject));
        }
    }

    fn rejected(&mut self, write: usize, report: &Report) {
        let effects = self.truth.effects(write);
        let took_effect = !report.in_batch && effects > 0;
        let stands = |id: &str| self.truth.order(id).is_some_and(|order| order.status != OrderStatus::Rejected);
        let happened = match &report.subject {
            Subject::Place(id) => stands(id.as_str()),
            Subject::PlaceCondition(id) => self.truth.condition(id.as_str()).is_some(),
            Subject::PlaceStrategy(legs) => {
                legs.iter().any(|leg| stands(leg.id.as_str()) || self.truth.condition(leg.id.as_str()).is_some())
            }
            Subject::Amend(id, price) => {
                took_effect || self.truth.referred(&OrderRef::from(id)).is_some_and(|order| order.price == Some(*price))
            }
            Subject::Cancel(_) | Subject::CancelCondition(_) | Subject::CancelAll(_) => took_effect,
        };
        if happened {
            self.wrong.push(format!("write {write}: rejected, and it took effect: {:?}: {}", report.subject, report.words));
        }
    }

    /// An item of a batch that was refused did not cancel its order, unless something else did at the same time.
    fn not_cancelled(&mut self, write: usize, report: &Report, order: &OrderRef) {
        let was_open = |order: &Order| self.open.contains(&order.order_id.to_string());
        let cancelled_now = self.truth.referred(order).is_some_and(|order| is_cancelled(order.status) && was_open(&order));
        if cancelled_now && !self.may_be_cancelled && self.truth.effects(write) > 0 {
            self.wrong.push(format!("write {write}: rejected, and it was cancelled: {order:?}: {}", report.words));
        }
    }

    /// Nothing may stay unknown that can be seen.
    fn still_unknown(&mut self, write: usize, report: &Report) {
        let is_to_be_seen = match &report.subject {
            Subject::Place(id) => self.truth.order(id.as_str()).is_some(),
            Subject::PlaceCondition(id) => self.truth.condition(id.as_str()).is_some(),
            Subject::PlaceStrategy(legs) => legs.iter().any(|leg| leg.at_once && self.truth.is_there(leg.id.as_str())),
            Subject::Amend(id, price) => {
                // An order at the market shows no price, and so never shows that it was not changed.
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
        if is_to_be_seen {
            self.lost.push(format!("write {write}: can be seen, and stays unknown: {:?}: {}", report.subject, report.words));
        }
    }

    /// A placement or an amendment may be sent again only after a certain refusal, and takes effect at most once. Of cancellations
    /// [`Cancellations::finish`] says when they may be repeated.
    fn sent_once(&mut self, write: usize) {
        let mut requests = self.truth.requests(write);
        requests.retain(|request| !CANCELLATIONS.contains(&request.operation));
        if let Some((_, before)) = requests.split_last()
            && !before.iter().all(|request| self.truth.was_turned_away(request))
        {
            self.twice.push(format!("write {write} was sent again after an uncertain end: {requests:?}"));
        }
        if requests.iter().filter(|request| request.took_effect()).count() > 1 {
            self.twice.push(format!("write {write} took effect twice: {requests:?}"));
        }
    }
}

/// Whether it may keep an order's state from the client.
fn is_state_hidden(fault: &Fault) -> bool {
    matches!(fault, Fault::UnknownEnums | Fault::MissingFields { .. } | Fault::NullLists)
}

fn is_cancelled(status: OrderStatus) -> bool {
    !status.is_open() && !matches!(status, OrderStatus::Filled | OrderStatus::Rejected)
}
