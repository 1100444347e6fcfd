//! A server that replays a recording of streams in the exchange's own messages.

mod recording;
mod session;

use std::fmt;
use std::io::{self, BufRead};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use axum::{Extension, Router, routing};
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use self::recording::InvalidRecording;
use self::recording::Recording;
use self::session::ReplaySession;
use super::connection;
use super::handshake::upgrade;
use super::outbox::Outbox;
use crate::clock::Clock;
use crate::http::accept::{self, STREAMS_PATH};
use crate::http::shutdown::{ServerHandle, ShutdownSignal};

/// A server that replays a recording of streams, so that a client runs against a recorded day without a change: the client subscribes to
/// topics as usual, and receives the recorded messages of these topics. When this value is dropped, the server stops.
///
/// The recording has the format of the module `recording` of the crate `venue-stream`. It is read into memory.
///
/// - The first connection of the client receives the messages of the first recorded connection, the second connection those of the second,
///   and so on. Further connections receive only acknowledgements. At the end of a recorded connection, the server closes the socket.
/// - The replay of a connection begins with the first subscription of a recorded topic. A topic that is subscribed later begins with its
///   first message. The messages of a topic that the client does not subscribe are not sent.
/// - The requests of the client are acknowledged in the documented form. The recorded acknowledgements are not sent, because they contain
///   the ids of the recorded client.
/// - A connection with a listen key or token, which is not checked, receives the recorded private messages.
///
/// ```
/// use sixmm_sandbox::{Clock, ReplayPace, StreamReplay};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let recording = r#"venue-stream recording 1
/// settings {}
/// seed 7
/// first-request 1
/// 0.000000000 1 connect
/// 0.100000000 1 opened
/// 0.300000000 1 < {"topic":"market.tickers","event":"data","data":[]}
/// "#;
/// let pace = ReplayPace::Fast;
/// let clock = Clock::real();
/// let replay = StreamReplay::start(recording.as_bytes(), pace, clock, 0).await?;
/// assert!(replay.url().starts_with("ws://127.0.0.1:"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct StreamReplay {
    replay: Arc<Replay>,
    address: SocketAddr,
    _running: ServerHandle,
}

/// When the messages of a replay are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayPace {
    /// At the recorded intervals, by the clock of the replay.
    Recorded,
    /// As fast as the client reads.
    Fast,
}

/// The state that all connections share.
struct Replay {
    recording: Recording,
    pace: ReplayPace,
    clock: Clock,
    /// Number of connections so far.
    connections: AtomicUsize,
    /// Notifies the connections that the clock was advanced.
    advanced: watch::Sender<()>,
}

impl StreamReplay {
    /// Reads a recording and serves it on a port of 127.0.0.1. Port 0 selects a free port. With a [manual clock](Clock::manual), messages are
    /// sent when [`advance`](Self::advance) reaches their time.
    ///
    /// # Errors
    ///
    /// Returns an error of the kind [`InvalidData`](io::ErrorKind::InvalidData) with an [`InvalidRecording`] if the recording cannot be
    /// read, and another error if the port is not free.
    pub async fn start(recording: impl BufRead, pace: ReplayPace, clock: Clock, port: u16) -> io::Result<Self> {
        let recording = Recording::read(recording).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (running, shutdown) = ServerHandle::new();
        let (connections, advanced) = (AtomicUsize::new(0), watch::Sender::new(()));
        let replay = Arc::new(Replay { recording, pace, clock, connections, advanced });
        let router = Router::new().route(STREAMS_PATH, routing::get(open)).with_state(Arc::clone(&replay));
        tokio::spawn(accept::serve(listener, shutdown, router, "the replay"));
        Ok(Self { replay, address, _running: running })
    }

    /// URL of the streams: `ws://127.0.0.1:`, the port and `/ws`.
    pub fn url(&self) -> String {
        format!("ws://{}{STREAMS_PATH}", self.address)
    }

    /// The address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Advances a manual clock, and sends the messages whose time has come.
    pub fn advance(&self, by: Duration) {
        self.replay.clock.advance(by);
        self.replay.advanced.send_replace(());
    }
}

async fn open(State(replay): State<Arc<Replay>>, Extension(shutdown): Extension<ShutdownSignal>, request: Request<Body>) -> Response<Body> {
    let is_private = super::credentials::Credential::from_query(request.uri().query().unwrap_or_default()).is_some();
    upgrade(request, move |socket| async move {
        let number = replay.connections.fetch_add(1, Ordering::SeqCst);
        let recorded = replay.recording.connections.get(number).cloned().unwrap_or_default();
        // The requests of the client limit the number of acknowledgements, and the other messages are in memory already.
        let outbox = Outbox::new(usize::MAX);
        let mut session = ReplaySession::new(Arc::clone(&outbox), replay.clock.clone(), replay.pace, recorded, is_private);
        let mut advanced = replay.advanced.subscribe();
        tokio::select! {
            () = connection::run(socket, &outbox, &replay.clock, &mut session, shutdown) => {}
            () = async { while advanced.changed().await.is_ok() { outbox.wake() } } => {}
        }
    })
    .unwrap_or_else(|| {
        let mut response = Response::new(Body::from("this path accepts only WebSocket connections"));
        *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
        response
    })
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("connections", &self.recording.connections.len()).field("pace", &self.pace).finish_non_exhaustive()
    }
}
