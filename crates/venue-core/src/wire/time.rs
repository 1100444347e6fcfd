//! Unix time, with its unit in the type.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(transform = super::schema::plain_schema))]
#[serde(transparent)]
pub struct UnixMillis(i64);

impl UnixMillis {
    /// This many milliseconds after the epoch.
    #[must_use]
    pub const fn new(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// The number of milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The same instant for the standard library; `None` outside of its range.
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

/// Cut to whole milliseconds; beyond the range of `i64` (292 million years), the end of it.
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

/// Seconds since 1970-01-01T00:00:00Z: the exception among exchanges' times, hence a type of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(transform = super::schema::plain_schema))]
#[serde(transparent)]
pub struct UnixSeconds(i64);

impl UnixSeconds {
    /// This many seconds after the epoch.
    #[must_use]
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// The number of seconds.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// The same instant in milliseconds; `None` outside of the range of `i64`.
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
    fn seconds_and_milliseconds_do_not_mix_unnoticed() {
        assert_eq!(UnixSeconds::new(1_769_676_656).to_millis(), Some(UnixMillis::new(1_769_676_656_000)));
        assert_eq!(UnixSeconds::new(i64::MAX).to_millis(), None);
    }
}
