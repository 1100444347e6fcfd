//! Placing a condition order.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sixmm_api::operations::PLACE_CONDITION_ORDER;
use sixmm_api::types::{self, ClientOrderId, ConditionId, ConditionOrderStatus};
use sixmm_api::{BoxFuture, Operation, requests};
use venue_core::ValidationErrors;
use venue_runtime::reconcile::json_fields::{JsonFields, is_order_id};
use venue_runtime::reconcile::{
    AttemptLog, CancellablePlacement, ConfirmedBy, Deadline, Difference, Reconcile, WriteResult, WriteStart, settle,
};

use super::cancel_condition::{CancelledCondition, ConditionCancellation};
use super::checked_request::CheckedRequest;
use super::condition_search::{search_by_client_id, search_window_start};
use super::new_condition_order::NewConditionOrder;
use super::order_fields::{condition_status, recognize, reported_id};
use super::order_key::OrderKey;
use super::order_request::OrderRequest as _;
use super::order_terms::OrderTerms;
use super::placement::PlacementRecord;
use super::reconcile::{DynWrite, SixMmOrders, UnresolvedPlacement, new_log};
use super::response_check::{Effect, check_rejection, check_success};
use super::{LastLookup, Lookup, Outcome, SentOrder};
use crate::Error;
use crate::call::settings::{Settings, identified, settings};
use crate::client_inner::{ClientInner, printable_request_id};

/// A condition order that the exchange accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PlacedCondition {
    /// The contract.
    pub symbol: String,
    /// The exchange's id of the order.
    pub condition_id: ConditionId,
    /// Your id of the order, chosen or generated.
    pub client_order_id: ClientOrderId,
    /// The status of the order, from the response or the lookup that confirmed the placement. `None` if the exchange did not report a
    /// status.
    pub status: Option<ConditionOrderStatus>,
    /// The amounts in which the exchange's order differs from the order that was sent, for example because the exchange rounded them.
    /// Always empty if the response confirmed the order.
    pub differences: Vec<Difference>,
    /// Whether the response or a lookup confirmed that the exchange accepted the order.
    pub confirmed_by: ConfirmedBy,
    /// The id of the request that placed the order. `None` if its response was lost.
    pub request_id: Option<String>,
}

/// The placement of a condition order: see [`Orders::place_condition`](super::Orders::place_condition).
///
/// A `PlaceCondition` cannot be cloned, so that the same placement cannot be sent twice. To place the same order a second time, pass the
/// [`NewConditionOrder`] to [`Orders::place_condition`](super::Orders::place_condition) again.
///
/// ```compile_fail,E0599
/// # async fn twice(place: sixmm_ext::orders::PlaceCondition) {
/// let again = place.clone().send().await;
/// # }
/// ```
#[derive(Debug)]
#[must_use = "an order is not placed until it is sent"]
pub struct PlaceCondition {
    client: ClientInner,
    order: NewConditionOrder,
    id: ClientOrderId,
    settings: Settings,
}

settings!(PlaceCondition);

impl PlaceCondition {
    pub(super) fn new(client: &ClientInner, order: NewConditionOrder) -> Self {
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
    /// If the response is lost or contradicts itself, the client searches for the client order id among the contract's condition orders:
    /// first among the open condition orders, then in the history.
    ///
    /// Returns within the call's timeout plus the timeout of [`ReconcilePolicy`](crate::ReconcilePolicy).
    pub async fn send(self) -> Outcome<PlacedCondition> {
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
        let sent = SentOrder { expected, start };
        settle(result, &log, || Arc::new(ConditionPlacement(PlacementRecord { client: self.client.clone(), id: self.id.clone(), sent })))
            .await
    }

    async fn try_send(
        &self,
        request: CheckedRequest<requests::PlaceConditionOrder>,
        expected: &OrderTerms,
        log: &Arc<AttemptLog>,
    ) -> Result<PlacedCondition, Error> {
        let response = request.send(&self.client, &self.settings.options, log).await;
        let response = response.map_err(|error| check_rejection(error, Effect::Place, expected))?;
        let request_id = printable_request_id(&response);
        check_success(&response, request_id.as_deref(), expected, Effect::Place)?;
        let types::PlacedConditionOrder { condition_id, condition_status: status, .. } = response.into_data()?;
        if !is_order_id(condition_id.as_str()) {
            return Err(Error::contradictory(&PLACE_CONDITION_ORDER, request_id, String::from("it contains no order id")));
        }
        Ok(PlacedCondition {
            symbol: self.order.symbol().to_owned(),
            condition_id,
            client_order_id: self.id.clone(),
            status,
            differences: Vec::new(),
            confirmed_by: ConfirmedBy::Response,
            request_id,
        })
    }
}

/// Reconciles the placement of a condition order: searches for a condition order with this client order id, and checks whether it is the
/// order that was sent.
#[derive(Debug)]
struct ConditionPlacement(PlacementRecord);

/// The `kind` of a saved placement of a condition order.
const KIND: &str = "placeCondition";

impl ConditionPlacement {
    fn classify(&self, order: &JsonFields<'_>) -> Lookup<PlacedCondition> {
        let PlacementRecord { client, id, sent } = &self.0;
        let differences = match recognize(client, sent, order) {
            Ok(differences) => differences,
            Err(shown) => return Lookup::Undecided(shown),
        };
        let Some(condition_id) = reported_id(order, "conditionId") else { return Lookup::Undecided(LastLookup::Unreadable) };
        match condition_status(client, order).value() {
            Some(status @ ConditionOrderStatus::Rejected) => Lookup::Rejected(Error::condition_refused(&PLACE_CONDITION_ORDER, status)),
            status => Lookup::Executed(PlacedCondition {
                symbol: self.0.symbol().to_owned(),
                condition_id: ConditionId::from(condition_id),
                client_order_id: id.clone(),
                status,
                differences,
                confirmed_by: ConfirmedBy::Lookup,
                request_id: None,
            }),
        }
    }
}

impl Reconcile<SixMmOrders, PlacedCondition> for ConditionPlacement {
    fn order_key(&self) -> OrderKey {
        self.0.order_key()
    }

    fn client(&self) -> &ClientInner {
        &self.0.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Lookup<PlacedCondition>, Error>> {
        Box::pin(async move {
            let PlacementRecord { client, id, sent } = &self.0;
            let since = search_window_start(sent.start, client);
            let found = search_by_client_id(client, self.0.symbol(), id, since, deadline).await?;
            Ok(found.classify(|order| self.classify(order)))
        })
    }

    fn sent_order(&self) -> Option<&SentOrder> {
        Some(&self.0.sent)
    }

    fn to_json(&self) -> Value {
        self.0.to_json(KIND)
    }
}

impl WriteResult<SixMmOrders> for PlacedCondition {
    fn load(client: &ClientInner, _: &'static Operation, saved: &JsonFields<'_>) -> Option<DynWrite<Self>> {
        Some(Arc::new(ConditionPlacement(PlacementRecord::from_json(client, saved, KIND)?)))
    }
}

impl CancellablePlacement<SixMmOrders> for PlacedCondition {
    type Cancelled = CancelledCondition;

    fn cancellation(client: &ClientInner, order: OrderKey, sent: SentOrder, log: Arc<AttemptLog>) -> DynWrite<CancelledCondition> {
        let id = order.client_order_id.expect("the key of a placement has a client order id");
        let placement = UnresolvedPlacement { log, sent };
        Arc::new(ConditionCancellation::of_placement(client, order.symbol.unwrap_or_default(), id, placement))
    }
}
