//! How long a call may take, and how often it is attempted.

use std::time::Duration;

/// How long a call may take, and how often it is attempted.
///
/// Options can be set for a client and for a call. If an option is not set for the call, the client's value applies. If it is not set for
/// the client either, the default of the client's [`CallPolicy`](crate::CallPolicy) applies.
///
/// ```
/// use std::time::Duration;
/// use venue_core::CallOptions;
///
/// let client = CallOptions::new().timeout(Duration::from_secs(10));
/// let call = CallOptions::new().no_retry().or(&client);
/// let expected = CallOptions::new().timeout(Duration::from_secs(10));
/// assert_eq!(call, expected.no_retry());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct CallOptions {
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    quota_timeout: Option<Duration>,
    retry: Option<RetryPolicy>,
}

impl CallOptions {
    /// Options without any setting.
    pub const fn new() -> Self {
        Self { timeout: None, attempt_timeout: None, quota_timeout: None, retry: None }
    }

    /// Limits the whole call, including every wait for a quota, every attempt and every pause between two attempts.
    ///
    /// The call ends early if it could not succeed before the deadline: if the quota is available too late, or if the server's
    /// `Retry-After` is too late. A call waits for its quota for at most three quarters of its remaining time, so that the response has
    /// time to arrive.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Removes the limit of the whole call. Each attempt is still limited.
    pub const fn no_timeout(self) -> Self {
        self.timeout(Duration::MAX)
    }

    /// Limits one attempt, from connecting to the last byte of the response. Replaces the timeout of
    /// [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
    pub const fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Limits the wait for a quota before each attempt. The call fails at once, and is not sent, if its quota would be available later.
    /// Without this limit, a call waits for its quota for at most three quarters of its remaining time: see [`timeout`](Self::timeout).
    pub const fn quota_timeout(mut self, timeout: Duration) -> Self {
        self.quota_timeout = Some(timeout);
        self
    }

    /// Sets how often a failed attempt is repeated, and after which pauses. This setting has no effect if the client has no
    /// [`CallPolicy`](crate::CallPolicy) that retries.
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Limits the retry policy to one attempt: see [`RetryPolicy::never`].
    pub const fn no_retry(self) -> Self {
        self.retry(RetryPolicy::never())
    }

    /// These options, with every missing setting taken from `defaults`.
    pub fn or(&self, defaults: &Self) -> Self {
        Self {
            timeout: self.timeout.or(defaults.timeout),
            attempt_timeout: self.attempt_timeout.or(defaults.attempt_timeout),
            quota_timeout: self.quota_timeout.or(defaults.quota_timeout),
            retry: self.retry.or(defaults.retry),
        }
    }

    /// The limit of the whole call. `None` if there is none.
    #[must_use]
    pub fn total_timeout(&self) -> Option<Duration> {
        self.timeout.filter(|timeout| *timeout < Duration::MAX)
    }

    /// The limit of one attempt. `None` if the client's own limit applies.
    #[must_use]
    pub fn timeout_of_attempt(&self) -> Option<Duration> {
        self.attempt_timeout
    }

    /// The limit of a wait for a quota. `None` if only the remaining time of the call limits it.
    #[must_use]
    pub fn timeout_of_quota(&self) -> Option<Duration> {
        self.quota_timeout
    }

    /// How often a failed attempt is repeated. [`RetryPolicy::new`] if it was not set.
    pub fn retry_policy(&self) -> RetryPolicy {
        self.retry.unwrap_or_default()
    }
}

/// How often a failed attempt of a call is repeated, and how long the pauses between the attempts are.
///
/// The pause before the second attempt is random between zero and `first_delay`. The upper limit of the pause doubles with each further
/// attempt, up to `max_delay`. These random pauses ("full jitter") keep clients that failed together from retrying together.
///
/// ```
/// use std::time::Duration;
/// use venue_core::RetryPolicy;
///
/// let patient = RetryPolicy::new()
///     .max_attempts(8)
///     .max_delay(Duration::from_secs(20));
/// assert_eq!(patient.first_delay, Duration::from_millis(100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[must_use]
pub struct RetryPolicy {
    /// The number of attempts after which the policy repeats no attempt: see [`max_attempts`](Self::max_attempts). 0 counts as 1.
    pub max_attempts: u32,
    /// The longest pause before the second attempt.
    pub first_delay: Duration,
    /// The longest pause before any attempt.
    pub max_delay: Duration,
}

impl RetryPolicy {
    /// Creates the default policy: four attempts, with pauses of up to 100 ms, 200 ms and 400 ms between them. With more attempts, the
    /// pauses grow up to 5 seconds.
    pub const fn new() -> Self {
        Self { max_attempts: 4, first_delay: Duration::from_millis(100), max_delay: Duration::from_secs(5) }
    }

    /// Creates a policy that never repeats an attempt.
    ///
    /// An [`Interceptor`](crate::Interceptor) can still ask for another attempt: see [`max_attempts`](Self::max_attempts).
    pub const fn never() -> Self {
        Self::new().max_attempts(1)
    }

    /// Sets the number of attempts after which this policy repeats no attempt. The first attempt and the attempts that an
    /// [`Interceptor`](crate::Interceptor) asked for count. 0 counts as 1.
    ///
    /// This number does not limit an interceptor. For example, an interceptor that renews an expired token or corrects the clock can ask
    /// for an attempt that a call with [`never`](Self::never) would not make otherwise.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The longest pause before the second attempt.
    pub const fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// The longest pause before any attempt. A `Retry-After` header may ask for a longer one.
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest pause after this many attempts.
    ///
    /// With the default policy, the result is 100 ms after the first attempt, 200 ms after the second, 400 ms after the third, and 5 s from
    /// the seventh on.
    #[must_use]
    pub fn delay_limit(&self, attempts: u32) -> Duration {
        let doubled = 2_u32.checked_pow(attempts.saturating_sub(1)).and_then(|factor| self.first_delay.checked_mul(factor));
        doubled.unwrap_or(Duration::MAX).min(self.max_delay)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_of_a_call_replace_those_of_the_client() {
        let client = CallOptions::new().timeout(Duration::from_secs(7)).no_retry();
        let call = CallOptions::new().timeout(Duration::from_secs(2)).or(&client);
        assert_eq!((call.total_timeout(), call.retry_policy().max_attempts), (Some(Duration::from_secs(2)), 1));
        assert_eq!(CallOptions::new().or(&client).total_timeout(), Some(Duration::from_secs(7)));
        assert_eq!((call.timeout_of_attempt(), CallOptions::new().no_timeout().total_timeout()), (None, None));
        let client = client.quota_timeout(Duration::from_secs(3));
        assert_eq!((call.timeout_of_quota(), call.or(&client).timeout_of_quota()), (None, Some(Duration::from_secs(3))));
    }

    #[test]
    fn the_limit_of_the_pause_doubles_up_to_the_longest_pause() {
        let limits = [1, 2, 3, 6, 7, 99].map(|attempts| RetryPolicy::new().delay_limit(attempts).as_millis());
        assert_eq!(limits, [100, 200, 400, 3200, 5000, 5000]);
    }
}
