//! One quota: turns are given out in order, each with the time at which it comes.

use std::collections::{BTreeMap, HashMap};
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use super::pace::Pace;
use crate::GroupQuota;

/// One quota (GCRA), counted in the time of a [`Pace`], which slows down. A turn is given out before it comes, and given back by a waiter that
/// is dropped.
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
    waiters: Waiters,
}

/// The turns that have not begun, each with its waiter. Turns are a period apart at least, so no two share a time.
#[derive(Debug, Default)]
struct Waiters {
    by_turn: BTreeMap<u64, u64>,
    by_id: HashMap<u64, Waiter>,
    last_id: u64,
}

#[derive(Debug)]
struct Waiter {
    /// When its turn comes, in virtual nanoseconds.
    turn: u64,
    /// Whether its wait has changed since [`Turn::changed`] last returned.
    is_changed: bool,
    waker: Option<Waker>,
}

/// A place in a quota. Dropped before [`begin`](Self::begin), it is given back.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    bucket: &'a Bucket,
    /// `None` once it has begun.
    waiter: Option<u64>,
}

impl Turn<'_> {
    /// How long until it comes. Ask again after waiting, and when it has [`changed`](Self::changed): the bucket may have slowed down in the
    /// meantime, or the turn may come earlier.
    pub(crate) fn wait(&self, now: Duration) -> Duration {
        let Some(id) = self.waiter else { return Duration::ZERO };
        let mut state = self.bucket.lock();
        state.pace.at(now);
        state.waiters.by_id.get(&id).map_or(Duration::ZERO, |waiter| state.pace.wait_for(waiter.turn))
    }

    /// Waits until the turn comes at another time than it did: earlier because another waiter gave its turn back, or later because the bucket
    /// slowed down.
    pub(crate) async fn changed(&self) {
        poll_fn(|context| {
            let mut state = self.bucket.lock();
            let Some(waiter) = self.waiter.and_then(|id| state.waiters.by_id.get_mut(&id)) else { return Poll::Pending };
            if std::mem::take(&mut waiter.is_changed) {
                return Poll::Ready(());
            }
            waiter.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// The turn has come, and its request goes out: it is used.
    pub(crate) fn begin(mut self) {
        if let Some(id) = self.waiter.take() {
            self.bucket.lock().waiters.remove(id);
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.waiter {
            self.bucket.give_back(id);
        }
    }
}

impl Bucket {
    pub(super) fn new(quota: GroupQuota) -> Self {
        // Below a nanosecond there are no turns apart from each other.
        let period = u64::try_from(quota.period().as_nanos()).unwrap_or(u64::MAX).max(1);
        let ahead = period.saturating_mul(u64::from(quota.burst().get()) - 1);
        let state = State { pace: Pace::new(), used_until: 0, waiters: Waiters::default() };
        Self { period, ahead, state: Mutex::new(state) }
    }

    /// The next turn, if it comes within `patience`. One that comes at once has begun.
    ///
    /// # Errors
    ///
    /// How long it would be, if that is longer. No turn is taken then.
    pub(super) fn take(&self, now: Duration, patience: Duration) -> Result<Turn<'_>, Duration> {
        let mut state = self.lock();
        let (turn, wait) = self.next(&mut state, now);
        if wait > patience {
            return Err(wait);
        }
        state.used_until = state.used_until.max(turn).saturating_add(self.period);
        let waiter = (!wait.is_zero()).then(|| state.waiters.add(turn));
        Ok(Turn { bucket: self, waiter })
    }

    /// How long the next turn would be to wait for. It is not taken.
    pub(super) fn wait(&self, now: Duration) -> Duration {
        self.next(&mut self.lock(), now).1
    }

    /// Slows down, stands still for the pause, if there is one, and forgets what was saved up for a burst. Waiters learn of it at once.
    pub(super) fn slow_down(&self, now: Duration, pause: Option<Duration>) {
        let mut state = self.lock();
        state.pace.slow_down(now, pause);
        let nothing_saved = state.pace.at(now).saturating_add(self.ahead).saturating_add(self.period);
        state.used_until = state.used_until.max(nothing_saved);
        let wakers: Vec<Waker> = state.waiters.by_id.values_mut().filter_map(Waiter::change).collect();
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// A waiter is dropped. Its turn goes to the waiter whose turn comes last, and that one's turn is free again.
    ///
    /// So the turns of all others stay as they were promised, there is never a gap, and of callers that give up after some time it is not the
    /// one about to give up that gets the turn, but the one that has waited least.
    fn give_back(&self, id: u64) {
        let mut state = self.lock();
        let State { waiters, used_until, .. } = &mut *state;
        let Some(given) = waiters.remove(id) else { return };
        let (freed, waker) = waiters.move_last_to(given).unwrap_or((given, None));
        // Otherwise the bucket has slowed down since: what was saved up then stays forgotten.
        if *used_until == freed.saturating_add(self.ahead).saturating_add(self.period) {
            *used_until = freed.saturating_add(self.ahead);
        }
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn next(&self, state: &mut State, now: Duration) -> (u64, Duration) {
        let turn = state.used_until.saturating_sub(self.ahead).max(state.pace.at(now));
        (turn, state.pace.wait_for(turn))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiters {
    fn add(&mut self, turn: u64) -> u64 {
        self.last_id += 1;
        self.by_turn.insert(turn, self.last_id);
        self.by_id.insert(self.last_id, Waiter { turn, is_changed: false, waker: None });
        self.last_id
    }

    /// The turn that the waiter had.
    fn remove(&mut self, id: u64) -> Option<u64> {
        let waiter = self.by_id.remove(&id)?;
        self.by_turn.remove(&waiter.turn);
        Some(waiter.turn)
    }

    /// Gives this earlier turn to the waiter whose turn comes last; returns that waiter's former turn.
    fn move_last_to(&mut self, turn: u64) -> Option<(u64, Option<Waker>)> {
        let last = self.by_turn.last_entry().filter(|last| *last.key() > turn)?;
        let (former, id) = last.remove_entry();
        self.by_turn.insert(turn, id);
        let waiter = self.by_id.get_mut(&id)?;
        waiter.turn = turn;
        Some((former, waiter.change()))
    }
}

impl Waiter {
    fn change(&mut self) -> Option<Waker> {
        self.is_changed = true;
        self.waker.take()
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use futures_util::FutureExt as _;
    use governor::clock::FakeRelativeClock;
    use governor::{Quota, RateLimiter};
    use proptest::prelude::*;

    use super::*;

    fn quota(requests: u32, burst: u32) -> GroupQuota {
        let number = |number| NonZeroU32::new(number).expect("not zero");
        GroupQuota::per_second(number(requests)).with_burst(number(burst))
    }

    /// So many turns, taken at the beginning.
    fn take(bucket: &Bucket, count: usize) -> Vec<Turn<'_>> {
        (0..count).map(|_| bucket.take(Duration::ZERO, Duration::MAX).expect("patient")).collect()
    }

    /// How many milliseconds each of them is away, seen from the beginning.
    fn waits(turns: &[Turn<'_>]) -> Vec<u128> {
        turns.iter().map(|turn| turn.wait(Duration::ZERO).as_millis()).collect()
    }

    /// Arrivals: how many nanoseconds after the one before.
    fn arrivals() -> impl Strategy<Value = Vec<u64>> {
        prop::collection::vec(prop_oneof![Just(0), 0_u64..100_000_000, 0_u64..3_000_000_000], 1..60)
    }

    #[test]
    fn a_burst_at_once_and_then_one_in_each_period() {
        let bucket = Bucket::new(quota(4, 3));
        assert_eq!(waits(&take(&bucket, 5)), [0, 0, 0, 250, 500]);
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
        assert_eq!(waits(&take(&bucket, 2)), [500, 1000]);
    }

    #[test]
    fn a_turn_that_is_given_back_goes_to_the_waiter_whose_turn_comes_last_and_moves_no_other() {
        let bucket = Bucket::new(quota(1, 1));
        let mut turns = take(&bucket, 5);
        drop(turns.remove(1));
        assert_eq!(waits(&turns), [0, 2000, 3000, 1000]);
        assert_eq!(bucket.wait(Duration::ZERO), Duration::from_secs(4));
    }

    #[test]
    fn the_last_turn_that_is_given_back_is_free_for_the_next_arrival() {
        let bucket = Bucket::new(quota(1, 1));
        let mut turns = take(&bucket, 3);
        drop(turns.pop());
        assert_eq!(bucket.wait(Duration::ZERO), Duration::from_secs(2));
        turns.drain(1..);
        assert_eq!(bucket.wait(Duration::ZERO), Duration::from_secs(1), "what has begun is not given back");
    }

    #[test]
    fn a_turn_that_is_due_and_given_back_is_free_at_once() {
        let bucket = Bucket::new(quota(1, 1));
        let turns = take(&bucket, 2);
        drop(turns);
        assert_eq!(bucket.wait(Duration::from_millis(1500)), Duration::ZERO);
    }

    #[test]
    fn what_is_given_back_after_a_slowdown_does_not_restore_the_burst() {
        let bucket = Bucket::new(quota(1, 10));
        let turns = take(&bucket, 11);
        let now = Duration::from_secs(20);
        bucket.slow_down(now, None);
        drop(turns);
        assert_eq!(bucket.wait(now).as_millis(), 1888, "a second's worth at half the speed, as after any slowdown");
    }

    #[test]
    fn a_waiter_learns_at_once_that_its_turn_has_changed() {
        let bucket = Bucket::new(quota(1, 1));
        let mut turns = take(&bucket, 3);
        let last = turns.pop().expect("three");
        assert!(last.changed().now_or_never().is_none());
        drop(turns.pop());
        assert!(last.changed().now_or_never().is_some(), "moved to the second place");
        assert!(last.changed().now_or_never().is_none(), "once");
        bucket.slow_down(Duration::ZERO, None);
        assert!(last.changed().now_or_never().is_some(), "slowed down");
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

        /// With any refusals by the exchange, and any waiters that give up, in between.
        #[test]
        fn turns_never_come_faster_than_the_quota_and_never_later_than_promised(
            requests in 1_u32..200,
            burst in 1_u32..20,
            arrivals in arrivals(),
            refusals in prop::collection::vec((0_usize..60, prop::option::of(0_u64..5_000_000_000)), 0..6),
            dropped in prop::collection::vec((0_usize..60, 0_usize..60), 0..20),
        ) {
            let quota = quota(requests, burst);
            let bucket = Bucket::new(quota);
            let mut now = Duration::ZERO;
            // With the time at which it was promised last.
            let mut waiting: Vec<(Turn<'_>, Duration)> = Vec::new();
            let mut came: Vec<Duration> = Vec::new();
            let mut given_up = 0;
            let ends = [u64::MAX];
            for (index, later) in arrivals.iter().chain(&ends).enumerate() {
                let arrival = now.saturating_add(Duration::from_nanos(*later));
                while let Some((first, due)) = first_due(&waiting, now).filter(|(_, due)| *due <= arrival) {
                    now = due;
                    came.push(now);
                    waiting.swap_remove(first).0.begin();
                }
                now = arrival;
                if index < arrivals.len() {
                    let turn = bucket.take(now, Duration::MAX).expect("patient");
                    let due = now.saturating_add(turn.wait(now));
                    waiting.push((turn, due));
                }
                for (_, which) in dropped.iter().filter(|(at, _)| *at == index) {
                    if *which < waiting.len() && !waiting[*which].0.wait(now).is_zero() {
                        waiting.swap_remove(*which);
                        given_up += 1;
                    }
                }
                for (turn, promised) in &mut waiting {
                    let due = now.saturating_add(turn.wait(now));
                    prop_assert!(due <= *promised, "{due:?} instead of {promised:?}");
                    *promised = due;
                }
                for (_, pause) in refusals.iter().filter(|(at, _)| *at == index) {
                    bucket.slow_down(now, pause.map(Duration::from_nanos));
                    waiting.iter_mut().for_each(|(turn, promised)| *promised = now.saturating_add(turn.wait(now)));
                }
            }
            prop_assert_eq!(came.len() + given_up, arrivals.len());
            let limits = (burst as usize..came.len()).map(|last| (last - burst as usize, last));
            for (first, last) in limits {
                // Half a nanosecond may be lost where virtual time is cut to whole ones.
                prop_assert!(came[last] - came[first] + Duration::from_nanos(1) >= quota.period(), "{first} to {last}: {came:?}");
            }
        }
    }

    /// Which of them is due first, and when.
    fn first_due(waiting: &[(Turn<'_>, Duration)], now: Duration) -> Option<(usize, Duration)> {
        waiting.iter().map(|(turn, _)| now.saturating_add(turn.wait(now))).enumerate().min_by_key(|(_, due)| *due)
    }
}
