//! The speed of a run.

use std::time::Duration;

/// The speed of a run. All durations of a run are divided by the same number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) divisor: u32,
    /// Whether timers are exact, so that a late event is a fault.
    pub(crate) is_exact: bool,
}

impl Pace {
    /// Virtual time.
    pub(crate) const VIRTUAL: Self = Self { divisor: 1, is_exact: true };
    /// Real time. A test must not depend on the load of the machine, so no duration is checked.
    pub(crate) const REAL: Self = Self { divisor: 20, is_exact: false };

    pub(crate) fn secs(self, seconds: u64) -> Duration {
        Duration::from_secs(seconds) / self.divisor
    }

    pub(crate) fn ms(self, milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds) / self.divisor
    }
}
