//! The control interface: faults, clock, market, credentials and the request log over HTTP, for programs that cannot call the library.
//! `interface.md` describes the requests and is part of the crate documentation.

mod guard;
mod market;
mod users;

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
use crate::faults::{Rule, RuleId};
use crate::http::accept::{self, Running};
use crate::world::World;

/// The running control interface. It stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Control {
    address: SocketAddr,
    _running: Running,
}

type Refused = (StatusCode, Json<Value>);
type Answer = Result<Json<Value>, Refused>;
type Body<T> = Result<Json<T>, JsonRejection>;
/// A parameter in the path, such as a symbol or a rule id.
type Name = Result<Path<String>, PathRejection>;

impl Control {
    /// Listens on a port of the loopback interface. Port 0 selects a free port.
    pub(crate) async fn start(world: Arc<World>, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (running, ended) = Running::new();
        tokio::spawn(accept::serve(listener, ended, router(world), "the control interface"));
        Ok(Self { address, _running: running })
    }

    /// The address that the control interface listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/faults/{id}", delete(remove_fault))
        .route("/requests", get(requests))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance))
        .route("/market/{symbol}/price", post(market::set_price))
        .route("/market/{symbol}/orders", post(market::place_order).delete(market::cancel_orders))
        .route("/api-keys", post(users::api_key))
        .route("/tickets", post(users::ticket))
        .route("/embed-tokens", post(users::embed_token))
        .fallback(async |uri: Uri| refuse(StatusCode::NOT_FOUND, &format!("no such path: {}", uri.path())))
        .method_not_allowed_fallback(async |method: Method, uri: Uri| {
            refuse(StatusCode::METHOD_NOT_ALLOWED, &format!("{} does not accept {method}", uri.path()))
        })
        .layer(middleware::from_fn(guard::run))
        .with_state(world)
}

async fn faults(State(world): State<Arc<World>>) -> Json<Value> {
    let rules: Vec<Value> =
        world.faults.rules().into_iter().map(|(id, rule, left)| json!({ "id": id, "rule": rule, "left": left })).collect();
    Json(json!({ "rules": rules, "hits": world.faults.hits() }))
}

async fn add_fault(State(world): State<Arc<World>>, rule: Body<Rule>) -> Answer {
    let Json(rule) = rule.map_err(unreadable)?;
    let id = world.faults.add(rule).map_err(|error| refuse(StatusCode::UNPROCESSABLE_ENTITY, &error))?;
    Ok(Json(json!({ "id": id })))
}

async fn clear_faults(State(world): State<Arc<World>>) -> Json<Value> {
    world.faults.clear();
    Json(json!({}))
}

async fn remove_fault(State(world): State<Arc<World>>, id: Name) -> Answer {
    let Path(id) = id.map_err(unreadable_name)?;
    if id.parse().is_ok_and(|id| world.faults.remove(RuleId::new(id))) {
        Ok(Json(json!({})))
    } else {
        Err(refuse(StatusCode::NOT_FOUND, &format!("no rule has the id {id}")))
    }
}

async fn requests(State(world): State<Arc<World>>) -> Json<Value> {
    let requests = world.record().all();
    Json(json!({ "requests": requests }))
}

async fn clock(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!({ "now": world.clock.now().as_millis(), "real": world.clock.is_real() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    millis: u64,
}

async fn advance(State(world): State<Arc<World>>, body: Body<Advance>) -> Answer {
    let Json(Advance { millis }) = body.map_err(unreadable)?;
    if world.clock.is_real() {
        return Err(refuse(StatusCode::CONFLICT, &"the exchange uses the system clock, which cannot be advanced"));
    }
    let (now, latest) = (world.clock.now(), UnixMillis::LATEST);
    let most = latest.as_millis().abs_diff(now.as_millis());
    if millis > most {
        let message = format!("`millis` is {millis}: it must be 0 to {most}. The clock cannot go beyond {latest}, which is 2080-01-01");
        return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, &message));
    }
    world.advance(Duration::from_millis(millis));
    Ok(Json(json!({ "now": world.clock.now().as_millis() })))
}

fn unreadable(rejection: JsonRejection) -> Refused {
    refuse(rejection.status(), &rejection.body_text())
}

fn unreadable_name(rejection: PathRejection) -> Refused {
    refuse(rejection.status(), &rejection.body_text())
}

fn refuse(status: StatusCode, error: &impl ToString) -> Refused {
    (status, Json(json!({ "error": error.to_string() })))
}
