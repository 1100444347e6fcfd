//! The quotas of a client.

use std::time::Duration;

use super::bucket::Bucket;
use super::{Group, GroupQuota, Turn};

/// The longest that one refusal's `Retry-After` stops an ordinary quota. A longer one is a mistake, or is meant for one request: the calls
/// after it find out, at the slowest speed.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The longest that one refusal's `Retry-After` stops a reserve: what must get out is kept from trying for no longer.
const LONGEST_PAUSE_OF_A_RESERVE: Duration = Duration::from_secs(5);

/// The quotas of a client's groups. Groups without one are not limited.
///
/// ```
/// use std::num::NonZeroU32;
/// use venue_runtime::{Group, GroupQuota, Quotas};
///
/// let (five, twenty) = (NonZeroU32::new(5).ok_or("zero")?, NonZeroU32::new(20).ok_or("zero")?);
/// let quotas = Quotas::unlimited()
///     .with_group(Group("market"), GroupQuota::per_second(twenty))
///     .with_others(GroupQuota::per_second(five))
///     .with_reserve(Group("cancels"), GroupQuota::per_second(five));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct Quotas {
    groups: Vec<(Group, Bucket)>,
    others: Option<Bucket>,
    reserves: Vec<(Group, Bucket)>,
}

impl Quotas {
    /// No limits. What is refused as too much is still retried later, but nothing slows down.
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// Gives this group a quota of its own, in the place of one that it had.
    pub fn with_group(mut self, group: Group, quota: GroupQuota) -> Self {
        self.groups.retain(|(named, _)| *named != group);
        self.groups.push((group, Bucket::new(quota)));
        self
    }

    /// Gives all groups that have none of their own one quota, which they share.
    pub fn with_others(mut self, quota: GroupQuota) -> Self {
        self.others = Some(Bucket::new(quota));
        self
    }

    /// Gives this group a reserve, which it uses before its ordinary quota: see [`crate::rate`]. It is of no use to a group that has no
    /// ordinary quota, and is not limited.
    pub fn with_reserve(mut self, group: Group, quota: GroupQuota) -> Self {
        self.reserves.retain(|(named, _)| *named != group);
        self.reserves.push((group, Bucket::new(quota)));
        self
    }

    /// The group's next turn, if it comes within `patience`. `None` if the group is not limited.
    ///
    /// # Errors
    ///
    /// How long it would be, if that is longer.
    pub(crate) fn take(&self, group: Group, now: Duration, patience: Duration) -> Result<Option<Turn<'_>>, Duration> {
        let Some(ordinary) = self.ordinary(group) else { return Ok(None) };
        let Some(reserve) = self.reserve(group) else { return ordinary.take(now, patience).map(Some) };
        let sooner = if reserve.wait(now) <= ordinary.wait(now) { reserve } else { ordinary };
        sooner.take(now, patience).map(Some)
    }

    /// How long a turn would be to wait for, if it were taken now.
    pub(crate) fn wait(&self, group: Group, now: Duration) -> Duration {
        let ordinary = self.ordinary(group).map_or(Duration::ZERO, |bucket| bucket.wait(now));
        self.reserve(group).map_or(ordinary, |bucket| bucket.wait(now).min(ordinary))
    }

    /// Slows the group down, and stops it for the pause, or for as long of it as a bucket ever stops; `false` if it is not limited.
    pub(crate) fn slow_down(&self, group: Group, now: Duration, pause: Option<Duration>) -> bool {
        let Some(ordinary) = self.ordinary(group) else { return false };
        ordinary.slow_down(now, pause.map(|pause| pause.min(LONGEST_PAUSE)));
        if let Some(reserve) = self.reserve(group) {
            reserve.slow_down(now, pause.map(|pause| pause.min(LONGEST_PAUSE_OF_A_RESERVE)));
        }
        true
    }

    fn ordinary(&self, group: Group) -> Option<&Bucket> {
        find(&self.groups, group).or(self.others.as_ref())
    }

    fn reserve(&self, group: Group) -> Option<&Bucket> {
        find(&self.reserves, group)
    }
}

fn find(buckets: &[(Group, Bucket)], group: Group) -> Option<&Bucket> {
    buckets.iter().find(|(named, _)| *named == group).map(|(_, bucket)| bucket)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    const ORDERS: Group = Group("orders");
    const CANCELS: Group = Group("cancels");

    /// One a second, one at once.
    const ONE: GroupQuota = GroupQuota::per_second(NonZeroU32::MIN);

    /// The milliseconds until the next turn, which is taken and never given back.
    fn take(quotas: &Quotas, group: Group) -> u128 {
        let turn = quotas.take(group, Duration::ZERO, Duration::MAX).expect("patient");
        let wait = turn.as_ref().map_or(0, |turn| turn.wait(Duration::ZERO).as_millis());
        std::mem::forget(turn);
        wait
    }

    #[test]
    fn a_reserve_is_used_first_and_then_whatever_is_free_first() {
        let quotas = Quotas::unlimited().with_others(ONE).with_reserve(CANCELS, ONE);
        assert_eq!([(); 6].map(|()| take(&quotas, CANCELS)), [0, 0, 1000, 1000, 2000, 2000]);
        assert_eq!(take(&quotas, ORDERS), 3000);
    }

    #[test]
    fn the_wait_is_that_of_whichever_is_free_first() {
        let quotas = Quotas::unlimited().with_others(ONE).with_reserve(CANCELS, ONE);
        let waits = |count: usize| -> Vec<u128> {
            let wait_and_take = |_| (quotas.wait(CANCELS, Duration::ZERO).as_millis(), take(&quotas, CANCELS)).0;
            (0..count).map(wait_and_take).collect()
        };
        assert_eq!(waits(4), [0, 0, 1000, 1000]);
    }

    #[test]
    fn a_turn_of_the_reserve_that_is_given_back_is_free_again() {
        let quotas = Quotas::unlimited().with_others(ONE).with_reserve(CANCELS, ONE);
        assert_eq!([(); 3].map(|()| take(&quotas, CANCELS)), [0, 0, 1000]);
        let wait = || quotas.wait(CANCELS, Duration::ZERO).as_millis();
        let (reserve, ordinary) =
            (quotas.take(CANCELS, Duration::ZERO, Duration::MAX), quotas.take(CANCELS, Duration::ZERO, Duration::MAX));
        assert_eq!(wait(), 2000);
        drop(ordinary);
        assert_eq!(wait(), 2000, "the other one is a turn of both");
        drop(reserve);
        assert_eq!(wait(), 1000);
    }

    #[test]
    fn others_leave_the_reserve_alone() {
        let quotas = Quotas::unlimited().with_others(ONE).with_reserve(CANCELS, ONE);
        assert_eq!([(); 3].map(|()| take(&quotas, ORDERS)), [0, 1000, 2000]);
        assert!(quotas.slow_down(ORDERS, Duration::ZERO, Some(Duration::from_secs(60))));
        assert_eq!((quotas.wait(CANCELS, Duration::ZERO), take(&quotas, CANCELS)), (Duration::ZERO, 0));
    }

    #[test]
    fn a_refusal_of_its_own_group_slows_the_reserve_and_what_it_shares() {
        let quotas = Quotas::unlimited().with_others(ONE).with_reserve(CANCELS, ONE);
        assert!(quotas.slow_down(CANCELS, Duration::ZERO, Some(Duration::from_secs(5))));
        // A second's worth at half the speed: a half in the first second, and the rest at nine sixteenths.
        assert_eq!((take(&quotas, CANCELS), take(&quotas, ORDERS)), (6888, 6888));
    }

    #[test]
    fn a_pause_of_a_day_stops_a_quota_for_a_minute_and_a_reserve_for_five_seconds() {
        let quotas = Quotas::unlimited().with_others(ONE).with_reserve(CANCELS, ONE);
        assert!(quotas.slow_down(CANCELS, Duration::ZERO, Some(Duration::from_secs(86_400))));
        // Each is left with its pause, and then a second's worth at half the speed, as above.
        let rest = Duration::from_nanos(1_888_888_889);
        assert_eq!(quotas.wait(CANCELS, Duration::ZERO), Duration::from_secs(5) + rest);
        assert_eq!(quotas.wait(ORDERS, Duration::ZERO), Duration::from_secs(60) + rest);
    }

    #[test]
    fn a_group_without_a_quota_never_waits() {
        let quotas = Quotas::unlimited().with_group(ORDERS, ONE).with_reserve(CANCELS, ONE);
        assert_eq!([(); 3].map(|()| take(&quotas, CANCELS)), [0, 0, 0]);
        assert!(!quotas.slow_down(CANCELS, Duration::ZERO, None));
        assert!(!Quotas::unlimited().slow_down(ORDERS, Duration::ZERO, None));
    }

    #[test]
    fn a_quota_that_is_given_again_takes_the_place_of_the_first() {
        let quotas = Quotas::unlimited().with_group(ORDERS, ONE).with_group(ORDERS, GroupQuota::per_minute(NonZeroU32::MIN));
        assert_eq!([(); 2].map(|()| take(&quotas, ORDERS)), [0, 60_000]);
    }
}
