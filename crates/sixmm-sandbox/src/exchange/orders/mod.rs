//! Normal orders: validation, placement, matching, amendment, cancellation and queries.

mod amend;
mod cancel;
mod fill;
mod margin;
mod matching;
mod place;
mod queries;
mod validation;

use rust_decimal::Decimal;

pub(super) use self::margin::BatchReservations;
pub(super) use self::matching::book_owner;
pub(super) use self::place::{AcceptedOrder, OrderSource};
pub(super) use self::queries::status_from_number;
pub(super) use self::validation::{check, check_max_money, check_price, check_quantity};
use super::enums::{MarginMode, OrderSide, OrderStatus, OrderType, PositionSide, TimeInForce};
use super::event::SubOrderRef;
use super::store::Store;
use crate::UnixMillis;
use crate::engine::{Lots, Ticks};

/// A normal order, open or past.
#[derive(Debug, Clone)]
pub(super) struct OrderRecord {
    pub(super) id: u64,
    pub(super) account: usize,
    pub(super) market: usize,
    pub(super) client_order_id: Option<Box<str>>,
    pub(super) order_type: OrderType,
    pub(super) side: OrderSide,
    pub(super) position_side: PositionSide,
    pub(super) time_in_force: TimeInForce,
    pub(super) price: Option<Ticks>,
    pub(super) total: Lots,
    pub(super) filled: Lots,
    pub(super) filled_value: Decimal,
    pub(super) reduce_only: bool,
    pub(super) close_only: bool,
    pub(super) maker_only: bool,
    pub(super) leverage: i64,
    pub(super) margin_mode: MarginMode,
    pub(super) status: OrderStatus,
    pub(super) created_at: UnixMillis,
    pub(super) updated_at: UnixMillis,
    pub(super) origin: Origin,
    pub(super) sub_order: Option<SubOrderRef>,
}

/// The cause of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A request of the user.
    Manual,
    /// The trigger of a take profit.
    TakeProfit,
    /// The trigger of a stop loss or a trailing stop.
    StopLoss,
}

impl OrderRecord {
    /// Remaining quantity. For a final order, the quantity that was not filled.
    pub(super) fn remaining(&self) -> Lots {
        self.total.less(self.filled)
    }

    /// Whether the order can only reduce a position, so it freezes no margin.
    pub(super) fn reduces(&self) -> bool {
        reduces(self.reduce_only, self.position_side, self.side)
    }
}

/// Whether an order can only reduce a position. This is the case if it is marked as reduce-only, if it sells with position side `LONG`, or
/// if it buys with position side `SHORT`.
pub(super) fn reduces(reduce_only: bool, position: PositionSide, side: OrderSide) -> bool {
    reduce_only || matches!((position, side), (PositionSide::Long, OrderSide::Sell) | (PositionSide::Short, OrderSide::Buy))
}

/// All normal orders of all users.
pub(super) type Orders = Store<OrderRecord>;
