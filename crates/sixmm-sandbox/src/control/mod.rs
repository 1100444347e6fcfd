//! The control interface: HTTP access to faults, clock, market, credentials and the request log, for programs that cannot call the library.
//! `interface.md` describes the requests and is part of the crate documentation.

mod credentials;
mod host_check;
mod market;
mod streams;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, Uri};
use axum::routing::{delete, get, post};
use axum::{Json, Router, middleware};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::UnixMillis;
use crate::faults::{FaultRule, FaultRuleId};
use crate::http::accept;
use crate::http::shutdown::ServerHandle;
use crate::state::SandboxState;

/// The running control interface. It stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Control {
    address: SocketAddr,
    _running: ServerHandle,
}

type ErrorResponse = (StatusCode, Json<Value>);
type ControlResult = Result<Json<Value>, ErrorResponse>;
type Body<T> = Result<Json<T>, JsonRejection>;
/// A parameter in the path, such as a symbol or a rule id.
type PathParameter = Result<Path<String>, PathRejection>;

impl Control {
    /// Listens on a port of the loopback interface. Port 0 selects a free port.
    pub(crate) async fn start(shared: Arc<SandboxState>, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (running, shutdown) = ServerHandle::new();
        tokio::spawn(accept::serve(listener, shutdown, router(shared), "the control interface"));
        Ok(Self { address, _running: running })
    }

    /// The address that the control interface listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn router(shared: Arc<SandboxState>) -> Router {
    Router::new()
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/faults/{id}", delete(remove_fault))
        .route("/streams", get(streams::streams).post(streams::change_settings).delete(streams::close))
        .route("/streams/faults", get(streams::faults).post(streams::add_fault).delete(streams::clear_faults))
        .route("/streams/faults/{id}", delete(streams::remove_fault))
        .route("/requests", get(requests))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance))
        .route("/market/{symbol}/price", post(market::set_price))
        .route("/market/{symbol}/orders", post(market::place_order).delete(market::cancel_orders))
        .route("/api-keys", post(credentials::api_key))
        .route("/tickets", post(credentials::ticket))
        .route("/embed-tokens", post(credentials::embed_token))
        .fallback(async |uri: Uri| error_response(StatusCode::NOT_FOUND, &format!("no such path: {}", uri.path())))
        .method_not_allowed_fallback(async |method: Method, uri: Uri| {
            error_response(StatusCode::METHOD_NOT_ALLOWED, &format!("{} does not accept {method}", uri.path()))
        })
        .layer(middleware::from_fn(host_check::handle))
        .with_state(shared)
}

async fn faults(State(shared): State<Arc<SandboxState>>) -> Json<Value> {
    let rules: Vec<Value> =
        shared.faults.rules().into_iter().map(|(id, rule, left)| json!({ "id": id, "rule": rule, "left": left })).collect();
    Json(json!({ "rules": rules, "hits": shared.faults.hits() }))
}

async fn add_fault(State(shared): State<Arc<SandboxState>>, rule: Body<FaultRule>) -> ControlResult {
    let Json(rule) = rule.map_err(invalid_body)?;
    let id = shared.faults.add(rule).map_err(|error| error_response(StatusCode::UNPROCESSABLE_ENTITY, &error))?;
    Ok(Json(json!({ "id": id })))
}

async fn clear_faults(State(shared): State<Arc<SandboxState>>) -> Json<Value> {
    shared.faults.clear();
    Json(json!({}))
}

async fn remove_fault(State(shared): State<Arc<SandboxState>>, id: PathParameter) -> ControlResult {
    let Path(id) = id.map_err(invalid_path)?;
    if id.parse().is_ok_and(|id| shared.faults.remove(FaultRuleId::new(id))) {
        Ok(Json(json!({})))
    } else {
        Err(error_response(StatusCode::NOT_FOUND, &format!("no rule has the id {id}")))
    }
}

async fn requests(State(shared): State<Arc<SandboxState>>) -> Json<Value> {
    let requests = shared.request_log().all();
    Json(json!({ "requests": requests }))
}

async fn clock(State(shared): State<Arc<SandboxState>>) -> Json<Value> {
    Json(json!({ "now": shared.clock.now().as_millis(), "real": shared.clock.is_real() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    millis: u64,
}

async fn advance(State(shared): State<Arc<SandboxState>>, body: Body<Advance>) -> ControlResult {
    let Json(Advance { millis }) = body.map_err(invalid_body)?;
    if shared.clock.is_real() {
        return Err(error_response(StatusCode::CONFLICT, &"the exchange uses the system clock, which cannot be advanced"));
    }
    let (now, latest) = (shared.clock.now(), UnixMillis::LATEST);
    let max = latest.as_millis().abs_diff(now.as_millis());
    if millis > max {
        let message = format!("`millis` is {millis}: it must be 0 to {max}. The clock cannot go beyond {latest}, which is 2080-01-01");
        return Err(error_response(StatusCode::UNPROCESSABLE_ENTITY, &message));
    }
    shared.advance(Duration::from_millis(millis));
    Ok(Json(json!({ "now": shared.clock.now().as_millis() })))
}

fn invalid_body(rejection: JsonRejection) -> ErrorResponse {
    error_response(rejection.status(), &rejection.body_text())
}

fn invalid_path(rejection: PathRejection) -> ErrorResponse {
    error_response(rejection.status(), &rejection.body_text())
}

fn error_response(status: StatusCode, error: &impl ToString) -> ErrorResponse {
    (status, Json(json!({ "error": error.to_string() })))
}
