//! Operations of condition orders and strategies.
//!
//! <https://docs.6mm.com/developer-api/rest-api/order>

use serde_json::json;

use super::json_views::{self, list};
use super::parse_commands::{place_condition, sub_order};
use super::{Call, OperationResult, empty_data, list_parameters, parse_code, parse_enum};
use crate::exchange::{ConditionFilter, OrderSide, PlaceStrategyOrder, StrategyType};

pub(super) fn place_condition_order(call: Call<'_>) -> OperationResult {
    let order = place_condition(call.input)?;
    let placed = call.state.exchange.place_condition_order(&call.user()?, order)?;
    Ok(json!({
        "conditionId": placed.condition_id.to_string(),
        "conditionStatus": placed.condition_status.as_str(),
        "timestamp": json_views::millis(placed.timestamp),
    }))
}

pub(super) fn cancel_condition_order(call: Call<'_>) -> OperationResult {
    let (user, id) = (call.user()?, call.input.inferred("conditionId"));
    let conditions = || call.state.exchange.current_condition_orders(&user, None).unwrap_or_default().into_iter();
    // A request without a symbol passes validation only if inferences are ignored. The symbol is then taken from the condition order with
    // the requested id.
    let of_the_order = || conditions().find(|order| order.condition_id.to_string() == id).map(|order| order.symbol.to_string());
    let symbol = call.input.text("symbol").map(str::to_owned).or_else(of_the_order).unwrap_or_default();
    call.state.exchange.cancel_condition_order(&user, &symbol, id)?;
    Ok(empty_data())
}

pub(super) fn current_condition_orders(call: Call<'_>) -> OperationResult {
    let orders = call.state.exchange.current_condition_orders(&call.user()?, call.input.text("symbol"))?;
    Ok(json!({ "list": list(&orders, json_views::condition_order), "total": orders.len() }))
}

pub(super) fn condition_order_history(call: Call<'_>) -> OperationResult {
    let input = call.input;
    let filter = ConditionFilter {
        symbol: input.text("symbol").map(str::to_owned),
        side: parse_code(input, "side", OrderSide::from_filter)?,
        status: input.integer("status"),
        time: list_parameters::time(input),
    };
    let orders = call.state.exchange.condition_order_history(&call.user()?, &filter, list_parameters::page(input))?;
    Ok(json_views::page(&orders, json_views::condition_order))
}

pub(super) fn place_strategy_order(call: Call<'_>) -> OperationResult {
    let strategy = PlaceStrategyOrder {
        strategy_type: parse_enum("strategyType", call.input.required("strategyType"), StrategyType::parse)?,
        sub_orders: call.input.objects("subOrderList").map(sub_order).collect::<Result<_, _>>()?,
    };
    let placed = call.state.exchange.place_strategy_order(&call.user()?, strategy)?;
    Ok(json!({
        "strategyId": placed.strategy_id.to_string(),
        "strategyStatus": placed.strategy_status.as_str(),
        "timestamp": json_views::millis(placed.timestamp),
    }))
}

pub(super) fn strategy_order(call: Call<'_>) -> OperationResult {
    Ok(json_views::strategy_order(&call.state.exchange.strategy_order(&call.user()?, call.input.inferred("strategyId"))?))
}
