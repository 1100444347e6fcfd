//! The predicates that a caller acts on.

use sixmm_api::types::ErrorCode;
use sixmm_api::{Delivery, Veto, VetoKind};
use venue_core::reqwest::StatusCode;

use super::{Error, Kind};
use crate::policy::SixMm;

impl Error {
    /// Whether the same call may succeed later, and can be repeated without harm.
    ///
    /// True for a call that never reached the exchange, for a rejection with code 5003, and for a transient failure of an operation that
    /// changes nothing or is idempotent. Also true for a call that was not sent because its deadline passed, its quota was not available,
    /// the server's clock could not be read, or the session could not be renewed. Never true for an order write whose outcome is unknown.
    ///
    /// # Troubleshooting
    ///
    /// The client has already repeated the call as its [`RetryPolicy`](crate::RetryPolicy) and its retry budget allow. If the error still
    /// occurs, the exchange or the network is down: wait longer, or stop trading. If the retry budget was exhausted, fewer attempts were
    /// made, and the text of the error reports that.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let is_transient = |error: &sixmm_api::Error| venue_runtime::retry::is_retryable(error, &SixMm);
        if self.is_unknown_outcome() {
            return false;
        }
        match self.veto_kind() {
            // If the session could not be renewed, the call itself was not sent and can be repeated, whether or not the renewal can be.
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
    /// - 1001: the request had no credentials. Set an API key with [`ClientBuilder::api_key`](crate::ClientBuilder::api_key), or log in.
    /// - 1002, 1004: the session has ended. Log in again.
    /// - 1003: key, secret or signature is wrong. Check that key and secret belong together, and that no proxy changes the query, because
    ///   the signature covers the query.
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
    /// Operations on orders and positions need the permission Trade, even if they only read. Other operations need Read. API keys can only
    /// be managed after a login. Give the key the permission, or use another key.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/api-key-management>
    #[must_use]
    pub fn is_permission(&self) -> bool {
        self.is_code(&ErrorCode::PermissionDenied)
            || self.status() == Some(StatusCode::FORBIDDEN)
            || self.veto_kind() == Some(VetoKind::MissingPermission)
    }

    /// Whether too many requests were sent: code 5003 or HTTP 429. A request that was rejected with code 5003 was not executed. An HTTP 429
    /// without code 5003 does not come from the exchange's API, so the outcome of the request is unknown
    /// ([`is_unknown_outcome`](Self::is_unknown_outcome)).
    ///
    /// # Troubleshooting
    ///
    /// The client has already slowed down, and has respected the exchange's `Retry-After`. The exchange publishes no limits, so set lower
    /// [`Quotas`](crate::quotas::Quotas), and do not use one key in several programs.
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
    /// [`Account::asset`](crate::Account::asset) returns the available balance. Lower the quantity, raise the leverage, or cancel open
    /// orders, because open orders hold margin.
    #[must_use]
    pub fn is_insufficient_balance(&self) -> bool {
        self.is_code(&ErrorCode::InsufficientBalance)
    }

    /// Whether the exchange rejected the request as a duplicate: code 3004.
    ///
    /// # Troubleshooting
    ///
    /// The documentation names one cause: a signature that was already used on an order path (`Signature replay detected`). This client
    /// creates a new signature for each attempt, so either a proxy has repeated the request or two processes share an API key. The
    /// documentation does not say whether the exchange reports a repeated `clientOrderId` with the same code. The first request may have
    /// been executed, so the client reconciles orders after this code.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.is_code(&ErrorCode::DuplicateRequest)
    }

    /// Whether the request was invalid. Either the client rejected the request before sending ([`field_errors`](Self::field_errors)
    /// contains every reason), or the exchange rejected it (codes 2001 to 2003, and 3100 to 3112 for condition orders).
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

    /// Whether the order can no longer be cancelled or amended: code 3005, or a lookup showed that the order is final.
    ///
    /// # Troubleshooting
    ///
    /// Query the order: it was filled, cancelled or rejected.
    #[must_use]
    pub fn is_too_late(&self) -> bool {
        self.is_code(&ErrorCode::OrderNotCancelable) || matches!(self.0.kind, Kind::OrderFinal { .. } | Kind::ConditionFinal { .. })
    }

    /// Whether the request may have been executed, so that it must not be repeated without a lookup: after a timeout, a dropped connection,
    /// HTTP 5xx, codes 5001, 5002 and 3004, an undocumented code, a contradictory response, or a success whose data cannot be read. Never
    /// true for reads and idempotent operations.
    ///
    /// # Troubleshooting
    ///
    /// Order writes report this as [`Outcome::Unknown`](crate::Outcome::Unknown), which can be reconciled again. After any other call,
    /// check whether the change was made before you repeat the call.
    #[must_use]
    pub fn is_unknown_outcome(&self) -> bool {
        let may_be_executed = self.delivery() >= Delivery::Unknown || self.is_duplicate();
        may_be_executed && !self.operation().repeatable.is_repeatable()
    }

    /// Whether a timeout ended the call: either no complete response arrived in time, or the deadline of the call passed before an attempt
    /// was sent.
    ///
    /// # Troubleshooting
    ///
    /// Allow more time ([`ClientBuilder::timeout`](crate::ClientBuilder::timeout)), or find the slow part of the call. The time for which a
    /// call waits for its quota counts as well.
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
    pub(crate) fn veto_kind(&self) -> Option<VetoKind> {
        self.veto().map(Veto::kind)
    }

    /// The error because of which this call was not sent: the error of the renewal of the session, or of the read of the server's clock.
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

    pub(crate) fn is_code(&self, code: &ErrorCode) -> bool {
        self.code().as_ref() == Some(code)
    }
}
