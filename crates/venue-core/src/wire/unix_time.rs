//! Unix times, with the unit in the type: milliseconds and seconds.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A time in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(transform = super::schema::plain_schema))]
#[serde(transparent)]
pub struct UnixMillis(i64);

impl UnixMillis {
    /// Creates a time from the number of milliseconds since the epoch, which may be negative.
    #[must_use]
    pub const fn new(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// The number of milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Converts to the standard library's `SystemTime`. Returns `None` if the platform's `SystemTime` cannot represent the time.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use venue_core::UnixMillis;
    ///
    /// let second = Duration::from_secs(1);
    /// assert_eq!(
    ///     UnixMillis::new(1000).to_system_time(),
    ///     Some(SystemTime::UNIX_EPOCH + second)
    /// );
    /// ```
    #[must_use]
    pub fn to_system_time(self) -> Option<SystemTime> {
        let distance = Duration::from_millis(self.0.unsigned_abs());
        if self.0 < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
    }
}

impl From<i64> for UnixMillis {
    fn from(milliseconds: i64) -> Self {
        Self(milliseconds)
    }
}

/// Rounds to whole milliseconds, towards the epoch. A time outside of the range of `i64` (292 million years) becomes the smallest or
/// largest `i64`.
impl From<SystemTime> for UnixMillis {
    fn from(time: SystemTime) -> Self {
        Self(match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |milliseconds| -milliseconds),
        })
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A time in seconds since 1970-01-01T00:00:00Z. Most fields use milliseconds, so the separate type prevents confusion with [`UnixMillis`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(transform = super::schema::plain_schema))]
#[serde(transparent)]
pub struct UnixSeconds(i64);

impl UnixSeconds {
    /// Creates a time from the number of seconds since the epoch, which may be negative.
    #[must_use]
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// The number of seconds since the epoch.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// Converts to milliseconds. Returns `None` if the result is outside of the range of `i64`.
    #[must_use]
    pub const fn to_millis(self) -> Option<UnixMillis> {
        match self.0.checked_mul(1000) {
            Some(milliseconds) => Some(UnixMillis(milliseconds)),
            None => None,
        }
    }
}

impl From<i64> for UnixSeconds {
    fn from(seconds: i64) -> Self {
        Self(seconds)
    }
}

impl fmt::Display for UnixSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_to_and_from_the_standard_library() {
        for milliseconds in [-1, 0, 1, 1_780_473_256_708] {
            let time = UnixMillis::new(milliseconds);
            assert_eq!(time.to_system_time().map(UnixMillis::from), Some(time));
        }
    }

    #[test]
    fn seconds_convert_to_milliseconds_unless_they_overflow() {
        assert_eq!(UnixSeconds::new(1_769_676_656).to_millis(), Some(UnixMillis::new(1_769_676_656_000)));
        assert_eq!(UnixSeconds::new(i64::MAX).to_millis(), None);
    }
}
