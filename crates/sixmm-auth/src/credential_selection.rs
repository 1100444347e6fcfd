//! Selects the credentials of an operation by the generated operation table.

use sixmm_api::operations::security;
use sixmm_api::{Operation, Permission, SecurityScheme, Veto};
use venue_runtime::session::AvailableSession;
use venue_runtime::{AvailableCredentials, MissingCredentials, SessionError};

/// The schemes of an API key: a header and two parameters of the query.
const KEY: [SecurityScheme; 3] = [security::API_KEY, security::TIMESTAMP, security::SIGNATURE];

/// Selects the credentials of each attempt by its operation and the state of the session.
///
/// The credentials that are available in each state (no session, a token, a token and a cookie) are computed once, because every attempt
/// needs them.
pub(crate) struct Selector {
    without_session: AvailableCredentials,
    with_token: AvailableCredentials,
    with_token_and_cookie: AvailableCredentials,
}

impl Selector {
    pub(crate) fn new(has_key: bool, declared: Option<&[Permission]>) -> Self {
        let access = |session: &[SecurityScheme]| {
            // The key comes first, so it is preferred where both are accepted.
            let key = if has_key { KEY.as_slice() } else { &[] };
            let access = AvailableCredentials::new(&[key, session].concat())
                .remedy(security::API_KEY, "give the client's builder an API key")
                .remedy(security::JWT, "log in with `Session::login`")
                .remedy(security::COOKIE, "log in with `Session::login`");
            match declared {
                Some(declared) => access.permissions(security::API_KEY, declared),
                None => access,
            }
        };
        Self {
            without_session: access(&[]),
            with_token: access(&[security::JWT]),
            with_token_and_cookie: access(&[security::JWT, security::COOKIE]),
        }
    }

    /// Whether the operation uses the API key in every state of the session.
    pub(crate) fn uses_api_key(&self, operation: &'static Operation) -> bool {
        self.without_session.select(operation).is_ok_and(|schemes| schemes.contains(&security::API_KEY))
    }

    /// Returns the security schemes (API key, token, cookie) with which a request for the operation is sent. The list is empty if the
    /// request is sent without credentials.
    ///
    /// # Errors
    ///
    /// Returns an error if the credentials are not sufficient.
    pub(crate) fn select(&self, operation: &'static Operation, session: &AvailableSession) -> Result<&'static [SecurityScheme], Veto> {
        if operation.is_public() {
            return Ok(optional(operation, session));
        }
        let access = match session {
            AvailableSession::None(_) => &self.without_session,
            AvailableSession::Token => &self.with_token,
            AvailableSession::TokenAndCookie => &self.with_token_and_cookie,
        };
        access.select(operation).map_err(|error| self.explain(operation, session, error))
    }

    /// Returns the error for an operation that lacks credentials. If the session has ended and the operation could have used it, the error
    /// is the reason why the session ended. Otherwise the error lists the missing credentials.
    fn explain(&self, operation: &'static Operation, session: &AvailableSession, error: MissingCredentials) -> Veto {
        match session {
            AvailableSession::None(ended) if ended.has_begun() && self.with_token_and_cookie.select(operation).is_ok() => {
                SessionError::clone(ended).into()
            }
            _ => error.into(),
        }
    }
}

/// Selects the token of the session for a public operation that accepts a token. The operation also works without a token, but its response
/// contains more data for a user who is logged in.
fn optional(operation: &'static Operation, session: &AvailableSession) -> &'static [SecurityScheme] {
    let has_token = !matches!(session, AvailableSession::None(_));
    let with_token = operation.security.iter().find(|schemes| **schemes == [security::JWT]);
    with_token.filter(|_| has_token).copied().unwrap_or_default()
}
