//! Placing a strategy.

use super::super::Exchange;
use super::super::accounts::ClientOrder;
use super::super::command::{PlaceStrategyOrder, SubOrder};
use super::super::event::{Event, Link};
use super::super::ids::StrategyId;
use super::super::orders::{Origin, Provenance};
use super::super::reject::Reject;
use super::super::terms::StrategyStatus;
use super::super::view::PlacedStrategyOrder;
use super::{StrategyRecord, SubState};

impl Exchange {
    /// Places orders that depend on each other: those that wait for none at once, the others when their turn comes.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#place-strategy-order>
    ///
    /// # Errors
    ///
    /// If the orders do not fit together (3108), or one of them is refused as it would be alone. Nothing stands then.
    pub fn place_strategy_order(&mut self, user: &str, strategy: PlaceStrategyOrder) -> Result<PlacedStrategyOrder, Reject> {
        let account = self.account(user)?;
        let strategy_type = strategy.strategy_type;
        let sub_orders = self.check_strategy(account, strategy)?;
        let id = self.ids.next(self.now);
        for client_order_id in sub_orders.iter().filter_map(|sub| sub.request.client_order_id()) {
            self.accounts[account].client_order_ids.insert(client_order_id.to_owned(), ClientOrder::Reserved);
        }
        let at_once: Vec<usize> = (0..sub_orders.len()).filter(|at| sub_orders[*at].placed_by().next().is_none()).collect();
        let (status, created_at) = (StrategyStatus::Working, self.now);
        self.strategies.add(id, StrategyRecord { id, account, strategy_type, status, sub_orders, created_at, updated_at: created_at });
        for at in at_once {
            if let Err(refusal) = self.place_sub_order(id, at) {
                if !self.undo(id) {
                    continue;
                }
                self.settle_down();
                return Err(refusal);
            }
        }
        self.settle_down();
        let strategy_status = self.strategies[id].status;
        Ok(PlacedStrategyOrder { strategy_id: StrategyId(id), strategy_status, timestamp: self.now })
    }

    /// Places an order of a strategy. One that is refused is done.
    pub(super) fn place_sub_order(&mut self, strategy: u64, at: usize) -> Result<(), Reject> {
        let record = &self.strategies[strategy];
        let account = record.account;
        let link = Some(Link { strategy, sub_order: at });
        let placed = match record.sub_orders[at].request.clone() {
            SubOrder::Normal(order) => {
                let from = Provenance { origin: Origin::Manual, link, reserved: true };
                self.place(account, order, from).map(|placed| SubState::Order(placed.order_id.0))
            }
            SubOrder::Condition(order) => self.place_condition(account, order, link, true).map(SubState::Condition),
        };
        let now = self.now;
        let record = &mut self.strategies[strategy];
        record.updated_at = now;
        let sub = &mut record.sub_orders[at];
        match placed {
            Ok(state) => {
                sub.state = state;
                Ok(())
            }
            Err(refusal) => {
                sub.state = SubState::Rejected;
                sub.done = true;
                Err(refusal)
            }
        }
    }

    /// Takes a strategy back of which one order was refused. False, and nothing happens, if another one traded already.
    fn undo(&mut self, strategy: u64) -> bool {
        let record = &self.strategies[strategy];
        let account = record.account;
        let states: Vec<SubState> = record.sub_orders.iter().map(|sub| sub.state).collect();
        if states.iter().any(|state| matches!(state, SubState::Order(id) if !self.orders[*id].filled.is_zero())) {
            return false;
        }
        for state in states {
            self.cancel_sub_order(state);
        }
        // Nobody follows what happens to its orders any more, and what was put aside for them is free again.
        self.events.retain(|event| !matches!(event, Event::SubOrder { link, .. } if link.strategy == strategy));
        // A refusal leaves nothing: neither its orders in the history nor their ids.
        let sub_orders = self.strategies.take_back(strategy).map(|record| record.sub_orders).unwrap_or_default();
        let of = &mut self.accounts[account];
        for sub in sub_orders {
            if let Some(id) = sub.request.client_order_id() {
                of.client_order_ids.remove(id);
            }
            match sub.state {
                SubState::Order(id) => {
                    self.orders.take_back(id);
                    of.record.orders.retain(|other| *other != id);
                }
                SubState::Condition(id) => {
                    self.conditions.take_back(id);
                    of.record.conditions.retain(|other| *other != id);
                }
                SubState::Waiting | SubState::Canceled | SubState::Rejected => {}
            }
        }
        true
    }

    /// Cancels an order of a strategy, if it is open.
    pub(super) fn cancel_sub_order(&mut self, state: SubState) {
        let order = match state {
            SubState::Order(id) => Some(id),
            SubState::Condition(id) if self.conditions[id].status.is_open() => {
                self.cancel_condition(id);
                None
            }
            SubState::Condition(id) => self.conditions[id].generated_order,
            SubState::Waiting | SubState::Canceled | SubState::Rejected => None,
        };
        if let Some(id) = order.filter(|id| self.orders[*id].status.is_open()) {
            self.cancel(id);
        }
    }
}
