//! From a checked request to a command.

use super::{number, word};
use crate::exchange::{
    AmendOrder, BboPriceType, ConditionOrderType, DrivenOn, OrderSide, OrderType, PlaceConditionOrder, PlaceOrder, PositionSide,
    StrategyLink, StrategySubOrder, StrategyTrigger, SubOrder, TimeInForce, TriggerPriceType,
};
use crate::refusal::Refusal;
use crate::spec::Input;

/// A normal order.
pub(super) fn place(input: Input<'_>) -> Result<PlaceOrder, Refusal> {
    Ok(PlaceOrder {
        symbol: needed(input, "symbol")?.to_owned(),
        order_type: word("type", needed(input, "type")?, OrderType::parse)?,
        side: word("side", needed(input, "side")?, OrderSide::parse)?,
        position_side: or(input, "positionSide", PositionSide::parse, PositionSide::Both)?,
        price: input.decimal("price"),
        quantity: input.decimal("quantity"),
        time_in_force: or(input, "timeInForce", TimeInForce::parse, TimeInForce::Gtc)?,
        reduce_only: input.flag("reduceOnly"),
        maker_only: input.flag("makerOnly"),
        close_position: input.flag("closePosition"),
        client_order_id: input.text("clientOrderId").map(str::to_owned),
        price_type: number(input, "priceType", BboPriceType::from_code)?.unwrap_or(BboPriceType::SpecifiedPrice),
    })
}

/// A change of a normal order.
pub(super) fn amend(input: Input<'_>) -> AmendOrder {
    AmendOrder { order_id: input.inferred("orderId").to_owned(), price: input.decimal("price"), quantity: input.decimal("quantity") }
}

/// A condition order.
pub(super) fn place_condition(input: Input<'_>) -> Result<PlaceConditionOrder, Refusal> {
    Ok(PlaceConditionOrder {
        symbol: needed(input, "symbol")?.to_owned(),
        order_type: word("type", needed(input, "type")?, ConditionOrderType::parse)?,
        side: word("side", needed(input, "side")?, OrderSide::parse)?,
        position_side: or(input, "positionSide", PositionSide::parse, PositionSide::Both)?,
        price: input.decimal("price"),
        quantity: input.decimal("quantity"),
        time_in_force: or(input, "timeInForce", TimeInForce::parse, TimeInForce::Gtc)?,
        reduce_only: input.flag("reduceOnly"),
        close_position: input.flag("closePosition"),
        client_order_id: input.text("clientOrderId").map(str::to_owned),
        stop_price: input.decimal("stopPrice"),
        working_type: or(input, "workingType", TriggerPriceType::parse, TriggerPriceType::ContractPrice)?,
        activate_price: input.decimal("activatePrice"),
        callback_rate: input.decimal("callbackRate"),
    })
}

/// An order of a strategy: its type tells whether it is a normal or a condition order.
pub(super) fn sub_order(input: Input<'_>) -> Result<StrategySubOrder, Refusal> {
    let order = if OrderType::parse(needed(input, "type")?).is_some() {
        SubOrder::Normal(place(input)?)
    } else {
        SubOrder::Condition(place_condition(input)?)
    };
    let links = [("firstDrivenId", "firstDrivenOn", "firstTrigger"), ("secondDrivenId", "secondDrivenOn", "secondTrigger")];
    let links = links.into_iter().filter_map(|names| link(input, names).transpose()).collect::<Result<_, _>>()?;
    Ok(StrategySubOrder { strategy_sub_id: input.integer("strategySubId"), links, order })
}

/// What an order of a strategy waits for; `0` is nothing.
fn link(input: Input<'_>, (id, on, trigger): (&str, &str, &str)) -> Result<Option<StrategyLink>, Refusal> {
    let Some(driven_id) = input.integer(id).filter(|id| *id != 0) else { return Ok(None) };
    let driven_on = word(on, needed(input, on)?, DrivenOn::parse)?;
    let trigger = word(trigger, needed(input, trigger)?, StrategyTrigger::parse)?;
    Ok(Some(StrategyLink { driven_id, driven_on, trigger }))
}

/// A field that the specification does not require everywhere, and the exchange does here.
fn needed<'a>(input: Input<'a>, field: &str) -> Result<&'a str, Refusal> {
    input.text(field).ok_or_else(|| Refusal::business(2001, format!("Missing required parameter: {field}")))
}

fn or<T>(input: Input<'_>, field: &str, parse: impl Fn(&str) -> Option<T>, usual: T) -> Result<T, Refusal> {
    input.text(field).map_or(Ok(usual), |text| word(field, text, parse))
}
