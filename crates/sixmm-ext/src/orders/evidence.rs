//! What lookups show of an order write, and which order it is about.

use std::fmt;

use sixmm_api::types::{ClientOrderId, ConditionId, OrderId, OrderStatus};
use venue_core::EscapedText;

use super::expected::Difference;
use crate::Error;

/// What the last lookup showed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Evidence {
    /// No lookup was made.
    NotAsked,
    /// The exchange does not know the order. The request may still be on its way.
    NotFound,
    /// The exchange does not know the order, and the lookup began after the signature of the last request that was sent had become too old.
    ///
    /// This proves that the exchange refuses the request if it arrives from now on. It does not prove that the order does not exist: a
    /// request that arrived in time may be waiting inside of the exchange, which does not document for how long. So the outcome stays
    /// [`Unknown`](crate::Outcome::Unknown).
    NotFoundAfterExpiry,
    /// The order exists, and the write has not changed it yet.
    Unchanged(OrderStatus),
    /// The order exists, and its amounts differ from the order or the change that was sent.
    Differs {
        /// Its state, if it can be read.
        status: Option<OrderStatus>,
        /// The amounts that differ.
        differences: Vec<Difference>,
    },
    /// This many orders are still open.
    StillOpen(usize),
    /// The search for the order was incomplete: a row or a list could not be read, or the history has more pages than are searched.
    Incomplete,
    /// The answer does not have the shape that is assumed; the documentation gives none for it.
    Unreadable,
    /// The lookup shows another order: an id, the contract, the side or the type differs, or it is older than the one that was sent.
    AnotherOrder,
    /// The lookup failed.
    QueryFailed(Error),
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => f.write_str("no lookup was made"),
            Self::NotFound => f.write_str("the exchange does not know the order yet"),
            Self::NotFoundAfterExpiry => f.write_str(
                "the exchange does not know the order, and the request can no longer be accepted because its signature is too old",
            ),
            Self::Unchanged(status) => write!(f, "the order is {status}, and unchanged so far"),
            Self::Differs { status, differences } => {
                match status {
                    Some(status) => write!(f, "the order is {status}, and differs:")?,
                    None => f.write_str("the order differs:")?,
                }
                for (index, Difference { field, sent, reported, .. }) in differences.iter().enumerate() {
                    write!(f, "{} {field} ", if index == 0 { "" } else { "," })?;
                    match reported {
                        Some(reported) => write!(f, "{reported} instead of {sent}")?,
                        None => write!(f, "cannot be read, {sent} was sent")?,
                    }
                }
                Ok(())
            }
            Self::StillOpen(1) => f.write_str("one order is still open"),
            Self::StillOpen(count) => write!(f, "{count} orders are still open"),
            Self::Incomplete => f.write_str("not all rows could be searched for the order"),
            Self::Unreadable => f.write_str("the answer about the order cannot be read"),
            Self::AnotherOrder => f.write_str("the lookup shows another order"),
            Self::QueryFailed(error) => write!(f, "the lookup failed ({error})"),
        }
    }
}

/// Which order it is about; neither id if it is about all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// The contract; `None` if it is about all of them.
    pub symbol: Option<String>,
    /// Your id.
    pub client_order_id: Option<ClientOrderId>,
    /// The exchange's id.
    pub order_id: Option<OrderId>,
    /// The exchange's id of a condition order.
    pub condition_id: Option<ConditionId>,
}

/// `` the order `sx-01JD6V3Y9V6Q2T0ZK4M8XW5N3C` of BTCUSDT ``
impl fmt::Display for Subject {
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
