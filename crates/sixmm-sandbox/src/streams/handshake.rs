//! The opening of a connection: the HTTP request, its credentials, and the session that executes its requests.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;

use super::connection::{self, Session};
use super::credentials::Credential;
use super::hub::Private;
use super::outbox::{Action, Item, Outbox};
use super::{close_codes, messages};
use crate::http::shutdown::ShutdownSignal;
use crate::state::SandboxState;

/// RFC 6455, section 1.3.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The number in the name of the first user's private topic, as in the documentation's example. The number of each further user is one
/// higher. It differs from the user's id, so that a client cannot build the name of the topic from the id.
const FIRST_USER_TOPIC: u64 = 5794;

/// The bytes of a connection after its handshake.
pub(super) type Socket = TokioIo<Upgraded>;

/// Answers a request for the streams, and serves the connection in a task of its own. Returns `None` if the request does not ask for a
/// WebSocket.
pub(crate) fn open(shared: Arc<SandboxState>, shutdown: ShutdownSignal, request: Request<Body>) -> Option<Response<Body>> {
    let credential = Credential::from_query(request.uri().query().unwrap_or_default());
    upgrade(request, |socket| serve(shared, credential, socket, shutdown))
}

/// Performs the handshake, and passes the socket to `serve` in a task of its own. Returns `None` if the request does not ask for a
/// WebSocket.
pub(super) fn upgrade<F>(mut request: Request<Body>, serve: impl FnOnce(Socket) -> F + Send + 'static) -> Option<Response<Body>>
where
    F: Future<Output = ()> + Send,
{
    let accept = accept_key(request.headers())?;
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        match upgrade.await {
            Ok(upgraded) => serve(TokioIo::new(upgraded)).await,
            Err(error) => tracing::debug!(%error, "a connection of the streams was not opened"),
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    Some(response)
}

/// The value of `Sec-WebSocket-Accept`, or `None` if the request does not ask for a WebSocket (RFC 6455, section 4.2.1).
fn accept_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let contains = |name: HeaderName, token: &str| {
        let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
    };
    if !contains(CONNECTION, "upgrade") || !contains(UPGRADE, "websocket") || !contains(SEC_WEBSOCKET_VERSION, "13") {
        return None;
    }
    let mut hash = sha1_smol::Sha1::new();
    hash.update(headers.get(SEC_WEBSOCKET_KEY)?.as_bytes());
    hash.update(GUID.as_bytes());
    HeaderValue::from_str(&STANDARD.encode(hash.digest().bytes())).ok()
}

async fn serve(shared: Arc<SandboxState>, credential: Option<Credential>, socket: Socket, shutdown: ShutdownSignal) {
    let mut session = SandboxSession::open(shared, credential);
    let (outbox, clock) = (Arc::clone(&session.outbox), session.shared.clock.clone());
    connection::run(socket, &outbox, &clock, &mut session, shutdown).await;
}

/// A connection to the exchange, which is removed from the hub when the session is dropped.
struct SandboxSession {
    shared: Arc<SandboxState>,
    outbox: Arc<Outbox>,
    /// The number of the connection, or `None` if its credentials were not valid.
    number: Option<u64>,
}

impl SandboxSession {
    fn open(shared: Arc<SandboxState>, credential: Option<Credential>) -> Self {
        let mut state = shared.lock();
        let now = shared.clock.now();
        state.exchange.advance(now);
        state.publish_streams();
        let outbox = Outbox::new(state.streams.settings.max_queued_messages);
        let private = match credential {
            None => Ok(None),
            Some(credential) => credential.user(&state, now).map(|user| Some(Private { topic: user_topic(&user), user, credential })),
        };
        let number = match private {
            Ok(private) => {
                let state = &mut *state;
                Some(state.streams.add(Arc::clone(&outbox), private, &mut state.exchange))
            }
            Err(message) => {
                outbox.push(Item { action: Action::Text(messages::authentication_failed(message).into()), due: None });
                outbox.push(Item { action: Action::Close(close_codes::UNAUTHENTICATED, "authentication failed"), due: None });
                None
            }
        };
        tracing::debug!(connection = number, "a connection of the streams");
        drop(state);
        Self { shared, outbox, number }
    }
}

impl Session for SandboxSession {
    fn receive(&mut self, text: &str) {
        let Some(number) = self.number else { return };
        let mut state = self.shared.lock();
        state.exchange.advance(self.shared.clock.now());
        state.publish_streams();
        state.receive_stream_request(number, text);
    }
}

impl Drop for SandboxSession {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let state = &mut *self.shared.lock();
            state.streams.remove(number, &mut state.exchange);
        }
    }
}

/// The name of a user's private topic.
fn user_topic(user: &str) -> String {
    let number = user.parse::<u64>().unwrap_or_default().wrapping_sub(crate::sandbox::FIRST_USER_ID).wrapping_add(FIRST_USER_TOPIC);
    format!("user.{number}")
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use static_assertions::assert_not_impl_any;

    use super::*;

    // These types contain a listen key or a token, so their values must not be printable.
    assert_not_impl_any!(Credential: Debug);
    assert_not_impl_any!(Private: Debug);
    assert_not_impl_any!(SandboxSession: Debug);

    #[test]
    fn the_accept_key_is_that_of_the_rfc() {
        let mut headers = HeaderMap::new();
        headers.insert(CONNECTION, HeaderValue::from_static("keep-alive, Upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("WebSocket"));
        headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        headers.insert(SEC_WEBSOCKET_KEY, HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ=="));
        assert_eq!(accept_key(&headers), Some(HeaderValue::from_static("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
        headers.remove(UPGRADE);
        assert_eq!(accept_key(&headers), None);
    }

    #[test]
    fn the_topic_of_a_user_is_not_the_id() {
        assert_eq!((user_topic("1188041528"), user_topic("1188041529")), ("user.5794".to_owned(), "user.5795".to_owned()));
    }
}
