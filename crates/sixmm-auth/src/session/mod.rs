//! The session of a user: an access token, which is renewed before it expires, and the cookies that renew it.
//!
//! Documentation: <https://docs.6mm.com/developer-api/rest-api/public-endpoints#user-login>

mod cookies;
mod error;
mod renewal;
mod state;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sixmm_api::operations::LOGOUT;
use sixmm_api::{Attempt, Client, Error, Interceptor, Operation, Response, Secret, UnixSeconds, requests, types};
use venue_core::reqwest::header::{HeaderMap, HeaderValue};

use crate::clock_sync::{ClockSync, clock_limit};
use crate::redact;
use cookies::Cookies;
pub(crate) use error::ErrorKind;
pub use error::SessionError;
use renewal::{Credentials, LastRenewal};
pub(crate) use state::AvailableSession;
use state::{Now, State, Token};

/// A user's session. Clones are the same session, and two sessions share nothing.
///
/// [`Auth::session`](crate::Auth::session) returns it. A session starts logged out and belongs to one user at a time: for several users, build an
/// [`Auth`](crate::Auth) for each of them.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
}

struct Shared {
    unauthenticated: Client,
    /// The interceptors of the client that uses the session, which prepare a request before it gets its credentials.
    interceptors: Vec<Arc<dyn Interceptor>>,
    clock: ClockSync,
    known: Mutex<Known>,
    /// Held while a token is renewed. Other callers that need a token wait for it.
    renewal: Arc<tokio::sync::Mutex<()>>,
}

struct Known {
    state: State,
    last_renewal: LastRenewal,
    /// The secrets of the newest tokens, which the server may still repeat.
    recent_secrets: Vec<Secret>,
}

impl Session {
    pub(crate) fn new(unauthenticated: Client, interceptors: Vec<Arc<dyn Interceptor>>, clock: ClockSync) -> Self {
        let known = Known {
            state: State::Ended(SessionError::new(ErrorKind::NeverBegun)),
            last_renewal: LastRenewal::default(),
            recent_secrets: Vec::new(),
        };
        Self { shared: Arc::new(Shared { unauthenticated, interceptors, clock, known: Mutex::new(known), renewal: Arc::default() }) }
    }

    /// Logs in with username and password. The previous session is forgotten, but not logged out at the exchange.
    ///
    /// # Errors
    ///
    /// If the exchange rejects the login, cannot be reached, or responds without a token. The previous session then stays active.
    pub async fn login(&self, request: requests::Login) -> Result<(), Error> {
        self.read_clock().await;
        let client = self.client_with(Credentials::default().redacting([&request.password]));
        let response = client.send(request).await?;
        self.begin(response, |session| Token { secret: session.access_token, expires: session.access_expire })
    }

    /// Starts a session with the one-time ticket of an agent. Returns the path of the page that the agent suggests.
    ///
    /// # Errors
    ///
    /// As for [`login`](Self::login). The ticket may be spent even if the login fails.
    pub async fn exchange_ticket(&self, request: requests::ExchangeTicket) -> Result<Option<String>, Error> {
        self.read_clock().await;
        let client = self.client_with(Credentials::default().redacting([&request.ticket]));
        let response = client.send(request).await?;
        let redirect = response.data().and_then(|session| session.redirect_path.clone());
        self.begin(response, |session| Token { secret: session.access_token, expires: session.access_expire })?;
        Ok(redirect)
    }

    /// Starts a session with the short-lived embed token of an agent.
    ///
    /// # Errors
    ///
    /// As for [`login`](Self::login).
    pub async fn exchange_embed_token(&self, request: requests::ExchangeEmbedToken) -> Result<(), Error> {
        self.read_clock().await;
        let client = self.client_with(Credentials::default().redacting([&request.embed_token]));
        let response = client.send(request).await?;
        self.begin(response, |session| Token { secret: session.access_token, expires: session.access_expire })
    }

    /// Logs out at the exchange. Token and cookies are forgotten even if the exchange does not confirm the logout.
    ///
    /// Calls in progress may still succeed. Later calls fail with a veto of [`VetoKind::LoginRequired`](sixmm_api::VetoKind::LoginRequired).
    ///
    /// # Errors
    ///
    /// If there is no session, or the exchange does not confirm the logout. The exchange may then accept the token until it expires.
    pub async fn logout(&self) -> Result<(), SessionError> {
        // The exchange expects a valid token. If the renewal fails, the logout uses the expired token.
        let _ = self.ensure_valid_token(None, Duration::MAX).await;
        let lock = self.shared.renewal.lock().await;
        let credentials = {
            let at = self.at();
            let mut known = self.known();
            let active = known.state.active()?;
            let credentials =
                Credentials::new(Some(active.bearer()?), active.cookies.header(&LOGOUT, at.server)).redacting(active.secrets());
            known.state = State::Ended(SessionError::new(ErrorKind::LoggedOut));
            credentials
        };
        drop(lock);
        match self.client_with(credentials).send(requests::Logout::new()).await {
            Ok(_) => Ok(()),
            Err(error) => Err(SessionError::from_api(ErrorKind::NotLoggedOut, error)),
        }
    }

    /// Renews the token now. The session renews it by itself when that is due. One renewal serves all callers that wait for it, and completes even
    /// if they are dropped.
    ///
    /// # Errors
    ///
    /// If there is no session, or the exchange rejects the renewal or cannot be reached. The session continues while its token is valid.
    pub async fn renew(&self) -> Result<(), SessionError> {
        self.read_clock().await;
        let token_began = self.known().state.usable(self.at())?.token_began;
        self.renew_token(token_began).await
    }

    /// The access token, renewed if that is due, for a connection that does not use the client, such as the private stream.
    ///
    /// # Errors
    ///
    /// If there is no session, or its token has expired and could not be renewed.
    pub async fn access_token(&self) -> Result<Secret, SessionError> {
        self.ensure_valid_token(None, Duration::MAX).await?;
        Ok(self.known().state.active()?.token.secret.clone())
    }

    /// Whether the token is valid or can be renewed. [`check`](Self::check) returns the reason if not.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.check().is_ok()
    }

    /// Checks whether the token is valid or can be renewed, as far as the client knows. Sends no request.
    ///
    /// # Errors
    ///
    /// Why there is no usable token, and what to do.
    pub fn check(&self) -> Result<(), SessionError> {
        self.known().state.usable(self.at()).map(drop)
    }

    /// When the token expires, by the server's clock.
    #[must_use]
    pub fn expires(&self) -> Option<UnixSeconds> {
        self.known().state.active().ok().map(|active| active.token.expires)
    }

    /// Removes the tokens and cookies from a text of the server.
    pub(crate) fn redact(&self, text: &mut String) {
        redact::secrets(text, &self.known().recent_secrets);
    }

    pub(crate) fn available(&self) -> AvailableSession {
        self.known().state.available(self.at())
    }

    /// The `Authorization` header for this attempt of a call.
    pub(crate) async fn bearer(&self, attempt: Attempt) -> Result<HeaderValue, SessionError> {
        self.ensure_valid_token((attempt.number > 1).then_some(attempt.call_started), clock_limit(attempt)).await?;
        self.known().state.active()?.bearer()
    }

    /// The `Cookie` header of a renewal or a logout. A logout is sent without one if the exchange set none for its path.
    pub(crate) fn cookie_header(&self, operation: &'static Operation) -> Result<Option<HeaderValue>, SessionError> {
        let at = self.at();
        match self.known().state.active()?.cookies.header(operation, at.server) {
            None if operation.id != LOGOUT.id => Err(SessionError::new(ErrorKind::NoCookie)),
            header => Ok(header),
        }
    }

    /// Ends the session, because the request that is sent next logs out.
    pub(crate) fn mark_logged_out(&self) {
        self.known().state = State::Ended(SessionError::new(ErrorKind::LoggedOut));
    }

    /// Takes over the cookies of a renewal that the caller sent, and renews the session's own token at its next use.
    pub(crate) fn refreshed_externally(&self, headers: &HeaderMap, attempt: Attempt) {
        let at = self.at();
        if let Ok(active) = self.known().state.active_mut()
            && active.login_began < attempt.started
        {
            active.cookies.update(headers, attempt.operation, at.server);
            active.force_renewal();
        }
    }

    /// Handles a token that the server rejected as expired. Returns whether another attempt with a new token is worth making, which is the case once
    /// for a call.
    pub(crate) async fn token_expired(&self, attempt: Attempt) -> bool {
        let token_began = {
            let at = self.at();
            let mut known = self.known();
            // If the session has ended, the next attempt reports it.
            let Ok(active) = known.state.usable(at) else { return attempt.number == 1 };
            if active.token_began > attempt.started {
                // The attempt may have been sent with the previous token.
                return attempt.number == 1;
            }
            active.force_renewal();
            if active.token_began > attempt.call_started {
                return false;
            }
            active.token_began
        };
        match self.renew_token(token_began).await {
            Ok(()) => true,
            Err(_) => !self.is_active(),
        }
    }

    /// Handles a token that the server no longer accepts, and ends the session. Returns whether to make another attempt. That attempt reports the
    /// ended session, or succeeds if the token was replaced meanwhile or is not required.
    pub(crate) fn token_rejected(&self, kind: ErrorKind, attempt: Attempt, request_id: Option<&str>) -> bool {
        let mut known = self.known();
        let Ok(active) = known.state.active() else { return attempt.number == 1 };
        if active.token_began > attempt.started {
            // The attempt may have been sent with the previous token, which is no longer used. The documentation allows the repetition of an order
            // only after code 1002.
            return attempt.number == 1 && attempt.operation.repeatable.is_repeatable();
        }
        let request_id = request_id.filter(|id| id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_graphic()));
        known.state = State::Ended(SessionError::new(kind).with_request_id(request_id));
        true
    }

    fn begin<T>(&self, response: Response<T>, token: impl FnOnce(T) -> Token) -> Result<(), Error>
    where
        types::Envelope<T>: venue_core::Envelope<Data = T>,
    {
        let at = self.at();
        let mut cookies = Cookies::new(&self.shared.unauthenticated);
        cookies.update(response.headers(), response.operation(), at.server);
        let token = token(response.into_data()?);
        let mut known = self.known();
        known.state.begin(token, cookies, at);
        known.remember();
        Ok(())
    }

    /// Synchronises the clock, because a token expires by the server's clock. If that fails, the present estimate is used.
    async fn read_clock(&self) {
        let _ = self.shared.clock.ensure_synced(Duration::MAX).await;
    }

    fn at(&self) -> Now {
        Now { monotonic: self.shared.clock.monotonic(), server: self.shared.clock.server_time() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // No code panics while the lock is held, and the state is consistent between any two statements.
        self.shared.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many secrets are kept for redaction: more than the calls in progress during a renewal can have used.
const MAX_RECENT_SECRETS: usize = 16;

impl Known {
    /// Keeps the secrets of a new token for redaction.
    fn remember(&mut self) {
        if let State::Active(active) = &self.state {
            self.recent_secrets.extend(active.secrets().cloned());
            self.recent_secrets.drain(..self.recent_secrets.len().saturating_sub(MAX_RECENT_SECRETS));
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.check().map_or_else(|error| error.to_string(), |()| String::from("active"));
        f.debug_struct("Session").field("state", &format_args!("{state}")).finish_non_exhaustive()
    }
}
