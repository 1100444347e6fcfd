//! What the runtime has to know of 6MM: which operations share a quota, and which refusals pass by themselves.

use std::num::NonZeroU32;

use sixmm_api::operations::{
    BATCH_CANCEL_ORDERS, CANCEL_ALL_ORDERS, CANCEL_CONDITION_ORDER, CANCEL_ORDER, CLOSE_LISTEN_KEY, CREATE_LISTEN_KEY, RENEW_LISTEN_KEY,
};
use sixmm_api::types::ErrorCode;
use sixmm_api::{Error, Operation, Repeatable};
use venue_runtime::{Exchange, Group, GroupQuota, Quotas};

/// Market data and the server's clock: everything that needs no credentials.
pub const MARKET: Group = Group("market");
/// Reading account, orders and positions.
pub const ACCOUNT: Group = Group("account");
/// Placing and changing orders, and all other changes.
pub const ORDERS: Group = Group("orders");
/// Cancelling. It has a reserve, so that a bot can always get out.
pub const CANCELS: Group = Group("cancels");
/// Creating, renewing and closing listen keys. Apart, so that the private stream does not depend on what else is going on.
pub const LISTEN_KEYS: Group = Group("listen keys");

/// The quotas of a client that sets none: 20 requests a second each for market data, for reading and for orders, with twice that in
/// reserve for cancellations.
///
/// The exchange publishes no limits. These numbers are ours: fast enough for most bots, and slow enough not to be a nuisance.
pub fn default_quotas() -> Quotas {
    let per_second = |requests: u32| GroupQuota::per_second(NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN));
    Quotas::unlimited()
        .with_group(MARKET, per_second(20))
        .with_group(ACCOUNT, per_second(20))
        .with_group(ORDERS, per_second(20))
        .with_group(CANCELS, per_second(20))
        .with_reserve(CANCELS, per_second(40))
        .with_group(LISTEN_KEYS, per_second(2))
}

/// 6MM, as the runtime sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SixMm;

impl Exchange for SixMm {
    fn group(&self, operation: &Operation) -> Group {
        let is_one_of = |operations: &[&Operation]| operations.iter().any(|one| one.id == operation.id);
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

    /// Code 5003 without any data. Documentation:
    /// <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>
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
