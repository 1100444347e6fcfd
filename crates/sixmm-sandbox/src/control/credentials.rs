//! Control requests that create credentials: API keys, tickets and embed tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

use super::{Body, ControlResult, ErrorResponse, error_response, invalid_body};
use crate::auth::Permissions;
use crate::state::{SandboxState, UserError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForUser {
    user: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateApiKey {
    user: String,
    permissions: i64,
}

pub(super) async fn api_key(State(shared): State<Arc<SandboxState>>, body: Body<CreateApiKey>) -> ControlResult {
    let Json(CreateApiKey { user, permissions }) = body.map_err(invalid_body)?;
    let permissions =
        Permissions::from_wire(permissions).map_err(|error| error_response(StatusCode::UNPROCESSABLE_ENTITY, &error.message))?;
    shared.user_id(&user).map_err(unknown_user)?;
    // The line above has checked that the user exists, so the only possible error is that the user has the maximum number of keys.
    let key = shared.add_api_key(&user, permissions, None).map_err(|error| error_response(StatusCode::CONFLICT, &error))?;
    Ok(Json(json!({ "apiKey": key.api_key, "apiSecret": key.api_secret.expose_secret() })))
}

pub(super) async fn ticket(State(shared): State<Arc<SandboxState>>, body: Body<ForUser>) -> ControlResult {
    let Json(ForUser { user }) = body.map_err(invalid_body)?;
    let ticket = shared.issue_ticket(&user).map_err(unknown_user)?;
    Ok(Json(json!({ "ticket": ticket.expose_secret() })))
}

pub(super) async fn embed_token(State(shared): State<Arc<SandboxState>>, body: Body<ForUser>) -> ControlResult {
    let Json(ForUser { user }) = body.map_err(invalid_body)?;
    let token = shared.issue_embed_token(&user).map_err(unknown_user)?;
    Ok(Json(json!({ "embedToken": token.expose_secret() })))
}

fn unknown_user(error: UserError) -> ErrorResponse {
    error_response(StatusCode::NOT_FOUND, &error)
}
