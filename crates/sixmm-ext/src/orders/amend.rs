//! Amending the price or the quantity of an open order.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sixmm_api::operations::AMEND_ORDER;
use sixmm_api::types::{OrderId, OrderStatus};
use sixmm_api::{BoxFuture, Decimal, Operation, requests};
use venue_core::{Request as _, ValidationErrors};
use venue_runtime::reconcile::json_fields::{FieldValue, JsonFields};
use venue_runtime::reconcile::{AttemptLog, ConfirmedBy, Deadline, ExpectedOrder as _, Reconcile, WriteResult, settle};

use super::checked_request::CheckedRequest;
use super::decimal_input::{DecimalInput, IntoDecimal};
use super::order_fields::{is_consistent, order_status};
use super::order_key::{OrderKey, OrderRef};
use super::order_lookup::look_up_order;
use super::order_terms::OrderTerms;
use super::reconcile::{DynWrite, SixMmOrders, new_log};
use super::response_check::{Effect, check_rejection, check_success};
use super::{LastLookup, Lookup, Outcome, validate};
use crate::Error;
use crate::call::settings::{Settings, identified, settings};
use crate::client_inner::{ClientInner, printable_request_id};

/// An order that was amended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Amended {
    /// The exchange's id of the order, as it was sent with the amendment. The documentation does not say whether an amended order keeps its
    /// id.
    pub order_id: OrderId,
    /// The status that a lookup showed. `None` if the response confirmed the amendment.
    pub status: Option<OrderStatus>,
    /// Whether the response or a lookup confirmed the amendment.
    pub confirmed_by: ConfirmedBy,
}

/// The amendment of an open order: see [`Orders::amend`](super::Orders::amend).
#[derive(Clone, Debug)]
#[must_use = "nothing is amended until it is sent"]
pub struct Amend {
    client: ClientInner,
    symbol: String,
    order_id: OrderId,
    price: Option<DecimalInput>,
    quantity: Option<DecimalInput>,
    settings: Settings,
}

settings!(Amend);

impl Amend {
    pub(super) fn new(client: &ClientInner, symbol: String, order_id: OrderId) -> Self {
        Self { client: client.clone(), symbol, order_id, price: None, quantity: None, settings: Settings::default() }
    }

    /// Sets the new price, in the quote asset.
    pub fn price(mut self, price: impl IntoDecimal) -> Self {
        self.price = Some(DecimalInput::new(price));
        self
    }

    /// Sets the new **total** quantity, in the base asset. The total includes the quantity that is already filled.
    pub fn total_quantity(mut self, quantity: impl IntoDecimal) -> Self {
        self.quantity = Some(DecimalInput::new(quantity));
        self
    }

    /// Amends the order. The amendment is sent again only if the exchange certainly did not receive it.
    ///
    /// If the response is lost or contradicts itself, the client looks the order up until the order shows the new price and quantity, or is
    /// final. If the order is still open and does not show the new price and quantity, the outcome is [`Unknown`](Outcome::Unknown),
    /// because the amendment may still be in flight. Two reactions are safe then: cancel the order, or amend the order again to the same
    /// price and total quantity. An amendment to other values is not safe, because the first amendment can arrive later and overwrite these
    /// values.
    ///
    /// Returns within the call's timeout plus the timeout of [`ReconcilePolicy`](crate::ReconcilePolicy).
    pub async fn send(self) -> Outcome<Amended> {
        let mut faults = amendment_faults();
        faults.not_empty("symbol", &self.symbol);
        let request = self.to_request(&mut faults);
        let amendment = Amendment::new(&self.client, &self.symbol, self.order_id.clone(), request.price, request.quantity);
        let request = match CheckedRequest::already_checked(identified!(self.settings, request), faults) {
            Ok(request) => request,
            Err(error) => return Outcome::Rejected(error),
        };
        let log = new_log();
        let result = self.try_send(request, &amendment.expected, &log).await;
        settle(result, &log, || Arc::new(amendment)).await
    }

    fn to_request(&self, faults: &mut ValidationErrors) -> requests::AmendOrder {
        let mut unreadable = ValidationErrors::new();
        let price = DecimalInput::read("price", self.price.as_ref(), &mut unreadable);
        let quantity = DecimalInput::read("quantity", self.quantity.as_ref(), &mut unreadable);
        for fault in unreadable.as_slice() {
            faults.add(fault.field(), fault.kind().clone());
        }
        let mut request = requests::AmendOrder::new().symbol(self.symbol.as_str()).order_id(&self.order_id);
        (request.price, request.quantity) = (price, quantity);
        if unreadable.is_empty() {
            // An amount that cannot be read must not be reported as missing, too.
            request.check(faults);
        }
        validate::amendment(price, quantity, self.client.known_rules(&self.symbol).as_deref(), faults);
        request
    }

    async fn try_send(
        &self,
        request: CheckedRequest<requests::AmendOrder>,
        expected: &OrderTerms,
        log: &Arc<AttemptLog>,
    ) -> Result<Amended, Error> {
        let response = request.send(&self.client, &self.settings.options, log).await;
        let response = response.map_err(|error| check_rejection(error, Effect::Amend, expected))?;
        check_success(&response, printable_request_id(&response).as_deref(), expected, Effect::Amend)?;
        Ok(Amended { order_id: self.order_id.clone(), status: None, confirmed_by: ConfirmedBy::Response })
    }
}

/// An empty list of faults, to which the checks of an amendment add their results. With this list, inferred rules are checked as well: the
/// documentation only implies that an amendment needs a price or a quantity, but an amendment without both is a mistake.
pub(super) fn amendment_faults() -> ValidationErrors {
    ValidationErrors::new().with_inferred()
}

/// Reconciles the amendment of a normal order: looks up whether the order shows the new price and quantity.
#[derive(Debug)]
pub(super) struct Amendment {
    client: ClientInner,
    symbol: String,
    order_id: OrderId,
    pub(super) expected: OrderTerms,
}

/// The `kind` of a saved amendment.
const KIND: &str = "amend";

impl Amendment {
    pub(super) fn new(client: &ClientInner, symbol: &str, order_id: OrderId, price: Option<Decimal>, quantity: Option<Decimal>) -> Self {
        let expected = OrderTerms::by_order_id(symbol, &order_id).with_amounts(price, quantity);
        Self { client: client.clone(), symbol: symbol.to_owned(), order_id, expected }
    }

    fn classify(&self, order: &JsonFields<'_>) -> Lookup<Amended> {
        if !is_consistent(order) {
            return Lookup::Undecided(LastLookup::Unreadable);
        }
        let differences = self.expected.compare(order);
        if !differences.identity.is_empty() {
            return Lookup::Undecided(LastLookup::AnotherOrder);
        }
        let FieldValue::Value(status) = order_status(&self.client, order) else { return Lookup::Undecided(LastLookup::Unreadable) };
        if order.id("orderId") == FieldValue::Absent {
            return Lookup::Undecided(LastLookup::Unreadable);
        }
        if status == OrderStatus::Rejected {
            return Lookup::Rejected(Error::order_final(&AMEND_ORDER, status));
        }
        let is_missing = |name, expected: Option<Decimal>| expected.is_some() && order.decimal(name).value().is_none();
        if is_missing("price", self.expected.price) || is_missing("quantity", self.expected.quantity) {
            return Lookup::Undecided(LastLookup::Unreadable);
        }
        // Amounts must match exactly. If a rounded price were accepted, an order that still has its old price of 85000 would count as
        // amended to the new price of 85000.4.
        if differences.is_empty() {
            return Lookup::Executed(Amended { order_id: self.order_id.clone(), status: Some(status), confirmed_by: ConfirmedBy::Lookup });
        }
        match status {
            // The status of a cancelled order does not decide the outcome, because the exchange may amend an order by cancelling it and
            // placing a new order.
            OrderStatus::Filled => Lookup::Rejected(Error::order_final(&AMEND_ORDER, status)),
            status => Lookup::Undecided(LastLookup::Differs { status: Some(status), differences: differences.amounts }),
        }
    }
}

impl Reconcile<SixMmOrders, Amended> for Amendment {
    fn order_key(&self) -> OrderKey {
        OrderKey { order_id: Some(self.order_id.clone()), ..OrderKey::of_contract(&self.symbol) }
    }

    fn client(&self) -> &ClientInner {
        &self.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Lookup<Amended>, Error>> {
        Box::pin(async move {
            let order = OrderRef::from(&self.order_id);
            let response = look_up_order(&self.client, &self.symbol, &order, deadline.options()).await;
            Lookup::from_query(response, |order| self.classify(&order))
        })
    }

    fn to_json(&self) -> Value {
        json!({ "kind": KIND, "symbol": self.symbol, "orderId": self.order_id.as_str(), "expected": self.expected.to_json() })
    }
}

impl WriteResult<SixMmOrders> for Amended {
    fn load(client: &ClientInner, _: &'static Operation, saved: &JsonFields<'_>) -> Option<DynWrite<Self>> {
        if saved.text("kind").value()? != KIND {
            return None;
        }
        let OrderTerms { price, quantity, .. } = OrderTerms::from_json(&saved.object("expected")?)?;
        let (symbol, order_id) = (saved.text("symbol").into_owned().value()?, OrderId::from(saved.text("orderId").into_owned().value()?));
        Some(Arc::new(Amendment::new(client, &symbol, order_id, price, quantity)))
    }
}
