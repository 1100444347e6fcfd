//! Operations of sessions: login, refresh, logout, tickets and embed tokens.
//!
//! <https://docs.6mm.com/developer-api/rest-api/public-endpoints>

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{ApiResponse, Call, OperationResult, empty_data, header};
use crate::api_error::ApiError;
use crate::auth::{Caller, IssuedToken, SESSION_COOKIE};

pub(super) fn login(call: Call<'_>) -> Result<ApiResponse, ApiError> {
    let user = call.state.users.log_in(call.input.required("username"), call.input.required("password"))?;
    Ok(open(call, &user, json!({})))
}

pub(super) fn exchange_ticket(call: Call<'_>) -> Result<ApiResponse, ApiError> {
    let user = call.state.auth.sessions.redeem_ticket(call.input.required("ticket"))?;
    Ok(open(call, &user, json!({ "redirectPath": "/" })))
}

pub(super) fn exchange_embed_token(call: Call<'_>) -> Result<ApiResponse, ApiError> {
    let user = call.state.auth.sessions.verify_embed_token(call.input.required("embedToken"), call.now)?;
    Ok(open(call, &user, json!({})))
}

pub(super) fn refresh_token(call: Call<'_>) -> Result<ApiResponse, ApiError> {
    let cookie = call.cookie.ok_or_else(no_cookie)?;
    let token = call.state.auth.sessions.refresh(cookie, call.now)?;
    Ok(session(&token, json!({})))
}

pub(super) fn logout(call: Call<'_>) -> OperationResult {
    let cookie = call.cookie.ok_or_else(no_cookie)?;
    if let Caller::Session(bearer) = &call.caller {
        call.state.auth.sessions.log_out(bearer, cookie, call.now)?;
    }
    Ok(empty_data())
}

fn open(call: Call<'_>, user: &str, data: Value) -> ApiResponse {
    call.state.users.record_login(user, call.now, call.from);
    session(&call.state.auth.sessions.open(user, call.now), data)
}

/// Returns the response of a login or a refresh, with the token in its data and a cookie. Scripts cannot read the cookie (`HttpOnly`), and
/// browsers do not send the cookie with requests from other sites (`SameSite`).
fn session(token: &IssuedToken, mut data: Value) -> ApiResponse {
    data["accessToken"] = token.access_token.expose_secret().into();
    data["accessExpire"] = token.access_expire.into();
    let cookie =
        format!("{SESSION_COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}", token.cookie.expose_secret(), token.cookie_max_age);
    ApiResponse::success(data).with_cookie(header(&cookie))
}

fn no_cookie() -> ApiError {
    ApiError::no_credentials("No valid authentication information provided: the cookie of the login is missing")
}
