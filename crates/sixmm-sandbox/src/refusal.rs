//! Refusals: the documented code, a message, and the HTTP status that goes with it.

use std::borrow::Cow;

use axum::http::StatusCode;

use crate::exchange::Reject;
use crate::spec;

/// A request that is refused.
///
/// Codes: <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>. Of the messages the documentation has four; the others
/// are this sandbox's. Of the HTTP status it says only that failed authentication may come as 401 and a rate limit as 429. The
/// other statuses are this sandbox's, and so is 200 for business errors, of which the documentation says that they usually have the same
/// envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    pub(crate) message: Cow<'static, str>,
    pub(crate) status: StatusCode,
}

impl Refusal {
    /// A business error. It comes with HTTP 200, which is this sandbox's choice.
    pub(crate) fn business(code: i64, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), status: StatusCode::OK }
    }

    fn unauthorized(code: i64, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), status: StatusCode::UNAUTHORIZED }
    }

    /// No credentials came, or not all of what belongs to them.
    pub(crate) fn no_credentials(message: &'static str) -> Self {
        Self::unauthorized(1001, message)
    }

    /// A token, or the cookie, is too old.
    pub(crate) fn token_expired() -> Self {
        Self::unauthorized(1002, "Token expired")
    }

    /// A token, a key, a signature or a password is wrong.
    pub(crate) fn invalid_credentials(message: &'static str) -> Self {
        Self::unauthorized(1003, message)
    }

    /// The signed timestamp is too far from the exchange's clock. The message is documented; which code comes with it is not.
    pub(crate) fn outside_of_window() -> Self {
        Self::unauthorized(1003, "Timestamp outside of tolerance window")
    }

    /// The session was ended, or the ticket is spent.
    pub(crate) fn token_revoked(message: &'static str) -> Self {
        Self::unauthorized(1004, message)
    }

    /// The request came from an address that the key's whitelist does not list.
    pub(crate) fn ip_mismatch() -> Self {
        Self::unauthorized(1006, "Source IP mismatch")
    }

    /// The same signature came twice on an order path. The message is documented, and so is 3004 for it, as "duplicate request"; a
    /// `clientOrderId` that was used before has the same code here.
    pub(crate) fn replayed() -> Self {
        Self::business(3004, "Signature replay detected")
    }

    /// The credentials are good, and not good for this.
    pub(crate) fn permission_denied(message: &'static str) -> Self {
        Self::business(3006, message)
    }

    /// The exchange failed: a mistake in it, which the log tells. What the request did may stand.
    pub(crate) fn internal_error() -> Self {
        Self { code: 5001, message: Cow::Borrowed("Internal server error"), status: StatusCode::INTERNAL_SERVER_ERROR }
    }

    /// A parameter has a value that is not valid.
    pub(crate) fn invalid_parameter(message: impl Into<Cow<'static, str>>) -> Self {
        Self::business(2002, message)
    }

    /// A parameter is out of its range.
    pub(crate) fn out_of_range(message: impl Into<Cow<'static, str>>) -> Self {
        Self::business(2003, message)
    }
}

impl From<spec::Violation> for Refusal {
    fn from(violation: spec::Violation) -> Self {
        let code = match &violation {
            spec::Violation::Missing { .. } => 2001,
            spec::Violation::Invalid { .. } => 2002,
            spec::Violation::OutOfRange { .. } => 2003,
        };
        Self::business(code, violation.to_string())
    }
}

/// The trading core refuses by the documented codes: all of them business errors.
impl From<Reject> for Refusal {
    fn from(reject: Reject) -> Self {
        Self::business(reject.code(), reject.message().to_owned())
    }
}
