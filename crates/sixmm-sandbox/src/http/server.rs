//! Listens on this machine, and stops when it is dropped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, Response, StatusCode};
use axum::routing::{MethodFilter, on};
use tokio::net::TcpListener;

use super::accept::{self, Running};
use super::connection::Peer;
use super::envelope::Answer;
use super::request::RequestId;
use super::serve;
use crate::refusal::Refusal;
use crate::spec::{Facts, Operation};
use crate::world::World;

/// A listening exchange. It stops when it is dropped: its connections close at once, also those that wait for an answer.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    _running: Running,
}

impl Server {
    /// Listens on a port of the loopback interface; on a free one if it is 0.
    pub(crate) async fn start(world: Arc<World>, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (running, ended) = Running::new();
        tokio::spawn(accept::serve(listener, ended, router(world), "the exchange"));
        Ok(Self { address, _running: running })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn router(world: Arc<World>) -> Router {
    let routes = Operation::ALL.iter().copied().fold(Router::new(), |router, operation| {
        let Facts { path, method, .. } = operation.facts();
        let answer = move |State(world): State<Arc<World>>, Extension(peer): Extension<Peer>, request: Request<Body>| async move {
            if request.method() == Method::HEAD {
                // The router takes it for a GET.
                return unknown_method(State(world), Method::HEAD, request).await;
            }
            serve::operation(world, operation, peer, request).await
        };
        router.route(path, on(filter(method), answer))
    });
    routes.fallback(unknown_path).method_not_allowed_fallback(unknown_method).with_state(world)
}

/// The methods that the specification may have.
fn filter(method: &str) -> MethodFilter {
    match method {
        "POST" => MethodFilter::POST,
        "PUT" => MethodFilter::PUT,
        "DELETE" => MethodFilter::DELETE,
        "PATCH" => MethodFilter::PATCH,
        _ => MethodFilter::GET,
    }
}

/// What the vendor answers to a path that it does not know is not documented.
async fn unknown_path(State(world): State<Arc<World>>, request: Request<Body>) -> Response<Body> {
    refuse(&world, &request, StatusCode::NOT_FOUND, format!("No such path: {}", request.uri().path()))
}

async fn unknown_method(State(world): State<Arc<World>>, method: Method, request: Request<Body>) -> Response<Body> {
    refuse(&world, &request, StatusCode::METHOD_NOT_ALLOWED, format!("{} does not take {method}", request.uri().path()))
}

fn refuse(world: &World, request: &Request<Body>, status: StatusCode, message: String) -> Response<Body> {
    let id = RequestId::new(request.headers(), world.next_request());
    serve::whole(Answer::from(Refusal::invalid_parameter(message)).with_status(status), &id)
}
