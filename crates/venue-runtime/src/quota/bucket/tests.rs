use std::num::NonZeroU32;

use futures_util::FutureExt as _;
use governor::RateLimiter;
use governor::clock::FakeRelativeClock;
use proptest::prelude::*;

use super::*;

fn quota(requests: u32, burst: u32) -> Quota {
    let number = |number| NonZeroU32::new(number).expect("not zero");
    Quota::per_second(number(requests)).burst(number(burst))
}

/// Makes this number of reservations at time zero.
fn reserve(bucket: &Bucket, count: usize) -> Vec<Reservation<'_>> {
    (0..count).map(|_| bucket.reserve(Duration::ZERO, Duration::MAX).expect("no limit of the wait")).collect()
}

/// The wait of each reservation in milliseconds, at time zero.
fn waits(reservations: &[Reservation<'_>]) -> Vec<u128> {
    reservations.iter().map(|reservation| reservation.wait(Duration::ZERO).as_millis()).collect()
}

/// Arrivals of callers: the nanoseconds since the previous arrival.
fn arrivals() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(prop_oneof![Just(0), 0_u64..100_000_000, 0_u64..3_000_000_000], 1..60)
}

#[test]
fn a_burst_is_admitted_at_once_and_then_one_request_in_each_period() {
    let bucket = Bucket::new(quota(4, 3));
    assert_eq!(waits(&reserve(&bucket, 5)), [0, 0, 0, 250, 500]);
}

#[test]
fn a_rejected_caller_reserves_nothing() {
    let bucket = Bucket::new(quota(1, 1));
    bucket.reserve(Duration::ZERO, Duration::ZERO).expect("the first");
    for _ in 0..3 {
        assert_eq!(bucket.reserve(Duration::ZERO, Duration::from_millis(999)).map(|_| ()), Err(Duration::from_secs(1)));
    }
    assert_eq!(bucket.wait(Duration::ZERO), Duration::from_secs(1));
}

#[test]
fn throttling_ends_the_burst() {
    let bucket = Bucket::new(quota(4, 100));
    bucket.reserve(Duration::ZERO, Duration::ZERO).expect("the first of the burst");
    bucket.slow_down(Duration::ZERO, None);
    assert_eq!(waits(&reserve(&bucket, 2)), [500, 1000]);
}

#[test]
fn a_released_reservation_goes_to_the_last_caller_and_moves_no_other_caller() {
    let bucket = Bucket::new(quota(1, 1));
    let mut reservations = reserve(&bucket, 5);
    drop(reservations.remove(1));
    assert_eq!(waits(&reservations), [0, 2000, 3000, 1000]);
    assert_eq!(bucket.wait(Duration::ZERO), Duration::from_secs(4));
}

#[test]
fn the_released_reservation_of_the_last_caller_is_free_for_the_next_arrival() {
    let bucket = Bucket::new(quota(1, 1));
    let mut reservations = reserve(&bucket, 3);
    drop(reservations.pop());
    assert_eq!(bucket.wait(Duration::ZERO), Duration::from_secs(2));
    reservations.drain(1..);
    assert_eq!(bucket.wait(Duration::ZERO), Duration::from_secs(1), "a request that was admitted at once is not released");
}

#[test]
fn a_released_reservation_that_is_due_is_free_at_once() {
    let bucket = Bucket::new(quota(1, 1));
    let reservations = reserve(&bucket, 2);
    drop(reservations);
    assert_eq!(bucket.wait(Duration::from_millis(1500)), Duration::ZERO);
}

#[test]
fn a_release_after_throttling_does_not_restore_the_burst() {
    let bucket = Bucket::new(quota(1, 10));
    let reservations = reserve(&bucket, 11);
    let now = Duration::from_secs(20);
    bucket.slow_down(now, None);
    drop(reservations);
    assert_eq!(bucket.wait(now).as_millis(), 1888, "one second of virtual time at half the speed, as after any throttling");
}

#[test]
fn a_waiting_caller_is_notified_of_a_change() {
    let bucket = Bucket::new(quota(1, 1));
    let mut reservations = reserve(&bucket, 3);
    let last = reservations.pop().expect("three");
    assert!(last.changed().now_or_never().is_none());
    drop(reservations.pop());
    assert!(last.changed().now_or_never().is_some(), "moved to the second place");
    assert!(last.changed().now_or_never().is_none(), "once");
    bucket.slow_down(Duration::ZERO, None);
    assert!(last.changed().now_or_never().is_some(), "slowed down");
}

proptest! {
    #[test]
    fn at_full_speed_it_admits_the_same_requests_as_governor(requests in 1_u32..200, burst in 1_u32..20, arrivals in arrivals()) {
        let ours = Bucket::new(quota(requests, burst));
        let clock = FakeRelativeClock::default();
        let number = |number| NonZeroU32::new(number).expect("not zero");
        let reference =
            RateLimiter::direct_with_clock(governor::Quota::per_second(number(requests)).allow_burst(number(burst)), clock.clone());
        let mut now = Duration::ZERO;
        for later in arrivals {
            clock.advance(Duration::from_nanos(later));
            now += Duration::from_nanos(later);
            let rejected_for = reference.check().err().map(|not_until| not_until.wait_time_from(now.into()));
            prop_assert_eq!(ours.reserve(now, Duration::ZERO).err(), rejected_for);
        }
    }

    /// Includes rate-limit responses and callers that give up.
    #[test]
    fn requests_are_never_admitted_faster_than_the_quota_and_never_later_than_promised(
        requests in 1_u32..200,
        burst in 1_u32..20,
        arrivals in arrivals(),
        refusals in prop::collection::vec((0_usize..60, prop::option::of(0_u64..5_000_000_000)), 0..6),
        dropped in prop::collection::vec((0_usize..60, 0_usize..60), 0..20),
    ) {
        let quota = quota(requests, burst);
        let bucket = Bucket::new(quota);
        let mut now = Duration::ZERO;
        // Each reservation with the admission time that was promised last.
        let mut waiting: Vec<(Reservation<'_>, Duration)> = Vec::new();
        let mut admitted: Vec<Duration> = Vec::new();
        let mut dropped_count = 0;
        let ends = [u64::MAX];
        for (index, later) in arrivals.iter().chain(&ends).enumerate() {
            let arrival = now.saturating_add(Duration::from_nanos(*later));
            while let Some((first, due)) = first_due(&waiting, now).filter(|(_, due)| *due <= arrival) {
                now = due;
                admitted.push(now);
                waiting.swap_remove(first).0.commit();
            }
            now = arrival;
            if index < arrivals.len() {
                let reservation = bucket.reserve(now, Duration::MAX).expect("no limit of the wait");
                let due = now.saturating_add(reservation.wait(now));
                waiting.push((reservation, due));
            }
            for (_, which) in dropped.iter().filter(|(at, _)| *at == index) {
                if *which < waiting.len() && !waiting[*which].0.wait(now).is_zero() {
                    waiting.swap_remove(*which);
                    dropped_count += 1;
                }
            }
            for (reservation, promised) in &mut waiting {
                let due = now.saturating_add(reservation.wait(now));
                prop_assert!(due <= *promised, "{due:?} instead of {promised:?}");
                *promised = due;
            }
            for (_, pause) in refusals.iter().filter(|(at, _)| *at == index) {
                bucket.slow_down(now, pause.map(Duration::from_nanos));
                waiting.iter_mut().for_each(|(reservation, promised)| *promised = now.saturating_add(reservation.wait(now)));
            }
        }
        prop_assert_eq!(admitted.len() + dropped_count, arrivals.len());
        let limits = (burst as usize..admitted.len()).map(|last| (last - burst as usize, last));
        for (first, last) in limits {
            // Virtual time is rounded down to nanoseconds.
            prop_assert!(admitted[last] - admitted[first] + Duration::from_nanos(1) >= quota.period(), "{first} to {last}: {admitted:?}");
        }
    }
}

/// The index and the admission time of the reservation that is due first.
fn first_due(waiting: &[(Reservation<'_>, Duration)], now: Duration) -> Option<(usize, Duration)> {
    waiting.iter().map(|(reservation, _)| now.saturating_add(reservation.wait(now))).enumerate().min_by_key(|(_, due)| *due)
}
