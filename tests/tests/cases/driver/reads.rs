//! Everything that is not an order write.

use std::fmt::Display;

use serde::Serialize;
use serde_json::{Value, json};
use sixmm_ext::types::{self, Extra, KlineInterval, OrderStatus};
use sixmm_ext::{
    Client, Error, UnixMillis,
    errors::Unreadable,
    paging::{Items, PartialList},
    requests,
};

use super::orders::{given, text};
use super::verdict::{Verdict, of_error};

/// Logs in with the documentation's own credentials.
pub(super) async fn login(client: &Client) -> Result<(), Error> {
    client.session().login(requests::Login::new("alice", "yourPassword")).await
}

/// Makes a call that reads, or one that changes no order.
pub(super) async fn read(client: &Client, call: &str, parameters: &Value) -> Verdict {
    let (account, market, orders, positions) = (client.account(), client.market(), client.orders(), client.positions());
    let number = |name: &str| parameters.get(name).and_then(Value::as_i64);
    match call {
        "asset" => answer(account.asset().send().await, ""),
        "balances" => listed(account.balance_history(types::BalancePeriod::OneWeek).send().await, "items"),
        "klines" => listed(market.klines("BTCUSDT", KlineInterval::OneHour).send().await, "list"),
        "leaderboard" => listed(market.pnl_leaderboard(types::LeaderboardPeriod::SevenDays).send().await, "list"),
        "leverage" => answer(positions.set_leverage("BTCUSDT", 10).send().await, ""),
        "open_conditions" => listed(orders.open_condition_orders().send().await, "list"),
        "open_orders" => listed(orders.open_orders().send().await, "list"),
        // 9ce93f5 does not report whether a status is open or final.
        "order" => answer(orders.get(text(parameters, "symbol"), types::OrderId::from(text(parameters, "orderId"))).send().await, ""),
        "order_state" => match orders.get("BTCUSDT", types::OrderId::from("7")).send().await {
            Ok(order) => {
                let status = order.status.as_ref();
                let state = match (status.is_some_and(OrderStatus::is_open), status.is_some_and(OrderStatus::is_final)) {
                    (true, false) => "state open",
                    (false, true) => "state final",
                    (false, false) => "state unknown",
                    (true, true) => "state open and final",
                };
                Verdict::of(["ok", state])
            }
            Err(error) => failed(&error, of_error(&error)),
        },
        "position_history" => listed(positions.history().send().await, "list"),
        "position_settings" => answer(positions.settings("BTCUSDT").send().await, ""),
        "positions" => listed(positions.open().send().await, "positions"),
        "strategy" => listed(orders.strategy("70").send().await, "subOrders"),
        "symbols" => listed(market.symbols().send().await, "list"),
        "trades" => listed(orders.trades().send().await, "list"),
        "server_time" => answer(market.server_time().send().await, ""),
        "rules" => match market.rules(text(parameters, "symbol")).await {
            Ok(rules) => read_value(json!({ "rules": format!("{rules:?}") }), ""),
            Err(error) => failed(&error, of_error(&error)),
        },
        "funding_history_all" => all(market.funding_rate_history("BTCUSDT").items()).await,
        "funding_rates_all" => all(market.current_funding_rates().items()).await,
        "change_logs_all" => all(account.change_logs().items()).await,
        "condition_history_all" => all(orders.condition_history().items()).await,
        "open_orders_all" => all(orders.open_orders().items()).await,
        "order_history_all" => all(orders.history().items()).await,
        "position_history_all" => all(positions.history().items()).await,
        "trades_all" | "trades_pages" => {
            let trades = orders.trades();
            let items = match number("pageSize") {
                Some(size) => trades.page_size(size).items(),
                None => trades.items(),
            };
            if call == "trades_all" { all(items).await } else { to_the_end(items).await }
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

/// An answer without a list.
fn answer<T: Serialize>(answer: Result<T, Error>, list: &str) -> Verdict {
    match answer {
        Ok(data) => read_value(serde_json::to_value(data).expect("JSON"), list),
        Err(error) => failed(&error, of_error(&error)),
    }
}

/// An answer, how many rows its list has, and what is missing from the list.
fn listed<T: Serialize + Listed>(answer: Result<T, Error>, list: &str) -> Verdict {
    let data = match answer {
        Ok(data) => data,
        Err(error) => return failed(&error, of_error(&error)),
    };
    let mut verdict = read_value(serde_json::to_value(&data).expect("JSON"), list);
    let [phrases] = &mut verdict.items[..] else { return verdict };
    let extra = data.extra();
    let missing: Vec<_> = extra.unreadable_rows().iter().filter(|row| row.list() == Some(list)).collect();
    for row in &missing {
        phrases.push(unreadable(row));
        verdict.words.push_str(&format!("{row}: {}\n", String::from_utf8_lossy(row.raw_json())));
    }
    let is_missing = extra.missing_lists().contains(&list) || verdict.value.get(list).is_none();
    if is_missing {
        phrases.push(String::from("list missing"));
    }
    if !missing.is_empty() {
        phrases.push(format!("unreadable rows {}", missing.len()));
    }
    phrases.push(String::from(if is_missing || !missing.is_empty() { "incomplete" } else { "complete" }));
    verdict
}

/// What was read of an answer with a list.
trait Listed {
    fn extra(&self) -> &Extra;
}

macro_rules! listed {
    ($($name:ident)+) => { $(
        impl Listed for types::$name {
            fn extra(&self) -> &Extra {
                &self.extra
            }
        }
    )+ };
}

listed! { BalanceHistory ConditionOrderList Klines Leaderboard OrderList PositionHistoryPage PositionList StrategyOrder SymbolList TradePage }

/// All rows of a list.
async fn all<T: Serialize>(items: Items<'static, T, Error>) -> Verdict {
    let rows = |rows: Vec<T>| read_value(json!({ "list": serde_json::to_value(rows).expect("JSON") }), "list");
    let (items, error) = match items.into_vec().await {
        Ok(items) => {
            let mut verdict = rows(items);
            verdict.items.iter_mut().for_each(|phrases| phrases.push(String::from("complete")));
            return verdict;
        }
        Err(PartialList { items, error, .. }) => (items, error),
    };
    let Verdict { items: read, value, .. } = rows(items);
    let mut phrases = of_error(&error);
    // The first phrase is "ok".
    phrases.extend(read.into_iter().flatten().skip(1));
    phrases.extend(error.unreadable_rows().iter().map(unreadable));
    phrases.extend(error.is_list_missing().then(|| String::from("list missing")));
    Verdict { value, ..failed(&error, phrases) }
}

/// All rows of a list and the number of errors among them: an error is not the end of a list.
async fn to_the_end<T: Serialize>(mut items: Items<'static, T, Error>) -> Verdict {
    let (mut rows, mut errors) = (Vec::new(), 0);
    while let Some(item) = items.next().await {
        match item {
            Ok(row) => rows.push(row),
            Err(_) => errors += 1,
        }
        // A request that fails is repeated for ever.
        if errors > 20 {
            return Verdict::of(["error", "without end"]);
        }
    }
    let mut verdict = read_value(json!({ "list": serde_json::to_value(rows).expect("JSON") }), "list");
    verdict.items.iter_mut().for_each(|phrases| phrases.push(format!("errors {errors}")));
    verdict
}

/// `unreadable 1.roe`
fn unreadable(row: &Unreadable) -> String {
    let (_, field) = row.path().rsplit_once("].").unwrap_or_default();
    format!("unreadable {}.{field}", row.index().unwrap_or_default())
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
