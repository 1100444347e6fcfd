//! The common part of the cancellations of normal orders and of condition orders.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use sixmm_api::types::{ClientOrderId, ConditionId, OrderId};
use venue_runtime::reconcile::AttemptLog;
use venue_runtime::reconcile::json_fields::JsonFields;

use super::reconcile::UnresolvedPlacement;
use crate::client_inner::ClientInner;

/// An id that the exchange gives to an order.
pub(super) trait ExchangeId: Clone + PartialEq + From<String> {
    /// The JSON field of a saved cancellation that contains the exchange's id, if the caller identified the order by this id and not by a
    /// client order id.
    const FIELD: &'static str;

    /// The JSON field of a saved cancellation that contains the exchange's id, if a lookup has shown this id.
    const KNOWN_FIELD: &'static str;

    fn as_str(&self) -> &str;
}

impl ExchangeId for OrderId {
    const FIELD: &'static str = "orderId";
    const KNOWN_FIELD: &'static str = "knownOrderId";

    fn as_str(&self) -> &str {
        self.as_str()
    }
}

impl ExchangeId for ConditionId {
    const FIELD: &'static str = "conditionId";
    const KNOWN_FIELD: &'static str = "knownConditionId";

    fn as_str(&self) -> &str {
        self.as_str()
    }
}

/// A reference to one order: the exchange's id or the client order id.
#[derive(Clone, Debug)]
pub(super) enum IdRef<I> {
    Id(I),
    ClientId(ClientOrderId),
}

/// An unresolved cancellation of one order: the exchange may or may not have executed it.
#[derive(Debug)]
pub(super) struct CancellationRecord<I> {
    pub(super) client: ClientInner,
    pub(super) symbol: String,
    pub(super) order: IdRef<I>,
    /// The exchange's id, once it is known.
    known_id: Mutex<Option<I>>,
    /// The placement of the order, if its outcome is unknown.
    pub(super) placement: Option<UnresolvedPlacement>,
}

impl<I: ExchangeId> CancellationRecord<I> {
    pub(super) fn new(client: &ClientInner, symbol: String, order: IdRef<I>, placement: Option<UnresolvedPlacement>) -> Self {
        Self { client: client.clone(), symbol, order, known_id: Mutex::default(), placement }
    }

    /// The exchange's id that a lookup showed.
    pub(super) fn known_id(&self) -> Option<I> {
        self.known_id.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records the exchange's id that a lookup showed. Returns `false` if an earlier lookup showed another id, which can happen because
    /// more than one order can have the same client order id.
    pub(super) fn record_id(&self, id: I) -> bool {
        let mut known = self.known_id.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = known.as_ref().is_none_or(|known| *known == id);
        if is_same {
            *known = Some(id);
        }
        is_same
    }

    /// The log of the requests that must have expired before a lookup can end the reconciliation. If the outcome of the placement is
    /// unknown, this is the log of the placement. Otherwise, this is `log`, the log of the cancellation.
    pub(super) fn expiring<'a>(&'a self, log: &'a AttemptLog) -> &'a AttemptLog {
        self.placement.as_ref().map_or(log, |placement| &placement.log)
    }

    pub(super) fn to_json(&self, kind: &str) -> Value {
        let (field, id) = match &self.order {
            IdRef::Id(id) => (I::FIELD, id.as_str()),
            IdRef::ClientId(id) => ("clientOrderId", id.as_str()),
        };
        let placement = self.placement.as_ref().map(|placement| placement.to_json(&self.client));
        let known = self.known_id().map(|id| id.as_str().to_owned());
        json!({ "kind": kind, "symbol": self.symbol, field: id, I::KNOWN_FIELD: known, "placement": placement })
    }

    /// Restores the cancellation from the JSON that [`to_json`](Self::to_json) returned. `None` if the JSON has another `kind`, or if a
    /// required field cannot be read.
    pub(super) fn from_json(client: &ClientInner, saved: &JsonFields<'_>, kind: &str) -> Option<Self> {
        if saved.text("kind").value()? != kind {
            return None;
        }
        let id = saved.text(I::FIELD).into_owned().value().map(|id| IdRef::Id(I::from(id)));
        let order = id.or_else(|| saved.text("clientOrderId").into_owned().value().map(|id| IdRef::ClientId(ClientOrderId::from(id))))?;
        let placement = match saved.object("placement") {
            Some(placement) => Some(UnresolvedPlacement::from_json(&placement)?),
            None => None,
        };
        let record = Self::new(client, saved.text("symbol").into_owned().value()?, order, placement);
        let known = saved.text(I::KNOWN_FIELD).into_owned().value().map(I::from);
        Some(Self { known_id: Mutex::new(known), ..record })
    }
}
