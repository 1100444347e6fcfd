//! A logged-in session: an access token, renewed before it expires, and the cookies that renew it.
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

use crate::clock::{ApiClock, clock_limit};
use crate::conceal;
use cookies::Cookies;
pub use error::SessionError;
pub(crate) use error::Why;
use renewal::{Credentials, Past};
pub(crate) use state::Held;
use state::{At, State, Token};

/// A user's session. Clones are the same session; two sessions share nothing, not even within a process.
///
/// Made by [`Auth::session`](crate::Auth::session). It starts logged out, and belongs to one user at a time: for several users, make an
/// [`Auth`](crate::Auth) for each of them.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
}

struct Shared {
    /// Without credentials.
    plain: Client,
    /// Of the client that uses the session: they come before its credentials.
    others: Vec<Arc<dyn Interceptor>>,
    clock: ApiClock,
    known: Mutex<Known>,
    /// Held while a token is renewed: whoever else needs one waits for it.
    renewal: Arc<tokio::sync::Mutex<()>>,
}

struct Known {
    state: State,
    past: Past,
    /// The secrets of the newest tokens: what the server may still repeat.
    told: Vec<Secret>,
}

impl Session {
    pub(crate) fn new(plain: Client, others: Vec<Arc<dyn Interceptor>>, clock: ApiClock) -> Self {
        let known = Known { state: State::Ended(SessionError::new(Why::NeverBegun)), past: Past::default(), told: Vec::new() };
        Self { shared: Arc::new(Shared { plain, others, clock, known: Mutex::new(known), renewal: Arc::default() }) }
    }

    /// Logs in with username and password. A session that was active before is forgotten here, not logged out at the exchange.
    ///
    /// # Errors
    ///
    /// If the exchange refuses, cannot be reached, or answers without a token. A session that was active before then stays so.
    pub async fn login(&self, request: requests::Login) -> Result<(), Error> {
        self.read_clock().await;
        let client = self.client_with(Credentials::default().telling([&request.password]));
        let response = client.send(request).await?;
        self.begin(response, |session| Token { secret: session.access_token, expires: session.access_expire })
    }

    /// Begins a session with an agent's one-time ticket; the path of the page that the agent suggests comes back.
    ///
    /// # Errors
    ///
    /// As for [`login`](Self::login). The ticket may be spent all the same.
    pub async fn exchange_ticket(&self, request: requests::ExchangeTicket) -> Result<Option<String>, Error> {
        self.read_clock().await;
        let client = self.client_with(Credentials::default().telling([&request.ticket]));
        let response = client.send(request).await?;
        let redirect = response.data().and_then(|session| session.redirect_path.clone());
        self.begin(response, |session| Token { secret: session.access_token, expires: session.access_expire })?;
        Ok(redirect)
    }

    /// Begins a session with an agent's short-lived embed token.
    ///
    /// # Errors
    ///
    /// As for [`login`](Self::login).
    pub async fn exchange_embed_token(&self, request: requests::ExchangeEmbedToken) -> Result<(), Error> {
        self.read_clock().await;
        let client = self.client_with(Credentials::default().telling([&request.embed_token]));
        let response = client.send(request).await?;
        self.begin(response, |session| Token { secret: session.access_token, expires: session.access_expire })
    }

    /// Logs out at the exchange, and forgets token and cookies here: also if the exchange does not answer.
    ///
    /// Calls that are under way may still succeed; those that come later fail with a [`SessionError`].
    ///
    /// # Errors
    ///
    /// If there is no session, or the exchange does not confirm: it may then honour the token until it expires.
    pub async fn logout(&self) -> Result<(), SessionError> {
        // The exchange wants a token that is good. If there is none to be had, it shall hear the old one.
        let _ = self.good_token(None, Duration::MAX).await;
        let turn = self.shared.renewal.lock().await;
        let credentials = {
            let at = self.at();
            let mut known = self.known();
            let active = known.state.active()?;
            let credentials = Credentials::new(Some(active.bearer()?), active.cookies.header(&LOGOUT, at.server)).telling(active.secrets());
            known.state = State::Ended(SessionError::new(Why::LoggedOut));
            credentials
        };
        drop(turn);
        match self.client_with(credentials).send(requests::Logout::new()).await {
            Ok(_) => Ok(()),
            Err(error) => Err(SessionError::from_api(Why::NotLoggedOut, error)),
        }
    }

    /// Renews the token now. It is done by itself when it is due; one renewal serves all who wait for it, and is finished even if none
    /// of them waits any more.
    ///
    /// # Errors
    ///
    /// If there is no session, or the exchange refuses or cannot be reached. While the token is good, the session goes on all the same.
    pub async fn renew(&self) -> Result<(), SessionError> {
        self.read_clock().await;
        let token_began = self.known().state.usable(self.at())?.token_began;
        self.renew_token(token_began).await
    }

    /// The access token, renewed if it is due: for what does not go through the client, such as the private stream.
    ///
    /// # Errors
    ///
    /// If there is no session, or its token has expired and could not be renewed.
    pub async fn access_token(&self) -> Result<Secret, SessionError> {
        self.good_token(None, Duration::MAX).await?;
        Ok(self.known().state.active()?.token.secret.clone())
    }

    /// Whether there is a token that is good or can be renewed: [`check`](Self::check) says why not.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.check().is_ok()
    }

    /// Whether there is a token that is good or can be renewed, as far as is known. Asks nobody.
    ///
    /// # Errors
    ///
    /// Why there is none, and what to do.
    pub fn check(&self) -> Result<(), SessionError> {
        self.known().state.usable(self.at()).map(drop)
    }

    /// When the token expires, by the server's clock.
    #[must_use]
    pub fn expires(&self) -> Option<UnixSeconds> {
        self.known().state.active().ok().map(|active| active.token.expires)
    }

    /// Takes token and cookies out of what the server said.
    pub(crate) fn conceal(&self, text: &mut String) {
        conceal::secrets(text, &self.known().told);
    }

    pub(crate) fn held(&self) -> Held {
        self.known().state.held(self.at())
    }

    /// The `Authorization` header for this attempt of a call.
    pub(crate) async fn bearer(&self, attempt: Attempt) -> Result<HeaderValue, SessionError> {
        self.good_token((attempt.number > 1).then_some(attempt.call_began), clock_limit(attempt)).await?;
        self.known().state.active()?.bearer()
    }

    /// The `Cookie` header of a renewal or a logout. A logout goes out without one if the exchange set none for its path.
    pub(crate) fn cookie_header(&self, operation: &'static Operation) -> Result<Option<HeaderValue>, SessionError> {
        let at = self.at();
        match self.known().state.active()?.cookies.header(operation, at.server) {
            None if operation.id != LOGOUT.id => Err(SessionError::new(Why::NoCookie)),
            header => Ok(header),
        }
    }

    /// The call that goes out logs out.
    pub(crate) fn forget(&self) {
        self.known().state = State::Ended(SessionError::new(Why::LoggedOut));
    }

    /// The caller has renewed by hand: the answer's cookies are the ones that count, its token is not ours.
    pub(crate) fn renewed_by_hand(&self, headers: &HeaderMap, attempt: Attempt) {
        let at = self.at();
        if let Ok(active) = self.known().state.active_mut()
            && active.login_began < attempt.began
        {
            active.cookies.update(headers, attempt.operation, at.server);
            active.distrust();
        }
    }

    /// The server said that the token has expired. Whether another attempt, with a new one, is worth it: once for a call.
    pub(crate) async fn token_expired(&self, attempt: Attempt) -> bool {
        let token_began = {
            let at = self.at();
            let mut known = self.known();
            // If it is over, preparing the next attempt says so.
            let Ok(active) = known.state.usable(at) else { return attempt.number == 1 };
            if active.token_began > attempt.began {
                // It may have gone out with the token before this one.
                return attempt.number == 1;
            }
            active.distrust();
            if active.token_began > attempt.call_began {
                return false;
            }
            active.token_began
        };
        match self.renew_token(token_began).await {
            Ok(()) => true,
            Err(_) => !self.is_active(),
        }
    }

    /// The server does not honour the token any more: the session is over. Whether to prepare another attempt, which will say so; or go
    /// out, if the token was replaced in the meantime, or was not necessary.
    pub(crate) fn token_rejected(&self, why: Why, attempt: Attempt, request_id: Option<&str>) -> bool {
        let mut known = self.known();
        let Ok(active) = known.state.active() else { return attempt.number == 1 };
        if active.token_began > attempt.began {
            // It may have gone out with the token before this one, which nobody needs any more. The documentation vouches for the repetition of
            // an order after code 1002 only.
            return attempt.number == 1 && attempt.operation.repeatable.is_repeatable();
        }
        let request_id = request_id.filter(|id| id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_graphic()));
        known.state = State::Ended(SessionError::new(why).with_request_id(request_id));
        true
    }

    fn begin<T>(&self, response: Response<T>, token: impl FnOnce(T) -> Token) -> Result<(), Error>
    where
        types::Envelope<T>: venue_core::Envelope<Data = T>,
    {
        let at = self.at();
        let mut cookies = Cookies::new(&self.shared.plain);
        cookies.update(response.headers(), response.operation(), at.server);
        let token = token(response.into_data()?);
        let mut known = self.known();
        known.state.begin(token, cookies, at);
        known.remember();
        Ok(())
    }

    /// A token's time is told by the server's clock. If it cannot be read, this machine's must do.
    async fn read_clock(&self) {
        let _ = self.shared.clock.ready(Duration::MAX).await;
    }

    fn at(&self) -> At {
        At { monotonic: self.shared.clock.monotonic(), server: self.shared.clock.server_time() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing panics while it is held; were it otherwise, what is known is whole between any two statements.
        self.shared.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Enough for the calls that are under way when a token is renewed.
const REMEMBERED: usize = 16;

impl Known {
    /// Called for each new token.
    fn remember(&mut self) {
        if let State::Active(active) = &self.state {
            self.told.extend(active.secrets().cloned());
            self.told.drain(..self.told.len().saturating_sub(REMEMBERED));
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.check().map_or_else(|error| error.to_string(), |()| String::from("active"));
        f.debug_struct("Session").field("state", &format_args!("{state}")).finish_non_exhaustive()
    }
}
