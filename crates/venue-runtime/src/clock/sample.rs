//! One sample of the server's clock, and how far to trust it.

use std::time::Duration;

use venue_core::UnixMillis;

use venue_core::TimeSource;

/// Both of this machine's clocks, read at the same moment.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    monotonic: Duration,
    wall: UnixMillis,
}

impl Reading {
    pub(super) fn of(time: &dyn TimeSource) -> Self {
        Self { monotonic: time.monotonic(), wall: time.wall() }
    }

    pub(super) fn elapsed(self, now: Self) -> Duration {
        now.monotonic.saturating_sub(self.monotonic)
    }

    /// Whether the two clocks have come apart since this reading.
    pub(super) fn jumped(self, now: Self, tolerance: Duration, drift_ppm: u32) -> bool {
        let elapsed = self.elapsed(now);
        let by_wall = now.wall.as_millis().saturating_sub(self.wall.as_millis()).saturating_mul(1000);
        let apart = Duration::from_micros(by_wall.saturating_sub(micros(elapsed)).unsigned_abs());
        apart > tolerance.saturating_add(drift(elapsed, drift_ppm))
    }
}

/// What the server said, and when it was asked.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    /// The server's time, in microseconds, when the monotonic clock stood at zero.
    base: i64,
    round_trip: Duration,
    answered: Reading,
}

/// Servers cut their time to whole milliseconds.
const RESOLUTION: Duration = Duration::from_millis(1);

impl Sample {
    /// The server looked at its clock somewhere between these two readings: take the middle.
    pub(super) fn new(server: UnixMillis, asked: Reading, answered: Reading) -> Self {
        let round_trip = asked.elapsed(answered);
        let middle = asked.monotonic.saturating_add(round_trip / 2);
        Self { base: server.as_millis().saturating_mul(1000).saturating_sub(micros(middle)), round_trip, answered }
    }

    pub(super) fn base(&self) -> i64 {
        self.base
    }

    pub(super) fn round_trip(&self) -> Duration {
        self.round_trip
    }

    /// How far the estimate may be off now. The drift counts from the middle, so that half a round trip is part of it.
    pub(super) fn uncertainty(&self, now: Reading, drift_ppm: u32) -> Duration {
        let half = self.round_trip / 2;
        let age = self.answered.elapsed(now).saturating_add(half);
        half.saturating_add(drift(age, drift_ppm)).saturating_add(RESOLUTION)
    }

    /// Whether both can be right about the same clock.
    pub(super) fn agrees_with(&self, other: &Self, now: Reading, drift_ppm: u32) -> bool {
        let apart = Duration::from_micros(self.base.abs_diff(other.base));
        apart <= self.uncertainty(now, drift_ppm).saturating_add(other.uncertainty(now, drift_ppm))
    }
}

/// How far two clocks may drift apart in that time, rounded up to microseconds.
fn drift(elapsed: Duration, ppm: u32) -> Duration {
    let micros = elapsed.as_micros().saturating_mul(u128::from(ppm)).div_ceil(1_000_000);
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

pub(super) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
