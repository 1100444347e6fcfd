//! What is wrong with a condition order whatever the prices and the account.

use rust_decimal::{Decimal, dec};

use super::super::command::PlaceConditionOrder;
use super::super::market::Market;
use super::super::orders;
use super::super::reject::{ConditionReason, Reject};
use super::super::terms::{ConditionOrderType, OrderType};
use super::Trailing;
use crate::engine::Ticks;

/// The range of callback rates: this sandbox's choice.
const CALLBACK_LEAST: Decimal = dec!(0.001);
const CALLBACK_MOST: Decimal = dec!(0.1);

/// Prices in ticks.
#[derive(Debug, Clone, Copy)]
pub(in crate::exchange) struct CheckedCondition {
    pub(super) trigger: Option<Ticks>,
    pub(super) trailing: Option<Trailing>,
}

/// The type of the normal order that a trigger makes.
pub(super) const fn made_type(order_type: ConditionOrderType) -> OrderType {
    match order_type {
        ConditionOrderType::StopLimit | ConditionOrderType::TakeProfitLimit => OrderType::Limit,
        ConditionOrderType::StopMarket | ConditionOrderType::TakeProfitMarket | ConditionOrderType::TrailingStop => OrderType::Market,
    }
}

/// Checks a condition order against the rules of its contract.
pub(in crate::exchange) fn check(order: &PlaceConditionOrder, market: &Market) -> Result<CheckedCondition, Reject> {
    let price = |reason, name, price: Decimal| {
        orders::check_price(name, price, market).map_err(|refusal| Reject::condition(reason, refusal.details()))
    };
    let missing = |reason, name| Reject::condition(reason, format_args!("{name} is missing, and {} needs it", order.order_type));
    let made = made_type(order.order_type);
    if made == OrderType::Limit {
        price(ConditionReason::Price, "price", order.price.ok_or_else(|| missing(ConditionReason::Price, "price"))?)?;
    }
    if !order.close_position {
        let quantity = order.quantity.ok_or_else(|| missing(ConditionReason::Quantity, "quantity"))?;
        orders::check_quantity(quantity, made, market)
            .map_err(|refusal| Reject::condition(ConditionReason::Quantity, refusal.details()))?;
    }
    if order.order_type != ConditionOrderType::TrailingStop {
        let stop = order.stop_price.ok_or_else(|| missing(ConditionReason::TriggerPrice, "stopPrice"))?;
        return Ok(CheckedCondition { trigger: Some(price(ConditionReason::TriggerPrice, "stopPrice", stop)?), trailing: None });
    }
    let callback_rate = order.callback_rate.ok_or_else(|| missing(ConditionReason::CallbackRate, "callbackRate"))?;
    if !(CALLBACK_LEAST..=CALLBACK_MOST).contains(&callback_rate) {
        let limits = format!("callbackRate must be from {CALLBACK_LEAST} to {CALLBACK_MOST}: a ratio, not percent");
        return Err(Reject::condition(ConditionReason::CallbackRate, limits));
    }
    let activate = order.activate_price.map(|activate| price(ConditionReason::ActivatePrice, "activatePrice", activate)).transpose()?;
    Ok(CheckedCondition { trigger: None, trailing: Some(Trailing { callback_rate, activate, best: None }) })
}
