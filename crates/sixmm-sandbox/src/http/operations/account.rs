//! Operations of the user's profile, balance, statistics and favorite contracts.
//!
//! <https://docs.6mm.com/developer-api/rest-api/user-and-account>

use serde_json::json;

use super::json_views::{self, list, text};
use super::{Call, OperationResult, empty_data, list_parameters, parse_enum};
use crate::exchange::{BalancePeriod, TrendRange};

pub(super) fn user_info(call: Call<'_>) -> OperationResult {
    let user = call.user()?;
    let mut profile = json!({ "userId": &*user });
    if let Some(record) = call.state.users.get(&user) {
        profile["username"] = record.name.clone().into();
        profile["vipLevel"] = record.vip_level.into();
        if let Some(agent_id) = record.agent_id {
            profile["agentId"] = agent_id.into();
        }
        if let Some((at, from)) = record.last_login {
            profile["lastLoginAt"] = json_views::millis(at);
            profile["lastLoginIp"] = from.to_string().into();
        }
    }
    Ok(json!({ "userInfo": profile }))
}

pub(super) fn user_asset(call: Call<'_>) -> OperationResult {
    let asset = call.state.exchange.asset(&call.user()?)?;
    Ok(json!({
        "userAsset": {
            "userId": asset.user_id,
            "assetType": asset.asset_type,
            "walletBalance": text(asset.wallet_balance),
            "frozenMargin": text(asset.frozen_margin),
            "usedMargin": text(asset.used_margin),
        }
    }))
}

pub(super) fn account_change_logs(call: Call<'_>) -> OperationResult {
    let (user, input) = (call.user()?, call.input);
    let (asset, change) = (input.text("assetType"), input.text("changeType"));
    let logs = call.state.exchange.account_change_logs(&user, asset, change, list_parameters::time(input), list_parameters::page(input))?;
    Ok(json_views::page(&logs, json_views::change_log))
}

pub(super) fn volume_stats(call: Call<'_>) -> OperationResult {
    let stats = call.state.exchange.volume_stats(&call.user()?)?;
    Ok(json!({ "volume30d": text(stats.volume_30d), "feeTotal30d": text(stats.fee_total_30d) }))
}

pub(super) fn balance_history(call: Call<'_>) -> OperationResult {
    let period = parse_enum("period", call.input.required("period"), BalancePeriod::parse)?;
    let points = call.state.exchange.balance_history(&call.user()?, period, call.input.integer("limit"))?;
    let items = list(&points, |point| json!({ "date": point.date, "balance": text(point.balance), "pnl": text(point.pnl) }));
    Ok(json!({ "items": items }))
}

pub(super) fn trade_overview(call: Call<'_>) -> OperationResult {
    let mut overview = json_views::summary(&call.state.exchange.asset_overview_summary(&call.user()?)?);
    overview["items"] = trend(&call)?;
    Ok(overview)
}

pub(super) fn asset_overview_summary(call: Call<'_>) -> OperationResult {
    Ok(json_views::summary(&call.state.exchange.asset_overview_summary(&call.user()?)?))
}

pub(super) fn asset_overview_trend(call: Call<'_>) -> OperationResult {
    Ok(json!({ "items": trend(&call)? }))
}

fn trend(call: &Call<'_>) -> OperationResult {
    let range = parse_enum("type", call.input.required("type"), TrendRange::parse)?;
    let points = call.state.exchange.asset_overview_trend(&call.user()?, range)?;
    Ok(list(&points, json_views::trend_point))
}

pub(super) fn save_favorite_symbols(call: Call<'_>) -> OperationResult {
    let symbols = call.input.texts("symbols").unwrap_or_default();
    call.state.exchange.save_favorite_symbols(&call.user()?, symbols)?;
    Ok(empty_data())
}

pub(super) fn favorite_symbols(call: Call<'_>) -> OperationResult {
    Ok(json!({ "symbols": call.state.exchange.favorite_symbols(&call.user()?)? }))
}
