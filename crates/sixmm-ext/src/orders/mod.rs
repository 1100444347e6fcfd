//! Orders: placed at most once, and never lost.
//!
//! | file | holds |
//! | --- | --- |
//! | `draft`, `common`, `order`, `condition`, `strategy` | orders to be placed, as values |
//! | `checks` | an order checked by itself and by the contract's rules |
//! | `place`, `place_condition`, `place_strategy`, `batch`, `amend`, `cancel`, `cancel_all`, `cancel_condition` | the writes |
//! | `find_condition` | the search for a condition order |
//! | `outcome`, `unresolved`, `evidence` | what became of a write |
//! | `reported` | the fields of an answer, exactly as they came |
//! | `expected`, `sent_order` | whether an order that is reported is the one that was sent |
//! | `answer`, `batch_results` | whether an answer says what its envelope says |
//! | `reconcile` | lookups after the answer was lost; cancellations sent again |
//! | `send_log` | when attempts were sent, and with which timestamps |

use sixmm_api::types::{ConditionId, OrderId, StrategyId};

use crate::call::{ConditionOrderHistory, GetOrder, OpenConditionOrders, OpenOrders, OrderHistory, StrategyDetail, Trades};
use crate::groups::group;

mod amend;
mod amount;
mod answer;
mod batch;
mod batch_results;
mod cancel;
mod cancel_all;
mod cancel_condition;
mod checks;
mod common;
mod condition;
mod draft;
mod evidence;
mod expected;
mod find_condition;
mod order;
mod outcome;
mod place;
mod place_condition;
mod place_strategy;
mod reconcile;
mod reported;
mod send_log;
mod sent_order;
mod strategy;
mod unresolved;

pub use amend::{Amend, Amended};
pub use batch::{AmendBatch, AmendItem, CancelBatch, PlaceBatch};
pub use cancel::{Cancel, Cancelled, OrderRef};
pub use cancel_all::CancelAll;
pub use cancel_condition::{CancelCondition, CancelledCondition};
pub use condition::ConditionOrder;
pub use draft::Draft;
pub use evidence::{Evidence, Subject};
pub use expected::Difference;
pub use order::Order;
pub use outcome::{ConfirmedBy, Outcome};
pub use place::{Place, Placed};
pub use place_condition::{PlaceCondition, PlacedCondition};
pub use place_strategy::{PlaceStrategy, PlacedStrategy};
pub use reconcile::Resolution;
pub use strategy::{DrivenOn, LegOrder, Strategy};
pub use unresolved::{LoadError, Unresolved};

pub(crate) use answer::is_documented_refusal;
pub(crate) use send_log::SendLog;

group! {
    /// Placing, changing, cancelling and reading orders. Needs the permission Trade, even to read.
    ///
    /// Whatever changes something returns an [`Outcome`], or one for each item of a batch.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/order>
    Orders
}

impl Orders<'_> {
    /// Places a normal order: limit, market, or at the best price.
    pub fn place(&self, order: Order) -> Place {
        Place::new(self.client, order)
    }

    /// Places several normal orders in one request.
    pub fn place_batch(&self, orders: impl IntoIterator<Item = Order>) -> PlaceBatch {
        PlaceBatch::new(self.client, orders.into_iter().collect())
    }

    /// Places a condition order: stop loss, take profit, trailing stop.
    pub fn place_condition(&self, order: ConditionOrder) -> PlaceCondition {
        PlaceCondition::new(self.client, order)
    }

    /// Places orders that depend on each other: OTO, OCO, OTOCO.
    pub fn place_strategy(&self, strategy: Strategy) -> PlaceStrategy {
        PlaceStrategy::new(self.client, strategy)
    }

    /// Changes the price or the quantity of an open order.
    pub fn amend(&self, symbol: impl Into<String>, order_id: impl Into<OrderId>) -> Amend {
        Amend::new(self.client, symbol.into(), order_id.into())
    }

    /// Changes several open orders of a contract in one request.
    pub fn amend_batch(&self, symbol: impl Into<String>, items: impl IntoIterator<Item = AmendItem>) -> AmendBatch {
        AmendBatch::new(self.client, symbol.into(), items.into_iter().collect())
    }

    /// Cancels a normal order, by the exchange's id or by yours.
    pub fn cancel(&self, symbol: impl Into<String>, order: impl Into<OrderRef>) -> Cancel {
        Cancel::new(self.client, symbol.into(), order.into())
    }

    /// Cancels several normal orders in one request, each by its contract and the exchange's id.
    pub fn cancel_batch<S: Into<String>, I: Into<OrderId>>(&self, orders: impl IntoIterator<Item = (S, I)>) -> CancelBatch {
        CancelBatch::new(self.client, orders.into_iter().map(|(symbol, id)| (symbol.into(), id.into())).collect())
    }

    /// Cancels all orders of a kind. The exchange accepts at once, and does it a little later.
    pub fn cancel_all(&self) -> CancelAll {
        CancelAll::new(self.client)
    }

    /// Cancels a condition order.
    pub fn cancel_condition(&self, symbol: impl Into<String>, condition_id: impl Into<ConditionId>) -> CancelCondition {
        CancelCondition::new(self.client, symbol.into(), condition_id.into())
    }

    /// One normal order, by the exchange's id or by yours.
    pub fn get(&self, symbol: impl Into<String>, order: impl Into<OrderRef>) -> GetOrder {
        let call = GetOrder::new(self.client, symbol);
        match order.into() {
            OrderRef::Id(id) => call.order_id(id),
            OrderRef::ClientId(id) => call.client_order_id(id),
        }
    }

    /// Normal orders that are open.
    pub fn open(&self) -> OpenOrders {
        OpenOrders::new(self.client)
    }

    /// Condition orders that wait for their trigger.
    pub fn open_conditions(&self) -> OpenConditionOrders {
        OpenConditionOrders::new(self.client)
    }

    /// Past normal orders.
    pub fn history(&self) -> OrderHistory {
        OrderHistory::new(self.client)
    }

    /// Past condition orders.
    pub fn condition_history(&self) -> ConditionOrderHistory {
        ConditionOrderHistory::new(self.client)
    }

    /// Fills of your orders.
    pub fn trades(&self) -> Trades {
        Trades::new(self.client)
    }

    /// A strategy and its linked orders.
    pub fn strategy(&self, strategy_id: impl Into<StrategyId>) -> StrategyDetail {
        StrategyDetail::new(self.client, strategy_id)
    }
}
