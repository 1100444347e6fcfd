//! Normal orders: checked, placed, matched, amended, cancelled, and remembered.

mod amend;
mod cancel;
mod check;
mod fill;
mod margin;
mod matching;
mod place;
mod queries;

use rust_decimal::Decimal;

pub(super) use self::check::{check, check_most_money, check_price, check_quantity};
pub(super) use self::margin::Beside;
pub(super) use self::matching::owner;
pub(super) use self::place::{Accepted, Provenance};
pub(super) use self::queries::numbered;
use super::event::Link;
use super::store::Store;
use super::terms::{MarginMode, OrderSide, OrderStatus, OrderType, PositionSide, TimeInForce};
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
    pub(super) link: Option<Link>,
}

/// What made an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A request.
    Manual,
    /// The trigger of a take profit.
    TakeProfit,
    /// The trigger of a stop loss or a trailing stop.
    StopLoss,
}

impl OrderRecord {
    /// What is still open, or was when the order became final.
    pub(super) fn remaining(&self) -> Lots {
        self.total.less(self.filled)
    }

    /// Whether it can only make a position smaller, and freezes nothing.
    pub(super) fn reduces(&self) -> bool {
        reduces(self.reduce_only, self.position_side, self.side)
    }
}

/// Whether an order can only make a position smaller: it says so, or it sells the long position or buys the short one.
pub(super) fn reduces(reduce_only: bool, position: PositionSide, side: OrderSide) -> bool {
    reduce_only || matches!((position, side), (PositionSide::Long, OrderSide::Sell) | (PositionSide::Short, OrderSide::Buy))
}

/// Every order of every user.
pub(super) type Orders = Store<OrderRecord>;
