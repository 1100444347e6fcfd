//! Queries for waiting and past condition orders.

use rust_decimal::Decimal;

use super::super::Exchange;
use super::super::command::{ConditionFilter, PageRequest};
use super::super::enums::{ConditionOrderType, ConditionStatus, OrderSide, PositionSide};
use super::super::ids::{ConditionId, OrderId};
use super::super::orders::status_from_number;
use super::super::reject::Reject;
use super::super::view::{ConditionOrder, Page};
use super::ConditionRecord;
use super::validation::generated_order_type;

impl Exchange {
    /// Returns the user's waiting condition orders, newest first.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#current-condition-orders>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist.
    pub fn current_condition_orders(&self, user: &str, symbol: Option<&str>) -> Result<Vec<ConditionOrder>, Reject> {
        let account = self.account(user)?;
        let selected = self.holdings(account, symbol)?;
        let mut ids: Vec<u64> = selected.flat_map(|holding| &holding.conditions).copied().collect();
        ids.sort_unstable();
        Ok(ids.into_iter().rev().map(|id| self.condition_view(&self.conditions[id])).collect())
    }

    /// Returns the user's past condition orders, newest first.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#historical-condition-orders>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist, the status number is undefined, or the page is out of range.
    pub fn condition_order_history(&self, user: &str, filter: &ConditionFilter, page: PageRequest) -> Result<Page<ConditionOrder>, Reject> {
        let account = self.account(user)?;
        let market = filter.symbol.as_deref().map(|symbol| self.market(symbol)).transpose()?;
        let status = filter.status.map(|number| status_from_number(ConditionStatus::ALL, number)).transpose()?;
        let conditions = self.accounts[account].history.conditions.iter().rev().map(|id| &self.conditions[*id]);
        let selected = conditions.filter(|condition| {
            !condition.status.is_open()
                && market.is_none_or(|market| market == condition.market)
                && filter.side.is_none_or(|side| side == condition.request.side)
                && status.is_none_or(|status| status == condition.status)
                && filter.time.contains(condition.created_at)
        });
        page.paginate(selected, |condition| self.condition_view(condition))
    }

    /// The trigger price of the newest waiting order of a type that would close the position.
    pub(in crate::exchange) fn newest_trigger(
        &self,
        account: usize,
        market: usize,
        position_side: PositionSide,
        side: OrderSide,
        is_type: fn(ConditionOrderType) -> bool,
    ) -> Option<Decimal> {
        let waiting = self.accounts[account].holdings[market].conditions.iter().rev().map(|id| &self.conditions[*id]);
        let newest = waiting.into_iter().find(|condition| {
            let request = &condition.request;
            request.side == side && request.position_side == position_side && condition.reduces() && is_type(request.order_type)
        });
        Some(self.markets[market].price(newest?.trigger?))
    }

    fn condition_view(&self, condition: &ConditionRecord) -> ConditionOrder {
        let request = &condition.request;
        ConditionOrder {
            symbol: request.symbol.clone(),
            condition_id: ConditionId(condition.id),
            generated_order_id: condition.generated_order.map(OrderId),
            client_order_id: request.client_order_id.clone(),
            side: request.side,
            position_side: request.position_side,
            order_type: generated_order_type(request.order_type),
            trigger_type: request.order_type,
            working_type: request.working_type,
            time_in_force: request.time_in_force,
            price: request.price,
            quantity: request.quantity.filter(|_| !request.close_position),
            trigger_price: condition.trigger.map(|trigger| self.markets[condition.market].price(trigger)),
            reduce_only: request.reduce_only,
            close_position: request.close_position,
            leverage: condition.leverage,
            margin_mode: condition.margin_mode,
            status: condition.status,
            created_at: condition.created_at,
            updated_at: condition.updated_at,
        }
    }
}
