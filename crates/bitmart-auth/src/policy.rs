//! What the runtime of a client has to know about BitMart.

use std::time::Duration;

use bitmart_api::types::ErrorCode;
use bitmart_api::{Error, Operation, operations};
use venue_core::reqwest::StatusCode;
use venue_core::reqwest::header::HeaderMap;
use venue_runtime::{ExchangePolicy, QuotaGroup, retry};

/// BitMart's quotas and the meaning of its error codes, for [`CallRuntime::builder`](venue_runtime::CallRuntime::builder).
///
/// Each operation has a quota of its own, by its documented rate limit. [`Quotas::unlimited`](venue_runtime::Quotas::unlimited) switches the
/// quotas off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BitMart;

impl ExchangePolicy for BitMart {
    /// The section of the documentation, for the operations without a documented rate limit.
    fn group(&self, operation: &Operation) -> QuotaGroup {
        QuotaGroup(operation.section)
    }

    fn operations(&self) -> &[&'static Operation] {
        operations::ALL
    }

    /// Code 30013.
    fn is_rate_limited(&self, error: &Error) -> bool {
        error.code().map(ErrorCode::from) == Some(ErrorCode::TooManyRequests)
    }

    /// Status 418 or code 30017.
    fn is_banned(&self, status: StatusCode, error: Option<&Error>) -> bool {
        status == StatusCode::IM_A_TEAPOT || error.and_then(Error::code).map(ErrorCode::from) == Some(ErrorCode::Banned)
    }

    /// The codes 30014 (service unavailable) and 30016 (maintenance), the second of which has status 200.
    fn is_transient(&self, error: &Error) -> bool {
        matches!(error.code().map(ErrorCode::from), Some(ErrorCode::ServiceUnavailable | ErrorCode::Maintenance))
    }

    /// A response with code 30017 follows if a caller continues after code 30013.
    fn bans_persistent_callers(&self) -> bool {
        true
    }

    /// The length of the window in `X-BM-RateLimit-Reset`.
    fn rate_limit_pause(&self, headers: &HeaderMap) -> Option<Duration> {
        retry::seconds_header(headers, "x-bm-ratelimit-reset")
    }
}
