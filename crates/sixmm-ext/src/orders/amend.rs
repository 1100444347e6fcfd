//! Changing the price or the quantity of an open order.

use std::sync::Arc;

use serde_json::{Value, json};
use sixmm_api::operations::AMEND_ORDER;
use sixmm_api::types::{OrderId, OrderStatus};
use sixmm_api::{BoxFuture, Decimal, ExactDecimal, Operation, requests};
use venue_core::request::send_checked;
use venue_core::{Faults, Request as _};

use super::amount::Amount;
use super::answer::{Effect, check_refusal, check_success};
use super::cancel::OrderRef;
use super::checks;
use super::evidence::{Evidence, Subject};
use super::expected::Expected;
use super::outcome::{ConfirmedBy, Outcome};
use super::place::look_up_order;
use super::reconcile::{Deadline, Finding, Reconcile, found, settle};
use super::reported::{Field, Reported};
use super::send_log::SendLog;
use super::sent_order::{is_consistent, order_status};
use super::unresolved::Resume;
use crate::call::settings::{Settings, identified, settings};
use crate::{Client, Error};

/// An order that was changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Amended {
    /// The exchange's id. The documentation does not say whether an order keeps it.
    pub order_id: OrderId,
    /// Its state, if a lookup found it.
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
    /// If the answer is lost or contradicts itself, the order is looked up until it shows the new price and quantity, or is final. One that
    /// never shows them is unknown, as long as it is open: the change may still be on its way. Cancelling the order is safe then, and so is a
    /// change to the same price and total quantity; a change to others may be undone by the one that comes late.
    ///
    /// It returns within the call's timeout plus the `patience` of [`Resolution`](crate::Resolution).
    pub async fn send(self) -> Outcome<Amended> {
        // That one of price and quantity is needed is inferred; here a change of nothing is a mistake.
        let mut faults = Faults::new().with_inferred();
        let Some(request) = self.request(&mut faults).filter(|_| faults.is_empty()) else {
            return Outcome::Rejected(Error::invalid(&AMEND_ORDER, faults));
        };
        let log = Arc::new(SendLog::new(&self.client));
        let amendment = Amendment::new(&self.client, &self.symbol, self.order_id.clone(), request.price, request.quantity);
        let result = self.try_send(&request, &amendment.expected, &log).await;
        settle(result, &log, || Arc::new(amendment)).await
    }

    fn request(&self, faults: &mut Faults) -> Option<requests::AmendOrder> {
        let mut request = requests::AmendOrder::new().symbol(self.symbol.as_str()).order_id(&self.order_id);
        request.price = Amount::read("price", self.price, faults);
        request.quantity = Amount::read("quantity", self.quantity, faults);
        let is_readable = faults.is_empty();
        request.check(faults);
        if !is_readable {
            return None;
        }
        checks::amendment(request.price, request.quantity, self.client.known_rules(&self.symbol).as_deref(), faults);
        Some(request)
    }

    async fn try_send(&self, request: &requests::AmendOrder, expected: &Expected, log: &Arc<SendLog>) -> Result<Amended, Error> {
        let (context, api) = self.client.prepare_write(&self.settings.options, log);
        let call = identified!(self.settings, request.clone());
        let answer = context
            .run(&AMEND_ORDER, send_checked(api.core(), call))
            .await
            .map_err(|error| check_refusal(error, Effect::Amend, expected))?;
        check_success(&answer, context.request_id(&answer).as_deref(), expected, Effect::Amend)?;
        Ok(Amended { order_id: self.order_id.clone(), status: None, confirmed_by: ConfirmedBy::Answer })
    }
}

/// The amendment of a normal order: does the order show the new price and quantity by now?
#[derive(Debug)]
pub(super) struct Amendment {
    client: Client,
    symbol: String,
    order_id: OrderId,
    pub(super) expected: Expected,
}

impl Amendment {
    pub(super) fn new(client: &Client, symbol: &str, order_id: OrderId, price: Option<Decimal>, quantity: Option<Decimal>) -> Self {
        let expected = Expected::by_order_id(symbol, &order_id).with_amounts(price, quantity);
        Self { client: client.clone(), symbol: symbol.to_owned(), order_id, expected }
    }

    fn classify(&self, order: &Reported) -> Finding<Amended> {
        if !is_consistent(order) {
            return Finding::Open(Evidence::Unreadable);
        }
        let differences = self.expected.compare(order);
        if !differences.identity.is_empty() {
            return Finding::Open(Evidence::AnotherOrder);
        }
        let Field::Value(status) = order_status(&self.client, order) else { return Finding::Open(Evidence::Unreadable) };
        if order.id("orderId") == Field::Absent {
            return Finding::Open(Evidence::Unreadable);
        }
        if status == OrderStatus::Rejected {
            return Finding::Refused(Error::order_final(&AMEND_ORDER, status));
        }
        let is_missing = |name, wanted: Option<Decimal>| wanted.is_some() && order.decimal(name).value().is_none();
        if is_missing("price", self.expected.price) || is_missing("quantity", self.expected.quantity) {
            return Finding::Open(Evidence::Unreadable);
        }
        // Not a rounding, either: an old price of 85000 would pass for 85000.4.
        if differences.is_none() {
            return Finding::Executed(Amended { order_id: self.order_id.clone(), status: Some(status), confirmed_by: ConfirmedBy::Query });
        }
        match status {
            // A cancelled order decides nothing: the exchange may amend an order by cancelling it and placing another one.
            OrderStatus::Filled => Finding::Refused(Error::order_final(&AMEND_ORDER, status)),
            status => Finding::Open(Evidence::Differs { status: Some(status), differences: differences.amounts }),
        }
    }
}

impl Reconcile<Amended> for Amendment {
    fn subject(&self) -> Subject {
        Subject { symbol: Some(self.symbol.clone()), order_id: Some(self.order_id.clone()), ..Subject::default() }
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Finding<Amended>, Error>> {
        Box::pin(async move {
            let order = OrderRef::from(&self.order_id);
            found(look_up_order(&self.client, &self.symbol, &order, deadline.options()).await, |order| self.classify(&order))
        })
    }

    fn to_json(&self) -> Value {
        json!({ "kind": "amend", "symbol": self.symbol, "orderId": self.order_id.as_str(), "expected": self.expected.to_json() })
    }
}

impl Resume for Amended {
    fn resume(client: &Client, _: &'static Operation, saved: &Reported) -> Option<Arc<dyn Reconcile<Self>>> {
        if saved.text("kind").value()? != "amend" {
            return None;
        }
        let Expected { price, quantity, .. } = Expected::from_json(&saved.object("expected")?)?;
        let (symbol, order_id) = (saved.text("symbol").value()?, OrderId::from(saved.text("orderId").value()?));
        Some(Arc::new(Amendment::new(client, &symbol, order_id, price, quantity)))
    }
}
