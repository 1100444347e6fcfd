//! The rules of a contract: what is wrong with an order whatever the state of the book and of the account.

use rust_decimal::Decimal;

use super::super::command::PlaceOrder;
use super::super::market::{MOST, Market};
use super::super::reject::Reject;
use super::super::terms::{BboPriceType, OrderType, TimeInForce};
use super::reduces;
use crate::engine::{Lots, Ticks};

/// Price and quantity in ticks and lots, where the order names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::exchange) struct Checked {
    pub(in crate::exchange) price: Option<Ticks>,
    pub(in crate::exchange) lots: Option<Lots>,
}

/// Checks an order against the rules of its contract.
pub(in crate::exchange) fn check(order: &PlaceOrder, market: &Market) -> Result<Checked, Reject> {
    let is_limit = order.order_type == OrderType::Limit;
    if order.time_in_force == TimeInForce::GteGtc {
        return Err(Reject::invalid("timeInForce GTE_GTC is for condition orders"));
    }
    if order.maker_only && (!is_limit || order.time_in_force != TimeInForce::Gtc) {
        return Err(Reject::invalid("makerOnly is for limit orders with timeInForce GTC"));
    }
    if !is_limit && order.price_type != BboPriceType::SpecifiedPrice {
        return Err(Reject::invalid("priceType is for limit orders"));
    }
    let price = match (is_limit, order.price_type, order.price) {
        (true, BboPriceType::SpecifiedPrice, None) => return Err(Reject::missing("price")),
        (true, BboPriceType::SpecifiedPrice, Some(price)) => Some(check_price("price", price, market)?),
        // A market order has no price, and one that takes it from the book has not got it yet.
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
    Ok(Checked { price, lots })
}

/// A price in ticks; `name` is that of the field.
pub(in crate::exchange) fn check_price(name: &str, price: Decimal, market: &Market) -> Result<Ticks, Reject> {
    let (symbol, tick) = (&market.rules.symbol, market.rules.tick_size.normalize());
    if price <= Decimal::ZERO {
        return Err(Reject::out_of_range(format_args!("{name} must be greater than 0, and is {price}")));
    }
    if price > tick * Decimal::from(MOST) {
        return Err(Reject::out_of_range(format_args!("{name} {price} of {symbol} is too large")));
    }
    market.ticks(price).ok_or_else(|| {
        let nearest = ((price / tick).round().max(Decimal::ONE) * tick).normalize();
        Reject::invalid(format_args!("{name} {price} is no multiple of the tick size {tick} of {symbol}; the nearest is {nearest}"))
    })
}

/// A quantity in lots.
pub(in crate::exchange) fn check_quantity(quantity: Decimal, order_type: OrderType, market: &Market) -> Result<Lots, Reject> {
    let rules = &market.rules;
    let (symbol, step) = (&rules.symbol, rules.step_size.normalize());
    let most = match order_type {
        OrderType::Limit => rules.max_limit_order_qty,
        OrderType::Market => rules.max_market_order_qty,
    };
    if quantity < rules.min_quantity {
        let least = rules.min_quantity.normalize();
        return Err(Reject::out_of_range(format_args!("quantity {quantity} is below the minimum {least} of {symbol}")));
    }
    if quantity > most {
        return Err(Reject::out_of_range(format_args!(
            "quantity {quantity} is above the maximum {most} of a {order_type} order of {symbol}"
        )));
    }
    market
        .lots(quantity)
        .ok_or_else(|| Reject::invalid(format_args!("quantity {quantity} is no multiple of the step size {step} of {symbol}")))
}

/// Whether an order is worth enough, and not so much that money would not stay exact.
pub(in crate::exchange) fn check_notional(lots: Lots, price: Ticks, market: &Market) -> Result<(), Reject> {
    let (value, least) = (market.value(price, lots).normalize(), market.rules.min_notional.normalize());
    if value < least {
        let symbol = &market.rules.symbol;
        return Err(Reject::out_of_range(format_args!("price times quantity is {value}, below the minimum {least} of {symbol}")));
    }
    check_most_money(price, lots, market)
}

/// Whether an order is worth no more than money that stays exact.
pub(in crate::exchange) fn check_most_money(price: Ticks, lots: Lots, market: &Market) -> Result<(), Reject> {
    let (value, most) = (market.value(price, lots), market.most_money);
    if value > most {
        let value = value.normalize();
        return Err(Reject::out_of_range(format_args!("price times quantity is {value}, above the maximum {most} USDT of an order")));
    }
    Ok(())
}
