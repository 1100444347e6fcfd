//! Validation of a condition order against the rules of its contract. These checks do not depend on current prices or on the account.

use rust_decimal::{Decimal, dec};

use super::super::command::PlaceConditionOrder;
use super::super::enums::{ConditionOrderType, OrderType};
use super::super::market::Market;
use super::super::orders;
use super::super::reject::{ConditionReason, Reject};
use super::Trailing;
use crate::engine::Ticks;

/// Range of callback rates. The sandbox's choice.
const MIN_CALLBACK_RATE: Decimal = dec!(0.001);
const MAX_CALLBACK_RATE: Decimal = dec!(0.1);

/// The validated prices of a condition order, in ticks.
#[derive(Debug, Clone, Copy)]
pub(in crate::exchange) struct ValidatedCondition {
    pub(super) trigger: Option<Ticks>,
    pub(super) trailing: Option<Trailing>,
}

/// Type of the normal order that a trigger generates.
pub(super) const fn generated_order_type(order_type: ConditionOrderType) -> OrderType {
    match order_type {
        ConditionOrderType::StopLimit | ConditionOrderType::TakeProfitLimit => OrderType::Limit,
        ConditionOrderType::StopMarket | ConditionOrderType::TakeProfitMarket | ConditionOrderType::TrailingStop => OrderType::Market,
    }
}

/// Validates a condition order against the rules of its contract.
pub(in crate::exchange) fn check(order: &PlaceConditionOrder, market: &Market) -> Result<ValidatedCondition, Reject> {
    let price =
        |reason, name, price: Decimal| orders::check_price(name, price, market).map_err(|error| Reject::condition(reason, error.details()));
    let missing = |reason, name| Reject::condition(reason, format_args!("{name} is missing, but {} requires it", order.order_type));
    let generated_type = generated_order_type(order.order_type);
    if generated_type == OrderType::Limit {
        price(ConditionReason::Price, "price", order.price.ok_or_else(|| missing(ConditionReason::Price, "price"))?)?;
    }
    if !order.close_position {
        let quantity = order.quantity.ok_or_else(|| missing(ConditionReason::Quantity, "quantity"))?;
        orders::check_quantity(quantity, generated_type, market)
            .map_err(|error| Reject::condition(ConditionReason::Quantity, error.details()))?;
    }
    if order.order_type != ConditionOrderType::TrailingStop {
        let stop = order.stop_price.ok_or_else(|| missing(ConditionReason::TriggerPrice, "stopPrice"))?;
        return Ok(ValidatedCondition { trigger: Some(price(ConditionReason::TriggerPrice, "stopPrice", stop)?), trailing: None });
    }
    let callback_rate = order.callback_rate.ok_or_else(|| missing(ConditionReason::CallbackRate, "callbackRate"))?;
    if !(MIN_CALLBACK_RATE..=MAX_CALLBACK_RATE).contains(&callback_rate) {
        let limits = format!("callbackRate must be from {MIN_CALLBACK_RATE} to {MAX_CALLBACK_RATE}, which is a ratio and not a percentage");
        return Err(Reject::condition(ConditionReason::CallbackRate, limits));
    }
    let activate = order.activate_price.map(|activate| price(ConditionReason::ActivatePrice, "activatePrice", activate)).transpose()?;
    Ok(ValidatedCondition { trigger: None, trailing: Some(Trailing { callback_rate, activate, best: None }) })
}
