//! The error of a session.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use venue_core::{Error, Veto, VetoKind};

/// The error of a session that cannot be used. The message contains the reason and what to do, but no token and no cookie.
///
/// A call that was not sent for this reason fails with a [`Veto`] of [`VetoKind::LoginRequired`] or [`VetoKind::SessionUnavailable`].
#[derive(Clone, Debug)]
pub struct SessionError {
    kind: ErrorKind,
    /// The code with which the exchange rejected the token.
    code: Option<i64>,
    request_id: Option<Arc<str>>,
    source: Option<Arc<Error>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorKind {
    NeverBegun,
    LoggedOut,
    Expired,
    NoCookie,
    Invalid,
    Revoked,
    AnotherLogin,
    TokenUnusable,
    /// The exchange itself rejected the renewal, so that repeating it does not help.
    RenewalRejected,
    NotRenewed,
    NotLoggedOut,
    Interrupted,
}

impl SessionError {
    pub(super) fn new(kind: ErrorKind) -> Self {
        Self { kind, code: None, request_id: None, source: None }
    }

    /// The error of a call that the exchange rejected, or that failed.
    pub(super) fn from_call(kind: ErrorKind, error: Error) -> Self {
        Self { source: Some(Arc::new(error)), ..Self::new(kind) }
    }

    /// The error of a token that the exchange rejected with this code.
    pub(super) fn of_rejection(kind: ErrorKind, error: &Error) -> Self {
        let request_id = error.request_id().filter(|id| id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_graphic()));
        Self { code: error.code(), request_id: request_id.map(Arc::from), ..Self::new(kind) }
    }

    /// The same failed renewal after the token has expired.
    pub(super) fn once_expired(&self) -> Self {
        let kind = if self.kind == ErrorKind::RenewalRejected { ErrorKind::Expired } else { self.kind };
        Self { kind, ..self.clone() }
    }

    /// Whether the session has ended or never began, so that a login is needed. Otherwise the session may be usable later.
    #[must_use]
    pub fn needs_login(&self) -> bool {
        match self.kind {
            ErrorKind::NeverBegun
            | ErrorKind::LoggedOut
            | ErrorKind::Expired
            | ErrorKind::NoCookie
            | ErrorKind::Invalid
            | ErrorKind::Revoked
            | ErrorKind::TokenUnusable
            | ErrorKind::RenewalRejected => true,
            ErrorKind::AnotherLogin | ErrorKind::NotRenewed | ErrorKind::NotLoggedOut | ErrorKind::Interrupted => false,
        }
    }

    /// The error of the renewal or the logout that failed.
    #[must_use]
    pub fn api_error(&self) -> Option<&Error> {
        self.source.as_deref()
    }

    /// Whether there was a login before, so that the error is about a session that has ended.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.kind != ErrorKind::NeverBegun
    }

    /// Whether repeating the renewal does not help.
    pub(super) fn is_permanent(&self) -> bool {
        matches!(self.kind, ErrorKind::NoCookie | ErrorKind::RenewalRejected)
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
        let code = self.code.map(|code| format!(" (code {code})")).unwrap_or_default();
        match self.kind {
            ErrorKind::NeverBegun => write!(f, "there is no session: {LOG_IN}"),
            ErrorKind::LoggedOut => write!(f, "the session was logged out: {LOG_IN_AGAIN}"),
            ErrorKind::Expired => write!(f, "the access token has expired, and the exchange rejected its renewal: {LOG_IN_AGAIN}"),
            ErrorKind::NoCookie => write!(f, "the access token has expired, and there is no cookie to renew it with: {LOG_IN_AGAIN}"),
            ErrorKind::Invalid => write!(f, "the exchange does not accept the access token{code}: {LOG_IN_AGAIN}"),
            ErrorKind::Revoked => {
                write!(f, "the exchange has revoked the access token{code}, perhaps by a login elsewhere: {LOG_IN_AGAIN}")
            }
            ErrorKind::AnotherLogin => f.write_str(
                "another login took place while the call was under way, perhaps another user's: \
                 call it again if it is meant for the user that is logged in now",
            ),
            ErrorKind::TokenUnusable => write!(f, "the access token does not fit into an HTTP header: {LOG_IN_AGAIN}"),
            ErrorKind::RenewalRejected => write!(f, "the exchange rejected the renewal of the session: {LOG_IN_AGAIN}"),
            ErrorKind::NotRenewed => f.write_str("the session could not be renewed: try again"),
            ErrorKind::NotLoggedOut => f.write_str(
                "the client has forgotten the session, but the exchange did not confirm the logout: the token may work until it expires",
            ),
            ErrorKind::Interrupted => f.write_str("the program's runtime ended while the session was renewed"),
        }?;
        match &self.request_id {
            Some(request_id) => write!(f, " (request id {request_id})"),
            None => Ok(()),
        }
    }
}

/// The advice in the message of each error after which a login is needed. The type `Session` of each exchange's crate has the method
/// `login`.
const LOG_IN: &str = "log in with `Session::login`";
const LOG_IN_AGAIN: &str = "log in again with `Session::login`";

impl StdError for SessionError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|error| error as _)
    }
}
