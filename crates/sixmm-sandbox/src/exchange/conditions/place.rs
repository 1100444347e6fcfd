//! Placing and cancelling condition orders.

use super::super::Exchange;
use super::super::accounts::{ClientOrder, Holding};
use super::super::command::PlaceConditionOrder;
use super::super::enums::{ConditionStatus, DrivenOn, TimeInForce};
use super::super::event::{Event, SubOrderRef};
use super::super::ids::{self, ConditionId};
use super::super::orders::BatchReservations;
use super::super::reject::{ConditionReason, Reason, Reject};
use super::super::view::PlacedConditionOrder;
use super::{ConditionRecord, check};

/// A condition order that passed all checks and has no id yet.
#[derive(Debug)]
pub(in crate::exchange) struct AcceptedCondition(ConditionRecord);

impl Exchange {
    /// Places a stop loss, a take profit or a trailing stop. An order that the current price would trigger at once is rejected (3102). An
    /// order with time in force `GTE_GTC` requires a position and is cancelled when the position is closed.
    ///
    /// `placeType` and `priceProtect` are not modelled, because the documentation does not define them.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist (2002), the `clientOrderId` was already used (3004), or a parameter is
    /// invalid: see [`ConditionReason`].
    pub fn place_condition_order(&mut self, user: &str, order: PlaceConditionOrder) -> Result<PlacedConditionOrder, Reject> {
        let account = self.account(user)?;
        let accepted = self.accept_condition(account, order, false, &mut BatchReservations::default())?;
        let id = self.submit_condition(accepted, None);
        self.run_to_quiescence();
        let condition_status = self.conditions[id].status;
        Ok(PlacedConditionOrder { condition_id: ConditionId(id), condition_status, timestamp: self.now })
    }

    /// Cancels a waiting condition order.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#cancel-condition-order>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist (2002), the contract has no such condition order of the user (3003), or
    /// the condition order is no longer waiting (3005).
    pub fn cancel_condition_order(&mut self, user: &str, symbol: &str, condition_id: &str) -> Result<(), Reject> {
        let account = self.account(user)?;
        let market = self.market(symbol)?;
        let id = ids::number(condition_id);
        let condition = self.conditions.get(id).filter(|condition| condition.account == account && condition.market == market);
        let status = condition.ok_or_else(Reject::order_not_found)?.status;
        if !status.is_open() {
            return Err(Reject::new(Reason::OrderNotCancelable, format_args!("its status is {status}")));
        }
        self.cancel_condition(id);
        self.run_to_quiescence();
        Ok(())
    }

    /// Checks a condition order against the current state, and against orders that were accepted earlier in the same request but are not
    /// placed yet.
    pub(in crate::exchange) fn accept_condition(
        &self,
        account: usize,
        order: PlaceConditionOrder,
        client_id_reserved: bool,
        reservations: &mut BatchReservations,
    ) -> Result<AcceptedCondition, Reject> {
        let market = self.market(&order.symbol)?;
        let checked = check(&order, &self.markets[market])?;
        if !client_id_reserved {
            self.check_client_order_id(account, order.client_order_id.as_deref())?;
        }
        let max = self.markets[market].rules.max_open_orders;
        let holding = &self.accounts[account].holdings[market];
        if holding.conditions.len() + reservations.conditions >= max {
            let message = format!("{max} condition orders of {} are waiting, which is the maximum", order.symbol);
            return Err(Reject::condition(ConditionReason::TooMany, message));
        }
        if lacks_position(&order, holding) {
            return Err(Reject::condition(
                ConditionReason::NoPosition,
                "timeInForce GTE_GTC requires a position that the order would close",
            ));
        }
        let mut condition = ConditionRecord {
            id: 0,
            account,
            market,
            trigger: checked.trigger,
            trailing: checked.trailing,
            status: if checked.trailing.is_some() { ConditionStatus::PendingActivation } else { ConditionStatus::Pending },
            generated_order: None,
            leverage: holding.leverage,
            margin_mode: holding.margin_mode,
            created_at: self.now,
            updated_at: self.now,
            sub_order: None,
            request: order,
        };
        let of = &self.markets[market];
        let price = of.reference_price(condition.request.working_type);
        if condition.observe_price(price, of) {
            let (order_type, now) = (condition.request.order_type, of.price(price));
            let message = format!("the current price {now} would trigger this {order_type} order at once");
            return Err(Reject::condition(ConditionReason::WouldTrigger, message));
        }
        reservations.conditions += 1;
        Ok(AcceptedCondition(condition))
    }

    /// Places a condition order that [`accept_condition`](Self::accept_condition) has checked, and returns its id. This cannot fail. If the
    /// order has time in force `GTE_GTC` and its position was closed after the check, the order is cancelled immediately.
    pub(in crate::exchange) fn submit_condition(
        &mut self,
        AcceptedCondition(condition): AcceptedCondition,
        sub_order: Option<SubOrderRef>,
    ) -> u64 {
        let (account, market) = (condition.account, condition.market);
        let id = self.ids.next(self.now);
        if let Some(client_order_id) = &condition.request.client_order_id {
            self.accounts[account].client_order_ids.insert(client_order_id.clone(), ClientOrder::Reserved);
        }
        self.accounts[account].history.conditions.push(id);
        self.accounts[account].holdings[market].conditions.insert(id);
        self.markets[market].price_triggers.insert(id, condition.price_trigger());
        let lacks_position = lacks_position(&condition.request, &self.accounts[account].holdings[market]);
        self.conditions.add(id, ConditionRecord { id, sub_order, ..condition });
        if lacks_position {
            self.cancel_condition(id);
        }
        id
    }

    /// Cancels a waiting condition order.
    pub(in crate::exchange) fn cancel_condition(&mut self, id: u64) {
        self.close_condition(id, ConditionStatus::Cancelled);
        if let Some(sub_order) = self.conditions[id].sub_order {
            self.events.push_back(Event::SubOrder { sub_order, event: DrivenOn::Canceled });
        }
    }

    /// Removes a condition order from the waiting orders and sets its final status.
    pub(super) fn close_condition(&mut self, id: u64, status: ConditionStatus) {
        let condition = &mut self.conditions[id];
        condition.status = status;
        condition.updated_at = self.now;
        self.markets[condition.market].price_triggers.remove(id, condition.price_trigger());
        self.accounts[condition.account].holdings[condition.market].conditions.remove(&id);
    }
}

/// Whether an order requires a position that does not exist.
fn lacks_position(order: &PlaceConditionOrder, holding: &Holding) -> bool {
    order.time_in_force == TimeInForce::GteGtc && holding.closable(order.position_side, order.side).is_zero()
}
