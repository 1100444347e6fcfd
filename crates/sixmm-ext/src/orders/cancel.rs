//! Cancelling a normal order.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use sixmm_api::operations::CANCEL_ORDER;
use sixmm_api::types::{ClientOrderId, OrderId, OrderStatus};
use sixmm_api::{BoxFuture, Operation, requests};
use venue_core::Faults;

use super::answer::{Effect, check_refusal, check_success};
use super::evidence::{Evidence, Subject};
use super::expected::Expected;
use super::outcome::{ConfirmedBy, Outcome};
use super::place::{Placed, look_up_order};
use super::reconcile::{Deadline, Finding, Reconcile, found, settle};
use super::reported::{Field, Reported};
use super::send_log::SendLog;
use super::sent_order::{Placement, given_id, is_consistent, order_status};
use super::unresolved::Resume;
use crate::call::settings::{Settings, identified, settings};
use crate::{CallOptions, Client, Error};

/// One normal order, by the exchange's id or by yours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OrderRef {
    /// By the exchange's id.
    Id(OrderId),
    /// By your id.
    ClientId(ClientOrderId),
}

impl From<OrderId> for OrderRef {
    fn from(id: OrderId) -> Self {
        Self::Id(id)
    }
}

impl From<&OrderId> for OrderRef {
    fn from(id: &OrderId) -> Self {
        Self::Id(id.clone())
    }
}

impl From<ClientOrderId> for OrderRef {
    fn from(id: ClientOrderId) -> Self {
        Self::ClientId(id)
    }
}

impl From<&ClientOrderId> for OrderRef {
    fn from(id: &ClientOrderId) -> Self {
        Self::ClientId(id.clone())
    }
}

impl From<&Placed> for OrderRef {
    fn from(placed: &Placed) -> Self {
        Self::Id(placed.order_id.clone())
    }
}

/// An order that was cancelled: what had been filled before counts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Cancelled {
    /// Which one.
    pub order: OrderRef,
    /// Its state if a lookup found it: `CANCELED`, or `PARTIALLY_FILLED_CANCELED`. The answer to a cancellation documents no state.
    pub status: Option<OrderStatus>,
    /// How it is known.
    pub confirmed_by: ConfirmedBy,
}

/// Cancels a normal order: see [`Orders::cancel`](super::Orders::cancel).
#[derive(Clone, Debug)]
#[must_use = "nothing is cancelled until it is sent"]
pub struct Cancel {
    client: Client,
    symbol: String,
    order: OrderRef,
    settings: Settings,
}

settings!(Cancel);

impl Cancel {
    pub(super) fn new(client: &Client, symbol: String, order: OrderRef) -> Self {
        Self { client: client.clone(), symbol, order, settings: Settings::default() }
    }

    /// Cancels it.
    ///
    /// If the answer is lost or contradicts itself, the order is looked up until it is final, and the cancellation is sent again after each
    /// lookup that does not show that, with a new signature. A second cancellation does no harm; a lost one leaves the order in the market.
    ///
    /// [`Rejected`](Outcome::Rejected) means that this cancellation did nothing. Only with [`Error::is_too_late`] is the order final. Otherwise
    /// **it may still be open**: no connection, too many requests, wrong credentials. And [`Error::is_not_found`] proves nothing of an order
    /// whose own placement is unknown: it may be on its way. [`Unresolved::cancel`](super::Unresolved::cancel) cancels such an order.
    ///
    /// It returns within the call's timeout plus the `patience` of [`Resolution`](crate::Resolution). A cancellation that was sent can still
    /// take effect for the 10 seconds of its signature after that.
    pub async fn send(self) -> Outcome<Cancelled> {
        let mut faults = Faults::new();
        faults.not_empty("symbol", &self.symbol);
        if !faults.is_empty() {
            return Outcome::Rejected(Error::invalid(&CANCEL_ORDER, faults));
        }
        let log = Arc::new(SendLog::new(&self.client));
        let result = cancel_once(&self.client, &self.symbol, &self.order, &self.settings, &log).await;
        settle(result, &log, || Arc::new(OrderCancellation::new(&self.client, &self.symbol, self.order))).await
    }
}

/// Sends one cancellation.
async fn cancel_once(client: &Client, symbol: &str, order: &OrderRef, settings: &Settings, log: &Arc<SendLog>) -> Result<Cancelled, Error> {
    let (context, api) = client.prepare_write(&settings.options, log);
    let call = identified!(settings, requests::CancelOrder::new().symbol(symbol));
    let call = match order {
        OrderRef::Id(id) => call.order_id(id),
        OrderRef::ClientId(id) => call.client_order_id(id),
    };
    let answer =
        context.run(&CANCEL_ORDER, api.send(call)).await.map_err(|error| check_refusal(error, Effect::Cancel, &expected(symbol, order)))?;
    check_success(&answer, context.request_id(&answer).as_deref(), &expected(symbol, order), Effect::Cancel)?;
    Ok(Cancelled { order: order.clone(), status: None, confirmed_by: ConfirmedBy::Answer })
}

fn expected(symbol: &str, order: &OrderRef) -> Expected {
    match order {
        OrderRef::Id(id) => Expected::by_order_id(symbol, id),
        OrderRef::ClientId(id) => Expected::by_client_order_id(symbol, id),
    }
}

/// The cancellation of a normal order: is the order cancelled by now?
#[derive(Debug)]
pub(super) struct OrderCancellation {
    client: Client,
    symbol: String,
    order: OrderRef,
    /// The exchange's id, once a lookup showed it.
    order_id: Mutex<Option<OrderId>>,
    /// The order's own placement, if its outcome is unknown.
    placement: Option<Placement>,
}

impl OrderCancellation {
    pub(super) fn new(client: &Client, symbol: &str, order: OrderRef) -> Self {
        Self { client: client.clone(), symbol: symbol.to_owned(), order, order_id: Mutex::default(), placement: None }
    }

    /// The order may not have arrived yet: "not found" ends it as soon as its placement has expired.
    pub(super) fn of_a_placement(self, placement: Placement) -> Self {
        Self { placement: Some(placement), ..self }
    }

    fn classify(&self, order: &Reported) -> Finding<Cancelled> {
        // The caller's id may have belonged to an older order.
        if let Some(Err(evidence)) = self.placement.as_ref().map(|placement| placement.sent.recognise(&self.client, order)) {
            return Finding::Open(evidence);
        }
        if !is_consistent(order) {
            return Finding::Open(Evidence::Unreadable);
        }
        let differences = expected(&self.symbol, &self.order).compare(order);
        if !differences.identity.is_empty() {
            return Finding::Open(Evidence::AnotherOrder);
        }
        let Field::Value(status) = order_status(&self.client, order) else { return Finding::Open(Evidence::Unreadable) };
        let asked = match &self.order {
            OrderRef::Id(_) => "orderId",
            OrderRef::ClientId(_) => "clientOrderId",
        };
        if order.id(asked) == Field::Absent {
            return Finding::Open(Evidence::Unreadable);
        }
        if let Some(id) = given_id(order, "orderId").map(OrderId::from) {
            let mut known = self.order_id.lock().unwrap_or_else(PoisonError::into_inner);
            // The caller's id may name more than one order.
            if known.as_ref().is_some_and(|known| *known != id) {
                return Finding::Open(Evidence::AnotherOrder);
            }
            *known = Some(id);
        }
        match status {
            status @ (OrderStatus::Canceled | OrderStatus::PartiallyFilledCanceled | OrderStatus::PartialFilledCanceled) => {
                Finding::Executed(Cancelled { order: self.order.clone(), status: Some(status), confirmed_by: ConfirmedBy::Query })
            }
            status @ (OrderStatus::Filled | OrderStatus::Rejected) => Finding::Refused(Error::order_final(&CANCEL_ORDER, status)),
            open => Finding::Open(Evidence::Unchanged(open)),
        }
    }

    /// By the exchange's id once it is known: the caller's id may name more than one order.
    fn best_reference(&self) -> OrderRef {
        let known = self.order_id.lock().unwrap_or_else(PoisonError::into_inner).clone();
        known.map_or_else(|| self.order.clone(), OrderRef::Id)
    }
}

impl Reconcile<Cancelled> for OrderCancellation {
    fn subject(&self) -> Subject {
        Subject::of(&self.symbol, &self.order)
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Finding<Cancelled>, Error>> {
        Box::pin(async move {
            found(look_up_order(&self.client, &self.symbol, &self.order, deadline.options()).await, |order| self.classify(&order))
        })
    }

    fn repeat<'a>(&'a self, options: CallOptions, log: &'a Arc<SendLog>) -> Option<BoxFuture<'a, Result<Cancelled, Error>>> {
        Some(Box::pin(async move {
            let settings = Settings { options, request_id: None };
            let cancelled = cancel_once(&self.client, &self.symbol, &self.best_reference(), &settings, log).await?;
            if self.placement.is_some() {
                // It may have cancelled an older order of the same id: only a lookup shows that this one is final.
                return Err(Error::unclear(&CANCEL_ORDER, None));
            }
            Ok(Cancelled { order: self.order.clone(), ..cancelled })
        }))
    }

    fn expiring<'a>(&'a self, log: &'a SendLog) -> &'a SendLog {
        self.placement.as_ref().map_or(log, |placement| &placement.log)
    }

    fn expires_with(&self, evidence: &Evidence) -> bool {
        // An order that is found has arrived: it is cancelled on and on.
        matches!(evidence, Evidence::NotFound) || self.placement.is_none() && !matches!(evidence, Evidence::AnotherOrder)
    }

    fn ends_at_expiry(&self) -> bool {
        self.placement.is_some()
    }

    fn to_json(&self) -> Value {
        let (name, id) = match &self.order {
            OrderRef::Id(id) => ("orderId", id.as_str()),
            OrderRef::ClientId(id) => ("clientOrderId", id.as_str()),
        };
        let placement = self.placement.as_ref().map(|placement| placement.to_json(&self.client));
        let known = self.order_id.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|id| id.as_str().to_owned());
        json!({ "kind": "cancel", "symbol": self.symbol, name: id, "knownOrderId": known, "placement": placement })
    }
}

impl Resume for Cancelled {
    fn resume(client: &Client, _: &'static Operation, saved: &Reported) -> Option<Arc<dyn Reconcile<Self>>> {
        if saved.text("kind").value()? != "cancel" {
            return None;
        }
        let by_id = saved.text("orderId").value().map(|id| OrderRef::Id(OrderId::from(id)));
        let order = by_id.or_else(|| saved.text("clientOrderId").value().map(|id| OrderRef::ClientId(ClientOrderId::from(id))))?;
        let cancellation = OrderCancellation::new(client, &saved.text("symbol").value()?, order);
        let known = saved.text("knownOrderId").value().map(OrderId::from);
        let placement = match saved.object("placement") {
            Some(placement) => Some(Placement::from_json(client, &placement)?),
            None => None,
        };
        Some(Arc::new(OrderCancellation { order_id: Mutex::new(known), placement, ..cancellation }))
    }
}

impl Subject {
    pub(super) fn of(symbol: &str, order: &OrderRef) -> Self {
        let (order_id, client_order_id) = match order {
            OrderRef::Id(id) => (Some(id.clone()), None),
            OrderRef::ClientId(id) => (None, Some(id.clone())),
        };
        Self { symbol: Some(symbol.to_owned()), client_order_id, order_id, condition_id: None }
    }
}
