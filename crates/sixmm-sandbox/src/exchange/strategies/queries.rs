//! Query for the state of a strategy.

use super::super::Exchange;
use super::super::command::SubOrder;
use super::super::enums::{ConditionStatus, OrderStatus};
use super::super::ids::{self, ConditionId, OrderId, StrategyId};
use super::super::reject::Reject;
use super::super::view::{StrategyOrder, StrategySubOrderState};
use super::{SubOrderRecord, SubOrderState};

impl Exchange {
    /// Returns a strategy with its orders.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#strategy-order-detail>
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist (2002), or the user has no such strategy (3003).
    pub fn strategy_order(&self, user: &str, strategy_id: &str) -> Result<StrategyOrder, Reject> {
        let account = self.account(user)?;
        let id = ids::number(strategy_id);
        let record = self.strategies.get(id).filter(|record| record.account == account).ok_or_else(Reject::order_not_found)?;
        Ok(StrategyOrder {
            strategy_id: StrategyId(record.id),
            strategy_type: record.strategy_type,
            strategy_status: record.status,
            book_time: record.created_at,
            sub_orders: record.sub_orders.iter().map(|sub| self.sub_order_view(sub)).collect(),
            update_time: record.updated_at,
        })
    }

    fn sub_order_view(&self, sub: &SubOrderRecord) -> StrategySubOrderState {
        let (order, condition) = match sub.state {
            SubOrderState::Order(id) => (Some(id), None),
            SubOrderState::Condition(id) => (self.conditions[id].generated_order, Some(id)),
            SubOrderState::Waiting | SubOrderState::Due | SubOrderState::Canceled | SubOrderState::Rejected => (None, None),
        };
        let status = match (sub.state, order, condition) {
            (_, Some(order), _) => self.orders[order].status.as_str(),
            (_, None, Some(condition)) => self.conditions[condition].status.as_str(),
            (SubOrderState::Canceled, ..) => OrderStatus::Canceled.as_str(),
            (SubOrderState::Rejected, ..) => OrderStatus::Rejected.as_str(),
            _ => ConditionStatus::PendingActivation.as_str(),
        };
        let (side, order_type) = match &sub.request {
            SubOrder::Normal(order) => (order.side, order.order_type.as_str()),
            SubOrder::Condition(order) => (order.side, order.order_type.as_str()),
        };
        StrategySubOrderState {
            strategy_sub_id: sub.number,
            symbol: sub.request.symbol().to_owned(),
            side,
            order_type,
            order_id: order.map(OrderId),
            condition_id: condition.map(ConditionId),
            status,
        }
    }
}
