//! Operations of contracts, funding rates, candlesticks and the profit ranking.
//!
//! <https://docs.6mm.com/developer-api/rest-api/market-data>

use serde_json::json;

use super::json_views::{self, list, text};
use super::{Call, OperationResult, list_parameters, parse_enum};
use crate::exchange::{KlineInterval, KlinePriceType, LeaderboardPeriod};

pub(super) fn symbols(call: Call<'_>) -> OperationResult {
    let tiers = call.state.exchange.fee_tiers();
    let tiers = list(
        &tiers,
        |tier| json!({ "level": tier.level, "makerFeeRate": text(tier.maker_fee_rate), "takerFeeRate": text(tier.taker_fee_rate) }),
    );
    Ok(json!({ "list": list(&call.state.exchange.symbols(), json_views::symbol), "handlingFeeLevelConfig": tiers }))
}

pub(super) fn funding_rate_config(call: Call<'_>) -> OperationResult {
    let configs = call.state.exchange.funding_rate_configs(call.input.text("symbol"))?;
    let configs = list(&configs, |config| {
        json!({
            "symbol": config.symbol,
            "fundingIntervalHours": config.funding_interval_hours,
            "interestRate": text(config.interest_rate),
            "maxFundingRate": text(config.max_funding_rate),
        })
    });
    Ok(json!({ "list": configs }))
}

pub(super) fn current_funding_rates(call: Call<'_>) -> OperationResult {
    let rates = call.state.exchange.current_funding_rates(call.input.text("symbol"), list_parameters::page(call.input))?;
    Ok(json_views::page(&rates, json_views::funding_rate))
}

pub(super) fn funding_rate_history(call: Call<'_>) -> OperationResult {
    let (symbol, time, page) = (call.input.required("symbol"), list_parameters::time(call.input), list_parameters::page(call.input));
    let rates = call.state.exchange.funding_rate_history(symbol, time, page)?;
    Ok(json_views::page(&rates, json_views::funding_rate))
}

pub(super) fn klines(call: Call<'_>) -> OperationResult {
    let interval = parse_enum("interval", call.input.required("interval"), KlineInterval::parse)?;
    let price_type = call.input.text("priceType").map(|text| parse_enum("priceType", text, KlinePriceType::parse)).transpose()?;
    let (symbol, time, limit) = (call.input.required("symbol"), list_parameters::time(call.input), call.input.integer("limit"));
    let klines = call.state.exchange.klines(symbol, interval, price_type, time, limit)?;
    Ok(json!({ "list": list(&klines, json_views::kline) }))
}

pub(super) fn pnl_leaderboard(call: Call<'_>) -> OperationResult {
    let period = parse_enum("period", call.input.required("period"), LeaderboardPeriod::parse)?;
    let ranking = call.state.exchange.leaderboard(period, call.caller.user().map(|user| &**user));
    let ranks = list(&ranking.list, |rank| {
        json!({
            "rank": rank.rank,
            "userId": rank.user_id,
            "trader": rank.trader,
            "volume": text(rank.volume),
            "pnlAmount": text(rank.pnl_amount),
            "pnlPct": text(rank.pnl_pct),
        })
    });
    Ok(json!({ "list": ranks, "myRank": ranking.my_rank }))
}
