//! Placing a strategy.

use super::super::Exchange;
use super::super::accounts::ClientOrder;
use super::super::command::{PlaceStrategyOrder, SubOrder};
use super::super::conditions::AcceptedCondition;
use super::super::event::Link;
use super::super::ids::StrategyId;
use super::super::orders::{Accepted, Beside, Origin, Provenance};
use super::super::reject::Reject;
use super::super::terms::StrategyStatus;
use super::super::view::PlacedStrategyOrder;
use super::{StrategyRecord, SubState};

/// An order of a strategy that nothing is wrong with.
enum AcceptedSubOrder {
    Normal(Accepted),
    Condition(AcceptedCondition),
}

impl Exchange {
    /// Places orders that depend on each other: those that wait for none at once, the others when their turn comes.
    ///
    /// Those that are placed at once are all checked before the first of them is placed, against the balance, the positions and the prices
    /// as they stand: either all of them are accepted, or nothing happens. If one of them trades at once, those that it cancels are not
    /// placed any more. An order that waits for another one is checked against the rules of its contract alone. When its turn comes it may
    /// be refused for what has happened since: the balance is used, the position is gone, or the price is past its trigger. Then its state
    /// is `REJECTED`, nobody is told, and what was traded before stands without it. Who relies on a stop has to look at the strategy.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#place-strategy-order>
    ///
    /// # Errors
    ///
    /// If the orders do not fit together or wait for each other (3108), or one of them is refused as it would be alone. Nothing happens
    /// then: no order is placed, and no `clientOrderId` used.
    pub fn place_strategy_order(&mut self, user: &str, strategy: PlaceStrategyOrder) -> Result<PlacedStrategyOrder, Reject> {
        let account = self.account(user)?;
        let strategy_type = strategy.strategy_type;
        let sub_orders = self.check_strategy(account, strategy)?;
        let mut beside = Beside::default();
        let mut at_once = Vec::new();
        for (at, sub) in sub_orders.iter().enumerate().filter(|(_, sub)| sub.state == SubState::Due) {
            at_once.push((at, self.accept_sub_order(account, &sub.request, &mut beside)?));
        }
        let id = self.ids.next(self.now);
        for client_order_id in sub_orders.iter().filter_map(|sub| sub.request.client_order_id()) {
            self.accounts[account].client_order_ids.insert(client_order_id.to_owned(), ClientOrder::Reserved);
        }
        let (status, created_at) = (StrategyStatus::Working, self.now);
        self.strategies.add(id, StrategyRecord { id, account, strategy_type, status, sub_orders, created_at, updated_at: created_at });
        for (at, accepted) in at_once {
            // What an earlier one traded may have cancelled it. Orders that wait are not placed yet: the balance was checked without them.
            if self.strategies[id].sub_orders[at].state == SubState::Due {
                self.enter_sub_order(Link { strategy: id, sub_order: at }, accepted);
                self.follow_events();
            }
        }
        self.settle_down();
        let strategy_status = self.strategies[id].status;
        Ok(PlacedStrategyOrder { strategy_id: StrategyId(id), strategy_status, timestamp: self.now })
    }

    /// Places an order of a strategy whose turn has come, if none that was placed before has cancelled it. One that is refused is done.
    pub(in crate::exchange) fn place_due(&mut self, link: Link) {
        let record = &self.strategies[link.strategy];
        let sub = &record.sub_orders[link.sub_order];
        if sub.state != SubState::Due {
            return;
        }
        match self.accept_sub_order(record.account, &sub.request, &mut Beside::default()) {
            Ok(accepted) => self.enter_sub_order(link, accepted),
            // The refusal stands in the state of the order: there is nobody to tell.
            Err(_) => {
                let sub = &mut self.strategies[link.strategy].sub_orders[link.sub_order];
                sub.state = SubState::Rejected;
                sub.done = true;
                self.conclude(link.strategy);
            }
        }
    }

    /// Checks an order of a strategy. Its `clientOrderId` was checked with the strategy, and is put aside for it.
    fn accept_sub_order(&self, account: usize, request: &SubOrder, beside: &mut Beside) -> Result<AcceptedSubOrder, Reject> {
        Ok(match request.clone() {
            SubOrder::Normal(order) => AcceptedSubOrder::Normal(self.accept(account, order, true, beside)?),
            SubOrder::Condition(order) => AcceptedSubOrder::Condition(self.accept_condition(account, order, true, beside)?),
        })
    }

    fn enter_sub_order(&mut self, link: Link, accepted: AcceptedSubOrder) {
        let account = self.strategies[link.strategy].account;
        let state = match accepted {
            AcceptedSubOrder::Normal(order) => {
                let from = Provenance { origin: Origin::Manual, link: Some(link), reserved: true };
                SubState::Order(self.enter(account, order, from).order_id.0)
            }
            AcceptedSubOrder::Condition(condition) => SubState::Condition(self.enter_condition(condition, Some(link))),
        };
        let now = self.now;
        let record = &mut self.strategies[link.strategy];
        record.updated_at = now;
        record.sub_orders[link.sub_order].state = state;
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
            SubState::Waiting | SubState::Due | SubState::Canceled | SubState::Rejected => None,
        };
        if let Some(id) = order.filter(|id| self.orders[*id].status.is_open()) {
            self.cancel(id);
        }
    }
}
