//! Cancelling a normal order.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sixmm_api::operations::CANCEL_ORDER;
use sixmm_api::types::{OrderId, OrderStatus};
use sixmm_api::{BoxFuture, Operation, requests};
use venue_core::ValidationErrors;
use venue_runtime::reconcile::json_fields::{FieldValue, JsonFields};
use venue_runtime::reconcile::{AttemptLog, ConfirmedBy, Deadline, ExpectedOrder as _, Reconcile, WriteResult, settle};

use super::cancellation::{CancellationRecord, IdRef};
use super::checked_request::CheckedRequest;
use super::order_fields::{is_consistent, order_status, recognize, reported_id};
use super::order_key::{OrderKey, OrderRef};
use super::order_lookup::look_up_order;
use super::order_terms::OrderTerms;
use super::reconcile::{DynWrite, SixMmOrders, UnresolvedPlacement, new_log};
use super::response_check::{Effect, check_rejection, check_success};
use super::{LastLookup, Lookup, Outcome};
use crate::call::settings::{Settings, identified, settings};
use crate::client_inner::{ClientInner, printable_request_id};
use crate::{CallOptions, Error};

/// A normal order that was cancelled. Fills before the cancellation remain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Cancelled {
    /// The order reference that was passed to the cancellation.
    pub order: OrderRef,
    /// The status that a lookup showed: `CANCELED` or `PARTIALLY_FILLED_CANCELED`. `None` if the response confirmed the cancellation,
    /// because the documented response to a cancellation contains no status.
    pub status: Option<OrderStatus>,
    /// Whether the response or a lookup confirmed that the order is cancelled.
    pub confirmed_by: ConfirmedBy,
}

/// The cancellation of a normal order: see [`Orders::cancel`](super::Orders::cancel).
#[derive(Clone, Debug)]
#[must_use = "nothing is cancelled until it is sent"]
pub struct Cancel {
    client: ClientInner,
    symbol: String,
    order: OrderRef,
    settings: Settings,
}

settings!(Cancel);

impl Cancel {
    pub(super) fn new(client: &ClientInner, symbol: String, order: OrderRef) -> Self {
        Self { client: client.clone(), symbol, order, settings: Settings::default() }
    }

    /// Cancels the order.
    ///
    /// If the response is lost or contradicts itself, the client looks the order up repeatedly, until the order is final or the time is
    /// over. After each lookup that does not show that the order is final, the client sends the cancellation again with a new signature,
    /// because a second cancellation does no harm, and a lost cancellation leaves the order in the market.
    ///
    /// [`Rejected`](Outcome::Rejected) means that this cancellation had no effect: the exchange rejected it, or it was never sent. The
    /// error shows what is known about the order:
    ///
    /// - With [`Error::is_too_late`] the order is final.
    /// - With [`Error::is_not_found`] the exchange does not know the order. If the outcome of its placement is unknown, the placement can
    ///   still reach the exchange: use [`Unresolved::cancel`](venue_runtime::reconcile::Unresolved::cancel) for such an order.
    /// - With any other error, such as a failed connection, **the order may still be open**.
    ///
    /// Returns within the call's timeout plus the timeout of [`ReconcilePolicy`](crate::ReconcilePolicy). Even after this method has
    /// returned, a cancellation that was sent can take effect until its signature expires, 10 seconds after its timestamp.
    pub async fn send(self) -> Outcome<Cancelled> {
        let mut faults = ValidationErrors::new();
        faults.not_empty("symbol", &self.symbol);
        let request = match to_request(&self.symbol, &self.order, &self.settings, faults) {
            Ok(request) => request,
            Err(error) => return Outcome::Rejected(error),
        };
        let log = new_log();
        let result = cancel_once(request, &self.client, &self.symbol, &self.order, self.settings.options, &log).await;
        settle(result, &log, || Arc::new(OrderCancellation::new(&self.client, self.symbol, self.order))).await
    }
}

/// The request that cancels an order.
fn to_request(
    symbol: &str,
    order: &OrderRef,
    settings: &Settings,
    faults: ValidationErrors,
) -> Result<CheckedRequest<requests::CancelOrder>, Error> {
    let request = identified!(settings, requests::CancelOrder::new().symbol(symbol));
    let request = match order {
        OrderRef::Id(id) => request.order_id(id),
        OrderRef::ClientId(id) => request.client_order_id(id),
    };
    CheckedRequest::check(request, faults)
}

/// Sends one cancellation.
async fn cancel_once(
    request: CheckedRequest<requests::CancelOrder>,
    client: &ClientInner,
    symbol: &str,
    order: &OrderRef,
    options: CallOptions,
    log: &Arc<AttemptLog>,
) -> Result<Cancelled, Error> {
    let expected = terms(symbol, order);
    let response = request.send(client, &options, log).await.map_err(|error| check_rejection(error, Effect::Cancel, &expected))?;
    check_success(&response, printable_request_id(&response).as_deref(), &expected, Effect::Cancel)?;
    Ok(Cancelled { order: order.clone(), status: None, confirmed_by: ConfirmedBy::Response })
}

fn terms(symbol: &str, order: &OrderRef) -> OrderTerms {
    match order {
        OrderRef::Id(id) => OrderTerms::by_order_id(symbol, id),
        OrderRef::ClientId(id) => OrderTerms::by_client_order_id(symbol, id),
    }
}

/// Reconciles the cancellation of a normal order: looks up whether the order is cancelled.
#[derive(Debug)]
pub(super) struct OrderCancellation(CancellationRecord<OrderId>);

/// The `kind` of a saved cancellation of a normal order.
const KIND: &str = "cancel";

impl OrderCancellation {
    pub(super) fn new(client: &ClientInner, symbol: String, order: OrderRef) -> Self {
        Self(CancellationRecord::new(client, symbol, order.into(), None))
    }

    /// The cancellation of an order whose placement may not have reached the exchange. The cancellation ends when a lookup does not find
    /// the order after the signature of the placement has expired.
    pub(super) fn of_placement(client: &ClientInner, symbol: String, order: OrderRef, placement: UnresolvedPlacement) -> Self {
        Self(CancellationRecord::new(client, symbol, order.into(), Some(placement)))
    }

    /// The order as the caller gave it.
    fn order(&self) -> OrderRef {
        match &self.0.order {
            IdRef::Id(id) => OrderRef::from(id),
            IdRef::ClientId(id) => OrderRef::from(id),
        }
    }

    fn classify(&self, order: &JsonFields<'_>) -> Lookup<Cancelled> {
        let client = &self.0.client;
        // An older order can have had the same client order id.
        if let Some(Err(shown)) = self.0.placement.as_ref().map(|placement| recognize(client, &placement.sent, order)) {
            return Lookup::Undecided(shown);
        }
        if !is_consistent(order) {
            return Lookup::Undecided(LastLookup::Unreadable);
        }
        if !terms(&self.0.symbol, &self.order()).compare(order).identity.is_empty() {
            return Lookup::Undecided(LastLookup::AnotherOrder);
        }
        let FieldValue::Value(status) = order_status(client, order) else { return Lookup::Undecided(LastLookup::Unreadable) };
        let id_field = match &self.0.order {
            IdRef::Id(_) => "orderId",
            IdRef::ClientId(_) => "clientOrderId",
        };
        if order.id(id_field) == FieldValue::Absent {
            return Lookup::Undecided(LastLookup::Unreadable);
        }
        if !reported_id(order, "orderId").map(OrderId::from).is_none_or(|id| self.0.record_id(id)) {
            return Lookup::Undecided(LastLookup::AnotherOrder);
        }
        match status {
            status @ (OrderStatus::Canceled | OrderStatus::PartiallyFilledCanceled | OrderStatus::PartialFilledCanceled) => {
                Lookup::Executed(Cancelled { order: self.order(), status: Some(status), confirmed_by: ConfirmedBy::Lookup })
            }
            status @ (OrderStatus::Filled | OrderStatus::Rejected) => Lookup::Rejected(Error::order_final(&CANCEL_ORDER, status)),
            open => Lookup::Undecided(LastLookup::Unchanged(open)),
        }
    }
}

impl From<OrderRef> for IdRef<OrderId> {
    fn from(order: OrderRef) -> Self {
        match order {
            OrderRef::Id(id) => Self::Id(id),
            OrderRef::ClientId(id) => Self::ClientId(id),
        }
    }
}

impl Reconcile<SixMmOrders, Cancelled> for OrderCancellation {
    fn order_key(&self) -> OrderKey {
        OrderKey::by_reference(&self.0.symbol, &self.order())
    }

    fn client(&self) -> &ClientInner {
        &self.0.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Lookup<Cancelled>, Error>> {
        Box::pin(async move {
            let response = look_up_order(&self.0.client, &self.0.symbol, &self.order(), deadline.options()).await;
            Lookup::from_query(response, |order| self.classify(&order))
        })
    }

    fn resend<'a>(&'a self, options: CallOptions, log: &'a Arc<AttemptLog>) -> Option<BoxFuture<'a, Result<Cancelled, Error>>> {
        Some(Box::pin(async move {
            // The exchange's id is preferred once it is known, because more than one order can have the same client order id.
            let order = self.0.known_id().map_or_else(|| self.order(), OrderRef::Id);
            let request = to_request(&self.0.symbol, &order, &Settings::default(), ValidationErrors::new())?;
            let cancelled = cancel_once(request, &self.0.client, &self.0.symbol, &order, options, log).await?;
            if self.0.placement.is_some() {
                // The request may have cancelled an older order with the same client order id, so only a lookup shows that this order is
                // final.
                return Err(Error::unclear(&CANCEL_ORDER, None));
            }
            Ok(Cancelled { order: self.order(), ..cancelled })
        }))
    }

    fn can_resend(&self) -> bool {
        true
    }

    fn expiring<'a>(&'a self, log: &'a AttemptLog) -> &'a AttemptLog {
        self.0.expiring(log)
    }

    fn proves_expiry(&self, lookup: &LastLookup) -> bool {
        // If a lookup found the order, its placement was executed, so the expiry of the placement proves nothing. The cancellation is then
        // sent again until the order is final.
        matches!(lookup, LastLookup::NotFound) || self.0.placement.is_none() && !matches!(lookup, LastLookup::AnotherOrder)
    }

    fn ends_at_expiry(&self) -> bool {
        self.0.placement.is_some()
    }

    fn to_json(&self) -> Value {
        self.0.to_json(KIND)
    }
}

impl WriteResult<SixMmOrders> for Cancelled {
    fn load(client: &ClientInner, _: &'static Operation, saved: &JsonFields<'_>) -> Option<DynWrite<Self>> {
        Some(Arc::new(OrderCancellation(CancellationRecord::from_json(client, saved, KIND)?)))
    }
}
