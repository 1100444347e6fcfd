//! Accept loop and HTTP/1 connections, for the exchange and for the control interface.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tower_service::Service as _;

use super::connection::{Connection, Peer};
use super::shutdown::ShutdownSignal;

/// Time limit for the head of the next request of a connection, and for the body of a request. If the complete head does not arrive in this
/// time, the connection is closed, whether the client is idle or has stopped in the middle of the head. Common proxies keep idle
/// connections for the same time.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(75);

/// Maximum size of the request line and the headers together. The server responds with HTTP 431 to a larger head.
const MAX_HEAD_BYTES: usize = 1 << 16;

/// Path of the streams. A connection to this path outlives its HTTP request, so the request needs the shutdown signal.
pub(crate) const STREAMS_PATH: &str = "/ws";

/// Pause before the next attempt after `accept` failed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections and serves requests with a router until the server is stopped, then closes all connections.
///
/// If `accept` fails, for example because the process has no file descriptor left, the error is logged once and the server retries until
/// `accept` succeeds.
pub(crate) async fn serve(listener: TcpListener, mut shutdown: ShutdownSignal, router: Router, name: &'static str) {
    let mut is_failing = false;
    loop {
        let accepted = tokio::select! {
            () = shutdown.wait() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                if std::mem::take(&mut is_failing) {
                    tracing::info!("{name} accepts connections again");
                }
                tokio::spawn(serve_connection(stream, address, shutdown.clone(), router.clone()));
            }
            Err(error) if concerns_one_connection(&error) => tracing::debug!(%error, "{name}: a connection ended before it was accepted"),
            Err(error) => {
                if !std::mem::replace(&mut is_failing, true) {
                    let pause = ACCEPT_PAUSE.as_millis();
                    tracing::error!(%error, "{name} cannot accept connections and retries every {pause} ms");
                }
                tokio::select! {
                    () = shutdown.wait() => return,
                    () = tokio::time::sleep(ACCEPT_PAUSE) => {}
                }
            }
        }
    }
}

async fn serve_connection(stream: TcpStream, address: SocketAddr, mut shutdown: ShutdownSignal, router: Router) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot disable Nagle's algorithm for a connection");
    }
    let peer = Peer::new(address);
    let io = TokioIo::new(Connection::new(stream, &peer, shutdown.clone()));
    let stream_shutdown = shutdown.clone();
    let service = service_fn(move |mut request: Request<_>| {
        request.extensions_mut().insert(peer.clone());
        if request.uri().path() == STREAMS_PATH {
            request.extensions_mut().insert(stream_shutdown.clone());
        }
        router.clone().call(request)
    });
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(READ_TIMEOUT).max_header_size(MAX_HEAD_BYTES);
    tokio::select! {
        () = shutdown.wait() => {}
        served = builder.serve_connection(io, service).with_upgrades() => if let Err(error) = served {
            tracing::debug!(%error, "a connection ended");
        }
    }
}

/// Whether an error of `accept` concerns only one connection. The next connection is then accepted at once, and otherwise after a pause.
fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
