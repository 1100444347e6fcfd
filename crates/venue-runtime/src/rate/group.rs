//! What shares a quota, and how large it is.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

/// The name of a group of operations that share a quota, such as `orders`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group(pub &'static str);

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How many requests a group may send.
///
/// ```
/// use std::num::NonZeroU32;
/// use venue_runtime::GroupQuota;
///
/// let quota = NonZeroU32::new(20).map(GroupQuota::per_second);
/// assert_eq!(quota.map(|quota| quota.burst().get()), Some(20));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct GroupQuota {
    requests: NonZeroU32,
    per: Duration,
    burst: NonZeroU32,
}

impl GroupQuota {
    /// So many requests a second, evenly; after a pause, as many at once.
    pub const fn per_second(requests: NonZeroU32) -> Self {
        Self { requests, per: Duration::from_secs(1), burst: requests }
    }

    /// So many requests a minute, evenly; after a pause, as many at once.
    pub const fn per_minute(requests: NonZeroU32) -> Self {
        Self { requests, per: Duration::from_secs(60), burst: requests }
    }

    /// How many may go out at once, after a pause that was long enough.
    pub const fn with_burst(mut self, burst: NonZeroU32) -> Self {
        self.burst = burst;
        self
    }

    /// How many may go out at once, after a pause that was long enough.
    #[must_use]
    pub const fn burst(&self) -> NonZeroU32 {
        self.burst
    }

    /// The time that earns one request.
    #[must_use]
    pub fn period(&self) -> Duration {
        self.per / self.requests.get()
    }
}
