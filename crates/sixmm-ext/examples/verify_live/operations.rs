//! Sends every operation that reads, and reports the fields of the responses.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io::Write;

use serde_json::Value;
use sixmm_api::{Operation, PlainRequest, Repeatable, Request, operations};
use sixmm_ext::errors::ValidationErrors;
use sixmm_ext::types::{BalancePeriod, KlineInterval, LeaderboardPeriod, TrendRange};
use sixmm_ext::{Client, Error, requests, reqwest::Method};

use super::json_types::JsonTypes;
use super::specification::Specification;

/// The operations that only read, from the table of all operations. Queries by an id come last, because other responses contain the ids.
pub(crate) fn reading_operations() -> Vec<&'static Operation> {
    let is_read = |operation: &&&Operation| operation.method == Method::GET && operation.repeatable == Repeatable::Safe;
    let mut reads: Vec<&Operation> = operations::ALL.iter().filter(is_read).copied().collect();
    reads.sort_by_key(|operation| matches!(operation.id, "order" | "strategy_order"));
    reads
}

pub(crate) async fn report(
    client: &Client,
    symbol: &str,
    specification: &Specification,
    out: &mut impl Write,
) -> Result<(), Box<dyn StdError>> {
    writeln!(out, "\n## REST")?;
    let mut ids = Ids::new(client, symbol);
    for operation in reading_operations() {
        writeln!(out, "\n### `{}` ({} {})\n", operation.id, operation.method, operation.path)?;
        match call(client, operation.id, symbol, &ids).await {
            None => writeln!(out, "not called: this program does not know the operation")?,
            Some(Err(error)) => writeln!(out, "{}", failure(&error))?,
            Some(Ok(response)) => {
                let body: Value = serde_json::from_slice(&response.body)?;
                ids.find(&body);
                let mut types = JsonTypes::default();
                types.add(specification, "", &body);
                write!(out, "{types}")?;
                let unknown = body.get("data").map(|data| specification.unknown_fields_of_response(operation.id, data));
                write_paths(out, "not documented", &unknown.unwrap_or_default())?;
                write_paths(out, "not of the documented type", &response.unreadable)?;
                write_paths(out, "documented list, missing", &response.missing)?;
            }
        }
    }
    Ok(())
}

fn write_paths(out: &mut impl Write, title: &str, paths: &BTreeSet<String>) -> std::io::Result<()> {
    if paths.is_empty() {
        Ok(())
    } else {
        writeln!(out, "- **{title}:** `{}`", paths.iter().map(String::as_str).collect::<Vec<_>>().join("`, `"))
    }
}

/// The kind of a failure. The message of the error may contain a value, so the report does not contain the message.
fn failure(error: &Error) -> String {
    let kind = if error.is_permission() {
        "the key lacks a permission"
    } else if error.veto().is_some() {
        "not sent, because the operation needs other credentials, such as a login"
    } else if error.is_auth() {
        "the credentials were rejected"
    } else if error.is_not_found() {
        "not found"
    } else if error.is_timeout() || error.is_connect() {
        "no response"
    } else if error.code().is_some() {
        "rejected"
    } else {
        "the response cannot be read"
    };
    let code = error.code().map(|code| format!(", code {code}")).unwrap_or_default();
    let status = error.status().map(|status| format!(", HTTP status {}", status.as_u16())).unwrap_or_default();
    format!("failed: {kind}{code}{status}")
}

/// Ids from earlier responses, for the queries by an id. They are not reported.
struct Ids {
    /// An order that exists, or an id that no order has.
    order: requests::Order,
    strategy: String,
}

impl Ids {
    fn new(client: &Client, symbol: &str) -> Self {
        Self { order: requests::Order::new(symbol).client_order_id(client.new_order_id()), strategy: "1".to_owned() }
    }

    fn find(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.find(item)),
            Value::Object(object) => {
                let text = |name| object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
                if let (Some(symbol), Some(order)) = (text("symbol"), text("orderId")) {
                    self.order = requests::Order::new(symbol).order_id(order);
                }
                if let Some(strategy) = text("strategyId") {
                    self.strategy = strategy.to_owned();
                }
                object.values().for_each(|value| self.find(value));
            }
            _ => {}
        }
    }
}

/// Sends an operation. Returns `None` for an operation that this function does not know.
async fn call(client: &Client, operation: &str, symbol: &str, ids: &Ids) -> Option<Result<Observed, Error>> {
    use requests as r;
    let hour = KlineInterval::OneHour;
    Some(match operation {
        "version" => send(client, r::Version::new()).await,
        "server_time" => send(client, r::ServerTime::new()).await,
        "symbols" => send(client, r::Symbols::new()).await,
        "funding_rate_config" => send(client, r::FundingRateConfig::new().symbol(symbol)).await,
        "current_funding_rates" => send(client, r::CurrentFundingRates::new()).await,
        "funding_rate_history" => send(client, r::FundingRateHistory::new(symbol)).await,
        "klines" => send(client, r::Klines::new(symbol, hour)).await,
        "pnl_leaderboard" => send(client, r::PnlLeaderboard::new(LeaderboardPeriod::ThirtyDays)).await,
        "user_info" => send(client, r::UserInfo::new()).await,
        "user_asset" => send(client, r::UserAsset::new()).await,
        "account_change_logs" => send(client, r::AccountChangeLogs::new()).await,
        "volume_stats" => send(client, r::VolumeStats::new()).await,
        "balance_history" => send(client, r::BalanceHistory::new(BalancePeriod::OneWeek)).await,
        "trade_overview" => send(client, r::TradeOverview::new(TrendRange::OneWeek)).await,
        "asset_overview_summary" => send(client, r::AssetOverviewSummary::new()).await,
        "asset_overview_trend" => send(client, r::AssetOverviewTrend::new(TrendRange::OneWeek)).await,
        "favorite_symbols" => send(client, r::FavoriteSymbols::new()).await,
        "api_keys" => send(client, r::ApiKeys::new()).await,
        "order" => send(client, ids.order.clone()).await,
        "current_orders" => send(client, r::CurrentOrders::new()).await,
        "current_condition_orders" => send(client, r::CurrentConditionOrders::new()).await,
        "order_history" => send(client, r::OrderHistory::new()).await,
        "condition_order_history" => send(client, r::ConditionOrderHistory::new()).await,
        "trades" => send(client, r::Trades::new()).await,
        "strategy_order" => send(client, r::StrategyOrder::new().strategy_id(ids.strategy.clone())).await,
        "position_settings" => send(client, r::PositionSettings::new().symbol(symbol)).await,
        "positions" => send(client, r::Positions::new()).await,
        "position_history" => send(client, r::PositionHistory::new()).await,
        _ => return None,
    })
}

async fn send<R: PlainRequest>(client: &Client, request: R) -> Result<Observed, Error> {
    client.send(Observing(request)).await
}

/// A request whose data is the body of the response, with the parts that the client could not read.
struct Observing<R>(R);

struct Observed {
    body: Vec<u8>,
    unreadable: BTreeSet<String>,
    missing: BTreeSet<String>,
}

impl<R: PlainRequest> Request for Observing<R> {
    const OPERATION: &'static Operation = R::OPERATION;
    type Envelope = R::Envelope;
    type Data = Observed;

    fn check(&self, validation: &mut ValidationErrors) {
        self.0.check(validation);
    }

    fn write(self, call: &mut venue_core::Call<'_>) {
        self.0.write(call);
    }

    fn data(response: venue_core::Response<Self::Envelope>) -> Result<Observed, sixmm_api::Error> {
        let unreadable = response.unreadable_rows().iter().chain(response.unreadable_fields());
        let unreadable = unreadable.map(|part| part.path().replace(|letter: char| letter.is_ascii_digit(), "")).collect();
        Ok(Observed { body: response.body().to_vec(), unreadable, missing: response.missing_lists().iter().cloned().collect() })
    }
}

impl<R: PlainRequest> PlainRequest for Observing<R> {}
