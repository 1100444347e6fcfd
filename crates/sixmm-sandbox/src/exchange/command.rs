//! Commands of users: the documented requests with typed fields.

use rust_decimal::Decimal;

use super::enums::{
    BboPriceType, ConditionOrderType, DrivenOn, OrderSide, OrderType, PositionSide, StrategyTrigger, StrategyType, TimeInForce,
    TriggerPriceType,
};
use crate::UnixMillis;

/// A limit or a market order.
///
/// <https://docs.6mm.com/developer-api/rest-api/order#place-order>
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceOrder {
    /// Contract.
    pub symbol: String,
    /// Limit or market.
    pub order_type: OrderType,
    /// Buy or sell.
    pub side: OrderSide,
    /// Position that the order opens or closes.
    pub position_side: PositionSide,
    /// Limit price, a multiple of the tick size. Required for a limit order, unless the order takes its price from the book.
    pub price: Option<Decimal>,
    /// Quantity, a multiple of the step size. Required unless the order closes the position.
    pub quantity: Option<Decimal>,
    /// Time in force. A market order never rests in the book.
    pub time_in_force: TimeInForce,
    /// Whether the order can only reduce a position.
    pub reduce_only: bool,
    /// Whether the order is rejected if it would be a taker.
    pub maker_only: bool,
    /// Whether the order closes the complete position.
    pub close_position: bool,
    /// Client order id.
    pub client_order_id: Option<String>,
    /// Source of the price.
    pub price_type: BboPriceType,
}

impl PlaceOrder {
    /// A limit order that is good till cancelled.
    pub fn limit(symbol: impl Into<String>, side: OrderSide, price: impl Into<Decimal>, quantity: impl Into<Decimal>) -> Self {
        Self { order_type: OrderType::Limit, price: Some(price.into()), ..Self::market(symbol, side, quantity) }
    }

    /// A market order.
    pub fn market(symbol: impl Into<String>, side: OrderSide, quantity: impl Into<Decimal>) -> Self {
        Self {
            symbol: symbol.into(),
            order_type: OrderType::Market,
            side,
            position_side: PositionSide::Both,
            price: None,
            quantity: Some(quantity.into()),
            time_in_force: TimeInForce::Gtc,
            reduce_only: false,
            maker_only: false,
            close_position: false,
            client_order_id: None,
            price_type: BboPriceType::SpecifiedPrice,
        }
    }
}

/// Identifies an order by the exchange's id or the client order id. If both are given, both must belong to the same order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrderRef<'a> {
    /// Order id.
    pub order_id: Option<&'a str>,
    /// Client order id.
    pub client_order_id: Option<&'a str>,
}

/// An amendment of an open order: a new price, a new total quantity, or both.
///
/// If the price stays the same and the total quantity decreases, the order keeps its place in the queue of the book. Otherwise the order
/// leaves the queue and trades with the orders of the other side that match the new price. The remaining quantity is then added to the end
/// of the queue at this price.
///
/// <https://docs.6mm.com/developer-api/rest-api/order#amend-order>
#[derive(Debug, Clone, PartialEq)]
pub struct AmendOrder {
    /// Order id.
    pub order_id: String,
    /// New limit price.
    pub price: Option<Decimal>,
    /// New total quantity, including the filled quantity.
    pub quantity: Option<Decimal>,
}

/// A condition order: a stop loss, a take profit or a trailing stop.
///
/// <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceConditionOrder {
    /// Contract.
    pub symbol: String,
    /// Type of the condition order.
    pub order_type: ConditionOrderType,
    /// Buy or sell.
    pub side: OrderSide,
    /// Position that the order opens or closes.
    pub position_side: PositionSide,
    /// Limit price of the order that the trigger generates.
    pub price: Option<Decimal>,
    /// Quantity. Required unless the order closes the position.
    pub quantity: Option<Decimal>,
    /// Time in force of the order that the trigger generates.
    pub time_in_force: TimeInForce,
    /// Whether the order can only reduce a position.
    pub reduce_only: bool,
    /// Whether the order closes the complete position. The quantity is then the size of the position at the time of the trigger.
    pub close_position: bool,
    /// Client order id, which the generated order has, too.
    pub client_order_id: Option<String>,
    /// Trigger price. Required for all types except a trailing stop.
    pub stop_price: Option<Decimal>,
    /// The price that is compared with the trigger price.
    pub working_type: TriggerPriceType,
    /// Price at which a trailing stop is activated. Without this price, the trailing stop is active at once.
    pub activate_price: Option<Decimal>,
    /// Callback rate of a trailing stop: the order triggers when the price has moved away from its best price by this ratio, from 0.001 to
    /// 0.1. The documentation states neither unit nor range, so both are the sandbox's choice.
    pub callback_rate: Option<Decimal>,
}

impl PlaceConditionOrder {
    /// A condition order that generates a market order when the contract price reaches `stop_price`.
    pub fn market(
        symbol: impl Into<String>,
        order_type: ConditionOrderType,
        side: OrderSide,
        stop_price: impl Into<Decimal>,
        quantity: impl Into<Decimal>,
    ) -> Self {
        Self {
            symbol: symbol.into(),
            order_type,
            side,
            position_side: PositionSide::Both,
            price: None,
            quantity: Some(quantity.into()),
            time_in_force: TimeInForce::Gtc,
            reduce_only: false,
            close_position: false,
            client_order_id: None,
            stop_price: Some(stop_price.into()),
            working_type: TriggerPriceType::ContractPrice,
            activate_price: None,
            callback_rate: None,
        }
    }
}

/// A strategy: two or three orders that are linked, so that an event of one order, such as its fill, places or cancels another order.
///
/// <https://docs.6mm.com/developer-api/rest-api/order#place-strategy-order>
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceStrategyOrder {
    /// Relation between the orders.
    pub strategy_type: StrategyType,
    /// The orders: two for OTO and OCO, three for OTOCO.
    pub sub_orders: Vec<StrategySubOrder>,
}

/// One of the orders of a strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct StrategySubOrder {
    /// Number by which links refer to this order. By default, the first order of the list has number 1, the second has number 2, and so on.
    pub strategy_sub_id: Option<i64>,
    /// Links that place or cancel this order when an event of another order occurs. If no order of the strategy has links, the type of the
    /// strategy determines the links: see [`Exchange`](super::Exchange).
    pub links: Vec<StrategyLink>,
    /// The order itself.
    pub order: SubOrder,
}

/// A dependency between two orders of a strategy: an event of one order places or cancels the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrategyLink {
    /// Number of the driving order within the strategy (`firstDrivenId`, `secondDrivenId`).
    pub driven_id: i64,
    /// Event of the driving order (`firstDrivenOn`, `secondDrivenOn`).
    pub driven_on: DrivenOn,
    /// Action for this order when the event occurs (`firstTrigger`, `secondTrigger`).
    pub trigger: StrategyTrigger,
}

/// An order of a strategy, which is either a normal order or a condition order.
#[derive(Debug, Clone, PartialEq)]
pub enum SubOrder {
    /// A limit or a market order.
    Normal(PlaceOrder),
    /// A stop loss, a take profit or a trailing stop.
    Condition(PlaceConditionOrder),
}

/// A time range with inclusive bounds. A missing bound is unlimited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// Earliest time.
    pub start: Option<UnixMillis>,
    /// Latest time.
    pub end: Option<UnixMillis>,
}

impl TimeRange {
    /// Whether the range contains a time.
    pub fn contains(&self, time: UnixMillis) -> bool {
        self.start.is_none_or(|start| start <= time) && self.end.is_none_or(|end| time <= end)
    }
}

/// A page of a list. Lists are sorted newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Page number, starting at 1.
    pub page: i64,
    /// Entries per page, 1 to 100. The documentation states no maximum, so the maximum is the sandbox's choice.
    pub page_size: i64,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { page: 1, page_size: 20 }
    }
}

/// Filter for past orders. An empty filter selects all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Contract.
    pub symbol: Option<String>,
    /// Order id.
    pub order_id: Option<String>,
    /// Client order id.
    pub client_order_id: Option<String>,
    /// Limit or market.
    pub order_type: Option<OrderType>,
    /// Buy or sell.
    pub side: Option<OrderSide>,
    /// Selects the orders whose status has this number. The documentation does not define the numbers, so the sandbox numbers the statuses
    /// in the sequence of the documentation, starting at 1.
    pub status: Option<i64>,
    /// Range of the creation time.
    pub time: TimeRange,
}

/// Filter for past condition orders. An empty filter selects all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConditionFilter {
    /// Contract.
    pub symbol: Option<String>,
    /// Buy or sell.
    pub side: Option<OrderSide>,
    /// Selects the condition orders whose status has this number. The documentation does not define the numbers, so the sandbox numbers the
    /// statuses in the sequence of [`ConditionStatus::ALL`](super::ConditionStatus::ALL), starting at 1.
    pub status: Option<i64>,
    /// Range of the creation time.
    pub time: TimeRange,
}

/// Filter for fills. An empty filter selects all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TradeFilter {
    /// Contract.
    pub symbol: Option<String>,
    /// The order that was filled.
    pub order_id: Option<String>,
    /// Range of the fill time.
    pub time: TimeRange,
}
