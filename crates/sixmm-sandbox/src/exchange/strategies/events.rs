//! Events of a strategy's orders: other orders of the strategy are placed or cancelled.

use super::super::Exchange;
use super::super::enums::{DrivenOn, StrategyStatus, StrategyTrigger};
use super::super::event::SubOrderRef;
use super::{SubOrderState, reachable};

impl Exchange {
    /// Applies an event of one order to the other orders of its strategy.
    pub(in crate::exchange) fn apply_sub_order_event(&mut self, sub_order: SubOrderRef, event: DrivenOn) {
        let SubOrderRef { strategy, index } = sub_order;
        let now = self.now;
        let record = &mut self.strategies[strategy];
        record.updated_at = now;
        let sub = &mut record.sub_orders[index];
        let number = sub.number;
        sub.filled |= matches!(event, DrivenOn::Filled | DrivenOn::PartiallyFilledOrFilled);
        sub.done |= matches!(event, DrivenOn::Filled | DrivenOn::Canceled);
        let mut driven = Vec::new();
        for (at, other) in record.sub_orders.iter().enumerate() {
            for link in other.links.iter().filter(|link| link.driven_id == number && satisfies(link.driven_on, event)) {
                driven.push((at, link.trigger));
            }
        }
        for (at, trigger) in driven {
            let state = self.strategies[strategy].sub_orders[at].state;
            match trigger {
                StrategyTrigger::PlaceOrder if state == SubOrderState::Waiting => {
                    self.strategies[strategy].sub_orders[at].state = SubOrderState::Due;
                    self.due_sub_orders.push_back(SubOrderRef { strategy, index: at });
                }
                StrategyTrigger::CancelOrder if matches!(state, SubOrderState::Waiting | SubOrderState::Due) => {
                    self.cancel_unplaced(strategy, at);
                }
                StrategyTrigger::CancelOrder => self.cancel_sub_order(state),
                StrategyTrigger::PlaceOrder => {}
            }
        }
        self.update_status(strategy);
    }

    /// Cancels those orders of a strategy that can no longer be placed. If all orders of the strategy are then final, sets the final status
    /// of the strategy.
    pub(super) fn update_status(&mut self, strategy: u64) {
        for (at, reachable) in reachable(&self.strategies[strategy].sub_orders).into_iter().enumerate() {
            if !reachable && self.strategies[strategy].sub_orders[at].state == SubOrderState::Waiting {
                self.cancel_unplaced(strategy, at);
            }
        }
        let record = &mut self.strategies[strategy];
        if record.sub_orders.iter().all(|sub| sub.done) {
            let filled = record.sub_orders.iter().any(|sub| sub.filled);
            record.status = if filled { StrategyStatus::AllDone } else { StrategyStatus::Cancelled };
        }
    }

    fn cancel_unplaced(&mut self, strategy: u64, at: usize) {
        let sub = &mut self.strategies[strategy].sub_orders[at];
        sub.state = SubOrderState::Canceled;
        sub.done = true;
    }
}

/// Whether an event satisfies the condition of a link.
fn satisfies(expected: DrivenOn, event: DrivenOn) -> bool {
    expected == event || (expected == DrivenOn::PartiallyFilledOrFilled && event == DrivenOn::Filled)
}
