//! Condition orders: they wait for a price, and then make a normal order. They freeze no margin while they wait; the normal order needs it.

mod check;
mod place;
mod queries;
mod trigger;

use rust_decimal::Decimal;

pub(super) use self::check::check;
pub(super) use self::place::AcceptedCondition;
use super::command::PlaceConditionOrder;
use super::event::Link;
use super::market::{Awaited, MOST, Market};
use super::orders::reduces;
use super::store::Store;
use super::terms::{ConditionOrderType, ConditionStatus, MarginMode, OrderSide};
use crate::UnixMillis;
use crate::engine::Ticks;

/// A condition order, waiting or past.
#[derive(Debug, Clone)]
pub(super) struct ConditionRecord {
    pub(super) id: u64,
    pub(super) account: usize,
    pub(super) market: usize,
    pub(super) request: PlaceConditionOrder,
    /// Price that triggers it; of a trailing stop, where it stands now.
    pub(super) trigger: Option<Ticks>,
    /// What a trailing stop follows.
    trailing: Option<Trailing>,
    pub(super) status: ConditionStatus,
    pub(super) generated_order: Option<u64>,
    pub(super) leverage: i64,
    pub(super) margin_mode: MarginMode,
    pub(super) created_at: UnixMillis,
    pub(super) updated_at: UnixMillis,
    pub(super) link: Option<Link>,
}

/// What a trailing stop needs to follow the price.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Trailing {
    callback_rate: Decimal,
    activate: Option<Ticks>,
    /// The best price since it follows.
    best: Option<Ticks>,
}

impl ConditionRecord {
    /// Whether the normal order can only make a position smaller.
    pub(super) fn reduces(&self) -> bool {
        let request = &self.request;
        reduces(request.reduce_only || request.close_position, request.position_side, request.side)
    }

    /// The price that it waits for. It stays the same as long as it waits.
    fn awaited(&self) -> Awaited {
        let request = &self.request;
        match (self.trigger, self.trailing) {
            (Some(trigger), None) if waits_for_rise(request.order_type, request.side) => Awaited::Rise(request.working_type, trigger),
            (Some(trigger), None) => Awaited::Fall(request.working_type, trigger),
            _ => Awaited::Any,
        }
    }

    /// Lets it see a price: a trailing stop follows. Tells whether it is triggered.
    fn see(&mut self, price: Ticks, market: &Market) -> bool {
        let side = self.request.side;
        if let Some(trailing) = &mut self.trailing {
            if trailing.best.is_none() && trailing.activate.is_some_and(|activate| !has_risen(side, price, activate)) {
                return false;
            }
            self.status = ConditionStatus::Pending;
            let best = trailing.best.map_or(price, |best| if side == OrderSide::Sell { best.max(price) } else { best.min(price) });
            trailing.best = Some(best);
            self.trigger = Some(turned_back(side, best, trailing.callback_rate, market));
        }
        self.trigger.is_some_and(|trigger| if waits_for_rise(self.request.order_type, side) { price >= trigger } else { price <= trigger })
    }
}

/// Whether the price went as far in a position's favour as a trailing stop wants to follow it from: up for one that sells.
fn has_risen(side: OrderSide, price: Ticks, activate: Ticks) -> bool {
    if side == OrderSide::Sell { price >= activate } else { price <= activate }
}

/// The price that is the callback rate away from the best one, rounded away from it; the least or the largest price if there is none so far
/// away.
fn turned_back(side: OrderSide, best: Ticks, callback_rate: Decimal, market: &Market) -> Ticks {
    let best = market.price(best);
    let (away, tick) = (best * callback_rate, market.rules.tick_size);
    let (price, limit) = match side {
        OrderSide::Sell => (((best - away) / tick).floor(), 1),
        OrderSide::Buy => (((best + away) / tick).ceil(), MOST),
    };
    market.ticks(price * tick).unwrap_or(Ticks(limit))
}

/// Whether an order waits for a higher price: a stop that buys and a take profit that sells. The others wait for a lower one.
fn waits_for_rise(order_type: ConditionOrderType, side: OrderSide) -> bool {
    let is_stop = match order_type {
        ConditionOrderType::StopMarket | ConditionOrderType::StopLimit | ConditionOrderType::TrailingStop => true,
        ConditionOrderType::TakeProfitMarket | ConditionOrderType::TakeProfitLimit => false,
    };
    is_stop == (side == OrderSide::Buy)
}

/// Every condition order of every user.
pub(super) type Conditions = Store<ConditionRecord>;
