//! Placing a strategy.

use super::super::Exchange;
use super::super::accounts::ClientOrder;
use super::super::command::{PlaceStrategyOrder, SubOrder};
use super::super::conditions::AcceptedCondition;
use super::super::enums::StrategyStatus;
use super::super::event::SubOrderRef;
use super::super::ids::StrategyId;
use super::super::orders::{AcceptedOrder, BatchReservations, OrderSource, Origin};
use super::super::reject::Reject;
use super::super::view::PlacedStrategyOrder;
use super::{StrategyRecord, SubOrderState};

/// An order of a strategy that passed all checks.
enum AcceptedSubOrder {
    Normal(AcceptedOrder),
    Condition(AcceptedCondition),
}

impl Exchange {
    /// Places a strategy, which is a list of linked orders: an event of one order can place or cancel another order. An order without a
    /// link that places it is placed at once. The other orders wait until the event of such a link occurs.
    ///
    /// The orders that are placed at once are all checked against the current balance, positions and prices before the first of them is
    /// placed. Either all of them are accepted, or the command has no effect. If an accepted order trades at once and thereby cancels a
    /// later order, the later order is not placed.
    ///
    /// Orders that wait are only checked against the rules of their contract. When such an order is placed, it can be rejected, for example
    /// because the balance was used, the position was closed, or the price has passed the trigger price. The status of the order is then
    /// `REJECTED`. The user is not notified, and earlier fills remain. A user who relies on a stop loss must therefore query the strategy.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#place-strategy-order>
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist (2002), the number of orders, their links or their contracts are inconsistent (3108),
    /// some orders only wait for each other (3108), or one of the orders is rejected for a reason for which a separate order is rejected as
    /// well. In these cases no order is placed and no `clientOrderId` is used.
    pub fn place_strategy_order(&mut self, user: &str, strategy: PlaceStrategyOrder) -> Result<PlacedStrategyOrder, Reject> {
        let account = self.account(user)?;
        let strategy_type = strategy.strategy_type;
        let sub_orders = self.check_strategy(account, strategy)?;
        let mut reservations = BatchReservations::default();
        let mut immediate = Vec::new();
        for (at, sub) in sub_orders.iter().enumerate().filter(|(_, sub)| sub.state == SubOrderState::Due) {
            immediate.push((at, self.accept_sub_order(account, &sub.request, &mut reservations)?));
        }
        let id = self.ids.next(self.now);
        for client_order_id in sub_orders.iter().filter_map(|sub| sub.request.client_order_id()) {
            self.accounts[account].client_order_ids.insert(client_order_id.to_owned(), ClientOrder::Reserved);
        }
        let (status, created_at) = (StrategyStatus::Working, self.now);
        self.strategies.add(id, StrategyRecord { id, account, strategy_type, status, sub_orders, created_at, updated_at: created_at });
        for (at, accepted) in immediate {
            // A trade of an earlier order of this strategy may have cancelled this order. Orders that wait for another order are placed
            // after this loop, because the margin was checked without them.
            if self.strategies[id].sub_orders[at].state == SubOrderState::Due {
                self.submit_sub_order(SubOrderRef { strategy: id, index: at }, accepted);
                self.process_events();
            }
        }
        self.run_to_quiescence();
        let strategy_status = self.strategies[id].status;
        Ok(PlacedStrategyOrder { strategy_id: StrategyId(id), strategy_status, timestamp: self.now })
    }

    /// Places an order of a strategy after the event that the order waited for has occurred. Does nothing if the order was cancelled
    /// meanwhile. If the order is rejected, its status becomes `REJECTED`.
    pub(in crate::exchange) fn place_due_sub_order(&mut self, sub_order: SubOrderRef) {
        let record = &self.strategies[sub_order.strategy];
        let sub = &record.sub_orders[sub_order.index];
        if sub.state != SubOrderState::Due {
            return;
        }
        match self.accept_sub_order(record.account, &sub.request, &mut BatchReservations::default()) {
            Ok(accepted) => self.submit_sub_order(sub_order, accepted),
            // The order's state records the rejection. No request is open that could return it.
            Err(_) => {
                let sub = &mut self.strategies[sub_order.strategy].sub_orders[sub_order.index];
                sub.state = SubOrderState::Rejected;
                sub.done = true;
                self.update_status(sub_order.strategy);
            }
        }
    }

    /// Checks an order of a strategy before it is placed. The `clientOrderId` is not checked here, because the ids of all orders were
    /// checked before the strategy was accepted.
    fn accept_sub_order(
        &self,
        account: usize,
        request: &SubOrder,
        reservations: &mut BatchReservations,
    ) -> Result<AcceptedSubOrder, Reject> {
        Ok(match request.clone() {
            SubOrder::Normal(order) => AcceptedSubOrder::Normal(self.accept(account, order, true, reservations)?),
            SubOrder::Condition(order) => AcceptedSubOrder::Condition(self.accept_condition(account, order, true, reservations)?),
        })
    }

    fn submit_sub_order(&mut self, sub_order: SubOrderRef, accepted: AcceptedSubOrder) {
        let account = self.strategies[sub_order.strategy].account;
        let state = match accepted {
            AcceptedSubOrder::Normal(order) => {
                let from = OrderSource { origin: Origin::Manual, sub_order: Some(sub_order), client_id_reserved: true };
                SubOrderState::Order(self.submit(account, order, from).order_id.0)
            }
            AcceptedSubOrder::Condition(condition) => SubOrderState::Condition(self.submit_condition(condition, Some(sub_order))),
        };
        let now = self.now;
        let record = &mut self.strategies[sub_order.strategy];
        record.updated_at = now;
        record.sub_orders[sub_order.index].state = state;
    }

    /// Cancels an order of a strategy if it is open.
    pub(super) fn cancel_sub_order(&mut self, state: SubOrderState) {
        let order = match state {
            SubOrderState::Order(id) => Some(id),
            SubOrderState::Condition(id) if self.conditions[id].status.is_open() => {
                self.cancel_condition(id);
                None
            }
            SubOrderState::Condition(id) => self.conditions[id].generated_order,
            SubOrderState::Waiting | SubOrderState::Due | SubOrderState::Canceled | SubOrderState::Rejected => None,
        };
        if let Some(id) = order.filter(|id| self.orders[*id].status.is_open()) {
            self.cancel(id);
        }
    }
}
