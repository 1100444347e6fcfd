//! Converts the exchange's description of a contract to trading rules.

use sixmm_api::types::SymbolInfo;
use sixmm_api::{Decimal, ExactDecimal};
use venue_runtime::SymbolRules;

/// The trading rules of a contract. `None` if the tick size or the step size is not above zero.
pub(super) fn rules(info: &SymbolInfo) -> Option<SymbolRules> {
    let rules = SymbolRules::new(info.tick_size, info.step_size)
        .inspect_err(|error| tracing::warn!(symbol = info.symbol, %error, "the rules of this contract cannot be read"))
        .ok()?
        .with_min_quantity(info.min_quantity)
        .with_min_notional(info.min_notional)
        .with_max_limit_quantity(info.max_limit_order_qty)
        .with_max_market_quantity(info.max_market_order_qty);
    let rules = match u64::try_from(info.max_open_orders) {
        Ok(orders @ 1..) => rules.with_max_open_orders(orders),
        _ => rules,
    };
    Some(match max_leverage(info) {
        Some(leverage) => rules.with_max_leverage(leverage),
        None => rules,
    })
}

/// The highest leverage of all tiers. The documentation does not name the fields of a tier, so the field name `maxLeverage` is a guess.
/// `None` if no tier has a positive `maxLeverage`.
fn max_leverage(info: &SymbolInfo) -> Option<Decimal> {
    let tiers = info.leverage_tiers.iter().filter_map(|tier| tier.as_json().get("maxLeverage"));
    let leverages = tiers.filter_map(|leverage| match leverage {
        serde_json::Value::String(text) => text.parse::<ExactDecimal>().ok().map(|exact| exact.0),
        number => number.as_i64().map(Decimal::from),
    });
    leverages.filter(|leverage| *leverage > Decimal::ZERO).max()
}
