//! The interface between a session and the exchange's login, renewal and logout.

use std::fmt;

use venue_core::reqwest::header::HeaderMap;
use venue_core::{BoxFuture, Client, Error, Operation, Secret, UnixMillis, UnixSeconds};

use super::cookies::Cookies;
use super::state::Token;

/// An exchange that renews and revokes access tokens. The crate that knows the exchange's endpoints implements this trait.
///
/// The methods send a request with the given client, which adds the credentials. The methods must not repeat a failed request, because the
/// exchange may have revoked the cookie when it received the first request.
pub trait TokenServer: Send + Sync {
    /// The operation that renews a token, which gets the cookies.
    fn refresh_operation(&self) -> &'static Operation;

    /// The operation that logs out, which gets the token and the cookies.
    fn logout_operation(&self) -> &'static Operation;

    /// Renews the token with the cookie that the client adds.
    fn refresh(&self, client: Client) -> BoxFuture<'_, Result<IssuedToken, Error>>;

    /// Logs out with the token and the cookie that the client adds.
    fn logout(&self, client: Client) -> BoxFuture<'_, Result<(), Error>>;

    /// Whether the exchange itself rejected the renewal with this error, so that repeating it does not help and a login is needed.
    fn is_renewal_rejected(&self, error: &Error) -> bool;
}

/// An access token as a login or a renewal returned it.
pub struct IssuedToken {
    /// The token.
    pub secret: Secret,
    /// When the token expires, by the server's clock.
    pub expires: UnixSeconds,
    /// The operation that issued the token. The cookies belong to its path.
    pub operation: &'static Operation,
    /// The headers of the response, which set cookies.
    pub headers: HeaderMap,
}

impl IssuedToken {
    /// Stores the cookies that the response sets, and returns the token.
    pub(super) fn store_cookies(self, cookies: &mut Cookies, now: UnixMillis) -> Token {
        cookies.update(&self.headers, self.operation, now);
        Token { secret: self.secret, expires: self.expires }
    }
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("expires", &self.expires).field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
