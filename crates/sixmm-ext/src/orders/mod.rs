//! Placing, amending and cancelling orders. An order is placed at most once. If the response to a placement is lost, the client looks the
//! order up.
//!
//! An order that has not been placed is a [`NewOrder`], a [`NewConditionOrder`] or a [`NewStrategy`]. The methods of [`Orders`] return a
//! placement, an amendment or a cancellation, such as [`Place`], and `send` of that value returns an [`Outcome`] with the result, such as
//! [`Placed`].

// | file | holds |
// | --- | --- |
// | `unfinished_order`, `new_order`, `new_condition_order`, `new_strategy` | orders that have not been placed, as values |
// | `decimal_input` | amounts as the caller gives them |
// | `order_serde` | the JSON form of orders that have not been placed |
// | `order_request`, `validate` | converts an order that has not been placed to a request, with all checks |
// | `checked_request` | sends a request that was checked once |
// | `place`, `place_condition`, `place_strategy`, `batch` | placements: how each is sent and looked up |
// | `amend`, `cancel`, `cancel_condition`, `cancel_all` | amendments and cancellations: how each is sent and looked up |
// | `placement`, `cancellation` | the common parts of placements, and of cancellations |
// | `order_lookup`, `condition_search` | the query for a normal order, the search for a condition order |
// | `response_check`, `batch_results` | whether a response agrees with the code of its envelope |
// | `order_terms`, `order_fields`, `order_key` | the ids and terms of an order, and the fields of a reported order |
// | `reconcile` | the exchange's types for [`venue_runtime::reconcile`] |

use sixmm_api::requests;
use sixmm_api::types::{ConditionId, OrderId};

use crate::call::Call;
use crate::groups::group;

mod amend;
mod batch;
mod batch_results;
mod cancel;
mod cancel_all;
mod cancel_condition;
mod cancellation;
mod checked_request;
mod condition_search;
mod decimal_input;
mod new_condition_order;
mod new_order;
mod new_strategy;
mod order_fields;
mod order_key;
mod order_lookup;
mod order_request;
mod order_serde;
mod order_terms;
mod place;
mod place_condition;
mod place_strategy;
mod placement;
mod reconcile;
mod response_check;
mod unfinished_order;
mod validate;

pub use amend::{Amend, Amended};
pub use batch::{AmendBatch, AmendItem, CancelBatch, PlaceBatch};
pub use cancel::{Cancel, Cancelled};
pub use cancel_all::CancelAll;
pub use cancel_condition::{CancelCondition, CancelledCondition};
pub use decimal_input::{IntoDecimal, InvalidDecimal};
pub use new_condition_order::NewConditionOrder;
pub use new_order::NewOrder;
pub use new_strategy::{LegTrigger, NewStrategy, StrategyLeg};
pub use order_key::{OrderKey, OrderRef};
pub use place::{Place, Placed};
pub use place_condition::{PlaceCondition, PlacedCondition};
pub use place_strategy::{PlaceStrategy, PlacedStrategy};
pub use reconcile::{LastLookup, Outcome, SixMmOrders, Unresolved};
pub use unfinished_order::UnfinishedOrder;
pub use venue_runtime::reconcile::{ConfirmedBy, Difference, LoadError, ReconcilePolicy};

use reconcile::{Lookup, SentOrder};

group! {
    /// Placing, amending, cancelling and reading orders. Needs the permission Trade, even for reading.
    ///
    /// Placing, amending or cancelling an order returns an [`Outcome`]. A batch returns one outcome for each item.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order>
    Orders
}

impl Orders<'_> {
    /// Places a normal order: a limit order, a market order, or an order at the best price of the book.
    pub fn place(&self, order: NewOrder) -> Place {
        Place::new(self.client, order)
    }

    /// Places several normal orders in one request.
    pub fn place_batch(&self, orders: impl IntoIterator<Item = NewOrder>) -> PlaceBatch {
        PlaceBatch::new(self.client, orders.into_iter().collect())
    }

    /// Places a condition order: a stop loss, a take profit or a trailing stop.
    pub fn place_condition(&self, order: NewConditionOrder) -> PlaceCondition {
        PlaceCondition::new(self.client, order)
    }

    /// Places orders that depend on each other: one triggers the other (OTO), one cancels the other (OCO), or one triggers two orders that
    /// cancel each other (OTOCO).
    pub fn place_strategy(&self, strategy: NewStrategy) -> PlaceStrategy {
        PlaceStrategy::new(self.client, strategy)
    }

    /// Amends the price or the quantity of an open order.
    pub fn amend(&self, symbol: impl Into<String>, order_id: impl Into<OrderId>) -> Amend {
        Amend::new(self.client, symbol.into(), order_id.into())
    }

    /// Amends several open orders of a contract in one request.
    pub fn amend_batch(&self, symbol: impl Into<String>, items: impl IntoIterator<Item = AmendItem>) -> AmendBatch {
        AmendBatch::new(self.client, symbol.into(), items.into_iter().collect())
    }

    /// Cancels a normal order, by the exchange's id or by your id.
    pub fn cancel(&self, symbol: impl Into<String>, order: impl Into<OrderRef>) -> Cancel {
        Cancel::new(self.client, symbol.into(), order.into())
    }

    /// Cancels several normal orders in one request. Each order is given by its contract and the exchange's id.
    pub fn cancel_batch<S: Into<String>, I: Into<OrderId>>(&self, orders: impl IntoIterator<Item = (S, I)>) -> CancelBatch {
        CancelBatch::new(self.client, orders.into_iter().map(|(symbol, id)| (symbol.into(), id.into())).collect())
    }

    /// Cancels all normal orders, all limit orders or all condition orders. The exchange accepts the request at once, and cancels the
    /// orders a little later.
    pub fn cancel_all(&self) -> CancelAll {
        CancelAll::new(self.client)
    }

    /// Cancels a condition order.
    pub fn cancel_condition(&self, symbol: impl Into<String>, condition_id: impl Into<ConditionId>) -> CancelCondition {
        CancelCondition::new(self.client, symbol.into(), condition_id.into())
    }

    /// Reads a normal order, by the exchange's id or by your id.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#query-single-order>
    pub fn get(&self, symbol: impl Into<String>, order: impl Into<OrderRef>) -> Call<requests::Order> {
        let request = requests::Order::new(symbol);
        Call::new(
            self.client,
            match order.into() {
                OrderRef::Id(id) => request.order_id(id),
                OrderRef::ClientId(id) => request.client_order_id(id),
            },
        )
    }
}
