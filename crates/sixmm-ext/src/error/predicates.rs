//! The predicates that a caller acts on.

use sixmm_api::types::ErrorCode;
use sixmm_api::{Delivery, Veto, VetoKind};
use venue_core::reqwest::StatusCode;

use super::{Error, Kind};
use crate::policy::SixMm;

impl Error {
    /// Whether the same call may succeed later, and repeating it is harmless.
    ///
    /// True for a call that never reached the exchange, for a rejection with code 5003, and for a transient failure of an operation that changes
    /// nothing or is idempotent. Also true for a call that was not sent because its deadline passed, its quota was not available, the server's
    /// clock could not be read, or the session could not be renewed. Never true for an order whose outcome is unknown.
    ///
    /// # Troubleshooting
    ///
    /// The client has already repeated the call as its [`RetryPolicy`](crate::RetryPolicy) and its retry budget allow. If the error still occurs,
    /// the exchange or the network is down: wait longer, or stop trading. The error reports an exhausted budget, with which fewer attempts were
    /// made.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let is_transient = |error: &sixmm_api::Error| venue_runtime::retry::is_retryable(error, &SixMm);
        if self.is_unknown_outcome() {
            return false;
        }
        match self.veto_kind() {
            // A failed renewal is transient whatever its operation is: the operation of the renewal is not that of the call.
            Some(VetoKind::SessionUnavailable) => self.failed_call().is_some(),
            Some(VetoKind::ClockUnknown) => self.failed_call().is_none_or(is_transient),
            Some(VetoKind::DeadlineExceeded | VetoKind::QuotaUnavailable { .. }) => true,
            _ => self.api().is_some_and(is_transient),
        }
    }

    /// Whether the credentials are missing, wrong, expired or used from the wrong address: codes 1001 to 1006, HTTP 401, a session that has ended,
    /// or a call that was rejected before sending because the client has no credentials for it.
    ///
    /// # Troubleshooting
    ///
    /// - 1001: the request had no credentials. Give [`ClientBuilder::api_key`](crate::ClientBuilder::api_key) a key, or log in.
    /// - 1002, 1004: the session has ended. Log in again.
    /// - 1003: key, secret or signature is wrong. Check that both belong together; a proxy that changes the query breaks signatures.
    /// - 1005: not documented.
    /// - 1006: the key's IP whitelist does not list this machine's address.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>
    #[must_use]
    pub fn is_auth(&self) -> bool {
        let by_code = self.raw_code().is_some_and(|code| (1001..=1006).contains(&code));
        by_code
            || self.status() == Some(StatusCode::UNAUTHORIZED)
            || matches!(self.veto_kind(), Some(VetoKind::LoginRequired | VetoKind::MissingCredentials))
    }

    /// Whether the credentials are valid but do not allow this operation: code 3006, HTTP 403, or a call that was rejected before sending because the
    /// key was declared without the permission.
    ///
    /// # Troubleshooting
    ///
    /// Orders and positions need the permission Trade, even to read them. Other operations need Read. API keys can only be managed with a login.
    /// Give the key the permission, or use another key.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/api-key-management>
    #[must_use]
    pub fn is_permission(&self) -> bool {
        self.is_code(&ErrorCode::PermissionDenied)
            || self.status() == Some(StatusCode::FORBIDDEN)
            || self.veto_kind() == Some(VetoKind::MissingPermission)
    }

    /// Whether too many requests were sent: code 5003 or HTTP 429. After the code, the request was not executed. An HTTP 429 without the code does
    /// not come from the exchange, so it leaves the outcome open ([`is_unknown_outcome`](Self::is_unknown_outcome)).
    ///
    /// # Troubleshooting
    ///
    /// The client has already slowed down, and has respected the exchange's `Retry-After`. The exchange publishes no limits: set lower
    /// [`Quotas`](crate::Quotas), and do not use one key in several programs.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.is_code(&ErrorCode::RateLimited)
            || self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
            || self.failed_call().is_some_and(|error| error.status() == Some(StatusCode::TOO_MANY_REQUESTS))
    }

    /// Whether there is no such order: code 3003.
    ///
    /// # Troubleshooting
    ///
    /// Check that symbol and id belong together, and that the order belongs to this account. An order that was just placed may not be visible yet.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.is_code(&ErrorCode::OrderNotFound)
    }

    /// Whether the balance is too small: code 3001.
    ///
    /// # Troubleshooting
    ///
    /// See [`Account::asset`](crate::Account::asset) for what is available. Open orders hold margin: cancel some, lower the quantity, or raise
    /// the leverage.
    #[must_use]
    pub fn is_insufficient_balance(&self) -> bool {
        self.is_code(&ErrorCode::InsufficientBalance)
    }

    /// Whether the exchange rejected the request as a duplicate: code 3004.
    ///
    /// # Troubleshooting
    ///
    /// The documentation names one cause: a signature that was already used on an order path (`Signature replay detected`). This client signs each
    /// attempt again, so a proxy has repeated the request, or two processes share a key. Whether a repeated `clientOrderId` has the same code is
    /// not documented. The first request may have been executed, so the client reconciles orders after this code.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.is_code(&ErrorCode::DuplicateRequest)
    }

    /// Whether the request was invalid: rejected before sending ([`field_errors`](Self::field_errors) has every reason), or by the exchange (codes 2001 to 2003,
    /// and 3100 to 3112 for condition orders).
    ///
    /// # Troubleshooting
    ///
    /// Repeating the request does not help. To check tick size, step size and minimums before sending, switch on
    /// [`ClientBuilder::check_orders`](crate::ClientBuilder::check_orders) and load the contract's rules. The meaning of the codes from 3100 on is
    /// not documented: read [`message`](Self::message).
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        !self.field_errors().is_empty() || self.raw_code().is_some_and(|code| matches!(code, 2001..=2003 | 3100..=3112))
    }

    /// Whether the order can no longer be cancelled or amended: code 3005, or a lookup found the order filled or cancelled.
    ///
    /// # Troubleshooting
    ///
    /// Query the order: it was filled, cancelled or rejected.
    #[must_use]
    pub fn is_too_late(&self) -> bool {
        self.is_code(&ErrorCode::OrderNotCancelable) || matches!(self.0.kind, Kind::OrderFinal { .. } | Kind::ConditionFinal { .. })
    }

    /// Whether the request may have been executed and must not be repeated without a lookup: after a timeout, a dropped connection, HTTP 5xx, codes
    /// 5001, 5002 and 3004, or a success whose data cannot be read.
    ///
    /// # Troubleshooting
    ///
    /// Order writes report this as [`Outcome::Unknown`](crate::Outcome::Unknown), which can be reconciled again. For other calls, read the state that
    /// the call was to change before you repeat it.
    #[must_use]
    pub fn is_unknown_outcome(&self) -> bool {
        let may_be_executed = self.delivery() >= Delivery::Unknown || self.is_duplicate();
        may_be_executed && !self.operation().repeatable.is_repeatable()
    }

    /// Whether a timeout ended the call: no complete response in time, or the call's deadline passed before an attempt was sent.
    ///
    /// # Troubleshooting
    ///
    /// Allow more time ([`ClientBuilder::timeout`](crate::ClientBuilder::timeout)), or find the slow part. Waiting for a quota counts as well.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        let is_deadline = matches!(self.veto_kind(), Some(VetoKind::DeadlineExceeded | VetoKind::QuotaUnavailable { .. }));
        is_deadline || self.api().into_iter().chain(self.failed_call()).any(sixmm_api::Error::is_timeout)
    }

    /// Whether no connection was established, so that nothing was sent.
    ///
    /// # Troubleshooting
    ///
    /// Check network, proxy and base URL.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.api().into_iter().chain(self.failed_call()).any(sixmm_api::Error::is_connect_error)
    }

    /// The veto's kind, if the client did not send the request.
    fn veto_kind(&self) -> Option<VetoKind> {
        self.veto().map(Veto::kind)
    }

    /// The error of another call whose failure kept this call from being sent: the renewal of the session, or reading the server's clock.
    fn failed_call(&self) -> Option<&sixmm_api::Error> {
        self.veto()?.failed_call()
    }

    fn raw_code(&self) -> Option<i64> {
        match &self.0.kind {
            Kind::Api(error) => error.code(),
            Kind::Item { code, .. } => Some(*code),
            _ => None,
        }
    }

    fn is_code(&self, code: &ErrorCode) -> bool {
        self.code().as_ref() == Some(code)
    }
}
