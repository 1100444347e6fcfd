//! Responses with orders, condition orders, strategies and fills.

use rust_decimal::Decimal;

use crate::UnixMillis;
use crate::exchange::enums::{
    ConditionOrderType, ConditionStatus, MarginMode, OrderSide, OrderStatus, OrderType, PositionSide, StrategyStatus, StrategyType,
    TimeInForce, TradeRole, TriggerPriceType,
};
use crate::exchange::ids::{ConditionId, FillId, OrderId, StrategyId, TradeId};

/// An order that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedOrder {
    /// Id.
    pub order_id: OrderId,
    /// Client order id.
    pub client_order_id: Option<String>,
    /// Status at the time of the response: `NEW` for an order that rests in the book.
    pub status: OrderStatus,
    /// Time of the response.
    pub timestamp: UnixMillis,
}

/// A condition order that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedConditionOrder {
    /// Id.
    pub condition_id: ConditionId,
    /// Status at the time of the response.
    pub condition_status: ConditionStatus,
    /// Time of the response.
    pub timestamp: UnixMillis,
}

/// A strategy that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedStrategyOrder {
    /// Id.
    pub strategy_id: StrategyId,
    /// Status at the time of the response.
    pub strategy_status: StrategyStatus,
    /// Time of the response.
    pub timestamp: UnixMillis,
}

/// A normal order. Its `orderCategory` is `NORMAL`.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Contract.
    pub symbol: String,
    /// Id.
    pub order_id: OrderId,
    /// Client order id.
    pub client_order_id: Option<String>,
    /// Type.
    pub order_type: OrderType,
    /// Side.
    pub side: OrderSide,
    /// Position that the order opens or closes.
    pub position_side: PositionSide,
    /// Status.
    pub status: OrderStatus,
    /// Time in force.
    pub time_in_force: TimeInForce,
    /// Limit price, or `None` for a market order.
    pub price: Option<Decimal>,
    /// Total quantity.
    pub quantity: Decimal,
    /// Filled quantity.
    pub filled_quantity: Decimal,
    /// Open quantity, which is 0 for a final order.
    pub remaining_quantity: Decimal,
    /// Average price of the filled quantity, with 8 decimal places, or `None` if nothing was filled.
    pub avg_filled_price: Option<Decimal>,
    /// Whether the order can only reduce a position.
    pub reduce_only: bool,
    /// Whether the order was placed to close the position.
    pub close_only: bool,
    /// Whether the order is rejected if it would be a taker.
    pub maker_only: bool,
    /// Leverage of the contract when the order was placed. The documentation does not define which leverage is reported, so this is the
    /// sandbox's choice. The frozen margin depends on the [current leverage](super::PositionSettings).
    pub leverage: i64,
    /// Margin mode of the contract when the order was placed. It cannot change while the order is open.
    pub margin_mode: MarginMode,
    /// Creation time.
    pub created_at: UnixMillis,
    /// Time of the last change.
    pub updated_at: UnixMillis,
}

/// A condition order. Its `orderCategory` is `CONDITIONAL`.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionOrder {
    /// Contract.
    pub symbol: String,
    /// Id.
    pub condition_id: ConditionId,
    /// Id of the normal order that the trigger generated.
    pub generated_order_id: Option<OrderId>,
    /// Client order id.
    pub client_order_id: Option<String>,
    /// Side.
    pub side: OrderSide,
    /// Position that the order opens or closes.
    pub position_side: PositionSide,
    /// Type of the normal order that the trigger generates (`orderType`).
    pub order_type: OrderType,
    /// Type of the condition order (`triggerType`). The documentation lists no values, so the sandbox reports the type with which the order
    /// was placed.
    pub trigger_type: ConditionOrderType,
    /// The price that is compared with the trigger price.
    pub working_type: TriggerPriceType,
    /// Time in force of the normal order that the trigger generates.
    pub time_in_force: TimeInForce,
    /// Limit price of the normal order that the trigger generates.
    pub price: Option<Decimal>,
    /// Quantity, or `None` for an order that closes the complete position.
    pub quantity: Option<Decimal>,
    /// Trigger price (`triggerPrice`). For an active trailing stop, it is the current trigger price.
    pub trigger_price: Option<Decimal>,
    /// Whether the order can only reduce a position.
    pub reduce_only: bool,
    /// Whether the order closes the complete position.
    pub close_position: bool,
    /// Leverage of the contract when the condition order was placed. The documentation does not define which leverage is reported, so this
    /// is the sandbox's choice. The generated order has the [leverage at the time of the trigger](super::PositionSettings).
    pub leverage: i64,
    /// Margin mode of the contract when the condition order was placed. The documentation does not define which mode is reported, so this
    /// is the sandbox's choice. The mode of the contract can change while the condition order waits. The generated order has the mode at
    /// the time of the trigger.
    pub margin_mode: MarginMode,
    /// Status, reported as `status` and as `triggerStatus`.
    pub status: ConditionStatus,
    /// Creation time.
    pub created_at: UnixMillis,
    /// Time of the last change.
    pub updated_at: UnixMillis,
}

/// A strategy with its orders.
#[derive(Debug, Clone, PartialEq)]
pub struct StrategyOrder {
    /// Id.
    pub strategy_id: StrategyId,
    /// Relation between the orders.
    pub strategy_type: StrategyType,
    /// Status.
    pub strategy_status: StrategyStatus,
    /// Creation time.
    pub book_time: UnixMillis,
    /// The orders.
    pub sub_orders: Vec<StrategySubOrderState>,
    /// Time of the last change.
    pub update_time: UnixMillis,
}

/// An order of a strategy. The documentation defines no fields, so the fields are the sandbox's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct StrategySubOrderState {
    /// Number of the order within the strategy.
    pub strategy_sub_id: i64,
    /// Contract.
    pub symbol: String,
    /// Side.
    pub side: OrderSide,
    /// Type of the normal order or condition order, as in the JSON response.
    pub order_type: &'static str,
    /// Id of the normal order, if the order was placed as a normal order or its condition order has generated a normal order.
    pub order_id: Option<OrderId>,
    /// Id of the condition order, if one exists.
    pub condition_id: Option<ConditionId>,
    /// Status of the order, as in the JSON response. While the order waits for another order of the strategy, the status is
    /// `PENDING_ACTIVATION`. Once there is a normal order, the status is that of the normal order. For a condition order that has not
    /// generated a normal order, the status is that of the condition order.
    pub status: &'static str,
}

/// A fill of one of the user's orders.
#[derive(Debug, Clone, PartialEq)]
pub struct Trade {
    /// Id of the fill.
    pub fill_id: FillId,
    /// Id of the trade, which both sides share.
    pub trade_id: TradeId,
    /// The order that was filled.
    pub order_id: OrderId,
    /// Contract.
    pub symbol: String,
    /// Side of the order.
    pub side: OrderSide,
    /// Maker or taker.
    pub role_type: TradeRole,
    /// Price.
    pub price: Decimal,
    /// Quantity.
    pub quantity: Decimal,
    /// Price times quantity.
    pub trade_value: Decimal,
    /// Charged fee, a positive number. The sign is the sandbox's choice.
    pub handling_fee: Decimal,
    /// Profit that the fill realized, before the fee.
    pub realized_pnl: Decimal,
    /// Position that the fill belongs to.
    pub position_side: PositionSide,
    /// Time of the fill.
    pub created_at: UnixMillis,
}
