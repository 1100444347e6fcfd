//! A group of operations, and the quota of a group.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

/// The name of a group of operations that share a quota, such as `orders`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuotaGroup(pub &'static str);

impl fmt::Display for QuotaGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The number of requests that a group may send in a second or in a minute, and in a burst.
///
/// ```
/// use std::num::NonZeroU32;
/// use venue_runtime::Quota;
///
/// let quota = NonZeroU32::new(20).map(Quota::per_second);
/// assert_eq!(quota.map(|quota| quota.max_burst().get()), Some(20));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct Quota {
    requests: NonZeroU32,
    interval: Duration,
    burst: NonZeroU32,
}

impl Quota {
    /// Allows this number of requests a second at an even rate, and the same number as a burst.
    pub const fn per_second(requests: NonZeroU32) -> Self {
        Self { requests, interval: Duration::from_secs(1), burst: requests }
    }

    /// Allows this number of requests a minute at an even rate, and the same number as a burst.
    pub const fn per_minute(requests: NonZeroU32) -> Self {
        Self { requests, interval: Duration::from_secs(60), burst: requests }
    }

    /// Sets the number of requests that may be sent at once after a sufficient pause.
    pub const fn burst(mut self, burst: NonZeroU32) -> Self {
        self.burst = burst;
        self
    }

    /// The number of requests that may be sent at once after a sufficient pause.
    #[must_use]
    pub const fn max_burst(&self) -> NonZeroU32 {
        self.burst
    }

    /// The time between two requests at the even rate.
    pub(super) fn period(&self) -> Duration {
        self.interval / self.requests.get()
    }
}
