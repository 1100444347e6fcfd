//! Why an attempt was not even sent.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use venue_core::Error;

use crate::QuotaGroup;

/// The call's time would have passed before an attempt could be sent. It was not sent: the quota was not free within three quarters of the
/// remaining time, or no time was left.
///
/// It is the reason of a refusal: [`OutOfTime::of`] finds it in an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfTime {
    group: QuotaGroup,
    wait: Duration,
    left: Duration,
}

impl OutOfTime {
    pub(crate) const fn new(group: QuotaGroup, wait: Duration, left: Duration) -> Self {
        Self { group, wait, left }
    }

    /// The reason why this call was not sent, if it is this one.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        error.refusal()?.downcast_ref()
    }

    /// The group whose quota the operation needs.
    #[must_use]
    pub const fn group(&self) -> QuotaGroup {
        self.group
    }

    /// How long the quota would have made it wait. Zero if the time was used up by something else.
    #[must_use]
    pub const fn wait(&self) -> Duration {
        self.wait
    }

    /// How much of the call's time was left.
    #[must_use]
    pub const fn left(&self) -> Duration {
        self.left
    }
}

/// ``the quota of `orders` is free in 1.2s, and 300ms of the call's time are left: allow it more time, or send less``
impl fmt::Display for OutOfTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.wait.is_zero() {
            return f.write_str("the call's time was used up before it could be sent: allow it more time");
        }
        let Self { group, wait, left } = self;
        write!(f, "the quota of `{group}` is free in {wait:?}, and {left:?} of the call's time are left")?;
        if wait <= left {
            f.write_str(", a quarter of which is kept for the attempt")?;
        }
        f.write_str(": allow it more time, or send less")
    }
}

impl StdError for OutOfTime {}
