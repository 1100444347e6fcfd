//! Operations of positions and their settings.
//!
//! <https://docs.6mm.com/developer-api/rest-api/position>

use serde_json::json;

use super::json_views::{self, list};
use super::{Call, OperationResult, empty_data, list_parameters, parse_code, parse_enum};
use crate::exchange::{MarginMode, PositionHistorySide};

pub(super) fn set_margin_mode(call: Call<'_>) -> OperationResult {
    let mode = parse_code(call.input, "marginMode", MarginMode::from_code)?.unwrap_or(MarginMode::Cross);
    call.state.exchange.set_margin_mode(&call.user()?, call.input.inferred("symbol"), mode)?;
    Ok(empty_data())
}

pub(super) fn set_leverage(call: Call<'_>) -> OperationResult {
    let leverage = call.input.integer("leverage").unwrap_or_default();
    let set = call.state.exchange.set_leverage(&call.user()?, call.input.inferred("symbol"), leverage)?;
    Ok(json!({ "symbol": set.symbol, "leverage": set.leverage, "timestamp": json_views::millis(set.timestamp) }))
}

pub(super) fn position_settings(call: Call<'_>) -> OperationResult {
    let settings = call.state.exchange.position_settings(&call.user()?, call.input.inferred("symbol"))?;
    Ok(json!({ "symbol": settings.symbol, "marginMode": settings.margin_mode.code(), "leverage": settings.leverage }))
}

pub(super) fn positions(call: Call<'_>) -> OperationResult {
    let positions = call.state.exchange.positions(&call.user()?, call.input.text("symbol"))?;
    Ok(json!({ "positions": list(&positions, json_views::position) }))
}

pub(super) fn position_history(call: Call<'_>) -> OperationResult {
    let (user, input) = (call.user()?, call.input);
    let side = input.text("side").map(|text| parse_enum("side", text, PositionHistorySide::parse)).transpose()?;
    let page = list_parameters::page(input);
    let positions = call.state.exchange.position_history(&user, input.text("symbol"), side, list_parameters::time(input), page)?;
    Ok(json_views::page(&positions, json_views::closed_position))
}
