//! The request rates of a client: the groups of operations that share a quota, and the default quotas. See
//! [`ClientBuilder::quotas`](crate::ClientBuilder::quotas).

use std::num::NonZeroU32;

pub use venue_runtime::{Quota, QuotaGroup, Quotas};

/// Market data and the server's clock: every operation that needs no credentials.
pub const MARKET: QuotaGroup = QuotaGroup("market");
/// Reading the account, orders and positions.
pub const ACCOUNT: QuotaGroup = QuotaGroup("account");
/// Placing and amending orders, and every other change.
pub const ORDERS: QuotaGroup = QuotaGroup("orders");
/// The quota group of cancellations of orders. The group has a reserve, so that a bot that has exhausted its other quotas can still cancel.
pub const CANCELS: QuotaGroup = QuotaGroup("cancels");
/// The quota group of listen keys, for creating, renewing and closing them. The group is separate, so that other requests cannot exhaust
/// the quota that the private stream needs.
pub const LISTEN_KEYS: QuotaGroup = QuotaGroup("listen keys");

/// The quotas of a client that sets no quotas. The groups for market data, reading, orders and cancellations have 20 requests a second
/// each. Cancellations have a reserve of 40 more requests a second. Listen keys have 2 requests a second.
///
/// The exchange publishes no limits. This crate chose numbers that are high enough for most bots and too low to overload the exchange.
pub fn default_quotas() -> Quotas {
    let per_second = |requests: u32| Quota::per_second(NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN));
    Quotas::unlimited()
        .group(MARKET, per_second(20))
        .group(ACCOUNT, per_second(20))
        .group(ORDERS, per_second(20))
        .group(CANCELS, per_second(20))
        .reserve(CANCELS, per_second(40))
        .group(LISTEN_KEYS, per_second(2))
}
