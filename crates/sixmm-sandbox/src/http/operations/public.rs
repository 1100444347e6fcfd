//! The service itself, and sessions.
//!
//! <https://docs.6mm.com/developer-api/rest-api/public-endpoints>

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::views::iso;
use super::{Answer, Call, Outcome, header, nothing};
use crate::auth::{COOKIE, Caller, NewToken};
use crate::refusal::Refusal;

/// The vendor does not say what this looks like.
pub(super) fn version() -> Outcome {
    Ok(json!({ "name": "sixmm-sandbox", "version": env!("CARGO_PKG_VERSION") }))
}

pub(super) fn server_time(call: &Call<'_>) -> Outcome {
    let millis = call.shown.now().as_millis();
    let seconds = millis.div_euclid(1000);
    Ok(json!({ "timestamp": seconds, "timestampMs": millis, "iso": iso(seconds), "timezone": "UTC" }))
}

pub(super) fn login(call: Call<'_>) -> Result<Answer, Refusal> {
    let user = call.state.users.log_in(call.input.required("username"), call.input.required("password"))?;
    Ok(open(call, &user, json!({})))
}

pub(super) fn exchange_ticket(call: Call<'_>) -> Result<Answer, Refusal> {
    let user = call.state.auth.sessions.spend_ticket(call.input.required("ticket"))?;
    Ok(open(call, &user, json!({ "redirectPath": "/" })))
}

pub(super) fn exchange_embed_token(call: Call<'_>) -> Result<Answer, Refusal> {
    let user = call.state.auth.sessions.embed_user(call.input.required("embedToken"), call.now)?;
    Ok(open(call, &user, json!({})))
}

pub(super) fn refresh_token(call: Call<'_>) -> Result<Answer, Refusal> {
    let cookie = call.cookie.ok_or_else(no_cookie)?;
    let token = call.state.auth.sessions.refresh(cookie, call.now)?;
    Ok(session(&token, json!({})))
}

pub(super) fn logout(call: Call<'_>) -> Outcome {
    let cookie = call.cookie.ok_or_else(no_cookie)?;
    if let Caller::Session(bearer) = &call.caller {
        call.state.auth.sessions.log_out(bearer, cookie, call.now)?;
    }
    Ok(nothing())
}

fn open(call: Call<'_>, user: &str, data: Value) -> Answer {
    call.state.users.note_login(user, call.now, call.from);
    session(&call.state.auth.sessions.open(user, call.now), data)
}

/// A session in an answer. The cookie is for the exchange alone: no script reads it, no other site sends it.
fn session(token: &NewToken, mut data: Value) -> Answer {
    data["accessToken"] = token.access_token.expose_secret().into();
    data["accessExpire"] = token.access_expire.into();
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}", token.cookie.expose_secret(), token.cookie_life);
    Answer::success(data).with_cookie(header(&cookie))
}

fn no_cookie() -> Refusal {
    Refusal::no_credentials("No valid authentication information provided: the cookie of the login is missing")
}
