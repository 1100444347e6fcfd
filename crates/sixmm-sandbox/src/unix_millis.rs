//! The exchange's time, with its unit in the type.

use std::fmt;

use serde::Serialize;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct UnixMillis(i64);

impl UnixMillis {
    /// The earliest time that an exchange can have: 1970-01-01T00:00:00Z.
    pub const EARLIEST: Self = Self(0);

    /// The latest time that an exchange can have: 2080-01-01T00:00:00Z. Its ids tell the time; half a year later they would not fit into
    /// 63 bits any more.
    pub const LATEST: Self = Self(3_471_292_800_000);

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

    /// This many milliseconds later; at the end of time, the end of it.
    #[must_use]
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
