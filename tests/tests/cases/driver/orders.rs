//! Orders from their documented parameters.

use serde_json::Value;
use sixmm_ext::types::{BboPriceType, ConditionTimeInForce, PositionSide, TimeInForce, TriggerPriceType};
use sixmm_ext::{
    NewConditionOrder, NewOrder, NewStrategy,
    orders::{AmendItem, StrategyLeg, UnfinishedOrder},
};

/// A parameter that is text.
pub(super) fn text<'a>(parameters: &'a Value, name: &str) -> &'a str {
    given(parameters, name).unwrap_or_else(|| panic!("the case gives no {name}"))
}

pub(super) fn given<'a>(parameters: &'a Value, name: &str) -> Option<&'a str> {
    parameters.get(name).map(|value| value.as_str().unwrap_or_else(|| panic!("the case's {name} is no text")))
}

pub(super) fn is(parameters: &Value, name: &str) -> bool {
    parameters.get(name).and_then(Value::as_bool).unwrap_or_default()
}

pub(super) fn items(parameters: &Value, name: &str) -> Vec<Value> {
    parameters.get(name).and_then(Value::as_array).cloned().unwrap_or_else(|| panic!("the case gives no {name}"))
}

fn draft(parameters: &Value) -> UnfinishedOrder {
    let symbol = text(parameters, "symbol");
    let is_buy = text(parameters, "side") == "BUY";
    match given(parameters, "quantity") {
        Some(quantity) if is_buy => NewOrder::buy(symbol, quantity),
        Some(quantity) => NewOrder::sell(symbol, quantity),
        None if is_buy => NewOrder::close_short(symbol),
        None => NewOrder::close_long(symbol),
    }
}

/// Sets the options that orders and condition orders have in common.
macro_rules! with_common_options {
    ($order:expr, $parameters:expr) => {{
        let (mut order, parameters) = ($order, $parameters);
        if is(parameters, "reduceOnly") {
            order = order.reduce_only();
        }
        if let Some(side) = given(parameters, "positionSide") {
            order = order.position_side(PositionSide::from(side));
        }
        if let Some(id) = given(parameters, "clientOrderId") {
            order = order.client_order_id(id);
        }
        order
    }};
}

/// A normal order.
pub(super) fn normal(parameters: &Value) -> NewOrder {
    let draft = draft(parameters);
    let mut order = match (text(parameters, "type"), given(parameters, "price"), parameters.get("priceType").and_then(Value::as_i64)) {
        ("MARKET", ..) => draft.market(),
        (_, Some(price), _) => draft.limit(price),
        (_, None, Some(price_type)) => draft.best_price(BboPriceType::from(price_type)),
        (_, None, None) => panic!("the case gives no price"),
    };
    if let Some(time_in_force) = given(parameters, "timeInForce") {
        order = order.time_in_force(TimeInForce::from(time_in_force));
    }
    if is(parameters, "makerOnly") {
        order = order.maker_only();
    }
    with_common_options!(order, parameters)
}

/// A condition order.
pub(super) fn condition(parameters: &Value) -> NewConditionOrder {
    let draft = draft(parameters);
    let mut order = match text(parameters, "type") {
        "TRAILING_STOP" => draft.trailing_stop(text(parameters, "callbackRate")),
        "TAKE_PROFIT_MARKET" | "TAKE_PROFIT_LIMIT" => draft.take_profit(text(parameters, "stopPrice")),
        _ => draft.stop(text(parameters, "stopPrice")),
    };
    if let Some(price) = given(parameters, "price") {
        order = order.limit(price);
    }
    if let Some(price) = given(parameters, "activatePrice") {
        order = order.activate_at(price);
    }
    if let Some(working_type) = given(parameters, "workingType") {
        order = order.trigger_by(TriggerPriceType::from(working_type));
    }
    if let Some(time_in_force) = given(parameters, "timeInForce") {
        order = order.time_in_force(ConditionTimeInForce::from(time_in_force));
    }
    with_common_options!(order, parameters)
}

/// Orders that depend on each other.
pub(super) fn strategy(parameters: &Value) -> NewStrategy {
    let legs = items(parameters, "subOrderList");
    let is_normal = |leg: &Value| ["LIMIT", "MARKET"].contains(&text(leg, "type"));
    let leg = |leg: &Value| -> StrategyLeg { if is_normal(leg) { normal(leg).into() } else { condition(leg).into() } };
    match text(parameters, "strategyType") {
        "OTO" => NewStrategy::one_triggers_other(normal(&legs[0]), leg(&legs[1])),
        "OCO" => NewStrategy::one_cancels_other(leg(&legs[0]), leg(&legs[1])),
        _ => NewStrategy::bracket(normal(&legs[0]), condition(&legs[1]), condition(&legs[2])),
    }
}

/// A change of one order of a batch.
pub(super) fn amendment(parameters: &Value) -> AmendItem {
    let mut item = AmendItem::new(text(parameters, "orderId"));
    if let Some(price) = given(parameters, "price") {
        item = item.price(price);
    }
    if let Some(quantity) = given(parameters, "quantity") {
        item = item.total_quantity(quantity);
    }
    item
}
