//! Following: something happened to an order of a strategy, and others are placed or cancelled.

use super::super::Exchange;
use super::super::event::Link;
use super::super::terms::{DrivenOn, StrategyStatus, StrategyTrigger};
use super::{SubState, reachable};

impl Exchange {
    /// Carries out what an event means for the other orders of the strategy.
    pub(in crate::exchange) fn follow(&mut self, link: Link, what: DrivenOn) {
        let Link { strategy, sub_order } = link;
        let now = self.now;
        let record = &mut self.strategies[strategy];
        record.updated_at = now;
        let sub = &mut record.sub_orders[sub_order];
        let number = sub.number;
        sub.filled |= matches!(what, DrivenOn::Filled | DrivenOn::PartiallyFilledOrFilled);
        sub.done |= matches!(what, DrivenOn::Filled | DrivenOn::Canceled);
        let mut driven = Vec::new();
        for (at, other) in record.sub_orders.iter().enumerate() {
            for link in other.links.iter().filter(|link| link.driven_id == number && answers(link.driven_on, what)) {
                driven.push((at, link.trigger));
            }
        }
        for (at, trigger) in driven {
            let state = self.strategies[strategy].sub_orders[at].state;
            match trigger {
                StrategyTrigger::PlaceOrder if state == SubState::Waiting => {
                    self.strategies[strategy].sub_orders[at].state = SubState::Due;
                    self.due.push_back(Link { strategy, sub_order: at });
                }
                StrategyTrigger::CancelOrder if matches!(state, SubState::Waiting | SubState::Due) => self.give_up(strategy, at),
                StrategyTrigger::CancelOrder => self.cancel_sub_order(state),
                StrategyTrigger::PlaceOrder => {}
            }
        }
        self.conclude(strategy);
    }

    /// Gives up what can never be placed, and ends the strategy when all is done.
    pub(super) fn conclude(&mut self, strategy: u64) {
        for (at, reachable) in reachable(&self.strategies[strategy].sub_orders).into_iter().enumerate() {
            if !reachable && self.strategies[strategy].sub_orders[at].state == SubState::Waiting {
                self.give_up(strategy, at);
            }
        }
        let record = &mut self.strategies[strategy];
        if record.sub_orders.iter().all(|sub| sub.done) {
            let filled = record.sub_orders.iter().any(|sub| sub.filled);
            record.status = if filled { StrategyStatus::AllDone } else { StrategyStatus::Cancelled };
        }
    }

    fn give_up(&mut self, strategy: u64, at: usize) {
        let sub = &mut self.strategies[strategy].sub_orders[at];
        sub.state = SubState::Canceled;
        sub.done = true;
    }
}

/// Whether what happened is what a link waits for.
fn answers(awaited: DrivenOn, what: DrivenOn) -> bool {
    awaited == what || (awaited == DrivenOn::PartiallyFilledOrFilled && what == DrivenOn::Filled)
}
