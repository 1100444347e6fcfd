//! A group of operations, and the quota of a group.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use venue_core::RateLimit;

/// The name of a group of operations that share a quota, such as `orders`. If an operation has a documented rate limit of its own, it is a
/// group by itself, and its id is the name of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuotaGroup(pub &'static str);

impl fmt::Display for QuotaGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How many requests a group may send in a period, and how many of them it may send at once as a burst. The period is a second, a minute,
/// or the period of a documented rate limit.
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

    /// Creates a quota that keeps a documented rate limit: every period of the limit's length contains at most as many requests as the
    /// limit allows. `None` if the limit is zero.
    ///
    /// After a pause, a quarter of the requests may be sent as a burst, and the rest at an even rate. The burst and the even rate together
    /// never exceed the limit, because some exchanges ban a caller that exceeds it.
    ///
    /// # Example
    ///
    /// A rate limit of 12 requests in 2 seconds allows a burst of 3, and one more request in each 200 ms. In the 2 seconds after the
    /// beginning of the burst, 3 + 9 = 12 requests are sent.
    ///
    /// ```
    /// use venue_core::{RateLimit, RateLimitScope};
    /// use venue_runtime::Quota;
    ///
    /// let limit = RateLimit::new(12, 2, RateLimitScope::Key);
    /// let quota = Quota::of_rate_limit(limit);
    /// assert_eq!(quota.map(|quota| quota.max_burst().get()), Some(3));
    /// ```
    pub fn of_rate_limit(limit: RateLimit) -> Option<Self> {
        let RateLimit { requests, seconds, .. } = limit;
        let burst = NonZeroU32::new(requests / 4).unwrap_or(NonZeroU32::MIN);
        // A period of `seconds` contains the burst, and one request less than the even rate would send.
        let even = NonZeroU32::new((requests + 1).checked_sub(burst.get())?)?;
        (requests > 0 && seconds > 0).then(|| Self { requests: even, interval: Duration::from_secs(seconds.into()), burst })
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
