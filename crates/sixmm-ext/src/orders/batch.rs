//! Several orders in one request, and an outcome for each.

use std::sync::Arc;

use futures_util::future::join_all;
use sixmm_api::operations::{BATCH_AMEND_ORDERS, BATCH_CANCEL_ORDERS, BATCH_PLACE_ORDERS};
use sixmm_api::types::builder::{BatchAmendOrder as AmendBuilder, BatchCancelOrder as CancelBuilder};
use sixmm_api::types::{BatchAmendOrder, ClientOrderId, OrderId};
use sixmm_api::{ExactDecimal, Operation, requests};
use venue_core::{Faults, Validate as _};
use venue_runtime::CallContext;

use super::amend::{Amended, Amendment};
use super::amount::Amount;
use super::answer::Effect;
use super::batch_results::{BatchResults, Item, Items};
use super::cancel::{Cancelled, OrderCancellation, OrderRef};
use super::checks;
use super::expected::Expected;
use super::order::Order;
use super::outcome::{ConfirmedBy, Outcome};
use super::place::{OrderPlacement, Placed};
use super::reconcile::{Reconcile, settle};
use super::send_log::SendLog;
use super::sent_order::Began;
use crate::call::settings::{Settings, identified, settings};
use crate::{Client, Error};

/// Places several orders: see [`Orders::place_batch`](super::Orders::place_batch).
///
/// It cannot be cloned: what is sent is sent once. To place the same once more, give it to [`Orders`](super::Orders) again.
#[derive(Debug)]
#[must_use = "orders are not placed until they are sent"]
pub struct PlaceBatch {
    client: Client,
    orders: Vec<Order>,
    ids: Vec<ClientOrderId>,
    settings: Settings,
}

settings!(PlaceBatch, CancelBatch, AmendBatch);

impl PlaceBatch {
    pub(super) fn new(client: &Client, orders: Vec<Order>) -> Self {
        let ids = orders.iter().map(|order| order.own_id().cloned().unwrap_or_else(|| client.new_order_id())).collect();
        Self { client: client.clone(), orders, ids, settings: Settings::default() }
    }

    /// The ids by which the orders can be found, given or made, in the order in which they were given.
    #[must_use]
    pub fn client_order_ids(&self) -> &[ClientOrderId] {
        &self.ids
    }

    /// Places them, each at most once. The outcomes are in the order in which the orders were given.
    ///
    /// An order that is wrong keeps all of them from being sent. The answer's rows are not documented: an order that the answer does not
    /// report, or about which it contradicts itself, is looked up by its `clientOrderId`.
    ///
    /// It returns within the call's timeout plus the `patience` of [`Resolution`](crate::Resolution).
    #[must_use = "an order whose outcome is unknown may exist"]
    pub async fn send(self) -> Vec<Outcome<Placed>> {
        let began = Began::now(&self.client);
        let mut faults = Faults::new();
        let mut requests = Vec::with_capacity(self.orders.len());
        for (index, (order, id)) in self.orders.iter().zip(&self.ids).enumerate() {
            let mut own = Faults::new();
            requests.extend(order.request(id, self.client.known_rules(order.symbol()).as_deref(), &mut own));
            within(&mut faults, index, &own);
        }
        if self.orders.is_empty() {
            return Vec::new();
        }
        checks::distinct(|index| format!("orders[{index}].clientOrderId"), self.ids.iter().map(ClientOrderId::as_str), &mut faults);
        if !faults.is_empty() {
            return rejected(Error::invalid(&BATCH_PLACE_ORDERS, faults), self.orders.len());
        }
        let log = Arc::new(SendLog::new(&self.client));
        let (context, api) = self.client.prepare_write(&self.settings.options, &log);
        let bodies: Vec<_> = requests.iter().cloned().map(requests::PlaceOrder::into_body).collect();
        let call = identified!(self.settings, requests::BatchPlaceOrders::new().orders(bodies));
        let answer = context.run(&BATCH_PLACE_ORDERS, api.send(call)).await;
        let own_ids = self.ids.clone();
        let items = Items { field: "clientOrderId", ids: own_ids.iter().map(ClientOrderId::as_str).collect() };
        let results = BatchResults::new(&context, Effect::Place, &items, answer);
        let items =
            requests.into_iter().zip(self.ids).zip(&self.orders).map(|((request, id), order)| {
                let (client, log) = (&self.client, &log);
                let expected = Expected::from(&request).with_own_id(order.own_id().is_none());
                let result = match results.item(&context, &BATCH_PLACE_ORDERS, id.as_str(), &expected) {
                    Ok(Item::Executed(Some(order_id))) => Ok(placed(&request.symbol, &id, order_id, results.request_id())),
                    Ok(_) => Err(results.unclear(&BATCH_PLACE_ORDERS)),
                    Err(error) => Err(error),
                };
                async move {
                    settle(result, log, || Arc::new(OrderPlacement::new(client, id, expected, began)) as Arc<dyn Reconcile<Placed>>).await
                }
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
        confirmed_by: ConfirmedBy::Answer,
        request_id: request_id.map(str::to_owned),
    }
}

/// Cancels several orders: see [`Orders::cancel_batch`](super::Orders::cancel_batch).
#[derive(Clone, Debug)]
#[must_use = "nothing is cancelled until it is sent"]
pub struct CancelBatch {
    client: Client,
    orders: Vec<(String, OrderId)>,
    settings: Settings,
}

impl CancelBatch {
    pub(super) fn new(client: &Client, orders: Vec<(String, OrderId)>) -> Self {
        Self { client: client.clone(), orders, settings: Settings::default() }
    }

    /// Cancels them. The outcomes are in the order in which the orders were given.
    ///
    /// The answer is not documented: unless it reports that an order was cancelled, and nothing contradicts that, the order is looked up
    /// until it is final, and cancelled again on its own after each lookup that does not show that.
    ///
    /// It returns within the call's timeout plus the `patience` of [`Resolution`](crate::Resolution).
    #[must_use = "an order whose outcome is unknown may exist"]
    pub async fn send(self) -> Vec<Outcome<Cancelled>> {
        if self.orders.is_empty() {
            return Vec::new();
        }
        let mut faults = Faults::new();
        let mut items = Vec::with_capacity(self.orders.len());
        for (index, (symbol, id)) in self.orders.iter().enumerate() {
            let mut own = Faults::new();
            if let Ok(item) = CancelBuilder::default().symbol(symbol.as_str()).order_id(id).build() {
                item.validate(&mut own);
                items.push(item);
            }
            within(&mut faults, index, &own);
        }
        checks::distinct(|index| format!("orders[{index}].orderId"), self.orders.iter().map(|(_, id)| id.as_str()), &mut faults);
        if !faults.is_empty() {
            return rejected(Error::invalid(&BATCH_CANCEL_ORDERS, faults), self.orders.len());
        }
        let log = Arc::new(SendLog::new(&self.client));
        let (context, api) = self.client.prepare_write(&self.settings.options, &log);
        let call = identified!(self.settings, requests::BatchCancelOrders::new().orders(items));
        let answer = context.run(&BATCH_CANCEL_ORDERS, api.send(call)).await;
        let items = Items { field: "orderId", ids: self.orders.iter().map(|(_, id)| id.as_str()).collect() };
        let results = BatchResults::new(&context, Effect::Cancel, &items, answer);
        let items = self.orders.into_iter().map(|(symbol, id)| {
            let (client, log) = (&self.client, &log);
            let result = executed(&results, &context, &BATCH_CANCEL_ORDERS, &id, &Expected::by_order_id(&symbol, &id));
            let order = OrderRef::Id(id);
            let result = result.map(|()| Cancelled { order: order.clone(), status: None, confirmed_by: ConfirmedBy::Answer });
            async move {
                settle(result, log, || Arc::new(OrderCancellation::new(client, &symbol, order)) as Arc<dyn Reconcile<Cancelled>>).await
            }
        });
        join_all(items).await
    }
}

/// A change of one order of a batch.
#[derive(Clone, Debug)]
#[must_use = "nothing is changed until the batch is sent"]
pub struct AmendItem {
    order_id: OrderId,
    price: Option<Amount>,
    quantity: Option<Amount>,
}

impl AmendItem {
    /// A change of this order; say of what.
    pub fn new(order_id: impl Into<OrderId>) -> Self {
        Self { order_id: order_id.into(), price: None, quantity: None }
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

    fn request(&self, faults: &mut Faults) -> Option<BatchAmendOrder> {
        let mut request = AmendBuilder::default().order_id(&self.order_id).build().ok()?;
        request.price = Amount::read("price", self.price, faults);
        request.quantity = Amount::read("quantity", self.quantity, faults);
        if faults.is_empty() {
            request.validate(faults);
        } else {
            // A price that cannot be read is not a missing one.
            faults.not_empty("orderId", self.order_id.as_str());
        }
        Some(request)
    }
}

/// Changes several orders of a contract: see [`Orders::amend_batch`](super::Orders::amend_batch).
#[derive(Clone, Debug)]
#[must_use = "nothing is changed until it is sent"]
pub struct AmendBatch {
    client: Client,
    symbol: String,
    items: Vec<AmendItem>,
    settings: Settings,
}

impl AmendBatch {
    pub(super) fn new(client: &Client, symbol: String, items: Vec<AmendItem>) -> Self {
        Self { client: client.clone(), symbol, items, settings: Settings::default() }
    }

    /// Changes them. The outcomes are in the order in which the changes were given.
    ///
    /// The answer is not documented: unless it reports that an order was changed, and nothing contradicts that, the order is looked up until
    /// it shows the change, or is final.
    ///
    /// It returns within the call's timeout plus the `patience` of [`Resolution`](crate::Resolution).
    #[must_use = "an order whose outcome is unknown may exist"]
    pub async fn send(self) -> Vec<Outcome<Amended>> {
        if self.items.is_empty() {
            return Vec::new();
        }
        let rules = self.client.known_rules(&self.symbol);
        let mut faults = Faults::new();
        let mut requests = Vec::with_capacity(self.items.len());
        for (index, item) in self.items.iter().enumerate() {
            // That one of price and quantity is needed is inferred; here a change of nothing is a mistake.
            let mut own = Faults::new().with_inferred();
            if let Some(request) = item.request(&mut own) {
                checks::amendment(request.price, request.quantity, rules.as_deref(), &mut own);
                requests.push(request);
            }
            within(&mut faults, index, &own);
        }
        checks::distinct(|index| format!("orders[{index}].orderId"), self.items.iter().map(|item| item.order_id.as_str()), &mut faults);
        if !faults.is_empty() {
            return rejected(Error::invalid(&BATCH_AMEND_ORDERS, faults), self.items.len());
        }
        let log = Arc::new(SendLog::new(&self.client));
        let (context, api) = self.client.prepare_write(&self.settings.options, &log);
        let call = requests::BatchAmendOrders::new().symbol(self.symbol.as_str()).orders(requests.clone());
        let answer = context.run(&BATCH_AMEND_ORDERS, api.send(identified!(self.settings, call))).await;
        let items = Items { field: "orderId", ids: self.items.iter().map(|item| item.order_id.as_str()).collect() };
        let results = BatchResults::new(&context, Effect::Amend, &items, answer);
        let items = requests.into_iter().zip(&self.items).map(|(BatchAmendOrder { price, quantity, .. }, item)| {
            let log = &log;
            let order_id = item.order_id.clone();
            let amendment = Amendment::new(&self.client, &self.symbol, order_id.clone(), price, quantity);
            let result = executed(&results, &context, &BATCH_AMEND_ORDERS, &order_id, &amendment.expected);
            let result = result.map(|()| Amended { order_id, status: None, confirmed_by: ConfirmedBy::Answer });
            async move { settle(result, log, || Arc::new(amendment) as Arc<dyn Reconcile<Amended>>).await }
        });
        join_all(items).await
    }
}

/// Whether the answer reports that this order was changed or cancelled.
fn executed(
    results: &BatchResults,
    context: &CallContext,
    operation: &'static Operation,
    id: &OrderId,
    expected: &Expected,
) -> Result<(), Error> {
    match results.item(context, operation, id.as_str(), expected)? {
        Item::Executed(_) => Ok(()),
        Item::Uncertain => Err(results.unclear(operation)),
    }
}

/// Puts the faults of an item among those of the batch.
fn within(faults: &mut Faults, index: usize, own: &Faults) {
    for fault in own.as_slice() {
        faults.push(&format!("orders[{index}].{}", fault.field()), fault.problem());
    }
}

fn rejected<T>(error: Error, count: usize) -> Vec<Outcome<T>> {
    (0..count).map(|_| Outcome::Rejected(error.clone())).collect()
}
