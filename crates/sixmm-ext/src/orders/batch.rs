//! Several orders in one request, with one outcome for each order.

use std::sync::Arc;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use sixmm_api::operations::{BATCH_AMEND_ORDERS, BATCH_CANCEL_ORDERS, BATCH_PLACE_ORDERS};
use sixmm_api::types::builder::{BatchAmendOrder as AmendBuilder, BatchCancelOrder as CancelBuilder};
use sixmm_api::types::{BatchAmendOrder, ClientOrderId, OrderId};
use sixmm_api::{Operation, requests};
use venue_core::{Validate as _, ValidationErrors};
use venue_runtime::reconcile::{ConfirmedBy, WriteStart, settle};

use super::amend::{Amended, Amendment, amendment_faults};
use super::batch_results::BatchResults;
use super::cancel::{Cancelled, OrderCancellation};
use super::checked_request::CheckedRequest;
use super::decimal_input::{DecimalInput, IntoDecimal};
use super::new_order::NewOrder;
use super::order_key::OrderRef;
use super::order_request::OrderRequest as _;
use super::order_terms::OrderTerms;
use super::place::{OrderPlacement, Placed};
use super::reconcile::{DynWrite, new_log};
use super::response_check::Effect;
use super::{Outcome, SentOrder, validate};
use crate::Error;
use crate::call::settings::{Settings, identified, settings};
use crate::client_inner::ClientInner;

/// The placement of several normal orders: see [`Orders::place_batch`](super::Orders::place_batch).
///
/// A `PlaceBatch` cannot be cloned, so that the same placement cannot be sent twice. To place the same orders a second time, pass them to
/// [`Orders::place_batch`](super::Orders::place_batch) again.
///
/// ```compile_fail,E0599
/// # async fn twice(batch: sixmm_ext::orders::PlaceBatch) {
/// let again = batch.clone().send().await;
/// # }
/// ```
#[derive(Debug)]
#[must_use = "orders are not placed until they are sent"]
pub struct PlaceBatch {
    client: ClientInner,
    orders: Vec<NewOrder>,
    ids: Vec<ClientOrderId>,
    settings: Settings,
}

settings!(PlaceBatch, CancelBatch, AmendBatch);

impl PlaceBatch {
    pub(super) fn new(client: &ClientInner, orders: Vec<NewOrder>) -> Self {
        let ids = orders.iter().map(|order| order.own_id().cloned().unwrap_or_else(|| client.new_order_id())).collect();
        Self { client: client.clone(), orders, ids, settings: Settings::default() }
    }

    /// The client order ids, chosen or generated, in the sequence of the orders. Store them before calling [`send`](Self::send).
    #[must_use]
    pub fn client_order_ids(&self) -> &[ClientOrderId] {
        &self.ids
    }

    /// Places the orders, each at most once. The outcomes are in the sequence of the orders.
    ///
    /// If one order is invalid, no order is sent. The documentation does not describe the rows of the response. If the response does not
    /// report an order, or contradicts itself about an order, the client looks this order up by its client order id.
    ///
    /// Returns within the call's timeout plus the timeout of [`ReconcilePolicy`](crate::ReconcilePolicy).
    #[must_use = "an order whose outcome is unknown may exist"]
    pub async fn send(self) -> Vec<Outcome<Placed>> {
        let start = WriteStart::now(&self.client);
        let mut faults = ValidationErrors::new();
        let mut requests = Vec::with_capacity(self.orders.len());
        for (index, (order, id)) in self.orders.iter().zip(&self.ids).enumerate() {
            let mut own = ValidationErrors::new();
            requests.push(order.to_request(id, self.client.known_rules(order.symbol()).as_deref(), &mut own));
            add_item_faults(&mut faults, index, &own);
        }
        if self.orders.is_empty() {
            return Vec::new();
        }
        validate::distinct(|index| format!("orders[{index}].clientOrderId"), self.ids.iter().map(ClientOrderId::as_str), &mut faults);
        let terms = requests.iter().zip(&self.orders);
        let terms = terms.map(|(request, order)| OrderTerms::from(request).with_generated_id(order.own_id().is_none()));
        let terms: Vec<OrderTerms> = terms.collect();
        let bodies: Vec<_> = requests.into_iter().map(requests::PlaceOrder::into_body).collect();
        let request = identified!(self.settings, requests::BatchPlaceOrders::new().orders(bodies));
        let request = match CheckedRequest::check_without_items(request, faults) {
            Ok(request) => request,
            Err(error) => return rejected(error, self.orders.len()),
        };
        let log = new_log();
        let response = request.send(&self.client, &self.settings.options, &log).await;
        let ids = self.ids.iter().map(ClientOrderId::as_str).collect();
        let results = BatchResults::new(Effect::Place, ids, response);
        let items = terms.into_iter().zip(&self.ids).zip(&self.orders).map(|((expected, id), order)| {
            let (client, log) = (&self.client, &log);
            let result = match results.item(client, &BATCH_PLACE_ORDERS, id.as_str(), &expected) {
                Ok(Some(order_id)) => Ok(placed(order.symbol(), id, order_id, results.request_id())),
                Ok(None) => Err(results.unreported(&BATCH_PLACE_ORDERS)),
                Err(error) => Err(error),
            };
            let sent = SentOrder { expected, start };
            async move { settle(result, log, || Arc::new(OrderPlacement::new(client, id.clone(), sent)) as DynWrite<Placed>).await }
        });
        join_all(items).await
    }
}

fn placed(symbol: &str, id: &ClientOrderId, order_id: OrderId, request_id: Option<&str>) -> Placed {
    Placed {
        symbol: symbol.to_owned(),
        order_id,
        client_order_id: id.clone(),
        status: None,
        differences: Vec::new(),
        confirmed_by: ConfirmedBy::Response,
        request_id: request_id.map(str::to_owned),
    }
}

/// The cancellation of several normal orders: see [`Orders::cancel_batch`](super::Orders::cancel_batch).
#[derive(Clone, Debug)]
#[must_use = "nothing is cancelled until it is sent"]
pub struct CancelBatch {
    client: ClientInner,
    orders: Vec<(String, OrderId)>,
    settings: Settings,
}

impl CancelBatch {
    pub(super) fn new(client: &ClientInner, orders: Vec<(String, OrderId)>) -> Self {
        Self { client: client.clone(), orders, settings: Settings::default() }
    }

    /// Cancels the orders. The outcomes are in the sequence of the orders.
    ///
    /// The response is not documented. If the response does not report that an order was cancelled, or contradicts itself about the order,
    /// the client looks this order up until it is final. After each lookup that does not show that the order is final, the client sends a
    /// cancellation of this order.
    ///
    /// Returns within the call's timeout plus the timeout of [`ReconcilePolicy`](crate::ReconcilePolicy).
    #[must_use = "an order whose outcome is unknown may exist"]
    pub async fn send(self) -> Vec<Outcome<Cancelled>> {
        if self.orders.is_empty() {
            return Vec::new();
        }
        let mut faults = ValidationErrors::new();
        let mut items = Vec::with_capacity(self.orders.len());
        for (index, (symbol, id)) in self.orders.iter().enumerate() {
            let mut own = ValidationErrors::new();
            own.not_empty("symbol", symbol);
            match CancelBuilder::default().symbol(symbol.as_str()).order_id(id).build() {
                Ok(item) => {
                    item.validate(&mut own);
                    items.push(item);
                }
                Err(error) => own.push("orderId", error.to_string()),
            }
            add_item_faults(&mut faults, index, &own);
        }
        validate::distinct(|index| format!("orders[{index}].orderId"), self.orders.iter().map(|(_, id)| id.as_str()), &mut faults);
        let request = identified!(self.settings, requests::BatchCancelOrders::new().orders(items));
        let request = match CheckedRequest::check_without_items(request, faults) {
            Ok(request) => request,
            Err(error) => return rejected(error, self.orders.len()),
        };
        let log = new_log();
        let response = request.send(&self.client, &self.settings.options, &log).await;
        let ids = self.orders.iter().map(|(_, id)| id.as_str()).collect();
        let results = BatchResults::new(Effect::Cancel, ids, response);
        let items =
            self.orders.iter().map(|(symbol, id)| {
                let (client, log) = (&self.client, &log);
                let result = confirmed(&results, &self.client, &BATCH_CANCEL_ORDERS, id, &OrderTerms::by_order_id(symbol, id));
                let order = OrderRef::from(id);
                let result = result.map(|()| Cancelled { order: order.clone(), status: None, confirmed_by: ConfirmedBy::Response });
                async move {
                    settle(result, log, || Arc::new(OrderCancellation::new(client, symbol.clone(), order)) as DynWrite<Cancelled>).await
                }
            });
        join_all(items).await
    }
}

/// The amendment of one order of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[must_use = "nothing is amended until the batch is sent"]
pub struct AmendItem {
    order_id: OrderId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<DecimalInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quantity: Option<DecimalInput>,
}

impl AmendItem {
    /// An amendment of the order with this exchange id. Set the new price, the new quantity or both.
    pub fn new(order_id: impl Into<OrderId>) -> Self {
        Self { order_id: order_id.into(), price: None, quantity: None }
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

    fn to_request(&self, faults: &mut ValidationErrors) -> Option<BatchAmendOrder> {
        let built = AmendBuilder::default().order_id(&self.order_id).build();
        let mut request = built.map_err(|error| faults.push("orderId", error.to_string())).ok()?;
        request.price = DecimalInput::read("price", self.price.as_ref(), faults);
        request.quantity = DecimalInput::read("quantity", self.quantity.as_ref(), faults);
        if faults.is_empty() {
            request.validate(faults);
        } else {
            // An amount that cannot be read must not be reported as missing, too, so only the id is checked here.
            faults.not_empty("orderId", self.order_id.as_str());
        }
        Some(request)
    }
}

/// The amendment of several orders of a contract: see [`Orders::amend_batch`](super::Orders::amend_batch).
#[derive(Clone, Debug)]
#[must_use = "nothing is amended until it is sent"]
pub struct AmendBatch {
    client: ClientInner,
    symbol: String,
    items: Vec<AmendItem>,
    settings: Settings,
}

impl AmendBatch {
    pub(super) fn new(client: &ClientInner, symbol: String, items: Vec<AmendItem>) -> Self {
        Self { client: client.clone(), symbol, items, settings: Settings::default() }
    }

    /// Amends the orders. The outcomes are in the sequence of the amendments.
    ///
    /// The response is not documented. If the response does not report that an order was amended, or contradicts itself about the order,
    /// the client looks this order up until the order shows the new price and quantity, or is final.
    ///
    /// Returns within the call's timeout plus the timeout of [`ReconcilePolicy`](crate::ReconcilePolicy).
    #[must_use = "an order whose outcome is unknown may exist"]
    pub async fn send(self) -> Vec<Outcome<Amended>> {
        if self.items.is_empty() {
            return Vec::new();
        }
        let rules = self.client.known_rules(&self.symbol);
        let mut faults = ValidationErrors::new();
        faults.not_empty("symbol", &self.symbol);
        let mut requests = Vec::with_capacity(self.items.len());
        for (index, item) in self.items.iter().enumerate() {
            let mut own = amendment_faults();
            if let Some(request) = item.to_request(&mut own) {
                validate::amendment(request.price, request.quantity, rules.as_deref(), &mut own);
                requests.push(request);
            }
            add_item_faults(&mut faults, index, &own);
        }
        validate::distinct(|index| format!("orders[{index}].orderId"), self.items.iter().map(|item| item.order_id.as_str()), &mut faults);
        let amendment = |request: &BatchAmendOrder, item: &AmendItem| {
            Amendment::new(&self.client, &self.symbol, item.order_id.clone(), request.price, request.quantity)
        };
        let amendments: Vec<Amendment> = requests.iter().zip(&self.items).map(|(request, item)| amendment(request, item)).collect();
        let request = requests::BatchAmendOrders::new().symbol(self.symbol.as_str()).orders(requests);
        let request = match CheckedRequest::check_without_items(identified!(self.settings, request), faults) {
            Ok(request) => request,
            Err(error) => return rejected(error, self.items.len()),
        };
        let log = new_log();
        let response = request.send(&self.client, &self.settings.options, &log).await;
        let ids = self.items.iter().map(|item| item.order_id.as_str()).collect();
        let results = BatchResults::new(Effect::Amend, ids, response);
        let items = amendments.into_iter().zip(&self.items).map(|(amendment, item)| {
            let log = &log;
            let order_id = item.order_id.clone();
            let result = confirmed(&results, &self.client, &BATCH_AMEND_ORDERS, &order_id, &amendment.expected);
            let result = result.map(|()| Amended { order_id, status: None, confirmed_by: ConfirmedBy::Response });
            async move { settle(result, log, || Arc::new(amendment) as DynWrite<Amended>).await }
        });
        join_all(items).await
    }
}

/// Checks whether the response reports that this order was amended or cancelled.
fn confirmed(
    results: &BatchResults<'_>,
    client: &ClientInner,
    operation: &'static Operation,
    id: &OrderId,
    expected: &OrderTerms,
) -> Result<(), Error> {
    results.item(client, operation, id.as_str(), expected).map(drop)
}

/// Adds the faults of an item to those of the batch.
fn add_item_faults(faults: &mut ValidationErrors, index: usize, own: &ValidationErrors) {
    for fault in own.as_slice() {
        faults.add(&format!("orders[{index}].{}", fault.field()), fault.kind().clone());
    }
}

fn rejected<T>(error: Error, count: usize) -> Vec<Outcome<T>> {
    (0..count).map(|_| Outcome::Rejected(error.clone())).collect()
}
