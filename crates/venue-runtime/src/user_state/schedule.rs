//! When the parts are read.

use std::time::Duration;

use venue_core::UnixMillis;

use super::input::ReadId;

/// The first pause after a failed reading of a part. Each further pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause after a failed reading.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The readings of one part.
#[derive(Clone, Debug)]
pub(super) struct PartSchedule {
    /// Whether the part has to be read.
    pub(super) is_due: bool,
    /// The request that reads the part now.
    pub(super) in_flight: Option<ReadId>,
    /// The earliest time of the next reading.
    pub(super) not_before: Duration,
    /// The number of failed readings in succession.
    pub(super) failures: u32,
    /// Whether a permission is missing, so that the part is not read.
    pub(super) is_not_permitted: bool,
    /// `false` from a rejection because of a missing permission to the next other response, so that the program is informed once.
    pub(super) was_permitted: bool,
    /// Whether a message announced a change that no reading covers yet.
    pub(super) is_announced: bool,
    /// Whether a message, a loss of trust or a failed reading is newer than the last complete reading.
    pub(super) is_suspect: bool,
    /// When the last complete reading began, by the exchange's clock.
    pub(super) read_at: Option<UnixMillis>,
}

impl Default for PartSchedule {
    fn default() -> Self {
        Self {
            is_due: false,
            in_flight: None,
            not_before: Duration::ZERO,
            failures: 0,
            is_not_permitted: false,
            was_permitted: true,
            is_announced: false,
            is_suspect: false,
            read_at: None,
        }
    }
}

impl PartSchedule {
    /// When the next reading may begin. `None` if none is needed, or one is in flight.
    pub(super) fn next(&self) -> Option<Duration> {
        (self.is_due && self.in_flight.is_none() && !self.is_not_permitted).then_some(self.not_before)
    }

    /// A reading failed. The next one begins after a pause.
    pub(super) fn fail(&mut self, now: Duration) {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(10)).min(LONGEST_PAUSE);
        self.failures += 1;
        self.not_before = now.saturating_add(pause);
        (self.is_due, self.is_suspect) = (true, true);
    }
}
