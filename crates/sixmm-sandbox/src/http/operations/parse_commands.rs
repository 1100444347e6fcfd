//! Conversion of validated request parameters to commands of the trading core.

use super::{parse_code, parse_enum};
use crate::api_error::ApiError;
use crate::exchange::{
    AmendOrder, BboPriceType, ConditionOrderType, DrivenOn, OrderSide, OrderType, PlaceConditionOrder, PlaceOrder, PositionSide,
    StrategyLink, StrategySubOrder, StrategyTrigger, SubOrder, TimeInForce, TriggerPriceType,
};
use crate::spec::Input;

/// Parses a normal order.
pub(super) fn place(input: Input<'_>) -> Result<PlaceOrder, ApiError> {
    Ok(PlaceOrder {
        symbol: required_text(input, "symbol")?.to_owned(),
        order_type: parse_enum("type", required_text(input, "type")?, OrderType::parse)?,
        side: parse_enum("side", required_text(input, "side")?, OrderSide::parse)?,
        position_side: parse_or(input, "positionSide", PositionSide::parse, PositionSide::Both)?,
        price: input.decimal("price"),
        quantity: input.decimal("quantity"),
        time_in_force: parse_or(input, "timeInForce", TimeInForce::parse, TimeInForce::Gtc)?,
        reduce_only: input.flag("reduceOnly"),
        maker_only: input.flag("makerOnly"),
        close_position: input.flag("closePosition"),
        client_order_id: input.text("clientOrderId").map(str::to_owned),
        price_type: parse_code(input, "priceType", BboPriceType::from_code)?.unwrap_or(BboPriceType::SpecifiedPrice),
    })
}

/// Parses an amendment of a normal order.
pub(super) fn amend(input: Input<'_>) -> AmendOrder {
    AmendOrder { order_id: input.inferred("orderId").to_owned(), price: input.decimal("price"), quantity: input.decimal("quantity") }
}

/// Parses a condition order.
pub(super) fn place_condition(input: Input<'_>) -> Result<PlaceConditionOrder, ApiError> {
    Ok(PlaceConditionOrder {
        symbol: required_text(input, "symbol")?.to_owned(),
        order_type: parse_enum("type", required_text(input, "type")?, ConditionOrderType::parse)?,
        side: parse_enum("side", required_text(input, "side")?, OrderSide::parse)?,
        position_side: parse_or(input, "positionSide", PositionSide::parse, PositionSide::Both)?,
        price: input.decimal("price"),
        quantity: input.decimal("quantity"),
        time_in_force: parse_or(input, "timeInForce", TimeInForce::parse, TimeInForce::Gtc)?,
        reduce_only: input.flag("reduceOnly"),
        close_position: input.flag("closePosition"),
        client_order_id: input.text("clientOrderId").map(str::to_owned),
        stop_price: input.decimal("stopPrice"),
        working_type: parse_or(input, "workingType", TriggerPriceType::parse, TriggerPriceType::ContractPrice)?,
        activate_price: input.decimal("activatePrice"),
        callback_rate: input.decimal("callbackRate"),
    })
}

/// Parses an order of a strategy. The order type determines whether the result is a normal order or a condition order.
pub(super) fn sub_order(input: Input<'_>) -> Result<StrategySubOrder, ApiError> {
    let order = if OrderType::parse(required_text(input, "type")?).is_some() {
        SubOrder::Normal(place(input)?)
    } else {
        SubOrder::Condition(place_condition(input)?)
    };
    let links = [("firstDrivenId", "firstDrivenOn", "firstTrigger"), ("secondDrivenId", "secondDrivenOn", "secondTrigger")];
    let links = links.into_iter().filter_map(|names| link(input, names).transpose()).collect::<Result<_, _>>()?;
    Ok(StrategySubOrder { strategy_sub_id: input.integer("strategySubId"), links, order })
}

/// Parses a link of a strategy's order. The driving id `0` means that there is no link.
fn link(input: Input<'_>, (id, on, trigger): (&str, &str, &str)) -> Result<Option<StrategyLink>, ApiError> {
    let Some(driven_id) = input.integer(id).filter(|id| *id != 0) else { return Ok(None) };
    let driven_on = parse_enum(on, required_text(input, on)?, DrivenOn::parse)?;
    let trigger = parse_enum(trigger, required_text(input, trigger)?, StrategyTrigger::parse)?;
    Ok(Some(StrategyLink { driven_id, driven_on, trigger }))
}

/// Returns a parameter that the sandbox always requires. Rejects the request if the parameter is missing, because the specification does
/// not require the parameter for all operations.
fn required_text<'a>(input: Input<'a>, field: &str) -> Result<&'a str, ApiError> {
    input.text(field).ok_or_else(|| ApiError::business(2001, format!("Missing required parameter: {field}")))
}

fn parse_or<T>(input: Input<'_>, field: &str, parse: impl Fn(&str) -> Option<T>, default: T) -> Result<T, ApiError> {
    input.text(field).map_or(Ok(default), |text| parse_enum(field, text, parse))
}
