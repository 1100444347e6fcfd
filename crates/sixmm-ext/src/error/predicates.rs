//! What a caller acts on.

use std::error::Error as StdError;

use sixmm_api::Delivery;
use sixmm_api::types::ErrorCode;
use sixmm_auth::{Refused, SessionError, SyncError};
use venue_core::reqwest::StatusCode;
use venue_runtime::OutOfTime;

use super::{Error, Kind};

impl Error {
    /// Whether the same call may succeed a little later, and repeating it can do no harm.
    ///
    /// True for calls that never reached the exchange, for refusals that ask for patience (code 5003), and for calls that change nothing, or
    /// leave the same state a second time, if what they met may pass by itself. Also for calls that were not sent because their time was
    /// over, the server's clock could not be read, or the session not be renewed. Never true for an order whose outcome is unknown.
    ///
    /// # Troubleshooting
    ///
    /// The client has already repeated the call as its [`RetryPolicy`](crate::RetryPolicy) and the budget allow. If this is still what you
    /// get, the exchange or the way to it is down: wait longer, or stop trading. The error says if the budget was exhausted, so that fewer
    /// attempts were made.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let may_pass = |error: &sixmm_api::Error| venue_runtime::retry::is_retryable(error, &crate::rates::SixMm);
        if self.is_unknown_outcome() {
            return false;
        }
        // A failed renewal says by itself whether it is worth another one: its own call must not be judged as if it were the caller's.
        let is_not_renewed = self.session().is_some_and(|session| !session.needs_login() && session.api_error().is_some());
        let is_clock_unknown = self.sync().is_some() && self.obstacle().is_none_or(may_pass);
        self.api().is_some_and(may_pass) || is_not_renewed || is_clock_unknown || self.is_out_of_time()
    }

    /// Whether the credentials are missing, wrong, expired or not for this place: codes 1001 to 1006, HTTP 401, a session that has ended, or
    /// refused here because the client has none that the operation takes.
    ///
    /// # Troubleshooting
    ///
    /// - 1001: no credentials came along. Give [`ClientBuilder::api_key`](crate::ClientBuilder::api_key) a key, or log in.
    /// - 1002, 1004: the session is over. Log in again.
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
            || self.session().is_some_and(SessionError::needs_login)
            || self.refused().is_some_and(Refused::is_missing_credentials)
    }

    /// Whether the credentials are good and do not allow this: code 3006, HTTP 403, or refused here because the operation takes a permission
    /// that the key was not declared to have.
    ///
    /// # Troubleshooting
    ///
    /// Orders and positions need the permission Trade, even to be read; the rest Read. API keys are managed with a login alone. Give the key
    /// the permission, or use another one.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/api-key-management>
    #[must_use]
    pub fn is_permission(&self) -> bool {
        self.is_code(&ErrorCode::PermissionDenied)
            || self.status() == Some(StatusCode::FORBIDDEN)
            || self.refused().is_some_and(Refused::is_missing_permission)
    }

    /// Whether too many requests were sent: code 5003 or HTTP 429. With the code, the request was not carried out; of an HTTP 429 without one,
    /// which is not the exchange's, that is not certain ([`is_unknown_outcome`](Self::is_unknown_outcome)).
    ///
    /// # Troubleshooting
    ///
    /// The client has already slowed down. The exchange publishes no limits: set lower [`Quotas`](crate::Quotas), and do not run several
    /// programs on one key that do not know of each other. A `Retry-After` of the exchange has been honoured.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.is_code(&ErrorCode::RateLimited)
            || self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
            || self.obstacle().is_some_and(|error| error.status() == Some(StatusCode::TOO_MANY_REQUESTS))
    }

    /// Whether there is no such order: code 3003.
    ///
    /// # Troubleshooting
    ///
    /// Check that symbol and id belong together, and that the order is this account's. An order that was sent a moment ago may not be visible yet.
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

    /// Whether the exchange refused the request as a duplicate: code 3004.
    ///
    /// # Troubleshooting
    ///
    /// The documentation names one cause, a signature that was used before on an order path (`Signature replay detected`). This client signs
    /// each attempt again, so a proxy repeated the request, or two processes share a key. Whether a `clientOrderId` that was used before has
    /// this code, too, is not documented. The first request may have been carried out: orders are reconciled by this client.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.is_code(&ErrorCode::DuplicateRequest)
    }

    /// Whether the request was wrong: refused here ([`field_errors`](Self::field_errors) has every reason), or by the exchange (codes 2001 to 2003, and
    /// 3100 to 3112 for condition orders).
    ///
    /// # Troubleshooting
    ///
    /// Repeating it will not help. If the exchange refused what this client let pass, load the contract's rules first
    /// ([`Market::rules`](crate::Market::rules)), so that tick size, step size and minimums are checked here. Which fault a code from 3100
    /// on stands for is not documented: read [`message`](Self::message).
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        !self.field_errors().is_empty() || self.raw_code().is_some_and(|code| matches!(code, 2001..=2003 | 3100..=3112))
    }

    /// Whether the order can no longer be cancelled or changed: code 3005, or it was found to be filled or cancelled already.
    ///
    /// # Troubleshooting
    ///
    /// Ask for the order: it has been filled, cancelled or refused.
    #[must_use]
    pub fn is_too_late(&self) -> bool {
        self.is_code(&ErrorCode::OrderNotCancelable) || matches!(self.0.kind, Kind::OrderFinal { .. } | Kind::ConditionFinal { .. })
    }

    /// Whether the call may have been carried out and must not be repeated blindly: a timeout, a dropped connection, a 5xx, codes 5001 and
    /// 5002, a duplicate request (3004), or a success whose data cannot be read.
    ///
    /// # Troubleshooting
    ///
    /// Orders tell this by [`Outcome::Unknown`](crate::Outcome::Unknown), with a way to ask again. For other calls, read the state that the
    /// call was to change before you repeat it.
    #[must_use]
    pub fn is_unknown_outcome(&self) -> bool {
        let may_stand = self.delivery() >= Delivery::Unknown || self.is_duplicate();
        may_stand && !self.operation().repeatable.is_repeatable()
    }

    /// Whether the time ran out: no answer in time, or the time for the whole call was over before another attempt.
    ///
    /// # Troubleshooting
    ///
    /// Give it more ([`ClientBuilder::timeout`](crate::ClientBuilder::timeout)), or find out what is slow: waiting for a quota counts, too.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.is_out_of_time() || self.api().into_iter().chain(self.obstacle()).any(sixmm_api::Error::is_timeout)
    }

    /// Whether no connection could be made: nothing was sent.
    ///
    /// # Troubleshooting
    ///
    /// Check network, proxy and base URL.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.api().into_iter().chain(self.obstacle()).any(sixmm_api::Error::is_connect)
    }

    fn is_out_of_time(&self) -> bool {
        self.refusal::<OutOfTime>().is_some()
    }

    fn refused(&self) -> Option<&Refused> {
        self.refusal()
    }

    fn session(&self) -> Option<&SessionError> {
        self.refusal()
    }

    fn sync(&self) -> Option<&SyncError> {
        self.refusal()
    }

    /// Why the call was not sent, if it is this.
    fn refusal<T: StdError + 'static>(&self) -> Option<&T> {
        self.api()?.refusal()?.downcast_ref()
    }

    /// The failure of another call, without which this one could not be sent: renewing the session, reading the server's clock.
    fn obstacle(&self) -> Option<&sixmm_api::Error> {
        match self.session() {
            Some(session) => session.api_error(),
            None => self.sync()?.source()?.downcast_ref(),
        }
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
