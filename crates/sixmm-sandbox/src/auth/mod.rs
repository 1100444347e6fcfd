//! Authentication of requests on their raw bytes, written from the vendor's documentation.
//!
//! The code is deliberately independent of the client's code, so that a mistake in one of them makes the tests fail.
//! <https://docs.6mm.com/developer-api/authentication>, <https://docs.6mm.com/developer-api/request-signing>

mod api_keys;
mod jwt;
mod replay;
pub(crate) mod seeded;
mod sessions;
mod signed;

use std::net::IpAddr;
use std::sync::Arc;

pub use api_keys::{ApiKey, Permissions};
pub(crate) use api_keys::{ApiKeys, KeyChange, NewKey, addresses};
pub(crate) use sessions::{Bearer, COOKIE, Lifetimes, NewToken, Sessions};

use crate::UnixMillis;
use crate::clock::ShownClock;
use crate::refusal::Refusal;
use crate::spec::{Access, Operation};
use api_keys::SignedRequest;
use replay::Seen;

/// Largest difference between a signed timestamp and the exchange's clock, in milliseconds.
pub(crate) const TOLERANCE_MS: i64 = 10_000;

/// The state that authenticates requests: API keys, sessions, and the signatures that were already used.
pub(crate) struct Auth {
    pub(crate) api_keys: ApiKeys,
    pub(crate) sessions: Sessions,
    seen: Seen,
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
    /// No user: the operation needs no credentials, and none were recognised.
    Anyone,
    /// A user, authenticated by an API key.
    Key(Arc<str>),
    /// A user, authenticated by the access token of a session.
    Session(Bearer),
}

impl Caller {
    /// The user's id, if the sender is authenticated.
    pub(crate) fn user(&self) -> Option<&Arc<str>> {
        match self {
            Self::Anyone => None,
            Self::Key(user) | Self::Session(Bearer { user, .. }) => Some(user),
        }
    }
}

impl Auth {
    pub(crate) fn new(seed: u64, lifetimes: Lifetimes) -> Self {
        Self { api_keys: ApiKeys::new(seed), sessions: Sessions::new(seed, lifetimes), seen: Seen::default() }
    }

    /// Authenticates a request. An API key takes precedence over a token, because the vendor checks a signature as soon as the header is
    /// present.
    pub(crate) fn identify(
        &mut self,
        operation: Operation,
        brings: &Credentials<'_>,
        now: UnixMillis,
        shown: &ShownClock<'_>,
    ) -> Result<Caller, Refusal> {
        match operation.facts().access {
            Access::Public | Access::Cookie => Ok(Caller::Anyone),
            Access::TokenIfAny => Ok(self.bearer(brings, now).map_or(Caller::Anyone, Caller::Session)),
            Access::TokenOrKey => match brings.api_key {
                Some(api_key) => self.signer(operation, api_key, brings, now, shown).map(Caller::Key),
                None => self.bearer(brings, now).map(Caller::Session),
            },
            Access::Token | Access::TokenAndCookie => match brings.api_key {
                Some(api_key) => {
                    self.signer(operation, api_key, brings, now, shown)?;
                    Err(Refusal::permission_denied("Permission denied: this takes the token of a login, not an API key"))
                }
                None => self.bearer(brings, now).map(Caller::Session),
            },
        }
    }

    fn bearer(&self, brings: &Credentials<'_>, now: UnixMillis) -> Result<Bearer, Refusal> {
        let token = brings.token.ok_or_else(|| Refusal::no_credentials("No valid authentication information provided"))?;
        self.sessions.bearer(token, now)
    }

    fn signer(
        &mut self,
        operation: Operation,
        api_key: &str,
        brings: &Credentials<'_>,
        now: UnixMillis,
        shown: &ShownClock<'_>,
    ) -> Result<Arc<str>, Refusal> {
        let request = SignedRequest { api_key, query: brings.query, body: brings.body, from: brings.from };
        let signer = self.api_keys.verify(&request, now, shown)?;
        if operation.is_on_order_path() && !self.seen.remember(signer.signature, signer.timestamp, now) {
            return Err(Refusal::replayed());
        }
        signer.may(operation.facts().permission)?;
        Ok(signer.user)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::api_keys::Signer;
    use super::signed::SignedQuery;
    use super::*;

    /// Of what can be printed there are two: the compiler cannot tell which of them is meant, and refuses the test.
    trait NeverPrints<Which> {
        fn holds() {}
    }

    impl<T> NeverPrints<()> for T {}
    impl<T: Debug> NeverPrints<bool> for T {}

    #[test]
    fn what_holds_a_token_a_cookie_or_a_signature_cannot_be_printed() {
        <Credentials<'_> as NeverPrints<_>>::holds();
        <SignedRequest<'_> as NeverPrints<_>>::holds();
        <SignedQuery<'_> as NeverPrints<_>>::holds();
        <Signer as NeverPrints<_>>::holds();
        <NewToken as NeverPrints<_>>::holds();
        <crate::spec::Input<'_> as NeverPrints<_>>::holds();
    }
}
