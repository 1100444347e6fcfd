//! What each operation does: from a checked request to the exchange, and from its answer to JSON.
//!
//! The JSON is written out by hand, name by name, and not with the client's types: what the two disagree on shows in the tests.

mod account;
mod api_keys;
mod commands;
mod conditions;
mod filters;
mod market;
mod orders;
mod positions;
mod public;
mod stream;
mod views;

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderValue;
use serde_json::{Value, json};

use super::envelope::Answer;
use crate::UnixMillis;
use crate::auth::Caller;
use crate::clock::ShownClock;
use crate::refusal::Refusal;
use crate::spec::{Input, Operation};
use crate::world::State;

/// A request that was let through.
pub(super) struct Call<'a> {
    pub(super) state: &'a mut State,
    pub(super) caller: Caller,
    /// The value of the session's cookie.
    pub(super) cookie: Option<&'a str>,
    pub(super) from: IpAddr,
    pub(super) input: Input<'a>,
    /// The exchange's time.
    pub(super) now: UnixMillis,
    /// The clock that the exchange shows: another one if a fault skews it.
    pub(super) shown: &'a ShownClock<'a>,
}

/// What an operation comes to: the data of its answer.
type Outcome = Result<Value, Refusal>;

impl Call<'_> {
    /// The user's id. Private operations have one: the credentials were checked.
    fn user(&self) -> Result<Arc<str>, Refusal> {
        self.caller.user().cloned().ok_or_else(|| Refusal::no_credentials("No valid authentication information provided"))
    }
}

/// Does what a request asks for.
pub(super) fn carry_out(operation: Operation, call: Call<'_>) -> Result<Answer, Refusal> {
    let data = match operation {
        Operation::Login => return public::login(call),
        Operation::RefreshToken => return public::refresh_token(call),
        Operation::ExchangeTicket => return public::exchange_ticket(call),
        Operation::ExchangeEmbedToken => return public::exchange_embed_token(call),
        Operation::Version => public::version(),
        Operation::ServerTime => public::server_time(&call),
        Operation::Logout => public::logout(call),
        Operation::Symbols => market::symbols(call),
        Operation::FundingRateConfig => market::funding_rate_config(call),
        Operation::CurrentFundingRates => market::current_funding_rates(call),
        Operation::FundingRateHistory => market::funding_rate_history(call),
        Operation::Klines => market::klines(call),
        Operation::PnlLeaderboard => market::pnl_leaderboard(call),
        Operation::UserInfo => account::user_info(call),
        Operation::UserAsset => account::user_asset(call),
        Operation::AccountChangeLogs => account::account_change_logs(call),
        Operation::VolumeStats => account::volume_stats(call),
        Operation::BalanceHistory => account::balance_history(call),
        Operation::TradeOverview => account::trade_overview(call),
        Operation::AssetOverviewSummary => account::asset_overview_summary(call),
        Operation::AssetOverviewTrend => account::asset_overview_trend(call),
        Operation::SaveFavoriteSymbols => account::save_favorite_symbols(call),
        Operation::FavoriteSymbols => account::favorite_symbols(call),
        Operation::CreateListenKey => stream::create_listen_key(call),
        Operation::RenewListenKey => stream::renew_listen_key(call),
        Operation::CloseListenKey => stream::close_listen_key(call),
        Operation::CreateApiKey => api_keys::create_api_key(call),
        Operation::ApiKeys => api_keys::api_keys(call),
        Operation::UpdateApiKey => api_keys::update_api_key(call),
        Operation::DeleteApiKey => api_keys::delete_api_key(call),
        Operation::DeleteAllApiKeys => api_keys::delete_all_api_keys(call),
        Operation::Order => orders::order(call),
        Operation::PlaceOrder => return orders::place_order(call),
        Operation::BatchPlaceOrders => return orders::batch_place_orders(call),
        Operation::CancelOrder => orders::cancel_order(call),
        Operation::AmendOrder => orders::amend_order(call),
        Operation::BatchAmendOrders => return orders::batch_amend_orders(call),
        Operation::BatchCancelOrders => return orders::batch_cancel_orders(call),
        Operation::CancelAllOrders => orders::cancel_all_orders(call),
        Operation::CurrentOrders => orders::current_orders(call),
        Operation::OrderHistory => orders::order_history(call),
        Operation::Trades => orders::trades(call),
        Operation::PlaceConditionOrder => conditions::place_condition_order(call),
        Operation::PlaceStrategyOrder => conditions::place_strategy_order(call),
        Operation::CancelConditionOrder => conditions::cancel_condition_order(call),
        Operation::CurrentConditionOrders => conditions::current_condition_orders(call),
        Operation::ConditionOrderHistory => conditions::condition_order_history(call),
        Operation::StrategyOrder => conditions::strategy_order(call),
        Operation::SetMarginMode => positions::set_margin_mode(call),
        Operation::SetLeverage => positions::set_leverage(call),
        Operation::PositionSettings => positions::position_settings(call),
        Operation::Positions => positions::positions(call),
        Operation::PositionHistory => positions::position_history(call),
    };
    data.map(Answer::success)
}

/// The data of an operation that documents none.
fn nothing() -> Value {
    json!({})
}

/// A header of what this program made itself.
fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("hexadecimal digits, names and numbers are good for a header")
}

/// A value that the exchange knows by a word. The check lets other words through where the vendor's list is open.
fn word<T>(field: &str, word: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Refusal> {
    parse(word).ok_or_else(|| Refusal::invalid_parameter(format!("Invalid parameter value: {field} has a value that is not supported")))
}

/// A value that the exchange knows by a number.
fn number<T>(input: Input<'_>, field: &str, from: impl Fn(i64) -> Option<T>) -> Result<Option<T>, Refusal> {
    let value = input.integer(field).map(|code| {
        from(code).ok_or_else(|| Refusal::invalid_parameter(format!("Invalid parameter value: {field} has a value that is not supported")))
    });
    value.transpose()
}
