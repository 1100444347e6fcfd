//! The session of a user: an access token, which is renewed before it expires, and the cookies that renew it.
//!
//! A [`TokenSession`] decides when the token is renewed, keeps the cookies, and handles rejected tokens. The exchange's crate sends the
//! requests. It implements [`TokenServer`] for the renewal and the logout, sends a login with [`TokenSession::login_client`], and passes
//! the token of the response to [`TokenSession::begin`].
//!
//! A token is renewed 60 seconds before it expires, or after half of its lifetime if that is later. For example, a token with a lifetime of
//! an hour is renewed after 59 minutes, and a token with a lifetime of 40 seconds is renewed after 20 seconds. One renewal serves all calls
//! that wait for it.

mod cookies;
mod error;
mod renewal;
mod state;
mod token_server;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use venue_core::reqwest::header::{HeaderMap, HeaderValue};
use venue_core::{Attempt, Client, Error, Interceptor, Operation, Secret, UnixSeconds};

use crate::{ClockSync, redact};
use cookies::Cookies;
use error::ErrorKind;
use renewal::{Credentials, LastRenewal};
use state::{Now, State};

pub use error::SessionError;
pub use state::AvailableSession;
pub use token_server::{IssuedToken, TokenServer};

/// The session of a user: an access token and the cookies that renew it. All clones refer to the same session. A new session is logged out.
#[derive(Clone)]
pub struct TokenSession {
    shared: Arc<Shared>,
}

struct Shared {
    tokens: Box<dyn TokenServer>,
    unauthenticated: Client,
    /// The interceptors of the client that uses the session. They prepare each request of the session before the session adds the
    /// credentials.
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

/// How the exchange rejected a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRejection {
    /// The exchange does not accept the token.
    Invalid,
    /// The exchange has revoked the token.
    Revoked,
}

impl TokenSession {
    /// Creates a session that is logged out. Sends no request.
    ///
    /// The client `unauthenticated` sends the requests of the session: login, renewal and logout. The interceptors of this client prepare
    /// each request first, followed by `interceptors`.
    pub fn new(
        tokens: impl TokenServer + 'static,
        unauthenticated: Client,
        interceptors: Vec<Arc<dyn Interceptor>>,
        clock: ClockSync,
    ) -> Self {
        let known = Known {
            state: State::Ended(SessionError::new(ErrorKind::NeverBegun)),
            last_renewal: LastRenewal::default(),
            recent_secrets: Vec::new(),
        };
        let (tokens, known) = (Box::new(tokens), Mutex::new(known));
        Self { shared: Arc::new(Shared { tokens, unauthenticated, interceptors, clock, known, renewal: Arc::default() }) }
    }

    /// Returns a client that sends the request of a login. The client redacts `secrets`, such as the password, because the request contains
    /// them and the server may repeat them in an error.
    ///
    /// The clock is synchronised first, because the expiry of the token is a time on the server's clock.
    pub async fn login_client<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) -> Client {
        let credentials = Credentials::default().redacting(secrets);
        self.read_clock().await;
        self.client_with(credentials)
    }

    /// Starts a session with the token of a login. The previous session is forgotten, but not logged out at the exchange.
    pub fn begin(&self, issued: IssuedToken) {
        let at = self.at();
        let Shared { unauthenticated, tokens, .. } = &*self.shared;
        let cookies = Cookies::new(unauthenticated, tokens.refresh_operation(), tokens.logout_operation());
        let mut known = self.known();
        known.state.begin(issued, cookies, at);
        known.remember();
    }

    /// Logs out at the exchange. Token and cookies are forgotten even if the exchange does not confirm the logout.
    ///
    /// Calls in progress may still succeed. Later calls fail with a veto of
    /// [`VetoKind::LoginRequired`](venue_core::VetoKind::LoginRequired).
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or the exchange does not confirm the logout. The exchange may then accept the token until
    /// it expires.
    pub async fn logout(&self) -> Result<(), SessionError> {
        // The exchange expects a valid token. If the renewal fails, the logout uses the expired token.
        let _ = self.ensure_valid_token(None, Duration::MAX).await;
        let lock = self.shared.renewal.lock().await;
        let tokens = &self.shared.tokens;
        let credentials = {
            let at = self.at();
            let mut known = self.known();
            let active = known.state.active()?;
            let credentials = Credentials::new(Some(active.bearer()?), active.cookies.header(tokens.logout_operation(), at.server))
                .redacting(active.secrets());
            known.state = State::Ended(SessionError::new(ErrorKind::LoggedOut));
            credentials
        };
        drop(lock);
        let outcome = tokens.logout(self.client_with(credentials)).await;
        outcome.map_err(|error| SessionError::from_call(ErrorKind::NotLoggedOut, error))
    }

    /// Renews the token now. Most programs do not need this method, because the session renews the token when a renewal is due. One renewal
    /// serves all callers that wait for it, and completes even if these callers are dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or the exchange rejects the renewal or cannot be reached. The session continues while its
    /// token is valid.
    pub async fn renew(&self) -> Result<(), SessionError> {
        self.read_clock().await;
        let token_began = self.known().state.usable(self.at())?.token_began;
        self.renew_token(token_began).await
    }

    /// Returns the access token, for a connection that does not use the client, such as the private stream. The token is renewed first if a
    /// renewal is due.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or its token has expired and could not be renewed.
    pub async fn access_token(&self) -> Result<Secret, SessionError> {
        self.ensure_valid_token(None, Duration::MAX).await?;
        Ok(self.known().state.active()?.token.secret.clone())
    }

    /// Whether the token is valid or can be renewed. If the result is `false`, [`check`](Self::check) returns the reason.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.check().is_ok()
    }

    /// Checks whether the token is valid or can be renewed, as far as the client knows. Sends no request.
    ///
    /// # Errors
    ///
    /// Returns the reason why there is no usable token, and what to do.
    pub fn check(&self) -> Result<(), SessionError> {
        self.known().state.usable(self.at()).map(drop)
    }

    /// When the token expires, by the server's clock.
    #[must_use]
    pub fn expires(&self) -> Option<UnixSeconds> {
        self.known().state.active().ok().map(|active| active.token.expires)
    }

    /// Removes the tokens and cookies from a text of the server.
    pub fn redact(&self, text: &mut String) {
        redact::secrets(text, &self.known().recent_secrets);
    }

    /// The credentials that the session provides now, as far as the client knows. Sends no request.
    #[must_use]
    pub fn available(&self) -> AvailableSession {
        self.known().state.available(self.at())
    }

    /// The `Authorization` header for this attempt of a call. The token is renewed first if a renewal is due.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, its token could not be renewed, or another login has replaced the session since the first
    /// attempt.
    pub async fn bearer(&self, attempt: Attempt) -> Result<HeaderValue, SessionError> {
        self.ensure_valid_token((attempt.number > 1).then_some(attempt.call_started), ClockSync::wait_limit(attempt)).await?;
        self.known().state.active()?.bearer()
    }

    /// The `Cookie` header for a request that renews the token or logs out. `None` if the operation is the logout and the exchange has set
    /// no cookie for its path.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or if the operation is the renewal and there is no cookie for it.
    pub fn cookie_header(&self, operation: &'static Operation) -> Result<Option<HeaderValue>, SessionError> {
        let at = self.at();
        match self.known().state.active()?.cookies.header(operation, at.server) {
            None if operation.id != self.shared.tokens.logout_operation().id => Err(SessionError::new(ErrorKind::NoCookie)),
            header => Ok(header),
        }
    }

    /// Ends the session, because the request that is sent next logs out.
    pub fn mark_logged_out(&self) {
        self.known().state = State::Ended(SessionError::new(ErrorKind::LoggedOut));
    }

    /// Handles a renewal that the caller sent itself. The session stores the cookies of the response, and renews its own token at the next
    /// use.
    pub fn refreshed_externally(&self, headers: &HeaderMap, attempt: Attempt) {
        let at = self.at();
        if let Ok(active) = self.known().state.active_mut()
            && active.login_began < attempt.started
        {
            active.cookies.update(headers, attempt.operation, at.server);
            active.force_renewal();
        }
    }

    /// Handles a token that the server rejected as expired: renews the token, unless it was already replaced. Returns whether the call
    /// should make another attempt, which is the case at most once for a call.
    pub async fn token_expired(&self, attempt: Attempt) -> bool {
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

    /// Handles a token that the server rejected as invalid or revoked: ends the session, unless the token was already replaced. Returns
    /// whether the call should make another attempt. This attempt reports that the session has ended, or succeeds if the token was replaced
    /// or is not required.
    pub fn token_rejected(&self, rejection: TokenRejection, attempt: Attempt, error: &Error) -> bool {
        let mut known = self.known();
        let Ok(active) = known.state.active() else { return attempt.number == 1 };
        if active.token_began > attempt.started {
            // The attempt may have been sent with the previous token, which is no longer used. The documentation allows the repetition of an order
            // only after code 1002.
            return attempt.number == 1 && attempt.operation.repeatable.is_repeatable();
        }
        let kind = match rejection {
            TokenRejection::Invalid => ErrorKind::Invalid,
            TokenRejection::Revoked => ErrorKind::Revoked,
        };
        known.state = State::Ended(SessionError::of_rejection(kind, error));
        true
    }

    /// Synchronises the clock, because the expiry of a token is a time on the server's clock. If the synchronisation fails, the present
    /// estimate is used.
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

/// The number of recent secrets that are kept for redaction. The calls that are in progress during a renewal have used fewer secrets.
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

impl fmt::Debug for TokenSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.check().map_or_else(|error| error.to_string(), |()| String::from("active"));
        f.debug_struct("Session").field("state", &format_args!("{state}")).finish_non_exhaustive()
    }
}
