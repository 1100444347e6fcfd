//! `Quotas`: the quotas of a client.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use venue_core::{Operation, RateLimit};

use super::bucket::Bucket;
use super::{Quota, QuotaGroup, Reservation};

/// The longest time for which a `Retry-After` header stops an ordinary bucket, which is a bucket that is not a reserve. A longer time in
/// the header is probably a mistake or meant for one operation. The requests after the pause are sent at low speed, so a pause that is too
/// short does little harm.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// The longest time for which a header stops the bucket of a documented rate limit, in periods of the limit. The server counts the requests
/// of one period, so a much longer time in the header is a mistake, and would stop urgent requests such as cancellations.
const MAX_PAUSE_IN_PERIODS: u32 = 5;

/// The longest time for which a `Retry-After` header blocks the requests of a reserve. A reserve is the part of a quota that is kept for
/// urgent requests such as cancellations, so it must not be blocked for long.
const MAX_RESERVE_PAUSE: Duration = Duration::from_secs(5);

/// The quotas of all groups of a client. A group without a quota is not limited.
///
/// ```
/// use std::num::NonZeroU32;
/// use venue_runtime::{Quota, QuotaGroup, Quotas};
///
/// let five = Quota::per_second(NonZeroU32::new(5).ok_or("zero")?);
/// let twenty = Quota::per_second(NonZeroU32::new(20).ok_or("zero")?);
/// let quotas = Quotas::unlimited()
///     .group(QuotaGroup("market"), twenty)
///     .others(five)
///     .reserve(QuotaGroup("cancels"), five);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct Quotas {
    groups: Vec<(QuotaGroup, Bucket)>,
    /// The documented rate limits, by the id of the operation.
    documented: HashMap<&'static str, DocumentedQuota>,
    others: Option<Bucket>,
    reserves: Vec<(QuotaGroup, Bucket)>,
    /// The end of the last ban in nanoseconds of the monotonic clock. A group without a bucket waits for it.
    stopped_until: AtomicU64,
}

/// The documented rate limit of an operation, and the state of its quota.
#[derive(Debug)]
struct DocumentedQuota {
    limit: RateLimit,
    bucket: Bucket,
}

impl Quotas {
    /// Creates quotas without limits. A request that is rejected by a rate limit can be retried, but other requests are not throttled.
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// Creates quotas from the documented rate limits of these operations, usually all operations of an exchange. See
    /// [`add_documented`](Self::add_documented).
    ///
    /// ```
    /// use venue_core::reqwest::Method;
    /// use venue_core::{Operation, RateLimit, RateLimitScope, Repeatable};
    /// use venue_runtime::{QuotaGroup, Quotas};
    ///
    /// static WALLET: Operation = Operation::new(
    ///     "wallet", Method::GET, "/wallet", "", &[], None, Repeatable::Safe, "",
    /// )
    /// .with_rate_limit(RateLimit::new(12, 2, RateLimitScope::Key));
    ///
    /// let quotas = Quotas::documented(&[&WALLET]);
    /// let limit = quotas.documented_limit(QuotaGroup("wallet"));
    /// assert_eq!(limit, WALLET.rate_limit);
    /// ```
    pub fn documented(operations: &[&Operation]) -> Self {
        Self::unlimited().add_documented(operations)
    }

    /// Adds a quota for each of these operations that has a [documented rate limit](Operation::rate_limit). This quota takes the place of
    /// the quota of the operation's group.
    ///
    /// Each operation has a quota of its own. The exchange counts the requests of one IP address, API key or user, as
    /// [`documented_limit`](Self::documented_limit) reports, but these quotas count the requests of one client. To keep the limit with
    /// several clients, let the clients share one [`CallRuntime`](crate::CallRuntime).
    pub fn add_documented(mut self, operations: &[&Operation]) -> Self {
        for operation in operations {
            if let Some(limit) = operation.rate_limit
                && let Some(quota) = Quota::of_rate_limit(limit)
            {
                self.documented.insert(operation.id, DocumentedQuota { limit, bucket: Bucket::new(quota) });
            }
        }
        self
    }

    /// The documented rate limit of a group that [`add_documented`](Self::add_documented) has added. The name of such a group is the id of
    /// its operation.
    #[must_use]
    pub fn documented_limit(&self, group: QuotaGroup) -> Option<RateLimit> {
        self.documented.get(group.0).map(|quota| quota.limit)
    }

    /// The group of an operation with a documented quota. `None` if the operation has no such quota.
    pub(crate) fn documented_group(&self, operation: &Operation) -> Option<QuotaGroup> {
        (operation.rate_limit.is_some() && self.documented.contains_key(operation.id)).then_some(QuotaGroup(operation.id))
    }

    /// Sets the quota of a group, and replaces an earlier quota of the group.
    pub fn group(mut self, group: QuotaGroup, quota: Quota) -> Self {
        self.groups.retain(|(named, _)| *named != group);
        self.groups.push((group, Bucket::new(quota)));
        self
    }

    /// Sets the quota that all groups without a quota share.
    pub fn others(mut self, quota: Quota) -> Self {
        self.others = Some(Bucket::new(quota));
        self
    }

    /// Sets the reserve of a group. The group uses the reserve before its ordinary quota (see the [module](crate::quota)). A group without
    /// an ordinary quota is not limited, so its reserve has no effect.
    pub fn reserve(mut self, group: QuotaGroup, quota: Quota) -> Self {
        self.reserves.retain(|(named, _)| *named != group);
        self.reserves.push((group, Bucket::new(quota)));
        self
    }

    /// Reserves the next admission of a group if the wait until then is at most `max_wait`. Returns `None` if the group has no quota.
    ///
    /// # Errors
    ///
    /// Returns an error if the wait is longer than `max_wait`. The error is the wait.
    pub(crate) fn reserve_admission(
        &self,
        group: QuotaGroup,
        now: Duration,
        max_wait: Duration,
    ) -> Result<Option<Reservation<'_>>, Duration> {
        let Some(ordinary) = self.ordinary_bucket(group) else { return Ok(None) };
        let Some(reserve) = self.reserve_bucket(group) else { return ordinary.reserve(now, max_wait).map(Some) };
        let sooner = if reserve.wait(now) <= ordinary.wait(now) { reserve } else { ordinary };
        sooner.reserve(now, max_wait).map(Some)
    }

    /// The wait for the next admission of a group, without a reservation. A group without a quota waits only for the end of a ban.
    pub(crate) fn wait(&self, group: QuotaGroup, now: Duration) -> Duration {
        let Some(ordinary) = self.ordinary_bucket(group) else {
            return Duration::from_nanos(self.stopped_until.load(Ordering::Acquire)).saturating_sub(now);
        };
        let ordinary = ordinary.wait(now);
        self.reserve_bucket(group).map_or(ordinary, |bucket| bucket.wait(now).min(ordinary))
    }

    /// Throttles a group after a rate-limit response, and stops its buckets for `pause`, up to their longest pause. Returns `false` if the
    /// group has no quota.
    pub(crate) fn slow_down(&self, group: QuotaGroup, now: Duration, pause: Option<Duration>) -> bool {
        let Some(ordinary) = self.ordinary_bucket(group) else { return false };
        let periods = |limit: RateLimit| Duration::from_secs(limit.seconds.into()).saturating_mul(MAX_PAUSE_IN_PERIODS);
        let longest = self.documented_limit(group).map_or(MAX_PAUSE, |limit| periods(limit).min(MAX_PAUSE));
        ordinary.slow_down(now, pause.map(|pause| pause.min(longest)));
        if let Some(reserve) = self.reserve_bucket(group) {
            reserve.slow_down(now, pause.map(|pause| pause.min(MAX_RESERVE_PAUSE)));
        }
        true
    }

    /// Stops all groups for `pause` after a ban, including the reserves and the groups without a quota.
    pub(crate) fn stop_all(&self, now: Duration, pause: Duration) {
        let until = u64::try_from(now.saturating_add(pause).as_nanos()).unwrap_or(u64::MAX);
        self.stopped_until.fetch_max(until, Ordering::AcqRel);
        let named = self.groups.iter().chain(&self.reserves).map(|(_, bucket)| bucket);
        let documented = self.documented.values().map(|quota| &quota.bucket);
        for bucket in named.chain(documented).chain(&self.others) {
            bucket.slow_down(now, Some(pause));
        }
    }

    fn ordinary_bucket(&self, group: QuotaGroup) -> Option<&Bucket> {
        let documented = if self.documented.is_empty() { None } else { self.documented.get(group.0) };
        find(&self.groups, group).or_else(|| documented.map(|quota| &quota.bucket)).or(self.others.as_ref())
    }

    fn reserve_bucket(&self, group: QuotaGroup) -> Option<&Bucket> {
        find(&self.reserves, group)
    }
}

fn find(buckets: &[(QuotaGroup, Bucket)], group: QuotaGroup) -> Option<&Bucket> {
    buckets.iter().find(|(named, _)| *named == group).map(|(_, bucket)| bucket)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;
    use venue_core::RateLimitScope;

    use super::*;

    const ORDERS: QuotaGroup = QuotaGroup("orders");
    const CANCELS: QuotaGroup = QuotaGroup("cancels");

    /// One request a second, with a burst of one.
    const ONE: Quota = Quota::per_second(NonZeroU32::MIN);

    /// Makes a reservation that is never released, and returns its wait in milliseconds.
    fn reserve(quotas: &Quotas, group: QuotaGroup) -> u128 {
        let reservation = quotas.reserve_admission(group, Duration::ZERO, Duration::MAX).expect("no limit of the wait");
        let wait = reservation.as_ref().map_or(0, |reservation| reservation.wait(Duration::ZERO).as_millis());
        std::mem::forget(reservation);
        wait
    }

    #[test]
    fn a_reserve_is_used_first_and_then_the_bucket_with_the_shorter_wait() {
        let quotas = Quotas::unlimited().others(ONE).reserve(CANCELS, ONE);
        assert_eq!([(); 6].map(|()| reserve(&quotas, CANCELS)), [0, 0, 1000, 1000, 2000, 2000]);
        assert_eq!(reserve(&quotas, ORDERS), 3000);
    }

    #[test]
    fn the_wait_is_that_of_the_bucket_with_the_shorter_wait() {
        let quotas = Quotas::unlimited().others(ONE).reserve(CANCELS, ONE);
        let waits = |count: usize| -> Vec<u128> {
            let wait_and_reserve = |_| (quotas.wait(CANCELS, Duration::ZERO).as_millis(), reserve(&quotas, CANCELS)).0;
            (0..count).map(wait_and_reserve).collect()
        };
        assert_eq!(waits(4), [0, 0, 1000, 1000]);
    }

    #[test]
    fn a_released_reservation_of_the_reserve_is_free_again() {
        let quotas = Quotas::unlimited().others(ONE).reserve(CANCELS, ONE);
        assert_eq!([(); 3].map(|()| reserve(&quotas, CANCELS)), [0, 0, 1000]);
        let wait = || quotas.wait(CANCELS, Duration::ZERO).as_millis();
        let (reserve, ordinary) = (
            quotas.reserve_admission(CANCELS, Duration::ZERO, Duration::MAX),
            quotas.reserve_admission(CANCELS, Duration::ZERO, Duration::MAX),
        );
        assert_eq!(wait(), 2000);
        drop(ordinary);
        assert_eq!(wait(), 2000, "the reserve still has the same wait");
        drop(reserve);
        assert_eq!(wait(), 1000);
    }

    #[test]
    fn other_groups_neither_use_nor_throttle_the_reserve() {
        let quotas = Quotas::unlimited().others(ONE).reserve(CANCELS, ONE);
        assert_eq!([(); 3].map(|()| reserve(&quotas, ORDERS)), [0, 1000, 2000]);
        assert!(quotas.slow_down(ORDERS, Duration::ZERO, Some(Duration::from_secs(60))));
        assert_eq!((quotas.wait(CANCELS, Duration::ZERO), reserve(&quotas, CANCELS)), (Duration::ZERO, 0));
    }

    #[test]
    fn a_rate_limit_response_to_the_group_throttles_its_reserve_and_its_shared_bucket() {
        let quotas = Quotas::unlimited().others(ONE).reserve(CANCELS, ONE);
        assert!(quotas.slow_down(CANCELS, Duration::ZERO, Some(Duration::from_secs(5))));
        // After the pause of 5 s, a second of virtual time takes 1.889 s: 0.5 s at 8/16 of the speed, then 0.5 s at 9/16.
        assert_eq!((reserve(&quotas, CANCELS), reserve(&quotas, ORDERS)), (6888, 6888));
    }

    #[test]
    fn a_pause_of_a_day_stops_a_quota_for_a_minute_and_a_reserve_for_five_seconds() {
        let quotas = Quotas::unlimited().others(ONE).reserve(CANCELS, ONE);
        assert!(quotas.slow_down(CANCELS, Duration::ZERO, Some(Duration::from_secs(86_400))));
        // After its pause, each bucket needs a second of virtual time, as above.
        let rest = Duration::from_nanos(1_888_888_889);
        assert_eq!(quotas.wait(CANCELS, Duration::ZERO), Duration::from_secs(5) + rest);
        assert_eq!(quotas.wait(ORDERS, Duration::ZERO), Duration::from_secs(60) + rest);
    }

    #[test]
    fn a_ban_stops_all_groups_the_reserves_and_the_groups_without_a_quota() {
        let minute = Duration::from_secs(60);
        let time = operation("time", Some(RateLimit::new(1, 5, RateLimitScope::Ip)));
        let quotas = Quotas::documented(&[time]).group(ORDERS, ONE).group(CANCELS, ONE).reserve(CANCELS, ONE);
        quotas.stop_all(Duration::from_secs(1), minute);
        let others = Quotas::unlimited().others(ONE);
        others.stop_all(Duration::from_secs(1), minute);
        // After the pause, the buckets need one period of virtual time, as above.
        for (quotas, group) in [(&quotas, QuotaGroup("time")), (&quotas, ORDERS), (&quotas, CANCELS), (&others, QuotaGroup("other"))] {
            let wait = quotas.wait(group, Duration::from_secs(1));
            assert!((minute..minute + Duration::from_secs(10)).contains(&wait), "{group}: {wait:?}");
        }
        let without_quota = |now| quotas.wait(QuotaGroup("without a quota"), Duration::from_secs(now));
        assert_eq!([1, 60, 61, 62].map(without_quota).map(|wait| wait.as_secs()), [60, 1, 0, 0]);
    }

    #[test]
    fn a_pause_of_a_day_stops_a_documented_rate_limit_for_five_periods_but_at_most_a_minute() {
        for (seconds, longest) in [(1, 5), (2, 10), (60, 60)] {
            let time = operation("time", Some(RateLimit::new(1, seconds, RateLimitScope::Ip)));
            let quotas = Quotas::documented(&[time]);
            assert!(quotas.slow_down(QuotaGroup("time"), Duration::ZERO, Some(Duration::from_secs(86_400))));
            // After the pause, the bucket needs one period of virtual time, which takes less than two periods.
            let wait = quotas.wait(QuotaGroup("time"), Duration::ZERO).as_secs();
            assert!((longest..longest + 2 * u64::from(seconds)).contains(&wait), "{seconds}: {wait}");
        }
    }

    #[test]
    fn a_group_without_a_quota_never_waits() {
        let quotas = Quotas::unlimited().group(ORDERS, ONE).reserve(CANCELS, ONE);
        assert_eq!([(); 3].map(|()| reserve(&quotas, CANCELS)), [0, 0, 0]);
        assert!(!quotas.slow_down(CANCELS, Duration::ZERO, None));
        assert!(!Quotas::unlimited().slow_down(ORDERS, Duration::ZERO, None));
    }

    fn operation(id: &'static str, limit: Option<RateLimit>) -> &'static Operation {
        let operation = Operation::new(id, venue_core::reqwest::Method::GET, "/", "", &[], None, venue_core::Repeatable::Safe, "");
        Box::leak(Box::new(match limit {
            Some(limit) => operation.with_rate_limit(limit),
            None => operation,
        }))
    }

    #[test]
    fn each_operation_with_a_documented_rate_limit_has_a_quota_of_its_own() {
        let limit = RateLimit::new(1, 5, RateLimitScope::Ip);
        let (time, book, other) = (operation("time", Some(limit)), operation("book", Some(limit)), operation("other", None));
        let quotas = Quotas::documented(&[time, book, other]);
        assert_eq!(
            [time, book, other].map(|operation| quotas.documented_group(operation).map(|group| group.0)),
            [Some("time"), Some("book"), None]
        );
        assert_eq!([(); 3].map(|()| reserve(&quotas, QuotaGroup("time"))), [0, 5000, 10_000]);
        assert_eq!(reserve(&quotas, QuotaGroup("book")), 0);
        assert_eq!([(); 2].map(|()| reserve(&quotas, QuotaGroup("other"))), [0, 0]);
        assert_eq!(quotas.documented_limit(QuotaGroup("book")), Some(limit));
        assert!(quotas.slow_down(QuotaGroup("book"), Duration::ZERO, None));
        assert_eq!(Quotas::unlimited().documented_group(time), None);
    }

    #[test]
    fn a_quota_of_the_program_replaces_a_documented_one() {
        let time = operation("time", Some(RateLimit::new(1, 5, RateLimitScope::Ip)));
        let quotas = Quotas::documented(&[time]).group(QuotaGroup("time"), ONE);
        assert_eq!([(); 2].map(|()| reserve(&quotas, QuotaGroup("time"))), [0, 1000]);
    }

    proptest! {
        /// However the requests arrive, no period of the length of the rate limit contains more requests than the limit allows.
        #[test]
        fn a_documented_rate_limit_is_never_exceeded(
            requests in 1_u32..60,
            seconds in 1_u32..30,
            pauses in proptest::collection::vec(prop_oneof![3 => Just(0_u64), 1 => 0_u64..3_000], 1..400),
        ) {
            let limit = RateLimit::new(requests, seconds, RateLimitScope::Key);
            let quotas = Quotas::documented(&[operation("x", Some(limit))]);
            let mut now = Duration::ZERO;
            let mut admitted = Vec::new();
            for pause in pauses {
                now += Duration::from_millis(pause);
                let reservation = quotas.reserve_admission(QuotaGroup("x"), now, Duration::MAX).expect("no limit of the wait");
                let wait = reservation.as_ref().expect("a quota").wait(now);
                std::mem::forget(reservation);
                admitted.push(now + wait);
            }
            for (first, after) in admitted.iter().zip(admitted.iter().skip(requests as usize)) {
                // A period is rounded down to nanoseconds, at most once for each request.
                let rounding = Duration::from_nanos(requests.into());
                prop_assert!(*after - *first + rounding >= Duration::from_secs(seconds.into()), "{first:?} to {after:?}");
            }
        }
    }

    #[test]
    fn a_second_quota_for_a_group_replaces_the_first() {
        let quotas = Quotas::unlimited().group(ORDERS, ONE).group(ORDERS, Quota::per_minute(NonZeroU32::MIN));
        assert_eq!([(); 2].map(|()| reserve(&quotas, ORDERS)), [0, 60_000]);
    }
}
