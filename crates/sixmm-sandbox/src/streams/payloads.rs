//! The `data` of pushed messages in both forms. The documentation defines no payloads, so they are the sandbox's choice.

use serde_json::{Map, Value, json};

use super::settings::{PayloadForm, StreamSettings, VersionRule};
use crate::UnixMillis;
use crate::exchange::{AssetBalance, Depth, DepthLevel, Kline, KlineInterval, Order, OrderFill, Position, PublicTrade, Ticker};
use crate::http::json_views::{self, text};

/// A depth message. `previous` is the version of the previous message, or `None` for a snapshot.
pub(super) fn depth(settings: &StreamSettings, depth: &Depth, previous: Option<u64>) -> Value {
    let start = previous.map(|previous| match settings.version_rule {
        VersionRule::Next => previous + 1,
        VersionRule::Previous => previous,
    });
    match settings.payload {
        PayloadForm::Arrays => {
            let pair = |level: &DepthLevel| json!([text(level.price), text(level.quantity)]);
            let (bids, asks) = (json_views::list(&depth.bids, pair), json_views::list(&depth.asks, pair));
            match start {
                None => json!({ "type": "snapshot", "endVersion": depth.version, "bids": bids, "asks": asks }),
                Some(start) => {
                    json!({ "type": "update", "startVersion": start, "endVersion": depth.version, "bids": bids, "asks": asks })
                }
            }
        }
        PayloadForm::Objects => {
            let object = |level: &DepthLevel| json!({ "price": text(level.price), "size": text(level.quantity) });
            let (bids, asks) = (json_views::list(&depth.bids, object), json_views::list(&depth.asks, object));
            let end = depth.version.to_string();
            match start {
                None => json!({ "endVersion": end, "bids": bids, "asks": asks }),
                Some(start) => json!({ "startVersion": start.to_string(), "endVersion": end, "bids": bids, "asks": asks }),
            }
        }
    }
}

/// The messages for trades: one message with all of them in the form `arrays`, and one message for each in the form `objects`.
pub(super) fn trades(form: PayloadForm, trades: &[&PublicTrade]) -> Vec<Value> {
    match form {
        PayloadForm::Arrays => {
            let trade = |trade: &&PublicTrade| {
                json!({
                    "id": trade.trade_id.to_string(),
                    "price": text(trade.price),
                    "quantity": text(trade.quantity),
                    "side": trade.side.as_str(),
                    "time": trade.time.as_millis(),
                })
            };
            vec![json_views::list(trades, trade)]
        }
        PayloadForm::Objects => {
            let trade = |trade: &&PublicTrade| {
                json!({
                    "tradeId": trade.trade_id.to_string(),
                    "price": text(trade.price),
                    "size": text(trade.quantity),
                    "side": trade.side.as_str(),
                    "ts": trade.time.as_millis(),
                })
            };
            trades.iter().map(trade).collect()
        }
    }
}

pub(super) fn kline(form: PayloadForm, symbol: &str, interval: KlineInterval, kline: &Kline) -> Value {
    let view = with(json_views::kline(kline), [("symbol", json!(symbol)), ("interval", json!(interval.as_str()))]);
    match form {
        PayloadForm::Arrays => view,
        PayloadForm::Objects => json!([view]),
    }
}

/// A ticker without its time, which [`with_time`] adds. The time must not make two equal tickers different.
pub(super) fn ticker(form: PayloadForm, of: &Ticker) -> Value {
    let view = json!({
        "symbol": of.symbol,
        "lastPrice": text(of.last_price),
        "markPrice": text(of.mark_price),
        "high": text(of.high_24h),
        "low": text(of.low_24h),
        "volume": text(of.volume_24h),
    });
    match form {
        PayloadForm::Arrays => {
            let best = |name, level: &Option<DepthLevel>| level.map(|level| (name, text(level.price)));
            with(view, [best("bidPrice", &of.best_bid), best("askPrice", &of.best_ask)].into_iter().flatten())
        }
        PayloadForm::Objects => view,
    }
}

/// Adds the time to a ticker.
pub(super) fn with_time(form: PayloadForm, ticker: Value, time: UnixMillis) -> Value {
    let time = match form {
        PayloadForm::Arrays => json!(time.as_millis()),
        PayloadForm::Objects => json!(time.as_millis().to_string()),
    };
    with(ticker, [("time", time)])
}

/// All tickers: a list in the form `arrays`, and a map by symbol in the form `objects`.
pub(super) fn tickers(form: PayloadForm, tickers: Vec<(String, Value)>) -> Value {
    match form {
        PayloadForm::Arrays => tickers.into_iter().map(|(_, ticker)| ticker).collect(),
        PayloadForm::Objects => Value::Object(tickers.into_iter().collect()),
    }
}

/// An `ORDER_TRADE_UPDATE`.
pub(super) fn order_update(form: PayloadForm, order: &Order, fill: Option<&OrderFill>) -> Value {
    let mut view = json_views::order(order);
    if let Some(view) = view.as_object_mut()
        && let Some(status) = view.remove("status")
    {
        view.insert("orderStatus".to_owned(), status);
    }
    let fill = fill.map(|fill| {
        [("tradeId", json!(fill.trade_id.to_string())), ("lastPrice", text(fill.price)), ("lastQuantity", text(fill.quantity))]
    });
    let view = with(view, fill.into_iter().flatten());
    match form {
        PayloadForm::Arrays => with(json!({ "eventType": "ORDER_TRADE_UPDATE" }), entries(view)),
        PayloadForm::Objects => json!({ "eventType": "ORDER_TRADE_UPDATE", "order": view }),
    }
}

/// An `ACCOUNT_UPDATE`.
pub(super) fn account_update(form: PayloadForm, balance: &AssetBalance, positions: &[Position]) -> Value {
    let account = json!({
        "assetType": balance.asset_type,
        "walletBalance": text(balance.wallet_balance),
        "frozenBalance": text(balance.frozen_margin),
        "usedMargin": text(balance.used_margin),
    });
    let positions = json_views::list(positions, json_views::position);
    match form {
        PayloadForm::Arrays => {
            let event = with(json!({ "eventType": "ACCOUNT_UPDATE" }), entries(account));
            with(event, [("positions", positions)])
        }
        PayloadForm::Objects => json!({ "eventType": "ACCOUNT_UPDATE", "account": account, "positions": positions }),
    }
}

/// Adds fields to an object.
fn with<K: Into<String>>(mut object: Value, fields: impl IntoIterator<Item = (K, Value)>) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.extend(fields.into_iter().map(|(name, value)| (name.into(), value)));
    }
    object
}

fn entries(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(entries) => entries,
        _ => Map::new(),
    }
}
