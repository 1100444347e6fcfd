//! Why a session cannot be used.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use sixmm_api::types::ErrorCode;
use sixmm_api::{Delivery, Error, Veto, VetoKind};

/// Why a session cannot be used, and what to do. It names no token and no cookie.
///
/// A call that was not made for that reason fails with an [`Error`] that holds it: [`SessionError::of`].
#[derive(Clone, Debug)]
pub struct SessionError {
    why: Why,
    request_id: Option<Arc<str>>,
    source: Option<Arc<Error>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    NeverBegun,
    LoggedOut,
    Expired,
    NoCookie,
    Invalid,
    Revoked,
    AnotherLogin,
    TokenUnusable,
    NotRenewed,
    NotLoggedOut,
    Interrupted,
}

impl SessionError {
    pub(crate) fn new(why: Why) -> Self {
        Self { why, request_id: None, source: None }
    }

    /// The exchange's own words.
    pub(crate) fn from_api(why: Why, error: Error) -> Self {
        Self { why, request_id: None, source: Some(Arc::new(error)) }
    }

    pub(crate) fn with_request_id(self, request_id: Option<&str>) -> Self {
        Self { request_id: request_id.map(Arc::from), ..self }
    }

    /// The same failure to renew, once the token has expired, too.
    pub(crate) fn once_expired(&self) -> Self {
        let why = if self.why == Why::NotRenewed { Why::Expired } else { self.why };
        Self { why, ..self.clone() }
    }

    /// Whether the session is over, or never began: log in. Otherwise it may be tried again.
    #[must_use]
    pub fn needs_login(&self) -> bool {
        match self.why {
            Why::NeverBegun | Why::LoggedOut | Why::Expired | Why::NoCookie | Why::Invalid | Why::Revoked | Why::TokenUnusable => true,
            Why::NotRenewed => self.is_final(),
            Why::AnotherLogin | Why::NotLoggedOut | Why::Interrupted => false,
        }
    }

    /// The exchange's own error, if a renewal or a logout failed at it.
    #[must_use]
    pub fn api_error(&self) -> Option<&Error> {
        self.source.as_deref()
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.why != Why::NeverBegun
    }

    /// Whether the exchange itself refused to renew: asking again will not help.
    pub(crate) fn is_final(&self) -> bool {
        let Some(error) = &self.source else { return self.why == Why::NoCookie };
        let code = error.code().map(ErrorCode::from);
        error.delivery() == Delivery::Rejected
            && matches!(
                code,
                Some(
                    ErrorCode::NoAuthentication
                        | ErrorCode::TokenExpired
                        | ErrorCode::InvalidCredential
                        | ErrorCode::TokenRevoked
                        | ErrorCode::IpMismatch
                )
            )
    }
}

impl From<SessionError> for Veto {
    fn from(error: SessionError) -> Self {
        let kind = if error.needs_login() { VetoKind::LoginRequired } else { VetoKind::SessionUnavailable };
        let failed_call = error.source.clone();
        Self::of_kind(kind, error).caused_by(failed_call)
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.why {
            Why::NeverBegun => "there is no session: log in with `Session::login`",
            Why::LoggedOut => "the session was logged out: log in again with `Session::login`",
            Why::Expired => "the access token has expired, and the exchange refused to renew it: log in again with `Session::login`",
            Why::NoCookie => "the access token has expired, and there is no cookie to renew it with: log in again with `Session::login`",
            Why::Invalid => "the exchange does not accept the access token (code 1003): log in again with `Session::login`",
            Why::Revoked => {
                "the exchange has revoked the access token (code 1004), perhaps by a login elsewhere: \
                 log in again with `Session::login`"
            }
            Why::AnotherLogin => {
                "another login took place while the call was under way, perhaps another user's: \
                 call it again if it is meant for whoever is logged in now"
            }
            Why::TokenUnusable => "the access token does not fit into an HTTP header: log in again with `Session::login`",
            Why::NotRenewed if self.is_final() => "the exchange refused to renew the session: log in again with `Session::login`",
            Why::NotRenewed => "the exchange could not be asked to renew the session: try again",
            Why::NotLoggedOut => {
                "the session is forgotten here, but the exchange did not confirm the logout: the token may work until it expires"
            }
            Why::Interrupted => "the program's runtime ended while the session was renewed",
        })?;
        match &self.request_id {
            Some(request_id) => write!(f, " (request id {request_id})"),
            None => Ok(()),
        }
    }
}

impl StdError for SessionError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|error| error as _)
    }
}
