//! Validation of an order against the rules of its contract. These checks do not depend on the book or on the account.

use rust_decimal::Decimal;

use super::super::command::PlaceOrder;
use super::super::enums::{BboPriceType, OrderType, TimeInForce};
use super::super::market::Market;
use super::super::reject::Reject;
use super::reduces;
use crate::engine::{Lots, MAX_UNITS, Ticks};

/// Price and quantity of an order in ticks and lots, if the order specifies them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::exchange) struct ValidatedOrder {
    pub(in crate::exchange) price: Option<Ticks>,
    pub(in crate::exchange) lots: Option<Lots>,
}

/// Validates an order against the rules of its contract.
pub(in crate::exchange) fn check(order: &PlaceOrder, market: &Market) -> Result<ValidatedOrder, Reject> {
    let is_limit = order.order_type == OrderType::Limit;
    if order.time_in_force == TimeInForce::GteGtc {
        return Err(Reject::invalid("timeInForce GTE_GTC is only valid for condition orders"));
    }
    if order.maker_only && (!is_limit || order.time_in_force != TimeInForce::Gtc) {
        return Err(Reject::invalid("makerOnly is only valid for limit orders with timeInForce GTC"));
    }
    if !is_limit && order.price_type != BboPriceType::SpecifiedPrice {
        return Err(Reject::invalid("priceType is only valid for limit orders"));
    }
    let price = match (is_limit, order.price_type, order.price) {
        (true, BboPriceType::SpecifiedPrice, None) => return Err(Reject::missing("price")),
        (true, BboPriceType::SpecifiedPrice, Some(price)) => Some(check_price("price", price, market)?),
        // A market order has no price. The price of a limit order that takes its price from the book is determined later.
        _ => None,
    };
    let lots = match (order.quantity, order.close_position) {
        (_, true) => None,
        (None, false) => return Err(Reject::missing("quantity")),
        (Some(quantity), false) => Some(check_quantity(quantity, order.order_type, market)?),
    };
    if let (Some(lots), Some(price), false) = (lots, price, reduces(order.reduce_only, order.position_side, order.side)) {
        check_notional(lots, price, market)?;
    }
    Ok(ValidatedOrder { price, lots })
}

/// Converts a price to ticks. `name` is the name of the field in error messages.
pub(in crate::exchange) fn check_price(name: &str, price: Decimal, market: &Market) -> Result<Ticks, Reject> {
    let (symbol, tick) = (&market.rules.symbol, market.rules.tick_size.normalize());
    if price <= Decimal::ZERO {
        return Err(Reject::out_of_range(format_args!("{name} must be greater than 0, but is {price}")));
    }
    if price > tick * Decimal::from(MAX_UNITS) {
        return Err(Reject::out_of_range(format_args!("{name} {price} of {symbol} is too large")));
    }
    market.ticks(price).ok_or_else(|| {
        let nearest = ((price / tick).round().max(Decimal::ONE) * tick).normalize();
        Reject::invalid(format_args!(
            "{name} {price} is not a multiple of the tick size {tick} of {symbol}. The nearest multiple is {nearest}"
        ))
    })
}

/// Converts a quantity to lots.
pub(in crate::exchange) fn check_quantity(quantity: Decimal, order_type: OrderType, market: &Market) -> Result<Lots, Reject> {
    let rules = &market.rules;
    let (symbol, step) = (&rules.symbol, rules.step_size.normalize());
    let max = match order_type {
        OrderType::Limit => rules.max_limit_order_qty,
        OrderType::Market => rules.max_market_order_qty,
    };
    if quantity < rules.min_quantity {
        let min = rules.min_quantity.normalize();
        return Err(Reject::out_of_range(format_args!("quantity {quantity} is below the minimum {min} of {symbol}")));
    }
    if quantity > max {
        return Err(Reject::out_of_range(format_args!(
            "quantity {quantity} is above the maximum {max} of a {order_type} order of {symbol}"
        )));
    }
    market
        .lots(quantity)
        .ok_or_else(|| Reject::invalid(format_args!("quantity {quantity} is not a multiple of the step size {step} of {symbol}")))
}

/// Checks that the notional of an order is at least the contract's minimum and at most the money limit, up to which amounts are exact.
pub(in crate::exchange) fn check_notional(lots: Lots, price: Ticks, market: &Market) -> Result<(), Reject> {
    let (value, min) = (market.value(price, lots).normalize(), market.rules.min_notional.normalize());
    if value < min {
        let symbol = &market.rules.symbol;
        return Err(Reject::out_of_range(format_args!("price times quantity is {value}, below the minimum {min} of {symbol}")));
    }
    check_max_money(price, lots, market)
}

/// Checks that the value of an order is within the money limit.
pub(in crate::exchange) fn check_max_money(price: Ticks, lots: Lots, market: &Market) -> Result<(), Reject> {
    let (value, max) = (market.value(price, lots), market.max_money);
    if value > max {
        let value = value.normalize();
        return Err(Reject::out_of_range(format_args!("price times quantity is {value}, above the maximum {max} USDT of an order")));
    }
    Ok(())
}
