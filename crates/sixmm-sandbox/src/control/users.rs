//! Control requests that create credentials: API keys, tickets and embed tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Body, Refused, refuse, unreadable};
use crate::auth::Permissions;
use crate::world::{UserError, World};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForUser {
    user: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApiKey {
    user: String,
    permissions: i64,
}

pub(super) async fn api_key(State(world): State<Arc<World>>, body: Body<NewApiKey>) -> Answer {
    let Json(NewApiKey { user, permissions }) = body.map_err(unreadable)?;
    let permissions = Permissions::from_wire(permissions).map_err(|refusal| refuse(StatusCode::UNPROCESSABLE_ENTITY, &refusal.message))?;
    world.user_id(&user).map_err(nobody)?;
    // The user exists, so the only possible error is that the user has the maximum number of keys.
    let key = world.add_api_key(&user, permissions, None).map_err(|error| refuse(StatusCode::CONFLICT, &error))?;
    Ok(Json(json!({ "apiKey": key.api_key, "apiSecret": key.api_secret.expose_secret() })))
}

pub(super) async fn ticket(State(world): State<Arc<World>>, body: Body<ForUser>) -> Answer {
    let Json(ForUser { user }) = body.map_err(unreadable)?;
    let ticket = world.issue_ticket(&user).map_err(nobody)?;
    Ok(Json(json!({ "ticket": ticket.expose_secret() })))
}

pub(super) async fn embed_token(State(world): State<Arc<World>>, body: Body<ForUser>) -> Answer {
    let Json(ForUser { user }) = body.map_err(unreadable)?;
    let token = world.issue_embed_token(&user).map_err(nobody)?;
    Ok(Json(json!({ "embedToken": token.expose_secret() })))
}

fn nobody(error: UserError) -> Refused {
    refuse(StatusCode::NOT_FOUND, &error)
}
