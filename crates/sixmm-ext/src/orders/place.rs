//! Placing a normal order.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sixmm_api::operations::PLACE_ORDER;
use sixmm_api::types::{self, ClientOrderId, OrderId, OrderStatus};
use sixmm_api::{BoxFuture, Operation, requests};
use venue_core::ValidationErrors;
use venue_runtime::reconcile::json_fields::{JsonFields, is_order_id};
use venue_runtime::reconcile::{
    AttemptLog, CancellablePlacement, ConfirmedBy, Deadline, Difference, Reconcile, WriteResult, WriteStart, settle,
};

use super::cancel::{Cancelled, OrderCancellation};
use super::checked_request::CheckedRequest;
use super::new_order::NewOrder;
use super::order_fields::{order_status, recognize, reported_id};
use super::order_key::{OrderKey, OrderRef};
use super::order_lookup::look_up_order;
use super::order_request::OrderRequest as _;
use super::order_terms::OrderTerms;
use super::placement::PlacementRecord;
use super::reconcile::{DynWrite, SixMmOrders, UnresolvedPlacement, new_log};
use super::response_check::{Effect, check_rejection, check_success};
use super::{LastLookup, Lookup, Outcome, SentOrder};
use crate::Error;
use crate::call::settings::{Settings, identified, settings};
use crate::client_inner::{ClientInner, printable_request_id};

/// A normal order that the exchange accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Placed {
    /// The contract.
    pub symbol: String,
    /// The exchange's id of the order.
    pub order_id: OrderId,
    /// Your id of the order, chosen or generated.
    pub client_order_id: ClientOrderId,
    /// The status of the order, from the response or the lookup that confirmed the placement. `None` if the exchange did not report a
    /// status.
    pub status: Option<OrderStatus>,
    /// The amounts in which the exchange's order differs from the order that was sent, for example because the exchange rounded them.
    /// Always empty if the response confirmed the order.
    pub differences: Vec<Difference>,
    /// Whether the response or a lookup confirmed that the exchange accepted the order.
    pub confirmed_by: ConfirmedBy,
    /// The id of the request that placed the order. `None` if its response was lost.
    pub request_id: Option<String>,
}

impl From<&Placed> for OrderRef {
    fn from(placed: &Placed) -> Self {
        Self::Id(placed.order_id.clone())
    }
}

/// The placement of a normal order: see [`Orders::place`](super::Orders::place). A `Place` is not a future: call [`send`](Self::send), and
/// await the future that it returns.
///
/// A `Place` cannot be cloned, so that the same placement cannot be sent twice. To place the same order a second time, pass the
/// [`NewOrder`] to [`Orders::place`](super::Orders::place) again.
///
/// ```compile_fail,E0599
/// # async fn twice(place: sixmm_ext::orders::Place) {
/// let again = place.clone().send().await;
/// # }
/// ```
#[derive(Debug)]
#[must_use = "an order is not placed until it is sent"]
pub struct Place {
    client: ClientInner,
    order: NewOrder,
    id: ClientOrderId,
    settings: Settings,
}

settings!(Place);

impl Place {
    pub(super) fn new(client: &ClientInner, order: NewOrder) -> Self {
        let id = order.own_id().cloned().unwrap_or_else(|| client.new_order_id());
        Self { client: client.clone(), order, id, settings: Settings::default() }
    }

    /// The client order id of the order, chosen or generated. Store the id before calling [`send`](Self::send): if the future is dropped or
    /// the process ends, the order can be found by this id only.
    #[must_use]
    pub fn client_order_id(&self) -> &ClientOrderId {
        &self.id
    }

    /// Places the order, at most once.
    ///
    /// If the response is lost or contradicts itself, the client looks the order up by its client order id several times before the outcome
    /// is [`Unknown`](Outcome::Unknown). If the future is dropped before it completes, the exchange may nevertheless place the order.
    ///
    /// Returns within the call's timeout plus the timeout of [`ReconcilePolicy`](crate::ReconcilePolicy).
    pub async fn send(self) -> Outcome<Placed> {
        let start = WriteStart::now(&self.client);
        let mut faults = ValidationErrors::new();
        let rules = self.client.known_rules(self.order.symbol());
        let request = self.order.to_request(&self.id, rules.as_deref(), &mut faults);
        let expected = OrderTerms::from(&request).with_generated_id(self.order.own_id().is_none());
        let request = match CheckedRequest::already_checked(identified!(self.settings, request), faults) {
            Ok(request) => request,
            Err(error) => return Outcome::Rejected(error),
        };
        let log = new_log();
        let result = self.try_send(request, &expected, &log).await;
        settle(result, &log, || Arc::new(OrderPlacement::new(&self.client, self.id.clone(), SentOrder { expected, start }))).await
    }

    async fn try_send(
        &self,
        request: CheckedRequest<requests::PlaceOrder>,
        expected: &OrderTerms,
        log: &Arc<AttemptLog>,
    ) -> Result<Placed, Error> {
        let response = request.send(&self.client, &self.settings.options, log).await;
        let response = response.map_err(|error| check_rejection(error, Effect::Place, expected))?;
        let request_id = printable_request_id(&response);
        check_success(&response, request_id.as_deref(), expected, Effect::Place)?;
        let types::PlacedOrder { order_id, status, .. } = response.into_data()?;
        if !is_order_id(order_id.as_str()) {
            return Err(Error::contradictory(&PLACE_ORDER, request_id, String::from("it contains no order id")));
        }
        Ok(Placed {
            symbol: self.order.symbol().to_owned(),
            order_id,
            client_order_id: self.id.clone(),
            status,
            differences: Vec::new(),
            confirmed_by: ConfirmedBy::Response,
            request_id,
        })
    }
}

/// Reconciles the placement of a normal order: looks up whether an order with this client order id exists, and whether it is the order that
/// was sent.
#[derive(Debug)]
pub(super) struct OrderPlacement(PlacementRecord);

/// The `kind` of a saved placement of a normal order.
const KIND: &str = "place";

impl OrderPlacement {
    pub(super) fn new(client: &ClientInner, id: ClientOrderId, sent: SentOrder) -> Self {
        Self(PlacementRecord { client: client.clone(), id, sent })
    }

    fn classify(&self, order: &JsonFields<'_>) -> Lookup<Placed> {
        let PlacementRecord { client, id, sent } = &self.0;
        let differences = match recognize(client, sent, order) {
            Ok(differences) => differences,
            Err(shown) => return Lookup::Undecided(shown),
        };
        let Some(order_id) = reported_id(order, "orderId") else { return Lookup::Undecided(LastLookup::Unreadable) };
        match order_status(client, order).value() {
            Some(status @ OrderStatus::Rejected) => Lookup::Rejected(Error::order_refused(&PLACE_ORDER, status)),
            status => Lookup::Executed(Placed {
                symbol: self.0.symbol().to_owned(),
                order_id: OrderId::from(order_id),
                client_order_id: id.clone(),
                status,
                differences,
                confirmed_by: ConfirmedBy::Lookup,
                request_id: None,
            }),
        }
    }
}

impl Reconcile<SixMmOrders, Placed> for OrderPlacement {
    fn order_key(&self) -> OrderKey {
        self.0.order_key()
    }

    fn client(&self) -> &ClientInner {
        &self.0.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Lookup<Placed>, Error>> {
        Box::pin(async move {
            let order = OrderRef::from(&self.0.id);
            let response = look_up_order(&self.0.client, self.0.symbol(), &order, deadline.options()).await;
            Lookup::from_query(response, |order| self.classify(&order))
        })
    }

    fn sent_order(&self) -> Option<&SentOrder> {
        Some(&self.0.sent)
    }

    fn to_json(&self) -> Value {
        self.0.to_json(KIND)
    }
}

impl WriteResult<SixMmOrders> for Placed {
    fn load(client: &ClientInner, _: &'static Operation, saved: &JsonFields<'_>) -> Option<DynWrite<Self>> {
        Some(Arc::new(OrderPlacement(PlacementRecord::from_json(client, saved, KIND)?)))
    }
}

impl CancellablePlacement<SixMmOrders> for Placed {
    type Cancelled = Cancelled;

    fn cancellation(client: &ClientInner, order: OrderKey, sent: SentOrder, log: Arc<AttemptLog>) -> DynWrite<Cancelled> {
        let id = order.client_order_id.expect("the key of a placement has a client order id");
        let placement = UnresolvedPlacement { log, sent };
        Arc::new(OrderCancellation::of_placement(client, order.symbol.unwrap_or_default(), OrderRef::ClientId(id), placement))
    }
}
