//! Positions and their settings.
//!
//! <https://docs.6mm.com/developer-api/rest-api/position>

use serde_json::json;

use super::views::{self, list};
use super::{Call, Outcome, filters, nothing, number, word};
use crate::exchange::{MarginMode, PositionHistorySide};

pub(super) fn set_margin_mode(call: Call<'_>) -> Outcome {
    let mode = number(call.input, "marginMode", MarginMode::from_code)?.unwrap_or(MarginMode::Cross);
    call.state.exchange.set_margin_mode(&call.user()?, call.input.inferred("symbol"), mode)?;
    Ok(nothing())
}

pub(super) fn set_leverage(call: Call<'_>) -> Outcome {
    let leverage = call.input.integer("leverage").unwrap_or_default();
    let set = call.state.exchange.set_leverage(&call.user()?, call.input.inferred("symbol"), leverage)?;
    Ok(json!({ "symbol": set.symbol, "leverage": set.leverage, "timestamp": views::millis(set.timestamp) }))
}

pub(super) fn position_settings(call: Call<'_>) -> Outcome {
    let settings = call.state.exchange.position_settings(&call.user()?, call.input.inferred("symbol"))?;
    Ok(json!({ "symbol": settings.symbol, "marginMode": settings.margin_mode.code(), "leverage": settings.leverage }))
}

pub(super) fn positions(call: Call<'_>) -> Outcome {
    let positions = call.state.exchange.positions(&call.user()?, call.input.text("symbol"))?;
    Ok(json!({ "positions": list(&positions, views::position) }))
}

pub(super) fn position_history(call: Call<'_>) -> Outcome {
    let (user, input) = (call.user()?, call.input);
    let side = input.text("side").map(|text| word("side", text, PositionHistorySide::parse)).transpose()?;
    let page = filters::page(input);
    let positions = call.state.exchange.position_history(&user, input.text("symbol"), side, filters::time(input), page)?;
    Ok(views::page(&positions, views::closed_position))
}
