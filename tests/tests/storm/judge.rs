//! What the exchange says came of a write, and whether the client said the same.

use sixmm_api::types;
use sixmm_ext::types::CancelType;
use sixmm_ext::{Decimal, OrderRef};
use sixmm_sandbox::exchange::{
    ConditionFilter, ConditionOrder, ConditionStatus, Order, OrderRef as Reference, OrderStatus, PageRequest, TradeFilter,
};
use sixmm_sandbox::{Fault, Received, UnixMillis};

use crate::tally::Tally;
use crate::weather::WRITES;
use crate::world::{SYMBOL, World};
use crate::writes::{Report, Said, Subject};

/// Compares reports with the exchange.
pub(crate) struct Judge<'a> {
    world: &'a World,
    /// When the latest write began, by the exchange's clock.
    began: UnixMillis,
    /// Orders and condition orders that a report owns up to in the end, by the client's ids.
    owned: Vec<String>,
    /// Whether the client says in the end that an order stands that the exchange refused, because no state came along.
    stateless: u64,
    writes: u64,
    wrong: Vec<String>,
    lost: Vec<String>,
    twice: Vec<String>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        let (began, none) = (world.sandbox.now(), Vec::new);
        Self { world, began, owned: Vec::new(), stateless: 0, writes: 0, wrong: none(), lost: none(), twice: none() }
    }

    /// A write begins.
    pub(crate) fn begin(&mut self) {
        self.began = self.world.sandbox.now();
        self.writes += 1;
    }

    /// A report that was just made: what is accepted has happened by now.
    pub(crate) fn first(&mut self, write: u64, report: &Report) {
        if let Said::Accepted { stands } = report.said {
            self.accepted(write, report, stands);
        }
    }

    /// A report after the storm, when nothing is on its way any more.
    pub(crate) fn last(&mut self, write: u64, report: Report) {
        let effects = self.effects(write);
        if let Subject::Place(id) | Subject::PlaceCondition(id) = &report.subject
            && matches!(report.said, Said::Accepted { .. })
        {
            self.owned.push(id.to_string());
        }
        match report.said {
            Said::Accepted { .. } => {}
            Said::Rejected => {
                let happened = match &report.subject {
                    Subject::Place(id) => self.order(id.as_str()).is_some_and(|order| order.status != OrderStatus::Rejected),
                    Subject::PlaceCondition(id) => self.condition(|of| of.client_order_id.as_deref() == Some(id.as_str())).is_some(),
                    _ => effects > 0,
                };
                if happened {
                    self.wrong.push(format!("write {write}: rejected, and it took effect: {:?}: {}", report.subject, report.words));
                }
            }
            Said::Unknown(_) => self.still_unknown(write, &report),
        }
    }

    /// What is said of an order must be so: what is left out, or nobody has heard of, says nothing.
    pub(crate) fn shown(&mut self, shown: &types::Order) {
        let Some(id) = &shown.client_order_id else { return };
        let Some(order) = self.order(id.as_str()) else {
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
        for write in 0..self.writes {
            self.sent_once(write);
        }
        let orders = self.orders();
        for order in &orders {
            let id = order.client_order_id.clone().unwrap_or_default();
            if order.status != OrderStatus::Rejected && !self.owned.contains(&id) {
                self.lost.push(format!("order {id} is {} and no report owns up to it", order.status));
            }
            if orders.iter().filter(|other| other.client_order_id == order.client_order_id).count() > 1 {
                self.twice.push(format!("order {id} is there twice"));
            }
            let filled: Decimal = self.fills(&order.order_id.to_string());
            if filled != order.filled_quantity || filled > order.quantity {
                self.twice.push(format!("order {id} of {} has fills of {filled}", order.quantity));
            }
        }
        for condition in self.conditions() {
            let id = condition.client_order_id.unwrap_or_default();
            if !self.owned.contains(&id) {
                self.lost.push(format!("condition order {id} is {} and no report owns up to it", condition.status));
            }
        }
        tally.judged(self.world.seed, self.stateless, [self.twice, self.lost, self.wrong]);
    }

    fn accepted(&mut self, write: u64, report: &Report, stands: bool) {
        let effects = self.effects(write);
        let is_so = match &report.subject {
            Subject::Place(id) => match self.order(id.as_str()) {
                // An answer without a state that anybody knows tells that the order was taken, and no more.
                Some(order) if order.status == OrderStatus::Rejected => {
                    self.stateless += u64::from(!stands);
                    !stands
                }
                order => effects == 1 && order.is_some(),
            },
            Subject::PlaceCondition(id) => {
                effects == 1 && self.condition(|of| of.client_order_id.as_deref() == Some(id.as_str())).is_some()
            }
            Subject::Amend(..) => effects == 1,
            Subject::Cancel(order) => self.referred(order).is_some_and(|order| is_cancelled(order.status)),
            Subject::CancelCondition(id) => {
                let condition = self.condition(|of| of.condition_id.to_string() == id.as_str());
                condition.is_some_and(|condition| condition.status == ConditionStatus::Cancelled)
            }
            // What arrived late, after the client had looked, does not count.
            Subject::CancelAll(CancelType::AllCondition) => {
                !self.conditions().iter().any(|of| of.status.is_open() && of.created_at < self.began)
            }
            Subject::CancelAll(_) => !self.orders().iter().any(|of| of.status.is_open() && of.created_at < self.began),
        };
        if !is_so {
            self.wrong.push(format!("write {write}: accepted, and it is not so: {:?} ({effects} effects)", report.subject));
        }
    }

    /// Nothing may stay unknown that can be seen.
    fn still_unknown(&mut self, write: u64, report: &Report) {
        let is_to_be_seen = match &report.subject {
            Subject::Place(id) => self.order(id.as_str()).is_some(),
            Subject::PlaceCondition(id) => self.condition(|of| of.client_order_id.as_deref() == Some(id.as_str())).is_some(),
            Subject::Amend(id, price) => {
                // An order at the market shows no price, and so never shows that it was not changed.
                let is_final = |order: &Order| order.status == OrderStatus::Filled && order.price.is_some();
                let amended = |order: &Order| order.price == Some(*price) || is_final(order);
                self.orders().iter().any(|order| order.order_id.to_string() == id.as_str() && amended(order))
            }
            Subject::Cancel(order) => self.referred(order).is_some_and(|order| !order.status.is_open()),
            Subject::CancelCondition(id) => {
                self.condition(|of| of.condition_id.to_string() == id.as_str()).is_some_and(|of| !of.status.is_open())
            }
            Subject::CancelAll(CancelType::AllCondition) => !self.conditions().iter().any(|of| of.status.is_open()),
            Subject::CancelAll(_) => !self.orders().iter().any(|of| of.status.is_open()),
        };
        if is_to_be_seen {
            self.lost.push(format!("write {write}: can be seen, and stays unknown: {:?}: {}", report.subject, report.words));
        }
    }

    /// A write may be sent again only after a certain refusal, and takes effect at most once.
    fn sent_once(&mut self, write: u64) {
        let requests = self.requests(write);
        if let Some((_, before)) = requests.split_last()
            && !before.iter().all(|request| self.was_turned_away(request))
        {
            self.twice.push(format!("write {write} was sent again after an uncertain end: {requests:?}"));
        }
        if self.effects(write) > 1 {
            self.twice.push(format!("write {write} took effect twice: {requests:?}"));
        }
    }

    /// Whether the client was told that the request had no effect: by a rate limit, or because of its timestamp.
    fn was_turned_away(&self, request: &Received) -> bool {
        let hits = self.world.sandbox.faults().hits();
        let is_hit = |by: fn(&Fault) -> bool| hits.iter().any(|hit| hit.request == request.number && by(&hit.fault));
        let is_answer_lost =
            is_hit(|fault| matches!(fault, Fault::DropAfter | Fault::ErrorAfter { .. } | Fault::HtmlAfter { .. } | Fault::TruncateBody));
        is_hit(|fault| matches!(fault, Fault::RateLimit { .. })) || (request.code == Some(1003) && !is_answer_lost)
    }

    fn effects(&self, write: u64) -> usize {
        self.requests(write).iter().filter(|request| request.took_effect()).count()
    }

    fn requests(&self, write: u64) -> Vec<Received> {
        let mut received = self.world.received(write);
        received.retain(|request| WRITES.contains(&request.operation));
        received
    }

    fn orders(&self) -> Vec<Order> {
        self.world.sandbox.exchange(|exchange| exchange.all_orders()).into_iter().map(|(_, order)| order).filter(is_the_clients).collect()
    }

    fn order(&self, id: &str) -> Option<Order> {
        self.find(Reference { order_id: None, client_order_id: Some(id) })
    }

    fn referred(&self, order: &OrderRef) -> Option<Order> {
        match order {
            OrderRef::Id(id) => self.find(Reference { order_id: Some(id.as_str()), client_order_id: None }),
            OrderRef::ClientId(id) => self.order(id.as_str()),
        }
    }

    fn find(&self, order: Reference<'_>) -> Option<Order> {
        self.world.sandbox.exchange(|exchange| exchange.order(&self.world.user, SYMBOL, order)).ok()
    }

    fn condition(&self, is_it: impl Fn(&ConditionOrder) -> bool) -> Option<ConditionOrder> {
        self.conditions().into_iter().find(is_it)
    }

    fn conditions(&self) -> Vec<ConditionOrder> {
        let user = &self.world.user;
        self.world.sandbox.exchange(|exchange| {
            let mut all = exchange.current_condition_orders(user, None).expect("the user is known");
            let page = PageRequest { page: 1, page_size: 100 };
            let past = exchange.condition_order_history(user, &ConditionFilter::default(), page).expect("the user is known");
            all.extend(past.list);
            all
        })
    }

    fn fills(&self, order_id: &str) -> Decimal {
        let filter = TradeFilter { order_id: Some(order_id.to_owned()), ..TradeFilter::default() };
        let page = PageRequest { page: 1, page_size: 100 };
        let fills = self.world.sandbox.exchange(|exchange| exchange.trades(&self.world.user, &filter, page));
        fills.expect("the user is known").list.iter().map(|fill| fill.quantity).sum()
    }
}

fn is_the_clients(order: &Order) -> bool {
    order.client_order_id.is_some()
}

fn is_cancelled(status: OrderStatus) -> bool {
    !status.is_open() && !matches!(status, OrderStatus::Filled | OrderStatus::Rejected)
}
