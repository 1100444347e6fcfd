//! Everything that is not an order write.

use std::fmt::Display;

use serde::Serialize;
use serde_json::{Value, json};
use sixmm_ext::types::{self, KlineInterval};
use sixmm_ext::{Client, Error, Items, UnixMillis};

use super::orders::{given, text};
use super::verdict::{Verdict, of_error};

/// Logs in with the documentation's own credentials.
pub(super) async fn login(client: &Client) -> Result<(), sixmm_api::Error> {
    let login = types::LoginRequest::builder().username("alice").password("yourPassword").build().expect("a login");
    client.session().login(login).await
}

/// Makes a call that reads, or one that changes no order.
pub(super) async fn read(client: &Client, call: &str, parameters: &Value) -> Verdict {
    let (account, market, orders, positions) = (client.account(), client.market(), client.orders(), client.positions());
    let number = |name: &str| parameters.get(name).and_then(Value::as_i64);
    match call {
        "asset" => answer(account.asset().send().await, ""),
        "balances" => answer(account.balance_history(types::BalancePeriod::OneWeek).send().await, "items"),
        "klines" => answer(market.klines("BTCUSDT", KlineInterval::OneHour).send().await, "list"),
        "leaderboard" => answer(market.pnl_leaderboard(types::LeaderboardPeriod::SevenDays).send().await, "list"),
        "leverage" => answer(positions.set_leverage("BTCUSDT", 10).send().await, ""),
        "open_conditions" => answer(orders.open_conditions().send().await, "list"),
        "open_orders" => answer(orders.open().send().await, "list"),
        // 9ce93f5 does not report whether a status is open or final.
        "order_state" => answer(orders.get("BTCUSDT", types::OrderId::from("7")).send().await, ""),
        "order" => answer(orders.get(text(parameters, "symbol"), types::OrderId::from(text(parameters, "orderId"))).send().await, ""),
        "position_history" => answer(positions.history().send().await, "list"),
        "position_settings" => answer(positions.settings("BTCUSDT").send().await, ""),
        "positions" => answer(positions.open().send().await, "positions"),
        "strategy" => answer(orders.strategy("70").send().await, "subOrders"),
        "symbols" => answer(market.symbols().send().await, "list"),
        "trades" => answer(orders.trades().send().await, "list"),
        "server_time" => answer(market.server_time().send().await, ""),
        "rules" => match market.rules(text(parameters, "symbol")).await {
            Ok(rules) => read_value(json!({ "rules": format!("{rules:?}") }), ""),
            Err(error) => failed(&error, of_error(&error)),
        },
        "funding_history_all" => all(market.funding_rate_history("BTCUSDT").items()).await,
        "funding_rates_all" => all(market.current_funding_rates().items()).await,
        "change_logs_all" => all(account.change_logs().items()).await,
        "condition_history_all" => all(orders.condition_history().items()).await,
        "open_orders_all" => all(orders.open().items()).await,
        "order_history_all" => all(orders.history().items()).await,
        "position_history_all" => all(positions.history().items()).await,
        "trades_all" => {
            let trades = orders.trades();
            all(match number("pageSize") {
                Some(size) => trades.page_size(size).items(),
                None => trades.items(),
            })
            .await
        }
        "klines_all" => {
            let interval = given(parameters, "interval").unwrap_or("1h");
            let mut klines = market.klines("BTCUSDT", KlineInterval::from(interval));
            if let Some(start) = number("startTime") {
                klines = klines.start_time(UnixMillis::new(start));
            }
            if let Some(end) = number("endTime") {
                klines = klines.end_time(UnixMillis::new(end));
            }
            all(klines.items()).await
        }
        "login" => match login(client).await {
            Ok(()) => read_value(json!({ "expires": client.session().expires().map(|time| time.as_seconds()) }), ""),
            Err(error) => failed(&error, Vec::new()),
        },
        "renew" => done(client.session().renew().await),
        "logout" => done(client.session().logout().await),
        "sync_clock" => match client.sync_clock().await {
            Ok(()) => read_value(json!({ "server": client.clock().now().as_millis() }), ""),
            Err(error) => failed(&error, Vec::new()),
        },
        other => panic!("the driver knows no call {other:?}"),
    }
}

/// An answer, and how many rows its list has.
fn answer<T: Serialize>(answer: Result<T, Error>, list: &str) -> Verdict {
    match answer {
        // 9ce93f5 reports neither rows that could not be read nor a list that was missing.
        Ok(data) => read_value(serde_json::to_value(data).expect("JSON"), list),
        Err(error) => failed(&error, of_error(&error)),
    }
}

/// All rows of a list.
async fn all<T: Serialize>(items: Items<'static, T, Error>) -> Verdict {
    match items.into_vec().await {
        Ok(rows) => read_value(json!({ "list": serde_json::to_value(rows).expect("JSON") }), "list"),
        Err(error) => failed(&error, of_error(&error)),
    }
}

fn read_value(value: Value, list: &str) -> Verdict {
    let mut phrases = vec![String::from("ok")];
    if let Some(rows) = value.get(list).and_then(Value::as_array) {
        phrases.push(format!("rows {}", rows.len()));
    }
    Verdict { items: vec![phrases], value, ..Verdict::default() }
}

fn done<E: Display>(result: Result<(), E>) -> Verdict {
    match result {
        Ok(()) => Verdict::of(["ok"]),
        Err(error) => failed(&error, Vec::new()),
    }
}

fn failed(error: &impl Display, more: Vec<String>) -> Verdict {
    let phrases = std::iter::once(String::from("error")).chain(more).collect();
    Verdict { items: vec![phrases], words: error.to_string(), ..Verdict::default() }
}
