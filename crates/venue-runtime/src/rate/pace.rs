//! A clock that slows down: the time in which a quota is counted.

use std::time::Duration;

/// The full speed; a slower one is a number of sixteenths.
const FULL: u128 = 16;

/// How long one quiet step of the recovery takes, and how far apart two slowdowns are at least. Requests that were sent together are refused
/// together: their refusals are one piece of news.
const STEP: Duration = Duration::from_secs(1);

/// Virtual time over real time. It runs at full speed, at some sixteenths of it, or stands still.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    /// Up to when `virtual_time` is known.
    real: Duration,
    /// In sixteenths of a nanosecond, so that nothing is ever rounded.
    virtual_time: u128,
    speed: u128,
    /// When the speed last changed. In the future while the server wants a pause.
    changed: Duration,
    slowed: Option<Duration>,
    paused_until: Duration,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { real: Duration::ZERO, virtual_time: 0, speed: FULL, changed: Duration::ZERO, slowed: None, paused_until: Duration::ZERO }
    }

    /// The virtual time at this real time, cut to nanoseconds. Real time that goes back is taken as standing still.
    pub(super) fn at(&mut self, now: Duration) -> u64 {
        while self.real < now {
            let until = self.next_change().map_or(now, |change| change.min(now));
            self.run(until);
        }
        u64::try_from(self.virtual_time / FULL).unwrap_or(u64::MAX)
    }

    /// How long, from the real time that was last asked for, until the virtual time is this, and no pause lasts.
    pub(super) fn wait_for(&self, virtual_time: u64) -> Duration {
        let target = u128::from(virtual_time) * FULL;
        let mut ahead = self.clone();
        while ahead.virtual_time < target || ahead.real < ahead.paused_until {
            let next = ahead.next_change();
            let reached = (ahead.real >= ahead.paused_until).then(|| {
                let nanos = (target - ahead.virtual_time).div_ceil(ahead.speed);
                ahead.real.saturating_add(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
            });
            let until = match (next, reached) {
                (Some(next), Some(reached)) => next.min(reached),
                (Some(until), None) | (None, Some(until)) => until,
                (None, None) => Duration::MAX,
            };
            if until == Duration::MAX {
                return Duration::MAX;
            }
            ahead.run(until);
        }
        ahead.real.saturating_sub(self.real)
    }

    /// The exchange says "too many requests", and perhaps how long it wants to hear nothing.
    pub(super) fn slow_down(&mut self, now: Duration, pause: Option<Duration>) {
        self.at(now);
        if self.slowed.is_none_or(|slowed| now.saturating_sub(slowed) >= STEP) {
            self.speed = (self.speed / 2).max(1);
            self.slowed = Some(now);
        }
        if let Some(pause) = pause {
            self.paused_until = self.paused_until.max(now.saturating_add(pause));
        }
        self.changed = now.max(self.paused_until);
    }

    /// When the speed changes by itself next: the end of a pause, or a step of the recovery.
    fn next_change(&self) -> Option<Duration> {
        if self.real < self.paused_until {
            Some(self.paused_until)
        } else if self.speed < FULL {
            Some(self.changed.saturating_add(STEP))
        } else {
            None
        }
    }

    /// To a moment that is not beyond the next change.
    fn run(&mut self, until: Duration) {
        if self.real >= self.paused_until {
            self.virtual_time += until.saturating_sub(self.real).as_nanos() * self.speed;
        }
        self.real = until;
        if self.speed < FULL && self.real >= self.changed.saturating_add(STEP) {
            self.speed += 1;
            self.changed = self.real;
        }
    }

    #[cfg(test)]
    fn sixteenths(&mut self, now: Duration) -> u128 {
        self.at(now);
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
        let mut pace = Pace::new();
        assert_eq!(pace.at(secs(3)), 3_000_000_000);
        assert_eq!(pace.wait_for(4_500_000_000), Duration::from_millis(1500));
        assert_eq!(pace.wait_for(1), Duration::ZERO);
    }

    #[test]
    fn refusals_halve_the_speed_down_to_a_sixteenth_but_once_a_second_at_most() {
        let mut pace = Pace::new();
        let mut speeds = Vec::new();
        for half_seconds in 0..12 {
            pace.slow_down(Duration::from_millis(half_seconds * 500), None);
            speeds.push(pace.speed);
        }
        assert_eq!(speeds, [8, 8, 4, 4, 2, 2, 1, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn each_quiet_second_gives_back_a_sixteenth() {
        let mut pace = Pace::new();
        pace.slow_down(secs(10), None);
        let speeds = [10, 11, 12, 17, 18, 100].map(|now| pace.sixteenths(secs(now)));
        assert_eq!(speeds, [8, 9, 10, 15, 16, 16]);
    }

    #[test]
    fn a_pause_stops_it_and_the_recovery_begins_after_it() {
        let mut pace = Pace::new();
        pace.slow_down(secs(1), Some(secs(60)));
        assert_eq!(pace.at(secs(61)), 1_000_000_000);
        assert_eq!(pace.sixteenths(secs(61)), 8);
        assert_eq!(pace.at(secs(62)), 1_500_000_000);
        assert_eq!(pace.sixteenths(secs(62)), 9);
    }

    #[test]
    fn in_a_pause_even_what_is_due_waits() {
        let mut pace = Pace::new();
        pace.slow_down(secs(1), Some(secs(60)));
        assert_eq!(pace.wait_for(0), secs(60));
    }

    #[test]
    fn a_shorter_pause_does_not_end_a_longer_one() {
        let mut pace = Pace::new();
        pace.slow_down(secs(0), Some(secs(60)));
        pace.slow_down(secs(1), Some(secs(2)));
        assert_eq!(pace.at(secs(60)), 0);
    }

    #[test]
    fn an_endless_pause_is_no_overflow() {
        let mut pace = Pace::new();
        pace.slow_down(secs(5), Some(Duration::MAX));
        assert_eq!(pace.wait_for(6_000_000_000), Duration::MAX);
        assert_eq!(pace.at(secs(1_000_000)), 5_000_000_000);
    }

    proptest! {
        /// The wait is exact: a nanosecond earlier it is not yet due, however often somebody looked in between.
        #[test]
        fn whoever_waits_for_a_moment_is_there_when_it_comes(
            refusals in prop::collection::vec((0_u64..5_000_000_000, prop::option::of(0_u64..3_000_000_000)), 0..8),
            ahead in 1_u64..40_000_000_000,
            looks in prop::collection::vec(0.0..1.0_f64, 0..5),
        ) {
            let mut pace = Pace::new();
            let mut now = Duration::ZERO;
            for (later, pause) in refusals {
                now += Duration::from_nanos(later);
                pace.slow_down(now, pause.map(Duration::from_nanos));
            }
            let target = pace.at(now) + ahead;
            let wait = pace.wait_for(target);
            prop_assert!(pace.clone().at(now + wait) >= target);
            prop_assert!(pace.clone().at(now + wait - Duration::from_nanos(1)) < target);
            let mut looks: Vec<Duration> = looks.iter().map(|part| now + wait.mul_f64(*part)).collect();
            looks.sort();
            for look in looks {
                pace.at(look);
                prop_assert_eq!(look + pace.wait_for(target), now + wait);
            }
        }
    }
}
