//! Conversion of the results of commands and queries to JSON, with the field names of the specification.
//!
//! Decimals and ids are strings. Fields without a value are omitted.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::UnixMillis;
use crate::exchange::{
    AccountChangeLog, AssetOverviewSummary, AssetTrendPoint, ClosedPosition, ConditionOrder, FundingRate, Kline, Order, Page, Position,
    StrategyOrder, StrategySubOrderState, SymbolInfo, Trade,
};

/// A decimal as a JSON string: exact, without exponent, without trailing zeros.
pub(crate) fn text(number: Decimal) -> Value {
    Value::String(number.normalize().to_string())
}

pub(super) fn millis(time: UnixMillis) -> Value {
    time.as_millis().into()
}

/// A page of a list with the total number of entries.
pub(super) fn page<T>(page: &Page<T>, view: impl Fn(&T) -> Value) -> Value {
    json!({ "list": list(&page.list, view), "total": page.total })
}

pub(crate) fn list<T>(entries: &[T], view: impl Fn(&T) -> Value) -> Value {
    entries.iter().map(view).collect()
}

/// A time in UTC in RFC 3339 format, limited to the range of the calendar.
pub(super) fn iso(seconds: i64) -> String {
    let nearest = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(seconds).unwrap_or(nearest).to_string()
}

/// Adds the fields that have a value.
fn with<const N: usize>(mut view: Value, optional: [(&str, Option<Value>); N]) -> Value {
    if let Some(view) = view.as_object_mut() {
        let present = optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        view.extend(present.collect::<Map<String, Value>>());
    }
    view
}

fn id(id: impl ToString) -> Value {
    Value::String(id.to_string())
}

pub(super) fn symbol(of: &SymbolInfo) -> Value {
    let tiers = list(&of.leverage_tiers, |tier| {
        json!({
            "tier": tier.tier,
            "maxLeverage": tier.max_leverage,
            "maintenanceMarginRate": text(tier.maintenance_margin_rate),
        })
    });
    json!({
        "symbol": of.symbol,
        "baseAsset": of.base_asset,
        "quoteAsset": of.quote_asset,
        "minQuantity": text(of.min_quantity),
        "minNotional": text(of.min_notional),
        "tickSize": text(of.tick_size),
        "stepSize": text(of.step_size),
        "pricePrecision": of.price_precision,
        "maxLimitOrderQty": text(of.max_limit_order_qty),
        "maxMarketOrderQty": text(of.max_market_order_qty),
        "maxOpenOrders": of.max_open_orders,
        "defaultLeverage": of.default_leverage,
        "defaultMarginMode": of.default_margin_mode.code(),
        "leverageTiers": tiers,
    })
}

pub(super) fn funding_rate(of: &FundingRate) -> Value {
    json!({
        "symbol": of.symbol,
        "fundingRate": text(of.funding_rate),
        "fundingTime": millis(of.funding_time),
        "markPrice": text(of.mark_price),
        "indexPrice": text(of.index_price),
    })
}

pub(crate) fn kline(of: &Kline) -> Value {
    let view = json!({
        "openTime": millis(of.open_time),
        "open": text(of.open),
        "high": text(of.high),
        "low": text(of.low),
        "close": text(of.close),
        "closeTime": millis(of.close_time),
    });
    with(view, [("volume", of.volume.map(text))])
}

pub(super) fn change_log(of: &AccountChangeLog) -> Value {
    let view = json!({
        "assetType": of.asset_type,
        "amount": text(of.amount),
        "walletBalanceBefore": text(of.wallet_balance_before),
        "walletBalanceAfter": text(of.wallet_balance_after),
        "frozenBalanceBefore": text(of.frozen_balance_before),
        "frozenBalanceAfter": text(of.frozen_balance_after),
        "changeType": of.change_type.as_str(),
        "createdAt": millis(of.created_at),
    });
    with(view, [("referenceId", of.reference_id.map(|id| id.to_string().into()))])
}

pub(super) fn summary(of: &AssetOverviewSummary) -> Value {
    json!({
        "todayPnl": text(of.today_pnl),
        "todayVolume": text(of.today_volume),
        "totalVolume": text(of.total_volume),
        "totalPnl": text(of.total_pnl),
        "maxDrawdown30d": text(of.max_drawdown_30d),
        "maxDrawdown30dRate": text(of.max_drawdown_30d_rate),
        "transferIn": text(of.transfer_in),
        "transferOut": text(of.transfer_out),
    })
}

pub(super) fn trend_point(of: &AssetTrendPoint) -> Value {
    json!({
        "snapshotTime": millis(of.snapshot_time),
        "balance": text(of.balance),
        "pnl": text(of.pnl),
        "pnlRate": text(of.pnl_rate),
        "totalPnl": text(of.total_pnl),
    })
}

pub(crate) fn order(of: &Order) -> Value {
    let view = json!({
        "symbol": of.symbol,
        "orderId": id(of.order_id),
        "orderCategory": "NORMAL",
        "orderType": of.order_type.as_str(),
        "side": of.side.as_str(),
        "status": of.status.as_str(),
        "timeInForce": of.time_in_force.as_str(),
        "quantity": text(of.quantity),
        "filledQuantity": text(of.filled_quantity),
        "remainingQuantity": text(of.remaining_quantity),
        "reduceOnly": of.reduce_only,
        "closeOnly": of.close_only,
        "makerOnly": of.maker_only,
        "leverage": of.leverage,
        "marginMode": of.margin_mode.as_str(),
        "createdAt": millis(of.created_at),
        "updatedAt": millis(of.updated_at),
    });
    with(
        view,
        [
            ("clientOrderId", of.client_order_id.clone().map(Value::String)),
            ("price", of.price.map(text)),
            ("avgFilledPrice", of.avg_filled_price.map(text)),
        ],
    )
}

pub(super) fn condition_order(of: &ConditionOrder) -> Value {
    let view = json!({
        "symbol": of.symbol,
        "conditionId": id(of.condition_id),
        "orderCategory": "CONDITIONAL",
        "side": of.side.as_str(),
        "orderType": of.order_type.as_str(),
        "triggerType": of.trigger_type.as_str(),
        "workingType": of.working_type.as_str(),
        "timeInForce": of.time_in_force.as_str(),
        "reduceOnly": of.reduce_only,
        "closePosition": of.close_position,
        "leverage": of.leverage,
        "marginMode": of.margin_mode.as_str(),
        "status": of.status.as_str(),
        "triggerStatus": of.status.as_str(),
        "createdAt": millis(of.created_at),
        "updatedAt": millis(of.updated_at),
    });
    with(
        view,
        [
            ("generatedOrderId", of.generated_order_id.map(id)),
            ("clientOrderId", of.client_order_id.clone().map(Value::String)),
            ("price", of.price.map(text)),
            ("quantity", of.quantity.map(text)),
            ("triggerPrice", of.trigger_price.map(text)),
        ],
    )
}

pub(super) fn strategy_order(of: &StrategyOrder) -> Value {
    json!({
        "strategyId": id(of.strategy_id),
        "strategyType": of.strategy_type.as_str(),
        "strategyStatus": of.strategy_status.as_str(),
        "bookTime": millis(of.book_time),
        "subOrders": list(&of.sub_orders, sub_order),
        "updateTime": millis(of.update_time),
    })
}

fn sub_order(of: &StrategySubOrderState) -> Value {
    let view = json!({
        "strategySubId": of.strategy_sub_id,
        "symbol": of.symbol,
        "side": of.side.as_str(),
        "type": of.order_type,
        "status": of.status,
    });
    with(view, [("orderId", of.order_id.map(id)), ("conditionId", of.condition_id.map(id))])
}

pub(super) fn trade(of: &Trade) -> Value {
    json!({
        "fillId": id(of.fill_id),
        "tradeId": id(of.trade_id),
        "orderId": id(of.order_id),
        "symbol": of.symbol,
        "side": of.side.as_str(),
        "roleType": of.role_type.as_str(),
        "price": text(of.price),
        "quantity": text(of.quantity),
        "tradeValue": text(of.trade_value),
        "handlingFee": text(of.handling_fee),
        "realizedPnl": text(of.realized_pnl),
        "positionSide": of.position_side.as_str(),
        "createdAt": millis(of.created_at),
    })
}

pub(crate) fn position(of: &Position) -> Value {
    let view = json!({
        "symbol": of.symbol,
        "marginMode": of.margin_mode.as_str(),
        "positionSide": of.position_side.as_str(),
        "leverage": of.leverage,
        "quantity": text(of.quantity),
        "entryPrice": text(of.entry_price),
        "breakEvenPrice": text(of.break_even_price),
        "marginRatio": text(of.margin_ratio),
        "unrealizedPnl": text(of.unrealized_pnl),
        "roe": text(of.roe),
        "nextFundingFee": text(of.next_funding_fee),
        "fundingFeeAccum": text(of.funding_fee_accum),
    });
    with(view, [("liqPrice", of.liq_price.map(text)), ("tpPrice", of.tp_price.map(text)), ("slPrice", of.sl_price.map(text))])
}

pub(super) fn closed_position(of: &ClosedPosition) -> Value {
    json!({
        "positionId": id(of.position_id),
        "symbol": of.symbol,
        "positionSide": of.position_side.as_str(),
        "leverage": of.leverage,
        "maxQuantity": text(of.max_quantity),
        "closeQuantity": text(of.close_quantity),
        "entryPrice": text(of.entry_price),
        "closePrice": text(of.close_price),
        "pnl": text(of.pnl),
        "roe": text(of.roe),
        "marginMode": of.margin_mode.as_str(),
        "triggerMode": of.trigger_mode.code(),
        "fundingFeeAccum": text(of.funding_fee_accum),
        "openedAt": millis(of.opened_at),
        "closedAt": millis(of.closed_at),
    })
}
