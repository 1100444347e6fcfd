//! The policy of 6MM for the runtime: which operations share a quota, and which rejections are transient.

use sixmm_api::operations::{
    BATCH_CANCEL_ORDERS, CANCEL_ALL_ORDERS, CANCEL_CONDITION_ORDER, CANCEL_ORDER, CLOSE_LISTEN_KEY, CREATE_LISTEN_KEY, RENEW_LISTEN_KEY,
};
use sixmm_api::types::ErrorCode;
use sixmm_api::{Error, Operation, Repeatable};
use venue_runtime::{ExchangePolicy, QuotaGroup};

use crate::quotas::{ACCOUNT, CANCELS, LISTEN_KEYS, MARKET, ORDERS};

/// The policy of 6MM.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SixMm;

impl ExchangePolicy for SixMm {
    fn group(&self, operation: &Operation) -> QuotaGroup {
        let is_one_of = |operations: &[&Operation]| operations.iter().any(|other| other.id == operation.id);
        if is_one_of(&[&CANCEL_ORDER, &BATCH_CANCEL_ORDERS, &CANCEL_ALL_ORDERS, &CANCEL_CONDITION_ORDER]) {
            CANCELS
        } else if is_one_of(&[&CREATE_LISTEN_KEY, &RENEW_LISTEN_KEY, &CLOSE_LISTEN_KEY]) {
            LISTEN_KEYS
        } else if operation.is_public() {
            MARKET
        } else if operation.repeatable == Repeatable::Safe {
            ACCOUNT
        } else {
            ORDERS
        }
    }

    fn is_rate_limited(&self, error: &Error) -> bool {
        error.code().map(ErrorCode::from) == Some(ErrorCode::RateLimited)
    }

    /// Whether the request can be sent again after this error. This is the case if the response contained code 5003 and no data.
    /// Documentation: <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>
    fn is_resendable(&self, error: &Error) -> bool {
        self.is_rate_limited(error) && error.is_bare_refusal()
    }

    fn is_transient(&self, error: &Error) -> bool {
        matches!(error.code().map(ErrorCode::from), Some(ErrorCode::InternalError | ErrorCode::ServiceUnavailable))
    }
}

#[cfg(test)]
mod tests {
    use sixmm_api::operations;

    use super::*;

    #[test]
    fn each_operation_has_its_quota_group() {
        let lines: Vec<_> = operations::ALL.iter().map(|operation| format!("{:<26}{}", operation.id, SixMm.group(operation).0)).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
