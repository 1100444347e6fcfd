//! One sample of the server's clock, and its largest possible error.

use std::time::Duration;

use venue_core::{TimeSource, UnixMillis};

/// Both of this machine's clocks, read at the same time.
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

/// One response with the server's time.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    /// The server's time minus the monotonic clock, in microseconds.
    offset_micros: i64,
    round_trip: Duration,
    received: Reading,
}

/// Servers round their time down to milliseconds.
const RESOLUTION: Duration = Duration::from_millis(1);

impl Sample {
    /// Creates a sample from the server's time and the local readings before the request and after the response. The sample assumes that
    /// the server read its clock in the middle between the two local readings, because this assumption has the smallest possible error.
    pub(super) fn new(server: UnixMillis, sent: Reading, received: Reading) -> Self {
        let round_trip = sent.elapsed(received);
        let middle = sent.monotonic.saturating_add(round_trip / 2);
        let offset_micros = server.as_millis().saturating_mul(1000).saturating_sub(micros(middle));
        Self { offset_micros, round_trip, received }
    }

    pub(super) fn offset_micros(&self) -> i64 {
        self.offset_micros
    }

    pub(super) fn round_trip(&self) -> Duration {
        self.round_trip
    }

    /// The largest possible error, at the reading `now`, of an estimate from this sample. Drift is counted from the middle of the round
    /// trip.
    pub(super) fn uncertainty(&self, now: Reading, drift_ppm: u32) -> Duration {
        let half = self.round_trip / 2;
        let age = self.received.elapsed(now).saturating_add(half);
        half.saturating_add(drift(age, drift_ppm)).saturating_add(RESOLUTION)
    }

    /// Whether both samples can be correct, given their errors.
    pub(super) fn agrees_with(&self, other: &Self, now: Reading, drift_ppm: u32) -> bool {
        let apart = Duration::from_micros(self.offset_micros.abs_diff(other.offset_micros));
        apart <= self.uncertainty(now, drift_ppm).saturating_add(other.uncertainty(now, drift_ppm))
    }
}

/// How far two clocks may drift apart in this time, rounded up to microseconds.
fn drift(elapsed: Duration, ppm: u32) -> Duration {
    let micros = elapsed.as_micros().saturating_mul(u128::from(ppm)).div_ceil(1_000_000);
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

pub(super) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
