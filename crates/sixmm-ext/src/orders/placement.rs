//! The common part of the placements of normal orders and of condition orders.

use serde_json::{Value, json};
use sixmm_api::types::ClientOrderId;
use venue_runtime::reconcile::json_fields::JsonFields;

use super::SentOrder;
use super::order_key::OrderKey;
use super::reconcile::saved_order;
use crate::client_inner::ClientInner;

/// A placement that can be looked up by the client order id of its order.
#[derive(Debug)]
pub(super) struct PlacementRecord {
    pub(super) client: ClientInner,
    pub(super) id: ClientOrderId,
    pub(super) sent: SentOrder,
}

impl PlacementRecord {
    pub(super) fn symbol(&self) -> &str {
        self.sent.expected.symbol.as_deref().unwrap_or_default()
    }

    pub(super) fn order_key(&self) -> OrderKey {
        OrderKey::by_client_order_id(self.symbol(), &self.id)
    }

    pub(super) fn to_json(&self, kind: &str) -> Value {
        json!({
            "kind": kind,
            "clientOrderId": self.id.as_str(),
            "expected": self.sent.expected.to_json(),
            "began": self.sent.start.by_server_clock(&self.client).as_millis(),
        })
    }

    /// Restores the placement from the JSON that [`to_json`](Self::to_json) returned. `None` if the JSON has another `kind`, or if a
    /// required field cannot be read.
    pub(super) fn from_json(client: &ClientInner, saved: &JsonFields<'_>, kind: &str) -> Option<Self> {
        if saved.text("kind").value()? != kind {
            return None;
        }
        let id = ClientOrderId::from(saved.text("clientOrderId").into_owned().value()?);
        Some(Self { client: client.clone(), id, sent: saved_order(saved)? })
    }
}
