//! Sends a request and reads its response within a timeout. An error reports the stage that the request had reached: connecting, sending or
//! receiving.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use reqwest::header::{HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Body, Request, StatusCode};
use tokio::time::{Instant, timeout_at};

use super::{Connector, HttpSettings};
use crate::EscapedText;

/// The connection pool and the default timeout of a client.
pub(crate) struct Transport {
    client: Client<Connector, Body>,
    user_agent: HeaderValue,
    timeout: Duration,
}

impl Transport {
    pub(crate) fn new(connector: Connector, settings: &HttpSettings, user_agent: HeaderValue, timeout: Duration) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(settings.pool_idle_timeout)
            .pool_max_idle_per_host(settings.pool_max_idle)
            .build(connector);
        Self { client, user_agent, timeout }
    }

    /// Sends a request and waits for the head of the response.
    pub(crate) async fn send(&self, request: Request) -> Result<HttpResponse, TransportError> {
        let limit = request.timeout().copied().unwrap_or(self.timeout);
        // A timeout that is too large for the clock becomes a year.
        let deadline = Instant::now().checked_add(limit).unwrap_or_else(|| Instant::now() + Duration::from_secs(86_400 * 365));
        let mut request =
            hyper::Request::try_from(request).map_err(|error| TransportError::new(Stage::Build, false, &error.without_url()))?;
        request.headers_mut().entry(USER_AGENT).or_insert_with(|| self.user_agent.clone());
        let connection = capture_connection(&mut request);
        match timeout_at(deadline, self.client.request(request)).await {
            Ok(Ok(response)) => {
                let (head, body) = response.into_parts();
                Ok(HttpResponse { status: head.status, headers: head.headers, body, deadline })
            }
            Ok(Err(error)) if error.is_connect() => Err(TransportError::new(Stage::Connect, is_timeout(&error), &error)),
            Ok(Err(error)) => Err(TransportError::new(stage(&connection), is_timeout(&error), &error)),
            Err(elapsed) => Err(TransportError::new(stage(&connection), true, &elapsed)),
        }
    }
}

/// The stage that a failed request reached. The pool records the connection before it passes the request to the connection. So if no
/// connection is recorded, no byte of the request was written.
fn stage(connection: &CaptureConnection) -> Stage {
    if connection.connection_metadata().is_some() { Stage::Exchange } else { Stage::Connect }
}

/// A response with its head read and its body unread.
pub(crate) struct HttpResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Incoming,
    deadline: Instant,
}

impl HttpResponse {
    /// Waits for the next chunk of the body. Returns `None` at the end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        loop {
            let frame = poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx));
            match timeout_at(self.deadline, frame).await {
                Ok(Some(Ok(frame))) => {
                    // A frame without data contains trailers, which are skipped.
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
                Ok(Some(Err(error))) => return Err(TransportError::new(Stage::Exchange, is_timeout(&error), &error)),
                Ok(None) => return Ok(None),
                Err(elapsed) => return Err(TransportError::new(Stage::Exchange, true, &elapsed)),
            }
        }
    }
}

/// The reason why no complete response was received. Contains no URL and no header.
pub(crate) struct TransportError {
    stage: Stage,
    is_timeout: bool,
    detail: String,
}

/// The stage that a request reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The request could not be built.
    Build,
    /// No connection was open, so no byte of the request was written.
    Connect,
    /// The request was passed to a connection and may have been written.
    Exchange,
}

impl TransportError {
    fn new(stage: Stage, is_timeout: bool, error: &(dyn StdError + 'static)) -> Self {
        Self { stage, is_timeout, detail: describe(error) }
    }

    pub(crate) fn is_builder(&self) -> bool {
        self.stage == Stage::Build
    }

    pub(crate) fn is_connect(&self) -> bool {
        self.stage == Stage::Connect
    }

    pub(crate) fn is_timeout(&self) -> bool {
        self.is_timeout
    }
}

/// Describes an error of the connector.
pub(super) fn describe(error: &(dyn StdError + 'static)) -> String {
    EscapedText::new(&chain(error)).to_string()
}

/// Joins the messages of an error and of its sources. The message of the HTTP library's outermost error is left out, because it contains no
/// information.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let is_outer = error.is::<hyper_util::client::legacy::Error>();
    let mut next = if is_outer && error.source().is_some() { error.source() } else { Some(error) };
    let mut parts: Vec<String> = Vec::new();
    while let Some(error) = next {
        let message = message(error);
        // Some errors contain the message of their source.
        if !parts.last().is_some_and(|last| last.ends_with(&message)) {
            parts.push(message);
        }
        next = error.source();
    }
    parts.join(": ")
}

#[cfg(feature = "rustls")]
fn message(error: &(dyn StdError + 'static)) -> String {
    super::tls::pin_mismatch(error).map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(not(feature = "rustls"))]
fn message(error: &(dyn StdError + 'static)) -> String {
    error.to_string()
}

fn is_timeout(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let is_elapsed = error.is::<tokio::time::error::Elapsed>();
        let is_io = error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::TimedOut);
        if is_elapsed || is_io {
            return true;
        }
        next = error.source();
    }
    false
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransportError({:?}, stage: {:?}, timeout: {})", self.detail, self.stage, self.is_timeout)
    }
}

impl StdError for TransportError {}
