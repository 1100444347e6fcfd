//! Pauses between repeated attempts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Exponentially growing pauses with a random part.
///
/// The limit of the pause before attempt `n` is `first ⋅ 2ⁿ⁻¹`, and at most `max`. The pause is chosen uniformly between half of the limit
/// and the limit, so that many clients that lost their connections at the same moment do not return at the same moment.
///
/// With a first pause of 250 ms and a maximum of 1 s, the pauses are in 125–250 ms, 250–500 ms, 500 ms–1 s, and 500 ms–1 s from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct Backoff {
    first: Duration,
    max: Duration,
}

impl Backoff {
    /// The shortest limit of a pause: 1 ms. It keeps a setting of zero from repeating attempts without a pause.
    pub const MIN: Duration = Duration::from_millis(1);

    /// Creates pauses with this first limit and this maximum.
    pub const fn new(first: Duration, max: Duration) -> Self {
        Self { first, max }
    }

    /// The longest pause before this attempt. The first repeated attempt has the number 1.
    #[must_use]
    pub fn limit(self, attempt: u32) -> Duration {
        let factor = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.max(Self::MIN).saturating_mul(factor).min(self.max.max(Self::MIN))
    }

    pub(crate) fn pause(self, attempt: u32, random: &mut fastrand::Rng) -> Duration {
        let longest = u64::try_from(self.limit(attempt).as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(random.u64(longest / 2..=longest))
    }
}

/// How a lost connection is replaced.
///
/// The connection reconnects for ever by default, because a trading program has no better reaction to a server that is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct Reconnect {
    pub(crate) backoff: Backoff,
    pub(crate) stable_after: Duration,
    pub(crate) max_attempts_per_minute: u32,
    pub(crate) max_attempts: Option<u32>,
}

impl Reconnect {
    /// Creates the default settings: pauses from 500 ms to 30 s, at most 20 attempts in a minute, no limit of the total number.
    pub const fn new() -> Self {
        Self {
            backoff: Backoff::new(Duration::from_millis(500), Duration::from_secs(30)),
            stable_after: Duration::from_secs(30),
            max_attempts_per_minute: 20,
            max_attempts: None,
        }
    }

    /// Sets the pauses between attempts.
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets how long a connection has to last until the pauses start at the first value again. 30 seconds by default.
    ///
    /// Without this time, a server that accepts connections and closes them at once would be contacted with the shortest pause for ever.
    pub const fn stable_after(mut self, duration: Duration) -> Self {
        self.stable_after = duration;
        self
    }

    /// Limits the number of attempts in any period of 60 seconds, independent of the pauses. 20 by default; 0 counts as 1.
    pub const fn max_attempts_per_minute(mut self, attempts: u32) -> Self {
        self.max_attempts_per_minute = if attempts == 0 { 1 } else { attempts };
        self
    }

    /// Closes the connection for good after this number of attempts in succession without a connection that lasted.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }
}

impl Default for Reconnect {
    fn default() -> Self {
        Self::new()
    }
}
