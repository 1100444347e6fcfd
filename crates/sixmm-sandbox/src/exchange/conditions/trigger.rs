//! Triggering: a price moved, and condition orders become normal ones.

use super::super::Exchange;
use super::super::command::PlaceOrder;
use super::super::event::Event;
use super::super::orders::{Origin, Provenance};
use super::super::terms::{BboPriceType, ConditionOrderType, ConditionStatus, DrivenOn, OrderType, PositionSide, TimeInForce};
use super::ConditionRecord;
use super::check::made_type;

impl Exchange {
    /// Shows the prices of a market to the condition orders that wait in it, the oldest first. What they trade may move the price again;
    /// the others then see that one too.
    pub(in crate::exchange) fn trigger(&mut self, market: usize) {
        let of = &self.markets[market];
        let sees = |id: &u64| {
            let condition = &mut self.conditions[*id];
            condition.see(of.working_price(condition.request.working_type), of)
        };
        let concerned = of.waiting.concerned(|working_type| of.working_price(working_type));
        let reached: Vec<u64> = concerned.into_iter().filter(sees).collect();
        for id in reached {
            // An order of a strategy may have been cancelled by one before it.
            if self.conditions[id].status.is_open() {
                self.fire(id);
                self.follow_up();
            }
        }
    }

    /// Cancels the `GTE_GTC` orders of a position that is gone.
    pub(in crate::exchange) fn cancel_with_position(&mut self, account: usize, market: usize, position_side: PositionSide) {
        let goes = |id: &u64| {
            let request = &self.conditions[*id].request;
            request.time_in_force == TimeInForce::GteGtc && request.position_side == position_side
        };
        let gone: Vec<u64> = self.accounts[account].holdings[market].conditions.iter().copied().filter(goes).collect();
        gone.into_iter().for_each(|id| self.cancel_condition(id));
    }

    fn fire(&mut self, id: u64) {
        let condition = &self.conditions[id];
        let (account, link) = (condition.account, condition.link);
        let origin = match condition.request.order_type {
            ConditionOrderType::TakeProfitMarket | ConditionOrderType::TakeProfitLimit => Origin::TakeProfit,
            ConditionOrderType::StopMarket | ConditionOrderType::StopLimit | ConditionOrderType::TrailingStop => Origin::StopLoss,
        };
        let order = made_order(condition);
        self.end_wait(id, ConditionStatus::Triggered);
        if let Some(link) = link {
            self.events.push_back(Event::SubOrder { link, what: DrivenOn::Triggered });
        }
        match self.place(account, order, Provenance { origin, link, reserved: true }) {
            Ok(placed) => self.conditions[id].generated_order = Some(placed.order_id.0),
            Err(_) => {
                self.conditions[id].status = ConditionStatus::Rejected;
                if let Some(link) = link {
                    self.events.push_back(Event::SubOrder { link, what: DrivenOn::Canceled });
                }
            }
        }
    }
}

/// The normal order that a trigger makes.
fn made_order(condition: &ConditionRecord) -> PlaceOrder {
    let request = &condition.request;
    let order_type = made_type(request.order_type);
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
