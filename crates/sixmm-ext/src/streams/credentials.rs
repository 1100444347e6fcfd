//! The credentials of the private connection: a listen key, or the session's access token.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use sixmm_api::operations::REFRESH_TOKEN;
use sixmm_api::reqwest::Url;
use sixmm_api::{BoxFuture, Secret, VetoKind};
use tokio::sync::Mutex;
use venue_stream::{ConnectAttempt, CredentialError, CredentialSource, Credentials, DisconnectReason, StreamConnection};

use super::protocol::SentSecrets;
use super::reports::Reports;
use crate::Error;
use crate::client_inner::ClientInner;
use crate::listen_key::{ListenKey, ListenKeyGuard};

/// The number of attempts in succession that fail before the authentication, after which the listen key is renewed. No page documents how
/// the exchange rejects a key, so the failures of the attempts may be rejections.
const SUSPICIOUS_FAILURES: u32 = 3;

/// The connection that uses the credentials. Weak, because the connection owns its source of credentials.
pub(super) type ConnectionSlot = Arc<OnceLock<Weak<StreamConnection>>>;

/// Provides a listen key: creates a key for the first attempt, and uses it for each further attempt while it is valid.
pub(super) struct ListenKeySource {
    client: ClientInner,
    reports: Reports,
    secrets: Arc<SentSecrets>,
    connection: ConnectionSlot,
    /// The generation of the key of the last attempt.
    used: Arc<AtomicU64>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The guard renews the key in the background. Dropping the guard closes the key.
    guard: Option<ListenKeyGuard>,
    failures: Failures,
}

/// The failures of the present key.
#[derive(Debug, Default)]
struct Failures {
    /// The exchange rejected the key. Stays `true` until the key is replaced, even if other attempts fail in between.
    is_rejected: bool,
    /// The number of attempts in succession that may have failed because of the key.
    suspicious: u32,
}

impl Failures {
    /// Notes why the previous attempt failed. `was_connected` is true if the failure came after the authentication.
    fn note(&mut self, why: Option<&DisconnectReason>, was_connected: bool) {
        match why {
            Some(DisconnectReason::AuthenticationRejected(_)) => self.is_rejected = true,
            _ if was_connected => self.suspicious = 0,
            Some(
                DisconnectReason::AuthenticationTimeout
                | DisconnectReason::ClosedByServer { .. }
                | DisconnectReason::ConnectFailed(_)
                | DisconnectReason::ConnectionFailed(_),
            ) => self.suspicious += 1,
            _ => {}
        }
    }
}

impl ListenKeySource {
    pub(super) fn new(client: ClientInner, reports: Reports, secrets: Arc<SentSecrets>, connection: ConnectionSlot) -> Self {
        Self { client, reports, secrets, connection, used: Arc::default(), state: Mutex::default() }
    }

    async fn key(&self, attempt: &ConnectAttempt) -> Result<ListenKey, Error> {
        let mut state = self.state.lock().await;
        let State { guard, failures } = &mut *state;
        let Some(guard) = guard else {
            let created = ListenKeyGuard::create(&self.client).await?;
            self.reconnect_with_replacements(&created);
            let key = created.current();
            state.guard = Some(created);
            return Ok(key);
        };
        let was_connected = self.reports.last_connected().saturating_add(1) == attempt.connection;
        failures.note(attempt.previous.as_ref(), was_connected);
        if failures.is_rejected {
            guard.replace().await?;
            *failures = Failures::default();
        } else if failures.suspicious >= SUSPICIOUS_FAILURES || guard.current().expires <= self.client.server_now() {
            guard.renew_or_replace().await?;
            *failures = Failures::default();
        }
        Ok(guard.current())
    }

    /// Replaces the connection when the guard has replaced the key, because the exchange may stop sending when the old key expires.
    fn reconnect_with_replacements(&self, guard: &ListenKeyGuard) {
        let mut keys = guard.subscribe();
        let (used, slot) = (Arc::clone(&self.used), Arc::clone(&self.connection));
        tokio::spawn(async move {
            while let Some(key) = keys.changed().await {
                // An attempt to connect that needed another key already uses the new one.
                if used.load(Ordering::SeqCst) != key.generation
                    && let Some(connection) = slot.get().and_then(Weak::upgrade)
                {
                    connection.reconnect();
                }
            }
        });
    }
}

impl CredentialSource for ListenKeySource {
    fn credentials<'a>(&'a self, attempt: &'a ConnectAttempt) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        Box::pin(async move {
            let key = self.key(attempt).await.map_err(|error| credential_error(&error))?;
            self.used.store(key.generation, Ordering::SeqCst);
            Ok(query(&self.secrets, "listenKey", &key.key))
        })
    }
}

impl fmt::Debug for ListenKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ListenKeySource")
    }
}

/// Provides the access token of the client's session.
pub(super) struct AccessTokenSource {
    client: ClientInner,
    secrets: Arc<SentSecrets>,
}

impl AccessTokenSource {
    pub(super) fn new(client: ClientInner, secrets: Arc<SentSecrets>) -> Self {
        Self { client, secrets }
    }

    async fn token(&self, attempt: &ConnectAttempt) -> Result<Secret, Error> {
        let session = self.client.auth().session();
        let failed = |error: sixmm_auth::SessionError| Error::from_veto(&REFRESH_TOKEN, error.into());
        if matches!(attempt.previous, Some(DisconnectReason::AuthenticationRejected(_))) {
            session.renew().await.map_err(failed)?;
        }
        session.access_token().await.map_err(failed)
    }
}

impl CredentialSource for AccessTokenSource {
    fn credentials<'a>(&'a self, attempt: &'a ConnectAttempt) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        Box::pin(async move {
            let token = self.token(attempt).await.map_err(|error| credential_error(&error))?;
            Ok(query(&self.secrets, "token", &token))
        })
    }
}

impl fmt::Debug for AccessTokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessTokenSource")
    }
}

/// The query of the URL, with the percent-encoded secret.
fn query(secrets: &SentSecrets, name: &str, secret: &Secret) -> Credentials {
    secrets.add(secret);
    let query = Url::parse_with_params("ws://localhost", [(name, secret.expose_secret())]);
    let query = query.ok().and_then(|url| url.query().map(Secret::from));
    // The server or a proxy may repeat the secret as the URL contains it.
    if let Some(encoded) = query.as_ref().and_then(|query| query.expose_secret().split_once('=')) {
        secrets.add(&Secret::from(encoded.1));
    }
    query.map_or_else(Credentials::none, |query| Credentials::none().query(query))
}

/// The connection is closed for good only if the client has no credentials any more. All other failures may end.
fn credential_error(error: &Error) -> CredentialError {
    let kind = error.veto().filter(|veto| veto.failed_call().is_none()).map(sixmm_api::Veto::kind);
    match kind {
        Some(VetoKind::MissingCredentials | VetoKind::MissingPermission | VetoKind::LoginRequired) => {
            CredentialError::fatal(error.to_string())
        }
        _ => CredentialError::new(error.to_string()),
    }
}
