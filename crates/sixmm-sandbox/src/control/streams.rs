//! Control requests for the streams: settings, connections and faults.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Body, ControlResult, PathParameter, error_response, invalid_body, invalid_path};
use crate::faults::FaultRuleId;
use crate::state::SandboxState;
use crate::streams::{StreamFaultRule, StreamSettingsChange};

/// Returns the settings and the connections.
pub(super) async fn streams(State(shared): State<Arc<SandboxState>>) -> Json<Value> {
    let state = shared.lock();
    Json(json!({ "settings": state.streams.settings, "connections": state.streams.list() }))
}

/// Changes settings and returns all of them.
pub(super) async fn change_settings(State(shared): State<Arc<SandboxState>>, body: Body<StreamSettingsChange>) -> ControlResult {
    let Json(change) = body.map_err(invalid_body)?;
    let mut state = shared.lock();
    let settings = change.apply(state.streams.settings);
    state.streams.settings = settings;
    Ok(Json(json!({ "settings": settings })))
}

/// Closes all connections.
pub(super) async fn close(State(shared): State<Arc<SandboxState>>) -> Json<Value> {
    shared.lock().streams.close_all();
    Json(json!({}))
}

pub(super) async fn faults(State(shared): State<Arc<SandboxState>>) -> Json<Value> {
    let rules: Vec<Value> =
        shared.stream_faults.rules().into_iter().map(|(id, rule, left)| json!({ "id": id, "rule": rule, "left": left })).collect();
    Json(json!({ "rules": rules, "hits": shared.stream_faults.hits() }))
}

pub(super) async fn add_fault(State(shared): State<Arc<SandboxState>>, rule: Body<StreamFaultRule>) -> ControlResult {
    let Json(rule) = rule.map_err(invalid_body)?;
    let id = shared.stream_faults.add(rule).map_err(|error| error_response(StatusCode::UNPROCESSABLE_ENTITY, &error))?;
    Ok(Json(json!({ "id": id })))
}

pub(super) async fn clear_faults(State(shared): State<Arc<SandboxState>>) -> Json<Value> {
    shared.stream_faults.clear();
    Json(json!({}))
}

pub(super) async fn remove_fault(State(shared): State<Arc<SandboxState>>, id: PathParameter) -> ControlResult {
    let Path(id) = id.map_err(invalid_path)?;
    if id.parse().is_ok_and(|id| shared.stream_faults.remove(FaultRuleId::new(id))) {
        Ok(Json(json!({})))
    } else {
        Err(error_response(StatusCode::NOT_FOUND, &format!("no rule has the id {id}")))
    }
}
