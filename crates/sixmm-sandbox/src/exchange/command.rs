//! What a user may ask for: the documented requests, typed.

use rust_decimal::Decimal;

use super::terms::{
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
    /// Position that the order is for.
    pub position_side: PositionSide,
    /// Limit price, a multiple of the tick size. A limit order needs it unless its price comes from the book.
    pub price: Option<Decimal>,
    /// Quantity, a multiple of the step size. Needed unless the order closes the position.
    pub quantity: Option<Decimal>,
    /// How long the order stays. A market order never stays.
    pub time_in_force: TimeInForce,
    /// Only make a position smaller.
    pub reduce_only: bool,
    /// Only rest in the book.
    pub maker_only: bool,
    /// Close the whole position.
    pub close_position: bool,
    /// The user's own id.
    pub client_order_id: Option<String>,
    /// Where the price comes from.
    pub price_type: BboPriceType,
}

impl PlaceOrder {
    /// A limit order, good till cancelled.
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

/// Names an order by either id; with both, both must match.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrderRef<'a> {
    /// The id that the exchange gave.
    pub order_id: Option<&'a str>,
    /// The id that the user gave.
    pub client_order_id: Option<&'a str>,
}

/// A new price or a new total for an order.
///
/// An order keeps its place in the queue if its price stays and its total becomes smaller. Otherwise it goes to the end of the queue at
/// its price, and trades first if the new price meets the other side of the book.
///
/// <https://docs.6mm.com/developer-api/rest-api/order#amend-order>
#[derive(Debug, Clone, PartialEq)]
pub struct AmendOrder {
    /// The id that the exchange gave.
    pub order_id: String,
    /// New limit price.
    pub price: Option<Decimal>,
    /// New total quantity, what was already filled included.
    pub quantity: Option<Decimal>,
}

/// A stop loss, a take profit or a trailing stop.
///
/// <https://docs.6mm.com/developer-api/rest-api/order#place-condition-order>
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceConditionOrder {
    /// Contract.
    pub symbol: String,
    /// What the order does when it is triggered.
    pub order_type: ConditionOrderType,
    /// Buy or sell.
    pub side: OrderSide,
    /// Position that the order is for.
    pub position_side: PositionSide,
    /// Limit price of the order that the trigger makes.
    pub price: Option<Decimal>,
    /// Quantity. Needed unless the order closes the position.
    pub quantity: Option<Decimal>,
    /// How long the order stays that the trigger makes.
    pub time_in_force: TimeInForce,
    /// Only make a position smaller.
    pub reduce_only: bool,
    /// Close the whole position, as large as it is when the order is triggered.
    pub close_position: bool,
    /// The user's own id, which the normal order carries too.
    pub client_order_id: Option<String>,
    /// Trigger price. Needed for all but a trailing stop.
    pub stop_price: Option<Decimal>,
    /// Price that is compared with the trigger price.
    pub working_type: TriggerPriceType,
    /// Price from which a trailing stop follows; at once without it.
    pub activate_price: Option<Decimal>,
    /// How far the price must turn back to trigger a trailing stop, as a ratio from 0.001 to 0.1. That it is a ratio, and the range, are
    /// this sandbox's choice: the documentation does not say.
    pub callback_rate: Option<Decimal>,
}

impl PlaceConditionOrder {
    /// A condition order that makes a market order when the contract price reaches a price.
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

/// Several orders that depend on each other.
///
/// <https://docs.6mm.com/developer-api/rest-api/order#place-strategy-order>
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceStrategyOrder {
    /// How the orders depend on each other.
    pub strategy_type: StrategyType,
    /// The orders: two of an OTO or OCO, three of an OTOCO.
    pub sub_orders: Vec<StrategySubOrder>,
}

/// One of the orders of a strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct StrategySubOrder {
    /// Number within the strategy; its place in the list (from 1) if it is left out.
    pub strategy_sub_id: Option<i64>,
    /// What this order waits for. Without any, the type of the strategy decides: see [`Exchange`](super::Exchange).
    pub links: Vec<StrategyLink>,
    /// The order itself.
    pub order: SubOrder,
}

/// That something happens to an order of a strategy when something happened to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrategyLink {
    /// The other order's number within the strategy (`firstDrivenId`, `secondDrivenId`).
    pub driven_id: i64,
    /// What must happen to it (`firstDrivenOn`, `secondDrivenOn`).
    pub driven_on: DrivenOn,
    /// What then happens to this order (`firstTrigger`, `secondTrigger`).
    pub trigger: StrategyTrigger,
}

/// An order of a strategy is a normal order or a condition order.
#[derive(Debug, Clone, PartialEq)]
pub enum SubOrder {
    /// A limit or a market order.
    Normal(PlaceOrder),
    /// A stop loss, a take profit or a trailing stop.
    Condition(PlaceConditionOrder),
}

/// From when to when, both included; open without a bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// Earliest time.
    pub start: Option<UnixMillis>,
    /// Latest time.
    pub end: Option<UnixMillis>,
}

impl TimeRange {
    /// Whether a time lies within.
    pub fn contains(&self, time: UnixMillis) -> bool {
        self.start.is_none_or(|start| start <= time) && self.end.is_none_or(|end| time <= end)
    }
}

/// Which page of a list. The newest entries come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Number of the page, from 1.
    pub page: i64,
    /// Entries on a page, 1 to 100. The maximum is this sandbox's choice: the documentation names none.
    pub page_size: i64,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { page: 1, page_size: 20 }
    }
}

/// Which past orders; all of them unless something is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Contract.
    pub symbol: Option<String>,
    /// The id that the exchange gave.
    pub order_id: Option<String>,
    /// The id that the user gave.
    pub client_order_id: Option<String>,
    /// Limit or market.
    pub order_type: Option<OrderType>,
    /// Buy or sell.
    pub side: Option<OrderSide>,
    /// The number of a status. The documentation does not say which number stands for which: this sandbox counts from 1 in the order of
    /// the documentation's list.
    pub status: Option<i64>,
    /// When the order was created.
    pub time: TimeRange,
}

/// Which past condition orders; all of them unless something is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConditionFilter {
    /// Contract.
    pub symbol: Option<String>,
    /// Buy or sell.
    pub side: Option<OrderSide>,
    /// The number of a status; counted from 1 in the order of [`ConditionStatus::ALL`](super::ConditionStatus::ALL), which is this
    /// sandbox's choice.
    pub status: Option<i64>,
    /// When the condition order was created.
    pub time: TimeRange,
}

/// Which fills; all of them unless something is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TradeFilter {
    /// Contract.
    pub symbol: Option<String>,
    /// The order that was filled.
    pub order_id: Option<String>,
    /// When the fill happened.
    pub time: TimeRange,
}
