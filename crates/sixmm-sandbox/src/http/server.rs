//! The HTTP server of the exchange on the loopback interface, and its routes.

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

use super::accept;
use super::connection::Peer;
use super::envelope::ApiResponse;
use super::pipeline;
use super::shutdown::{ServerHandle, ShutdownSignal};
use crate::api_error::ApiError;
use crate::request_id::RequestId;
use crate::spec::{Facts, Operation};
use crate::state::SandboxState;
use crate::streams;

/// The running HTTP server. Dropping it closes all connections at once, including those that wait for a response.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    _running: ServerHandle,
}

impl Server {
    /// Listens on a port of the loopback interface. Port 0 selects a free port.
    pub(crate) async fn start(shared: Arc<SandboxState>, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (running, shutdown) = ServerHandle::new();
        tokio::spawn(accept::serve(listener, shutdown, router(shared), "the exchange"));
        Ok(Self { address, _running: running })
    }

    /// The address that the server listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn router(shared: Arc<SandboxState>) -> Router {
    let routes = Operation::ALL.iter().copied().fold(Router::new(), |router, operation| {
        let Facts { path, method, .. } = operation.facts();
        let response = move |State(shared): State<Arc<SandboxState>>, Extension(peer): Extension<Peer>, request: Request<Body>| async move {
            if request.method() == Method::HEAD {
                // The router routes HEAD requests to the handler of GET.
                return unknown_method(State(shared), Method::HEAD, request).await;
            }
            pipeline::operation(shared, operation, peer, request).await
        };
        router.route(path, on(filter(method), response))
    });
    let routes = routes.route(accept::STREAMS_PATH, on(MethodFilter::GET, streams));
    routes.fallback(unknown_path).method_not_allowed_fallback(unknown_method).with_state(shared)
}

/// Opens a connection of the streams. A request that does not ask for a WebSocket is rejected with HTTP 426, which is the sandbox's choice.
async fn streams(
    State(shared): State<Arc<SandboxState>>,
    Extension(shutdown): Extension<ShutdownSignal>,
    request: Request<Body>,
) -> Response<Body> {
    if request.method() == Method::HEAD {
        return unknown_method(State(shared), Method::HEAD, request).await;
    }
    let error = error_response(&shared, &request, StatusCode::UPGRADE_REQUIRED, "this path accepts only WebSocket connections".to_owned());
    streams::open(shared, shutdown, request).unwrap_or(error)
}

/// The methods that the specification can contain.
fn filter(method: &str) -> MethodFilter {
    match method {
        "POST" => MethodFilter::POST,
        "PUT" => MethodFilter::PUT,
        "DELETE" => MethodFilter::DELETE,
        "PATCH" => MethodFilter::PATCH,
        _ => MethodFilter::GET,
    }
}

/// The vendor does not document the response for an unknown path.
async fn unknown_path(State(shared): State<Arc<SandboxState>>, request: Request<Body>) -> Response<Body> {
    error_response(&shared, &request, StatusCode::NOT_FOUND, format!("No such path: {}", request.uri().path()))
}

async fn unknown_method(State(shared): State<Arc<SandboxState>>, method: Method, request: Request<Body>) -> Response<Body> {
    error_response(&shared, &request, StatusCode::METHOD_NOT_ALLOWED, format!("{} does not accept {method}", request.uri().path()))
}

fn error_response(shared: &SandboxState, request: &Request<Body>, status: StatusCode, message: String) -> Response<Body> {
    let id = RequestId::new(request.headers(), shared.next_request());
    pipeline::full_response(ApiResponse::from(ApiError::invalid_parameter(message)).with_status(status), &id)
}
