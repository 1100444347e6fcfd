//! The state of the exchange: its orders, and its record of requests and faults.

use sixmm_ext::{Decimal, orders::OrderRef};
use sixmm_sandbox::exchange::{ConditionFilter, ConditionOrder, Order, OrderRef as Reference, PageRequest, TradeFilter};
use sixmm_sandbox::{Fault, LoggedRequest};

use crate::faults::{CANCELLATIONS, LOOKUPS, WRITES, loses_request, loses_response};
use crate::harness::{Credentials, Harness, SYMBOL};

/// The state of the exchange in a run.
pub(crate) struct GroundTruth<'a>(pub(crate) &'a Harness);

impl GroundTruth<'_> {
    /// Whether the client received a rejection that proves that the request had no effect: a rate limit, an invalid timestamp or an
    /// expired token.
    pub(crate) fn was_rejected_without_effect(&self, request: &LoggedRequest) -> bool {
        let is_answer_lost = self.was_hit(request, loses_response);
        let expired = match self.0.credentials {
            Credentials::ApiKey => 1003,
            Credentials::Session => 1002,
        };
        self.was_hit(request, |fault| matches!(fault, Fault::RateLimit { .. })) || (request.code == Some(expired) && !is_answer_lost)
    }

    /// Whether such a fault hit the response to a write, or the response to a lookup after the write.
    pub(crate) fn was_write_hit(&self, write: usize, by: fn(&Fault) -> bool) -> bool {
        self.0.received(write).iter().any(|request| self.was_hit(request, by))
    }

    pub(crate) fn was_hit(&self, request: &LoggedRequest, by: fn(&Fault) -> bool) -> bool {
        self.0.sandbox.faults().hits().iter().any(|hit| hit.request == request.number && by(&hit.fault))
    }

    pub(crate) fn effects(&self, write: usize) -> usize {
        self.requests(write).iter().filter(|request| request.took_effect()).count()
    }

    pub(crate) fn requests(&self, write: usize) -> Vec<LoggedRequest> {
        let mut received = self.0.received(write);
        received.retain(|request| WRITES.contains(&request.operation));
        received
    }

    /// The number of requests of a cancellation that were lost before they arrived, and the number whose response was lost.
    pub(crate) fn lost_cancellations(&self, write: usize) -> [usize; 2] {
        let cancellations: Vec<LoggedRequest> = self.cancellations(write);
        let count = |loses: fn(&Fault) -> bool| cancellations.iter().filter(|request| self.was_hit(request, loses)).count();
        [count(loses_request), count(loses_response)]
    }

    /// The cancellation requests of a write, in the order of their arrival.
    pub(crate) fn cancellations(&self, write: usize) -> Vec<LoggedRequest> {
        let mut requests = self.requests(write);
        requests.retain(|request| CANCELLATIONS.contains(&request.operation));
        requests
    }

    /// The number of lookups of a write that arrived.
    pub(crate) fn lookups(&self, write: usize) -> usize {
        self.0.received(write).iter().filter(|request| LOOKUPS.contains(&request.operation)).count()
    }

    /// Whether a lookup of a write arrived between two of its requests.
    pub(crate) fn has_lookup_between(&self, write: usize, earlier: &LoggedRequest, later: &LoggedRequest) -> bool {
        let is_between = |request: &LoggedRequest| earlier.number < request.number && request.number < later.number;
        self.0.received(write).iter().any(|request| LOOKUPS.contains(&request.operation) && is_between(request))
    }

    pub(crate) fn orders(&self) -> Vec<Order> {
        self.0.sandbox.exchange(|exchange| exchange.all_orders()).into_iter().map(|(_, order)| order).filter(is_the_clients).collect()
    }

    pub(crate) fn order(&self, id: &str) -> Option<Order> {
        self.find(Reference { order_id: None, client_order_id: Some(id) })
    }

    pub(crate) fn referred(&self, order: &OrderRef) -> Option<Order> {
        match order {
            OrderRef::Id(id) => self.find(Reference { order_id: Some(id.as_str()), client_order_id: None }),
            OrderRef::ClientId(id) => self.order(id.as_str()),
        }
    }

    fn find(&self, order: Reference<'_>) -> Option<Order> {
        self.0.sandbox.exchange(|exchange| exchange.order(&self.0.user, SYMBOL, order)).ok()
    }

    pub(crate) fn condition(&self, id: &str) -> Option<ConditionOrder> {
        self.find_condition(|condition| condition.client_order_id.as_deref() == Some(id))
    }

    pub(crate) fn find_condition(&self, is_it: impl Fn(&ConditionOrder) -> bool) -> Option<ConditionOrder> {
        self.conditions().into_iter().find(is_it)
    }

    /// Whether an order or a condition order has this client order id.
    pub(crate) fn exists(&self, id: &str) -> bool {
        self.order(id).is_some() || self.condition(id).is_some()
    }

    pub(crate) fn conditions(&self) -> Vec<ConditionOrder> {
        let user = &self.0.user;
        self.0.sandbox.exchange(|exchange| {
            let mut all = exchange.current_condition_orders(user, None).expect("the user is known");
            let page = PageRequest { page: 1, page_size: 100 };
            let past = exchange.condition_order_history(user, &ConditionFilter::default(), page).expect("the user is known");
            all.extend(past.list);
            all
        })
    }

    pub(crate) fn fills(&self, order_id: &str) -> Decimal {
        let filter = TradeFilter { order_id: Some(order_id.to_owned()), ..TradeFilter::default() };
        let page = PageRequest { page: 1, page_size: 100 };
        let fills = self.0.sandbox.exchange(|exchange| exchange.trades(&self.0.user, &filter, page));
        fills.expect("the user is known").list.iter().map(|fill| fill.quantity).sum()
    }
}

fn is_the_clients(order: &Order) -> bool {
    order.client_order_id.is_some()
}
