//! Cancelling a condition order.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sixmm_api::operations::CANCEL_CONDITION_ORDER;
use sixmm_api::types::{ClientOrderId, ConditionId, ConditionOrderStatus};
use sixmm_api::{BoxFuture, Operation, UnixMillis, requests};
use venue_core::ValidationErrors;
use venue_runtime::reconcile::json_fields::{FieldValue, JsonFields};
use venue_runtime::reconcile::{AttemptLog, ConfirmedBy, Deadline, ExpectedOrder as _, Reconcile, WriteResult, settle};

use super::cancellation::{CancellationRecord, IdRef};
use super::checked_request::CheckedRequest;
use super::condition_search::{SearchResult, search, search_by_client_id, search_window_start};
use super::order_fields::{condition_status, is_consistent, recognize, reported_id};
use super::order_key::OrderKey;
use super::order_terms::OrderTerms;
use super::reconcile::{DynWrite, SixMmOrders, UnresolvedPlacement, new_log};
use super::response_check::{Effect, check_rejection, check_success};
use super::{LastLookup, Lookup, Outcome};
use crate::call::settings::{Settings, identified, settings};
use crate::client_inner::{ClientInner, printable_request_id};
use crate::{CallOptions, Error};

/// A condition order that was cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CancelledCondition {
    /// The exchange's id of the order.
    pub condition_id: ConditionId,
    /// Whether the response or a lookup confirmed that the order is cancelled.
    pub confirmed_by: ConfirmedBy,
}

/// The cancellation of a condition order: see [`Orders::cancel_condition`](super::Orders::cancel_condition).
#[derive(Clone, Debug)]
#[must_use = "nothing is cancelled until it is sent"]
pub struct CancelCondition {
    client: ClientInner,
    symbol: String,
    condition_id: ConditionId,
    settings: Settings,
}

settings!(CancelCondition);

impl CancelCondition {
    pub(super) fn new(client: &ClientInner, symbol: String, condition_id: ConditionId) -> Self {
        Self { client: client.clone(), symbol, condition_id, settings: Settings::default() }
    }

    /// Cancels the condition order.
    ///
    /// If the response is lost or contradicts itself, the client searches for the order among the contract's condition orders until the
    /// order is final. After each search that does not show that the order is final, the client sends the cancellation again with a new
    /// signature.
    ///
    /// Returns within the call's timeout plus the timeout of [`ReconcilePolicy`](crate::ReconcilePolicy). After that, a cancellation that
    /// was sent can still take effect until its signature expires, 10 seconds after its timestamp.
    pub async fn send(self) -> Outcome<CancelledCondition> {
        let log = new_log();
        let result = cancel_once(&self.client, &self.symbol, &self.condition_id, &self.settings, &log).await;
        settle(result, &log, || Arc::new(ConditionCancellation::new(&self.client, self.symbol, self.condition_id))).await
    }
}

/// Sends one cancellation.
async fn cancel_once(
    client: &ClientInner,
    symbol: &str,
    id: &ConditionId,
    settings: &Settings,
    log: &Arc<AttemptLog>,
) -> Result<CancelledCondition, Error> {
    let request = identified!(settings, requests::CancelConditionOrder::new().symbol(symbol).condition_id(id));
    let mut faults = ValidationErrors::new();
    faults.not_empty("symbol", symbol);
    let request = CheckedRequest::check(request, faults)?;
    let expected = OrderTerms::by_condition_id(symbol, id);
    let response = request.send(client, &settings.options, log).await;
    let response = response.map_err(|error| check_rejection(error, Effect::Cancel, &expected))?;
    check_success(&response, printable_request_id(&response).as_deref(), &expected, Effect::Cancel)?;
    Ok(CancelledCondition { condition_id: id.clone(), confirmed_by: ConfirmedBy::Response })
}

/// Reconciles the cancellation of a condition order: searches for the order, and checks whether it is cancelled.
#[derive(Debug)]
pub(super) struct ConditionCancellation(CancellationRecord<ConditionId>);

/// The `kind` of a saved cancellation of a condition order.
const KIND: &str = "cancelCondition";

impl ConditionCancellation {
    fn new(client: &ClientInner, symbol: String, id: ConditionId) -> Self {
        let record = CancellationRecord::new(client, symbol, IdRef::Id(id.clone()), None);
        record.record_id(id);
        Self(record)
    }

    /// The cancellation of an order whose placement may not have reached the exchange. The cancellation ends when a search does not find
    /// the order after the signature of the placement has expired.
    pub(super) fn of_placement(client: &ClientInner, symbol: String, id: ClientOrderId, placement: UnresolvedPlacement) -> Self {
        Self(CancellationRecord::new(client, symbol, IdRef::ClientId(id), Some(placement)))
    }

    fn classify(&self, order: &JsonFields<'_>) -> Lookup<CancelledCondition> {
        use ConditionOrderStatus::{Cancelled, Fired, Rejected, Triggered};
        let client = &self.0.client;
        // An older order can have had the same client order id.
        if let Some(Err(shown)) = self.0.placement.as_ref().map(|placement| recognize(client, &placement.sent, order)) {
            return Lookup::Undecided(shown);
        }
        let Some(condition_id) = reported_id(order, "conditionId").map(ConditionId::from) else {
            return Lookup::Undecided(LastLookup::Unreadable);
        };
        if !is_consistent(order) {
            return Lookup::Undecided(LastLookup::Unreadable);
        }
        let is_of_contract = OrderTerms::of_contract(Some(&self.0.symbol)).compare(order).identity.is_empty();
        if !is_of_contract || !self.0.record_id(condition_id.clone()) {
            return Lookup::Undecided(LastLookup::AnotherOrder);
        }
        let FieldValue::Value(status) = condition_status(client, order) else { return Lookup::Undecided(LastLookup::Unreadable) };
        match status {
            Cancelled => Lookup::Executed(CancelledCondition { condition_id, confirmed_by: ConfirmedBy::Lookup }),
            status @ (Fired | Rejected | Triggered) => Lookup::Rejected(Error::condition_final(&CANCEL_CONDITION_ORDER, status)),
            _ => Lookup::Undecided(LastLookup::StillOpen(1)),
        }
    }

    async fn find(&self, deadline: &Deadline) -> Result<SearchResult, Error> {
        let CancellationRecord { client, symbol, order, placement, .. } = &self.0;
        match order {
            IdRef::Id(id) => search(client, symbol, UnixMillis::new(0), deadline, |order| order.condition_id.as_ref() == Some(id)).await,
            IdRef::ClientId(id) => {
                let start = placement.as_ref().map(|placement| placement.sent.start);
                let since = start.map_or(UnixMillis::new(0), |start| search_window_start(start, client));
                search_by_client_id(client, symbol, id, since, deadline).await
            }
        }
    }
}

impl Reconcile<SixMmOrders, CancelledCondition> for ConditionCancellation {
    fn order_key(&self) -> OrderKey {
        match &self.0.order {
            IdRef::Id(id) => OrderKey { condition_id: Some(id.clone()), ..OrderKey::of_contract(&self.0.symbol) },
            IdRef::ClientId(id) => OrderKey::by_client_order_id(&self.0.symbol, id),
        }
    }

    fn client(&self) -> &ClientInner {
        &self.0.client
    }

    fn look_up<'a>(&'a self, deadline: &'a Deadline) -> BoxFuture<'a, Result<Lookup<CancelledCondition>, Error>> {
        Box::pin(async move { Ok(self.find(deadline).await?.classify(|order| self.classify(order))) })
    }

    fn resend<'a>(&'a self, options: CallOptions, log: &'a Arc<AttemptLog>) -> Option<BoxFuture<'a, Result<CancelledCondition, Error>>> {
        let id = self.0.known_id()?;
        Some(Box::pin(async move {
            let settings = Settings { options, request_id: None };
            let cancelled = cancel_once(&self.0.client, &self.0.symbol, &id, &settings, log).await?;
            if self.0.placement.is_some() {
                // While the outcome of the placement is unknown, only a lookup shows that the order is final.
                return Err(Error::unclear(&CANCEL_CONDITION_ORDER, None));
            }
            Ok(cancelled)
        }))
    }

    fn can_resend(&self) -> bool {
        self.0.known_id().is_some()
    }

    fn expiring<'a>(&'a self, log: &'a AttemptLog) -> &'a AttemptLog {
        self.0.expiring(log)
    }

    fn proves_expiry(&self, lookup: &LastLookup) -> bool {
        // If a lookup found the order, its placement was executed, so the expiry of the placement proves nothing. The cancellation is then
        // sent again until the order is final.
        matches!(lookup, LastLookup::NotFound) || self.0.placement.is_none() && matches!(lookup, LastLookup::StillOpen(_))
    }

    fn ends_at_expiry(&self) -> bool {
        self.0.placement.is_some()
    }

    fn to_json(&self) -> Value {
        self.0.to_json(KIND)
    }
}

impl WriteResult<SixMmOrders> for CancelledCondition {
    fn load(client: &ClientInner, _: &'static Operation, saved: &JsonFields<'_>) -> Option<DynWrite<Self>> {
        Some(Arc::new(ConditionCancellation(CancellationRecord::from_json(client, saved, KIND)?)))
    }
}
