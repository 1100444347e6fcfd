//! `ThrottleClock`: the virtual time in which quotas are counted.

use std::time::Duration;

/// The full speed. Slower speeds are numbers of sixteenths of the full speed.
const FULL_SPEED: u128 = 16;

/// The time after which the speed increases by a sixteenth, and the minimum time between two halvings of the speed. Requests that were sent
/// together get their rate-limit responses together, and these responses should halve the speed only once.
const STEP: Duration = Duration::from_secs(1);

/// A virtual clock that throttles a quota, because the quota measures its periods with this clock. The clock runs at full speed, at a
/// number of sixteenths of full speed, or not at all.
///
/// A rate-limit response halves the speed, at most once a second and down to a sixteenth. Each second without such a response increases the
/// speed by a sixteenth. While the server asks for a pause, the clock does not run, and the recovery begins after the pause.
///
/// # Example
///
/// A quota of one request a second has just sent a request, and the response at time 0 s is a rate-limit response. The next request is due
/// one second of virtual time later:
///
/// | real time | speed | virtual time |
/// | --- | --- | --- |
/// | 0 s to 1 s | 8/16 | 0 s to 0.5 s |
/// | 1 s to 1.889 s | 9/16 | 0.5 s to 1 s |
///
/// So the next request is sent after 1 s + 0.5 s ⋅ 16/9 = 1.889 s. Eight seconds after the response, the clock runs at full speed again.
#[derive(Clone, Debug)]
pub(super) struct ThrottleClock {
    /// The real time up to which the virtual time has been computed.
    real_time: Duration,
    /// The virtual time, in sixteenths of a nanosecond, so that no speed needs rounding.
    virtual_time: u128,
    /// The speed in sixteenths.
    speed: u128,
    /// The real time from which the next increase of the speed is counted: the last change of the speed, or the end of the pause.
    last_step: Duration,
    /// The real time at which the speed was last halved.
    last_halving: Option<Duration>,
    paused_until: Duration,
}

impl ThrottleClock {
    /// Creates a clock that runs at full speed, with both times at zero.
    pub(super) fn new() -> Self {
        Self {
            real_time: Duration::ZERO,
            virtual_time: 0,
            speed: FULL_SPEED,
            last_step: Duration::ZERO,
            last_halving: None,
            paused_until: Duration::ZERO,
        }
    }

    /// Advances the clock to the real time `now`, and returns the virtual time in nanoseconds, rounded down. If the clock was already
    /// advanced to a later time than `now`, it does not change.
    pub(super) fn advance_to(&mut self, now: Duration) -> u64 {
        while self.real_time < now {
            let until = self.next_speed_change().map_or(now, |change| change.min(now));
            self.run(until);
        }
        u64::try_from(self.virtual_time / FULL_SPEED).unwrap_or(u64::MAX)
    }

    /// The real time from the last [`advance_to`](Self::advance_to) until the clock has reached `virtual_time` (in nanoseconds) and is not
    /// paused.
    pub(super) fn wait_for(&self, virtual_time: u64) -> Duration {
        let target = u128::from(virtual_time) * FULL_SPEED;
        let mut future = self.clone();
        while future.virtual_time < target || future.real_time < future.paused_until {
            let reached = (future.real_time >= future.paused_until).then(|| {
                let nanos = (target - future.virtual_time).div_ceil(future.speed);
                future.real_time.saturating_add(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
            });
            let until = match (future.next_speed_change(), reached) {
                (Some(change), Some(reached)) => change.min(reached),
                (Some(until), None) | (None, Some(until)) => until,
                (None, None) => Duration::MAX,
            };
            if until == Duration::MAX {
                return Duration::MAX;
            }
            future.run(until);
        }
        future.real_time.saturating_sub(self.real_time)
    }

    /// Halves the speed after a rate-limit response, and stops the clock for `pause`, which is the time that the server asks for.
    pub(super) fn slow_down(&mut self, now: Duration, pause: Option<Duration>) {
        self.advance_to(now);
        if self.last_halving.is_none_or(|last| now.saturating_sub(last) >= STEP) {
            self.speed = (self.speed / 2).max(1);
            self.last_halving = Some(now);
        }
        if let Some(pause) = pause {
            self.paused_until = self.paused_until.max(now.saturating_add(pause));
        }
        self.last_step = now.max(self.paused_until);
    }

    /// The real time of the next change of the speed, which is the end of a pause or the next increase by a sixteenth. `None` at full
    /// speed.
    fn next_speed_change(&self) -> Option<Duration> {
        if self.real_time < self.paused_until {
            Some(self.paused_until)
        } else if self.speed < FULL_SPEED {
            Some(self.last_step.saturating_add(STEP))
        } else {
            None
        }
    }

    /// Runs to a real time that is not after the next change of the speed.
    fn run(&mut self, until: Duration) {
        if self.real_time >= self.paused_until {
            self.virtual_time += until.saturating_sub(self.real_time).as_nanos() * self.speed;
        }
        self.real_time = until;
        if self.speed < FULL_SPEED && self.real_time >= self.last_step.saturating_add(STEP) {
            self.speed += 1;
            self.last_step = self.real_time;
        }
    }

    #[cfg(test)]
    fn speed_at(&mut self, now: Duration) -> u128 {
        self.advance_to(now);
        self.speed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn at_full_speed_virtual_time_is_real_time() {
        let mut clock = ThrottleClock::new();
        assert_eq!(clock.advance_to(secs(3)), 3_000_000_000);
        assert_eq!(clock.wait_for(4_500_000_000), Duration::from_millis(1500));
        assert_eq!(clock.wait_for(1), Duration::ZERO);
    }

    #[test]
    fn a_rate_limit_response_halves_the_speed_at_most_once_a_second_and_down_to_a_sixteenth() {
        let mut clock = ThrottleClock::new();
        let mut speeds = Vec::new();
        for half_seconds in 0..12 {
            clock.slow_down(Duration::from_millis(half_seconds * 500), None);
            speeds.push(clock.speed);
        }
        assert_eq!(speeds, [8, 8, 4, 4, 2, 2, 1, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn the_speed_increases_by_a_sixteenth_in_each_second_without_a_rate_limit_response() {
        let mut clock = ThrottleClock::new();
        clock.slow_down(secs(10), None);
        let speeds = [10, 11, 12, 17, 18, 100].map(|now| clock.speed_at(secs(now)));
        assert_eq!(speeds, [8, 9, 10, 15, 16, 16]);
    }

    #[test]
    fn a_pause_stops_the_clock_and_the_recovery_begins_after_the_pause() {
        let mut clock = ThrottleClock::new();
        clock.slow_down(secs(1), Some(secs(60)));
        assert_eq!(clock.advance_to(secs(61)), 1_000_000_000);
        assert_eq!(clock.speed_at(secs(61)), 8);
        assert_eq!(clock.advance_to(secs(62)), 1_500_000_000);
        assert_eq!(clock.speed_at(secs(62)), 9);
    }

    #[test]
    fn a_request_that_is_due_waits_for_the_end_of_a_pause() {
        let mut clock = ThrottleClock::new();
        clock.slow_down(secs(1), Some(secs(60)));
        assert_eq!(clock.wait_for(0), secs(60));
    }

    #[test]
    fn a_shorter_pause_does_not_end_a_longer_one() {
        let mut clock = ThrottleClock::new();
        clock.slow_down(secs(0), Some(secs(60)));
        clock.slow_down(secs(1), Some(secs(2)));
        assert_eq!(clock.advance_to(secs(60)), 0);
    }

    #[test]
    fn an_endless_pause_does_not_overflow() {
        let mut clock = ThrottleClock::new();
        clock.slow_down(secs(5), Some(Duration::MAX));
        assert_eq!(clock.wait_for(6_000_000_000), Duration::MAX);
        assert_eq!(clock.advance_to(secs(1_000_000)), 5_000_000_000);
    }

    /// The example in the documentation of [`ThrottleClock`].
    #[test]
    fn a_second_of_virtual_time_takes_1_889_seconds_after_a_rate_limit_response() {
        let mut clock = ThrottleClock::new();
        clock.slow_down(Duration::ZERO, None);
        assert_eq!(clock.wait_for(1_000_000_000), Duration::from_nanos(1_888_888_889));
        assert_eq!([clock.speed_at(secs(7)), clock.speed_at(secs(8))], [15, 16]);
    }

    proptest! {
        /// The computed wait is exact: a nanosecond before its end, the clock has not yet reached the virtual time. Advancing the clock
        /// during the wait does not change the end of the wait.
        #[test]
        fn the_wait_for_a_virtual_time_is_exact(
            responses in prop::collection::vec((0_u64..5_000_000_000, prop::option::of(0_u64..3_000_000_000)), 0..8),
            ahead in 1_u64..40_000_000_000,
            advances in prop::collection::vec(0.0..1.0_f64, 0..5),
        ) {
            let mut clock = ThrottleClock::new();
            let mut now = Duration::ZERO;
            for (later, pause) in responses {
                now += Duration::from_nanos(later);
                clock.slow_down(now, pause.map(Duration::from_nanos));
            }
            let target = clock.advance_to(now) + ahead;
            let wait = clock.wait_for(target);
            prop_assert!(clock.clone().advance_to(now + wait) >= target);
            prop_assert!(clock.clone().advance_to(now + wait - Duration::from_nanos(1)) < target);
            let mut advances: Vec<Duration> = advances.iter().map(|part| now + wait.mul_f64(*part)).collect();
            advances.sort();
            for advance in advances {
                clock.advance_to(advance);
                prop_assert_eq!(advance + clock.wait_for(target), now + wait);
            }
        }
    }
}
