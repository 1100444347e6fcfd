//! How long a call may take, and how often it is tried.

use std::time::Duration;

use crate::RetryPolicy;

/// How long a call may take, and how often it is tried. Set for a client, and overridden for a call: whatever is not set is the client's,
/// and what the client does not set is the default that each method names.
///
/// ```
/// use std::time::Duration;
/// use venue_runtime::CallOptions;
///
/// let of_the_client = CallOptions::new().timeout(Duration::from_secs(10));
/// let of_the_call = CallOptions::new().no_retry().over(&of_the_client);
/// assert_eq!(of_the_call, CallOptions::new().timeout(Duration::from_secs(10)).no_retry());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct CallOptions {
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    retry: Option<RetryPolicy>,
}

impl CallOptions {
    /// Nothing set.
    pub const fn new() -> Self {
        Self { timeout: None, attempt_timeout: None, retry: None }
    }

    /// How long the whole call may take, with every wait for a quota, every attempt and every pause between two. 30 seconds by default.
    ///
    /// What cannot be done in this time is not begun: a quota that is free too late, or a retry that the server wants too late, ends the
    /// call at once. A call waits for its quota for three quarters of its remaining time at most, so that the answer has time to arrive.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// No limit for the whole call; each attempt has its own all the same.
    pub const fn no_timeout(self) -> Self {
        self.timeout(Duration::MAX)
    }

    /// How long one attempt may take, from connecting to the last byte of the answer. 15 seconds by default; it takes the place of
    /// [`ClientBuilder::timeout`](venue_core::ClientBuilder::timeout).
    pub const fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// How often, and after which pauses, a failure is tried again. [`RetryPolicy::new`] by default.
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// One attempt, whatever becomes of it.
    pub const fn no_retry(self) -> Self {
        self.retry(RetryPolicy::never())
    }

    /// These options, completed by those of the client.
    pub fn over(&self, client: &Self) -> Self {
        Self {
            timeout: self.timeout.or(client.timeout),
            attempt_timeout: self.attempt_timeout.or(client.attempt_timeout),
            retry: self.retry.or(client.retry),
        }
    }

    pub(crate) fn whole(&self) -> Duration {
        self.timeout.unwrap_or(Duration::from_secs(30))
    }

    pub(crate) fn attempt(&self) -> Duration {
        self.attempt_timeout.unwrap_or(Duration::from_secs(15))
    }

    pub(crate) fn policy(&self) -> RetryPolicy {
        self.retry.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calls_options_outrank_the_clients_and_these_the_defaults() {
        let client = CallOptions::new().timeout(Duration::from_secs(7)).no_retry();
        let call = CallOptions::new().timeout(Duration::from_secs(2)).over(&client);
        assert_eq!((call.whole(), call.policy().max_attempts()), (Duration::from_secs(2), 1));
        assert_eq!(call.attempt(), Duration::from_secs(15));
        assert_eq!(CallOptions::new().over(&client).whole(), Duration::from_secs(7));
        assert_eq!(CallOptions::new().whole(), Duration::from_secs(30));
    }
}
