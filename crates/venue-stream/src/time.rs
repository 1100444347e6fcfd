//! `MonotonicTime`: a moment of the monotonic clock.

use std::fmt;
use std::ops::Add;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment of a [`TimeSource`](venue_core::TimeSource)'s monotonic clock: the duration since the clock's fixed start.
///
/// The connection's state machine receives the time with each input and never reads a clock. So a test can choose every moment, and a
/// recording can be replayed with the moments that it contains.
///
/// ```
/// use std::time::Duration;
/// use venue_stream::MonotonicTime;
///
/// let earlier = MonotonicTime::from_start(Duration::from_secs(5));
/// let later = earlier + Duration::from_secs(2);
/// assert_eq!(later.since(earlier), Duration::from_secs(2));
/// assert_eq!(earlier.since(later), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MonotonicTime(Duration);

impl MonotonicTime {
    /// The moment at which this duration has passed since the start of the clock, as
    /// [`TimeSource::monotonic`](venue_core::TimeSource::monotonic) returns it.
    #[must_use]
    pub const fn from_start(duration: Duration) -> Self {
        Self(duration)
    }

    /// The duration from the start of the clock to this moment.
    #[must_use]
    pub const fn as_duration(self) -> Duration {
        self.0
    }

    /// The duration from an earlier moment to this one, or zero if `earlier` is later than this moment.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Adds a duration. The result is the last moment that can be represented if the sum is larger.
impl Add<Duration> for MonotonicTime {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

/// Prints the seconds since the start of the clock, such as `12.000000345 s`.
impl fmt::Display for MonotonicTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09} s", self.0.as_secs(), self.0.subsec_nanos())
    }
}

impl fmt::Debug for MonotonicTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
