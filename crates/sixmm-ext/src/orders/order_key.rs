//! The identification of an order: its contract and its ids.

use std::fmt;

use serde::{Deserialize, Serialize};
use sixmm_api::types::{ClientOrderId, ConditionId, OrderId};
use venue_core::EscapedText;

/// One normal order, by the exchange's id or by your id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OrderRef {
    /// The exchange's id.
    Id(OrderId),
    /// Your id.
    ClientId(ClientOrderId),
}

impl From<OrderId> for OrderRef {
    fn from(id: OrderId) -> Self {
        Self::Id(id)
    }
}

impl From<&OrderId> for OrderRef {
    fn from(id: &OrderId) -> Self {
        Self::Id(id.clone())
    }
}

impl From<ClientOrderId> for OrderRef {
    fn from(id: ClientOrderId) -> Self {
        Self::ClientId(id)
    }
}

impl From<&ClientOrderId> for OrderRef {
    fn from(id: &ClientOrderId) -> Self {
        Self::ClientId(id.clone())
    }
}

/// Identifies the order that is placed, amended or cancelled, by its contract and one of its ids. The key of a cancellation of all open
/// orders has no id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderKey {
    /// The contract. `None` if the orders of all contracts are cancelled.
    pub symbol: Option<String>,
    /// Your id of the order.
    pub client_order_id: Option<ClientOrderId>,
    /// The exchange's id of a normal order.
    pub order_id: Option<OrderId>,
    /// The exchange's id of a condition order.
    pub condition_id: Option<ConditionId>,
}

impl OrderKey {
    pub(super) fn of_contract(symbol: &str) -> Self {
        Self { symbol: Some(symbol.to_owned()), ..Self::default() }
    }

    pub(super) fn by_client_order_id(symbol: &str, id: &ClientOrderId) -> Self {
        Self { client_order_id: Some(id.clone()), ..Self::of_contract(symbol) }
    }

    pub(super) fn by_reference(symbol: &str, order: &OrderRef) -> Self {
        match order {
            OrderRef::Id(id) => Self { order_id: Some(id.clone()), ..Self::of_contract(symbol) },
            OrderRef::ClientId(id) => Self::by_client_order_id(symbol, id),
        }
    }
}

/// `` the order `sx-01JD6V3Y9V6Q2T0ZK4M8XW5N3C` of BTCUSDT ``
impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { client_order_id: Some(id), .. } => write!(f, "the order `{}`", EscapedText::new(id.as_str()))?,
            Self { order_id: Some(id), .. } => write!(f, "the order {}", EscapedText::new(id.as_str()))?,
            Self { condition_id: Some(id), .. } => write!(f, "the condition order {}", EscapedText::new(id.as_str()))?,
            _ => f.write_str("the open orders")?,
        }
        self.symbol.as_ref().map_or(Ok(()), |symbol| write!(f, " of {}", EscapedText::new(symbol)))
    }
}
