//! The operations of the API: conversion of validated parameters to commands, and of results to JSON.
//!
//! The JSON is written by hand and not with the types of the client, so that a test fails if the client and the sandbox disagree.

mod account;
mod api_keys;
mod conditions;
pub(crate) mod json_views;
mod list_parameters;
mod listen_keys;
mod market;
mod orders;
mod parse_commands;
mod positions;
mod service;
mod sessions;

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderValue;
use serde_json::{Value, json};

use super::envelope::ApiResponse;
use crate::UnixMillis;
use crate::api_error::ApiError;
use crate::auth::Caller;
use crate::clock::SkewedClock;
use crate::spec::{Input, Operation};
use crate::state::LockedState;

/// A request that is authenticated and validated.
pub(super) struct Call<'a> {
    pub(super) state: &'a mut LockedState,
    pub(super) caller: Caller,
    /// Value of the session cookie.
    pub(super) cookie: Option<&'a str>,
    pub(super) from: IpAddr,
    pub(super) input: Input<'a>,
    /// The exchange's time.
    pub(super) now: UnixMillis,
    /// The clock with the skew of a fault, which `server_time` reports.
    pub(super) skewed_clock: &'a SkewedClock<'a>,
}

/// The data of a response, or an error.
type OperationResult = Result<Value, ApiError>;

impl Call<'_> {
    /// Returns the id of the user who sent the request. Must be called only for private operations. Their requests always have a user,
    /// because the credentials were checked before.
    fn user(&self) -> Result<Arc<str>, ApiError> {
        self.caller.user().cloned().ok_or_else(|| ApiError::no_credentials("No valid authentication information provided"))
    }
}

/// Executes an operation.
pub(super) fn execute(operation: Operation, call: Call<'_>) -> Result<ApiResponse, ApiError> {
    let data = match operation {
        Operation::Login => return sessions::login(call),
        Operation::RefreshToken => return sessions::refresh_token(call),
        Operation::ExchangeTicket => return sessions::exchange_ticket(call),
        Operation::ExchangeEmbedToken => return sessions::exchange_embed_token(call),
        Operation::Version => service::version(),
        Operation::ServerTime => service::server_time(&call),
        Operation::Logout => sessions::logout(call),
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
        Operation::CreateListenKey => listen_keys::create_listen_key(call),
        Operation::RenewListenKey => listen_keys::renew_listen_key(call),
        Operation::CloseListenKey => listen_keys::close_listen_key(call),
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
    data.map(ApiResponse::success)
}

/// Data of an operation for which no data is documented.
fn empty_data() -> Value {
    json!({})
}

/// A header value that this program generated.
fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("hexadecimal digits, names and numbers are valid in a header")
}

/// Parses a string enum. Rejects an unknown value, which can occur here because validation accepts unknown values if the vendor's list is
/// extensible.
fn parse_enum<T>(field: &str, text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, ApiError> {
    parse(text).ok_or_else(|| unsupported(field))
}

/// Parses an integer enum.
fn parse_code<T>(input: Input<'_>, field: &str, parse: impl Fn(i64) -> Option<T>) -> Result<Option<T>, ApiError> {
    input.integer(field).map(|code| parse(code).ok_or_else(|| unsupported(field))).transpose()
}

fn unsupported(field: &str) -> ApiError {
    ApiError::invalid_parameter(format!("Invalid parameter value: {field} has a value that is not supported"))
}
