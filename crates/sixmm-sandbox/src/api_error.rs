//! Errors of API requests: the documented code, a message, and the HTTP status.

use std::borrow::Cow;

use axum::http::StatusCode;

use crate::exchange::Reject;
use crate::spec;

/// The error of a rejected API request.
///
/// Codes: <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>. The documentation contains only four error messages, and
/// only two HTTP statuses: 401, which a failed authentication may have, and 429, which a rate limit may have. The other messages and
/// statuses are the sandbox's choice. A business error has status 200, because the documentation says that business errors usually have the
/// same envelope as successful responses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: i64,
    pub(crate) message: Cow<'static, str>,
    pub(crate) status: StatusCode,
}

impl ApiError {
    /// A business error, which has HTTP status 200 by the sandbox's choice.
    pub(crate) fn business(code: i64, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), status: StatusCode::OK }
    }

    fn unauthorized(code: i64, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), status: StatusCode::UNAUTHORIZED }
    }

    /// Credentials are missing or incomplete.
    pub(crate) fn no_credentials(message: &'static str) -> Self {
        Self::unauthorized(1001, message)
    }

    /// A token or cookie is expired.
    pub(crate) fn token_expired() -> Self {
        Self::unauthorized(1002, "Token expired")
    }

    /// A token, a key, a signature or a password is wrong.
    pub(crate) fn invalid_credentials(message: &'static str) -> Self {
        Self::unauthorized(1003, message)
    }

    /// The error for a signed timestamp that differs too much from the clock of the local exchange. The message is documented, but its code
    /// is not.
    pub(crate) fn outside_of_window() -> Self {
        Self::unauthorized(1003, "Timestamp outside of tolerance window")
    }

    /// The session was ended, or the ticket was already redeemed.
    pub(crate) fn token_revoked(message: &'static str) -> Self {
        Self::unauthorized(1004, message)
    }

    /// The client's address is not in the IP whitelist of the API key.
    pub(crate) fn ip_mismatch() -> Self {
        Self::unauthorized(1006, "Source IP mismatch")
    }

    /// The error for a replayed request: an order path received a signature that was already used. The message and code 3004 (duplicate
    /// request) are documented. The sandbox uses the same code for a `clientOrderId` that was already used.
    pub(crate) fn replayed() -> Self {
        Self::business(3004, "Signature replay detected")
    }

    /// The credentials are valid but do not permit the operation.
    pub(crate) fn permission_denied(message: &'static str) -> Self {
        Self::business(3006, message)
    }

    /// An internal error of the sandbox. The cause is logged. Changes that the request made to the state before the error are not reverted.
    pub(crate) fn internal_error() -> Self {
        Self { code: 5001, message: Cow::Borrowed("Internal server error"), status: StatusCode::INTERNAL_SERVER_ERROR }
    }

    /// A parameter has an invalid value.
    pub(crate) fn invalid_parameter(message: impl Into<Cow<'static, str>>) -> Self {
        Self::business(2002, message)
    }

    /// A parameter is out of its range.
    pub(crate) fn out_of_range(message: impl Into<Cow<'static, str>>) -> Self {
        Self::business(2003, message)
    }
}

impl From<spec::Violation> for ApiError {
    fn from(violation: spec::Violation) -> Self {
        let code = match &violation {
            spec::Violation::Missing { .. } => 2001,
            spec::Violation::Invalid { .. } => 2002,
            spec::Violation::OutOfRange { .. } => 2003,
        };
        Self::business(code, violation.to_string())
    }
}

/// Every rejection by the trading core is a business error with a documented code.
impl From<Reject> for ApiError {
    fn from(reject: Reject) -> Self {
        Self::business(reject.code(), reject.message().to_owned())
    }
}
