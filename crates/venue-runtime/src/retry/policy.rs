//! How often, and after which pauses.

use std::time::Duration;

/// How often a failure is tried again, and after which pauses.
///
/// The pause before the second attempt is random between zero and `first_delay`; with each further attempt that limit doubles, up to
/// `max_delay` ("full jitter"): many clients that fail together do not come back together.
///
/// ```
/// use std::time::Duration;
/// use venue_runtime::RetryPolicy;
///
/// let patient = RetryPolicy::new().with_max_attempts(8).with_max_delay(Duration::from_secs(20));
/// assert_eq!(patient.first_delay(), Duration::from_millis(100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    first_delay: Duration,
    max_delay: Duration,
}

impl RetryPolicy {
    /// Four attempts, pauses of up to 100 ms, 200 ms, 400 ms; with more attempts up to 5 seconds.
    pub const fn new() -> Self {
        Self { max_attempts: 4, first_delay: Duration::from_millis(100), max_delay: Duration::from_secs(5) }
    }

    /// One attempt, whatever becomes of it.
    pub const fn never() -> Self {
        Self::new().with_max_attempts(1)
    }

    /// How many attempts a call has, the first one included, and those that another interceptor asked for. 0 is taken as 1.
    pub const fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = if attempts == 0 { 1 } else { attempts };
        self
    }

    /// The longest pause before the second attempt.
    pub const fn with_first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// The longest pause before any attempt. `Retry-After` may ask for a longer one.
    pub const fn with_max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// How many attempts a call has, the first one included.
    #[must_use]
    pub const fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The longest pause before the second attempt.
    #[must_use]
    pub const fn first_delay(&self) -> Duration {
        self.first_delay
    }

    /// The longest pause before any attempt.
    #[must_use]
    pub const fn max_delay(&self) -> Duration {
        self.max_delay
    }

    /// The longest pause after this failed attempt; 1 is the first.
    pub(crate) fn longest_pause(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.checked_pow(attempt.saturating_sub(1)).and_then(|factor| self.first_delay.checked_mul(factor));
        doubled.unwrap_or(Duration::MAX).min(self.max_delay)
    }

    /// A pause after this failed attempt.
    pub(crate) fn pause(&self, attempt: u32, random: &mut fastrand::Rng) -> Duration {
        let longest = u64::try_from(self.longest_pause(attempt).as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(random.u64(0..=longest))
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_longest_pause_doubles_up_to_its_limit() {
        let policy = RetryPolicy::new();
        let longest = [1, 2, 3, 6, 7, 40].map(|attempt| policy.longest_pause(attempt).as_millis());
        assert_eq!(longest, [100, 200, 400, 3200, 5000, 5000]);
    }

    #[test]
    fn a_seed_gives_the_same_pauses_again() {
        let pauses = |seed| {
            let mut random = fastrand::Rng::with_seed(seed);
            [1, 2, 3].map(|attempt| RetryPolicy::new().pause(attempt, &mut random))
        };
        assert_eq!(pauses(7), pauses(7));
        assert_ne!(pauses(7), pauses(8));
    }

    proptest! {
        #[test]
        fn a_pause_is_never_longer_than_its_limit(
            seed: u64, attempt in 0_u32..100, first in 0_u64..u64::MAX, max in 0_u64..u64::MAX
        ) {
            let policy = RetryPolicy::new().with_first_delay(Duration::from_nanos(first)).with_max_delay(Duration::from_nanos(max));
            let pause = policy.pause(attempt, &mut fastrand::Rng::with_seed(seed));
            prop_assert!(pause <= policy.longest_pause(attempt));
            prop_assert!(policy.longest_pause(attempt) <= policy.max_delay());
        }
    }
}
