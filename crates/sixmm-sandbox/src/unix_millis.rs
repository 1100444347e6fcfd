//! Unix time in milliseconds.

use std::fmt;

use serde::Serialize;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct UnixMillis(i64);

impl UnixMillis {
    /// The earliest time of an exchange: 1970-01-01T00:00:00Z.
    pub const EARLIEST: Self = Self(0);

    /// The latest time of a local exchange: 2080-01-01T00:00:00Z. Ids contain the time, and half a year after this limit they would no
    /// longer fit into 63 bits.
    pub const LATEST: Self = Self(3_471_292_800_000);

    /// Creates a time from milliseconds since the Unix epoch.
    #[must_use]
    pub const fn new(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Adds milliseconds, saturating at the limits of `i64`.
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
