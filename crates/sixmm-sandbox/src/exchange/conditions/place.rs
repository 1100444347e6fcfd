//! Placing and cancelling condition orders.

use super::super::Exchange;
use super::super::accounts::{ClientOrder, Holding};
use super::super::command::PlaceConditionOrder;
use super::super::event::{Event, Link};
use super::super::ids::{self, ConditionId};
use super::super::orders::Beside;
use super::super::reject::{ConditionReason, Reason, Reject};
use super::super::terms::{ConditionStatus, DrivenOn, TimeInForce};
use super::super::view::PlacedConditionOrder;
use super::{ConditionRecord, check};

/// A condition order that nothing is wrong with. It has no id yet.
#[derive(Debug)]
pub(in crate::exchange) struct AcceptedCondition(ConditionRecord);

impl Exchange {
    /// Places a stop loss, a take profit or a trailing stop. One that the present price would trigger is refused (3102). With
    /// `GTE_GTC` there must be a position, and the order goes with it.
    ///
    /// `placeType` and `priceProtect` are not modelled: the documentation does not say what they do.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
    ///
    /// # Errors
    ///
    /// If there is no such contract (2002), the `clientOrderId` was used before (3004), or a parameter is not good: see
    /// [`ConditionReason`].
    pub fn place_condition_order(&mut self, user: &str, order: PlaceConditionOrder) -> Result<PlacedConditionOrder, Reject> {
        let account = self.account(user)?;
        let accepted = self.accept_condition(account, order, false, &mut Beside::default())?;
        let id = self.enter_condition(accepted, None);
        self.settle_down();
        let condition_status = self.conditions[id].status;
        Ok(PlacedConditionOrder { condition_id: ConditionId(id), condition_status, timestamp: self.now })
    }

    /// Cancels a condition order that waits.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#cancel-condition-order>
    ///
    /// # Errors
    ///
    /// If there is no such condition order (3003), or it does not wait any more (3005).
    pub fn cancel_condition_order(&mut self, user: &str, symbol: &str, condition_id: &str) -> Result<(), Reject> {
        let account = self.account(user)?;
        let market = self.market(symbol)?;
        let id = ids::number(condition_id);
        let condition = self.conditions.get(id).filter(|condition| condition.account == account && condition.market == market);
        let status = condition.ok_or_else(Reject::order_not_found)?.status;
        if !status.is_open() {
            return Err(Reject::new(Reason::OrderNotCancelable, format_args!("it is {status}")));
        }
        self.cancel_condition(id);
        self.settle_down();
        Ok(())
    }

    /// Checks a condition order against everything that it can be refused for, as things stand, beside others that are to be placed with it.
    pub(in crate::exchange) fn accept_condition(
        &self,
        account: usize,
        order: PlaceConditionOrder,
        reserved: bool,
        beside: &mut Beside,
    ) -> Result<AcceptedCondition, Reject> {
        let market = self.market(&order.symbol)?;
        let checked = check(&order, &self.markets[market])?;
        if !reserved {
            self.check_client_order_id(account, order.client_order_id.as_deref())?;
        }
        let most = self.markets[market].rules.max_open_orders;
        let holding = &self.accounts[account].holdings[market];
        if holding.conditions.len() + beside.conditions >= most {
            let message = format!("{most} condition orders of {} wait, and no more may", order.symbol);
            return Err(Reject::condition(ConditionReason::TooMany, message));
        }
        if is_without_position(&order, holding) {
            return Err(Reject::condition(
                ConditionReason::NoPosition,
                "timeInForce GTE_GTC is for an order that closes a position, and there is none",
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
            link: None,
            request: order,
        };
        let of = &self.markets[market];
        let price = of.working_price(condition.request.working_type);
        if condition.see(price, of) {
            let (order_type, now) = (condition.request.order_type, of.price(price));
            let message = format!("the price is {now}, which would trigger this {order_type} order at once");
            return Err(Reject::condition(ConditionReason::WouldTrigger, message));
        }
        beside.conditions += 1;
        Ok(AcceptedCondition(condition))
    }

    /// Lets an accepted condition order wait, and tells its id. Nothing can fail any more: one that goes with its position, and finds that
    /// gone, is cancelled.
    pub(in crate::exchange) fn enter_condition(&mut self, AcceptedCondition(condition): AcceptedCondition, link: Option<Link>) -> u64 {
        let (account, market) = (condition.account, condition.market);
        let id = self.ids.next(self.now);
        if let Some(client_order_id) = &condition.request.client_order_id {
            self.accounts[account].client_order_ids.insert(client_order_id.clone(), ClientOrder::Reserved);
        }
        self.accounts[account].record.conditions.push(id);
        self.accounts[account].holdings[market].conditions.insert(id);
        self.markets[market].waiting.insert(id, condition.awaited());
        let is_without_position = is_without_position(&condition.request, &self.accounts[account].holdings[market]);
        self.conditions.add(id, ConditionRecord { id, link, ..condition });
        if is_without_position {
            self.cancel_condition(id);
        }
        id
    }

    /// Cancels a condition order that waits.
    pub(in crate::exchange) fn cancel_condition(&mut self, id: u64) {
        self.end_wait(id, ConditionStatus::Cancelled);
        if let Some(link) = self.conditions[id].link {
            self.events.push_back(Event::SubOrder { link, what: DrivenOn::Canceled });
        }
    }

    /// Takes a condition order away from those that wait.
    pub(super) fn end_wait(&mut self, id: u64, status: ConditionStatus) {
        let condition = &mut self.conditions[id];
        condition.status = status;
        condition.updated_at = self.now;
        self.markets[condition.market].waiting.remove(id, condition.awaited());
        self.accounts[condition.account].holdings[condition.market].conditions.remove(&id);
    }
}

/// Whether an order goes with a position that is not there.
fn is_without_position(order: &PlaceConditionOrder, holding: &Holding) -> bool {
    order.time_in_force == TimeInForce::GteGtc && holding.closable(order.position_side, order.side).is_zero()
}
