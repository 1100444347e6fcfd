//! Condition orders, which wait until a price reaches their trigger price and then generate a normal order. A waiting condition order
//! freezes no margin.

mod place;
mod queries;
mod trigger;
mod validation;

use rust_decimal::Decimal;

pub(super) use self::place::AcceptedCondition;
pub(super) use self::validation::check;
use super::command::PlaceConditionOrder;
use super::enums::{ConditionOrderType, ConditionStatus, MarginMode, OrderSide};
use super::event::SubOrderRef;
use super::market::{Market, PriceTrigger};
use super::orders::reduces;
use super::store::Store;
use crate::UnixMillis;
use crate::engine::{MAX_UNITS, Ticks};

/// A condition order, waiting or past.
#[derive(Debug, Clone)]
pub(super) struct ConditionRecord {
    pub(super) id: u64,
    pub(super) account: usize,
    pub(super) market: usize,
    pub(super) request: PlaceConditionOrder,
    /// Trigger price. For a trailing stop, it is the current trigger price.
    pub(super) trigger: Option<Ticks>,
    /// State of a trailing stop.
    trailing: Option<Trailing>,
    pub(super) status: ConditionStatus,
    pub(super) generated_order: Option<u64>,
    pub(super) leverage: i64,
    pub(super) margin_mode: MarginMode,
    pub(super) created_at: UnixMillis,
    pub(super) updated_at: UnixMillis,
    pub(super) sub_order: Option<SubOrderRef>,
}

/// State of a trailing stop.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Trailing {
    callback_rate: Decimal,
    activate: Option<Ticks>,
    /// Best price since the activation.
    best: Option<Ticks>,
}

impl ConditionRecord {
    /// Whether the generated order can only reduce a position.
    pub(super) fn reduces(&self) -> bool {
        let request = &self.request;
        reduces(request.reduce_only || request.close_position, request.position_side, request.side)
    }

    /// The price that triggers the order. It does not change while the order waits.
    fn price_trigger(&self) -> PriceTrigger {
        let request = &self.request;
        match (self.trigger, self.trailing) {
            (Some(trigger), None) if triggers_on_rise(request.order_type, request.side) => {
                PriceTrigger::Rise(request.working_type, trigger)
            }
            (Some(trigger), None) => PriceTrigger::Fall(request.working_type, trigger),
            _ => PriceTrigger::Any,
        }
    }

    /// Updates a trailing stop with a new price, and returns whether the order is triggered.
    fn observe_price(&mut self, price: Ticks, market: &Market) -> bool {
        let side = self.request.side;
        if let Some(trailing) = &mut self.trailing {
            if trailing.best.is_none() && trailing.activate.is_some_and(|activate| !is_activation_reached(side, price, activate)) {
                return false;
            }
            self.status = ConditionStatus::Pending;
            let best = trailing.best.map_or(price, |best| if side == OrderSide::Sell { best.max(price) } else { best.min(price) });
            trailing.best = Some(best);
            self.trigger = Some(trailing_trigger(side, best, trailing.callback_rate, market));
        }
        self.trigger
            .is_some_and(|trigger| if triggers_on_rise(self.request.order_type, side) { price >= trigger } else { price <= trigger })
    }
}

/// Whether the price has reached the activation price of a trailing stop. A rising price activates a trailing stop that sells, and a
/// falling price activates a trailing stop that buys.
fn is_activation_reached(side: OrderSide, price: Ticks, activate: Ticks) -> bool {
    if side == OrderSide::Sell { price >= activate } else { price <= activate }
}

/// Trigger price of a trailing stop. It is `best × (1 − callback_rate)` for a sell order and `best × (1 + callback_rate)` for a buy order,
/// where `best` is the best price since the activation. The result is rounded to a multiple of the tick size, away from `best`, and limited
/// to the range of valid prices.
///
/// Example: a sell order with best price 100.0, callback rate 0.005 and tick size 0.3 has the unrounded trigger price 99.5, which is
/// rounded down to 99.3.
fn trailing_trigger(side: OrderSide, best: Ticks, callback_rate: Decimal, market: &Market) -> Ticks {
    let best = market.price(best);
    let (away, tick) = (best * callback_rate, market.rules.tick_size);
    let (price, limit) = match side {
        OrderSide::Sell => (((best - away) / tick).floor(), 1),
        OrderSide::Buy => (((best + away) / tick).ceil(), MAX_UNITS),
    };
    market.ticks(price * tick).unwrap_or(Ticks(limit))
}

/// Whether a rising price triggers a condition order. This is the case for a stop loss or trailing stop that buys, and for a take profit
/// that sells.
fn triggers_on_rise(order_type: ConditionOrderType, side: OrderSide) -> bool {
    let is_stop = match order_type {
        ConditionOrderType::StopMarket | ConditionOrderType::StopLimit | ConditionOrderType::TrailingStop => true,
        ConditionOrderType::TakeProfitMarket | ConditionOrderType::TakeProfitLimit => false,
    };
    is_stop == (side == OrderSide::Buy)
}

/// All condition orders of all users.
pub(super) type Conditions = Store<ConditionRecord>;
