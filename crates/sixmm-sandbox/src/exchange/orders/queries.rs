//! Queries for open orders, past orders and fills.

use rust_decimal::Decimal;

use super::super::Exchange;
use super::super::accounts::ClientOrder;
use super::super::command::{OrderFilter, OrderRef, PageRequest, TradeFilter};
use super::super::enums::OrderStatus;
use super::super::ids::{self, OrderId};
use super::super::positions::average_price;
use super::super::reject::Reject;
use super::super::view::{Order, Page, Trade};
use super::OrderRecord;

/// Default and maximum number of open orders in a response. The sandbox's choice.
const MAX_LIMIT: i64 = 500;

impl Exchange {
    /// Returns one order of the user, open or past.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#query-single-order>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist (2002), neither id is given (2001), or the contract has no such order of
    /// the user (3003).
    pub fn order(&self, user: &str, symbol: &str, order: OrderRef<'_>) -> Result<Order, Reject> {
        let id = self.find_order(self.account(user)?, symbol, order)?;
        Ok(self.order_view(&self.orders[id]))
    }

    /// Returns the user's open orders, newest first. With `last_order_id`, returns only orders that are older than the order with this id.
    /// The documentation does not define `lastOrderId`, so this meaning is the sandbox's choice.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#current-normal-orders>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist, or the limit is not from 1 to 500.
    pub fn current_orders(
        &self,
        user: &str,
        symbol: Option<&str>,
        limit: Option<i64>,
        last_order_id: Option<i64>,
    ) -> Result<Page<Order>, Reject> {
        let account = self.account(user)?;
        let selected = self.holdings(account, symbol)?;
        let limit = limit.unwrap_or(MAX_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Reject::out_of_range(format_args!("limit must be from 1 to {MAX_LIMIT}")));
        }
        let mut ids: Vec<u64> = selected.flat_map(|holding| &holding.open).copied().collect();
        ids.sort_unstable();
        let total = ids.len();
        let before = last_order_id.map_or(u64::MAX, |id| u64::try_from(id).unwrap_or(0));
        let newest = ids.into_iter().rev().filter(|id| *id < before);
        let list = newest.take(usize::try_from(limit).unwrap_or(0)).map(|id| self.order_view(&self.orders[id])).collect();
        Ok(Page { list, total })
    }

    /// Returns the user's past orders, newest first.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#historical-normal-orders>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist, the status number is undefined, or the page is out of range.
    pub fn order_history(&self, user: &str, filter: &OrderFilter, page: PageRequest) -> Result<Page<Order>, Reject> {
        let account = self.account(user)?;
        let market = filter.symbol.as_deref().map(|symbol| self.market(symbol)).transpose()?;
        let status = filter.status.map(|number| status_from_number(OrderStatus::ALL, number)).transpose()?;
        let id = filter.order_id.as_deref().map(ids::number);
        let orders = self.accounts[account].history.orders.iter().rev().map(|id| &self.orders[*id]);
        let selected = orders.filter(|order| {
            !order.status.is_open()
                && market.is_none_or(|market| market == order.market)
                && id.is_none_or(|id| id == order.id)
                && filter.client_order_id.as_deref().is_none_or(|id| Some(id) == order.client_order_id.as_deref())
                && filter.order_type.is_none_or(|order_type| order_type == order.order_type)
                && filter.side.is_none_or(|side| side == order.side)
                && status.is_none_or(|status| status == order.status)
                && filter.time.contains(order.created_at)
        });
        page.paginate(selected, |order| self.order_view(order))
    }

    /// Returns the fills of the user's orders, newest first.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#trade-records>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist, or the page is out of range.
    pub fn trades(&self, user: &str, filter: &TradeFilter, page: PageRequest) -> Result<Page<Trade>, Reject> {
        let account = self.account(user)?;
        let symbol = filter.symbol.as_deref();
        symbol.map(|symbol| self.market(symbol)).transpose()?;
        let id = filter.order_id.as_deref().map(ids::number);
        let selected = self.accounts[account].history.trades.iter().rev().filter(|trade| {
            symbol.is_none_or(|symbol| symbol == trade.symbol)
                && id.is_none_or(|id| id == trade.order_id.0)
                && filter.time.contains(trade.created_at)
        });
        page.paginate(selected, Clone::clone)
    }

    /// Returns all normal orders of all users that were ever accepted, each with the id of its user. The orders are grouped by user, and
    /// those of a user are sorted from the oldest to the newest.
    pub fn all_orders(&self) -> Vec<(String, Order)> {
        let of = |id: &u64| self.order_view(&self.orders[*id]);
        let accounts = self.accounts.iter();
        accounts.flat_map(|account| account.history.orders.iter().map(move |id| (account.user_id.clone(), of(id)))).collect()
    }

    /// The id of the order that a request refers to.
    pub(super) fn find_order(&self, account: usize, symbol: &str, order: OrderRef<'_>) -> Result<u64, Reject> {
        let market = self.market(symbol)?;
        if order.order_id.is_none() && order.client_order_id.is_none() {
            return Err(Reject::missing("orderId or clientOrderId"));
        }
        let by_id = order.order_id.map(ids::number);
        let by_client_id = order.client_order_id.map(|id| match self.accounts[account].client_order_ids.get(id) {
            Some(ClientOrder::Placed(id)) => *id,
            Some(ClientOrder::Reserved) | None => 0,
        });
        let id = by_id.or(by_client_id).unwrap_or(0);
        let found = self.orders.get(id).filter(|order| order.account == account && order.market == market);
        match found {
            Some(found) if by_client_id.is_none_or(|id| id == found.id) => Ok(found.id),
            _ => Err(Reject::order_not_found()),
        }
    }

    pub(in crate::exchange) fn order_view(&self, order: &OrderRecord) -> Order {
        let of = &self.markets[order.market];
        Order {
            symbol: of.rules.symbol.clone(),
            order_id: OrderId(order.id),
            client_order_id: order.client_order_id.as_deref().map(str::to_owned),
            order_type: order.order_type,
            side: order.side,
            position_side: order.position_side,
            status: order.status,
            time_in_force: order.time_in_force,
            price: order.price.map(|price| of.price(price)),
            quantity: of.quantity(order.total),
            filled_quantity: of.quantity(order.filled),
            remaining_quantity: if order.status.is_open() { of.quantity(order.remaining()) } else { Decimal::ZERO },
            avg_filled_price: (!order.filled.is_zero()).then(|| average_price(order.filled_value, order.filled, of)),
            reduce_only: order.reduce_only,
            close_only: order.close_only,
            maker_only: order.maker_only,
            leverage: order.leverage,
            margin_mode: order.margin_mode,
            created_at: order.created_at,
            updated_at: order.updated_at,
        }
    }
}

/// Converts the status number of a filter to the status. The documentation does not define the numbers, so the sandbox numbers the statuses
/// from 1, in the sequence of `values`.
pub(in crate::exchange) fn status_from_number<T: Copy>(values: &[T], number: i64) -> Result<T, Reject> {
    let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    at.and_then(|at| values.get(at)).copied().ok_or_else(|| Reject::invalid(format_args!("status must be from 1 to {}", values.len())))
}
