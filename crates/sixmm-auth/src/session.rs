//! The session of a user, and the requests that log in.
//!
//! Documentation: <https://docs.6mm.com/developer-api/rest-api/public-endpoints#user-login>

use std::fmt;

use sixmm_api::{Client, Error, Response, Secret, UnixSeconds, requests, types};
use venue_core::Envelope;
use venue_runtime::session::IssuedToken;
use venue_runtime::{SessionError, TokenSession};

/// The session of a user. Clones share the session. Different sessions share no state.
///
/// [`Auth::session`](crate::Auth::session) returns the session. At first, no user is logged in. A session belongs to one user at a time, so
/// build an [`Auth`](crate::Auth) for each user.
#[derive(Clone)]
pub struct Session {
    tokens: TokenSession,
}

impl Session {
    pub(crate) fn new(tokens: TokenSession) -> Self {
        Self { tokens }
    }

    /// The tokens and cookies, for the calls that use them.
    pub(crate) fn tokens(&self) -> &TokenSession {
        &self.tokens
    }

    /// Logs in with username and password. If a session exists, the new session replaces it, but the exchange may accept the token of the
    /// replaced session until it expires.
    ///
    /// # Errors
    ///
    /// Returns an error if the exchange rejects the login, cannot be reached, or responds without a token. An existing session then remains
    /// active.
    pub async fn login(&self, request: requests::Login) -> Result<(), Error> {
        let client = self.login_client(&request.password).await;
        let response = client.send(request).await?;
        self.begin(response, |session| (session.access_token, session.access_expire))
    }

    /// Starts a session with the one-time ticket of an agent. Returns the path of the page that the agent suggests.
    ///
    /// # Errors
    ///
    /// Returns an error if the exchange rejects the ticket, cannot be reached, or responds without a token. The ticket may then be redeemed
    /// although the login failed. An existing session remains active.
    pub async fn exchange_ticket(&self, request: requests::ExchangeTicket) -> Result<Option<String>, Error> {
        let client = self.login_client(&request.ticket).await;
        let response = client.send(request).await?;
        let redirect = response.data().and_then(|session| session.redirect_path.clone());
        self.begin(response, |session| (session.access_token, session.access_expire))?;
        Ok(redirect)
    }

    /// Starts a session with the short-lived embed token of an agent.
    ///
    /// # Errors
    ///
    /// Returns an error if the exchange rejects the embed token, cannot be reached, or responds without an access token. An existing
    /// session then remains active.
    pub async fn exchange_embed_token(&self, request: requests::ExchangeEmbedToken) -> Result<(), Error> {
        let client = self.login_client(&request.embed_token).await;
        let response = client.send(request).await?;
        self.begin(response, |session| (session.access_token, session.access_expire))
    }

    /// Logs out at the exchange. Token and cookies are forgotten even if the exchange does not confirm the logout.
    ///
    /// Calls in progress may still succeed. Later calls fail with a veto of
    /// [`VetoKind::LoginRequired`](sixmm_api::VetoKind::LoginRequired).
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or the exchange does not confirm the logout. The exchange may then accept the token until
    /// it expires.
    pub async fn logout(&self) -> Result<(), SessionError> {
        self.tokens.logout().await
    }

    /// Renews the token now. This is rarely needed, because the session renews its token automatically before the token expires. Concurrent
    /// callers share one renewal, which completes even if their futures are dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or the exchange rejects the renewal or cannot be reached. The session continues while its
    /// token is valid.
    pub async fn renew(&self) -> Result<(), SessionError> {
        self.tokens.renew().await
    }

    /// Returns the access token, for a connection that does not use the client, such as the private stream. If the token is about to
    /// expire, renews it first.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or its token has expired and could not be renewed.
    pub async fn access_token(&self) -> Result<Secret, SessionError> {
        self.tokens.access_token().await
    }

    /// Whether the token is valid or can be renewed. If not, [`check`](Self::check) returns the reason.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.tokens.is_active()
    }

    /// Checks whether the token is valid or can be renewed, as far as the client knows. Sends no request.
    ///
    /// # Errors
    ///
    /// Returns the reason why there is no usable token, and what to do.
    pub fn check(&self) -> Result<(), SessionError> {
        self.tokens.check()
    }

    /// When the token expires, by the server's clock.
    #[must_use]
    pub fn expires(&self) -> Option<UnixSeconds> {
        self.tokens.expires()
    }

    async fn login_client(&self, secret: &Secret) -> Client {
        Client::from(self.tokens.login_client([secret]).await)
    }

    fn begin<T>(&self, response: Response<T>, token: impl FnOnce(T) -> (Secret, UnixSeconds)) -> Result<(), Error>
    where
        types::Envelope<T>: Envelope<Data = T>,
    {
        let (operation, headers) = (response.operation(), response.headers().clone());
        let (secret, expires) = token(response.into_data()?);
        self.tokens.begin(IssuedToken { secret, expires, operation, headers });
        Ok(())
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens.fmt(f)
    }
}
