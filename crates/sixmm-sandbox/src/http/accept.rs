//! Accepts connections and serves HTTP on them, for the exchange and for the control interface.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower_service::Service as _;

use super::connection::{Connection, Peer};

/// How long a connection may take to send the head of its next request, or the body of one: a connection that is idle or that
/// stalls is closed after that. As long as common proxies keep an idle connection.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(75);

/// The largest request line and headers together. A larger head is answered with HTTP 431.
const LARGEST_HEAD: usize = 1 << 16;

/// The pause before the next attempt to accept a connection, after the system refused one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Keeps a server running until it is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    _sender: watch::Sender<()>,
}

/// What a server and its connections see of [`Running`].
#[derive(Debug, Clone)]
pub(crate) struct Ended(watch::Receiver<()>);

impl Running {
    pub(crate) fn new() -> (Self, Ended) {
        let (sender, ended) = watch::channel(());
        (Self { _sender: sender }, Ended(ended))
    }
}

impl Ended {
    /// Whether [`Running`] was dropped.
    pub(super) fn has_ended(&self) -> bool {
        self.0.has_changed().is_err()
    }

    /// Waits until [`Running`] is dropped.
    pub(super) async fn wait(&mut self) {
        // Nothing is ever sent, so that only the drop of the sender ends the wait.
        while self.0.changed().await.is_ok() {}
    }
}

/// Serves a router until the server ends, and closes every connection then.
///
/// If the system refuses new connections, for example because the process has no file descriptor left, that is logged once, and the
/// server tries again until it succeeds.
pub(crate) async fn serve(listener: TcpListener, mut ended: Ended, router: Router, name: &'static str) {
    let mut is_failing = false;
    loop {
        let accepted = tokio::select! {
            () = ended.wait() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                if std::mem::take(&mut is_failing) {
                    tracing::info!("{name} accepts connections again");
                }
                tokio::spawn(serve_connection(stream, address, ended.clone(), router.clone()));
            }
            Err(error) if is_of_one_connection(&error) => tracing::debug!(%error, "{name}: a connection ended before it was accepted"),
            Err(error) => {
                if !std::mem::replace(&mut is_failing, true) {
                    let pause = ACCEPT_PAUSE.as_millis();
                    tracing::error!(%error, "{name} cannot accept connections, and tries again every {pause} ms");
                }
                tokio::select! {
                    () = ended.wait() => return,
                    () = tokio::time::sleep(ACCEPT_PAUSE) => {}
                }
            }
        }
    }
}

async fn serve_connection(stream: TcpStream, address: SocketAddr, mut ended: Ended, router: Router) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps Nagle's delays");
    }
    let peer = Peer::new(address);
    let io = TokioIo::new(Connection::new(stream, &peer, ended.clone()));
    let service = service_fn(move |mut request: Request<_>| {
        request.extensions_mut().insert(peer.clone());
        router.clone().call(request)
    });
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(READ_TIMEOUT).max_header_size(LARGEST_HEAD);
    tokio::select! {
        () = ended.wait() => {}
        served = builder.serve_connection(io, service) => if let Err(error) = served {
            tracing::debug!(%error, "a connection ended");
        }
    }
}

/// Whether the next attempt to accept a connection can succeed at once.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
