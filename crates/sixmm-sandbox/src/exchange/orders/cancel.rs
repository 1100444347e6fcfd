//! Cancellation of one order, of several orders, or of all normal or all condition orders.

use super::super::command::OrderRef;
use super::super::enums::CancelType;
use super::super::reject::{Reason, Reject};
use super::super::{CancelAll, Exchange};

impl Exchange {
    /// Cancels an open order.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#cancel-order>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist (2002), neither id is given (2001), the contract has no such order of
    /// the user (3003), or the order is no longer open (3005).
    pub fn cancel_order(&mut self, user: &str, symbol: &str, order: OrderRef<'_>) -> Result<(), Reject> {
        let account = self.account(user)?;
        let id = self.find_order(account, symbol, order)?;
        let status = self.orders[id].status;
        if !status.is_open() {
            return Err(Reject::new(Reason::OrderNotCancelable, format_args!("its status is {status}")));
        }
        self.cancel(id);
        self.run_to_quiescence();
        Ok(())
    }

    /// Cancels several open orders, each given as symbol and order id. Each cancellation succeeds or fails independently of the others.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#batch-cancel-orders>
    pub fn batch_cancel_orders(&mut self, user: &str, orders: &[(String, String)]) -> Vec<Result<(), Reject>> {
        let cancel = |(symbol, id): &(String, String)| {
            let order = OrderRef { order_id: Some(id), client_order_id: None };
            self.cancel_order(user, symbol, order)
        };
        orders.iter().map(cancel).collect()
    }

    /// Cancels all normal orders or all condition orders, in one contract or in all contracts. Condition orders are cancelled at once.
    /// Normal orders that are open now are cancelled later, after the [delay of the
    /// configuration](super::super::Config::cancel_all_delay_ms).
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#cancel-all>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist.
    pub fn cancel_all_orders(&mut self, user: &str, symbol: Option<&str>, cancel_type: CancelType) -> Result<(), Reject> {
        let account = self.account(user)?;
        let selected = self.holdings(account, symbol)?;
        match cancel_type {
            CancelType::AllNormal | CancelType::LimitOnly => {
                let due = self.now.plus(self.cancel_all_delay_ms);
                let orders = selected.flat_map(|holding| &holding.open).copied().collect();
                self.cancel_alls.push_back(CancelAll { due, orders });
                self.execute_due_cancel_alls();
            }
            CancelType::AllCondition => {
                let conditions: Vec<u64> = selected.flat_map(|holding| &holding.conditions).copied().collect();
                conditions.into_iter().for_each(|condition| self.cancel_condition(condition));
            }
        }
        self.run_to_quiescence();
        Ok(())
    }

    /// Executes accepted cancel-alls whose delay has passed.
    pub(in crate::exchange) fn execute_due_cancel_alls(&mut self) {
        while self.cancel_alls.front().is_some_and(|all| all.due <= self.now) {
            for id in self.cancel_alls.pop_front().map(|all| all.orders).unwrap_or_default() {
                if self.orders[id].status.is_open() {
                    self.cancel(id);
                }
            }
        }
    }

    /// Cancels an open order.
    pub(in crate::exchange) fn cancel(&mut self, id: u64) {
        self.remove_from_book(id);
        self.cancel_remainder(id);
    }
}
