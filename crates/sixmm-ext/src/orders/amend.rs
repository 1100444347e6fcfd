//! Changing the price or the quantity of an open order.

use std::sync::Arc;

use sixmm_api::operations::AMEND_ORDER;
use sixmm_api::types::builder::AmendOrderRequest as RequestBuilder;
use sixmm_api::types::{AmendOrderRequest, Order, OrderId, OrderStatus};
use sixmm_api::{BoxFuture, Decimal, ExactDecimal};
use sixmm_core::Faults;

use super::amount::Amount;
use super::checks;
use super::find_out::{Finding, Question, found, settle};
use super::outcome::{ConfirmedBy, Evidence, Outcome, Subject};
use crate::call::GetOrder;
use crate::call::settings::{Settings, identified, settings};
use crate::{CallOptions, Client, Error};

/// An order that was changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Amended {
    /// The exchange's id. The documentation does not say whether an order keeps it.
    pub order_id: OrderId,
    /// Its state, if it was asked for.
    pub status: Option<OrderStatus>,
    /// How it is known.
    pub confirmed_by: ConfirmedBy,
}

/// Changes an open order: see [`Orders::amend`](super::Orders::amend).
#[derive(Clone, Debug)]
#[must_use = "nothing is changed until it is sent"]
pub struct Amend {
    client: Client,
    symbol: String,
    order_id: OrderId,
    price: Option<Amount>,
    quantity: Option<Amount>,
    settings: Settings,
}

settings!(Amend);

impl Amend {
    pub(super) fn new(client: &Client, symbol: String, order_id: OrderId) -> Self {
        Self { client: client.clone(), symbol, order_id, price: None, quantity: None, settings: Settings::default() }
    }

    /// The new price, in the quote asset.
    pub fn price(mut self, price: impl TryInto<ExactDecimal>) -> Self {
        self.price = Some(Amount::new(price));
        self
    }

    /// The new **total** quantity, in the base asset: what has been filled already is part of it.
    pub fn total_quantity(mut self, quantity: impl TryInto<ExactDecimal>) -> Self {
        self.quantity = Some(Amount::new(quantity));
        self
    }

    /// Changes it, sending at most one change that may arrive.
    ///
    /// If the answer is lost, the order is asked for until it shows the new price and quantity, or is final. One that never shows them is
    /// unknown, as long as it is open: the change may still be on its way. Cancelling the order is safe then, and so is a change to the same
    /// price and total quantity; a change to others may be undone by the one that comes late.
    pub async fn send(self) -> Outcome<Amended> {
        // That one of price and quantity is needed is inferred; here a change of nothing is a mistake.
        let mut faults = Faults::new().with_inferred();
        let Some(request) = self.request(&mut faults).filter(|_| faults.is_empty()) else {
            return Outcome::Rejected(Error::invalid(&AMEND_ORDER, faults));
        };
        let result = self.try_send(&request).await;
        let AmendOrderRequest { price, quantity, .. } = request;
        let (symbol, order_id) = (self.symbol.clone(), self.order_id.clone());
        settle(result, || Arc::new(IsAmended::new(&self.client, symbol, Change { order_id, price, quantity }))).await
    }

    fn request(&self, faults: &mut Faults) -> Option<AmendOrderRequest> {
        let mut builder = RequestBuilder::default().symbol(self.symbol.as_str()).order_id(&self.order_id);
        if let Some(price) = self.price {
            builder = builder.price(price);
        }
        if let Some(quantity) = self.quantity {
            builder = builder.quantity(quantity);
        }
        let request = builder.finish(faults)?;
        checks::amendment(request.price, request.quantity, self.client.known_rules(&self.symbol).as_deref(), faults);
        Some(request)
    }

    async fn try_send(&self, request: &AmendOrderRequest) -> Result<Amended, Error> {
        let (context, api) = self.client.prepare(&self.settings.options);
        let call = identified!(self.settings, api.amend_order().body(request.clone()));
        context.run(&AMEND_ORDER, call.send()).await?;
        Ok(Amended { order_id: self.order_id.clone(), status: None, confirmed_by: ConfirmedBy::Answer })
    }
}

/// What was to become of an order.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) order_id: OrderId,
    pub(super) price: Option<Decimal>,
    pub(super) quantity: Option<Decimal>,
}

/// Does the order show the new price and quantity by now?
#[derive(Debug)]
pub(super) struct IsAmended {
    client: Client,
    subject: Subject,
    symbol: String,
    change: Change,
}

impl IsAmended {
    pub(super) fn new(client: &Client, symbol: String, change: Change) -> Self {
        let subject = Subject { symbol: Some(symbol.clone()), order_id: Some(change.order_id.clone()), ..Subject::default() };
        Self { client: client.clone(), subject, symbol, change }
    }

    fn judge(&self, order: Order) -> Finding<Amended> {
        let Change { order_id, price, quantity } = &self.change;
        let Some(status) = order.status else { return Finding::Open(Evidence::Unreadable) };
        if status == OrderStatus::Rejected {
            return Finding::Refused(Error::order_final(&AMEND_ORDER, status));
        }
        if price.is_some() && order.price.is_none() || quantity.is_some() && order.quantity.is_none() {
            return Finding::Open(Evidence::Unreadable);
        }
        let shows = |wanted: &Option<Decimal>, seen: Option<Decimal>| wanted.is_none() || *wanted == seen;
        if shows(price, order.price) && shows(quantity, order.quantity) {
            return Finding::CarriedOut(Amended { order_id: order_id.clone(), status: Some(status), confirmed_by: ConfirmedBy::Query });
        }
        match status {
            // A cancelled order tells nothing: the exchange may change an order by cancelling it and placing another one.
            OrderStatus::Filled => Finding::Refused(Error::order_final(&AMEND_ORDER, status)),
            status => Finding::Open(Evidence::Unchanged(status)),
        }
    }
}

impl Question<Amended> for IsAmended {
    fn subject(&self) -> &Subject {
        &self.subject
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn ask(&self, options: CallOptions) -> BoxFuture<'_, Result<Finding<Amended>, Error>> {
        let call = GetOrder::new(&self.client, self.symbol.as_str()).order_id(&self.change.order_id).options(options);
        Box::pin(async move { found(call.send().await, |order| self.judge(order)) })
    }
}
