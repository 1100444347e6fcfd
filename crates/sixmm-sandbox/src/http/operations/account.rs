//! The user's profile, balance, statistics and favorites.
//!
//! <https://docs.6mm.com/developer-api/rest-api/user-and-account>

use serde_json::json;

use super::views::{self, list, text};
use super::{Call, Outcome, filters, nothing, word};
use crate::exchange::{BalancePeriod, TrendRange};

pub(super) fn user_info(call: Call<'_>) -> Outcome {
    let user = call.user()?;
    let mut profile = json!({ "userId": &*user });
    if let Some(person) = call.state.users.get(&user) {
        profile["username"] = person.name.clone().into();
        profile["vipLevel"] = person.vip_level.into();
        if let Some(agent_id) = person.agent_id {
            profile["agentId"] = agent_id.into();
        }
        if let Some((at, from)) = person.last_login {
            profile["lastLoginAt"] = views::millis(at);
            profile["lastLoginIp"] = from.to_string().into();
        }
    }
    Ok(json!({ "userInfo": profile }))
}

pub(super) fn user_asset(call: Call<'_>) -> Outcome {
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

pub(super) fn account_change_logs(call: Call<'_>) -> Outcome {
    let (user, input) = (call.user()?, call.input);
    let (asset, change) = (input.text("assetType"), input.text("changeType"));
    let logs = call.state.exchange.account_change_logs(&user, asset, change, filters::time(input), filters::page(input))?;
    Ok(views::page(&logs, views::change_log))
}

pub(super) fn volume_stats(call: Call<'_>) -> Outcome {
    let stats = call.state.exchange.volume_stats(&call.user()?)?;
    Ok(json!({ "volume30d": text(stats.volume_30d), "feeTotal30d": text(stats.fee_total_30d) }))
}

pub(super) fn balance_history(call: Call<'_>) -> Outcome {
    let period = word("period", call.input.required("period"), BalancePeriod::parse)?;
    let points = call.state.exchange.balance_history(&call.user()?, period, call.input.integer("limit"))?;
    let items = list(&points, |point| json!({ "date": point.date, "balance": text(point.balance), "pnl": text(point.pnl) }));
    Ok(json!({ "items": items }))
}

pub(super) fn trade_overview(call: Call<'_>) -> Outcome {
    let mut overview = views::summary(&call.state.exchange.asset_overview_summary(&call.user()?)?);
    overview["items"] = trend(&call)?;
    Ok(overview)
}

pub(super) fn asset_overview_summary(call: Call<'_>) -> Outcome {
    Ok(views::summary(&call.state.exchange.asset_overview_summary(&call.user()?)?))
}

pub(super) fn asset_overview_trend(call: Call<'_>) -> Outcome {
    Ok(json!({ "items": trend(&call)? }))
}

fn trend(call: &Call<'_>) -> Outcome {
    let range = word("type", call.input.required("type"), TrendRange::parse)?;
    let points = call.state.exchange.asset_overview_trend(&call.user()?, range)?;
    Ok(list(&points, views::trend_point))
}

pub(super) fn save_favorite_symbols(call: Call<'_>) -> Outcome {
    let symbols = call.input.texts("symbols").unwrap_or_default();
    call.state.exchange.save_favorite_symbols(&call.user()?, symbols)?;
    Ok(nothing())
}

pub(super) fn favorite_symbols(call: Call<'_>) -> Outcome {
    Ok(json!({ "symbols": call.state.exchange.favorite_symbols(&call.user()?)? }))
}
