//! One quota: turns are given out in order, each with the moment at which it comes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::pace::Pace;
use crate::GroupQuota;

/// One quota (GCRA), counted in the time of a [`Pace`], which slows down. A turn is given out before it comes.
#[derive(Debug)]
pub(super) struct Bucket {
    /// What one request uses, in virtual nanoseconds.
    period: u64,
    /// What may be used ahead of its time: the burst without its last request.
    ahead: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    pace: Pace,
    /// Up to when the quota is used, in virtual nanoseconds ("theoretical arrival time").
    used_until: u64,
}

/// A place in a quota.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn<'a> {
    bucket: &'a Bucket,
    at: u64,
}

impl Turn<'_> {
    /// How long until it comes. Ask again after waiting: the bucket may have slowed down in the meantime.
    pub(crate) fn wait(&self, now: Duration) -> Duration {
        let mut state = self.bucket.lock();
        state.pace.at(now);
        state.pace.wait_for(self.at)
    }
}

impl Bucket {
    pub(super) fn new(quota: GroupQuota) -> Self {
        let period = u64::try_from(quota.period().as_nanos()).unwrap_or(u64::MAX);
        let ahead = period.saturating_mul(u64::from(quota.burst().get()) - 1);
        Self { period, ahead, state: Mutex::new(State { pace: Pace::new(), used_until: 0 }) }
    }

    /// The next turn, if it comes within `patience`.
    ///
    /// # Errors
    ///
    /// How long it would be, if that is longer. No turn is taken then.
    pub(super) fn take(&self, now: Duration, patience: Duration) -> Result<Turn<'_>, Duration> {
        let mut state = self.lock();
        let (at, wait) = self.next(&mut state, now);
        if wait > patience {
            return Err(wait);
        }
        state.used_until = state.used_until.max(at).saturating_add(self.period);
        Ok(Turn { bucket: self, at })
    }

    /// How long the next turn would be to wait for. It is not taken.
    pub(super) fn wait(&self, now: Duration) -> Duration {
        self.next(&mut self.lock(), now).1
    }

    /// Slows down, stands still for the pause, if there is one, and forgets what was saved up for a burst.
    pub(super) fn slow_down(&self, now: Duration, pause: Option<Duration>) {
        let mut state = self.lock();
        state.pace.slow_down(now, pause);
        let nothing_saved = state.pace.at(now).saturating_add(self.ahead).saturating_add(self.period);
        state.used_until = state.used_until.max(nothing_saved);
    }

    fn next(&self, state: &mut State, now: Duration) -> (u64, Duration) {
        let at = state.used_until.saturating_sub(self.ahead).max(state.pace.at(now));
        (at, state.pace.wait_for(at))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::num::NonZeroU32;

    use governor::clock::FakeRelativeClock;
    use governor::{Quota, RateLimiter};
    use proptest::prelude::*;

    use super::*;

    fn quota(requests: u32, burst: u32) -> GroupQuota {
        let number = |number| NonZeroU32::new(number).expect("not zero");
        GroupQuota::per_second(number(requests)).with_burst(number(burst))
    }

    /// Arrivals: how many nanoseconds after the one before.
    fn arrivals() -> impl Strategy<Value = Vec<u64>> {
        prop::collection::vec(prop_oneof![Just(0), 0_u64..100_000_000, 0_u64..3_000_000_000], 1..60)
    }

    #[test]
    fn a_burst_at_once_and_then_one_in_each_period() {
        let bucket = Bucket::new(quota(4, 3));
        let waits: Vec<u128> =
            (0..5).map(|_| bucket.take(Duration::ZERO, Duration::MAX).expect("patient").wait(Duration::ZERO).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 250, 500]);
    }

    #[test]
    fn who_is_refused_takes_nobodys_turn() {
        let bucket = Bucket::new(quota(1, 1));
        bucket.take(Duration::ZERO, Duration::ZERO).expect("the first");
        for _ in 0..3 {
            assert_eq!(bucket.take(Duration::ZERO, Duration::from_millis(999)).map(|_| ()), Err(Duration::from_secs(1)));
        }
        assert_eq!(bucket.wait(Duration::ZERO), Duration::from_secs(1));
    }

    #[test]
    fn a_refusal_ends_the_burst() {
        let bucket = Bucket::new(quota(4, 100));
        bucket.take(Duration::ZERO, Duration::ZERO).expect("the first of the burst");
        bucket.slow_down(Duration::ZERO, None);
        let waits: Vec<u128> =
            (0..2).map(|_| bucket.take(Duration::ZERO, Duration::MAX).expect("patient").wait(Duration::ZERO).as_millis()).collect();
        assert_eq!(waits, [500, 1000]);
    }

    proptest! {
        #[test]
        fn at_full_speed_it_decides_as_governor_does(requests in 1_u32..200, burst in 1_u32..20, arrivals in arrivals()) {
            let ours = Bucket::new(quota(requests, burst));
            let clock = FakeRelativeClock::default();
            let number = |number| NonZeroU32::new(number).expect("not zero");
            let theirs =
                RateLimiter::direct_with_clock(Quota::per_second(number(requests)).allow_burst(number(burst)), clock.clone());
            let mut now = Duration::ZERO;
            for later in arrivals {
                clock.advance(Duration::from_nanos(later));
                now += Duration::from_nanos(later);
                let refused_for = theirs.check().err().map(|not_until| not_until.wait_time_from(now.into()));
                prop_assert_eq!(ours.take(now, Duration::ZERO).err(), refused_for);
            }
        }

        /// With any refusals by the exchange in between.
        #[test]
        fn turns_come_in_order_and_never_faster_than_the_quota(
            requests in 1_u32..200,
            burst in 1_u32..20,
            arrivals in arrivals(),
            refusals in prop::collection::vec((0_usize..60, prop::option::of(0_u64..5_000_000_000)), 0..6),
        ) {
            let quota = quota(requests, burst);
            let bucket = Bucket::new(quota);
            let mut now = Duration::ZERO;
            let mut waiting: VecDeque<Turn<'_>> = VecDeque::new();
            let mut came: Vec<Duration> = Vec::new();
            let ends = [u64::MAX];
            for (index, later) in arrivals.iter().chain(&ends).enumerate() {
                let arrival = now.saturating_add(Duration::from_nanos(*later));
                while let Some(due) = waiting.front().map(|turn| now + turn.wait(now)).filter(|due| *due <= arrival) {
                    now = due;
                    came.push(now);
                    waiting.pop_front();
                }
                now = arrival;
                waiting.push_back(bucket.take(now, Duration::MAX).expect("patient"));
                for (_, pause) in refusals.iter().filter(|(at, _)| *at == index) {
                    bucket.slow_down(now, pause.map(Duration::from_nanos));
                }
            }
            prop_assert_eq!(came.len(), arrivals.len());
            let limits = (burst as usize..came.len()).map(|last| (last - burst as usize, last));
            for (first, last) in limits {
                // Half a nanosecond may be lost where virtual time is cut to whole ones.
                prop_assert!(came[last] - came[first] + Duration::from_nanos(1) >= quota.period(), "{first} to {last}: {came:?}");
            }
        }
    }
}
