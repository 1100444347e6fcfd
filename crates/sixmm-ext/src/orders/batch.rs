//! Several orders in one request, and an outcome for each.

use std::sync::Arc;

use futures_util::future::join_all;
use sixmm_api::operations::{BATCH_AMEND_ORDERS, BATCH_CANCEL_ORDERS, BATCH_PLACE_ORDERS};
use sixmm_api::types::builder::{BatchAmendOrder as AmendBuilder, BatchCancelOrder as CancelBuilder};
use sixmm_api::types::{BatchAmendOrder, ClientOrderId, OrderId};
use sixmm_api::{ExactDecimal, Operation};
use sixmm_core::{Faults, Validate as _};

use super::amend::{Amended, Change, IsAmended};
use super::amount::Amount;
use super::cancel::{Cancelled, IsCancelled, OrderRef};
use super::checks;
use super::find_out::{Question, settle};
use super::identity::Began;
use super::order::Order;
use super::outcome::{ConfirmedBy, Outcome};
use super::place::{Placed, ThisOrder};
use super::told::{Item, Told};
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

    /// Places them, each at most once. The outcomes stand in the order in which the orders were given.
    ///
    /// An order that is wrong keeps all of them from being sent. The answer's shape is not documented: what it does not tell of an order is
    /// asked by the order's `clientOrderId`.
    #[must_use = "an order whose outcome is unknown may stand"]
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
        let (context, api) = self.client.prepare(&self.settings.options);
        let call = identified!(self.settings, api.batch_place_orders().orders(requests.clone()));
        let answer = context.run(&BATCH_PLACE_ORDERS, call.send()).await;
        let told = Told::new(&context, requests.len(), answer, |data| serde_json::to_value(data).unwrap_or_default());
        let items = requests.into_iter().zip(self.ids).map(|(request, id)| {
            let client = &self.client;
            let result = match told.of_new(&BATCH_PLACE_ORDERS, &id) {
                Ok(Item::Done(Some(order_id))) => Ok(placed(&request.symbol, &id, order_id, told.request_id())),
                Ok(_) => Err(told.unclear(&BATCH_PLACE_ORDERS)),
                Err(error) => Err(error),
            };
            async move { settle(result, || Arc::new(ThisOrder::new(client, id, &request, began)) as Arc<dyn Question<Placed>>).await }
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

    /// Cancels them. The outcomes stand in the order in which the orders were given.
    ///
    /// The answer is not documented: unless it says that all succeeded, each order is asked for until it is final.
    #[must_use = "an order whose outcome is unknown may stand"]
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
        let (context, api) = self.client.prepare(&self.settings.options);
        let call = identified!(self.settings, api.batch_cancel_orders().orders(items));
        let answer = context.run(&BATCH_CANCEL_ORDERS, call.send()).await;
        let told = Told::new(&context, self.orders.len(), answer, |data| data.as_json().clone());
        let items = self.orders.into_iter().map(|(symbol, id)| {
            let client = &self.client;
            let result = done(&told, &BATCH_CANCEL_ORDERS, &id);
            let order = OrderRef::from(&id);
            let result = result.map(|()| Cancelled { order: order.clone(), status: None, confirmed_by: ConfirmedBy::Answer });
            async move { settle(result, || Arc::new(IsCancelled::new(client, symbol, order)) as Arc<dyn Question<Cancelled>>).await }
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

    /// Changes them. The outcomes stand in the order in which the changes were given.
    ///
    /// The answer is not documented: unless it says that all succeeded, each order is asked for until it shows the change, or is final.
    #[must_use = "an order whose outcome is unknown may stand"]
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
        let (context, api) = self.client.prepare(&self.settings.options);
        let call = api.batch_amend_orders().symbol(self.symbol.as_str()).orders(requests.clone());
        let answer = context.run(&BATCH_AMEND_ORDERS, identified!(self.settings, call).send()).await;
        let told = Told::new(&context, requests.len(), answer, |data| data.as_json().clone());
        let items = requests.into_iter().zip(&self.items).map(|(BatchAmendOrder { price, quantity, .. }, item)| {
            let order_id = item.order_id.clone();
            let (client, symbol) = (&self.client, self.symbol.clone());
            let result = done(&told, &BATCH_AMEND_ORDERS, &order_id);
            let result = result.map(|()| Amended { order_id: order_id.clone(), status: None, confirmed_by: ConfirmedBy::Answer });
            let change = Change { order_id, price, quantity };
            async move { settle(result, || Arc::new(IsAmended::new(client, symbol, change)) as Arc<dyn Question<Amended>>).await }
        });
        join_all(items).await
    }
}

/// Whether the answer tells that this order was changed or cancelled.
fn done(told: &Told, operation: &'static Operation, id: &OrderId) -> Result<(), Error> {
    match told.of_known(operation, id)? {
        Item::Done(_) => Ok(()),
        Item::Silent => Err(told.unclear(operation)),
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
