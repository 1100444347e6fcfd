//! Triggering of condition orders after a price change.

use super::super::Exchange;
use super::super::command::PlaceOrder;
use super::super::enums::{BboPriceType, ConditionOrderType, ConditionStatus, DrivenOn, OrderType, PositionSide, TimeInForce};
use super::super::event::Event;
use super::super::orders::{OrderSource, Origin};
use super::ConditionRecord;
use super::validation::generated_order_type;

impl Exchange {
    /// Triggers the condition orders of a market whose trigger prices have been reached, oldest first. A generated order may trade and
    /// change the price. In this case, the caller calls this function again for the condition orders that still wait.
    pub(in crate::exchange) fn trigger_conditions(&mut self, market: usize) {
        let of = &self.markets[market];
        let is_triggered = |id: &u64| {
            let condition = &mut self.conditions[*id];
            condition.observe_price(of.reference_price(condition.request.working_type), of)
        };
        let reached_ids = of.price_triggers.reached(|working_type| of.reference_price(working_type));
        let reached: Vec<u64> = reached_ids.into_iter().filter(is_triggered).collect();
        for id in reached {
            // The trigger of an earlier condition order may have cancelled this one, if both belong to the same strategy.
            if self.conditions[id].status.is_open() {
                self.trigger_condition(id);
                self.process_events_and_due_orders();
            }
        }
    }

    /// Cancels the `GTE_GTC` condition orders of a position that was closed.
    pub(in crate::exchange) fn cancel_position_bound_conditions(&mut self, account: usize, market: usize, position_side: PositionSide) {
        let is_bound_to_position = |id: &u64| {
            let request = &self.conditions[*id].request;
            request.time_in_force == TimeInForce::GteGtc && request.position_side == position_side
        };
        let closing: Vec<u64> = self.accounts[account].holdings[market].conditions.iter().copied().filter(is_bound_to_position).collect();
        closing.into_iter().for_each(|id| self.cancel_condition(id));
    }

    fn trigger_condition(&mut self, id: u64) {
        let condition = &self.conditions[id];
        let (account, sub_order) = (condition.account, condition.sub_order);
        let origin = match condition.request.order_type {
            ConditionOrderType::TakeProfitMarket | ConditionOrderType::TakeProfitLimit => Origin::TakeProfit,
            ConditionOrderType::StopMarket | ConditionOrderType::StopLimit | ConditionOrderType::TrailingStop => Origin::StopLoss,
        };
        let order = generated_order(condition);
        self.close_condition(id, ConditionStatus::Triggered);
        if let Some(sub_order) = sub_order {
            self.events.push_back(Event::SubOrder { sub_order, event: DrivenOn::Triggered });
        }
        match self.place(account, order, OrderSource { origin, sub_order, client_id_reserved: true }) {
            Ok(placed) => self.conditions[id].generated_order = Some(placed.order_id.0),
            Err(_) => {
                self.conditions[id].status = ConditionStatus::Rejected;
                if let Some(sub_order) = sub_order {
                    self.events.push_back(Event::SubOrder { sub_order, event: DrivenOn::Canceled });
                }
            }
        }
    }
}

/// The normal order that a trigger generates.
fn generated_order(condition: &ConditionRecord) -> PlaceOrder {
    let request = &condition.request;
    let order_type = generated_order_type(request.order_type);
    PlaceOrder {
        symbol: request.symbol.clone(),
        order_type,
        side: request.side,
        position_side: request.position_side,
        price: request.price.filter(|_| order_type == OrderType::Limit),
        quantity: request.quantity.filter(|_| !request.close_position),
        time_in_force: if request.time_in_force == TimeInForce::GteGtc { TimeInForce::Gtc } else { request.time_in_force },
        reduce_only: request.reduce_only,
        maker_only: false,
        close_position: request.close_position,
        client_order_id: request.client_order_id.clone(),
        price_type: BboPriceType::SpecifiedPrice,
    }
}
