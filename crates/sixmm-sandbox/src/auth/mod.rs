//! Authentication of requests. Signatures are verified over the raw bytes of a request, as the vendor's documentation describes.
//!
//! The code is deliberately independent of the client's signing code, so that a mistake in either makes the tests fail.
//! <https://docs.6mm.com/developer-api/authentication>, <https://docs.6mm.com/developer-api/request-signing>

mod api_keys;
mod jwt;
mod replay_guard;
mod sessions;
mod signed_query;

use std::net::IpAddr;
use std::sync::Arc;

pub use api_keys::{ApiKey, Permissions};
pub(crate) use api_keys::{ApiKeyUpdate, ApiKeys, NewApiKey, parse_ip_whitelist};
pub(crate) use sessions::{Bearer, IssuedToken, Lifetimes, SESSION_COOKIE, Sessions};

use crate::UnixMillis;
use crate::api_error::ApiError;
use crate::clock::SkewedClock;
use crate::spec::{Access, Operation};
use api_keys::SignedRequest;
use replay_guard::ReplayGuard;

/// Largest difference between a signed timestamp and the exchange's clock, in milliseconds.
pub(crate) const TOLERANCE_MS: i64 = 10_000;

/// The state that authenticates requests: API keys, sessions, and the signatures that were already used.
pub(crate) struct Auth {
    pub(crate) api_keys: ApiKeys,
    pub(crate) sessions: Sessions,
    replay_guard: ReplayGuard,
}

/// The credentials of a request. The type has no `Debug`, because the credentials must not be printed.
#[derive(Clone, Copy)]
pub(crate) struct Credentials<'a> {
    /// The header `X-API-KEY`.
    pub(crate) api_key: Option<&'a str>,
    /// The token of the header `Authorization`.
    pub(crate) token: Option<&'a str>,
    /// The value of the session's cookie.
    pub(crate) cookie: Option<&'a str>,
    /// Raw query.
    pub(crate) query: &'a str,
    /// Raw body.
    pub(crate) body: &'a [u8],
    /// Address of the client.
    pub(crate) from: IpAddr,
}

/// The authenticated sender of a request.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// An unknown sender: the request has no valid credentials, and its operation requires none.
    Anonymous,
    /// A user, authenticated by an API key.
    ApiKey(Arc<str>),
    /// A user, authenticated by the access token of a session.
    Session(Bearer),
}

impl Caller {
    /// The user's id, if the sender is authenticated.
    pub(crate) fn user(&self) -> Option<&Arc<str>> {
        match self {
            Self::Anonymous => None,
            Self::ApiKey(user) | Self::Session(Bearer { user, .. }) => Some(user),
        }
    }
}

impl Auth {
    pub(crate) fn new(seed: u64, lifetimes: Lifetimes) -> Self {
        Self { api_keys: ApiKeys::new(seed), sessions: Sessions::new(seed, lifetimes), replay_guard: ReplayGuard::default() }
    }

    /// Authenticates a request. If a request has both an API key and a token, only the API key is checked, because the vendor verifies the
    /// signature whenever the header `X-API-KEY` is present.
    pub(crate) fn authenticate(
        &mut self,
        operation: Operation,
        credentials: &Credentials<'_>,
        now: UnixMillis,
        skewed_clock: &SkewedClock<'_>,
    ) -> Result<Caller, ApiError> {
        match operation.facts().access {
            Access::Public | Access::Cookie => Ok(Caller::Anonymous),
            Access::TokenIfAny => Ok(self.authenticate_token(credentials, now).map_or(Caller::Anonymous, Caller::Session)),
            Access::TokenOrKey => match credentials.api_key {
                Some(api_key) => self.authenticate_signature(operation, api_key, credentials, now, skewed_clock).map(Caller::ApiKey),
                None => self.authenticate_token(credentials, now).map(Caller::Session),
            },
            Access::Token | Access::TokenAndCookie => match credentials.api_key {
                Some(api_key) => {
                    self.authenticate_signature(operation, api_key, credentials, now, skewed_clock)?;
                    Err(ApiError::permission_denied("Permission denied: this takes the token of a login, not an API key"))
                }
                None => self.authenticate_token(credentials, now).map(Caller::Session),
            },
        }
    }

    fn authenticate_token(&self, credentials: &Credentials<'_>, now: UnixMillis) -> Result<Bearer, ApiError> {
        let token = credentials.token.ok_or_else(|| ApiError::no_credentials("No valid authentication information provided"))?;
        self.sessions.bearer(token, now)
    }

    fn authenticate_signature(
        &mut self,
        operation: Operation,
        api_key: &str,
        credentials: &Credentials<'_>,
        now: UnixMillis,
        skewed_clock: &SkewedClock<'_>,
    ) -> Result<Arc<str>, ApiError> {
        let request = SignedRequest { api_key, query: credentials.query, body: credentials.body, from: credentials.from };
        let signer = self.api_keys.verify(&request, now, skewed_clock)?;
        if operation.is_on_order_path() && !self.replay_guard.remember(signer.signature, signer.timestamp, now) {
            return Err(ApiError::replayed());
        }
        signer.require(operation.facts().permission)?;
        Ok(signer.user)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use static_assertions::assert_not_impl_any;

    use super::api_keys::Signer;
    use super::signed_query::SignedQuery;
    use super::*;
    use crate::spec::Input;

    // These types contain a token, a cookie or a signature, so their values must not be printable.
    assert_not_impl_any!(Credentials<'_>: Debug);
    assert_not_impl_any!(SignedRequest<'_>: Debug);
    assert_not_impl_any!(SignedQuery<'_>: Debug);
    assert_not_impl_any!(Signer: Debug);
    assert_not_impl_any!(IssuedToken: Debug);
    assert_not_impl_any!(Input<'_>: Debug);
}
