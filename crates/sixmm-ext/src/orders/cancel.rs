//! Cancelling a normal order.

use std::sync::Arc;

use sixmm_api::BoxFuture;
use sixmm_api::operations::CANCEL_ORDER;
use sixmm_api::types::{ClientOrderId, OrderId, OrderStatus};
use sixmm_core::Faults;

use super::find_out::{Finding, Question, found, settle};
use super::outcome::{ConfirmedBy, Evidence, Outcome, Subject};
use super::place::Placed;
use crate::call::GetOrder;
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
    /// Its state, if it was asked for: `CANCELED`, or `PARTIALLY_FILLED_CANCELED`. The answer to a cancellation tells nothing.
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

    /// Cancels it, sending at most one cancellation that may arrive.
    ///
    /// If the answer is lost, the order is asked for until it is final.
    ///
    /// [`Rejected`](Outcome::Rejected) means that this cancellation did nothing. Only with [`Error::is_too_late`] is the order final. Otherwise
    /// **it may still be open**: no connection, too many requests, wrong credentials. And [`Error::is_not_found`] proves nothing of an order
    /// whose own placement is unknown: it may be on its way.
    pub async fn send(self) -> Outcome<Cancelled> {
        let mut faults = Faults::new();
        faults.not_empty("symbol", &self.symbol);
        if !faults.is_empty() {
            return Outcome::Rejected(Error::invalid(&CANCEL_ORDER, faults));
        }
        let result = self.try_send().await;
        settle(result, || Arc::new(IsCancelled::new(&self.client, self.symbol, self.order))).await
    }

    async fn try_send(&self) -> Result<Cancelled, Error> {
        let (context, api) = self.client.prepare(&self.settings.options);
        let call = identified!(self.settings, api.cancel_order().symbol(self.symbol.as_str()));
        let call = match &self.order {
            OrderRef::Id(id) => call.order_id(id),
            OrderRef::ClientId(id) => call.client_order_id(id),
        };
        context.run(&CANCEL_ORDER, call.send()).await?;
        Ok(Cancelled { order: self.order.clone(), status: None, confirmed_by: ConfirmedBy::Answer })
    }
}

/// Is the order cancelled by now?
#[derive(Debug)]
pub(super) struct IsCancelled {
    client: Client,
    subject: Subject,
    symbol: String,
    order: OrderRef,
}

impl IsCancelled {
    pub(super) fn new(client: &Client, symbol: String, order: OrderRef) -> Self {
        Self { client: client.clone(), subject: Subject::of(&symbol, &order), symbol, order }
    }

    fn judge(&self, status: Option<OrderStatus>) -> Finding<Cancelled> {
        let Some(status) = status else { return Finding::Open(Evidence::Unreadable) };
        match status {
            OrderStatus::Canceled | OrderStatus::PartiallyFilledCanceled | OrderStatus::PartialFilledCanceled => {
                Finding::CarriedOut(Cancelled { order: self.order.clone(), status: Some(status), confirmed_by: ConfirmedBy::Query })
            }
            OrderStatus::Filled | OrderStatus::Rejected => Finding::Refused(Error::order_final(&CANCEL_ORDER, status)),
            open => Finding::Open(Evidence::Unchanged(open)),
        }
    }
}

impl Question<Cancelled> for IsCancelled {
    fn subject(&self) -> &Subject {
        &self.subject
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn ask(&self, options: CallOptions) -> BoxFuture<'_, Result<Finding<Cancelled>, Error>> {
        let call = GetOrder::by(&self.client, &self.symbol, &self.order).options(options);
        Box::pin(async move { found(call.send().await, |order| self.judge(order.status)) })
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

impl GetOrder {
    pub(super) fn by(client: &Client, symbol: &str, order: &OrderRef) -> Self {
        let call = Self::new(client, symbol);
        match order {
            OrderRef::Id(id) => call.order_id(id),
            OrderRef::ClientId(id) => call.client_order_id(id),
        }
    }
}
