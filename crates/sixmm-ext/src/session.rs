//! The user's session, with the errors of this crate.

use std::fmt;

use sixmm_api::operations::{LOGOUT, REFRESH_TOKEN};
use sixmm_api::{Secret, UnixSeconds, requests};

use crate::Error;

/// The session of the client's user: see [`Client::session`](crate::Client::session).
///
/// A session starts with a login and belongs to one user at a time. The client renews the access token of the session before the token
/// expires.
///
/// Documentation: <https://docs.6mm.com/developer-api/rest-api/public-endpoints#user-login>
#[derive(Clone, Copy)]
pub struct Session<'a> {
    session: &'a sixmm_auth::Session,
}

impl<'a> Session<'a> {
    pub(crate) fn new(session: &'a sixmm_auth::Session) -> Self {
        Self { session }
    }

    /// Logs in with username and password. After a successful login, the client forgets the previous session, but does not log it out at
    /// the exchange.
    ///
    /// # Errors
    ///
    /// Returns an error if the exchange rejects the login, cannot be reached, or responds without a token. The previous session then stays
    /// active.
    pub async fn login(&self, request: requests::Login) -> Result<(), Error> {
        Ok(self.session.login(request).await?)
    }

    /// Starts a session with the one-time ticket of an agent. Returns the path of the page that the agent suggests.
    ///
    /// # Errors
    ///
    /// Returns an error if the exchange rejects the ticket, cannot be reached, or responds without a token. The previous session then stays
    /// active, but the ticket may no longer be valid.
    pub async fn exchange_ticket(&self, request: requests::ExchangeTicket) -> Result<Option<String>, Error> {
        Ok(self.session.exchange_ticket(request).await?)
    }

    /// Starts a session with the short-lived embed token of an agent.
    ///
    /// # Errors
    ///
    /// Returns an error if the exchange rejects the embed token, cannot be reached, or responds without an access token. The previous
    /// session then stays active.
    pub async fn exchange_embed_token(&self, request: requests::ExchangeEmbedToken) -> Result<(), Error> {
        Ok(self.session.exchange_embed_token(request).await?)
    }

    /// Logs out at the exchange. The client forgets token and cookies even if the exchange does not confirm the logout.
    ///
    /// Calls in progress may still succeed. Later calls fail with an error for which [`Error::is_auth`] is true.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or the exchange does not confirm the logout. Without a confirmation, the exchange may
    /// accept the token until the token expires.
    pub async fn logout(&self) -> Result<(), Error> {
        self.session.logout().await.map_err(|error| Error::from_veto(&LOGOUT, error.into()))
    }

    /// Renews the access token now. Usually this is not needed, because the client renews the token before the token expires.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or the exchange rejects the renewal or cannot be reached. After a failed renewal, the
    /// session stays usable until its token expires.
    pub async fn renew(&self) -> Result<(), Error> {
        self.session.renew().await.map_err(|error| Error::from_veto(&REFRESH_TOKEN, error.into()))
    }

    /// Returns the access token, for a connection that does not use the client. Renews the token first if the token expires soon.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or its token has expired and could not be renewed.
    pub async fn access_token(&self) -> Result<Secret, Error> {
        self.session.access_token().await.map_err(|error| Error::from_veto(&REFRESH_TOKEN, error.into()))
    }

    /// Whether the token is valid or can be renewed, as far as the client knows. Sends no request. [`check`](Self::check) returns the
    /// reason why a token is neither valid nor renewable.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.session.is_active()
    }

    /// Checks whether the token is valid or can be renewed, as far as the client knows. Sends no request.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no session, or its token has expired and cannot be renewed. The error contains the reason and what to
    /// do.
    pub fn check(&self) -> Result<(), Error> {
        self.session.check().map_err(|error| Error::from_veto(&REFRESH_TOKEN, error.into()))
    }

    /// The time at which the access token expires, by the server's clock. `None` without a session.
    #[must_use]
    pub fn expires(&self) -> Option<UnixSeconds> {
        self.session.expires()
    }
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.session.fmt(f)
    }
}
