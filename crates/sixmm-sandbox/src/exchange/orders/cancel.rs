//! Cancelling: one order, several, or all of a kind a little later.

use super::super::command::OrderRef;
use super::super::reject::{Reason, Reject};
use super::super::terms::CancelType;
use super::super::{CancelAll, Exchange};

impl Exchange {
    /// Cancels an open order.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#cancel-order>
    ///
    /// # Errors
    ///
    /// If neither id is given (2001), there is no such order (3003), or it is not open any more (3005).
    pub fn cancel_order(&mut self, user: &str, symbol: &str, order: OrderRef<'_>) -> Result<(), Reject> {
        let account = self.account(user)?;
        let id = self.find_order(account, symbol, order)?;
        let status = self.orders[id].status;
        if !status.is_open() {
            return Err(Reject::new(Reason::OrderNotCancelable, format_args!("it is {status}")));
        }
        self.cancel(id);
        self.settle_down();
        Ok(())
    }

    /// Cancels several open orders, each a symbol and an order id, as if each came alone.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#batch-cancel-orders>
    pub fn batch_cancel_orders(&mut self, user: &str, orders: &[(String, String)]) -> Vec<Result<(), Reject>> {
        let cancel = |(symbol, id): &(String, String)| {
            let order = OrderRef { order_id: Some(id), client_order_id: None };
            self.cancel_order(user, symbol, order)
        };
        orders.iter().map(cancel).collect()
    }

    /// Accepts to cancel all orders of a kind, of one contract or of all. Normal orders that are open now are cancelled after the delay
    /// of the [`Config`](super::super::Config), condition orders at once.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#cancel-all>
    ///
    /// # Errors
    ///
    /// If there is no such contract.
    pub fn cancel_all_orders(&mut self, user: &str, symbol: Option<&str>, cancel_type: CancelType) -> Result<(), Reject> {
        let account = self.account(user)?;
        let chosen = self.holdings(account, symbol)?;
        match cancel_type {
            CancelType::AllNormal | CancelType::LimitOnly => {
                let due = self.now.plus(self.cancel_all_delay_ms);
                let orders = chosen.flat_map(|holding| &holding.open).copied().collect();
                self.cancel_alls.push_back(CancelAll { due, orders });
                self.cancel_due();
            }
            CancelType::AllCondition => {
                let conditions: Vec<u64> = chosen.flat_map(|holding| &holding.conditions).copied().collect();
                conditions.into_iter().for_each(|condition| self.cancel_condition(condition));
            }
        }
        self.settle_down();
        Ok(())
    }

    /// Carries out what cancel-all accepted a while ago.
    pub(in crate::exchange) fn cancel_due(&mut self) {
        while self.cancel_alls.front().is_some_and(|all| all.due <= self.now) {
            for id in self.cancel_alls.pop_front().map(|all| all.orders).unwrap_or_default() {
                if self.orders[id].status.is_open() {
                    self.cancel(id);
                }
            }
        }
    }

    /// Cancels an order that is open.
    pub(in crate::exchange) fn cancel(&mut self, id: u64) {
        self.pull(id);
        self.finish_unfilled(id);
    }
}
