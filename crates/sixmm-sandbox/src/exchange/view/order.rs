//! Orders, condition orders, strategies and trades.

use rust_decimal::Decimal;

use crate::UnixMillis;
use crate::exchange::ids::{ConditionId, FillId, OrderId, StrategyId, TradeId};
use crate::exchange::terms::{
    ConditionOrderType, ConditionStatus, MarginMode, OrderSide, OrderStatus, OrderType, PositionSide, StrategyStatus, StrategyType,
    TimeInForce, TradeRole, TriggerPriceType,
};

/// An order that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedOrder {
    /// Id.
    pub order_id: OrderId,
    /// The user's own id.
    pub client_order_id: Option<String>,
    /// State when the exchange answered: `NEW` for an order that stands in the book.
    pub status: OrderStatus,
    /// When the exchange answered.
    pub timestamp: UnixMillis,
}

/// A condition order that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedConditionOrder {
    /// Id.
    pub condition_id: ConditionId,
    /// State when the exchange answered.
    pub condition_status: ConditionStatus,
    /// When the exchange answered.
    pub timestamp: UnixMillis,
}

/// A strategy that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedStrategyOrder {
    /// Id.
    pub strategy_id: StrategyId,
    /// State when the exchange answered.
    pub strategy_status: StrategyStatus,
    /// When the exchange answered.
    pub timestamp: UnixMillis,
}

/// A normal order. Its `orderCategory` is `NORMAL`.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Contract.
    pub symbol: String,
    /// Id.
    pub order_id: OrderId,
    /// The user's own id.
    pub client_order_id: Option<String>,
    /// Type.
    pub order_type: OrderType,
    /// Side.
    pub side: OrderSide,
    /// Position that the order is for.
    pub position_side: PositionSide,
    /// State.
    pub status: OrderStatus,
    /// How long it stays.
    pub time_in_force: TimeInForce,
    /// Limit price; none for a market order.
    pub price: Option<Decimal>,
    /// Total quantity.
    pub quantity: Decimal,
    /// Quantity that was filled.
    pub filled_quantity: Decimal,
    /// Quantity that is still open: 0 for an order that is final.
    pub remaining_quantity: Decimal,
    /// Average price of what was filled, to 8 places; none as long as nothing was.
    pub avg_filled_price: Option<Decimal>,
    /// Whether it may only make a position smaller.
    pub reduce_only: bool,
    /// Whether it was placed to close the position.
    pub close_only: bool,
    /// Whether it may only rest in the book.
    pub maker_only: bool,
    /// Leverage of the contract when the order was placed: this sandbox's choice. What the order freezes follows the leverage
    /// [that holds now](super::PositionSettings).
    pub leverage: i64,
    /// Margin mode of the contract when the order was placed. It cannot change while the order is open.
    pub margin_mode: MarginMode,
    /// When it was created.
    pub created_at: UnixMillis,
    /// When it last changed.
    pub updated_at: UnixMillis,
}

/// A condition order. Its `orderCategory` is `CONDITIONAL`.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionOrder {
    /// Contract.
    pub symbol: String,
    /// Id.
    pub condition_id: ConditionId,
    /// The normal order that the trigger made.
    pub generated_order_id: Option<OrderId>,
    /// The user's own id.
    pub client_order_id: Option<String>,
    /// Side.
    pub side: OrderSide,
    /// Position that the order is for.
    pub position_side: PositionSide,
    /// Type of the normal order that the trigger makes (`orderType`).
    pub order_type: OrderType,
    /// Type of the condition order (`triggerType`, whose values are not documented: this sandbox says the type of the request).
    pub trigger_type: ConditionOrderType,
    /// Price that is compared with the trigger price.
    pub working_type: TriggerPriceType,
    /// How long the order stays that the trigger makes.
    pub time_in_force: TimeInForce,
    /// Limit price of the order that the trigger makes.
    pub price: Option<Decimal>,
    /// Quantity; none for an order that closes the whole position.
    pub quantity: Option<Decimal>,
    /// Trigger price (`triggerPrice`). Of a trailing stop that follows: where it stands now.
    pub trigger_price: Option<Decimal>,
    /// Whether it may only make a position smaller.
    pub reduce_only: bool,
    /// Whether it closes the whole position.
    pub close_position: bool,
    /// Leverage of the contract when the condition order was placed: this sandbox's choice. The normal order that the trigger makes has the
    /// one [that holds then](super::PositionSettings).
    pub leverage: i64,
    /// Margin mode of the contract when the condition order was placed: this sandbox's choice. It can change while the condition order
    /// waits; the normal order that the trigger makes has the one that holds then.
    pub margin_mode: MarginMode,
    /// State, for `status` and for `triggerStatus`.
    pub status: ConditionStatus,
    /// When it was created.
    pub created_at: UnixMillis,
    /// When it last changed.
    pub updated_at: UnixMillis,
}

/// A strategy with its orders.
#[derive(Debug, Clone, PartialEq)]
pub struct StrategyOrder {
    /// Id.
    pub strategy_id: StrategyId,
    /// How the orders depend on each other.
    pub strategy_type: StrategyType,
    /// State.
    pub strategy_status: StrategyStatus,
    /// When it was created.
    pub book_time: UnixMillis,
    /// The orders.
    pub sub_orders: Vec<StrategySubOrderState>,
    /// When it last changed.
    pub update_time: UnixMillis,
}

/// An order of a strategy. The documentation gives no fields: these are this sandbox's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct StrategySubOrderState {
    /// Number within the strategy.
    pub strategy_sub_id: i64,
    /// Contract.
    pub symbol: String,
    /// Side.
    pub side: OrderSide,
    /// The word of its type: of a normal order or of a condition order.
    pub order_type: &'static str,
    /// The normal order, once there is one; also the one that a condition order made.
    pub order_id: Option<OrderId>,
    /// The condition order, once there is one.
    pub condition_id: Option<ConditionId>,
    /// The word of its state: of the normal order, else of the condition order; `PENDING_ACTIVATION` before it is placed.
    pub status: &'static str,
}

/// A fill of one of the user's orders.
#[derive(Debug, Clone, PartialEq)]
pub struct Trade {
    /// Id of the fill.
    pub fill_id: FillId,
    /// Id of the trade: the other side has the same.
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
    /// The fee that was charged: positive. The sign is this sandbox's choice.
    pub handling_fee: Decimal,
    /// Profit that the fill realized, before the fee.
    pub realized_pnl: Decimal,
    /// Position that the fill belongs to.
    pub position_side: PositionSide,
    /// When.
    pub created_at: UnixMillis,
}
