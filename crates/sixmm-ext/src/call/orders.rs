//! Orders, as they stand and as they were.

use sixmm_api::UnixMillis;
use sixmm_api::types::{
    ClientOrderId, ConditionOrderHistoryPage, ConditionOrderList, Order, OrderHistoryPage, OrderId, OrderList, OrderTypeFilter, SideFilter,
    StrategyId, StrategyOrder as Strategy, TradePage,
};

use super::calls;

calls! {
    /// One normal order, by the exchange's id or by yours. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/order#query-single-order>
    GetOrder: Order / ORDER(symbol: String)[] => Order {
        /// The exchange's id.
        order_id: OrderId,
        /// Your id.
        client_order_id: ClientOrderId,
    }

    /// Normal orders that are open, a part of them; [`items`](Self::items) reads all. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/order#current-normal-orders>
    OpenOrders: CurrentOrders / CURRENT_ORDERS()[] => OrderList {
        /// Of this contract alone.
        symbol: String,
        /// How many. Neither the default nor the greatest number is documented.
        limit: i32,
        /// Where to go on. The documentation does not say whether it is the last one seen or the first one to come.
        last_order_id: i64,
    }

    /// Condition orders that wait for their trigger. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/order#current-condition-orders>
    OpenConditionOrders: CurrentConditionOrders / CURRENT_CONDITION_ORDERS()[] => ConditionOrderList {
        /// Of this contract alone.
        symbol: String,
    }

    /// Past normal orders, a page. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/order#historical-normal-orders>
    OrderHistory: OrderHistory / ORDER_HISTORY()[] => OrderHistoryPage {
        /// Of this contract alone.
        symbol: String,
        /// This one alone, by the exchange's id.
        order_id: OrderId,
        /// This one alone, by your id.
        client_order_id: ClientOrderId,
        /// Limit or market orders alone.
        type_: OrderTypeFilter,
        /// Buys or sells alone.
        side: SideFilter,
        /// In this state alone. The numbers are not documented.
        status: i32,
        /// From this time on, in Unix milliseconds.
        start_time: UnixMillis,
        /// Up to this time, in Unix milliseconds.
        end_time: UnixMillis,
        /// Which page; 1 is the first.
        page: i64,
        /// How many a page; without it, 20. The greatest number is not documented.
        page_size: i64,
    }

    /// Past condition orders, a page. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/order#historical-condition-orders>
    ConditionOrderHistory: ConditionOrderHistory / CONDITION_ORDER_HISTORY()[] => ConditionOrderHistoryPage {
        /// Of this contract alone.
        symbol: String,
        /// Buys or sells alone.
        side: SideFilter,
        /// In this state alone. The numbers are not documented.
        status: i32,
        /// From this time on, in Unix milliseconds.
        start_time: UnixMillis,
        /// Up to this time, in Unix milliseconds.
        end_time: UnixMillis,
        /// Which page; 1 is the first.
        page: i64,
        /// How many a page; without it, 20. The greatest number is not documented.
        page_size: i64,
    }

    /// Fills of your orders, a page. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/order#trade-records>
    Trades: Trades / TRADES()[] => TradePage {
        /// Of this contract alone.
        symbol: String,
        /// Of this order alone.
        order_id: OrderId,
        /// From this time on, in Unix milliseconds.
        start_time: UnixMillis,
        /// Up to this time, in Unix milliseconds.
        end_time: UnixMillis,
        /// Which page; 1 is the first.
        page: i64,
        /// How many a page; without it, 20. The greatest number is not documented.
        page_size: i64,
    }

    /// A strategy and its linked orders. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/order#strategy-order-detail>
    StrategyDetail: StrategyOrder / STRATEGY_ORDER()[strategy_id: StrategyId] => Strategy {}
}
