//! The error of a session.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use sixmm_api::types::ErrorCode;
use sixmm_api::{Delivery, Error, Veto, VetoKind};

/// Why a session cannot be used, and what to do. The text contains no token and no cookie.
///
/// A call that was not sent for this reason fails with a [`Veto`] of [`VetoKind::LoginRequired`] or [`VetoKind::SessionUnavailable`].
#[derive(Clone, Debug)]
pub struct SessionError {
    kind: ErrorKind,
    request_id: Option<Arc<str>>,
    source: Option<Arc<Error>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
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
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { kind, request_id: None, source: None }
    }

    /// The error of a call that the exchange rejected, or that failed.
    pub(crate) fn from_api(kind: ErrorKind, error: Error) -> Self {
        Self { kind, request_id: None, source: Some(Arc::new(error)) }
    }

    pub(crate) fn with_request_id(self, request_id: Option<&str>) -> Self {
        Self { request_id: request_id.map(Arc::from), ..self }
    }

    /// The same failed renewal after the token has expired.
    pub(crate) fn once_expired(&self) -> Self {
        let kind = if self.kind == ErrorKind::NotRenewed { ErrorKind::Expired } else { self.kind };
        Self { kind, ..self.clone() }
    }

    /// Whether the session has ended or never began, so that a login is needed. Else the session may be usable later.
    #[must_use]
    pub fn needs_login(&self) -> bool {
        match self.kind {
            ErrorKind::NeverBegun
            | ErrorKind::LoggedOut
            | ErrorKind::Expired
            | ErrorKind::NoCookie
            | ErrorKind::Invalid
            | ErrorKind::Revoked
            | ErrorKind::TokenUnusable => true,
            ErrorKind::NotRenewed => self.is_permanent(),
            ErrorKind::AnotherLogin | ErrorKind::NotLoggedOut | ErrorKind::Interrupted => false,
        }
    }

    /// The error of the renewal or the logout that failed.
    #[must_use]
    pub fn api_error(&self) -> Option<&Error> {
        self.source.as_deref()
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.kind != ErrorKind::NeverBegun
    }

    /// Whether the exchange itself rejected the renewal, so that repeating it does not help.
    pub(crate) fn is_permanent(&self) -> bool {
        let Some(error) = &self.source else { return self.kind == ErrorKind::NoCookie };
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
        f.write_str(match self.kind {
            ErrorKind::NeverBegun => "there is no session: log in with `Session::login`",
            ErrorKind::LoggedOut => "the session was logged out: log in again with `Session::login`",
            ErrorKind::Expired => "the access token has expired, and the exchange rejected its renewal: log in again with `Session::login`",
            ErrorKind::NoCookie => {
                "the access token has expired, and there is no cookie to renew it with: log in again with `Session::login`"
            }
            ErrorKind::Invalid => "the exchange does not accept the access token (code 1003): log in again with `Session::login`",
            ErrorKind::Revoked => {
                "the exchange has revoked the access token (code 1004), perhaps by a login elsewhere: \
                 log in again with `Session::login`"
            }
            ErrorKind::AnotherLogin => {
                "another login took place while the call was under way, perhaps another user's: \
                 call it again if it is meant for the user that is logged in now"
            }
            ErrorKind::TokenUnusable => "the access token does not fit into an HTTP header: log in again with `Session::login`",
            ErrorKind::NotRenewed if self.is_permanent() => {
                "the exchange rejected the renewal of the session: log in again with `Session::login`"
            }
            ErrorKind::NotRenewed => "the session could not be renewed: try again",
            ErrorKind::NotLoggedOut => {
                "the client has forgotten the session, but the exchange did not confirm the logout: the token may work until it expires"
            }
            ErrorKind::Interrupted => "the program's runtime ended while the session was renewed",
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
